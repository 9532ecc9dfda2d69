"""Captured time on its way into XPM, against a real sandbox: drafts stay, spans go as chosen, changes follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.demo import Demo, start_demo
from core.model import RunKind, RunState, Standing
from core.push.plan import Plan
from core.push.rules import Choice
from core.sandbox.state import Time
from core.store import Run
from core.work import perform_run
from core.workspace import Workspace
from core.workspace.actual_time import ActualTimeOff, switch_actual_time
from core.workspace.time_targets import Work
from core.workspace.timer_entries import EntryDraft

ME = "U01"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    running = start_demo(folder, fresh=True, redirect_uri="http://127.0.0.1:8501/oauth/callback", limits=False)
    running.workspace.options.change(timer_mode="start and end", entry_mode="start and end")
    do(running.workspace, RunKind.SYNC, propose=True, accept=True)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def ws(demo: Demo) -> Workspace:
    return demo.workspace


@pytest.fixture(scope="module")
def work(ws: Workspace) -> Work:
    """A task whose time of this person would go to XPM."""
    found = ws.timer.find_work(ME, "bas qtr", limit=40)
    return next(Work(str(one)) for one in found.index if ws.timer.target(ME, Work(str(one))).is_ready)


@pytest.fixture(scope="module")
def entry(ws: Workspace, work: Work) -> str:
    """37 minutes typed for this morning, a draft at first."""
    return ws.timer.entries.add(ME, draft(ws, work))


def draft(ws: Workspace, work: Work, **values: Any) -> EntryDraft:
    kept: dict[str, Any] = {"start": "6:03", "end": "6:40", "note": "Captured here"}
    return EntryDraft(work, ws.today, **kept | values)


def do(ws: Workspace, kind: RunKind, **parameters: object) -> Run:
    run = ws.store.runs.queue(ws.practice_id, kind, "test", parameters)
    ended = perform_run(ws, run.id, "test")
    assert ended.state is RunState.DONE, ended.message
    return ended


def push(ws: Workspace, entry: str) -> Run:
    choice = Choice(entries=(entry,))
    return perform_run(ws, ws.time.request_push(ws.time.plan(choice), choice).id, "test")


def in_xpm(demo: Demo) -> list[Time]:
    tenants = demo.sandbox.sandbox.tenants.values()
    return [one for tenant in tenants for one in tenant.times.values() if "Captured here" in one.note]


def standing(ws: Workspace, entry: str) -> Standing:
    return Standing(ws.time.standings().loc[entry, "standing"])


def revision(ws: Workspace, entry: str) -> int:
    return int(ws.timer.entries.get(entry)["revision"])


def plan(ws: Workspace, entry: str) -> Plan:
    return ws.time.plan(Choice(entries=(entry,)))


def test_a_draft_is_never_pushed(ws: Workspace, entry: str) -> None:
    assert standing(ws, entry) is Standing.DRAFT
    assert plan(ws, entry).create == 0


def test_a_committed_span_reaches_xpm_with_its_start_and_end(ws: Workspace, demo: Demo, entry: str) -> None:
    ws.timer.entries.commit({entry: 1})
    assert push(ws, entry).counts["confirmed"] == 1
    [sheet] = in_xpm(demo)
    assert (sheet.start, sheet.end, sheet.minutes) == ("06:03", "06:40", 37)
    assert standing(ws, entry) is Standing.SYNCED


def test_a_load_and_a_sync_change_nothing_of_it(ws: Workspace, entry: str) -> None:
    do(ws, RunKind.SYNC, propose=True, accept=True)
    assert standing(ws, entry) is Standing.SYNCED


def test_an_edit_after_the_push_is_a_change_that_follows(ws: Workspace, demo: Demo, entry: str, work: Work) -> None:
    ws.timer.entries.edit(entry, revision(ws, entry), draft(ws, work, end="7:00"))
    assert standing(ws, entry) is Standing.CHANGED
    push(ws, entry)
    [sheet] = in_xpm(demo)
    assert (sheet.end, sheet.minutes) == ("07:00", 57)
    assert standing(ws, entry) is Standing.SYNCED


def test_as_durations_xpm_gets_minutes_alone(ws: Workspace, demo: Demo, entry: str, work: Work) -> None:
    ws.options.change(entry_mode="duration")
    ws.timer.entries.edit(entry, revision(ws, entry), draft(ws, work, end="7:10"))
    push(ws, entry)
    [sheet] = in_xpm(demo)
    assert (sheet.start, sheet.end, sheet.minutes) == ("", "", 67)


def test_switching_actual_time_off_stops_a_push_that_was_asked_for(ws: Workspace, entry: str, work: Work) -> None:
    ws.timer.entries.edit(entry, revision(ws, entry), draft(ws, work, end="7:20"))
    choice = Choice(entries=(entry,))
    run = ws.time.request_push(ws.time.plan(choice), choice)
    switch_actual_time(ws, on=False)
    ended = perform_run(ws, run.id, "test")
    assert (ended.state, "Switch it on" in ended.message) == (RunState.FAILED, True)
    with pytest.raises(ActualTimeOff):
        push(ws, entry)
    switch_actual_time(ws, on=True)


def test_a_deleted_entry_is_withdrawn_from_xpm(ws: Workspace, demo: Demo, entry: str) -> None:
    ws.timer.entries.delete({entry: revision(ws, entry)})
    gone = ws.time.standings()
    assert gone["standing"].eq(Standing.WITHDRAWN).sum() >= 1
    assert ws.time.plan(Choice()).delete == 1
    run = ws.time.request_push(ws.time.plan(Choice()), Choice())
    perform_run(ws, run.id, "test")
    assert in_xpm(demo) == []
