"""Records into frames: the last place that knows XPM's records, so that everything after it knows only frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from core.model import XPM_FRAMES, empty_frame, shape_frame
from core.xpm.records import CatalogueCost, Client, JobRecord, Named, Record, Staff, TaskType, TimeRecord


def make_staff_frame(staff: Sequence[Staff]) -> pd.DataFrame:
    """One row per listed staff member, index UUID."""
    return _make("staff", {one.uuid: one for one in staff}, {"listed": lambda _: True})


def make_former_staff_frame(times: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Rows for people known only from time, given as pairs of UUID and name; `listed` is False."""
    names = dict(times)
    if not names:
        return empty_frame(XPM_FRAMES["staff"])
    rows = {"name": list(names.values()), "listed": [False] * len(names)}
    return shape_frame(pd.DataFrame(rows, index=pd.Index(list(names), dtype="str")), XPM_FRAMES["staff"])


def make_clients_frame(clients: Sequence[Client]) -> pd.DataFrame:
    """One row per client, archived and deleted ones included; group names joined by comma."""
    groups = {"client_group": lambda one: ", ".join(sorted(group.name for group in one.groups))}
    return _make("clients", {one.uuid: one for one in clients}, groups)


def make_task_types_frame(task_types: Sequence[TaskType]) -> pd.DataFrame:
    """One row per catalogue task."""
    return _make("task_types", {one.uuid: one for one in task_types})


def make_named_frame(name: str, records: Sequence[Named]) -> pd.DataFrame:
    """Templates, categories or job states: index UUID, or the name where XPM gives no UUID."""
    return _make(name, {one.key: one for one in records})


def make_state_names_frame(names: Iterable[str]) -> pd.DataFrame:
    """Job states known only from the jobs that have them; index and name are the same text."""
    return make_named_frame("job_states", [Named(name=name) for name in sorted(set(names)) if name])


def make_jobs_frame(jobs: Sequence[JobRecord], *, current: bool) -> pd.DataFrame:
    """One row per job, index job number."""
    return _make("jobs", {one.number: one for one in jobs}, {"current": lambda _: current})


def make_job_tasks_frame(jobs: Sequence[JobRecord]) -> pd.DataFrame:
    """One row per task on these jobs, index the job task's own UUID; the jobs have to come with their tasks."""
    owners = {task.uuid: job.number for job in jobs for task in job.tasks}
    tasks = {task.uuid: task for job in jobs for task in job.tasks}
    return _make("job_tasks", tasks, {"job": lambda one: owners[one.uuid]})


def make_times_frame(times: Sequence[TimeRecord]) -> pd.DataFrame:
    """One row per timesheet, index UUID."""
    return _make("times", {one.uuid: one for one in times}, {"invoiced": lambda one: one.invoiced})


def make_costs_frame(costs: Sequence[CatalogueCost]) -> pd.DataFrame:
    """One row per catalogue cost; money is Decimal, None where XPM holds none."""
    return _make("costs", {one.uuid: one for one in costs})


def _make(name: str, records: dict[str, Any], extra: dict[str, Any] | None = None) -> pd.DataFrame:
    """The contract's columns from the records' fields of the same name, and from `extra` functions."""
    contract = XPM_FRAMES[name]
    if not records:
        return empty_frame(contract)
    columns = {column: [_take(record, column, extra or {}) for record in records.values()] for column in contract.names}
    return shape_frame(pd.DataFrame(columns, index=pd.Index(list(records), dtype="str")), contract)


def _take(record: Record, column: str, extra: dict[str, Any]) -> Any:
    make = extra.get(column)
    return make(record) if make else getattr(record, column)
