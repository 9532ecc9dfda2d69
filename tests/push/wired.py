"""A push wired to a sandbox over a real socket: the real client, gate, ledger and journal, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from core.clock import SystemClock, new_id
from core.push.job import PushJob
from core.push.journal import JournalFile
from core.push.lanes import Lanes, ThreadLanes
from core.push.marker import entry_key
from core.push.ports import Member, Seams, Wanted
from core.push.settings import PushSettings
from core.sandbox.serve import RunningSandbox
from core.sandbox.state import Tenant
from core.store.engine import migrate, open_engine
from core.store.gate import GateCalls
from core.store.ledger import LedgerTable
from core.xpm.client import XpmClient
from core.xpm.counted_gate import CountedGate
from core.xpm.endpoints import sandbox_endpoints
from core.xpm.gate import Limits
from core.xpm.transport import Answer, HttpTransport, Request
from tests.push.pushing import FixedToken, Sender

FREE = Limits(in_flight=100, per_minute=100_000, per_day=100_000)


@dataclass(frozen=True)
class Wired:
    seams: Seams
    job: PushJob
    ledger: LedgerTable
    tenant: Tenant
    engine: Engine


def find_tenant(running: RunningSandbox) -> Tenant:
    tenants = running.sandbox.tenants.values()
    return next(tenant for tenant in tenants if tenant.jobs and tenant.type == "PRACTICEMANAGER")


@dataclass
class Impatient:
    """The real transport, giving the answer of its n-th request up sooner."""

    inner: HttpTransport
    nth: int
    patience: float
    sent: int = 0

    def send(self, request: Request) -> Answer:
        self.sent += 1
        is_it = self.sent == self.nth
        return self.inner.send(replace(request, patience=self.patience) if is_it else request)


@contextmanager
def wire(
    running: RunningSandbox,
    folder: Path,
    *,
    base_url: str = "",
    limits: Limits = FREE,
    lanes: Lanes | None = None,
    settings: PushSettings | None = None,
    impatient: tuple[int, float] = (0, 30.0),
) -> Iterator[Wired]:
    """Everything a push needs, on a new SQLite file in the folder; `base_url` when something stands in between.

    `impatient`: the number of a request, and after how many seconds without a byte its answer is given up.
    """
    clock, tenant = SystemClock(), find_tenant(running)
    engine = open_engine(f"sqlite:///{folder / 'wired.db'}")
    migrate(engine)
    endpoints = sandbox_endpoints(base_url or running.base_url, running.identity_url, running.connections_url)
    gate = CountedGate(GateCalls(engine, clock), limits)
    transport = HttpTransport(endpoints, clock)
    token = FixedToken(running.access_token)
    client = XpmClient(
        Impatient(transport, *impatient), gate, token, tenant.id, clock=clock, endpoints=endpoints, patience=90
    )
    ledger = LedgerTable(engine, clock, new_id)
    journal = JournalFile(folder / "push.journal", clock)
    seams = Seams(Sender(client), ledger, journal, clock, lambda: gate.meter(tenant.id), lanes or ThreadLanes())
    job = PushJob("demo", tenant.id, "r1", "Kim", "w1", settings=settings or PushSettings())
    yield Wired(seams, job, ledger, tenant, engine)
    transport.close()
    engine.dispose()


def make_wanted(tenant: Tenant, day: date, count: int, minutes: int = 1) -> list[Wanted]:
    """Timesheets of one person and day on one open task."""
    closed = {state.name for state in tenant.states if state.kind != "open"}
    job = next(job for job in tenant.jobs.values() if job.tasks and job.state not in closed)
    staff = next(one for one in tenant.staff.values() if not one.disabled and not one.deleted and not one.locked_weeks)
    return [
        Wanted(
            entry_key(f"e{n}"),
            {f"e{n}": Member(minutes, minutes, f"h{n}")},
            job.number,
            job.tasks[0].uuid,
            staff.uuid,
            day,
            minutes,
            f"Wired {n}",
            "",
            "",
            f"h{n}",
            24 * 60,
        )
        for n in range(1, count + 1)
    ]
