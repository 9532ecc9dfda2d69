"""What the doctor says of an installation and a practice: each point that needs a hand, with the step to take."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from core.settings import Settings
from core.store import Store
from core.store.engine import writing
from core.store.packs import NewPackEvent
from core.workspace import Workspace
from core.workspace.health import check_installation, check_practice
from tests.fakes import FakeClock
from tests.jobs.mail_house import open_house
from tests.workspace.ready_practice import make_practice

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def practice(store: Store) -> Workspace:
    return make_practice(store, FakeClock(NOW))


def sick(practice: Workspace) -> dict[str, str]:
    return {one.name: one.sentence for one in check_practice(practice) if not one.ok}


def test_a_practice_that_was_never_connected_is_told_where_to_connect(practice: Workspace) -> None:
    assert "Connect on the page Connection" in sick(practice)["connection"]


def test_a_side_that_was_not_read_whole_is_named(practice: Workspace) -> None:
    practice.store.frames.mark_part("p", "xpm", "clients", False, 2, "", "XPM answered half")
    assert sick(practice)["XPM's data"] == "Not read whole: clients. Run `tieout sync`."


def test_old_data_asks_for_a_sync(practice: Workspace) -> None:
    old = Workspace("p", practice.settings, practice.store, FakeClock(datetime(2099, 1, 1, tzinfo=UTC)))
    assert "Run `tieout sync`" in sick(old)["local data"]


def test_a_halt_is_told_with_its_reason(practice: Workspace) -> None:
    practice.store.ledger.halt("p", "XPM holds a double", actor="Kim")
    assert "XPM holds a double" in sick(practice)["push"]


def test_the_mail_server_is_tried_and_what_is_wrong_told(tmp_path: Path) -> None:
    def look(**named: object) -> dict[str, tuple[bool, str]]:
        settings = Settings.model_validate({"data_dir": tmp_path, **named})
        return {one.name: (one.ok, one.sentence) for one in check_installation(settings)}

    assert look()["mail"] == (True, "No mail server is set; documents are downloaded.")
    with open_house(tmp_path) as (server, desk):
        named = {"smtp_host": server.host, "smtp_port": server.port, "smtp_from": server.sender}
        named |= {"smtp_user": server.user, "smtp_password": server.password}
        ok, told = look(**named)["mail"]
        assert (ok, "is not trusted" in told) == (False, True)
        assert look(**named, smtp_ca=str(server.ca))["mail"] == (True, "127.0.0.1 takes mail of docs@practice.example.")
    assert desk.letters == []


def test_a_mail_in_doubt_needs_a_hand(practice: Workspace) -> None:
    stored = practice.packs.new("C1")
    doubt = NewPackEvent("Kim", "mail", "in doubt", "", {})
    practice.store.packs.move("p", stored.id, "in doubt", doubt, frm=("draft",))
    assert "Say what you found" in sick(practice)["mails"]


def test_an_altered_log_is_found(practice: Workspace) -> None:
    practice.store.events.add("p", "Kim", "linked", "client", "C1")
    with writing(practice.store.engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER event_refuses_update"))
        else:
            connection.execute(text("DROP TRIGGER event_refuses_change ON event"))
        connection.execute(text("UPDATE event SET actor = 'Nobody'"))
    assert "altered" in sick(practice)["log"]


def test_an_installation_without_an_app_says_what_to_set(tmp_path: Path) -> None:
    findings = {one.name: one for one in check_installation(Settings(data_dir=tmp_path))}
    assert (findings["data folder"].ok, findings["XPM"].ok) == (True, False)
    assert "TIEOUT_CLIENT_ID" in findings["XPM"].sentence


def test_a_key_file_open_to_others_is_told(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, client_id="app", client_secret=SecretStr("x"))
    assert {one.name: one.ok for one in check_installation(settings)}["key"]
    next(tmp_path.glob("*key*")).chmod(0o644)
    assert not {one.name: one.ok for one in check_installation(settings)}["key"]
