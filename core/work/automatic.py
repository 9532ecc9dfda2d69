"""What is done without anybody asking: when a chore is due its run is queued, and of a push only what is certain goes.

Certain is an entry that is ready under the marked rule of Which Actual Times: every link behind it was decided, nothing
in XPM looks like it or stands beside it on that day and job, its period is open. Besides, the two sides were read whole
a moment ago, nothing halts pushing, and only new timesheets are made; what would change or delete one waits for a
person, unless the practice allows it.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from core.model import PersonNeeded, RunKind, utc_text
from core.push.plan import Plan
from core.store import Run
from core.workspace import Workspace
from core.workspace.automating import AUTOMATIC, Chore, find_latest, list_times
from core.workspace.timing import PushUnderWay

log = logging.getLogger("tieout.work")


def queue_chore(workspace: Workspace, chore: Chore, due: datetime) -> Run | None:
    """Queue the run of a chore that is due; None when it no longer is: switched off, or a later time has come already.

    However many workers ask, it is one run. An XPM account that was never connected, or that somebody has left, is not
    asked for anything.
    """
    practice, now = workspace.practice, workspace.clock.now()
    latest = find_latest(list_times(practice.settings, chore), practice.zone, now)
    if latest is None or due < latest or workspace.connection.view().is_away:
        return None
    kind = RunKind.SWEEP if chore is Chore.SWEEP else RunKind.SYNC
    parameters = {"chore": str(chore), "slot": utc_text(due), **_describe(workspace, chore)}
    return workspace.store.runs.queue(practice.id, kind, AUTOMATIC, parameters, f"{chore}:{utc_text(due)}")


def _describe(workspace: Workspace, chore: Chore) -> dict[str, Any]:
    settings = workspace.practice.settings
    if chore is Chore.SWEEP:
        return {"days": settings.sweep_days}
    return {"propose": True, "accept": settings.automatic_mapping}


def follow_sync(workspace: Workspace, run: Run) -> str:
    """What comes after a reading that was the first half of an automatic push: queue the push, and say so.

    Gives one sentence for the run; empty for any other reading. The push is one run, however often this is called.
    """
    if run.actor != AUTOMATIC or run.parameters.get("chore") != Chore.PUSH:
        return ""
    hindrance = _find_hindrance(workspace)
    if hindrance:
        return f"Nothing is pushed: {hindrance}"
    workspace.actor = AUTOMATIC
    found = workspace.automating.next_push()
    left = f" {_tell_near(found.near)}" if found.near else ""
    if found.plan.is_empty:
        return f"Nothing new is ready to be pushed.{left}"
    try:
        push = workspace.time.request_push(found.plan, found.choice)
    except PushUnderWay as busy:
        return f"Nothing is pushed: {busy}"
    except PersonNeeded as stop:
        log.warning("the automatic push was refused: %s", stop)
        return f"Nothing is pushed: {stop}"
    return f"Pushed as run {push.id[:8]}: {_tell_size(found.plan)}.{left}"


def queue_ticks(workspace: Workspace) -> str:
    """Queue what is to be completed or reopened in XPM after a reading or a push, and say so; empty for nothing."""
    run = workspace.following.request(AUTOMATIC)
    if run is None or run.actor != AUTOMATIC:
        return ""
    number = int(run.parameters["complete"]) + int(run.parameters["reopen"])
    tasks = "1 job task is" if number == 1 else f"{number} job tasks are"
    return f"{tasks} to be completed or reopened in XPM as run {run.id[:8]}."


def _tell_size(plan: Plan) -> str:
    counts = {"new": plan.create, "updated": plan.update, "deleted": plan.delete}
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number)


def _tell_near(near: int) -> str:
    stands = "entry stands" if near == 1 else "entries stand"
    return f"{near} {stands} beside other time in XPM; look at the plan on Time and push from there."


def _find_hindrance(workspace: Workspace) -> str:
    if not workspace.practice.settings.actual_time:
        return "Actual Time is switched off for this practice."
    if not workspace.practice.settings.automatic_push:
        return "automatic pushing was switched off meanwhile."
    if workspace.automating.rule() is None:
        return "no saved choice is marked as the one automatic pushing goes by. Choose one on Automation."
    halt = workspace.time.halt_reason()
    return f"pushing is halted ({halt.removesuffix('.')}). Look at it on Time." if halt else ""
