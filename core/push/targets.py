"""Where an actual time would go: the links of its client, staff member, process and task, joined into one XPM target.

Also why it cannot go: the first obstacle in the order in which a person would clear them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from core.model import Reason, Verdict
from core.push.settings import PushSettings


@dataclass(frozen=True)
class LocalSide:
    """The local frames of LOCAL_FRAMES, by their names there; `times` is actual_times."""

    times: pd.DataFrame
    tasks: pd.DataFrame
    staff: pd.DataFrame
    clients: pd.DataFrame
    processes: pd.DataFrame


@dataclass(frozen=True)
class Links:
    """Resolved links per kind: index local id, columns verdict, xpm_id, broken, broken_why; open records are absent."""

    clients: pd.DataFrame
    staff: pd.DataFrame
    processes: pd.DataFrame
    tasks: pd.DataFrame


@dataclass(frozen=True)
class XpmSide:
    """The XPM frames of XPM_FRAMES as of the last sync."""

    jobs: pd.DataFrame
    job_tasks: pd.DataFrame
    times: pd.DataFrame
    staff: pd.DataFrame


#: Column of the local id, word used for the columns a link adds, page that fixes it, its title.
_LINKED = (
    ("client_id", "client", "clients", "Clients"),
    ("staff_id", "staff", "staff", "Staff"),
    ("process_id", "process", "work", "Work"),
    ("task_id", "task", "work", "Work"),
)

_EXCLUDED = (
    ("client", Reason.EXCLUDED_CLIENT),
    ("staff", Reason.EXCLUDED_STAFF),
    ("process", Reason.EXCLUDED_PROCESS),
    ("task", Reason.EXCLUDED_TASK),
)


def find_targets(local: LocalSide, links: Links, xpm: XpmSide, settings: PushSettings) -> pd.DataFrame:
    """One row per actual time, index its id: where it would go in XPM, and what is in the way.

    Columns of the target: xpm_client_id, xpm_staff_id, task_type_id, job, job_task_id (empty while unknown).
    `excluded` and `obstacle` hold a Reason or empty text; excluded ones may have an obstacle too. The rest are facts
    for sentences: client, staff, process, task (names), job_state, broken_page, broken_title, broken_why; and
    task_status and client_group, the local status of the entry's task and group of its client.
    """
    columns = _look_up_names(local) | _look_up_links(local.times, links)
    rows = pd.DataFrame(columns, index=local.times.index, dtype="object")
    rows["xpm_client_id"] = rows["client_xpm"]
    rows["xpm_staff_id"] = rows["staff_xpm"]
    rows["task_type_id"] = rows["process_xpm"]
    jobs = _open_jobs(xpm.jobs, settings)
    _place(rows, local.times, xpm.job_tasks, jobs)
    _explain_breaks(rows)
    rows["excluded"] = _first_reason([(_is(rows, word, Verdict.EXCLUDED), reason) for word, reason in _EXCLUDED])
    rows["obstacle"] = _first_reason(_obstacles(rows, local.times, xpm.staff))
    return rows


def _look_up_names(local: LocalSide) -> dict[str, np.ndarray]:
    """What each entry's ids are called; an id that is nowhere keeps its own text, so that a sentence still names it."""
    named = {"client": local.clients, "staff": local.staff, "process": local.processes, "task": local.tasks}
    columns = {word: _spread(local.times[f"{word}_id"], partial(_name, frame["name"])) for word, frame in named.items()}
    columns["client_group"] = _spread(local.times["client_id"], partial(_find, local.clients["client_group"]))
    columns["task_status"] = _spread(local.times["task_id"], partial(_find, local.tasks["status"]))
    return columns


def _look_up_links(times: pd.DataFrame, links: Links) -> dict[str, np.ndarray]:
    """Per kind its `_verdict`, `_xpm` (the linked id) and `_broken` (why the link no longer holds), else empty text."""
    columns: dict[str, np.ndarray] = {}
    for (column, word, _, _), frame in zip(_LINKED, vars(links).values(), strict=True):
        linked = frame["verdict"].eq(Verdict.LINKED.value)
        found = {"verdict": frame["verdict"], "xpm": frame["xpm_id"].where(linked, "")}
        found["broken"] = frame["broken_why"].where(linked & frame["broken"].eq(True), "")
        columns |= {f"{word}_{name}": _spread(times[column], partial(_find, values)) for name, values in found.items()}
    return columns


def _spread(ids: pd.Series, look_up: Callable[[pd.Index], np.ndarray]) -> np.ndarray:
    """What is found for each id. Entries are many and ids few: each id is looked up once."""
    codes, different = pd.factorize(ids)
    return np.asarray(look_up(pd.Index(different))[codes])


def _find(values: pd.Series, ids: pd.Index) -> np.ndarray:
    return np.asarray(values.reindex(ids).fillna("").to_numpy(dtype="object"))


def _name(names: pd.Series, ids: pd.Index) -> np.ndarray:
    found = _find(names, ids)
    return np.where(found == "", ids.to_numpy(dtype="object"), found)


