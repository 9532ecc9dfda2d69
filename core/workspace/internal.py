"""Time for the practice itself: leave, training, meetings. It goes to XPM by ordinary mappings, or is excluded.

A practice keeps such time on a client of its own with a job whose tasks are kinds of internal work. Nothing about that
is special: the client is linked, the processes are mapped to the XPM tasks of the job. What is worth knowing is which
excluded processes could go so, and to which job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.model import Kind, Verdict

if TYPE_CHECKING:
    from core.workspace import Workspace

_COLUMNS = ["process", "client", "minutes", "xpm_client", "job", "tasks"]


def find_internal(ws: Workspace) -> pd.DataFrame:
    """The excluded processes with recorded time, most time first, index process id.

    Columns process (its name), client (the local client with most of the time), minutes (all of the process),
    xpm_client (the client's partner in XPM, empty while it has none), job (an open job there, empty for none) and tasks
    (the names of that job's open tasks). No rows when nothing is excluded.
    """
    links = ws.review.links(Kind.PROCESS)
    excluded = links.index[links["verdict"].eq(Verdict.EXCLUDED.value)]
    times = ws.local("actual_times")
    times = times[times["process_id"].isin(excluded)]
    if times.empty:
        return pd.DataFrame(columns=_COLUMNS)
    minutes = times.groupby(["process_id", "client_id"])["minutes"].sum().sort_values(ascending=False).reset_index()
    rows = minutes.drop_duplicates("process_id").set_index("process_id")
    clients = ws.review.links(Kind.CLIENT)
    partner = clients["xpm_id"].reindex(rows["client_id"]).fillna("").to_numpy()
    job = _find_jobs(ws).reindex(partner).fillna("").to_numpy()
    made = {
        "process": ws.local("processes")["name"].reindex(rows.index).fillna("").to_numpy(),
        "client": ws.local("clients")["name"].reindex(rows["client_id"]).fillna("").to_numpy(),
        "minutes": minutes.groupby("process_id")["minutes"].sum().reindex(rows.index).to_numpy(),
        "xpm_client": clients["xpm_name"].reindex(rows["client_id"]).fillna("").to_numpy(),
        "job": job,
        "tasks": _list_tasks(ws).reindex(job).fillna("").to_numpy(),
    }
    return pd.DataFrame(made, index=rows.index)[_COLUMNS].sort_values("minutes", ascending=False, kind="stable")


def _find_jobs(ws: Workspace) -> pd.Series:
    """XPM client id -> the number of its open job begun last."""
    jobs = ws.xpm("jobs")
    still_open = jobs[jobs["current"]].sort_values("start", na_position="first", kind="stable")
    return still_open.reset_index().groupby("client_id")["id"].last()


def _list_tasks(ws: Workspace) -> pd.Series:
    """Job number -> the names of its open tasks."""
    tasks = ws.xpm("job_tasks")
    return tasks[~tasks["completed"]].groupby("job")["name"].agg(", ".join)
