"""Commands about runs: take one back, let one rest, let it go on."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli.push import PANEL, tell_outcome
from core.cli.running import exit_code, follow_run, open_workspace
from core.cli.terminal import JsonOption, PracticeOption, leave, print_json, say
from core.model import RunKind, RunState, TieoutError
from core.push.undo import UndoPlan
from core.reports import show_hours
from core.store import Run, UnknownRun
from core.workspace import Workspace

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="The run's id, or its first letters.")]
#: Runs among which the first letters of an id are looked for.
_NEWEST = 500


class RunUnclear(TieoutError):
    """The letters begin the ids of several runs."""

    def __init__(self, text: str, found: list[str]) -> None:
        super().__init__(f"{text!r} begins the ids of {len(found)} runs. Write more of it, for example {found[0]}.")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (undo, pause, resume):
        app.command(rich_help_panel=PANEL)(command)


def undo(
    run: RunArgument,
    practice: PracticeOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be deleted and send nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete in XPM exactly what a push created; what was invoiced, locked or changed since stays, with its reason."""
    workspace = open_workspace(practice)
    plan = workspace.undoing.plan(find_run(workspace, run).id)
    if dry_run:
        if as_json:
            print_json(plan.to_json())
        else:
            say(describe_undo(plan))
        return
    ended = follow_run(workspace, workspace.undoing.request(plan), wait=True)
    counted = workspace.store.run_items.count(ended.id)
    outcome = {name.replace(" ", "_"): counted.get(name, 0) for name in ("deleted", "refused", "in doubt")}
    told = {"run": ended.id, "of": plan.of} | outcome
    if as_json:
        print_json(told)
    else:
        say("  ".join(f"{name} {value}" for name, value in told.items()))
    leave(exit_code(ended) or int(bool(outcome["refused"] or outcome["in_doubt"])), ended.message)


def describe_undo(plan: UndoPlan) -> str:
    """What would be deleted in one line, then one line for each timesheet that stays."""
    head = f"Undo of run {plan.of}: {plan.delete} timesheets to delete ({show_hours(plan.minutes)} hours)"
    stays = [f"stays: {why}" for why in plan.rows["refusal"] if why]
    return "\n".join([f"{head}, {plan.refused} stay; {plan.calls} calls.", *stays])


def pause(run: RunArgument, practice: PracticeOption = "") -> None:
    """Let a run rest after what is on its way, until somebody resumes it."""
    workspace = open_workspace(practice)
    found = find_run(workspace, run)
    workspace.running.pause(found.id)
    now = workspace.store.runs.get(found.id)
    if now.state is RunState.PAUSED:
        say(f"Run {now.id} rests. `tieout resume {now.id[:8]}` lets it go on.")
    elif now.state is RunState.RUNNING:
        say(f"Run {now.id} rests after what is on its way. `tieout resume {now.id[:8]}` lets it go on.")
    else:
        leave(1, f"Run {now.id} is {now.state} already: there is nothing to pause.")


def resume(run: RunArgument, practice: PracticeOption = "", as_json: JsonOption = False) -> None:
    """Let a paused or stopped run go on, and follow it to its end."""
    workspace = open_workspace(practice)
    found = find_run(workspace, run)
    workspace.running.resume(found.id)
    ended = follow_run(workspace, workspace.store.runs.get(found.id), wait=True)
    if ended.kind is RunKind.PUSH:
        tell_outcome(ended, as_json=as_json)
        return
    if as_json:
        print_json({"run": ended.id, "state": str(ended.state), **ended.counts})
    else:
        say(f"Run {ended.id}: {ended.state}")
    leave(exit_code(ended), ended.message)


def find_run(workspace: Workspace, text: str) -> Run:
    """The run of this id, or the only one whose id begins so. Raises UnknownRun, RunUnclear."""
    try:
        return workspace.running.get(text)
    except UnknownRun:
        ids = workspace.store.runs.list(workspace.practice_id, limit=_NEWEST).index
        found = [str(one) for one in ids if str(one).startswith(text)] if text else []
        if not found:
            raise
        if len(found) > 1:
            raise RunUnclear(text, found) from None
        return workspace.running.get(found[0])
