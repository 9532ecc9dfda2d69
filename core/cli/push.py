"""Commands about time: the push."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, NoReturn

import typer

from core.cli.running import exit_code, follow_run, open_workspace
from core.cli.terminal import FromOption, JsonOption, PracticeOption, ToOption, leave, print_json, say
from core.model import TieoutError
from core.push.plan import Parts, Plan
from core.push.rules import Choice
from core.reports import show_hours
from core.store import Run
from core.workspace import Workspace

PANEL = "Push and verify time"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(rich_help_panel=PANEL)(push)


def push(
    practice: PracticeOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and send nothing.")] = False,
    rule: Annotated[str, typer.Option(help="A saved Which Actual Times rule.")] = "",
    missing: Annotated[
        bool, typer.Option("--missing", help="Missing time too: what was held back and is ready now.")
    ] = False,
    look_back: Annotated[
        int | None,
        typer.Option("--look-back", min=1, metavar="DAYS", help="Work dates of so many days, today included."),
    ] = None,
    start: FromOption = None,
    end: ToOption = None,
    update: Annotated[
        bool, typer.Option("--update/--no-update", help="Whether timesheets whose entry changed are updated.")
    ] = True,
    delete: Annotated[
        bool, typer.Option("--delete/--no-delete", help="Whether timesheets whose entry is gone are deleted.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Send ready time to XPM, each entry once; a second identical push sends nothing."""
    workspace = open_workspace(practice)
    choice = _choose(workspace, Asked(rule, missing, look_back, start, end))
    plan = workspace.time.plan(choice, Parts(update=update, delete=delete))
    if dry_run:
        if as_json:
            print_json(plan.to_json())
        else:
            say(describe_plan(plan))
        return
    run = workspace.time.request_push(plan, choice)
    tell_outcome(follow_run(workspace, run, wait=True), as_json=as_json)


@dataclass(frozen=True)
class Asked:
    """Which time a push was asked for."""

    rule: str
    missing: bool
    look_back: int | None
    start: date | None
    end: date | None


class DatesTwice(TieoutError):
    """Two ways of naming dates that exclude each other."""

    def __init__(self, options: str) -> None:
        super().__init__(f"{options} name the dates in two ways. Give one of them.")


def _choose(workspace: Workspace, asked: Asked) -> Choice:
    """The saved rule with the dates asked for; with missing time, the marked rule when none is named."""
    has_dates = asked.start is not None or asked.end is not None
    if has_dates and (asked.missing or asked.look_back is not None):
        raise DatesTwice("--from and --to, and --missing or --look-back,")
    if asked.missing:
        return workspace.missing.choice(asked.look_back, asked.rule)
    choice = workspace.time.find_choice(asked.rule, asked.start, asked.end)
    if asked.look_back is None:
        return choice
    return replace(choice, start=None, end=None, look_back_days=asked.look_back)


def tell_outcome(ended: Run, *, as_json: bool) -> NoReturn:
    """Say what a push came to, and leave with its exit code."""
    counts = {name: ended.counts.get(name, 0) for name in ("sent", "confirmed", "rejected", "in_doubt", "held")}
    outcome = {"run": ended.id} | counts
    if as_json:
        print_json(outcome)
    else:
        say("  ".join(f"{name} {value}" for name, value in outcome.items()))
    needs_person = any(ended.counts.get(name, 0) for name in ("rejected", "in_doubt"))
    leave(exit_code(ended) or int(needs_person), ended.message)


def describe_plan(plan: Plan) -> str:
    """A plan in two lines, with a line for each warning."""
    finish = f"{plan.finish_at:%Y-%m-%d %H:%M} UTC" if plan.finish_at else "now"
    changes = "".join(f", {number} to {what}" for what in ("update", "delete") if (number := getattr(plan, what)))
    head = f"Plan: {plan.create} timesheets to create ({show_hours(plan.minutes)} hours){changes}"
    cost = f"{plan.calls} calls of {plan.quota_left} left; done about {finish}."
    return "\n".join([f"{head}, {plan.hold} wait, {plan.skip} skipped.", cost, *plan.warnings])
