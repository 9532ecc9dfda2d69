"""Unsynced time by group and age."""

from __future__ import annotations

from datetime import date

import pandas as pd

from core.reports import age_unsynced, count_by, list_unsynced
from core.reports.unsynced import OTHERS, cross_ages


def make_rows(*rows: tuple[str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["client", "age", "minutes"])
    return frame.assign(date=pd.Timestamp("2026-11-01"))


def test_what_is_in_xpm_is_not_unsynced() -> None:
    rows = pd.DataFrame({"standing": ["synced", "ready"], "date": pd.Timestamp("2026-11-01"), "staff_id": "S"})
    assert list_unsynced(rows).index.tolist() == [1]


def test_ages_are_counted_from_the_work_date() -> None:
    rows = pd.DataFrame(
        {"date": pd.to_datetime(["2026-11-20", "2026-11-13", "2026-11-12", "2026-01-01", "2026-12-01"])}
    )
    assert age_unsynced(rows, date(2026, 11, 20)).tolist() == [
        "up to 7 days",
        "up to 7 days",
        "8 to 31 days",
        "over 3 months",
        "up to 7 days",
    ]


def test_groups_are_sorted_by_their_minutes() -> None:
    rows = make_rows(("A", "old", 30), ("B", "old", 60), ("A", "new", 40))
    assert count_by(rows, "client")["minutes"].to_dict() == {"A": 70, "B": 60}


def test_beyond_the_largest_groups_all_are_one() -> None:
    rows = make_rows(("A", "old", 90), ("B", "old", 60), ("C", "new", 30), ("D", "old", 10))
    crossed = cross_ages(rows, "client", most=2)
    assert crossed[["group", "age", "minutes"]].to_numpy().tolist() == [
        ["A", "old", 90],
        ["B", "old", 60],
        [OTHERS, "new", 30],
        [OTHERS, "old", 10],
    ]


def test_nothing_unsynced_gives_no_rows() -> None:
    assert cross_ages(make_rows(), "client").empty
