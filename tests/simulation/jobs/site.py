"""The stage of one seed: XPM with clients and templates, the database, and a workspace for each process."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from core.model import XPM_FRAMES, OutsideFailed, shape_frame
from core.sandbox.fault_rules import read_rules
from core.sandbox.state import Client, JobState, Template, TemplateCost, Tenant
from core.settings import Settings
from core.store import Practice, Store
from core.workspace import Workspace
from core.workspace.kept import FRAMES
from core.xpm.client import XpmClient
from core.xpm.counted_gate import CountedGate
from core.xpm.gate import Limits
from tests.simulation.jobs.watch import WatchedClient
from tests.simulation.practice import TENANT, TODAY
from tests.simulation.process import Process
from tests.simulation.scene import PRACTICE, Scene
from tests.simulation.weather import Mode, write_rules
from tests.simulation.worker import make_signin

#: Lists of jobs, costs and documents lag and lack rows as lists of time do.
_LISTS = ("job.api/client", "job.api/costs", "job.api/list", "job.api/documents")
STATES = {"In Progress": "INPROGRESS", "Waiting": "WAITING"}


class JobScene(Scene):
    """A scene whose practice creates jobs."""

    def __init__(self, seed: int, mode: Mode, folder: Path, clients: int = 6) -> None:
        super().__init__(seed, mode, folder)
        FRAMES.forget()
        self.folder = folder
        self.tenant: Tenant = self.sandbox.tenants[TENANT]
        self.people = list(self.tenant.staff)
        chance = Random(f"{seed}|job scene")
        self._furnish(chance, clients)
        self.store = Store(self.database.engine, self.clock, self.new_id)
        self._settle_practice()
        #: What reads without a process: people, who look at pages.
        self.office_desk = self.open(None)

    def _furnish(self, chance: Random, clients: int) -> None:
        tenant = self.tenant
        for number in range(clients):
            client = Client(_draw(chance), f"Client {number}")
            tenant.clients[client.uuid] = client
        tenant.states[:] = [JobState(_draw(chance), "Planned", "PLANNED", "open"), *tenant.states]
        tenant.states.append(JobState(_draw(chance), "Waiting", "WAITING", "open"))
        brought = [TemplateCost(f"Brought {n}", "", "", Decimal(1), Decimal(5), Decimal(10 + n)) for n in range(3)]
        for name, costs in (("Plain", []), ("Stocked", brought)):
            template = Template(_draw(chance), name, costs=list(costs))
            tenant.templates[template.uuid] = template

    def _settle_practice(self) -> None:
        self.store.practices.create(Practice(PRACTICE, "Simulated", "UTC", None))
        settings = self.store.practices.get(PRACTICE).settings
        self.store.practices.save_settings(PRACTICE, replace(settings, state_codes=STATES, automatic_sync_at=()))
        clients = {one.uuid: {"name": one.name} for one in self.tenant.clients.values()}
        self._write("clients", clients)
        self._write("templates", {one.uuid: {"name": one.name} for one in self.tenant.templates.values()})

    def sync(self) -> None:
        """What a sync makes of XPM's jobs, past its network."""
        jobs = {
            job.number: {"name": job.name, "client_id": job.client, "state": job.state, "current": True}
            for job in self.tenant.jobs.values()
        }
        self._write("jobs", jobs)

    def _write(self, name: str, rows: dict[str, dict[str, Any]]) -> None:
        frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
        self.store.frames.write("xpm", name, PRACTICE, shape_frame(frame, XPM_FRAMES[name]))
        self.store.frames.mark_part(PRACTICE, "xpm", name, True, len(rows), str(self.hub.seconds), "")

    def begin(self) -> None:
        """Let the weather loose, on lists of jobs and costs too."""
        super().begin()
        rules = write_rules(self.weather, self.seed)
        for path in _LISTS:
            for fault in ("list_partial", "lag"):
                rate = self.weather.rates[fault]
                if rate:
                    rules["rules"].append({"fault": fault, "method": "GET", "path": path, "probability": rate})
        self.faults.book = read_rules(rules)

    def open(self, process: Process | None) -> Workspace:
        """The practice as a process has it; as a page has it without one, which never asks XPM for anything."""
        clock = process.clock if process else self.clock
        store = Store(self.database.engine, clock, self.new_id)
        if process is not None:
            for part in ("jobs", "job_batches", "runs", "run_items"):
                setattr(store, part, process.guard(getattr(store, part), self.trouble_disk))
        settings = Settings(data_dir=self.folder, user="Kim", client_id="simulation")
        workspace = Workspace(PRACTICE, settings, store, clock, self.new_id)
        workspace.connection = _Line(self, process)  # type: ignore[assignment]  # what creating jobs needs of it
        return workspace


class _Line:
    """The connection of one process: the real client over the simulated network."""

    def __init__(self, scene: JobScene, process: Process | None) -> None:
        self._scene = scene
        self._process = process
        self._gate = CountedGate(scene.counter.use(process.clock if process else scene.clock), Limits())

    def view(self) -> Any:
        return _View()

    def meter(self) -> Any:
        return self._gate.meter(TENANT)

    def client(self, patience: float = 90.0) -> Any:
        process = self._process
        if process is None:
            raise OutsideFailed("A page never asks XPM for anything here.")
        line = self._scene.network.connect(process)
        signin = make_signin(self._scene, process, line)
        client = XpmClient(line, self._gate, signin, TENANT, clock=process.clock, patience=patience)
        return WatchedClient(client, self._scene, process)


class _View:
    tenant_id = TENANT


def _draw(chance: Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def first_day() -> Any:
    """The day on which jobs begin here."""
    return TODAY + timedelta(days=1)
