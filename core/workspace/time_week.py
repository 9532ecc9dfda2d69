"""A person's week: what was recorded on which day and task, from every source, where it stands, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from core.local.timer import FILE
from core.model import Standing
from core.push.rules import Choice
from core.reports.entries import name_entries

if TYPE_CHECKING:
    from core.workspace import Workspace

ENTRY_COLUMNS = ["date", "client", "work", "minutes", "hours", "start", "end", "note", "billable", "status"]
ENTRY_COLUMNS += ["standing", "why", "fix_page", "is_own", "revision"]
_WORKING_DAYS = 5


@dataclass(frozen=True)
class Week:
    """Seven days from `start`, a Monday.

    entries: index entry id, columns ENTRY_COLUMNS, by day and start; `is_own`: captured here, so that it may be
    changed here, at `revision` (0 for others). days: index date, columns minutes and note, a sentence where something
    is missing or overlaps. tasks: index (client, work), one column of minutes per date, and `total`.
    drafts: captured drafts of the week, id -> revision. `earlier_drafts`: how many lie before it.
    """

    start: date
    entries: pd.DataFrame
    days: pd.DataFrame
    tasks: pd.DataFrame
    drafts: dict[str, int]
    earlier_drafts: int

    @property
    def end(self) -> date:
        """Its Sunday."""
        return self.start + timedelta(days=6)

    @property
    def minutes(self) -> int:
        """All of it."""
        return int(self.entries["minutes"].sum())


def read_week(ws: Workspace, staff_id: str, day: date) -> Week:
    """The week of `day`, of one person."""
    start = day - timedelta(days=day.weekday())
    end = start + timedelta(days=6)
    rows = ws.time.planning.standings(Choice(start=start, end=end))
    within = rows["date"].between(pd.Timestamp(start), pd.Timestamp(end))
    mine = rows[rows["staff_id"].eq(staff_id) & within & rows["standing"].ne(Standing.WITHDRAWN)]
    kept = ws.store.timers.entries(ws.practice_id, staff_id)
    entries = _name(mine.sort_values(["date", "start"], kind="stable"), kept, ws)
    drafts = kept[kept["status"].eq("draft")]
    here = drafts[drafts.index.isin(entries.index)]
    revisions = {str(one): int(revision) for one, revision in here["revision"].items()}
    earlier = int((drafts["date"] < start).sum())
    return Week(start, entries, _sum_days(entries, start, ws.today), _sum_tasks(entries, start), revisions, earlier)


def _name(rows: pd.DataFrame, kept: pd.DataFrame, ws: Workspace) -> pd.DataFrame:
    named = name_entries(rows, ws.reports.names())
    named["is_own"] = named["file"].eq(FILE)
    named["revision"] = kept["revision"].reindex(named.index).fillna(0).astype("int64")
    return named[ENTRY_COLUMNS]


def _sum_tasks(entries: pd.DataFrame, start: date) -> pd.DataFrame:
    days = [pd.Timestamp(start + timedelta(days=number)) for number in range(7)]
    if entries.empty:
        index = pd.MultiIndex.from_arrays([[], []], names=["client", "work"])
        return pd.DataFrame(0, index=index, columns=[*days, "total"])
    table = entries.pivot_table(index=["client", "work"], columns="date", values="minutes", aggfunc="sum", fill_value=0)
    table = table.reindex(columns=days, fill_value=0).astype("int64")
    return table.assign(total=table.sum(axis=1)).sort_values("total", ascending=False, kind="stable")


def _sum_days(entries: pd.DataFrame, start: date, today: date) -> pd.DataFrame:
    days = [start + timedelta(days=number) for number in range(7)]
    sums = entries.groupby("date")["minutes"].sum()
    minutes = [int(sums.get(pd.Timestamp(day), 0)) for day in days]
    notes = [_tell_day(day, entries[entries["date"].eq(pd.Timestamp(day))], today) for day in days]
    return pd.DataFrame({"minutes": minutes, "note": notes}, index=pd.Index(days, name="date", dtype="object"))


def _tell_day(day: date, entries: pd.DataFrame, today: date) -> str:
    """What is missing on a day, or stands on another: nothing at all, time between spans, spans that overlap."""
    if entries.empty:
        return "Nothing recorded" if day.weekday() < _WORKING_DAYS and day < today else ""
    spans = entries[entries["start"].ne("") & entries["end"].ne("")].sort_values(["start", "end"])
    told, until = [], ""
    for start, end in zip(spans["start"], spans["end"], strict=True):
        if until and start > until:
            told.append(f"{until} to {start} open")
        if until and start < until:
            told.append(f"{start} to {min(end, until)} twice")
        until = max(until, end)
    return "; ".join(told)
