"""Verifications of one practice: asked for, kept row by row with their run, and read again by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.model import RunKind, RunState
from core.push.verify import Verified
from core.reports.entries import label_records, name_entries
from core.reports.verification import flatten_items, list_by_entry, tell_result
from core.store import Item, Run

if TYPE_CHECKING:
    from core.workspace import Workspace

_UNDER_WAY = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
_KEPT = ["minutes", "xpm_minutes", "note", "xpm_note", "differs", "invoiced", "by_hand", "state"]
_NAMES = ["staff", "client", "work", "job", "job_name", "task"]
_LOOK_BACK = 100


class Verifying:
    """Reading XPM back, and what it found."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def request(self, start: date, end: date) -> Run:
        """Queue a reading back of XPM for a period; one under way that covers it is given instead."""
        ws = self._ws
        former = ws.store.runs.list(ws.practice_id, RunKind.VERIFY, limit=1)
        if len(former) and former["state"].iloc[0] in _UNDER_WAY and _covers(former["parameters"].iloc[0], start, end):
            return ws.store.runs.get(str(former.index[0]))
        parameters = {"from": start.isoformat(), "to": end.isoformat()}
        # Two requests that saw the same former run are one.
        once_key = f"verify:{start}:{end}:after {former.index[0] if len(former) else 'none'}"
        return ws.store.runs.queue(ws.practice_id, RunKind.VERIFY, ws.actor, parameters, once_key)

    def keep(self, run_id: str, verified: Verified) -> None:
        """Keep what a verification found with its run, by name, in the place of what an earlier try of it found."""
        rows = self._name(verified.rows)
        entries = self._name_members(verified.rows)
        items = [
            _make_item(str(key), row, entries) for key, row in zip(rows.index, rows.to_dict("records"), strict=True)
        ]
        self._ws.store.run_items.replace(run_id, self._ws.practice_id, items)

    def _name(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows with names of both sides in the place of XPM's ids."""
        ws = self._ws
        staff, jobs = label_records(ws.xpm("staff")), ws.xpm("jobs")
        tasks = ws.xpm("job_tasks")["name"]
        # Former staff may be known by their time alone.
        known = ws.xpm("times").drop_duplicates("staff_id").set_index("staff_id")["staff_name"]
        named = rows.copy()
        for side in ("", "xpm_"):
            who = rows[f"{side}staff_id"]
            named[f"{side}staff"] = who.map(staff).fillna(who.map(known)).fillna("")
            named[f"{side}job_name"] = rows[f"{side}job"].map(jobs["name"]).fillna(rows[f"{side}job"])
            named[f"{side}task"] = rows[f"{side}task_id"].map(tasks).fillna("")
        named["client"] = rows["job"].map(jobs["client_name"]).fillna("")
        named["work"] = named["task"].where(named["task"].ne(""), named["job_name"])
        return named

    def _name_members(self, rows: pd.DataFrame) -> dict[str, dict[str, str]]:
        """Entry id -> staff, client and work by their local names; ids that are gone are absent."""
        wanted = {entry for shares in rows["shares"] for entry in shares}
        standings = self._ws.time.standings()
        known = name_entries(standings[standings.index.isin(list(wanted))], self._ws.reports.names())
        columns = ["staff", "client", "work"]
        return {
            str(one): dict(zip(columns, map(str, names), strict=True)) for one, *names in known[columns].itertuples()
        }

    # -- what was found -----------------------------------------------------------------------------------------------

    def newest(self, start: date, end: date) -> Run | None:
        """The last verification that was done and covers the period; None when there is none."""
        runs = self._ws.store.runs
        for run_id, run in runs.list(self._ws.practice_id, RunKind.VERIFY, limit=_LOOK_BACK).iterrows():
            if run["state"] == RunState.DONE and _covers(run["parameters"], start, end):
                return runs.get(str(run_id))
        return None

    def rows(self, run_id: str, start: date | None = None, end: date | None = None) -> pd.DataFrame:
        """What a verification found, as `flatten_items`; cut to these dates when they are given."""
        return flatten_items(_cut(self._ws.store.run_items.read(run_id), start, end))

    def sheet(self, start: date, end: date) -> pd.DataFrame:
        """The last verification that covers the period, entry by entry; no rows when there is none."""
        run = self.newest(start, end)
        items = self._ws.store.run_items.read(run.id if run else "")
        return list_by_entry(_cut(items, start, end))


def _covers(parameters: Mapping[str, str], start: date, end: date) -> bool:
    return parameters["from"] <= start.isoformat() and end.isoformat() <= parameters["to"]


def _make_item(key: str, row: dict[str, Any], names: dict[str, dict[str, str]]) -> Item:
    nobody = {"staff": "", "client": "", "work": ""}
    entries = [
        {"id": entry, "minutes": minutes, "sent": sent, **names.get(entry, nobody)}
        for entry, (minutes, sent) in row["shares"].items()
    ]
    facts = {name: row[name] for name in (*_KEPT, *_NAMES)} | {"entries": entries}
    facts |= {"date": f"{row['date']:%Y-%m-%d}", "xpm_date": f"{row['xpm_date']:%Y-%m-%d}"}
    return Item(key, row["result"], tell_result(row), row["entry_id"], facts)


def _cut(items: pd.DataFrame, start: date | None, end: date | None) -> pd.DataFrame:
    """Those dated in the period on either side."""
    if start is None or end is None:
        return items
    days = [(one["date"], one["xpm_date"]) for one in items["content"]]
    return items[[any(start.isoformat() <= day <= end.isoformat() for day in both) for both in days]]
