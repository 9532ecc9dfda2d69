"""The demo practice whose tasks change on both sides: its local files are a copy, and XPM has a person at work."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from core.demo import SHIPPED
from core.mapping.looks import Look
from core.model import Kind, RunKind, RunState
from core.sandbox.person import move_task
from core.sandbox.state import JobTask
from core.store import Run
from tests.workspace.storm import Storm

PATH = {"path": "job.api/task"}


class Office(Storm):
    """One prepared practice with both options on; `take` hands out linked tasks that nobody used yet."""

    def __init__(self, prepared: Path, folder: Path, **settings: Any) -> None:
        super().__init__(prepared, folder)
        self.moved = ""
        self._tasks = folder / "local" / "tasks.csv"
        shutil.copytree(SHIPPED / "local", folder / "local")
        kept = self.workspace.practice.settings
        local = {**kept.local, "path": str(folder / "local")}
        options = {"complete_in_xpm": True, "reopen_in_xpm": True, **settings}
        self.store.practices.save_settings("demo", kept.with_values(local=local, **options))
        self.workspace.following.take_up()
        self._free = self._find_free()

    def _find_free(self) -> list[str]:
        looks, held = self.looks(), self.workspace.following.unsent_minutes()
        shared = Counter(look.xpm_id for look in looks.values())
        return [
            one
            for one, look in looks.items()
            if look.xpm
            and not (look.ended or look.xpm.closed or look.xpm.completed or held.get(look.xpm_id))
            and shared[look.xpm_id] == 1
        ]

    def looks(self) -> dict[str, Look]:
        """Every kept look."""
        rows = self.store.task_looks.read("demo")
        return {one: Look.from_json(row.xpm_id, row.content, row.conflict) for one, row in rows.items()}

    def look(self, task_id: str) -> Look:
        return self.looks()[task_id]

    def take(self) -> str:
        """A linked task, open on both sides, alone on its job task, with nothing left to push."""
        return self._free.pop()

    def edit(self, **statuses: str) -> None:
        """Give these tasks another status here."""
        with self._tasks.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row["Status"] = statuses.get(row["Task ID"], row["Status"])
        with self._tasks.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def sync(self, **parameters: bool) -> list[Run]:
        """Read both sides, then carry out what that queued; the runs after the sync."""
        assert self.do(RunKind.SYNC, **parameters).state is RunState.DONE
        return [self.follow(run) for run in self.store.runs.queued()]

    def find(self, task_id: str) -> JobTask:
        """The job task that this local task was linked to when the look was taken."""
        wanted = self.look(task_id).xpm_id
        return next(task for job in self.tenant.jobs.values() for task in job.tasks if task.uuid == wanted)

    def move_away(self, task_id: str) -> None:
        """Somebody puts the job task of this task on a job of another client."""
        facts = self.look(task_id).xpm
        assert facts is not None
        goal = next(job for job in self.tenant.jobs.values() if job.client != facts.client_id)
        self.moved = self.look(task_id).xpm_id
        move_task(self.sandbox, self.tenant.id, self.moved, goal.number)

    def written(self, *ops: str) -> list[tuple[str, str]]:
        """What really happened to job tasks, as pairs of deed and who did it."""
        wanted = ops or ("task.complete", "task.reopen")
        return [(event.op, event.by) for event in self.sandbox.truth if event.op in wanted]

    def told(self, task_id: str) -> list[str]:
        """What the log says of the task, newest first."""
        return list(self.store.events.list("demo", subject_kind=str(Kind.TASK), subject_id=task_id)["verb"])
