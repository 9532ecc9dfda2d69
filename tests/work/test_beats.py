"""Who is dead: a process that is gone at once, anybody else after a silence that the watcher itself has seen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core.model import RunKind, RunState
from core.store import Store
from core.work import Beating, Watch, is_gone, name_owner, take_back_runs
from core.work.beats import SILENT_SECONDS, Dead, name_place
from tests.fakes import FakeClock


def name_process(pid: int, start: int = 0, place: str = "") -> str:
    return f"worker:{pid}@{place or name_place()}#{start}.abc123"


def name_ended_process() -> str:
    child = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return name_process(int(child.stdout))


def look_for(store: Store, clock: FakeClock, watch: Watch, seconds: int, beating: str = "") -> list[Dead]:
    """The dead at the last of several looks, two seconds apart."""
    dead: list[Dead] = []
    for _ in range(seconds // 2):
        clock.advance(2)
        if beating:
            store.workers.beat(beating, "elsewhere", 1)
        dead = watch.find_dead([])
    return dead


def test_two_names_of_one_process_differ_and_it_lives() -> None:
    first, second = name_owner("worker"), name_owner("worker")
    assert first != second
    assert not is_gone(first)


def test_a_process_that_ended_is_gone_and_only_on_its_own_machine() -> None:
    ended = name_ended_process()
    assert is_gone(ended)
    assert not is_gone(ended.replace(name_place(), "elsewhere/1"))
    assert not is_gone("worker")


def test_a_later_process_of_the_same_number_is_not_taken_for_the_former() -> None:
    assert is_gone(name_process(os.getpid(), start=1))


def test_a_process_that_was_not_waited_for_is_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = int(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19])
    name = name_process(child.pid, start)
    assert not is_gone(name)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(name)
    child.communicate()


def test_a_silent_worker_elsewhere_is_dead_after_a_while(store: Store, clock: FakeClock) -> None:
    watch = Watch(store, clock)
    store.workers.beat("w1", "elsewhere", 1)
    assert look_for(store, clock, watch, int(SILENT_SECONDS)) == []
    assert look_for(store, clock, watch, 4) == [Dead("w1", gone=False)]


def test_a_worker_that_gives_signs_is_never_dead_whatever_its_clock_says(store: Store, clock: FakeClock) -> None:
    watch = Watch(store, clock)
    assert look_for(store, clock, watch, 200, beating="w1") == []


def test_a_watcher_that_was_asleep_itself_does_not_take_others_for_dead(store: Store, clock: FakeClock) -> None:
    watch = Watch(store, clock)
    store.workers.beat("w1", "elsewhere", 1)
    watch.find_dead([])
    clock.advance(3600)
    assert watch.find_dead([]) == []


def test_an_owner_that_never_gave_a_sign_is_dead_after_a_while(store: Store, clock: FakeClock) -> None:
    watch = Watch(store, clock)
    for _ in range(20):
        clock.advance(2)
        dead = watch.find_dead(["worker"])
    assert dead == [Dead("worker", gone=False)]


def test_the_lease_of_a_process_that_is_gone_ends_at_once_and_its_epoch_counts_on(store: Store) -> None:
    ended = name_ended_process()
    epoch = store.ledger.take_lease("p", ended, 180)
    assert store.ledger.take_lease("p", "w2", 180) is None
    take_back_runs(store, Dead(ended, gone=True))
    assert epoch == 1
    assert store.ledger.take_lease("p", "w2", 180) == epoch + 1


def test_the_lease_of_a_silent_worker_runs_out_by_itself(store: Store) -> None:
    store.ledger.take_lease("p", "w1", 180)
    run = store.runs.queue("p", RunKind.PUSH, "Ann")
    store.runs.start(run.id, "w1")
    assert take_back_runs(store, Dead("w1", gone=False)) == 1
    assert store.runs.get(run.id).state is RunState.QUEUED
    assert store.ledger.take_lease("p", "w2", 180) is None


def test_who_ends_is_forgotten_unless_something_is_left_in_hand(store: Store) -> None:
    with Beating(store, "w1"):
        assert [beat.name for beat in store.workers.list()] == ["w1"]
    assert list(store.workers.list()) == []
    beating = Beating(store, "w2")
    beating.start()
    beating.stop(forget=False)
    assert [beat.name for beat in store.workers.list()] == ["w2"]
