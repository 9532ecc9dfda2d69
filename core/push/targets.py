"""Where an actual time would go: the links of its client, staff member, process and task, joined into one XPM target.

Also why it cannot go: the first obstacle in the order in which a person would clear them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.model import Reason, Verdict
from core.push.ruled import LACKS, SEVERAL, divert, overrule
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
    """Resolved links per kind: index local id, columns verdict, xpm_id, broken, broken_why; open records are absent.

    ruled: index entry id, columns verdict and xpm_id (a task type), of the entries for which a rule that narrows their
    process decides in place of the process's own link, see `core.push.ruled.overrule`; None while there are no rules.
    """

    clients: pd.DataFrame
    staff: pd.DataFrame
    processes: pd.DataFrame
    tasks: pd.DataFrame
    ruled: pd.DataFrame | None = None

    @property
    def by_kind(self) -> tuple[pd.DataFrame, ...]:
        """The links of each kind, in the order a person makes them."""
        return self.clients, self.staff, self.processes, self.tasks


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
    ids = {word: _Ids(local.times[column]) for column, word, _, _ in _LINKED}
    columns = _look_up_names(local, ids) | _look_up_links(ids, links)
    if links.ruled is not None:
        overrule(columns, local.times.index, links.ruled)
    rows = pd.DataFrame(columns, index=local.times.index, dtype="object")
    rows["xpm_client_id"] = rows["client_xpm"]
    rows["xpm_staff_id"] = rows["staff_xpm"]
    rows["task_type_id"] = rows["process_xpm"]
    jobs = _open_jobs(xpm.jobs, settings)
    _place(rows, local.times, xpm.job_tasks, jobs)
    _explain_breaks(rows)
    if links.ruled is not None:
        divert(rows, xpm.job_tasks)
    rows["excluded"] = _first_reason(_exclusions(rows))
    rows["obstacle"] = _first_reason(_obstacles(rows, local.times, xpm.staff))
    return rows


class _Ids:
    """One column of ids. Entries are many and ids few: each id is looked up once."""

    def __init__(self, values: pd.Series | np.ndarray) -> None:
        codes, different = pd.factorize(values)
        self.codes = codes
        self.different = pd.Index(different)

    def spread(self, found: np.ndarray) -> np.ndarray:
        """What was found for each different id, for every entry."""
        return np.asarray(found[self.codes])

    def find(self, frame: pd.DataFrame, *columns: str) -> list[np.ndarray]:
        """The texts of these columns for every entry, empty where the frame has no such id."""
        place = frame.index.get_indexer(self.different)
        known = place >= 0
        return [self.spread(_pick(frame[column], place, known)) for column in columns]


def _pick(values: pd.Series, place: np.ndarray, known: np.ndarray) -> np.ndarray:
    found = np.full(len(place), "", dtype="object")
    found[known] = values.to_numpy(dtype="object")[place[known]]
    return found


def _look_up_names(local: LocalSide, ids: Mapping[str, _Ids]) -> dict[str, np.ndarray]:
    """What each entry's ids are called; an id that is nowhere keeps its own text, so that a sentence still names it."""
    client, columns = ids["client"], {}
    columns["client"], columns["client_group"] = client.find(local.clients, "name", "client_group")
    columns["task"], columns["task_status"] = ids["task"].find(local.tasks, "name", "status")
    [columns["staff"]] = ids["staff"].find(local.staff, "name")
    [columns["process"]] = ids["process"].find(local.processes, "name")
    for _, word, _, _ in _LINKED:
        own = ids[word].spread(ids[word].different.to_numpy(dtype="object"))
        columns[word] = np.where(columns[word] == "", own, columns[word])
    return columns


