"""What a practice sees first: the month's equation by day, what waits for a person, and how old each side's data is."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from core.model import Kind, Reason, RunKind, Standing
from core.reports.tieout import COLUMN_OF
from core.store import Run

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Columns of `Overview.links`.
LINK_COUNTS = ["linked", "automatic", "proposed", "open", "broken", "excluded", "archived", "to_decide", "total"]
#: States of a review row that a person has left to decide.
TO_DECIDE = ("broken", "proposed", "open")

_INBOX = ["standing", "entries", "minutes", "oldest", "page", "example"]


class Overview:
    """The first look at one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def month(self, of: date | None = None) -> tuple[date, date]:
        """First and last day of the month of that date; of today without one."""
        day = of or self._ws.today
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])

    def days(self, start: date, end: date) -> pd.DataFrame:
        """Minutes per work date and column of the tie-out; columns date, column, minutes. Days without time have none.

        Rows that could not be read have no sure date and are not among them.
        """
        rows = self._ws.time.standings()
        rows = rows[rows["date"].between(pd.Timestamp(start), pd.Timestamp(end))]
        columns = rows["standing"].map({str(standing): column for standing, column in COLUMN_OF.items()})
        groups = rows.assign(column=columns).groupby(["date", "column"], as_index=False)["minutes"].sum()
        return groups[groups["minutes"].ne(0)]

    def inbox(self) -> pd.DataFrame:
        """What needs a person, by reason, most minutes first; no rows when nothing does.

        Index reason; columns standing, entries, minutes, oldest (work date), page (the one that fixes most of it) and
        example (the sentence of one entry). Withdrawn time counts with the minutes XPM still holds.
        """
        groups = self._ws.exceptions.by_reason()[_INBOX]
        return pd.concat([groups, self._unreadable()]).sort_values("minutes", ascending=False, kind="stable")

    def links(self) -> pd.DataFrame:
        """How far each kind is linked: index kind, columns LINK_COUNTS; `automatic` of the linked ones were accepted
        by a rule, `to_decide` adds up what a person has left, and a row without anything local is all zeros.
        """
        counts = {kind: _count_states(self._ws.review.rows(kind)) for kind in Kind}
        return pd.DataFrame.from_dict(counts, orient="index", columns=LINK_COUNTS).rename_axis("kind")

    def last_sync(self) -> Run | None:
        """The newest reading of both sides, under way or over; None when there was none."""
        runs = self._ws.store.runs
        newest = runs.list(self._ws.practice_id, RunKind.SYNC, limit=1)
        return runs.get(str(newest.index[0])) if len(newest) else None

    def _unreadable(self) -> pd.DataFrame:
        problems = self._ws.local("problems")
        if problems.empty:
            return pd.DataFrame(columns=_INBOX)
        first = problems.iloc[0]
        row = {
            "standing": Standing.UNREADABLE.value,
            "entries": len(problems),
            "minutes": int(problems["minutes"].sum()),
            "oldest": problems["date"].min(),
            "page": "connection",
            "example": f"{first['file']} line {first['line']}: {first['sentence']}",
        }
        return pd.DataFrame([row], index=pd.Index([Reason.UNREADABLE.value], name="reason"))

    def sides(self) -> pd.DataFrame:
        """How old and how whole each side is: index side (local, xpm), columns read_at (UTC text of the part read
        longest ago, empty when never read), whole, broken (names of parts not read whole, comma-joined).
        """
        parts = self._ws.sides.parts().reset_index()
        # A window of time that lies behind is read seldom, and the cost catalogue once a day; the others say how old
        # the side is.
        tables = parts[~parts["part"].str.contains(":") & parts["part"].ne("costs")]
        oldest = tables.groupby("side")["read_at"].min()
        broken = parts[~parts["complete"].astype("bool")].groupby("side")["part"].agg(", ".join)
        frame = pd.DataFrame(index=pd.Index(["local", "xpm"], name="side"))
        frame["read_at"] = oldest.reindex(frame.index).fillna("")
        frame["broken"] = broken.reindex(frame.index).fillna("")
        frame["whole"] = frame["read_at"].ne("") & frame["broken"].eq("")
        return frame


def _count_states(rows: pd.DataFrame) -> list[int]:
    sizes = rows["state"].value_counts()
    automatic = rows["state"].eq("linked") & rows["decided_by"].str.startswith("rule:")
    counts = {state: int(sizes.get(state, 0)) for state in LINK_COUNTS}
    counts |= {"automatic": int(automatic.sum()), "total": len(rows)}
    counts["to_decide"] = sum(counts[state] for state in TO_DECIDE)
    return [counts[name] for name in LINK_COUNTS]
