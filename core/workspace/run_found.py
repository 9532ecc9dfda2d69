"""What a verification, an undo or a sweep found, item by item, with the names of the time it is about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from core.model import Kind, RunKind
from core.reports.verification import flatten_items
from core.store import Run

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Columns of `list_found`, index the item's key.
FOUND = ["outcome", "words", "date", "staff", "client", "work", "minutes"]
_NAMED = ["date", "staff", "client", "work", "minutes"]


def list_found(ws: Workspace, run: Run) -> pd.DataFrame:
    """The items of a run with columns FOUND; no rows for a run that keeps none.

    What is not about one timesheet has no client and work; minutes are then 0, and a date that is unknown is NaT.
    """
    items = ws.store.run_items.read(run.id)
    if run.kind is RunKind.VERIFY:
        return flatten_items(items).rename(columns={"result": "outcome"})[FOUND]
    if run.kind is RunKind.CHECK:
        return _name_rights(items)
    if run.kind is RunKind.FOLLOW:
        return _name_tasks(ws, items)
    named = _name_bundles(ws, run).reindex(items.index)
    found = items[["outcome", "words"]].join(named)
    days = [_read_person_day(str(key)) for key in found.index]
    people = ws.reports.names().xpm_staff
    found["staff"] = [
        staff if pd.notna(staff) else people.get(person, "")
        for staff, (person, _) in zip(found["staff"], days, strict=True)
    ]
    found["date"] = found["date"].fillna(pd.Series([day for _, day in days], index=found.index))
    return found.fillna({"client": "", "work": "", "minutes": 0}).astype({"minutes": "int64"})[FOUND]


def _name_rights(items: pd.DataFrame) -> pd.DataFrame:
    """The rights that were tried: the right in the place of the work, what it is for where nothing is to be said."""
    content = items["content"]
    purposes = pd.Series([f"Needed {one['purpose']}." for one in content], index=items.index, dtype="str")
    named = items.assign(work=[str(one["right"]) for one in content], date=pd.NaT, staff="", client="", minutes=0)
    return named.assign(words=items["words"].where(items["words"].ne(""), purposes))[FOUND]


def _name_tasks(ws: Workspace, items: pd.DataFrame) -> pd.DataFrame:
    """The job tasks that were completed or reopened, by the local task that wished it."""
    tasks = ws.review.local(Kind.TASK).reindex([str(one.get("task", "")) for one in items["content"]])
    names = {"work": tasks["name"].fillna("").to_numpy(), "client": tasks["client_name"].fillna("").to_numpy()}
    return items.assign(**names, date=pd.NaT, staff="", minutes=0)[FOUND]


def _name_bundles(ws: Workspace, run: Run) -> pd.DataFrame:
    """The timesheets of the run, and of the run it undoes."""
    of = str(run.parameters.get("of", ""))
    frames = [ws.running.rows(one)[_NAMED] for one in (run.id, of) if one]
    named = pd.concat(frames)
    return named[~named.index.duplicated()]


def _read_person_day(key: str) -> tuple[str, pd.Timestamp]:
    """Person and day of an item that is about a whole day; else nothing."""
    person, _, day = key.rpartition(" ")
    try:
        return person, pd.Timestamp(date.fromisoformat(day))
    except ValueError:
        return "", pd.NaT
