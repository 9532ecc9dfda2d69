"""A period read back: equal, different, missing, extra."""

from __future__ import annotations

from datetime import date

import pytest

from core.push.listing import IncompleteList
from core.push.ports import Member
from core.push.verify import Verified, verify_period
from tests.push.desk import Desk, entry_rows

START, END = date(2026, 11, 1), date(2026, 11, 30)


def verify(desk: Desk) -> Verified:
    return verify_period(START, END, desk.seams(), desk.book)


def test_a_calm_period_is_equal_throughout(desk: Desk) -> None:
    desk.push()
    assert verify(desk).count() == {"equal": 3, "different": 0, "missing": 0, "extra": 0}


def test_each_difference_is_named_and_moves_the_ledger(desk: Desk) -> None:
    desk.push()
    desk.xpm.edit("u1", minutes=15)
    del desk.xpm.sheets["u2"]
    desk.xpm.type_by_hand("x1", minutes=45)
    rows = verify(desk).rows
    assert rows["result"].to_dict() == {"u1": "different", "u2": "missing", "u3": "equal", "x1": "extra"}
    assert rows.loc["u1", ["entry_id", "differs", "minutes", "xpm_minutes"]].tolist() == ["e1", "minutes", 10, 15]
    assert desk.states() == {"e1": "drifted", "e2": "needs_person", "e3": "confirmed"}


def test_a_corrected_timesheet_is_confirmed_again(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.xpm.edit("u1", minutes=15)
    verify(desk)
    desk.xpm.edit("u1", minutes=10)
    assert verify(desk).count()["equal"] == 1
    assert desk.states() == {"e1": "confirmed"}


def test_a_timesheet_moved_out_of_the_period_has_drifted(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.xpm.edit("u1", date=date(2026, 9, 1))
    assert verify(desk).rows.loc["u1", "result"] == "different"
    assert (desk.states(), desk.reason()) == ({"e1": "drifted"}, "date")


def test_a_removed_marker_is_a_difference(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.xpm.edit("u1", note="Work 1")
    assert verify(desk).rows.loc["u1", "differs"] == "note,marker"


def add_bundle(desk: Desk, shares: dict[str, int], state: str = "confirmed", uuid: str = "", **facts: object) -> None:
    """A timesheet of several entries in the ledger; each entry had a minute more than was sent of it."""
    row = {"tenant": "T1", "group_key": "day:1", "seq": 1, "marker": "7K3M9QXA42", "state": state, "job": "J1"}
    row |= {"task_id": "JT1", "staff_id": "S1", "date": date(2026, 11, 18), "minutes": sum(shares.values()), "epoch": 0}
    row |= {"content_hash": "h", "note_sent": "Bank", "by_hand": True, "remote_uuid": uuid or None, **facts}
    entries = {one: Member(minutes + 1, minutes, "h") for one, minutes in shares.items()}
    desk.ledger.add_bundles("demo", [row | {"entries": entries}], actor="x", why="test")


def test_a_timesheet_of_several_entries_is_one_row_with_their_shares(desk: Desk) -> None:
    add_bundle(desk, {"e1": 20, "e2": 10}, uuid="x1")
    desk.xpm.type_by_hand("x1", minutes=30)
    row = verify(desk).rows.loc["x1"]
    assert (row["result"], row["entry_id"], row["shares"]) == ("equal", "e1,e2", {"e1": [21, 20], "e2": [11, 10]})


def test_what_is_in_doubt_is_neither_missing_nor_different(desk: Desk) -> None:
    add_bundle(desk, {"e1": 20}, state="unknown")
    verified = verify(desk)
    assert verified.rows["result"].tolist() == ["in doubt"]
    assert verified.count() == {"equal": 0, "different": 0, "missing": 0, "extra": 0, "in_doubt": 1}
    assert desk.states() == {"e1": "unknown"}


def test_a_timesheet_listed_late_is_asked_by_its_id_and_not_called_missing(desk: Desk) -> None:
    add_bundle(desk, {"e1": 20}, state="posted", uuid="x1")
    desk.xpm.type_by_hand("x1", minutes=20)
    desk.xpm.hidden = {"x1"}
    assert verify(desk).rows["result"].to_dict() == {"x1": "equal"}


def test_a_timesheet_of_ours_that_moved_into_the_period_is_different_and_not_extra(desk: Desk) -> None:
    add_bundle(desk, {"e1": 20}, uuid="x1", date=date(2026, 9, 1))
    desk.xpm.type_by_hand("x1", minutes=20)
    row = verify(desk).rows.loc["x1"]
    assert (row["result"], row["differs"], row["xpm_date"].day) == ("different", "date", 18)


def test_a_stranger_with_our_marker_is_told_from_one_typed_by_hand(desk: Desk) -> None:
    desk.xpm.type_by_hand("x1", minutes=20, note="Bank ~7K3M9QXA42")
    desk.xpm.type_by_hand("x2", minutes=20)
    assert verify(desk).rows["differs"].to_dict() == {"x1": "marked", "x2": ""}


def test_both_sides_of_a_difference_are_kept(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.xpm.edit("u1", minutes=15, staff_id="S2", note="other")
    row = verify(desk).rows.loc["u1"]
    assert (row["minutes"], row["xpm_minutes"], row["staff_id"], row["xpm_staff_id"]) == (10, 15, "S1", "S2")
    assert (row["xpm_note"], row["note"].startswith("Work 1")) == ("other", True)


def test_a_partial_list_is_thrown_away(desk: Desk) -> None:
    desk.push()
    desk.xpm.hidden = {"u2"}
    with pytest.raises(IncompleteList, match="u2"):
        verify(desk)
    assert set(desk.states().values()) == {"confirmed"}


def test_verifying_twice_changes_nothing_more(desk: Desk) -> None:
    desk.push()
    desk.xpm.edit("u1", minutes=15)
    verify(desk)
    moment = desk.ledger.last_moment("demo")
    desk.clock.advance(60)
    verify(desk)
    assert desk.ledger.last_moment("demo") == moment
