"""Many jobs from one pattern: a draft serves as the pattern, clients are chosen by what XPM knows of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.jobs import JobDraft
from core.jobs.batch import BatchPlan, BatchRow, Verdict
from core.jobs.costs import read_number
from core.jobs.grid import write_money
from core.model import TieoutError

if TYPE_CHECKING:
    from core.workspace import Workspace

#: What a person may choose per client; the rest is the pattern's.
EDITED = ["client", "name", "start", "due", "budget", "another", "left_out"]


class BudgetUnreadable(TieoutError):
    """A budget typed for one client is no number."""

    def __init__(self, client: str, why: str) -> None:
        super().__init__(f"The budget of {client}: {why}")


@dataclass(frozen=True)
class Narrowing:
    """Which clients: all that fit each of these, an empty one fits all; `words` are looked for in the name."""

    group: str = ""
    partner: str = ""
    manager: str = ""
    words: str = ""


class Bulk:
    """Patterns and their clients, of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def patterns(self) -> dict[str, str]:
        """Drafts and jobs made here that may serve as a pattern, last changed first: draft id -> what it is."""
        stored = self._ws.jobs.list_drafts()
        drafts = {one: JobDraft.from_json(content) for one, content in stored["content"].items()}
        templates = self._ws.xpm("templates")["name"]
        return {
            str(one): " · ".join(part for part in _describe(draft, templates) if part)
            for one, draft in drafts.items()
            if not draft.existing and not stored.at[one, "batch"] and draft.start and draft.due
        }

    def clients(self, narrowing: Narrowing = Narrowing()) -> pd.DataFrame:
        """XPM's live clients that fit, by name: index XPM id, columns name, client_group, partner, manager."""
        clients = self._ws.xpm("clients")
        live = clients[~clients["archived"] & ~clients["deleted"]][["name", "client_group", "partner", "manager"]]
        for column in ("partner", "manager"):
            wanted = getattr(narrowing, column)
            live = live[live[column].eq(wanted)] if wanted else live
        if narrowing.group:
            live = live[live["client_group"].map(lambda groups: narrowing.group in _split(groups))]
        if narrowing.words:
            live = live[live["name"].str.contains(narrowing.words, case=False, regex=False)]
        return live.iloc[live["name"].str.casefold().argsort(kind="stable")]

    def facets(self) -> dict[str, list[str]]:
        """What clients can be narrowed by: group, partner and manager, each with its values."""
        live = self.clients()
        groups = {group for groups in live["client_group"] for group in _split(groups)}
        columns = {"group": groups, "partner": set(live["partner"]), "manager": set(live["manager"])}
        return {name: sorted((one for one in values if one), key=str.casefold) for name, values in columns.items()}

    def pattern(self, draft_id: str, *, review: bool) -> JobDraft:
        """The draft as a pattern: without a client of its own; `review`: each job's costs wait for a person."""
        draft = JobDraft.from_json(self._ws.jobs.get(draft_id).content)
        return replace(draft, client_id="", contact_id="", review=review, documents=(), twin_allowed=False)

    def table(self, pattern: JobDraft, clients: Sequence[str]) -> pd.DataFrame:
        """What may be changed per client, as the pattern has it: index XPM client id, columns EDITED."""
        names = self._ws.xpm("clients")["name"]
        named = [self._name(pattern, client) for client in clients]
        budget = "" if pattern.budget is None else write_money(pattern.budget)
        frame = pd.DataFrame({"client": [str(names.get(one, one)) for one in clients], "name": named})
        frame = frame.assign(start=pattern.start, due=pattern.due, budget=budget, another=False, left_out=False)
        frame[["start", "due"]] = frame[["start", "due"]].apply(pd.to_datetime).astype("datetime64[s]")
        return frame.set_index(pd.Index(list(clients), name="id", dtype="str"))[EDITED]

    def rows(self, draft_id: str, pattern: JobDraft, table: pd.DataFrame) -> list[BatchRow]:
        """The jobs wanted, as the table has them; clients left out are not among them. Raises BudgetUnreadable."""
        kept = table[~table["left_out"].astype("bool")]
        overrides = {str(client): _read_override(row) for client, row in kept.to_dict("index").items()}
        return self._ws.batches.rows_for(pattern, list(overrides), overrides, f"pattern {draft_id}")

    def _name(self, pattern: JobDraft, client: str) -> str:
        return self._ws.drafting.settle(replace(pattern, client_id=client)).draft.name


def _split(groups: str) -> list[str]:
    return [group.strip() for group in groups.split(",") if group.strip()]


def _describe(draft: JobDraft, templates: pd.Series) -> list[str]:
    return [
        draft.name or draft.name_pattern or "Untitled",
        str(templates.get(draft.template_id, "")),
        draft.period,
        f"{len(draft.costs)} cost lines",
    ]


def _read_override(row: Mapping[str, Any]) -> dict[str, Any]:
    try:
        budget = read_number(row["budget"], 2) if str(row["budget"] or "").strip() else None
    except ValueError as error:
        raise BudgetUnreadable(str(row["client"]), str(error)) from error
    days = {name: None if pd.isna(row[name]) else pd.Timestamp(row[name]).date() for name in ("start", "due")}
    fields: dict[str, date | Decimal | str | bool | None] = {**days, "budget": budget}
    return fields | {"name": str(row["name"] or "").strip(), "twin_allowed": bool(row["another"])}


def mark_plan(plan: BatchPlan) -> str:
    """A fingerprint of what a plan would create, for refusing one that is no longer the one shown."""
    told = "|".join(f"{row.row.key}:{row.verdict}" for row in plan.rows)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def count_verdicts(plan: BatchPlan) -> dict[str, int]:
    """Rows by verdict, without those there are none of."""
    return {verdict: number for verdict, number in plan.count().items() if number}


__all__ = ["EDITED", "BatchPlan", "Bulk", "Narrowing", "Verdict", "count_verdicts", "mark_plan"]
