"""A letter arrives once and encrypted, or its fate is said: refused, nobody got it; in doubt, nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.jobs.mail import Fate, Letter, MailServer, NoCertificates, Posted, post, try_server
from tests.jobs.mail_house import Desk, make_certificate, open_house

LETTER = Letter(
    to=("ann@acme.example",),
    cc=("bob@acme.example",),
    subject="Acme: documents",
    body="Hello,\n\n.a line that begins with a dot\nMāori and emoji 🙂\n",
    files=(("accounts – März.pdf", b"%PDF-1.4 one\r\n.\r\n"), ("notes.csv", b"a,b\n")),
    message_id="pack-1.1@practice.example",
    at=datetime(2026, 11, 20, 3, 0, tzinfo=UTC),
    sender_name="Small & Sons",
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[MailServer, Desk]]:
    with open_house(tmp_path) as opened:
        yield opened


def send(server: MailServer, letter: Letter = LETTER) -> tuple[Posted, int]:
    """What became of it, and how often it was written down that it is about to be over there."""
    told: list[int] = []
    return post(server, letter, lambda: told.append(1), end_seconds=10), len(told)


def test_a_letter_arrives_whole_at_every_recipient(house: tuple[MailServer, Desk]) -> None:
    server, desk = house
    posted, _ = send(server)
    assert (posted.fate, posted.words) == (Fate.SENT, "250 2.0.0 queued as 4711")
    assert desk.envelopes == [("docs@practice.example", ["ann@acme.example", "bob@acme.example"])]
    letter = desk.letters[0]
    assert letter["Message-ID"] == "<pack-1.1@practice.example>"
    assert str(letter["From"]) == "Small & Sons <docs@practice.example>"
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == LETTER.body
    files = [(part.get_filename(), part.get_content()) for part in letter.iter_attachments()]
    assert files[0] == LETTER.files[0]
    assert files[1][0] == "notes.csv"


def test_its_end_is_written_down_before_it_is_sent(house: tuple[MailServer, Desk]) -> None:
    server, desk = house
    seen: list[int] = []
    post(server, LETTER, lambda: seen.append(len(desk.letters)))
    assert (seen, len(desk.letters)) == ([0], 1)


def test_a_server_is_tried_without_a_letter(house: tuple[MailServer, Desk]) -> None:
    server, desk = house
    assert try_server(server) == ""
    assert "did not accept the account" in try_server(replace(server, password="wrong"))
    assert "is not trusted" in try_server(replace(server, ca=None))
    assert (desk.letters, desk.envelopes) == ([], [])


@pytest.mark.parametrize("behaves", ["drops after", "talks rubbish"])
def test_a_lost_answer_leaves_the_letter_in_doubt(house: tuple[MailServer, Desk], behaves: str) -> None:
    server, desk = house
    desk.behaves = behaves
    posted, told = send(server)
    assert (posted.fate, told, len(desk.letters)) == (Fate.IN_DOUBT, 1, 1)
    assert "had the whole letter" in posted.words


@pytest.mark.parametrize(("behaves", "words"), [("refuses", "552"), ("drops before", "broke off")])
def test_a_refusal_reaches_nobody(house: tuple[MailServer, Desk], behaves: str, words: str) -> None:
    server, desk = house
    desk.behaves = behaves
    posted, _ = send(server)
    assert (posted.fate, desk.letters) == (Fate.REFUSED, [])
    assert words in posted.words


def test_one_unwanted_recipient_stops_it_for_all(house: tuple[MailServer, Desk]) -> None:
    server, desk = house
    desk.unwanted = {"bob@acme.example"}
    posted, told = send(server)
    assert (posted.fate, told, desk.letters) == (Fate.REFUSED, 0, [])
    assert "bob@acme.example was not accepted: 550" in posted.words


def test_a_wrong_password_is_said_without_telling_it(house: tuple[MailServer, Desk]) -> None:
    server, _desk = house
    posted, told = send(replace(server, password="wrong-canary"))
    assert (posted.fate, told) == (Fate.REFUSED, 0)
    assert "did not accept the account" in posted.words
    assert "canary" not in posted.words + repr(replace(server, password="wrong-canary"))


def test_a_certificate_that_nobody_vouches_for_is_refused(house: tuple[MailServer, Desk], tmp_path: Path) -> None:
    server, desk = house
    other = tmp_path / "other"
    other.mkdir()
    for ca in (None, make_certificate(other)):
        posted, _ = send(replace(server, ca=ca))
        assert "is not trusted" in posted.words
    assert desk.letters == []


def test_a_certificate_for_another_name_is_refused(house: tuple[MailServer, Desk]) -> None:
    server, desk = house
    posted, _ = send(replace(server, host="localhost"))
    assert (posted.fate, desk.letters) == (Fate.REFUSED, [])
    assert "is not trusted" in posted.words


def test_nothing_is_said_to_a_server_without_encryption(tmp_path: Path) -> None:
    with open_house(tmp_path, encrypts=False) as (server, desk):
        posted, told = send(server)
    assert (posted.fate, told, desk.letters) == (Fate.REFUSED, 0, [])
    assert "offers no encryption" in posted.words


def test_a_letter_larger_than_the_server_takes_is_not_begun(tmp_path: Path) -> None:
    with open_house(tmp_path, limit=400) as (server, _desk):
        posted, told = send(server)
    assert (posted.fate, told) == (Fate.REFUSED, 0)
    assert "takes 0.0 MB" in posted.words


def test_a_server_that_is_not_there_got_nothing(tmp_path: Path) -> None:
    with open_house(tmp_path) as (server, _desk):
        pass
    posted, _ = send(server)
    assert posted.fate is Fate.REFUSED
    assert "could not be reached" in posted.words


def test_a_header_grows_no_second_one(house: tuple[MailServer, Desk]) -> None:
    server, desk = house
    evil = "x\r\nBcc: evil@evil.example\r\n\r\nbody"
    send(server, replace(LETTER, subject=evil, sender_name=evil))
    assert desk.letters[0]["Bcc"] is None
    assert desk.envelopes[0][1] == ["ann@acme.example", "bob@acme.example"]


def test_a_missing_authority_file_is_named(house: tuple[MailServer, Desk], tmp_path: Path) -> None:
    with pytest.raises(NoCertificates, match=r"gone\.pem in TIEOUT_SMTP_CA"):
        send(replace(house[0], ca=tmp_path / "gone.pem"))
