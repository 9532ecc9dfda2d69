"""Commands about jobs: create them from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from core.cli import job_costs
from core.cli.running import exit_code, follow_run, open_workspace
from core.cli.terminal import JsonOption, PracticeOption, leave, print_json, say
from core.jobs.batch import BatchPlan, PlannedRow, Verdict
from core.jobs.sheet import SheetUnusable
from core.model import utc_text

PANEL = "Create jobs"
#: States of a row that need nobody: XPM has the job, whoever made it.
_FINE = ("created", "would create", "exists", "repeated")
_NOT_BEGUN = ("draft", "queued", "creating")
jobs_app = typer.Typer(help="Jobs and their costs.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(jobs_app, name="jobs", rich_help_panel=PANEL)
    job_costs.register(jobs_app)


@jobs_app.command()
def create(
    source: Annotated[Path, typer.Option("--from", help="A CSV or XLSX file, one row per job or cost line.")],
    practice: PracticeOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and create nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Create jobs with their costs, each once; a row that cannot be used is said with its line, the others go on."""
    workspace = open_workspace(practice)
    plan = workspace.batches.plan(workspace.batches.read_file(source.name, read_source(source)))
    if dry_run:
        _tell_plan(plan, [_say_planned(row) for row in plan.rows], as_json=as_json)
    if not plan.to_create:
        _tell_plan(plan, [_say_planned(row, "") for row in plan.rows], as_json=as_json)
    batch, run = workspace.batches.request(source.name, plan)
    ended = follow_run(workspace, run, wait=True)
    rows = workspace.batches.rows(batch)
    outcomes = [_say_outcome(row) for row in rows.to_dict("records")]
    if as_json:
        print_json({"batch": batch, "run": run.id, "jobs": outcomes})
    else:
        _say_rows(outcomes)
    leave(0 if _is_fine(outcomes) else exit_code(ended) or 1, ended.message)


def read_source(path: Path) -> bytes:
    """The file's bytes. Raises SheetUnusable."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SheetUnusable(path.name, (error.strerror or "it cannot be read").lower()) from error


def _tell_plan(plan: BatchPlan, outcomes: list[dict[str, Any]], *, as_json: bool) -> NoReturn:
    """What would happen, in rows and in calls; the end of a command that sends nothing."""
    finish = utc_text(plan.finish_at) if plan.finish_at else None
    costs = {"create": len(plan.to_create), "calls": plan.calls, "quota_left": plan.quota_left, "finish_at": finish}
    if as_json:
        print_json({**costs, "jobs": outcomes})
    else:
        _say_rows(outcomes)
        until = f"; done about {plan.finish_at:%Y-%m-%d %H:%M} UTC" if plan.finish_at else ""
        say(f"{len(plan.to_create)} jobs to create, {plan.calls} calls of {plan.quota_left} left{until}.")
    leave(0 if _is_fine(outcomes) else 1)


def _is_fine(outcomes: list[dict[str, Any]]) -> bool:
    return all(outcome["state"] in _FINE for outcome in outcomes)


def _say_planned(planned: PlannedRow, would: str = "would ") -> dict[str, Any]:
    state = f"{would}create" if planned.verdict is Verdict.CREATE else str(planned.verdict)
    row = planned.row
    return {"line": row.line, "name": row.draft.name, "state": state, "job": planned.job, "words": planned.words}


def _say_outcome(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a batch. What was not begun, or refused, has not failed for good: the same file goes on with it."""
    state = (
        "failed" if row["state"] in _NOT_BEGUN or (row["state"] == "incomplete" and not row["job"]) else row["state"]
    )
    return {"line": row["line"], "name": row["name"], "state": state, "job": row["job"], "words": row["words"]}


def _say_rows(outcomes: list[dict[str, Any]]) -> None:
    for outcome in outcomes:
        told = " ".join(str(outcome[name]) for name in ("job", "words") if outcome[name])
        say(f"line {outcome['line']:>3}  {outcome['state']:<12} {outcome['name']}  {told}".rstrip())
