"""Commands about links: match two files, propose for a practice, list its links."""

from __future__ import annotations

import sys
from collections.abc import Hashable
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from core.cli.progress import make_progress
from core.cli.reports import UnknownFileKind, write_report
from core.cli.running import open_workspace
from core.cli.terminal import JsonOption, PracticeOption, leave, print_json, read_file, say, warn, write_file
from core.matching import match_files
from core.model import Kind, TieoutError
from core.workspace.reviewing import LOCAL_NAME

PANEL = "Match both sides"
review_app = typer.Typer(help="Decide about links in a spreadsheet.", no_args_is_help=True)
STATES = ("linked", "proposed", "open", "excluded", "broken", "archived")
KINDS = {name: kind for kind, name in LOCAL_NAME.items()}


class UnknownKind(TieoutError):
    """No such kind of record."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no kind {kind!r}. Choose one of: {', '.join(KINDS)}.")


class UnknownState(TieoutError):
    """No such state of a link."""

    def __init__(self, state: str) -> None:
        super().__init__(f"There is no state {state!r}. Choose one of: {', '.join(STATES)}.")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (match, propose, links):
        app.command(rich_help_panel=PANEL)(command)
    app.add_typer(review_app, name="review", rich_help_panel=PANEL)


def match(
    left: Annotated[Path, typer.Argument(help="First list: CSV, TSV, XLSX or Parquet, with columns id and name.")],
    right: Annotated[Path, typer.Argument(help="Second list, in which partners are looked for.")],
    kind: Annotated[str, typer.Option(help="clients, staff, processes or tasks.")],
    out: Annotated[Path, typer.Option(help="Where to write the pairs: .csv, .tsv, .xlsx or .parquet.")],
    as_json: JsonOption = False,
) -> None:
    """Match two lists by name and whatever else they share; needs no database.

    Further columns that are compared where both lists have them: email, phone, tax_no, company_no, code, given_name,
    surname, street, suburb, postcode, state, dob; for tasks also client, job_no and job_name.

    Each record of the first list gets at most five partners, best first, with a score (the chance, 0 to 1, that both
    are the same) and a band: certain, likely, possible, or tie when another fits about as well.
    """
    _find_kind(kind)
    summary = match_files(left, right, kind, out, on_progress=make_progress(sys.stderr))
    if as_json:
        print_json(vars(summary))
        return
    for note in summary.notes:
        warn(note)
    say(summary.to_sentence())


def propose(
    practice: PracticeOption = "",
    kind: Annotated[str, typer.Option(help="Only this kind; all of them without it.")] = "",
    accept_certain: Annotated[bool, typer.Option(help="Accept what is certain.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Match both sides of a practice anew, and say how many proposals there are."""
    workspace = open_workspace(practice)
    kinds = [_find_kind(kind)] if kind else list(Kind)
    counts = workspace.proposing.propose(kinds, accept=accept_certain)
    if as_json:
        print_json(counts)
        return
    for name, count in counts.items():
        say(f"{name:<30} {count:>7}")


def links(
    practice: PracticeOption = "",
    kind: Annotated[str, typer.Option(help="clients, staff, processes or tasks.")] = "clients",
    state: Annotated[str, typer.Option(help="linked, proposed, open, excluded, broken or archived.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write them to a .csv or .xlsx file.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the links of a practice: what each local record is in XPM, and why."""
    rows = open_workspace(practice).review.rows(_find_kind(kind))
    if rows.empty:
        warn(f"No {kind} were loaded yet. Run `tieout sync` first.")
    rows = _narrow(rows, state)
    if out is not None:
        write_report(out, {kind: rows})
    if as_json:
        print_json({"kind": kind, "rows": rows.reset_index().to_dict("records")})
    elif out is None:
        for local_id, row in rows.iterrows():
            say(f"{row['state']:<9} {local_id:<12} {row['name'][:38]:<38} {row['xpm_name'][:38]}")
    leave(1 if rows["state"].isin(["open", "proposed", "broken"]).any() else 0)


@review_app.command("export")
def export_review(
    out: Annotated[Path, typer.Option(help="Where to write the list: .xlsx or .csv.")],
    practice: PracticeOption = "",
    kind: Annotated[str, typer.Option(help="clients, staff, processes or tasks.")] = "clients",
    state: Annotated[str, typer.Option(help="Only linked, proposed, open, excluded, broken or archived ones.")] = "",
) -> None:
    """Write a review list to be decided about in a spreadsheet; its column Decision takes the answers."""
    workspace, found = open_workspace(practice), _find_kind(kind)
    if out.suffix not in (".xlsx", ".csv"):
        raise UnknownFileKind(out)
    rows = _narrow(workspace.review.rows(found), state)
    write_file(out, workspace.exchange.write(found, rows, as_csv=out.suffix == ".csv"))
    say(f"{len(rows)} {kind} written to {out.name}. Fill in Decision, then run `tieout review import {out.name}`.")


@review_app.command("import")
def import_review(
    file: Annotated[Path, typer.Argument(help="The filled-in list: .xlsx or .csv.")],
    practice: PracticeOption = "",
    kind: Annotated[str, typer.Option(help="clients, staff, processes or tasks.")] = "clients",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read the answers of a review list and make them, all or none; rows that ask for nonsense are listed, exit 1."""
    workspace, found = open_workspace(practice), _find_kind(kind)
    answers = workspace.exchange.read(found, read_file(file), file.name)
    changes, problems = answers.changes.changes, answers.changes.problems
    saved = 0 if dry_run else workspace.exchange.apply(answers)
    if as_json:
        rows = {"changes": _list_rows(changes.drop(columns="score")), "problems": _list_rows(problems)}
        print_json({"saved": saved, "same": answers.changes.same, **rows})
    else:
        for _, change in changes.iterrows():
            say(f"{change['name'][:38]:<38} {change['before']} -> {change['after']}")
        say(f"{len(changes)} changes {'would be made' if dry_run else 'made'}, {answers.changes.same} stand already.")
    for line, problem in problems.iterrows():
        warn(f"line {line}, {problem['name']}: {problem['sentence']}")
    leave(1 if len(problems) else 0)


def _list_rows(frame: pd.DataFrame) -> list[dict[Hashable, object]]:
    records: list[dict[Hashable, object]] = frame.reset_index().to_dict("records")
    return records


def _narrow(rows: pd.DataFrame, state: str) -> pd.DataFrame:
    if state and state not in STATES:
        raise UnknownState(state)
    return rows[rows["state"].eq(state)] if state else rows


def _find_kind(name: str) -> Kind:
    if name not in KINDS:
        raise UnknownKind(name)
    return KINDS[name]
