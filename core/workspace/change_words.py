"""What a plan would change in XPM, in words and names: what each timesheet says now, and what it would say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from core.push.plan import Parts, Plan
from core.reports.tieout import show_hours

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["CHANGES", "Parts", "Plan", "name_changes"]

#: Columns of `name_changes`, index bundle id.
CHANGES = ["op", "date", "staff", "client", "job", "was", "becomes"]


def name_changes(ws: Workspace, plan: Plan) -> pd.DataFrame:
    """One row per timesheet a plan changes, in the order of days: index bundle id, columns CHANGES.

    `op` is update or delete. `was` and `becomes` name only what differs; a deleted timesheet becomes `not in XPM`.
    """
    rows, names = plan.changes, _Names(ws)
    return pd.DataFrame(
        {
            "op": rows["op"],
            "date": rows["was_date"],
            "staff": [names.staff(one) for one in rows["was_staff_id"]],
            "client": [names.client(one) for one in rows["was_job"]],
            "job": [names.job(one) for one in rows["was_job"]],
            "was": [_tell(row, "was_", names) for _, row in rows.iterrows()],
            "becomes": [_tell(row, "", names) if row["op"] == "update" else "not in XPM" for _, row in rows.iterrows()],
        },
        index=rows.index,
        columns=CHANGES,
    )


class _Names:
    """XPM's names by id; an id without one names itself."""

    def __init__(self, ws: Workspace) -> None:
        self._staff = ws.reports.names().xpm_staff
        self._jobs, self._tasks = ws.xpm("jobs"), ws.xpm("job_tasks")["name"]

    def staff(self, one: str) -> str:
        return str(self._staff.get(one, one))

    def client(self, job: str) -> str:
        return str(self._jobs["client_name"].get(job, ""))

    def job(self, one: str) -> str:
        return f"{one} {self._jobs['name'].get(one, '')}".strip()

    def task(self, one: str) -> str:
        return str(self._tasks.get(one, one))


def _tell(row: pd.Series, which: str, names: _Names) -> str:
    differs = row["differs"].split(",") if row["differs"] else ["minutes", "note"]
    return ", ".join(_tell_field(field, row[f"{which}{field}"], names) for field in differs)


def _tell_field(field: str, value: Any, names: _Names) -> str:
    if field == "minutes":
        return f"{show_hours(int(value))} h"
    if field == "date":
        return f"{value:%d/%m/%Y}" if pd.notna(value) else ""
    if field == "staff_id":
        return names.staff(value)
    if field == "task_id":
        return names.task(value)
    return names.job(value) if field == "job" else f"“{value}”"
