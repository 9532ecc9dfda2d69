"""The demo practice taken through the rooms by hand: XPM's frames, the certain links, adoption, standings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from core.local import LocalLoad
from core.mapping.accept import choose_certain
from core.mapping.labels import Conventions
from core.mapping.links import resolve_links
from core.mapping.propose import list_sides, propose_links
from core.mapping.tasks import propose_tasks
from core.model import XPM_FRAMES, Band, Kind, shape_frame
from core.push.adopt import Adopted, adopt_history
from core.push.book import Book
from core.push.rules import Choice
from core.push.settings import PushSettings
from core.push.standing import Recorded, assign_standings
from core.push.targets import Links, LocalSide, XpmSide
from core.sandbox.state import Tenant
from core.store import Store
from data.demo.builder.timesheets import TENANT

TODAY = date(2026, 11, 20)
CLOSED = frozenset({"completed", "cancelled"})
_XPM_FRAME = {Kind.CLIENT: "clients", Kind.STAFF: "staff", Kind.PROCESS: "task_types", Kind.TASK: "job_tasks"}


def make_xpm_frames(tenant: Tenant) -> dict[str, pd.DataFrame]:
    """What a whole sync would bring, straight from the sandbox's records; the rooms under test see no difference."""
    names = {one.uuid: one.name for one in tenant.staff.values()}
    open_states = {state.name for state in tenant.states if state.kind == "open"}
    rows: dict[str, Iterable[dict[str, Any]]] = {
        "clients": (
            {"id": one.uuid, "name": one.name, "email": one.email, "phone": one.phone, "code": one.client_code}
            | {"business_number": one.business_number, "company_number": one.company_number}
            | {"structure": one.business_structure, "archived": one.is_archived, "deleted": one.is_deleted}
            for one in tenant.clients.values()
        ),
        "staff": (
            {"id": one.uuid, "name": one.name, "email": one.email, "listed": not one.deleted}
            for one in tenant.staff.values()
        ),
        "task_types": ({"id": one.uuid, "name": one.name} for one in tenant.catalogue_tasks.values()),
        "jobs": (
            {"id": one.number, "name": one.name, "client_id": one.client, "state": one.state}
            | {"start": pd.Timestamp(one.start_date), "due": pd.Timestamp(one.due_date)}
            | {"current": one.state in open_states}
            for one in tenant.jobs.values()
        ),
        "job_tasks": (
            {"id": task.uuid, "job": job.number, "task_type_id": task.catalogue_uuid, "name": task.name}
            | {"completed": task.completed}
            for job in tenant.jobs.values()
            for task in job.tasks
        ),
        "times": (
            {"id": one.uuid, "job": one.job, "task_id": one.task, "staff_id": one.staff, "minutes": one.minutes}
            | {"date": pd.Timestamp(one.date), "note": one.note, "staff_name": names[one.staff]}
            for one in tenant.times.values()
        ),
    }
    return {
        name: shape_frame(pd.DataFrame(list(part)).set_index("id"), XPM_FRAMES[name]) for name, part in rows.items()
    }


@dataclass
class Chain:
    """Links and standings of the demo practice, step by step. `decisions`: per kind, index local id."""

    local: dict[str, pd.DataFrame]
    xpm: dict[str, pd.DataFrame]
    decisions: dict[Kind, pd.DataFrame]
    rejected: dict[Kind, set[tuple[str, str]]]

    @classmethod
    def start(cls, load: LocalLoad, tenant: Tenant, decisions: list[dict[str, str]]) -> Chain:
        """With what people had decided before."""
        made: dict[Kind, pd.DataFrame] = {}
        for kind in Kind:
            said = [one for one in decisions if one["kind"] == kind and one["verdict"] != "rejected"]
            made[kind] = pd.DataFrame(said, columns=["local_id", "verdict", "xpm_id"]).set_index("local_id")
        refused = [one for one in decisions if one["verdict"] == "rejected"]
        pairs = {kind: {(one["local_id"], one["xpm_id"]) for one in refused if one["kind"] == kind} for kind in Kind}
        return cls(load.frames, make_xpm_frames(tenant), made, pairs)

    def propose(self, kind: Kind) -> pd.DataFrame:
        if kind is Kind.TASK:
            clients, processes = self.resolve(Kind.CLIENT), self.resolve(Kind.PROCESS)
            jobs, job_tasks, tasks = self.xpm["jobs"], self.xpm["job_tasks"], self.local["tasks"]
            return propose_tasks(tasks, clients, processes, jobs, job_tasks, Conventions(), CLOSED, self.rejected[kind])
        frames = {Kind.CLIENT: "clients", Kind.STAFF: "staff", Kind.PROCESS: "processes"}
        lists = list_sides(kind, self.local[frames[kind]], self.xpm[_XPM_FRAME[kind]])
        return propose_links(lists, self.rejected[kind])[0].pairs

    def accept_certain(self) -> None:
        """The certain clients, processes and tasks. Of the staff, a dozen, a person takes the best as they are."""
        for kind in (Kind.CLIENT, Kind.STAFF, Kind.PROCESS, Kind.TASK):
            proposals = self.propose(kind)
            if kind is Kind.STAFF:
                proposals = proposals.assign(band=Band.CERTAIN.value)
            chosen = choose_certain(kind, proposals, self.decisions[kind]).set_index("local_id")
            accepted = chosen[["xpm_id"]].assign(verdict="linked")
            self.decisions[kind] = pd.concat([self.decisions[kind], accepted])

    def resolve(self, kind: Kind) -> pd.DataFrame:
        return resolve_links(kind, self.decisions[kind], self.xpm[_XPM_FRAME[kind]])

    def adopt(self, store: Store) -> Adopted:
        """Take what XPM holds with our marker into the ledger, before any link is known."""
        entries = self.local["actual_times"].assign(job="", job_task_id="", xpm_staff_id="")
        return adopt_history(self.xpm["times"], entries, Book(store.ledger, "demo", TENANT), "2026-11-20T05:30:00")

    def stand(self, store: Store) -> pd.DataFrame:
        """The standing of every entry, with all time let through and August closed."""
        names = ("actual_times", "tasks", "staff", "clients", "processes")
        local = LocalSide(*(self.local[name] for name in names))
        xpm = XpmSide(*(self.xpm[name] for name in ("jobs", "job_tasks", "times", "staff")))
        links = Links(*(self.resolve(kind) for kind in (Kind.CLIENT, Kind.STAFF, Kind.PROCESS, Kind.TASK)))
        recorded = Recorded(store.ledger.frame("demo"), store.ledger.choices("demo"))
        settings = PushSettings(period_closed_until=date(2026, 8, 31))
        return assign_standings(local, links, xpm, recorded, Choice(), settings, TODAY)
