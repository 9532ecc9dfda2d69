"""Runs from the command line: queued like anybody's, carried out here unless a worker was faster."""

from __future__ import annotations

from datetime import datetime

from core.cli.terminal import DONE, OUTSIDE, PERSON, opened, warn
from core.model import RunState
from core.settings import Settings
from core.store import Run, Store
from core.work import Beating, Watch, name_owner, perform_run, take_back_runs
from core.workspace import Workspace

_LOOK_EVERY_SECONDS = 0.5
_EXIT = {RunState.DONE: DONE, RunState.FAILED: OUTSIDE, RunState.STOPPED: PERSON, RunState.PAUSED: PERSON}


def open_workspace(practice: str, settings: Settings | None = None, store: Store | None = None) -> Workspace:
    """The practice a command works on, closed when the command ends."""
    workspace = Workspace.open(practice, settings=settings, store=store)
    opened.callback(workspace.store.close)
    opened.callback(workspace.close)
    return workspace


def follow_run(workspace: Workspace, run: Run, *, wait: bool = False) -> Run:
    """Carry the run out, or watch the worker that has it, until it ends; `wait` also sits through timed pauses.

    A pause that a person asked for has no time: then the command ends. What it waits for is said on standard error.
    """
    owner = name_owner("command")
    with Beating(workspace.store, owner):
        return _follow(workspace, run.id, owner, wait=wait)


def _follow(workspace: Workspace, run_id: str, owner: str, *, wait: bool) -> Run:
    watch = Watch(workspace.store, workspace.clock)
    said = ""
    while True:
        for dead in watch.find_dead([]):
            take_back_runs(workspace.store, dead)
        now = workspace.store.runs.get(run_id)
        if now.state is RunState.QUEUED or _is_due(workspace, now):
            now = perform_run(workspace, run_id, owner)
        if now.state is RunState.PAUSED and now.resume_at != said:
            said = now.resume_at
            warn(now.message)
        goes_on = now.state is RunState.PAUSED and now.resume_at
        if now.state is not RunState.RUNNING and not (wait and goes_on):
            return now
        workspace.clock.sleep(_LOOK_EVERY_SECONDS)


def _is_due(workspace: Workspace, run: Run) -> bool:
    if run.state is not RunState.PAUSED or not run.resume_at:
        return False
    return datetime.fromisoformat(run.resume_at) <= workspace.clock.now()


def exit_code(run: Run) -> int:
    """What the command line returns for a run that ended so."""
    return _EXIT.get(run.state, PERSON)
