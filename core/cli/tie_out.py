"""Commands that close a period: read it back from XPM, tie both sides out, sign, and keep the paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.push import PANEL
from core.cli.reports import report_app, write_report
from core.cli.running import exit_code, follow_run, open_workspace
from core.cli.terminal import FromOption, JsonOption, PracticeOption, ToOption, leave, print_json, say, warn
from core.reports.tieout import TieOut
from core.workspace import Workspace
from core.workspace.reporting import check_period
from core.workspace.signing import CannotSign, Signed

OutOption = Annotated[Path | None, typer.Option(help="A .xlsx, .html or .csv file.")]
SignOption = Annotated[bool, typer.Option("--sign", help="Sign the period, if it ties and both sides were read whole.")]
NoteOption = Annotated[str, typer.Option(help="A note to keep with the signature.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(rich_help_panel=PANEL)(verify)
    report_app.command()(tieout)


def verify(
    practice: PracticeOption = "",
    start: FromOption = None,
    end: ToOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read XPM back for a period, compare entry by entry, and print the tie-out.

    The file holds every timesheet as equal, different, missing, extra (typed by hand) or in doubt; a .csv holds these
    rows alone.
    """
    workspace = open_workspace(practice)
    first, last = _find_period(workspace, start, end)
    run = workspace.verifying.request(first, last)
    ended = follow_run(workspace, run, wait=True)
    tie = workspace.tying.tie(first, last)
    if out is not None:
        sheets = workspace.tying.sheets(tie)
        rows = workspace.verifying.sheet(first, last) if out.suffix == ".csv" else sheets["Verification"]
        write_report(out, {"Verification": rows} | sheets, workspace.tying.paper(tie, sheets))
    if as_json:
        print_json(tie.to_json() | {"run": ended.id, "verified": ended.counts})
    else:
        say(f"Verified: {', '.join(f'{name} {count}' for name, count in ended.counts.items()) or ended.state}")
        say(tie.describe())
    differs = any(ended.counts.get(name, 0) for name in ("different", "missing", "in_doubt"))
    leave(exit_code(ended) or int(differs or not tie.ties), ended.message or ("" if tie.closes else tie.verdict()))


def tieout(
    practice: PracticeOption = "",
    start: FromOption = None,
    end: ToOption = None,
    out: OutOption = None,
    sign: SignOption = False,
    note: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """The equation of a period: every local minute in one column, every minute in XPM explained, nothing left over."""
    workspace = open_workspace(practice)
    first, last = _find_period(workspace, start, end)
    tie = workspace.tying.tie(first, last)
    refused = _sign(workspace, tie, note) if sign else ""
    if out is not None:
        sheets = workspace.tying.sheets(tie)
        write_report(out, sheets, workspace.tying.paper(tie, sheets))
    if as_json:
        print_json(tie.to_json() | {"signatures": [_write_signed(one) for one in workspace.signing.list(first, last)]})
    else:
        say(tie.describe())
        _say_signatures(workspace, first, last)
    leave(0 if tie.ties and not refused else 1, refused or ("" if tie.closes else tie.verdict()))


def _find_period(workspace: Workspace, start: date | None, end: date | None) -> tuple[date, date]:
    """The dates asked for, however many they are. Raises PeriodWrong when the end lies before the start."""
    first, last = workspace.time.period(start, end)
    if last < first:
        check_period(first, last)
    return first, last


def _sign(workspace: Workspace, tie: TieOut, note: str) -> str:
    """Sign what was just summed; why it was refused, empty when it was signed. The report is made either way."""
    try:
        workspace.signing.sign(tie.start, tie.end, note=note, shown=workspace.signing.mark(tie))
    except CannotSign as refusal:
        return str(refusal)
    return ""


def _write_signed(one: Signed) -> dict[str, Any]:
    signature = one.signature
    return {
        "from": signature.start.isoformat(),
        "to": signature.end.isoformat(),
        "by": signature.by,
        "at": signature.at,
        "note": signature.note,
        "now": one.trust.value,
        "changes": list(one.changes),
        "content_hash": one.content_hash,
        "hash": signature.hash,
        "former_hash": signature.former_hash,
    }


def _say_signatures(workspace: Workspace, start: date, end: date) -> None:
    for one in workspace.signing.list(start, end):
        signature = one.signature
        say(
            f"Signed by {signature.by} at {signature.at[:16]} UTC for {signature.start} to {signature.end}: {one.trust}"
        )
        for change in one.changes:
            warn(f"  {change}")
