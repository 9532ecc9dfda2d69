"""Missing timesheets: by person and day, with the days on which nothing was recorded at all."""

from __future__ import annotations

from datetime import date

import pandas as pd

from core.reports.gaps import list_gaps, list_missing

STAFF = pd.DataFrame({"active": [True, True, False]}, index=["s1", "s2", "s3"])
MONDAY, TUESDAY, THURSDAY, SATURDAY = "2026-11-16", "2026-11-17", "2026-11-19", "2026-11-21"
WEEK = (date(2026, 11, 16), date(2026, 11, 22))


def standings(*rows: tuple[str, str, int, str, str]) -> pd.DataFrame:
    columns = ["staff_id", "date", "minutes", "standing", "reason"]
    frame = pd.DataFrame(rows, columns=columns, index=[f"e{n}" for n in range(len(rows))])
    return frame.assign(date=pd.to_datetime(frame["date"]))


def gaps_of(*rows: tuple[str, str, int, str, str]) -> list[tuple[str, str, int, int, int, str]]:
    gaps = list_gaps(standings(*rows), STAFF, *WEEK)
    assert list(gaps.columns) == ["date", "staff_id", "recorded", "in_xpm", "missing", "entries", "why"]
    shown = gaps.drop(columns="entries").itertuples(index=False)
    return [(f"{row.date:%Y-%m-%d}", row.staff_id, row.recorded, row.in_xpm, row.missing, row.why) for row in shown]


def test_a_day_lacks_what_xpm_does_not_hold() -> None:
    rows = [("s1", MONDAY, 60, "synced", ""), ("s1", MONDAY, 30, "waiting", "tie"), ("s1", MONDAY, 15, "ready", "")]
    assert gaps_of(*rows) == [(MONDAY, "s1", 105, 60, 45, "ready (1), tie (1)")]


def test_a_day_that_is_whole_or_left_out_on_purpose_is_no_gap() -> None:
    assert gaps_of(("s1", MONDAY, 60, "synced", ""), ("s2", MONDAY, 60, "excluded", "process excluded")) == []
    assert gaps_of(("s1", MONDAY, 60, "changed", "drifted")) == []


def test_a_working_day_without_any_entry_is_a_gap() -> None:
    rows = [("s1", MONDAY, 60, "synced", ""), ("s1", THURSDAY, 60, "synced", "")]
    assert [(day, why) for day, _, _, _, _, why in gaps_of(*rows)] == [
        (TUESDAY, "nothing recorded"),
        ("2026-11-18", "nothing recorded"),
    ]


def test_nobody_owes_a_weekend_nor_the_days_after_leaving() -> None:
    friday = ("s1", "2026-11-20", 60, "synced", "")
    assert gaps_of(friday, ("s1", SATURDAY, 60, "synced", "")) == []
    assert gaps_of(("s3", MONDAY, 60, "synced", ""), ("s3", THURSDAY, 60, "synced", "")) == []


def test_who_is_excluded_owes_no_day() -> None:
    excluded = [("s1", day, 60, "excluded", "staff excluded") for day in (MONDAY, THURSDAY)]
    assert gaps_of(*excluded) == []


def test_only_the_period_counts() -> None:
    rows = standings(("s1", MONDAY, 60, "waiting", "tie"), ("s1", "2026-11-01", 60, "waiting", "tie"))
    assert list_missing(rows, *WEEK).index.tolist() == ["e0"]
    assert len(list_gaps(rows, STAFF, *WEEK)) == 1


def test_no_entries_are_no_gaps() -> None:
    assert gaps_of() == []
