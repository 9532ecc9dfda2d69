"""The durable engine on both databases: one at a time per partition, taken over when dead, schedules obeyed once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.work.engine import DurableEngine, EngineFailed, Schedule

PATIENCE = 30.0
EVERY_SECOND = "* * * * * *"


class Performer:
    """Notes what it is given; what begins with `slow` takes until it is released."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.ended: list[str] = []
        self.obeyed: list[tuple[dict[str, str], datetime]] = []
        self.release = threading.Event()

    def perform(self, run_id: str) -> None:
        self.began.append(run_id)
        if run_id.startswith("slow"):
            self.release.wait(PATIENCE)
        self.ended.append(run_id)

    def obey(self, order: dict[str, str], due: datetime) -> None:
        self.obeyed.append((order, due))


class Tidier(Performer):
    """Has the engine forget what ended, whenever a schedule is due."""

    engine: DurableEngine | None = None
    forgotten = 0

    def obey(self, order: dict[str, str], due: datetime) -> None:
        if self.engine is not None:
            self.forgotten += self.engine.forget_finished(due + timedelta(days=1))


@contextmanager
def running(url: str, performer: Performer, name: str = "e1", *, dies: bool = False) -> Iterator[DurableEngine]:
    engine = DurableEngine(url, name, performer.perform, performer.obey)
    engine.start()
    try:
        yield engine
    finally:
        # What is still writing down how it ended would find the database of the test gone.
        engine.stop(0 if dies else 3)


def wait_until(what: Callable[[], bool]) -> None:
    begin = time.monotonic()
    while not what():
        assert time.monotonic() - begin < PATIENCE, "it did not happen in time"
        time.sleep(0.02)


def test_runs_of_one_practice_wait_for_each_other_and_those_of_others_do_not(database_url: str) -> None:
    performer = Performer()
    with running(database_url, performer) as engine:
        engine.submit("slow1", "a:push")
        wait_until(lambda: performer.began == ["slow1"])
        engine.submit("fast2", "a:push")
        engine.submit("fast3", "b:push")
        wait_until(lambda: "fast3" in performer.ended)
        assert performer.began == ["slow1", "fast3"]
        performer.release.set()
        wait_until(lambda: performer.ended[-1:] == ["fast2"])


def test_a_run_under_way_is_not_carried_twice_and_one_still_due_is_carried_again(database_url: str) -> None:
    performer = Performer()
    with running(database_url, performer) as engine:
        for _ in range(3):
            engine.submit("slow1", "a:push")
        wait_until(lambda: performer.began == ["slow1"])
        performer.release.set()
        wait_until(lambda: not engine.list_executors())
        engine.submit("slow1", "a:push")
        wait_until(lambda: performer.ended == ["slow1", "slow1"])


def test_what_a_dead_worker_had_in_hand_goes_on_with_another(database_url: str) -> None:
    dead, alive = Performer(), Performer()
    with running(database_url, dead, "e1", dies=True) as engine:
        engine.submit("slow1", "a:push")
        wait_until(lambda: dead.began == ["slow1"])
    alive.release.set()
    with running(database_url, alive, "e2") as engine:
        engine.submit("fast2", "a:push")
        assert engine.list_executors() == {"e1"}
        assert engine.take_over("e1") == 1
        wait_until(lambda: sorted(alive.ended) == ["fast2", "slow1"])
    dead.release.set()


def test_a_schedule_is_obeyed_once_per_instant_until_it_is_taken_away(database_url: str) -> None:
    performer = Performer()
    order = {"practice": "p", "what": "sync"}
    with running(database_url, performer) as engine:
        engine.keep_schedules([Schedule("s", EVERY_SECOND, "Australia/Sydney", order)])
        engine.keep_schedules([Schedule("s", EVERY_SECOND, "Australia/Sydney", order)])
        wait_until(lambda: len(performer.obeyed) >= 2)
        engine.keep_schedules([])
        dues = [due for _, due in performer.obeyed]
    assert performer.obeyed[0][0] == order
    assert all(due.tzinfo is not None for due in dues)
    assert len(set(dues)) == len(dues)


def test_a_schedule_may_tidy_up_the_engine_itself(database_url: str) -> None:
    tidier = Tidier()
    with running(database_url, tidier) as engine:
        tidier.engine = engine
        engine.submit("fast1", "a:push")
        wait_until(lambda: tidier.ended == ["fast1"])
        engine.keep_schedules([Schedule("tidy", EVERY_SECOND, "UTC", {})])
        wait_until(lambda: tidier.forgotten >= 1)


def test_an_engine_that_may_not_make_its_tables_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_text("this is no database, and long enough to be seen as none" * 20)
    with pytest.raises(EngineFailed, match="The worker cannot start: its tables cannot be used"):
        DurableEngine(f"sqlite:///{broken}", "e1", Performer().perform).start()


def test_finished_work_is_forgotten_after_a_while(database_url: str) -> None:
    performer = Performer()
    with running(database_url, performer) as engine:
        engine.submit("fast1", "a:push")
        engine.submit("slow2", "b:push")
        wait_until(lambda: performer.ended == ["fast1"])
        assert engine.forget_finished(datetime.now(UTC) - timedelta(days=1)) == 0
        wait_until(lambda: engine.forget_finished(datetime.now(UTC) + timedelta(days=1)) == 1)
        performer.release.set()
        wait_until(lambda: performer.ended == ["fast1", "slow2"])
