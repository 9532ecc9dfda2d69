"""A pushing process that a test may kill: `python -m tests.push.pushing PLAN.json`, exit code 0 when all is settled."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from core.clock import SystemClock, new_id
from core.push.journal import JournalFile
from core.push.lanes import ThreadLanes
from core.push.ports import Seams, TimeDraft
from core.push.queue import read_wanted
from core.push.run import End, PushJob, run_push
from core.push.settings import PushSettings
from core.store.engine import open_engine
from core.store.gate import GateCalls
from core.store.ledger import LedgerTable
from core.xpm import drafts
from core.xpm.client import XpmClient
from core.xpm.counted_gate import CountedGate
from core.xpm.endpoints import sandbox_endpoints
from core.xpm.gate import Limits
from core.xpm.outcome import Outcome
from core.xpm.secrets import Secret
from core.xpm.tokens import ConnectionState, ConsentNeeded
from core.xpm.transport import HttpTransport

#: Waits short enough for a test and long enough for a sandbox on the same machine.
SETTINGS = PushSettings(batch_size=10, deadline_seconds=1.0, quiet_seconds=0.7, list_gap_seconds=0.2, lease_seconds=30)


class FixedToken:
    """A sign-in that has one token."""

    def __init__(self, token: str) -> None:
        self._token = Secret(token)

    def access_token(self) -> Secret:
        return self._token

    def renew(self, spent: Secret) -> Secret:
        return spent

    def note_worked(self) -> None:
        return

    def mark_state(self, state: ConnectionState) -> None:
        return

    def give_up(self) -> ConsentNeeded:
        raise AssertionError("the sandbox refused its own token")


class Sender:
    """The real client in the shape the push wants."""

    def __init__(self, client: XpmClient) -> None:
        self.list_times = client.list_times
        self.list_staff_times = client.list_staff_times
        self.get_time = client.get_time
        self.delete_time = client.delete_time
        self._client = client

    def add_time(self, draft: TimeDraft, refuse: Callable[[], str]) -> Outcome:
        return self._client.add_time(drafts.TimeDraft(**vars(draft)), refuse)

    def update_time(self, uuid: str, draft: TimeDraft, refuse: Callable[[], str]) -> Outcome:
        return self._client.update_time(uuid, drafts.TimeDraft(**vars(draft)), refuse)


def make_seams(plan: dict[str, Any]) -> Seams:
    clock = SystemClock()
    engine = open_engine(plan["database"])
    # The call of a killed process counts as in progress for a while; many deaths must not add up to a stop.
    limits = Limits(in_flight=100, per_minute=100_000, per_day=100_000)
    gate = CountedGate(GateCalls(engine, clock), limits)
    endpoints = sandbox_endpoints(plan["base_url"], plan["identity_url"], plan["connections_url"])
    transport = HttpTransport(endpoints, clock)
    client = XpmClient(
        transport, gate, FixedToken(plan["token"]), plan["tenant"], clock=clock, endpoints=endpoints, patience=30
    )
    journal = JournalFile(Path(plan["journal"]), clock)
    ledger, lanes = LedgerTable(engine, clock, new_id), ThreadLanes()
    return Seams(Sender(client), ledger, journal, clock, lambda: gate.meter(plan["tenant"]), lanes)


def main(path: str) -> int:
    plan = json.loads(Path(path).read_text())
    rows = pd.DataFrame.from_dict(plan["rows"], orient="index")
    rows["date"] = pd.to_datetime(rows["date"])
    job = PushJob(plan.get("practice", "demo"), plan["tenant"], "r1", "Kim", plan.get("owner", "w1"), settings=SETTINGS)
    seams = make_seams(plan)
    while True:
        result = run_push(job, read_wanted(rows), seams)
        if result.resume_at is None:
            sys.stdout.write(f"{result.end}: {result.message}\n")
            return 0 if result.end is End.DONE else 1
        seams.clock.sleep(min(max((result.resume_at - seams.clock.now()).total_seconds(), 0.1), 2.0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
