"""Work as both systems hold it: local tasks, XPM jobs, and the pieces that tie one to the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from core.sandbox.state import Job, JobTask
from data.demo.builder.catalogue import BY_NAME, Process, category_id, task_type_id
from data.demo.builder.numbers import derive_uuid
from data.demo.builder.pairs import Pair
from data.demo.builder.team import BY_ID

FIRST_DAY = date(2026, 8, 20)
TODAY = date(2026, 11, 20)


@dataclass
class LocalTask:
    """One line of tasks.csv."""

    pair: Pair
    process: Process
    name: str
    assignee: str
    start: date
    due: date
    status: str
    period: str = ""
    id: str = ""


@dataclass
class Piece:
    """Work known to both sides. `job` and `job_task` are empty for what XPM does not have; time falls in the window."""

    task: LocalTask
    first: date
    last: date
    job: Job | None = None
    job_task: JobTask | None = None

    @property
    def is_open(self) -> bool:
        return bool(self.job and self.job_task) and self.job_state in ("Planned", "In Progress", "On Hold")

    @property
    def job_state(self) -> str:
        return self.job.state if self.job else ""

    def is_active(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass
class Register:
    """Everything the practice works on. Ids of local tasks and numbers of jobs are given at the end, by date."""

    tasks: list[LocalTask] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def open_job(self, pair: Pair, name: str, category: str, start: date, due: date, nth: int = 1) -> Job:
        """A new job of the pair's XPM client, Planned; its number comes later."""
        client = pair.known_client()
        uuid = derive_uuid("job", client.uuid, name, nth)
        job = Job("", uuid, name, client.uuid, "Planned", start, due, start, category=category_id(category))
        job.partner, job.manager = client.account_manager, client.job_manager
        self.jobs.append(job)
        return job

    def add_job_task(self, job: Job, task_type: str, label: str = "", minutes: int = 120) -> JobTask:
        task = JobTask(derive_uuid("job task", job.uuid, task_type, label), task_type_id(task_type), label or task_type)
        task.estimated_minutes = minutes
        task.billable = not task_type.startswith("Internal")
        job.tasks.append(task)
        return task

    def add_piece(self, task: LocalTask, window: tuple[date, date], job: Job | None, job_task: JobTask | None) -> Piece:
        """Keep the task with its window, cut to the months that the demo shows."""
        piece = Piece(task, max(window[0], FIRST_DAY), min(window[1], TODAY), job, job_task)
        self.tasks.append(task)
        self.pieces.append(piece)
        member = BY_ID[task.assignee].xpm_id
        if job and member and member not in job.assigned:
            job.assigned.append(member)
        return piece

    def give_ids(self) -> None:
        """Number local tasks and jobs in the order in which they were begun."""
        self.tasks.sort(key=lambda task: (task.start, task.pair.local.id, task.name))
        for number, task in enumerate(self.tasks, 1):
            task.id = f"HT{20_000 + 7 * number}"
        self.jobs.sort(key=lambda job: (job.created, job.uuid))
        for number, job in enumerate(self.jobs, 1):
            job.number = f"J{1200 + number:06d}"


def make_task(
    pair: Pair,
    process: str,
    name: str,
    assignee: str,
    start: date,
    due: date,
    *,
    period: str = "",
    status: str = "Open",
) -> LocalTask:
    return LocalTask(pair, BY_NAME[process], name, assignee, start, due, status, period)
