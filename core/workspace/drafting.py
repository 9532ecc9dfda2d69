"""Job drafts as a page works on them: their list by name, what a form can choose from, and what follows from a choice.

A client may be chosen by its local name. Its link then gives the XPM client; where there is none, the link is made on
the spot by the same decision as on Clients, and the draft follows it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from core.jobs import FieldProblem, JobDraft, add_up
from core.jobs.dates import Period, offer_periods
from core.jobs.form import CLIENT, CONTACT, Form
from core.jobs.naming import UnknownPlaceholder, fill_name
from core.model import Kind, Verdict
from core.reports.entries import label_records
from core.workspace.kept import FRAMES

if TYPE_CHECKING:
    from core.workspace import Workspace
    from core.workspace.jobbing import StoredDraft

LISTED = ["name", "client", "state", "lines", "price", "job", "changed_at", "made_by", "existing"]


@dataclass(frozen=True)
class JobChoices:
    """What a form chooses from: XPM's live records, id -> the name people see, sorted by it; jobs newest first.

    options: the choices of the client field: XPM's clients, and the local ones that are called otherwise or are not
    linked yet. periods: those around today.
    """

    clients: dict[str, str]
    templates: dict[str, str]
    categories: dict[str, str]
    staff: dict[str, str]
    jobs: dict[str, str]
    options: dict[str, str]
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Contact:
    """A local client that has no XPM client yet. `seen` is the id of the decision that stands, 0 for none.

    candidates: XPM id -> label, the proposed ones first; `score` is the best one's probability, None without one.
    """

    local_id: str
    name: str
    is_excluded: bool
    seen: int
    candidates: dict[str, str]
    best: str
    score: float | None


class Drafting:
    """The desk on which one practice's jobs are drafted."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def begin(self) -> StoredDraft:
        """A new draft as the practice usually begins one: today, its pattern for names, a review of the costs."""
        ws = self._ws
        pattern = ws.practice.settings.job_name
        return ws.jobs.new_draft(self.settle(JobDraft(start=ws.today, review=True, name_pattern=pattern)).draft)

    def choices(self) -> JobChoices:
        """The live records by name; names that several carry are told apart by their code or id.

        Kept until either side was read anew or a client was decided about: every keystroke in a form asks for them.
        """
        ws = self._ws
        year_end = ws.practice.settings.year_end_month
        sources = ws.store.versions.read_sources(ws.practice_id)
        version = (sources, ws.store.decisions.newest(ws.practice_id, Kind.CLIENT), ws.today, year_end)
        return FRAMES.fetch((ws.store.engine.url, ws.practice_id, "job choices"), version, self._make_choices)

    def _make_choices(self) -> JobChoices:
        ws = self._ws
        clients, staff, jobs = ws.xpm("clients"), ws.xpm("staff"), ws.xpm("jobs")
        named = jobs.assign(name=jobs.index + " · " + jobs["client_name"] + " · " + jobs["name"])
        live = _sort(ws.review.labels(Kind.CLIENT)[~clients["archived"] & ~clients["deleted"]])
        return JobChoices(
            live,
            _sort(label_records(ws.xpm("templates"))),
            _sort(label_records(ws.xpm("categories"))),
            _sort(ws.review.labels(Kind.STAFF)[staff["listed"]]),
            _list(label_records(named.sort_values("start", ascending=False, kind="stable"))),
            self._offer_clients(live),
            tuple(offer_periods(ws.today, ws.practice.settings.year_end_month)),
        )

    def _offer_clients(self, live: dict[str, str]) -> dict[str, str]:
        local = self._ws.local("clients")
        names = label_records(local[~local["archived"]])
        linked = self._ws.proposing.decided(Kind.CLIENT).linked
        partner = names.index.to_series().map(linked).map(live).fillna("")
        unlinked = names[partner.eq("")] + " · not linked to XPM yet"
        other = names[partner.ne("") & names.str.casefold().ne(partner.str.casefold())]
        by_link = other + " · " + partner[other.index] + " in XPM"
        contacts = {f"{CONTACT}{one}": name for one, name in pd.concat([unlinked, by_link]).items()}
        both = {f"{CLIENT}{one}": name for one, name in live.items()} | contacts
        return dict(sorted(both.items(), key=lambda option: str(option[1]).casefold()))

    def listed(self) -> pd.DataFrame:
        """Every draft and created job but discarded ones, last changed first; index draft id, columns LISTED."""
        stored = self._ws.jobs.list_drafts()
        drafts = {draft_id: JobDraft.from_json(content) for draft_id, content in stored["content"].items()}
        clients = self._ws.xpm("clients")["name"]
        states = zip(stored["state"], drafts.values(), strict=True)
        rows = stored[["job", "changed_at", "made_by"]].assign(
            state=[tell_state(state, draft.existing) for state, draft in states],
            name=[_title(draft) for draft in drafts.values()],
            client=[str(clients.get(draft.client_id, "")) for draft in drafts.values()],
            lines=[len(draft.costs) for draft in drafts.values()],
            price=[add_up(draft.costs).billable_price for draft in drafts.values()],
            existing=[draft.existing for draft in drafts.values()],
        )
        return rows[LISTED]

    def settle(self, draft: JobDraft) -> Form:
        """The draft with what follows from its choices: the client of its contact's link, and its name filled in.

        A placeholder nobody knows is a problem of the field name.
        """
        ws, problems = self._ws, []
        if draft.contact_id:
            linked = ws.proposing.decided(Kind.CLIENT).linked.get(draft.contact_id, "")
            draft = replace(draft, client_id=linked)
        if draft.name_pattern:
            try:
                draft = replace(draft, name=self._fill_name(draft))
            except UnknownPlaceholder as error:
                draft = replace(draft, name="")
                problems.append(FieldProblem("name_pattern", str(error)))
        return Form(draft, tuple(problems))

    def _fill_name(self, draft: JobDraft) -> str:
        ws = self._ws
        local = str(ws.local("clients")["name"].get(draft.contact_id, ""))
        return fill_name(
            draft.name_pattern,
            client=str(ws.xpm("clients")["name"].get(draft.client_id, local)),
            template=str(ws.xpm("templates")["name"].get(draft.template_id, "")),
            period=draft.period,
            start=draft.start,
            year_end_month=ws.practice.settings.year_end_month,
        )

    def contact(self, local_id: str) -> Contact:
        """A local client that is to be linked, with the XPM clients it may be."""
        ws = self._ws
        choices = ws.review.choices(Kind.CLIENT, local_id)
        standing = ws.review.decisions(Kind.CLIENT)
        proposed = choices[choices["score"].notna()]
        return Contact(
            local_id,
            str(ws.local("clients")["name"].get(local_id, local_id)),
            local_id in standing.index and standing.loc[local_id, "verdict"] == Verdict.EXCLUDED.value,
            int(standing["id"].get(local_id, 0)),
            {str(one): str(label) for one, label in choices["label"].items()},
            str(proposed.index[0]) if len(proposed) else "",
            float(proposed["score"].iloc[0]) if len(proposed) else None,
        )

    def link_contact(self, local_id: str, xpm_id: str, seen: int) -> str:
        """Link a local client as Clients does; the name of the XPM client. Raises SomebodyWasFaster."""
        why = "linked while a job was drafted"
        self._ws.review.decide(Kind.CLIENT, Verdict.LINKED, {local_id: xpm_id}, seen={local_id: seen}, why=why)
        return str(self._ws.xpm("clients")["name"].get(xpm_id, xpm_id))


def tell_state(state: str, existing: str) -> str:
    """A draft's state; where the costs of an existing job were edited, `sent` in the place of created."""
    return "sent" if existing and state == "created" else state


def _title(draft: JobDraft) -> str:
    return f"Costs of {draft.existing}" if draft.existing else draft.name or "Untitled"


def _sort(names: pd.Series) -> dict[str, str]:
    return _list(names.iloc[names.str.casefold().argsort(kind="stable")])


def _list(names: pd.Series) -> dict[str, str]:
    return {str(one): str(name) for one, name in names.items()}
