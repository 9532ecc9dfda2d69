"""Commands that report: unsynced time, missing timesheets, drift and the tie-out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from core.cli.running import open_workspace
from core.cli.terminal import FromOption, JsonOption, PracticeOption, ToOption, print_json, say, write_file
from core.model import TieoutError
from core.reports import to_csv, to_xlsx
from core.reports.html import Paper, Section, to_html

PANEL = "Report"
report_app = typer.Typer(help="Reports of a practice, to the terminal or a file.", no_args_is_help=True)
OutOption = Annotated[Path | None, typer.Option(help="A .csv, .xlsx or .html file.")]


class UnknownFileKind(TieoutError):
    """A file name whose ending says no format we write."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Reports are written as .csv, .xlsx or .html, not {path.suffix or path.name!r}. Name the file so."
        )


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(report_app, name="report", rich_help_panel=PANEL)


@report_app.command()
def unsynced(practice: PracticeOption = "", out: OutOption = None, as_json: JsonOption = False) -> None:
    """What is not in XPM and why: one row per entry in the file, counts by reason on the terminal.

    Rows of actual time that could not be read count with the minutes that could be read of them.
    """
    reports = open_workspace(practice).reports
    sheets = reports.unsynced_sheets(pd.concat([reports.unsynced(), reports.unreadable()]))
    rows, counts = sheets["Unsynced time"], sheets["By reason"]
    if out is not None:
        write_report(out, sheets)
    if as_json:
        minutes = {str(reason): int(value) for reason, value in counts["minutes"].items()}
        print_json({"entries": len(rows), "minutes": int(rows["minutes"].sum()), "by_reason": minutes})
        return
    for reason, row in counts.iterrows():
        say(f"{reason:<24} {row['entries']:>6} entries {row['minutes']:>8} minutes")
    say(f"{'in all':<24} {len(rows):>6} entries {int(rows['minutes'].sum()):>8} minutes not in XPM")


@report_app.command()
def missing(
    practice: PracticeOption = "",
    start: FromOption = None,
    end: ToOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Missing timesheets by staff member and day: what is not in XPM, and working days without any entry."""
    workspace = open_workspace(practice)
    first, last = workspace.time.period(start, end)
    sheets = workspace.missing.sheets(first, last)
    days, entries, people = sheets.values()
    if out is not None:
        write_report(out, sheets)
    if as_json:
        by_staff = {str(name): int(value) for name, value in people["minutes"].items()}
        sums = {"days": len(days), "entries": len(entries), "minutes": int(entries["minutes"].sum())}
        print_json(sums | {"by_staff": by_staff, "by_reason": _sum_by(entries, "reason")})
        return
    for name, row in people.iterrows():
        say(f"{name:<24} {row['days']:>6} days {row['entries']:>6} entries {row['minutes']:>8} minutes")
    say(f"{'in all':<24} {len(days):>6} days {len(entries):>6} entries {int(entries['minutes'].sum()):>8} minutes")


@report_app.command()
def drift(practice: PracticeOption = "", out: OutOption = None, as_json: JsonOption = False) -> None:
    """Pushed time that differs from what XPM holds, or is gone from one side: a row per entry, both minutes beside."""
    rows = open_workspace(practice).exceptions.drift()
    if out is not None:
        write_report(out, {"Drift": rows})
    counts = rows.groupby("reason")["minutes"].size()
    if as_json:
        here, there = int(rows["minutes"].sum()), int(rows["xpm_minutes"].sum())
        by_reason = {str(reason): int(number) for reason, number in counts.items()}
        print_json({"entries": len(rows), "minutes": here, "xpm_minutes": there, "by_reason": by_reason})
        return
    for reason, number in counts.items():
        say(f"{reason:<24} {number:>6} entries")
    say(f"{'in all':<24} {len(rows):>6} entries that differ between the sides")


def _sum_by(rows: pd.DataFrame, column: str) -> dict[str, int]:
    sums = rows.groupby(column)["minutes"].sum().sort_values(ascending=False, kind="stable")
    return {str(value): int(minutes) for value, minutes in sums.items()}


def write_report(path: Path, sheets: Mapping[str, pd.DataFrame], paper: Paper | None = None) -> None:
    """Write a workbook, a document, or the first table as CSV. Raises UnknownFileKind, CannotWrite.

    paper: the document when it says more than the tables one after another.
    """
    if path.suffix == ".xlsx":
        write_file(path, to_xlsx(sheets))
    elif path.suffix == ".csv":
        write_file(path, to_csv(next(iter(sheets.values()))))
    elif path.suffix == ".html":
        tables = [Section(name, sheet) for name, sheet in sheets.items()]
        write_file(path, to_html(paper or Paper(path.stem, sections=tables)))
    else:
        raise UnknownFileKind(path)
