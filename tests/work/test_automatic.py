"""What happens by itself: each due chore once, a push only when it is switched on and nothing stands against it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.demo import Demo, start_demo
from core.model import RunKind, RunState
from core.push.rules import Choice
from core.store import Run
from core.work import perform_run
from core.work.automatic import queue_chore
from core.workspace import Workspace
from core.workspace.automating import AUTOMATIC, Chore, find_latest
from core.xpm.token_rows import TokenRows
from core.xpm.tokens import Connection, ConnectionState
from tests.work.site import REDIRECT


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = start_demo(tmp_path / "demo", fresh=True, redirect_uri=REDIRECT, limits=False)
    yield running
    running.stop()
    running.workspace.store.close()


@pytest.fixture
def practice(demo: Demo) -> Workspace:
    """The demo with automatic pushing and mapping switched on, by its rule Everything."""
    demo.workspace.automating.choose_rule("Everything")
    set_up(demo.workspace, automatic_push=True, automatic_mapping=True)
    return demo.workspace


def set_up(workspace: Workspace, **settings: Any) -> None:
    changed = workspace.practice.settings.with_values(**settings)
    workspace.store.practices.save_settings(workspace.practice_id, changed)


def last_slot(workspace: Workspace, *times: str) -> datetime:
    slot = find_latest(times or ("18:00",), workspace.practice.zone, workspace.clock.now())
    assert slot is not None
    return slot


def queue_push(workspace: Workspace) -> Run:
    run = queue_chore(workspace, Chore.PUSH, last_slot(workspace))
    assert run is not None
    return run


def find_pushes(workspace: Workspace) -> list[Run]:
    runs = workspace.store.runs
    return [runs.get(str(run_id)) for run_id in runs.list(workspace.practice_id, RunKind.PUSH).index]


def test_two_workers_queue_a_due_chore_once(practice: Workspace) -> None:
    assert queue_push(practice).id == queue_push(practice).id
    queued = practice.store.runs.queued()
    assert [(run.kind, run.actor) for run in queued] == [(RunKind.SYNC, AUTOMATIC)]


def test_a_chore_that_was_switched_off_meanwhile_is_not_queued(practice: Workspace) -> None:
    set_up(practice, automatic_push=False)
    assert queue_chore(practice, Chore.PUSH, last_slot(practice)) is None


def test_of_the_times_missed_while_nothing_ran_only_the_last_counts(practice: Workspace) -> None:
    last = last_slot(practice)
    assert queue_chore(practice, Chore.PUSH, last - timedelta(days=1)) is None
    assert queue_chore(practice, Chore.PUSH, last) is not None


def test_an_account_that_was_never_connected_is_asked_nothing(demo: Demo) -> None:
    demo.workspace.store.practices.create(replace(demo.workspace.practice, id="other"))
    other = Workspace("other", demo.settings, demo.workspace.store, demo.workspace.clock)
    assert queue_chore(other, Chore.SYNC, last_slot(other, "06:00", "12:00", "17:30")) is None


def test_an_account_that_somebody_left_is_asked_nothing(demo: Demo) -> None:
    store = demo.workspace.store
    store.practices.create(replace(demo.workspace.practice, id="left"))
    gone = Connection(ConnectionState.DISCONNECTED, "t1", "Birds")
    assert TokenRows(store.tokens).swap_connection("left", gone, expected=0)
    left = Workspace("left", demo.settings, store, demo.workspace.clock)
    assert queue_chore(left, Chore.SYNC, last_slot(left, "06:00", "12:00", "17:30")) is None


def test_a_sweep_covers_the_days_that_are_set(practice: Workspace) -> None:
    set_up(practice, sweep_days=20, sweep_at="02:00")
    run = queue_chore(practice, Chore.SWEEP, last_slot(practice, "02:00"))
    assert run is not None
    assert (run.kind, run.parameters["days"]) == (RunKind.SWEEP, 20)


def test_an_automatic_push_reads_both_sides_first_and_sends_what_the_marked_rule_lets_through(
    practice: Workspace,
) -> None:
    sync = perform_run(practice, queue_push(practice).id, "test")
    (push,) = find_pushes(practice)
    assert (sync.state, sync.message) == (
        RunState.DONE,
        f"Pushed as run {push.id[:8]}: {push.parameters['create']} new.",
    )
    assert push.actor == AUTOMATIC
    ended = perform_run(practice, push.id, "test")
    assert ended.state is RunState.DONE
    assert ended.counts["confirmed"] > 0


def test_what_stands_beside_other_time_in_xpm_waits_for_a_person(demo: Demo, practice: Workspace) -> None:
    perform_run(
        practice, practice.store.runs.queue("demo", RunKind.SYNC, "test", {"propose": True, "accept": True}).id, "test"
    )
    row = practice.time.plan(Choice()).rows.iloc[0]
    tenant = next(t for t in demo.sandbox.sandbox.tenants.values() if t.name.startswith("Banksia"))
    typed = next(iter(tenant.times.values()))
    facts = {"uuid": "typed", "job": row["job"], "task": row["job_task_id"], "staff": row["xpm_staff_id"]}
    tenant.times["typed"] = replace(typed, **facts, date=row["date"].date(), minutes=7, note="by hand")
    sync = perform_run(practice, queue_push(practice).id, "test")
    (push,) = find_pushes(practice)
    assert "beside other time in XPM" in sync.message
    assert row.name not in json.loads(push.parameters["choice"])["entries"]
    assert perform_run(practice, push.id, "test").state is RunState.DONE


def test_a_reading_done_again_after_a_crash_queues_no_second_push(practice: Workspace) -> None:
    sync = queue_push(practice)
    perform_run(practice, sync.id, "test")
    practice.store.runs.finish(sync.id, RunState.STOPPED)
    practice.store.runs.resume(sync.id)
    perform_run(practice, sync.id, "test")
    assert len(find_pushes(practice)) == 1


def test_without_a_marked_rule_nothing_is_pushed_and_the_reading_says_so(practice: Workspace) -> None:
    practice.store.rules.mark_automatic("demo", "", "test")
    sync = perform_run(practice, queue_push(practice).id, "test")
    assert sync.state is RunState.DONE
    assert "no saved choice is marked" in sync.message
    assert find_pushes(practice) == []


def test_while_pushing_is_halted_nothing_is_queued(practice: Workspace) -> None:
    practice.store.ledger.halt("demo", "the first answer differed", actor="test")
    sync = perform_run(practice, queue_push(practice).id, "test")
    assert "pushing is halted (the first answer differed)" in sync.message
    assert find_pushes(practice) == []


def test_a_side_that_was_not_read_whole_stops_the_push(demo: Demo, practice: Workspace) -> None:
    sync = queue_push(practice)
    demo.sandbox.stop()
    ended = perform_run(practice, sync.id, "test")
    assert ended.state in (RunState.FAILED, RunState.PAUSED)
    assert find_pushes(practice) == []


def test_an_automatic_reading_accepts_links_only_when_mapping_is_switched_on(practice: Workspace) -> None:
    set_up(practice, automatic_mapping=False, automatic_sync_at=("06:00",))
    run = queue_chore(practice, Chore.SYNC, last_slot(practice, "06:00"))
    assert run is not None
    assert (run.parameters["propose"], run.parameters["accept"]) == (True, False)


def test_the_page_sees_when_a_chore_is_due_next_and_what_it_did_last(practice: Workspace) -> None:
    sync = queue_push(practice)
    states = {state.chore: state for state in practice.automating.chores()}
    push = states[Chore.PUSH]
    assert push.last is not None
    assert push.last.id == sync.id
    assert push.next_at is not None
    assert datetime.now(UTC) < push.next_at <= datetime.now(UTC) + timedelta(days=1)
    assert states[Chore.SWEEP].last is None