def _look_up_links(ids: Mapping[str, _Ids], links: Links) -> dict[str, np.ndarray]:
    """Per kind its `_verdict`, `_xpm` (the linked id) and `_broken` (why the link no longer holds), else empty text."""
    columns: dict[str, np.ndarray] = {}
    for (_, word, _, _), frame in zip(_LINKED, links.by_kind, strict=True):
        linked = frame["verdict"].eq(Verdict.LINKED.value)
        held = frame[["verdict"]].assign(xpm=frame["xpm_id"].where(linked, ""))
        held["broken"] = frame["broken_why"].where(linked & frame["broken"].eq(True), "")
        found = ids[word].find(held, "verdict", "xpm", "broken")
        columns |= dict(zip((f"{word}_verdict", f"{word}_xpm", f"{word}_broken"), found, strict=True))
    return columns


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
    clients, processes = _Ids(rows["client_xpm"]), _Ids(rows["process_xpm"])
    size = max(len(processes.different), 1)
    pairs, of = np.unique(clients.codes * size + processes.codes, return_inverse=True)
    asked = [clients.different[pairs // size], processes.different[pairs % size]]
    found = candidates.index.get_indexer(pd.MultiIndex.from_arrays(asked))
    count = np.where(found >= 0, candidates["count"].to_numpy()[found], 0)[of] if len(candidates) else 0
    only = _pick(candidates["only"], found, found >= 0)[of]
    askable = rows["client_xpm"].ne("").to_numpy() & rows["process_xpm"].ne("").to_numpy()
    by_process = times["task_id"].eq("").to_numpy() & askable & (count == 1)
    rows["candidates"] = np.where(askable, count, -1)
    rows["job_task_id"] = np.where(by_process, only, rows["task_xpm"])
    [rows["job"]] = _Ids(rows["job_task_id"]).find(job_tasks, "job")
    by_job = _Ids(rows["job"])
    rows["job_state"], rows["job_client"] = by_job.find(jobs, "state", "client_id")
    rows["job_open"] = by_job.spread(jobs["open"].reindex(by_job.different).eq(True).to_numpy(dtype=bool))


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


def _exclusions(rows: pd.DataFrame) -> list[tuple[np.ndarray, Reason]]:
    """Who or what is excluded; a process by one of its rules, which is told apart from a process as a whole."""
    tests = [(_is(rows, word, Verdict.EXCLUDED), reason) for word, reason in _EXCLUDED]
    if "is_ruled" not in rows:
        return tests
    by_rule = _is(rows, "process", Verdict.EXCLUDED) & rows["is_ruled"].to_numpy(dtype=bool)
    place = [reason for _, reason in tests].index(Reason.EXCLUDED_PROCESS)
    return [*tests[:place], (by_rule, Reason.EXCLUDED_BY_RULE), *tests[place:]]


def _is(rows: pd.DataFrame, word: str, verdict: Verdict) -> np.ndarray:
    return np.asarray(rows[f"{word}_verdict"].eq(verdict.value), dtype=bool)


def _obstacles(rows: pd.DataFrame, times: pd.DataFrame, staff: pd.DataFrame) -> list[tuple[np.ndarray, Reason]]:
    """In the order a person clears them: who and for whom first, then what, then whether XPM takes it."""
    person = _Ids(rows["staff_xpm"])
    gone = person.spread(staff["listed"].reindex(person.different).eq(False).to_numpy(dtype=bool))
    has_task = times["task_id"].ne("").to_numpy()
    unplaced = rows["job_task_id"].eq("").to_numpy()
    process_open = rows["process_xpm"].eq("").to_numpy()
    diverted = rows["diverted"].to_numpy() if "diverted" in rows else np.full(len(rows), "", dtype="object")
    return [
        (rows["client_xpm"].eq("").to_numpy(), Reason.CLIENT_UNLINKED),
        (rows["staff_xpm"].eq("").to_numpy(), Reason.STAFF_UNLINKED),
        (gone, Reason.STAFF_INACTIVE),
        (rows["broken_why"].ne("").to_numpy(), Reason.LINK_BROKEN),
        (diverted == LACKS, Reason.RULED_TASK_MISSING),
        (diverted == SEVERAL, Reason.RULED_TIE),
        (unplaced & process_open, Reason.PROCESS_OPEN),
        (unplaced & (rows["candidates"].to_numpy() == 0), Reason.TASK_MISSING),
        (unplaced & has_task, Reason.TASK_UNLINKED),
        (unplaced, Reason.TIE),
        (~rows["job_open"].to_numpy(), Reason.JOB_CLOSED),
    ]


def _first_reason(tests: list[tuple[np.ndarray, Reason]]) -> np.ndarray:
    return np.select([test for test, _ in tests], [reason.value for _, reason in tests], default="")
