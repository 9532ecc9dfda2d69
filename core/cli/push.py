"""Commands about time: push and verify."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli.running import exit_code, follow_run, open_workspace
from core.cli.terminal import FromOption, JsonOption, PracticeOption, ToOption, leave, print_json, say
from core.model import RunKind
from core.push.plan import Plan
from core.reports import show_hours

PANEL = "Push and verify time"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(rich_help_panel=PANEL)(push)
    app.command(rich_help_panel=PANEL)(verify)


def push(
    practice: PracticeOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and send nothing.")] = False,
    rule: Annotated[str, typer.Option(help="A saved Which Actual Times rule.")] = "",
    start: FromOption = None,
    end: ToOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send ready time to XPM, each entry once; a second identical push sends nothing."""
    workspace = open_workspace(practice)
    choice = workspace.time.find_choice(rule, start, end)
    plan = workspace.time.plan(choice)
    if dry_run:
        if as_json:
            print_json(plan.to_json())
        else:
            say(describe_plan(plan))
        return
    run = workspace.time.request_push(plan, choice)
    ended = follow_run(workspace, run, wait=True)
    outcome = {"run": ended.id} | {
        n: ended.counts.get(n, 0) for n in ("sent", "confirmed", "rejected", "in_doubt", "held")
    }
    if as_json:
        print_json(outcome)
    else:
        say("  ".join(f"{name} {value}" for name, value in outcome.items()))
    needs_person = any(ended.counts.get(name, 0) for name in ("rejected", "in_doubt"))
    leave(exit_code(ended) or int(needs_person), ended.message)


def verify(
    practice: PracticeOption = "", start: FromOption = None, end: ToOption = None, as_json: JsonOption = False
) -> None:
    """Read XPM back for a period, compare entry by entry, and print the tie-out."""
    workspace = open_workspace(practice)
    first, last = workspace.time.period(start, end)
    parameters = {"from": first.isoformat(), "to": last.isoformat()}
    run = workspace.store.runs.queue(workspace.practice_id, RunKind.VERIFY, workspace.actor, parameters)
    ended = follow_run(workspace, run, wait=True)
    tie = workspace.time.tie_out(first, last)
    if as_json:
        print_json(tie.to_json() | {"verified": ended.counts})
    else:
        say(tie.describe())
    differs = any(ended.counts.get(name, 0) for name in ("different", "missing"))
    leave(exit_code(ended) or int(differs or not tie.ties), ended.message)


def describe_plan(plan: Plan) -> str:
    """A plan in two lines."""
    finish = f"{plan.finish_at:%Y-%m-%d %H:%M} UTC" if plan.finish_at else "now"
    head = f"Plan: {plan.create} entries to create ({show_hours(plan.minutes)} hours)"
    cost = f"{plan.calls} calls of {plan.quota_left} left; done about {finish}."
    return "\n".join([f"{head}, {plan.hold} wait, {plan.skip} skipped.", cost, *plan.warnings])
