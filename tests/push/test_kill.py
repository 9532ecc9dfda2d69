"""A real process pushing over a real socket, killed with SIGKILL again and again: every entry ends in XPM once."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from core.clock import SystemClock, new_id
from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread
from core.sandbox.state import Tenant
from core.store.engine import open_engine
from core.store.ledger import LedgerTable
from tests.work.pushers import ENTRIES, make_rows, start_pushing

#: The process dies shortly after XPM has stored so many entries.
DEATHS = (3, 9, 17, 26, 38)
PATIENCE = 60.0

#: Some answers get lost besides, before and after XPM has stored the entry.
FAULTS = {
    "rules": [
        {"fault": "drop_after", "method": "POST", "path": "time.api/add", "nth": [12]},
        {"fault": "drop_before", "method": "POST", "path": "time.api/add", "nth": [22]},
    ]
}


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with start_in_thread(ServeOptions(faults=FAULTS, limits=False, latency_ms=15)) as running:
        yield running


def practice(running: RunningSandbox) -> Tenant:
    tenants = running.sandbox.tenants.values()
    return next(tenant for tenant in tenants if tenant.jobs and tenant.type == "PRACTICEMANAGER")


def count_added(running: RunningSandbox) -> int:
    return sum(event.by == "api" and "Kill test" in str(event.fields) for event in list(running.sandbox.truth))


def kill_after(process: subprocess.Popen[str], running: RunningSandbox, added: int, delay: float) -> None:
    """SIGKILL once XPM has stored so many entries and a moment has passed; a process that ended before is fine."""
    limit = time.monotonic() + PATIENCE
    while count_added(running) < added and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.002)
    time.sleep(delay)
    process.kill()
    process.communicate(timeout=PATIENCE)


def write_plan(running: RunningSandbox, database_url: str, folder: Path, owner: str = "w1") -> Path:
    tenant = practice(running)
    facts = {name: getattr(running, name) for name in ("base_url", "identity_url", "connections_url")}
    facts |= {"token": running.access_token, "tenant": tenant.id, "database": database_url, "owner": owner}
    rows = make_rows(tenant, running.sandbox.clock.today(tenant.zone).isoformat())
    plan = folder / f"{owner}.json"
    plan.write_text(json.dumps({**facts, "journal": str(folder / "push.journal"), "rows": rows}))
    return plan


def assert_each_once(running: RunningSandbox, database_url: str) -> None:
    """By the sandbox's own records, and the ledger agrees."""
    times = practice(running).times.values()
    notes = Counter(time.note.split(" ~")[0] for time in times if "Kill test" in time.note)
    assert notes == dict.fromkeys((f"Kill test {n}" for n in range(1, ENTRIES + 1)), 1)
    engine = open_engine(database_url)
    assert LedgerTable(engine, SystemClock(), new_id).count_states("demo") == {"confirmed": ENTRIES}
    engine.dispose()


def finish(process: subprocess.Popen[str]) -> None:
    words, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, words


def test_a_push_killed_again_and_again_ends_with_every_entry_in_xpm_once(
    sandbox: RunningSandbox, database_url: str, tmp_path: Path
) -> None:
    plan, random = write_plan(sandbox, database_url, tmp_path), Random(7)
    for added in DEATHS:
        kill_after(start_pushing(plan), sandbox, added, random.uniform(0, 0.03))
    finish(start_pushing(plan))
    assert_each_once(sandbox, database_url)
    finish(start_pushing(plan))
    assert count_added(sandbox) == ENTRIES


def test_two_workers_at_once_send_every_entry_once(sandbox: RunningSandbox, database_url: str, tmp_path: Path) -> None:
    workers = [start_pushing(write_plan(sandbox, database_url, tmp_path, owner)) for owner in ("w1", "w2")]
    for worker in workers:
        finish(worker)
    assert_each_once(sandbox, database_url)
