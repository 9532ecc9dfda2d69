"""What is not in XPM and why: counted by reason, age, client, staff member and process."""

from __future__ import annotations

from datetime import date

import pandas as pd

from core.model import Standing

#: Standings that keep a local minute out of XPM, whatever the cause.
UNSYNCED = tuple(standing for standing in Standing if standing is not Standing.SYNCED)

#: What the groups beyond the largest are called together.
OTHERS = "all others"

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


def cross_ages(rows: pd.DataFrame, column: str, most: int = 14) -> pd.DataFrame:
    """Entries and minutes per value of `column` and age band, for a chart: columns group, age, entries, minutes, order.

    rows: with `age`. The `most` values with most minutes keep their name, the others are one group `all others`;
    `order` numbers the groups by their minutes, the others last. No rows when nothing is unsynced.
    """
    sums = rows.groupby(column)["minutes"].sum().sort_values(ascending=False, kind="stable")
    kept = list(sums.index[:most])
    group = rows[column].where(rows[column].isin(kept), OTHERS)
    crossed = (
        rows.assign(group=group)
        .groupby(["group", "age"], as_index=False)
        .agg(entries=("minutes", "size"), minutes=("minutes", "sum"))
    )
    places = {name: place for place, name in enumerate([*kept, OTHERS])}
    return crossed.assign(order=crossed["group"].map(places)).sort_values(["order", "age"])


def count_by(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Entries and minutes per value of `column`, most minutes first; index that value, `oldest` the first work date.

    No rows when nothing is unsynced.
    """
    groups = rows.groupby(column).agg(entries=("minutes", "size"), minutes=("minutes", "sum"), oldest=("date", "min"))
    return groups.sort_values("minutes", ascending=False)
