"""Why tasks have no job task yet, with the page that puts it right: for the review table and a task's own page."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from core.mapping.gaps import list_gaps
from core.mapping.labels import Conventions, read_label
from core.mapping.spans import Span
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

    def tell_conventions(self) -> str:
        """By which conventions of the practice labels are read, in one sentence."""
        now = self._conventions()
        ends, named_by = month_name[now.year_end_month], now.quarter_named_by
        return f"The financial year ends in {ends}, and a quarter is named by its {named_by} month."

    def try_label(self, text: str) -> str:
        """What a label of a task that starts today would be about, in one sentence."""
        today = self._ws.today
        found = read_label((text,), Span(today, today), self._conventions())
        if not found.spans:
            return f"Names no period, though “{found.unread}” looks like one." if found.unread else "Names no period."
        return f"{found.words}: it {found.doubt}, so a person is asked." if found.doubt else f"{found.words}."

    def _conventions(self) -> Conventions:
        settings = self._ws.practice.settings
        return Conventions(settings.year_end_month, settings.quarter_convention)

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
            self._conventions(),
            frozenset(settings.closed_words),
            self._ws.proposing.decided(Kind.TASK).rejected,
            self._ws.ruling.tasks(),
            self._ws.xpm("task_types")["name"].to_dict(),
        )
