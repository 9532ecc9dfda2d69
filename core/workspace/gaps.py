"""Why tasks have no job task yet, with the page that puts it right: for the review table and a task's own page."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from core.mapping.gaps import list_gaps
from core.mapping.labels import Conventions
from core.model import Kind

if TYPE_CHECKING:
    from core.workspace import Workspace


class Gaps:
    """What is in the way of the tasks of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def table(self, task_ids: Collection[str] | None = None) -> pd.DataFrame:
        """Index task id; columns gap (a `core.mapping.gaps.Gap`), title, sentence and page, see `list_gaps`.

        task_ids: these tasks; None: all that nobody has decided about. All but the gap are empty where it is none.
        """
        tasks = self._ws.review.local(Kind.TASK)
        if task_ids is None:
            return self._list(tasks[~tasks.index.isin(self._ws.review.decisions(Kind.TASK).index)])
        return self._list(tasks[tasks.index.isin(set(task_ids))])

    def explain(self, task_id: str) -> str:
        """The sentence of one task; empty when its job task is certain, or nobody knows the task."""
        found = self.table([task_id])["sentence"]
        return str(found.iloc[0]) if len(found) else ""

    def page(self, task_id: str) -> str:
        """The page that puts right what is in a task's way: clients, work or jobs; empty when nothing is."""
        found = self.table([task_id])["page"]
        return str(found.iloc[0]) if len(found) else ""

    def _list(self, tasks: pd.DataFrame) -> pd.DataFrame:
        settings, review = self._ws.practice.settings, self._ws.review
        clients = review.links(Kind.CLIENT)
        clients = clients[clients.index.isin(tasks["client_id"])]
        jobs, job_tasks = self._ws.xpm("jobs"), self._ws.xpm("job_tasks")
        jobs = jobs[jobs["client_id"].isin(clients["xpm_id"])]
        return list_gaps(
            tasks,
            clients,
            review.links(Kind.PROCESS),
            jobs,
            job_tasks[job_tasks["job"].isin(jobs.index)],
            Conventions(settings.year_end_month, settings.quarter_convention),
            frozenset(settings.closed_words),
            self._ws.proposing.decided(Kind.TASK).rejected,
            self._ws.ruling.tasks(),
            self._ws.xpm("task_types")["name"].to_dict(),
        )
