"""What XPM shows is taken as right, or ours is sent over it."""

from __future__ import annotations

import pytest

from core.push.accept import keep_xpm, share_minutes
from core.push.choices import Invoiced, NotNow, Saying, say
from core.push.ports import Member
from tests.push.changing import bundle_of, open_book, request, update
from tests.push.desk import Desk, entry_rows

NOW = {"e1": (10, "h1")}


@pytest.fixture
def drifted(desk: Desk) -> Desk:
    """Three entries in XPM, the first changed there to 12 minutes and another note."""
    desk.push()
    desk.xpm.edit("u1", minutes=12, note="Rewritten")
    desk.push(entry_rows(4), run="r2")
    assert (desk.states()["e1"], desk.reason()) == ("drifted", "minutes, note, marker")
    return desk


def test_keeping_xpm_settles_the_entry_and_writes_nothing_to_xpm(drifted: Desk) -> None:
    keep_xpm(["e1"], NOW, open_book(drifted), why="Kim rounded it")
    held = bundle_of(drifted)
    assert (held.state, held.minutes, held.note_sent) == ("confirmed", 12, "Rewritten")
    drifted.push(run="r3")
    assert (drifted.states()["e1"], drifted.xpm.changes) == ("confirmed", 0)
    assert drifted.ledger.choices("demo").loc["e1", "choice"] == Saying.KEEP_XPM


def test_after_keeping_xpm_the_entry_counts_as_sent_with_its_content_of_now(drifted: Desk) -> None:
    keep_xpm(["e1"], {"e1": (11, "h9")}, open_book(drifted))
    row = drifted.ledger.frame("demo").loc["e1"]
    assert (row["content_hash"], row["minutes"], row["sealed_minutes"]) == ("h9", 12, 11)


def test_another_edit_in_xpm_after_that_drifts_again(drifted: Desk) -> None:
    keep_xpm(["e1"], NOW, open_book(drifted))
    drifted.xpm.edit("u1", minutes=13)
    drifted.push(entry_rows(5), run="r3")
    assert drifted.states()["e1"] == "drifted"


def test_what_xpm_does_not_hold_otherwise_cannot_be_kept(drifted: Desk) -> None:
    with pytest.raises(NotNow, match="confirmed"):
        keep_xpm(["e2"], NOW, open_book(drifted))
    with pytest.raises(NotNow, match="unknown"):
        keep_xpm(["never"], NOW, open_book(drifted))


def test_an_edit_after_invoicing_can_be_left_as_invoiced(desk: Desk) -> None:
    desk.push()
    desk.xpm.edit("u1", invoiced=True)
    desk.push(entry_rows(4), run="r2")
    keep_xpm(["e1"], {"e1": (25, "edited")}, open_book(desk))
    row = desk.ledger.frame("demo").loc["e1"]
    assert (row["state"], row["content_hash"], row["minutes"], row["sealed_minutes"]) == ("confirmed", "edited", 10, 25)


def test_an_adopted_timesheet_with_other_content_can_be_kept(desk: Desk) -> None:
    marker = make_our_marker(desk)
    desk.xpm.type_by_hand("u9", minutes=15, note=f"Work ~{marker}")
    desk.push()
    assert (desk.states()["e1"], desk.reason()) == ("held", "adopt_differs")
    keep_xpm(["e1"], NOW, open_book(desk))
    assert (desk.states()["e1"], bundle_of(desk).minutes) == ("confirmed", 15)


def make_our_marker(desk: Desk) -> str:
    desk.push()
    marker = bundle_of(desk).marker
    del desk.xpm.sheets["u1"]
    with desk.engine.begin() as connection:
        for table in ("bundle_entry", "bundle"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  the tests' own table names
    return marker


def test_sending_ours_overwrites_what_was_seen_and_is_spent_by_that(drifted: Desk) -> None:
    say(["e1"], Saying.SEND_OURS, open_book(drifted))
    request(drifted, update(drifted, minutes=10))
    assert (drifted.xpm.sheets["u1"].minutes, drifted.states()["e1"]) == (10, "posted")
    assert "e1" not in drifted.ledger.choices("demo").index
    assert bundle_of(drifted).marker in drifted.xpm.sheets["u1"].note


def test_ours_is_not_sent_over_a_second_edit_that_nobody_saw(drifted: Desk) -> None:
    say(["e1"], Saying.SEND_OURS, open_book(drifted))
    drifted.xpm.edit("u1", minutes=99)
    request(drifted, update(drifted, minutes=10))
    assert (drifted.xpm.sheets["u1"].minutes, drifted.states()["e1"]) == (99, "drifted")
    assert drifted.ledger.choices("demo").loc["e1", "choice"] == Saying.SEND_OURS


def test_ours_is_never_sent_over_invoiced_time(drifted: Desk) -> None:
    drifted.xpm.edit("u1", invoiced=True)
    drifted.push(entry_rows(5), run="r3")
    with pytest.raises(Invoiced, match="correcting"):
        say(["e1"], Saying.SEND_OURS, open_book(drifted))


def test_ours_cannot_be_sent_where_nothing_differs(drifted: Desk) -> None:
    with pytest.raises(NotNow):
        say(["e2"], Saying.SEND_OURS, open_book(drifted))


def test_a_sheet_of_several_entries_gives_the_difference_to_the_longest() -> None:
    members = {"a": Member(10, 10, "x"), "b": Member(20, 20, "y")}
    assert share_minutes(members, 25, {"a": (11, "z")}) == {"a": Member(11, 10, "z"), "b": Member(20, 15, "y")}
