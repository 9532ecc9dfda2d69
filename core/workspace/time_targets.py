"""What can be timed, and where it would go: tasks by words, and the way of one person's time on one task into XPM."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from core.local.timer import make_actual_times
from core.model import Standing, TieoutError
from core.push.reasons import standing_of, write_sentences
from core.reports.entries import label_records, label_tasks

if TYPE_CHECKING:
    from core.workspace import Workspace

FOUND = ["client", "task", "process", "period", "due", "status", "assignee_id", "is_mine", "is_recent"]
#: What somebody timed in so many days is offered first.
_RECENT_DAYS = 42
_DONE = ("completed", "complete", "done", "closed", "cancelled", "archived")


class WorkUnknown(TieoutError):
    """Time needs a task, or a client and a process."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. Choose a task, or a client and a process; nothing was timed.")


@dataclass(frozen=True)
class Work:
    """What time is spent on: a local task, or a client and a process where there is no task."""

    task_id: str = ""
    client_id: str = ""
    process_id: str = ""

    def complete(self, ws: Workspace) -> Work:
        """The same with client and process of its task. Raises WorkUnknown when it is not there locally."""
        if self.task_id:
            tasks = ws.local("tasks")
            if self.task_id not in tasks.index:
                raise WorkUnknown(f"The task {self.task_id!r} is no longer there")
            task = tasks.loc[self.task_id]
            return replace(self, client_id=str(task["client_id"]), process_id=str(task["process_id"]))
        if not (self.client_id and self.process_id):
            raise WorkUnknown("No work was chosen")
        for name, one in (("clients", self.client_id), ("processes", self.process_id)):
            if one not in ws.local(name).index:
                raise WorkUnknown(f"{one!r} is not among the local {name}")
        return self

    def name(self, ws: Workspace) -> str:
        """What people call it: task, else process; a task told apart from others of its client."""
        if not self.task_id:
            return _label(ws.local("processes"), self.process_id)
        tasks = ws.local("tasks")
        if self.task_id not in tasks.index:
            return self.task_id
        siblings = tasks[tasks["client_id"].eq(tasks.at[self.task_id, "client_id"])]
        return str(label_tasks(siblings)[self.task_id])

    def client(self, ws: Workspace) -> str:
        """The name of its client, told apart from others of that name."""
        return _label(ws.local("clients"), self.client_id)


def _label(frame: pd.DataFrame, one: str) -> str:
    # Only what shares the name needs telling apart: a practice has many records, and a page asks often.
    if one not in frame.index:
        return one
    return str(label_records(frame[frame["name"].eq(frame.at[one, "name"])])[one])


@dataclass(frozen=True)
class Target:
    """Where time would go in XPM. `sentence` says it, or what is in the way and what to do on `fix_page`.

    The XPM side is empty as far as it is not known; `kind` is the local kind to fix (clients, staff, work).
    """

    standing: Standing
    sentence: str
    fix_page: str
    client: str
    xpm_client: str
    job: str
    job_name: str
    job_state: str
    job_task: str

    @property
    def is_ready(self) -> bool:
        """Whether nothing is in the way."""
        return self.standing is Standing.READY


def find_target(ws: Workspace, staff_id: str, work: Work, today: date) -> Target:
    """The way of an hour of this person on this work, by the links and the XPM data of now; nothing is asked of XPM."""
    entry = {"staff_id": staff_id, "date": today, "minutes": 60, "start": "", "end": "", "note": "", "billable": True}
    entry |= {
        "task_id": work.task_id,
        "client_id": work.client_id,
        "process_id": work.process_id,
        "status": "committed",
    }
    rows = make_actual_times(pd.DataFrame([entry], index=pd.Index(["timer:"], name="id")), ws.local("tasks"))
    found = rows.join(ws.time.planning.find_targets(rows))
    reason = found["excluded"].where(found["excluded"].ne(""), found["obstacle"])
    found["reason"] = reason
    found["standing"] = [standing_of(one).value if one else Standing.READY.value for one in reason]
    told = write_sentences(found)
    row, words = found.iloc[0], told.iloc[0]
    return _name_target(ws, row, str(words["sentence"]), str(words["fix_page"]))


