"""The worker carries out queued runs without a browser, and a second request for the same thing runs once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.demo import Demo, start_demo
from core.model import RunKind, RunState
from core.store import Run
from core.work import Worker

LONGEST_SECONDS = 60.0


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = start_demo(
        tmp_path / "demo", fresh=True, redirect_uri="http://127.0.0.1:8501/oauth/callback", limits=False
    )
    yield running
    running.stop()


def wait_for(demo: Demo, run: Run) -> Run:
    """The run once it has ended."""
    begin = time.monotonic()
    while time.monotonic() - begin < LONGEST_SECONDS:
        now = demo.workspace.store.runs.get(run.id)
        if now.state not in (RunState.QUEUED, RunState.RUNNING):
            return now
        time.sleep(0.05)
    raise AssertionError(f"the run did not end: {now}")


def test_queued_runs_are_carried_out_without_a_browser(demo: Demo) -> None:
    runs = demo.workspace.store.runs
    load = runs.queue("demo", RunKind.LOAD, "test", {}, once_key="load-once")
    again = runs.queue("demo", RunKind.LOAD, "test", {}, once_key="load-once")
    followed = threading.Event()
    worker = Worker(demo.settings, after_run=lambda _: followed.set())
    worker.start()
    try:
        ended = wait_for(demo, load)
        assert followed.wait(LONGEST_SECONDS)
    finally:
        worker.stop()
    assert again.id == load.id
    assert (ended.state, ended.counts["clients new"]) == (RunState.DONE, 300)


def test_a_run_that_cannot_be_done_ends_with_a_sentence(demo: Demo) -> None:
    demo.workspace.connection.disconnect()
    run = demo.workspace.store.runs.queue("demo", RunKind.SYNC, "test", {})
    worker = Worker(demo.settings)
    worker.start()
    try:
        ended = wait_for(demo, run)
    finally:
        worker.stop()
    assert (ended.state, "not connected" in ended.message) == (RunState.STOPPED, True)
