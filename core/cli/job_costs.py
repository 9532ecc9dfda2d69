"""`tieout jobs costs`: the costs of one job, written to a table, edited there, and sent back with a diff before it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from core.cli.running import exit_code, follow_run, open_workspace
from core.cli.terminal import CannotWrite, JsonOption, PracticeOption, leave, print_json, say
from core.jobs import CellProblem, CostLine, add_up
from core.jobs.pasted import PasteUnusable
from core.reports.export import to_csv
from core.workspace import Workspace
from core.workspace.costing import Difference, Mark

#: The headings of the table; `id` names the cost in XPM.
COLUMNS = ("id", "date", "description", "code", "billable", "quantity", "unit cost", "unit price", "note")


def register(jobs_app: typer.Typer) -> None:
    """Add this module's command to `tieout jobs`."""
    jobs_app.command("costs")(costs)


def costs(
    job: Annotated[str, typer.Argument(help="The job's number in XPM, such as J000412.")],
    practice: PracticeOption = "",
    out: Annotated[Path | None, typer.Option("--out", help="Write them to a CSV file.")] = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="A CSV of edited costs: rows without id are new.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the differences and send nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The costs of a job as XPM holds them; or edit them by a table, with every difference shown first."""
    workspace = open_workspace(practice)
    if source is not None:
        _edit(workspace, job, source, dry_run=dry_run, as_json=as_json)
    lines = workspace.costing.held(job)
    if out is not None:
        _write(out, lines)
    if as_json:
        print_json({"job": job, "costs": [_show(line) for line in lines], "totals": vars(add_up(lines))})
    elif out is None:
        _say_lines(job, lines)
    leave(0, f"{len(lines)} costs written to {out}." if out is not None else "")


def _edit(workspace: Workspace, job: str, source: Path, *, dry_run: bool, as_json: bool) -> None:
    draft, pasted = workspace.costing.edit_from_table(job, _read(source))
    found = workspace.costing.differences(draft)
    changes = [one for one in found if one.mark not in (Mark.SAME, Mark.UNASKED)]
    refused = pasted.problems
    run = None
    if changes and not refused and not dry_run:
        stored = workspace.jobs.new_draft(draft)
        run = follow_run(workspace, workspace.jobs.request(stored.id), wait=True)
    if as_json:
        print_json(_document(job, changes, refused) | {"run": run.id if run else "", "sent": bool(run)})
    else:
        _say_changes(changes, refused)
    if refused:
        leave(1, f"{len(refused)} cells of {source.name} cannot be read. Nothing was sent; correct them.")
    leave(exit_code(run) if run else 0, run.message if run else "" if changes else "Nothing differs from XPM.")


def _read(source: Path) -> str:
    try:
        return source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "") or "it is not UTF-8"
        raise PasteUnusable(f"{source.name}: {why.lower()}") from error


def _document(job: str, changes: Sequence[Difference], refused: Sequence[CellProblem]) -> dict[str, Any]:
    return {
        "job": job,
        "changes": [{"what": str(one.mark), "line": one.description, "how": one.words} for one in changes],
        "problems": [{"row": int(one.line), "column": one.column, "sentence": one.sentence} for one in refused],
    }


def _say_changes(changes: Sequence[Difference], refused: Sequence[CellProblem]) -> None:
    for one in changes:
        say(f"{one.mark:<9} {one.description}  {one.words}")
    for cell in refused:
        say(f"row {cell.line}  {cell.column.replace('_', ' ')}: {cell.sentence}")


def _show(line: CostLine) -> dict[str, str]:
    cells = (line.xpm_id, line.date.isoformat(), line.description, line.code, "yes" if line.billable else "no")
    amounts = (f"{line.quantity.normalize():f}", f"{line.unit_cost:.2f}", f"{line.unit_price:.2f}", line.note)
    return dict(zip(COLUMNS, (*cells, *amounts), strict=True))


def _write(path: Path, lines: Sequence[CostLine]) -> None:
    frame = pd.DataFrame([_show(line) for line in lines], columns=list(COLUMNS))
    try:
        path.write_bytes(to_csv(frame))
    except OSError as error:
        raise CannotWrite(path, error) from error


def _say_lines(job: str, lines: Sequence[CostLine]) -> None:
    for line in lines:
        row = _show(line)
        price = f"{row['quantity']:>6} × {row['unit price']:>10}"
        mark = "" if line.billable else "(not billable) "
        say(f"{row['date']}  {price}  {mark}{line.description}  {line.code}".rstrip())
    totals = add_up(lines)
    say(f"{job}: {len(lines)} costs, cost {totals.cost:,.2f}, charged {totals.billable_price:,.2f}.")
