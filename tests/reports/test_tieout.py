"""The equation: no minute is lost, none is counted twice, and a broken one is never shown as closed."""

from __future__ import annotations

import pandas as pd
import pytest

from core.model import LOCAL_FRAMES, shape_frame
from core.reports import DoesNotTie
from tests.reports.sides import Sides


def test_every_standing_lands_in_its_column() -> None:
    sides = Sides()
    sides.push("1", 60)
    sides.enter("2", 30, "ready")
    sides.enter("3", 15, "changed", "drifted", bundle="3")
    sides.claim("3", {"3": 15}, state="drifted")
    sides.show("u-3", 10)
    sides.show("x9", 45)
    tie = sides.close()
    assert (tie.minutes["synced"], tie.minutes["ready"], tie.minutes["waiting"]) == (60, 30, 15)
    assert tie.xpm == {"ours": 70, "by_hand": 45, "total": 115}
    assert tie.ties


def test_a_local_minute_without_a_standing_is_a_remainder() -> None:
    sides = Sides()
    sides.enter("1", 60, "ready")
    sides.enter("2", 30, "nothing known")
    tie = sides.close()
    assert tie.minutes["remainder"] == 30
    with pytest.raises(DoesNotTie, match="30 minutes are in no column"):
        tie.require()


def test_a_synced_entry_that_xpm_holds_with_other_minutes_does_not_tie() -> None:
    sides = Sides()
    sides.push("1", 60)
    sides.show("u-1", 45)
    with pytest.raises(DoesNotTie, match=r"1 timesheet differs.*0:15 h"):
        sides.close().require()


def test_unreadable_rows_count_with_the_minutes_that_could_be_read() -> None:
    sides = Sides()
    sides.enter("1", 60, "ready")
    rows = pd.DataFrame({"table": ["actual_times", "clients"], "minutes": [90, 5]}, index=["p1", "p2"])
    tie = sides.close(problems=shape_frame(rows, LOCAL_FRAMES["problems"]))
    assert (tie.minutes["local"], tie.minutes["unreadable"], tie.minutes["remainder"]) == (150, 90, 0)


def test_entries_outside_the_period_are_not_counted() -> None:
    sides = Sides()
    sides.enter("1", 60, "ready", day="2026-10-31")
    assert sides.close().minutes["local"] == 0


def test_an_incomplete_read_never_ties() -> None:
    sides = Sides()
    sides.enter("1", 60, "ready")
    tie = sides.close(is_complete=False)
    assert (tie.closes, tie.ties) == (True, False)
    assert "no verdict" in tie.verdict()


def test_both_equations_add_up_line_by_line_as_they_are_written() -> None:
    sides = Sides()
    sides.push("1", 63, sent=60)
    sides.enter("2", 30, "ready")
    sides.show("x9", 45)
    here, there = sides.close().equation()["minutes"], sides.close().xpm_side()["minutes"]
    assert here["recorded here"] == here.drop("recorded here").sum()
    ours = there.loc[:"Ours in XPM"].iloc[:-1].sum()
    assert (ours, ours + there["Typed by hand, of no entry here"]) == (there["Ours in XPM"], there["XPM's own total"])


def test_the_published_form_keeps_its_keys() -> None:
    document = Sides().close().to_json()
    assert set(document) >= {"from", "to", "tie_out", "xpm", "complete", "ties"}
    assert document["xpm"] == {"ours": 0, "by_hand": 0, "total": 0}
