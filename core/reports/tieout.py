"""The tie-out: every local minute of a period is in exactly one column, and every minute in XPM is explained.

Two sums are made on independent roads and must meet: the minutes of the local table against the minutes of the
standings, and the minutes XPM holds against what the ledger says it should hold, timesheet by timesheet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from core.model import Standing, TieoutError
from core.reports.bridge import LINE_TITLES, LINES, OTHER_LINES, Bridge, bridge_sides

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
    """The equation leaves something over. `tie` is the tie-out, with every gap in its bridge."""

    exit_code = 1

    def __init__(self, tie: TieOut) -> None:
        self.tie = tie
        super().__init__(f"The tie-out from {tie.start} to {tie.end} does not close: {tie.tell_why()}")


@dataclass(frozen=True)
class TieOut:
    """The equation of one period. `minutes` holds local, the COLUMNS and remainder; `xpm` ours, by_hand and total.

    `bridge` leads from what counts as in XPM here to XPM's own total. `is_complete`: both sides were read whole, and
    nothing was written to XPM after it was read.
    """

    start: date
    end: date
    minutes: dict[str, int]
    xpm: dict[str, int]
    items: pd.DataFrame
    bridge: Bridge
    is_complete: bool

    @property
    def closes(self) -> bool:
        """Whether both sums meet in what was read."""
        return not (self.minutes["remainder"] or self.bridge.unexplained or self.bridge.minutes["remainder"])

    @property
    def ties(self) -> bool:
        """Whether both sums meet and both sides were read whole."""
        return self.closes and self.is_complete

    def tell_why(self) -> str:
        """Why it does not close, and the next step; empty when it does."""
        gaps, lost = len(self.bridge.gaps), self.minutes["remainder"] or self.bridge.minutes["remainder"]
        if lost:
            return f"{lost} minutes are in no column. Push nothing; reload both sides and report it if it stays."
        if not gaps:
            return ""
        what = "1 timesheet differs" if gaps == 1 else f"{gaps} timesheets differ"
        return (
            f"{what} from what is recorded here, by {show_hours(self.bridge.unexplained)} h together. "
            "Verify the period against XPM: it reads them back one by one and says what each is."
        )

    def to_json(self) -> dict[str, object]:
        """The published form: whole minutes only."""
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "tie_out": self.minutes,
            "xpm": self.xpm,
            "bridge": self.bridge.minutes,
            "complete": self.is_complete,
            "ties": self.ties,
        }

    def equation(self) -> pd.DataFrame:
        """The local equation as a table: index line, columns minutes and hours (text like 12:30)."""
        names = {"local": "recorded here"} | {column: column.replace("_", " ") for column in COLUMNS}
        return _add_hours({names.get(line, line): value for line, value in self.minutes.items()})

    def xpm_side(self) -> pd.DataFrame:
        """XPM's equation as a table like `equation`: the lines of the bridge that are not 0, and the sums."""
        minutes = self.bridge.minutes
        ours = {LINE_TITLES[line]: minutes[line] for line in LINES if minutes[line] and line not in OTHER_LINES}
        others = {LINE_TITLES[line]: minutes[line] for line in OTHER_LINES if minutes[line] or line == "by_hand"}
        sums = {"XPM's own total": self.xpm["total"], "remainder": minutes["remainder"]}
        return _add_hours({**ours, "Ours in XPM": self.xpm["ours"], **others, **sums})

    def describe(self) -> str:
        """The tie-out in a few lines for a terminal."""
        head = f"Tie-out {self.start} to {self.end}, minutes (hours)"
        rows = [f"  {line:<40} {row.minutes:>8}  ({row.hours})" for line, row in self.equation().iterrows()]
        there = [f"  {line:<40} {row.minutes:>8}  ({row.hours})" for line, row in self.xpm_side().iterrows()]
        return "\n".join([head, *rows, "In XPM", *there, self.verdict()])

    def verdict(self) -> str:
        """One sentence: whether it ties, and if not, why."""
        if not self.closes:
            return f"It does NOT tie: {self.tell_why()}"
        if self.bridge.unread:
            return "Time was written to XPM after it was read last: no verdict. Verify the period or sync."
        return "It ties." if self.is_complete else "Not read whole: no verdict. Sync both sides."

    def require(self) -> TieOut:
        """The same tie-out; raises DoesNotTie when a minute is unaccounted for."""
        if not self.closes:
            raise DoesNotTie(self)
        return self


def tie_out(
    times: pd.DataFrame,
    problems: pd.DataFrame,
    standings: pd.DataFrame,
    claims: pd.DataFrame,
    xpm_times: pd.DataFrame,
    start: date,
    end: date,
    *,
    is_complete: bool,
    copies: Collection[str] = (),
    read_at: Mapping[str, str] | None = None,
) -> TieOut:
    """Account for every minute dated from `start` to `end`, both included.

    times:     LOCAL_FRAMES actual_times, the independent total. problems: rows that could not be read; those of actual
               times count under unreadable, also when their date could not be read.
    standings: one row per entry with minutes, date, standing, reason, bundle_id.
    claims:    what the ledger says XPM holds, as `Claims.read` gives it for the period.
    xpm_times: XPM_FRAMES times. is_complete: whether both sides were read whole for this period.
    copies, read_at: as in `bridge_sides`.
    """
    local = _within(times, start, end)
    unreadable = _unreadable(problems, start, end)
    items = _count_items(_within(standings, start, end), unreadable)
    minutes = {"local": int(local["minutes"].sum()) + int(unreadable["minutes"].sum())}
    by_column = items.groupby("column")["minutes"].sum()
    minutes |= {column: int(by_column.get(column, 0)) for column in COLUMNS}
    minutes["remainder"] = minutes["local"] - sum(minutes[column] for column in COLUMNS)
    bridge = bridge_sides(standings, claims, xpm_times, start, end, copies=copies, read_at=read_at)
    by_hand = sum(bridge.minutes[line] for line in OTHER_LINES)
    xpm = {"ours": bridge.total - by_hand, "by_hand": by_hand, "total": bridge.total}
    return TieOut(start, end, minutes, xpm, items, bridge, is_complete and not bridge.unread)


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


def _add_hours(lines: Mapping[str, int]) -> pd.DataFrame:
    frame = pd.DataFrame({"minutes": dict(lines)}).rename_axis("line")
    return frame.assign(hours=[show_hours(value) for value in frame["minutes"]])
