"""A period read back: equal, different, missing, extra."""

from __future__ import annotations

from datetime import date

import pytest

from core.push.listing import IncompleteList
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
