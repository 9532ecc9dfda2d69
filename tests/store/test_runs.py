"""Runs: asked for once, taken by one worker, paused, stopped and ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.model import RunKind, RunState
from core.store import Run, RunNotStartable, RunTaken, Store, UnknownRun
from tests.fakes import FakeClock
from tests.store.racing import race


@pytest.fixture
def push(store: Store) -> Run:
    return store.runs.queue("demo", RunKind.PUSH, "Ann", {"rule": "Month"})


def test_a_queued_run_waits_for_a_worker(store: Store, push: Run) -> None:
    assert (push.id, push.state, push.parameters) == ("run-1", RunState.QUEUED, {"rule": "Month"})
    assert [run.id for run in store.runs.queued()] == ["run-1"]


def test_a_second_request_with_the_same_key_is_the_same_run(store: Store) -> None:
    first = store.runs.queue("demo", RunKind.PUSH, "Ann", once_key="plan-7")
    second = store.runs.queue("demo", RunKind.PUSH, "Bob", once_key="plan-7")
    elsewhere = store.runs.queue("other", RunKind.PUSH, "Bob", once_key="plan-7")
    assert second == first
    assert elsewhere.id != first.id


def test_a_double_click_makes_one_run(store: Store) -> None:
    runs = race(*[lambda: store.runs.queue("demo", RunKind.PUSH, "Ann", once_key="plan-7").id] * 4)
    assert len(set(runs)) == 1
    assert len(store.runs.list("demo")) == 1


def test_of_two_workers_one_gets_the_run(store: Store, push: Run) -> None:
    works = [lambda name=name: store.runs.start(push.id, name).owner for name in ("w1", "w2", "w3")]
    results = race(*works)
    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, RunNotStartable) for result in results) == 2


def test_a_worker_takes_its_own_run_up_again(store: Store, push: Run, clock: FakeClock) -> None:
    begun = store.runs.start(push.id, "w1").started_at
    clock.advance(60)
    assert store.runs.start(push.id, "w1").started_at == begun
    assert [run.id for run in store.runs.running()] == [push.id]


def test_progress_is_shown(store: Store, push: Run) -> None:
    store.runs.start(push.id, "w1")
    assert store.runs.progress(push.id, 3, 10, {"confirmed": 3}, "Sending") is False
    run = store.runs.get(push.id)
    assert (run.done, run.total, run.counts, run.message) == (3, 10, {"confirmed": 3}, "Sending")


def test_a_paused_run_waits_until_its_time(store: Store, push: Run, clock: FakeClock) -> None:
    store.runs.start(push.id, "w1")
    store.runs.pause(push.id, clock.now() + timedelta(hours=1), "The day's calls are used.")
    assert list(store.runs.queued()) == []
    clock.advance(3600)
    assert [run.state for run in store.runs.queued()] == [RunState.PAUSED]
    assert store.runs.start(push.id, "w2").resume_at == ""


@pytest.mark.parametrize("state", [RunState.DONE, RunState.FAILED, RunState.CANCELLED])
def test_an_ended_run_is_not_started_again(store: Store, push: Run, state: RunState) -> None:
    store.runs.start(push.id, "w1")
    store.runs.finish(push.id, state, {"confirmed": 9}, "9 sent.")
    assert store.runs.get(push.id).ended_at == "2026-11-20T01:00:00.000+00:00"
    with pytest.raises(RunNotStartable, match=f"it is {state}"):
        store.runs.start(push.id, "w1")


def test_a_stopped_run_goes_on_only_when_a_person_resumes_it(store: Store, push: Run) -> None:
    store.runs.start(push.id, "w1")
    store.runs.finish(push.id, RunState.STOPPED, message="The first answer differed.")
    assert store.runs.get(push.id).ended_at == ""
    with pytest.raises(RunNotStartable):
        store.runs.start(push.id, "w2")
    store.runs.resume(push.id)
    assert store.runs.start(push.id, "w2").state is RunState.RUNNING


def test_a_run_paused_for_later_is_not_started_before(store: Store, push: Run, clock: FakeClock) -> None:
    store.runs.start(push.id, "w1")
    store.runs.pause(push.id, clock.now() + timedelta(hours=1), "The day's calls are used.")
    with pytest.raises(RunNotStartable, match="it is paused"):
        store.runs.start(push.id, "w1")


def test_a_waiting_run_rests_until_a_person_resumes_it(store: Store, push: Run, clock: FakeClock) -> None:
    store.runs.request_pause(push.id)
    clock.advance(10 * 86_400)
    assert (store.runs.get(push.id).state, store.runs.get(push.id).resume_at) == (RunState.PAUSED, "")
    assert list(store.runs.queued()) == []
    store.runs.resume(push.id)
    assert [run.id for run in store.runs.queued()] == [push.id]


def test_a_run_that_waits_for_tomorrow_rests_when_a_person_says_so(store: Store, push: Run, clock: FakeClock) -> None:
    store.runs.start(push.id, "w1")
    store.runs.pause(push.id, clock.now() + timedelta(hours=8), "The day's calls are used.")
    store.runs.request_pause(push.id)
    clock.advance(86_400)
    assert list(store.runs.queued()) == []


def test_a_wish_to_rest_reaches_a_running_run_and_can_be_taken_back(store: Store, push: Run) -> None:
    store.runs.start(push.id, "w1")
    store.runs.request_pause(push.id)
    assert store.runs.get(push.id).pause_asked
    store.runs.resume(push.id)
    assert (store.runs.get(push.id).pause_asked, store.runs.get(push.id).state) == (False, RunState.RUNNING)


def test_a_run_whose_worker_died_rests_when_somebody_wanted_that(store: Store, push: Run) -> None:
    store.runs.start(push.id, "w1")
    store.runs.request_pause(push.id)
    assert store.runs.give_back(push.id, "w1")
    assert (store.runs.get(push.id).state, store.runs.get(push.id).pause_asked) == (RunState.PAUSED, False)


def test_an_ended_or_stopped_run_does_not_rest(store: Store, push: Run) -> None:
    store.runs.start(push.id, "w1")
    store.runs.finish(push.id, RunState.STOPPED, message="The first answer differed.")
    store.runs.request_pause(push.id)
    assert store.runs.get(push.id).state is RunState.STOPPED


def test_a_worker_whose_run_was_taken_over_changes_nothing_of_it(store: Store, push: Run, clock: FakeClock) -> None:
    store.runs.start(push.id, "w1")
    store.runs.give_back(push.id, "w1")
    store.runs.start(push.id, "w2")
    with pytest.raises(RunTaken, match="w2 has it"):
        store.runs.progress(push.id, 1, 2, owner="w1")
    with pytest.raises(RunTaken):
        store.runs.finish(push.id, RunState.FAILED, owner="w1")
    with pytest.raises(RunTaken):
        store.runs.pause(push.id, clock.now(), "", owner="w1")
    assert (store.runs.get(push.id).state, store.runs.get(push.id).total) == (RunState.RUNNING, 0)


def test_cancelling_an_idle_run_ends_it(store: Store, push: Run) -> None:
    store.runs.request_cancel(push.id)
    assert store.runs.get(push.id).state is RunState.CANCELLED


def test_cancelling_a_running_run_is_told_at_its_next_step(store: Store, push: Run) -> None:
    store.runs.start(push.id, "w1")
    store.runs.request_cancel(push.id)
    assert store.runs.get(push.id).state is RunState.RUNNING
    assert store.runs.progress(push.id, 1, 2) is True


def test_runs_are_listed_newest_first(store: Store, clock: FakeClock) -> None:
    for kind in (RunKind.SYNC, RunKind.PUSH, RunKind.SYNC):
        store.runs.queue("demo", kind, "Ann")
        clock.advance(1)
    assert list(store.runs.list("demo").index) == ["run-3", "run-2", "run-1"]
    assert list(store.runs.list("demo", RunKind.SYNC, limit=1).index) == ["run-3"]
    assert store.runs.list("other").empty


def test_an_unknown_run_is_named(store: Store) -> None:
    with pytest.raises(UnknownRun, match="run-99"):
        store.runs.get("run-99")
    with pytest.raises(UnknownRun):
        store.runs.start("run-99", "w1")
