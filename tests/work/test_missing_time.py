"""Missing time over weeks: what was held goes with the automatic push after its cause is gone, once, and by itself."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from core.demo import Demo, start_demo
from core.model import Kind, RunKind, RunState, Verdict
from core.push.rules import Choice
from core.sandbox.world import Sandbox
from core.store import NewDecision, Run
from core.store.engine import writing
from core.store.tables import practice as practices
from core.work import perform_run
from core.work.automatic import queue_chore
from core.workspace import Workspace, open_store
from core.workspace.automating import Chore, find_latest
from tests.work.site import REDIRECT

FRIDAY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class DatedClock:
    """Begins on the demo's Friday evening; a sleep is a jump ahead, which the sandbox's clock makes as well."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._now = FRIDAY
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def monotonic(self) -> float:
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        with self._sandbox.lock:
            self._sandbox.clock.advance(seconds)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = start_demo(tmp_path / "demo", fresh=True, redirect_uri=REDIRECT, limits=False)
    running.workspace.store.close()
    yield running
    running.stop()


@pytest.fixture
def practice(demo: Demo) -> Iterator[Workspace]:
    """The demo with a date that moves on, matched, and pushing the last five days by itself."""
    clock = DatedClock(demo.sandbox.sandbox)
    store = open_store(demo.settings, clock)
    with writing(store.engine) as connection:
        connection.execute(update(practices).values(as_of=None))
    opened = Workspace("demo", demo.settings, store, clock)
    carry_out(opened, store.runs.queue("demo", RunKind.SYNC, "test", {"propose": True, "accept": True}))
    opened.choices.save("Week", Choice(look_back_days=5))
    opened.choices.mark_automatic("Week")
    yield opened
    opened.close()
    store.close()


def carry_out(ws: Workspace, run: Run) -> Run:
    for _ in range(9):
        run = perform_run(ws, run.id, "test")
        if run.state is not RunState.PAUSED:
            break
        ws.clock.sleep((datetime.fromisoformat(run.resume_at) - ws.clock.now()).total_seconds() + 1)
    assert run.state is RunState.DONE, run.message
    return run


def push_automatically(ws: Workspace) -> Run | None:
    """What the worker does at six in the evening; the push, when there was something to push."""
    due = find_latest(("18:00",), ws.practice.zone, ws.clock.now())
    assert due is not None
    chore = queue_chore(ws, Chore.PUSH, due)
    assert chore is not None
    carry_out(ws, chore)
    pushes = ws.store.runs.list("demo", RunKind.PUSH)
    fresh = [str(one) for one, run in pushes.iterrows() if run["state"] == RunState.QUEUED]
    return carry_out(ws, ws.store.runs.get(fresh[0])) if fresh else None


def decide(ws: Workspace, client: str, verdict: Verdict, xpm_id: str = "") -> None:
    ws.store.decisions.add([NewDecision("demo", Kind.CLIENT, client, verdict, "Kim", xpm_id)])


def test_time_held_for_weeks_goes_by_itself_when_its_client_is_linked(practice: Workspace) -> None:
    ready = practice.time.plan(Choice()).rows
    row = ready.iloc[0]
    mine = set(ready.index[ready["client_id"].eq(row["client_id"])])
    decide(practice, row["client_id"], Verdict.REOPENED)
    practice.options.change(automatic_push=True)
    push = push_automatically(practice)
    assert push is not None
    assert not mine & set(json.loads(push.parameters["choice"]).get("entries", ()))
    practice.clock.sleep(14 * 86_400)
    assert push_automatically(practice) is None
    decide(practice, row["client_id"], Verdict.LINKED, row["xpm_client_id"])
    practice.clock.sleep(86_400)
    push = push_automatically(practice)
    assert push is not None
    assert set(practice.time.standings().loc[list(mine), "standing"]) == {"synced"}
    practice.clock.sleep(86_400)
    assert push_automatically(practice) is None


def test_time_that_nobody_asked_to_be_pushed_stays_when_automatic_pushing_begins(practice: Workspace) -> None:
    assert practice.time.plan(Choice()).create > 30
    practice.clock.sleep(14 * 86_400)
    practice.options.change(automatic_push=True)
    assert push_automatically(practice) is None
