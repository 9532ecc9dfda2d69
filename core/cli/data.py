"""Commands that refresh and tell how things stand: sync, status."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from core.cli.running import exit_code, follow_run, open_workspace
from core.cli.terminal import JsonOption, PracticeOption, leave, print_json, say
from core.model import RunKind
from core.store import Run
from core.workspace import Workspace

PANEL = "Set up and refresh"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (sync, status):
        app.command(rich_help_panel=PANEL)(command)


def sync(
    practice: PracticeOption = "",
    accept_shrink: Annotated[bool, typer.Option(help="A smaller local side is right.")] = False,
    accept: Annotated[list[str] | None, typer.Option(help="A part of XPM whose shorter list is right.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Load the local side and read XPM as far as it changed.

    Where the practice carries completions over, the job tasks of what was completed since are completed too.
    """
    workspace = open_workspace(practice)
    parameters = {"accept_shrink": accept_shrink, "accept_parts": accept or []}
    run = workspace.store.runs.queue(workspace.practice_id, RunKind.SYNC, workspace.actor, parameters)
    ended = follow_run(workspace, run, wait=True)
    carried = _carry_over(workspace)
    if as_json:
        document = {"run": ended.id, "state": str(ended.state), "counts": ended.counts, "message": ended.message}
        print_json(document | {"job_tasks": carried.counts if carried else {}})
    else:
        say(f"Sync {ended.state}: {ended.counts.get('calls', 0)} calls to XPM.")
        if carried:
            told = ", ".join(f"{number} {what}" for what, number in carried.counts.items())
            say(f"Job tasks completed or reopened in XPM: {told or carried.message}.")
    leave(exit_code(ended), " ".join(filter(None, (ended.message, _say_how_to_accept(workspace, ended.message)))))


def _carry_over(workspace: Workspace) -> Run | None:
    """Carry over to XPM what the reading found completed or reopened; None when there is nothing."""
    run = workspace.following.under_way()
    return follow_run(workspace, run, wait=True) if run else None


def _say_how_to_accept(workspace: Workspace, words: str) -> str:
    """The words of the command that takes a shorter answer for true, when that is what a run asks."""
    parts = workspace.sides.asked_about_size(words)
    if parts is None:
        return ""
    options = " ".join(f"--accept {part}" for part in parts) or "--accept-shrink"
    return f"To accept: tieout sync {options}"


def status(practice: PracticeOption = "", as_json: JsonOption = False) -> None:
    """How old the data is, what stands where, and what the limits of XPM leave."""
    workspace = open_workspace(practice)
    today = workspace.today
    document = {
        "practice": workspace.practice_id,
        "today": today.isoformat(),
        "connection": vars(workspace.connection.view()),
        "complete": workspace.sides.is_complete(),
        "parts": workspace.sides.parts().reset_index().to_dict("records"),
        "standings": _count_standings(workspace),
        "calls": {**vars(workspace.connection.meter())},
        "halted": workspace.store.ledger.halt_reason(workspace.practice_id),
        "runs": _latest_runs(workspace),
    }
    if as_json:
        print_json(document)
        return
    _say_status(document, today)


def _count_standings(workspace: Workspace) -> dict[str, dict[str, int]]:
    groups = workspace.time.standings().groupby("standing")["minutes"].agg(["size", "sum"])
    return {
        str(standing): {"entries": int(row["size"]), "minutes": int(row["sum"])} for standing, row in groups.iterrows()
    }


def _latest_runs(workspace: Workspace) -> list[dict[str, Any]]:
    runs = workspace.store.runs.list(workspace.practice_id, limit=5)
    return [
        {"id": str(one), **row} for one, row in runs[["kind", "state", "asked_at", "message"]].to_dict("index").items()
    ]


def _say_status(document: dict[str, Any], today: date) -> None:
    connection = document["connection"]
    where = connection["tenant_name"] or "not connected to XPM"
    state = f" ({connection['state']})" if connection["state"] else ""
    say(f"{document['practice']} on {today}: {where}{state}")
    say(f"Data {'whole' if document['complete'] else 'NOT whole'}; {document['calls']['day_left']} calls left today.")
    if document["halted"]:
        say(f"Pushing is stopped: {document['halted']}")
    for standing, counts in document["standings"].items():
        say(f"  {standing:<12} {counts['entries']:>7} entries {counts['minutes']:>9} minutes")
