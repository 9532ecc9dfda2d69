"""The equation: no minute is lost, none is counted twice, and a broken one is never shown as closed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from core.model import LOCAL_FRAMES, XPM_FRAMES, empty_frame, shape_frame
from core.reports import DoesNotTie, TieOut, tie_out

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def entries(*rows: tuple[str, int, str, str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Local times and their standings from (id, minutes, standing, reason, xpm id)."""
    frame = pd.DataFrame(rows, columns=["id", "minutes", "standing", "reason", "xpm_time_id"]).set_index("id")
    frame["date"] = pd.Timestamp("2026-11-20")
    return shape_frame(frame, LOCAL_FRAMES["actual_times"]), frame


def timesheets(**minutes: int) -> pd.DataFrame:
    frame = pd.DataFrame({"minutes": minutes.values()}, index=list(minutes))
    frame["date"] = pd.Timestamp("2026-11-20")
    return shape_frame(frame, XPM_FRAMES["times"])


def close(
    times: pd.DataFrame, standings: pd.DataFrame, xpm: pd.DataFrame, problems: pd.DataFrame | None = None
) -> TieOut:
    problems = empty_frame(LOCAL_FRAMES["problems"]) if problems is None else problems
    return tie_out(times, problems, standings, xpm, *NOVEMBER, is_complete=True)


def test_every_standing_lands_in_its_column() -> None:
    times, standings = entries(
        ("1", 60, "synced", "", "x1"), ("2", 30, "ready", "", ""), ("3", 15, "changed", "drifted", "x3")
    )
    tie = close(times, standings, timesheets(x1=60, x3=10, x9=45))
    assert (tie.minutes["synced"], tie.minutes["ready"], tie.minutes["waiting"]) == (60, 30, 15)
    assert tie.xpm == {"ours": 70, "by_hand": 45, "total": 115}
    assert tie.ties


def test_a_local_minute_without_a_standing_is_a_remainder() -> None:
    times, standings = entries(("1", 60, "ready", "", ""), ("2", 30, "ready", "", ""))
    tie = close(times, standings.drop("2"), timesheets())
    assert tie.minutes["remainder"] == 30
    with pytest.raises(DoesNotTie, match="30 local minutes"):
        tie.require()


def test_a_synced_entry_that_xpm_holds_with_other_minutes_does_not_tie() -> None:
    times, standings = entries(("1", 60, "synced", "", "x1"))
    assert not close(times, standings, timesheets(x1=45)).ties


def test_unreadable_rows_count_with_the_minutes_that_could_be_read() -> None:
    times, standings = entries(("1", 60, "ready", "", ""))
    rows = pd.DataFrame({"table": ["actual_times", "clients"], "minutes": [90, 5]}, index=["p1", "p2"])
    tie = close(times, standings, timesheets(), shape_frame(rows, LOCAL_FRAMES["problems"]))
    assert (tie.minutes["local"], tie.minutes["unreadable"], tie.minutes["remainder"]) == (150, 90, 0)


def test_entries_outside_the_period_are_not_counted() -> None:
    times, standings = entries(("1", 60, "ready", "", ""))
    times["date"] = standings["date"] = pd.Timestamp("2026-10-31")
    assert close(times, standings, timesheets()).minutes["local"] == 0


def test_an_incomplete_read_never_ties() -> None:
    times, standings = entries(("1", 60, "ready", "", ""))
    problems = empty_frame(LOCAL_FRAMES["problems"])
    assert not tie_out(times, problems, standings, timesheets(), *NOVEMBER, is_complete=False).ties
