"""Commands about jobs: create them from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.running import follow_run, open_workspace
from core.cli.terminal import JsonOption, PracticeOption, leave, print_json, say
from core.jobs.sheet import JobRow, read_jobs
from core.model import RunState
from core.workspace import Workspace

PANEL = "Create jobs"
jobs_app = typer.Typer(help="Jobs and their costs.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(jobs_app, name="jobs", rich_help_panel=PANEL)


@jobs_app.command()
def create(
    source: Annotated[Path, typer.Option("--from", help="A CSV or XLSX file, one row per job or cost line.")],
    practice: PracticeOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and create nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Create jobs with their costs, each once; a row that cannot be used is said with its line, the others go on."""
    workspace = open_workspace(practice)
    rows = read_jobs(source, workspace.jobs.names(), workspace.today)
    outcomes = [_say_row(row) if dry_run or row.problems else _create(workspace, row) for row in rows]
    if as_json:
        print_json({"jobs": outcomes})
    else:
        for outcome in outcomes:
            say(f"line {outcome['line']:>3}  {outcome['state']:<10} {outcome['name']}  {outcome['words']}")
    leave(0 if all(outcome["state"] in ("created", "would create") for outcome in outcomes) else 1)


def _say_row(row: JobRow) -> dict[str, Any]:
    state = "not usable" if row.problems else "would create"
    return {"line": row.line, "name": row.draft.name, "state": state, "job": "", "words": " ".join(row.problems)}


def _create(workspace: Workspace, row: JobRow) -> dict[str, Any]:
    stored = workspace.jobs.draft_from_file(row.draft, row.key)
    run = follow_run(workspace, workspace.jobs.request(stored.id), wait=True)
    made = workspace.jobs.get(stored.id)
    state = "created" if run.state is RunState.DONE else "incomplete" if made.job else "failed"
    return {"line": row.line, "name": row.draft.name, "state": state, "job": made.job, "words": run.message or made.job}
