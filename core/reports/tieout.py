"""The tie-out: every local minute of a period is in exactly one column, and every minute of ours in XPM is explained.

Two sums are made on independent roads and must meet: the minutes of the local table against the minutes of the
standings, and the minutes XPM holds under our timesheets against the minutes the standings say it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from core.model import Standing, TieoutError

#: Which column of the equation a standing belongs to. What changed after the push waits for a person.
COLUMN_OF = {
    Standing.SYNCED: "synced",
    Standing.READY: "ready",
    Standing.WAITING: "waiting",
    Standing.CHANGED: "waiting",
    Standing.WITHDRAWN: "waiting",
    Standing.IN_DOUBT: "in_doubt",
    Standing.EXCLUDED: "excluded",
    Standing.FILTERED: "filtered",
    Standing.DRAFT: "draft",
    Standing.UNREADABLE: "unreadable",
}
COLUMNS = ("synced", "ready", "waiting", "in_doubt", "excluded", "filtered", "draft", "unreadable")
ITEM_COLUMNS = ["column", "standing", "reason", "entries", "minutes"]


class DoesNotTie(TieoutError):
    """The equation leaves a remainder: a fault of ours, and nothing may be pushed until it is found."""

    exit_code = 1

    def __init__(self, start: date, end: date, remainder: int, unexplained: int) -> None:
        super().__init__(
            f"The tie-out from {start} to {end} does not close: {remainder} local minutes are in no column and "
            f"{unexplained} minutes of ours in XPM have no local entry. Push nothing; reload both sides and compare."
        )


@dataclass(frozen=True)
class TieOut:
    """The equation of one period. `minutes` holds local, the COLUMNS and remainder; `xpm` ours, by_hand and total."""

    start: date
    end: date
    minutes: dict[str, int]
    xpm: dict[str, int]
    items: pd.DataFrame
    unexplained: int
    is_complete: bool

    @property
    def ties(self) -> bool:
        """Whether both sums meet and both sides were read whole."""
        return self.minutes["remainder"] == 0 and self.unexplained == 0 and self.is_complete

    def to_json(self) -> dict[str, object]:
        """The published form: whole minutes only."""
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "tie_out": self.minutes,
            "xpm": self.xpm,
            "complete": self.is_complete,
            "ties": self.ties,
        }

    def equation(self) -> pd.DataFrame:
        """The equation as a table: index line, columns minutes and hours (text like 12:30)."""
        lines = {"local": self.minutes["local"]} | {c: self.minutes[c] for c in COLUMNS}
        lines |= {"remainder": self.minutes["remainder"]}
        lines |= {"in XPM, ours": self.xpm["ours"], "in XPM, typed by hand": self.xpm["by_hand"]}
        frame = pd.DataFrame({"minutes": lines}).rename_axis("line")
        frame["hours"] = [show_hours(value) for value in frame["minutes"]]
        return frame

    def describe(self) -> str:
        """The tie-out in a few lines for a terminal."""
        verdict = "It ties." if self.ties else "It does NOT tie." if self.is_complete else "Not read whole: no verdict."
        head = f"Tie-out {self.start} to {self.end}, minutes (hours)"
        rows = [f"  {line:<22} {row.minutes:>8}  ({row.hours})" for line, row in self.equation().iterrows()]
        return "\n".join([head, *rows, verdict])

    def require(self) -> TieOut:
        """The same tie-out; raises DoesNotTie when a minute is unaccounted for."""
        if self.minutes["remainder"] or self.unexplained:
            raise DoesNotTie(self.start, self.end, self.minutes["remainder"], self.unexplained)
        return self


def tie_out(
    times: pd.DataFrame,
    problems: pd.DataFrame,
    standings: pd.DataFrame,
    xpm_times: pd.DataFrame,
    start: date,
    end: date,
    *,
    is_complete: bool,
) -> TieOut:
    """Account for every minute dated from `start` to `end`, both included.

    times:     LOCAL_FRAMES actual_times, the independent total. problems: rows that could not be read; those of actual
               times count under unreadable, also when their date could not be read.
    standings: one row per entry with minutes, date, standing, reason, xpm_time_id.
    xpm_times: XPM_FRAMES times. is_complete: whether both sides were read whole for this period.
    """
    local = _within(times, start, end)
    unreadable = _unreadable(problems, start, end)
    rows = _within(standings, start, end)
    items = _count_items(rows, unreadable)
    minutes = {"local": int(local["minutes"].sum()) + int(unreadable["minutes"].sum())}
    by_column = items.groupby("column")["minutes"].sum()
    minutes |= {column: int(by_column.get(column, 0)) for column in COLUMNS}
    minutes["remainder"] = minutes["local"] - sum(minutes[column] for column in COLUMNS)
    in_xpm = _within(xpm_times, start, end)
    known = standings.loc[standings["xpm_time_id"].ne(""), "xpm_time_id"]
    # Asked the other way round, Index.isin would take a second for a year of time.
    ours = np.zeros(len(in_xpm), dtype=bool)
    places = in_xpm.index.get_indexer(known)
    ours[places[places >= 0]] = True
    xpm = {"ours": int(in_xpm.loc[ours, "minutes"].sum()), "by_hand": int(in_xpm.loc[~ours, "minutes"].sum())}
    xpm["total"] = int(in_xpm["minutes"].sum())
    return TieOut(start, end, minutes, xpm, items, _count_unexplained(rows, xpm_times), is_complete)


def show_hours(minutes: int) -> str:
    """Minutes as hours and minutes: 90 is 1:30, -5 is -0:05."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{hours}:{rest:02d}"


def _within(frame: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    return frame[frame["date"].between(pd.Timestamp(start), pd.Timestamp(end))]


def _unreadable(problems: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    rows = problems[problems["table"].eq("actual_times")]
    dated = rows["date"].between(pd.Timestamp(start), pd.Timestamp(end))
    return rows[dated | rows["date"].isna()]


def _count_items(rows: pd.DataFrame, unreadable: pd.DataFrame) -> pd.DataFrame:
    readable = rows.groupby(["standing", "reason"], as_index=False).agg(
        entries=("minutes", "size"), minutes=("minutes", "sum")
    )
    broken = pd.DataFrame(
        {
            "standing": [Standing.UNREADABLE.value],
            "reason": ["row unreadable"],
            "entries": [len(unreadable)],
            "minutes": [int(unreadable["minutes"].sum())],
        }
    )
    items = pd.concat([readable, broken[broken["entries"].gt(0)]], ignore_index=True)
    items["column"] = items["standing"].map({str(standing): column for standing, column in COLUMN_OF.items()})
    order = {column: place for place, column in enumerate(COLUMNS)}
    return items.sort_values(["column", "minutes"], key=lambda s: s.map(order) if s.name == "column" else -s)[
        ITEM_COLUMNS
    ]


def _count_unexplained(rows: pd.DataFrame, xpm_times: pd.DataFrame) -> int:
    """Minutes by which XPM's own rows differ from what the synced standings claim it holds."""
    synced = rows[rows["standing"].eq(Standing.SYNCED)]
    held = xpm_times["minutes"].reindex(synced["xpm_time_id"].drop_duplicates()).fillna(0)
    return abs(int(held.sum()) - int(synced["minutes"].sum()))
