"""A worker killed with SIGKILL in the middle of a push is started again, and every entry is in XPM once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.demo import Demo, start_demo
from core.model import RunKind, RunState
from core.push.rules import Choice
from core.sandbox.faults import FaultInjector
from core.work import perform_run

LONGEST_SECONDS = 90.0
KILLS = 3


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = start_demo(
        tmp_path / "demo", fresh=True, redirect_uri="http://127.0.0.1:8501/oauth/callback", limits=False
    )
    yield running
    running.stop()


def start_worker(demo: Demo) -> subprocess.Popen[bytes]:
    settings = demo.settings
    given = {
        "DATA_DIR": settings.data_dir,
        "XPM_URL": settings.xpm_url,
        "IDENTITY_URL": settings.identity_url,
        "CONNECTIONS_URL": settings.connections_url,
        "CLIENT_ID": settings.client_id,
        "CLIENT_SECRET": settings.client_secret.get_secret_value(),
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TIEOUT_")}
    environment = clean | {f"TIEOUT_{name}": str(value) for name, value in given.items()}
    command = [sys.executable, "-c", "from core.cli import main; main(['worker'])"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until(what: Callable[[], bool]) -> None:
    begin = time.monotonic()
    while not what():
        assert time.monotonic() - begin < LONGEST_SECONDS, "it did not happen in time"
        time.sleep(0.02)


def set_latency(demo: Demo, seconds: float) -> None:
    faults = demo.sandbox.sandbox.faults
    assert isinstance(faults, FaultInjector)
    faults.latency = seconds


def count_markers(demo: Demo) -> Counter[str]:
    tenant = next(t for t in demo.sandbox.sandbox.tenants.values() if t.name.startswith("Banksia"))
    return Counter(time.note.rsplit("~", 1)[-1] for time in list(tenant.times.values()) if "~" in time.note)


def test_a_push_killed_again_and_again_ends_with_every_entry_in_xpm_once(demo: Demo) -> None:
    workspace = demo.workspace
    runs = workspace.store.runs
    perform_run(workspace, runs.queue("demo", RunKind.SYNC, "test", {"propose": True, "accept": True}).id, "test")
    set_latency(demo, 0.04)
    plan = workspace.time.plan(Choice())
    before = sum(count_markers(demo).values())
    run = workspace.time.request_push(plan, Choice())
    for kill in range(1, KILLS + 1):
        worker = start_worker(demo)
        wanted = before + kill * plan.create // (KILLS + 1)
        wait_until(lambda wanted=wanted: sum(count_markers(demo).values()) >= wanted)  # type: ignore[misc]  # bound now
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    worker = start_worker(demo)
    try:
        wait_until(lambda: runs.get(run.id).state is RunState.DONE)
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
    markers = count_markers(demo)
    ended = runs.get(run.id)
    assert max(markers.values()) == 1
    assert sum(markers.values()) - before == ended.counts["confirmed"]
    assert ended.counts["confirmed"] + ended.counts["rejected"] == plan.create
