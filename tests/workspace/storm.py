"""The demo practice against its sandbox on a clock that jumps instead of waiting: hours take seconds."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from core.demo import Demo, sign_in, start_demo
from core.model import RunKind, RunState
from core.push.marker import find_markers
from core.push.rules import Choice
from core.sandbox.fault_rules import RuleBook, read_rules
from core.sandbox.faults import FaultInjector
from core.sandbox.person import delete_time
from core.sandbox.state import Tenant
from core.sandbox.switches import set_switch
from core.sandbox.world import Sandbox
from core.store import Run
from core.work import perform_run
from core.workspace import Workspace, open_store

REDIRECT = "http://127.0.0.1:8501/oauth/callback"
#: Waits as in real use: longer than the sandbox's latest landing and its longest lag.
WAITS = {"quiet_seconds": 1000, "list_gap_seconds": 95, "batch_size": 20}
ADD = {"method": "POST", "path": "time.api/add"}
LIST = {"method": "GET", "path": "time.api/list"}
TOKEN = {"method": "POST", "path": "connect/token"}


class JumpingClock:
    """The system's time; a sleep is a jump ahead, which the sandbox's clock makes as well."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._ahead = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        self._ahead += seconds
        with self._sandbox.lock:
            self._sandbox.clock.advance(seconds)


def prepare(folder: Path, unpushed: int = 20) -> Path:
    """A demo folder after its first sync and matching, with so many timesheets of ours taken out of XPM before."""
    demo = start_demo(folder, fresh=True, redirect_uri=REDIRECT, limits=False)
    sandbox, tenant = demo.sandbox.sandbox, find_tenant(demo)
    marked = [uuid for uuid, held in tenant.times.items() if find_markers(held.note) and not held.invoice_task]
    for uuid in Random(1).sample(sorted(marked), unpushed):
        delete_time(sandbox, tenant.id, uuid)
    run = demo.workspace.store.runs.queue("demo", RunKind.SYNC, "test", {"propose": True, "accept": True})
    assert perform_run(demo.workspace, run.id, "test").state is RunState.DONE
    demo.workspace.store.close()
    demo.stop()
    return folder


def find_tenant(demo: Demo) -> Tenant:
    return next(one for one in demo.sandbox.sandbox.tenants.values() if one.name.startswith("Banksia"))


class Storm:
    """One prepared practice, opened for a test; `history` is what became of each run, step by step."""

    def __init__(self, prepared: Path, folder: Path, **switches: str) -> None:
        shutil.copytree(prepared, folder)
        self.demo = start_demo(folder, fresh=False, redirect_uri=REDIRECT, limits=False)
        self.demo.workspace.store.close()
        self.sandbox = self.demo.sandbox.sandbox
        self.clock = JumpingClock(self.sandbox)
        self.store = open_store(self.demo.settings, self.clock)
        self.workspace = Workspace("demo", self.demo.settings, self.store, self.clock)
        self.history: list[Run] = []
        settings = self.workspace.practice.settings
        self.store.practices.save_settings("demo", replace(settings, extra={**settings.extra, "push": WAITS}))
        for name, value in switches.items():
            self.sandbox.switches = set_switch(self.sandbox.switches, name, value)

    def close(self) -> None:
        self.workspace.close()
        self.store.close()
        self.demo.stop()

    # -- the weather --------------------------------------------------------------------------------------------------

    def strike(self, *rules: dict[str, Any], seed: int = 1, rates: str | None = None) -> None:
        with self.sandbox.gate:
            self._faults.book = read_rules({"seed": seed, "rules": list(rules), "rates": rates})

    def calm(self) -> None:
        """No more faults; whatever was under way lands."""
        with self.sandbox.gate:
            self._faults.book = RuleBook()
        self.clock.sleep(4000)

    @property
    def _faults(self) -> FaultInjector:
        assert isinstance(self.sandbox.faults, FaultInjector)
        return self.sandbox.faults

    # -- runs ---------------------------------------------------------------------------------------------------------

    def do(self, kind: RunKind, **parameters: object) -> Run:
        return self.follow(self.store.runs.queue("demo", kind, "test", parameters))

    def push(self) -> Run:
        plan = self.workspace.time.plan(Choice())
        return self.follow(self.workspace.time.request_push(plan, Choice()))

    def verify(self) -> Run:
        start, end = self.workspace.time.period(None, None)
        return self.do(RunKind.VERIFY, **{"from": start.isoformat(), "to": end.isoformat()})

    def follow(self, run: Run, most: int = 20) -> Run:
        """Carry the run out as the worker does, over its pauses."""
        for _ in range(most):
            run = perform_run(self.workspace, run.id, "worker")
            self.history.append(run)
            if run.state is not RunState.PAUSED:
                break
            self.clock.sleep((datetime.fromisoformat(run.resume_at) - self.clock.now()).total_seconds() + 0.01)
        return run

    def push_until_nothing_is_left(self) -> Run:
        """Push, lifting halts, until a run is done and no plan has anything to send."""
        for _ in range(5):
            if self.workspace.time.halt_reason():
                self.workspace.time.lift_halt("looked")
            run = self.push()
            if run.state is RunState.DONE and self.workspace.time.plan(Choice()).is_empty:
                break
        return run

    def reconnect(self) -> None:
        sign_in(self.workspace, self.workspace.connection.view().tenant_id)

    # -- the truth ----------------------------------------------------------------------------------------------------

    @property
    def tenant(self) -> Tenant:
        return find_tenant(self.demo)

    def count_markers(self) -> Counter[str]:
        with self.sandbox.lock:
            return Counter(marker for held in self.tenant.times.values() for marker in find_markers(held.note))

    def count_adds(self) -> int:
        return sum(event.op == "time.add" for event in self.sandbox.truth)

    def count_states(self) -> dict[str, int]:
        return dict(self.store.ledger.count_states("demo"))
