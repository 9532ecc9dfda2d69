"""Job drafts as a page works on them: their list by name, what a form can choose from, and filling the cost table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from core.jobs import CostLine, JobDraft, add_up, line_from_cost
from core.jobs.grid import make_grid
from core.jobs.sheet import fold
from core.model import TieoutError
from core.reports.entries import label_records

if TYPE_CHECKING:
    from core.workspace import Workspace

_ONE = Decimal(1)
LISTED = ["name", "client", "state", "lines", "price", "job", "changed_at", "made_by"]


class NothingToFill(TieoutError):
    """The job or the catalogue has no cost to take."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} has no cost lines. Add lines by hand, or fill the table from elsewhere.")


@dataclass(frozen=True)
class JobChoices:
    """What a form chooses from: XPM's live records, id -> the name people see, sorted by it; jobs newest first."""

    clients: dict[str, str]
    templates: dict[str, str]
    categories: dict[str, str]
    staff: dict[str, str]
    jobs: dict[str, str]


class Drafting:
    """The desk on which one practice's jobs are drafted."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def choices(self) -> JobChoices:
        """The live records by name; names that several carry are told apart by their code or id."""
        ws = self._ws
        clients, staff, jobs = ws.xpm("clients"), ws.xpm("staff"), ws.xpm("jobs")
        named = jobs.assign(name=jobs.index + " · " + jobs["client_name"] + " · " + jobs["name"])
        return JobChoices(
            _sort(label_records(clients[~clients["archived"] & ~clients["deleted"]])),
            _sort(label_records(ws.xpm("templates"))),
            _sort(label_records(ws.xpm("categories"))),
            _sort(label_records(staff[staff["listed"]])),
            _list(label_records(named.sort_values("start", ascending=False, kind="stable"))),
        )

    def listed(self) -> pd.DataFrame:
        """Every draft and created job but discarded ones, last changed first; index draft id, columns LISTED."""
        stored = self._ws.jobs.list_drafts()
        drafts = {draft_id: JobDraft.from_json(content) for draft_id, content in stored["content"].items()}
        clients = self._ws.xpm("clients")["name"]
        rows = stored[["state", "job", "changed_at", "made_by"]].assign(
            name=[draft.name or "Untitled" for draft in drafts.values()],
            client=[str(clients.get(draft.client_id, "")) for draft in drafts.values()],
            lines=[len(draft.costs) for draft in drafts.values()],
            price=[add_up(draft.costs).billable_price for draft in drafts.values()],
        )
        return rows[LISTED]

    def catalogue(self) -> dict[str, str]:
        """XPM's cost catalogue: id -> description, code and price as one text."""
        costs = self._ws.xpm("costs")
        prices = costs["unit_price"].map(lambda price: f"{price:,.2f}")
        codes = costs["code"].where(costs["code"].eq(""), " (" + costs["code"] + ")")
        return _sort(label_records((costs["description"] + codes + " · " + prices).to_frame("name")))

    def last_job(self, template_id: str) -> str:
        """The newest job made with a template; empty when none is known.

        XPM does not tell a job's template, so it is the newest one created here with it, else the newest job whose
        name begins like the template's.
        """
        stored = self._ws.jobs.list_drafts()
        for content, job in zip(stored["content"], stored["job"], strict=True):
            if job and JobDraft.from_json(content).template_id == template_id:
                return str(job)
        templates = self._ws.xpm("templates")["name"]
        if template_id not in templates.index:
            return ""
        wanted = fold(templates[template_id])
        jobs = self._ws.xpm("jobs").sort_values("start", ascending=False, kind="stable")
        return next((str(job) for job, name in jobs["name"].items() if wanted and fold(name).startswith(wanted)), "")

    def twins(self, draft: JobDraft) -> list[str]:
        """Numbers of jobs that XPM has for the same client under the same name already."""
        jobs = self._ws.xpm("jobs")
        same = jobs["client_id"].eq(draft.client_id) & jobs["name"].map(fold).eq(fold(draft.name))
        return [str(job) for job in jobs.index[same]] if draft.client_id and draft.name else []

    def held_costs(self, job: str) -> pd.DataFrame:
        """The costs of a job as XPM holds them now, as rows of `make_grid`; asks XPM once."""
        return make_grid([line_from_cost(cost, cost.date or self._ws.today) for cost in self._ws.jobs.read_costs(job)])

    def fill_from_job(self, draft: JobDraft, job: str) -> JobDraft:
        """The draft with an existing job's cost table in the place of its own; asks XPM once. Raises NothingToFill."""
        filled = self._ws.jobs.lines_from_job(job)
        if not filled.costs:
            raise NothingToFill(f"The job {job}")
        return replace(draft, costs=filled.costs, removed=())

    def fill_from_catalogue(self, draft: JobDraft, cost_ids: Sequence[str], new_key: str) -> JobDraft:
        """The draft with these lines of XPM's cost catalogue added, dated like the job or today."""
        costs = self._ws.xpm("costs").loc[list(cost_ids)]
        day = draft.start or self._ws.today
        lines = [
            CostLine(f"{new_key}-{n}", day, row.description, _ONE, row.unit_cost, row.unit_price, code=row.code)
            for n, row in enumerate(costs.itertuples(), 1)
        ]
        return replace(draft, costs=(*draft.costs, *lines))


def _sort(names: pd.Series) -> dict[str, str]:
    return _list(names.iloc[names.str.casefold().argsort(kind="stable")])


def _list(names: pd.Series) -> dict[str, str]:
    return {str(one): str(name) for one, name in names.items()}