def _open_jobs(jobs: pd.DataFrame, settings: PushSettings) -> pd.DataFrame:
    """The jobs with `open`: in XPM's list of open jobs, and in a state that takes time."""
    states = jobs["state"].str.casefold()
    if settings.allowed_states:
        takes_time = states.isin([state.casefold() for state in settings.allowed_states])
    else:
        takes_time = ~states.str.contains(settings.closed_pattern(), regex=True)
    return jobs[["client_id", "state"]].assign(open=(takes_time & jobs["current"]).astype(bool))


def _place(rows: pd.DataFrame, times: pd.DataFrame, job_tasks: pd.DataFrame, jobs: pd.DataFrame) -> None:
    """Fill job and job_task_id, from the task's own link or from the client's one open job with such a task."""
    candidates = _count_candidates(job_tasks, jobs)
    # Each pair of client and process is looked up once.
    pairs = rows.groupby(["client_xpm", "process_xpm"], sort=False).ngroup().to_numpy()
    firsts = rows.loc[~rows.duplicated(["client_xpm", "process_xpm"]).to_numpy(), ["client_xpm", "process_xpm"]]
    fitting = candidates.reindex(pd.MultiIndex.from_frame(firsts))
    count = fitting["count"].fillna(0).to_numpy(dtype="int64")[pairs]
    only = fitting["only"].fillna("").to_numpy(dtype="object")[pairs]
    askable = rows["client_xpm"].ne("").to_numpy() & rows["process_xpm"].ne("").to_numpy()
    by_process = times["task_id"].eq("").to_numpy() & askable & (count == 1)
    rows["candidates"] = np.where(askable, count, -1)
    rows["job_task_id"] = np.where(by_process, only, rows["task_xpm"])
    rows["job"] = _spread(rows["job_task_id"], partial(_find, job_tasks["job"]))
    rows["job_state"] = _spread(rows["job"], partial(_find, jobs["state"]))
    rows["job_open"] = _spread(rows["job"], lambda ids: jobs["open"].reindex(ids).eq(True).to_numpy(dtype=bool))
    rows["job_client"] = _spread(rows["job"], partial(_find, jobs["client_id"]))


def _count_candidates(job_tasks: pd.DataFrame, jobs: pd.DataFrame) -> pd.DataFrame:
    """Index (XPM client, task type): how many uncompleted job tasks on open jobs fit, and one of them."""
    live = job_tasks[~job_tasks["completed"]].join(jobs, on="job", how="inner")
    live = live[live["open"].astype(bool)]
    groups = live.assign(job_task=live.index).groupby(["client_id", "task_type_id"])["job_task"]
    return groups.agg(count="size", only="first")


def _explain_breaks(rows: pd.DataFrame) -> None:
    """Fill broken_why, broken_page and broken_title from the first link that no longer holds."""
    task = rows["task_broken"].to_numpy(dtype="object")
    linked = rows["task_xpm"].ne("").to_numpy()
    gone = linked & rows["job"].eq("").to_numpy()
    foreign = linked & (rows["job_client"] != rows["client_xpm"]).to_numpy() & rows["client_xpm"].ne("").to_numpy()
    task = np.where((task == "") & gone, "the linked XPM job task is no longer in XPM", task)
    task = np.where((task == "") & foreign, "the linked XPM job belongs to another client than the linked one", task)
    rows["task_broken"] = task
    links = [(word, page, title) for _, word, page, title in _LINKED if word != "process"]
    broken = [rows[f"{word}_broken"].ne("") for word, _, _ in links]
    rows["broken_why"] = np.select(broken, [rows[f"{word}_broken"] for word, _, _ in links], default="")
    rows["broken_page"] = np.select(broken, [page for _, page, _ in links], default="")
    rows["broken_title"] = np.select(broken, [title for _, _, title in links], default="")


def _is(rows: pd.DataFrame, word: str, verdict: Verdict) -> np.ndarray:
    return np.asarray(rows[f"{word}_verdict"].eq(verdict.value), dtype=bool)


def _obstacles(rows: pd.DataFrame, times: pd.DataFrame, staff: pd.DataFrame) -> list[tuple[np.ndarray, Reason]]:
    """In the order a person clears them: who and for whom first, then what, then whether XPM takes it."""
    gone = _spread(rows["staff_xpm"], lambda ids: staff["listed"].reindex(ids).eq(False).to_numpy(dtype=bool))
    has_task = times["task_id"].ne("").to_numpy()
    unplaced = rows["job_task_id"].eq("").to_numpy()
    process_open = rows["process_xpm"].eq("").to_numpy()
    return [
        (rows["client_xpm"].eq("").to_numpy(), Reason.CLIENT_UNLINKED),
        (rows["staff_xpm"].eq("").to_numpy(), Reason.STAFF_UNLINKED),
        (gone, Reason.STAFF_INACTIVE),
        (rows["broken_why"].ne("").to_numpy(), Reason.LINK_BROKEN),
        (unplaced & process_open, Reason.PROCESS_OPEN),
        (unplaced & (rows["candidates"].to_numpy() == 0), Reason.TASK_MISSING),
        (unplaced & has_task, Reason.TASK_UNLINKED),
        (unplaced, Reason.TIE),
        (~rows["job_open"].to_numpy(), Reason.JOB_CLOSED),
    ]


def _first_reason(tests: list[tuple[np.ndarray, Reason]]) -> np.ndarray:
    return np.select([test for test, _ in tests], [reason.value for _, reason in tests], default="")
