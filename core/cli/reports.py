"""Commands that report: unsynced time and the tie-out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from core.cli.running import open_workspace
from core.cli.terminal import FromOption, JsonOption, PracticeOption, ToOption, leave, print_json, say, write_file
from core.model import TieoutError
from core.reports import to_csv, to_xlsx

PANEL = "Report"
report_app = typer.Typer(help="Reports of a practice, to the terminal or a file.", no_args_is_help=True)
OutOption = Annotated[Path | None, typer.Option(help="A .csv or .xlsx file.")]


class UnknownFileKind(TieoutError):
    """A file name whose ending says no format we write."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"Reports are written as .csv or .xlsx, not {path.suffix or path.name!r}. Name the file so.")


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
def tieout(
    practice: PracticeOption = "",
    start: FromOption = None,
    end: ToOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """The equation of a period: every local minute in one column, nothing left over."""
    workspace = open_workspace(practice)
    first, last = workspace.time.period(start, end)
    tie = workspace.time.tie_out(first, last)
    if out is not None:
        write_report(
            out, {"Tie-out": tie.equation(), "Items": tie.items, "Entries": workspace.time.entries(first, last)}
        )
    if as_json:
        print_json(tie.to_json())
    else:
        say(tie.describe())
    leave(0 if tie.ties else 1)


def write_report(path: Path, sheets: dict[str, pd.DataFrame]) -> None:
    """Write a workbook, or the first table as CSV. Raises UnknownFileKind, CannotWrite."""
    if path.suffix == ".xlsx":
        write_file(path, to_xlsx(sheets))
    elif path.suffix == ".csv":
        write_file(path, to_csv(next(iter(sheets.values()))))
    else:
        raise UnknownFileKind(path)
