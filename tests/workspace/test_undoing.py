"""A push of the demo practice taken back and swept, against a real sandbox on a socket."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.demo import Demo
from core.model import Reason, RunKind, RunState
from core.push.rules import Choice
from core.push.undo import NothingToUndo
from core.store import Run
from core.work import perform_run
from core.workspace import Workspace


@pytest.fixture(scope="module")
def pushed(demo: Demo) -> Run:
    """The demo practice's first push, done."""
    ws = demo.workspace
    perform(ws, ws.store.runs.queue("demo", RunKind.SYNC, "test", {"propose": True, "accept": True}))
    return perform(ws, ws.time.request_push(ws.time.plan(Choice()), Choice()))


def perform(ws: Workspace, run: Run) -> Run:
    return perform_run(ws, run.id, "test")


def ours(demo: Demo, ws: Workspace, run: Run) -> dict[str, int]:
    """Minutes by UUID of what the run created and XPM still holds."""
    tenant = next(one for one in demo.sandbox.sandbox.tenants.values() if one.name.startswith("Banksia"))
    mine = {bundle.remote_uuid for bundle in ws.store.ledger.find_by("demo", "created_run", [run.id])}
    return {uuid: sheet.minutes for uuid, sheet in tenant.times.items() if uuid in mine}


def test_an_undo_deletes_the_run_but_what_a_person_touched(demo: Demo, pushed: Run) -> None:
    ws = demo.workspace
    tenant = next(one for one in demo.sandbox.sandbox.tenants.values() if one.name.startswith("Banksia"))
    edited = min(ours(demo, ws, pushed))
    plan = ws.undoing.plan(pushed.id)
    assert (plan.delete, plan.refused) == (len(ours(demo, ws, pushed)), 0)
    tenant.times[edited] = replace(tenant.times[edited], minutes=tenant.times[edited].minutes + 7)
    done = perform(ws, ws.undoing.request(plan))
    assert (done.state, done.message) == (RunState.DONE, "")
    assert (done.counts["deleted"], done.counts["refused"]) == (plan.delete - 1, 1)
    assert list(ours(demo, ws, pushed)) == [edited]
    items = ws.store.run_items.read(done.id)
    assert items.loc[items["outcome"].eq("refused"), "words"].tolist() == ["It stays: XPM shows other minutes."]


def test_what_was_undone_waits_and_does_not_go_again_by_itself(demo: Demo, pushed: Run) -> None:
    ws = demo.workspace
    rows = ws.time.standings()
    undone = rows[rows["reason"].eq(Reason.UNDONE.value)]
    assert len(undone) == ws.store.ledger.count_states("demo")["retracted"]
    assert ws.time.plan(Choice()).create == 0
    assert ws.time.tie_out(*ws.time.period(None, None)).minutes["remainder"] == 0


def test_an_undone_run_cannot_be_undone_again(demo: Demo, pushed: Run) -> None:
    ws = demo.workspace
    with pytest.raises(NothingToUndo, match="each with its reason"):
        ws.undoing.request(ws.undoing.plan(pushed.id))


def test_a_sweep_after_that_finds_only_what_a_person_did(demo: Demo, pushed: Run) -> None:
    ws = demo.workspace
    before = ws.connection.meter().day_used
    done = perform(ws, ws.sweeping.request())
    assert done.state is RunState.DONE, done.message
    assert set(done.counts) <= {"drifted", "more than recorded"}
    assert ws.connection.meter().day_used - before < 10


def test_what_was_undone_can_be_sent_again(demo: Demo, pushed: Run) -> None:
    ws = demo.workspace
    rows = ws.time.standings()
    some = [str(entry_id) for entry_id in rows.index[rows["reason"].eq(Reason.UNDONE.value)][:3]]
    ws.time.choose(some, "send_again", "looked")
    plan = ws.time.plan(Choice())
    assert plan.create == 3
    again = perform(ws, ws.time.request_push(plan, Choice()))
    assert again.counts["confirmed"] == 3
