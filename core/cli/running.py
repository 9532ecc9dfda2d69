"""Runs from the command line: queued like anybody's, carried out here unless a worker was faster."""

from __future__ import annotations

import os
import socket

from core.cli.terminal import DONE, OUTSIDE, PERSON, warn
from core.model import RunState
from core.store import Run
from core.work.perform import perform_run
from core.workspace import Workspace

_LOOK_EVERY_SECONDS = 0.5
_EXIT = {RunState.DONE: DONE, RunState.FAILED: OUTSIDE, RunState.STOPPED: PERSON, RunState.PAUSED: PERSON}


def follow_run(workspace: Workspace, run: Run, *, wait: bool = False) -> Run:
    """Carry the run out, or watch the worker that has it, until it ends; `wait` also sits through pauses.

    What it is doing is said on standard error.
    """
    owner = f"command:{os.getpid()}@{socket.gethostname()}"
    said = ""
    while True:
        state = perform_run(workspace, run.id, owner)
        if state.message and state.message != said:
            said = state.message
            warn(said)
        if state.state is not RunState.RUNNING and not (wait and state.state is RunState.PAUSED):
            return state
        workspace.clock.sleep(_LOOK_EVERY_SECONDS)
        if state.state is RunState.PAUSED and state.id not in {one.id for one in workspace.store.runs.queued()}:
            continue


def exit_code(run: Run) -> int:
    """What the command line returns for a run that ended so."""
    return _EXIT.get(run.state, PERSON)
