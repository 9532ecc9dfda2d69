"""The small practice with a push in its ledger, one timesheet for each way a push can end."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from core.model import RunKind, RunState
from core.push.ports import Member, Move
from core.store import Run
from core.workspace import Workspace

DAY = date(2026, 11, 19)
#: Entry id -> the moves of its timesheet in the push, each a state and why.
ENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "E1": (("sending", "intent recorded"), ("posted", "XPM stored it"), ("confirmed", "seen equal in a complete list")),
    "E2": (("sending", "intent recorded"), ("unknown", "no answer")),
    "E3": (("sending", "intent recorded"), ("rejected", "Job is closed")),
    "E4": (("held", "looks like time in XPM"),),
    "E5": (),
}


def push_entries(practice: Workspace, state: RunState = RunState.STOPPED, message: str = "XPM went away.") -> Run:
    """A push by Margaret that took on the entries of ENDS and ended in this state; gives its run."""
    run = practice.store.runs.queue(
        practice.practice_id, RunKind.PUSH, "Margaret", {"create": len(ENDS), "choice": "{}"}
    )
    practice.store.runs.start(run.id, "worker")
    bundles = practice.store.ledger.add_bundles(
        practice.practice_id, [_row(entry_id, run.id) for entry_id in ENDS], actor="Margaret", why="queued for the push"
    )
    for bundle_id, moves in zip(bundles, ENDS.values(), strict=True):
        _move(practice, bundle_id, moves, run.id)
    practice.store.runs.progress(run.id, 4, len(ENDS))
    if state is not RunState.RUNNING:
        practice.store.runs.finish(run.id, state, {"sent": 1, "in_doubt": 1}, message)
    return practice.store.runs.get(run.id)


def _row(entry_id: str, run: str) -> dict[str, Any]:
    minutes = 30 * int(entry_id[1:])
    row = {"tenant": "T1", "group_key": f"entry:{entry_id}", "seq": 1, "marker": f"M{entry_id}", "state": "ready"}
    row |= {"job": "J1", "task_id": "XT1", "staff_id": "XS1", "date": DAY, "minutes": minutes, "run": run}
    row |= {"note_sent": f"Work on {entry_id}", "content_hash": entry_id, "epoch": 1}
    row |= {"created_run": run, "attempts": 1}
    return row | {"entries": {entry_id: Member(minutes, minutes, entry_id)}}


def _move(practice: Workspace, bundle_id: str, moves: tuple[tuple[str, str], ...], run: str) -> None:
    before = "ready"
    for state, why in moves:
        values = {"xpm_words": why} if state == "rejected" else {}
        if state == "posted":
            values = {"remote_uuid": f"U-{bundle_id}", "last_seen": json.dumps({})}
        change = Move(bundle_id, before, state, why, values)
        assert practice.store.ledger.move_all(practice.practice_id, [change], actor="tieout", run=run) == []
        before = state