def _name_target(ws: Workspace, row: pd.Series, sentence: str, page: str) -> Target:
    jobs, job_tasks, clients = ws.xpm("jobs")["name"], ws.xpm("job_tasks")["name"], ws.xpm("clients")["name"]
    return Target(
        Standing(row["standing"]),
        sentence,
        page,
        str(row["client"]),
        str(clients.get(row["xpm_client_id"], "")),
        str(row["job"]),
        str(jobs.get(row["job"], "")),
        str(row["job_state"]),
        str(job_tasks.get(row["job_task_id"], "")),
    )


def find_work(ws: Workspace, staff_id: str, words: str, limit: int) -> pd.DataFrame:
    """Tasks whose client, name, process or period hold all the words: index task id, columns FOUND, at most `limit`.

    What the person timed lately comes first, then what is assigned to them, then the rest by due date; finished tasks
    come last, and only when words were given. `due` is NaT when there is none.
    """
    tasks = ws.local("tasks")
    recent = _recent(ws, staff_id)
    found = pd.DataFrame(
        {
            "client": tasks["client_id"].map(label_records(ws.local("clients"))).fillna(tasks["client_id"]),
            "task": tasks["name"],
            "process": tasks["process_id"].map(label_records(ws.local("processes"))).fillna(tasks["process_id"]),
            "period": tasks["period"],
            "due": tasks["due"],
            "status": tasks["status"],
            "assignee_id": tasks["assignee_id"],
            "is_mine": tasks["assignee_id"].eq(staff_id) & tasks["assignee_id"].ne(""),
            "is_recent": tasks.index.isin(recent),
        },
        index=tasks.index,
    )
    done = found["status"].str.casefold().isin(_DONE)
    order = found.assign(done=done, rank=_rank(found.index, recent), idle=~found["is_mine"])
    if words.strip():
        order = order[_hold_words(order, words)]
    else:
        order = order[(order["is_mine"] | order["is_recent"]) & ~done]
    return order.sort_values(["done", "rank", "idle", "due", "client", "task"], kind="stable").head(limit)[FOUND]


def find_clients(ws: Workspace, words: str, limit: int) -> dict[str, str]:
    """Clients whose name or code holds all the words, archived ones left out: id -> name, by name."""
    clients = ws.local("clients")
    clients = clients[~clients["archived"]]
    text = (clients["name"] + " " + clients["code"]).str.casefold()
    for word in words.casefold().split():
        text = text[text.str.contains(word, regex=False)]
    found = label_records(clients.loc[text.index]).sort_values(key=lambda names: names.str.casefold()).head(limit)
    return {str(one): str(name) for one, name in found.items()}


def _hold_words(found: pd.DataFrame, words: str) -> pd.Series:
    text = (found["client"] + " " + found["task"] + " " + found["process"] + " " + found["period"]).str.casefold()
    holds = pd.Series(True, index=found.index)
    for word in words.casefold().split():
        holds &= text.str.contains(word, regex=False)
    return holds


def _recent(ws: Workspace, staff_id: str) -> list[str]:
    """The tasks this person recorded time on last, the newest first."""
    since = ws.today - timedelta(days=_RECENT_DAYS)
    columns = ("staff_id", "task_id", "date")
    times = ws.store.frames.read("local", "actual_times", ws.practice_id, start=since, columns=columns)
    mine = times[times["staff_id"].eq(staff_id) & times["task_id"].ne("")]
    return [
        str(one) for one in mine.sort_values("date", ascending=False, kind="stable")["task_id"].drop_duplicates()[:8]
    ]


def _rank(ids: pd.Index, recent: list[str]) -> pd.Series:
    order = {one: place for place, one in enumerate(recent)}
    return pd.Series([order.get(str(one), len(order)) for one in ids], index=ids)
