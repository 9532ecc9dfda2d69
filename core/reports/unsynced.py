"""What is not in XPM and why: counted by reason, age, client, staff member and process."""

from __future__ import annotations

from datetime import date

import pandas as pd

from core.model import Standing

#: Standings that keep a local minute out of XPM, whatever the cause.
UNSYNCED = tuple(standing for standing in Standing if standing is not Standing.SYNCED)

AGE_BANDS = ((7, "up to 7 days"), (31, "8 to 31 days"), (92, "1 to 3 months"), (100_000, "over 3 months"))


def list_unsynced(standings: pd.DataFrame) -> pd.DataFrame:
    """The entries that are not in XPM as they stand locally, oldest first; same columns and index."""
    rows = standings[standings["standing"].isin(UNSYNCED)]
    return rows.sort_values(["date", "staff_id"], kind="stable")


def age_unsynced(rows: pd.DataFrame, today: date) -> pd.Series:
    """The age band of each row, by work date; index that of `rows`."""
    days = (pd.Timestamp(today) - rows["date"]).dt.days
    edges = [-100_000, *(edge for edge, _ in AGE_BANDS)]
    return pd.cut(days, edges, labels=[label for _, label in AGE_BANDS]).astype("str")


def count_by(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Entries and minutes per value of `column`, most minutes first; index that value, `oldest` the first work date.

    No rows when nothing is unsynced.
    """
    groups = rows.groupby(column).agg(entries=("minutes", "size"), minutes=("minutes", "sum"), oldest=("date", "min"))
    return groups.sort_values("minutes", ascending=False)
