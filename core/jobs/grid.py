"""The cost table between a draft and an editable grid: rows of text by line key, and a grid's edits read back.

A grid tells its edits by row position within the rows it was given. They are turned into line keys here, at once, so
that nothing else ever meets a position. The rows hold what was typed, readable or not; what is worked out from them
(prices of a mark-up, totals, what is wrong) is only shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd

from core.jobs.costs import TITLES, CostTable, add_tax, find_markup, is_blank
from core.jobs.draft import CostLine, JobDraft

Row = dict[str, Any]
Rows = dict[str, Row]
#: A grid's edits: the cells typed into, by row position and column.
Edits = Mapping[Any, Mapping[str, Any]]

#: What people type into. Numbers are text there: what was typed is judged here, not bent by a browser.
TYPED = tuple(TITLES)
#: What is only shown: sums of the line, what is wrong with it, and how it stands against XPM.
WORKED_OUT = ("line_cost", "line_price", "line_tax", "wrong", "against")
PICK = "pick"
_KEPT = ("xpm_id", "brought")


@dataclass(frozen=True)
class EditedTable:
    """A grid after its edits: `rows` by line key as `read_costs` takes them, and the keys of the ticked ones."""

    rows: Rows
    picked: tuple[str, ...]


def write_rows(lines: Iterable[CostLine]) -> Rows:
    """The lines as rows of a grid, by line key, as a person would have typed them."""
    return {line.key: _write_row(line) for line in lines}


def _write_row(line: CostLine) -> Row:
    row = {name: getattr(line, name) for name in (*TYPED, *_KEPT)}
    row |= {"quantity": write_number(line.quantity)}
    row |= {name: write_money(getattr(line, name)) for name in ("unit_cost", "unit_price")}
    return row | {name: write_percent(getattr(line, name)) for name in ("markup_percent", "tax_percent")}


def spare_row(tax_percent: Decimal | None = None) -> Row:
    """A row nobody has written into; the practice's tax stands there already."""
    blank: Row = dict.fromkeys(TYPED, "")
    return blank | {"date": None, "billable": True, "tax_percent": write_percent(tax_percent)} | _UNHELD


_UNHELD = {"xpm_id": "", "brought": False}


def write_number(number: Decimal) -> str:
    """A number as a person would type it, without trailing zeros."""
    return f"{number.normalize():f}"


def write_money(amount: Decimal) -> str:
    """An amount as a person would type it, with its cents; finer ones keep all their decimals."""
    text = write_number(amount)
    return text if len(text.partition(".")[2]) > 2 else f"{amount:.2f}"


def write_percent(percent: Decimal | None) -> str:
    """A percentage as a person would type it; empty for none."""
    return "" if percent is None else write_number(percent)


def apply_edits(rows: Mapping[str, Row], edits: Edits) -> EditedTable:
    """The rows with a grid's edits, which it tells by position; positions beyond the rows are ignored.

    A price that was typed ends a mark-up: of the two the price counts when both were typed at once.
    """
    keys, edited = list(rows), {key: dict(row) for key, row in rows.items()}
    for position, changes in edits.items():
        if int(position) < len(keys):
            row = edited[keys[int(position)]]
            row |= changes
            if "unit_price" in changes:
                row["markup_percent"] = ""
    picked = tuple(key for key, row in edited.items() if row.pop(PICK, False))
    return EditedTable(edited, picked)


def drop_stale(edits: Edits, before: Edits) -> dict[Any, dict[str, Any]] | None:
    """The edits without the older one of a mark-up and a price typed into the same row; None when no row has both.

    before: the edits as they were last seen, which tell the older one.
    """
    dropped, found = {}, False
    for position, changes in edits.items():
        kept = dict(changes)
        if "unit_price" in kept and "markup_percent" in kept:
            found = True
            was = before.get(position, {})
            is_newer = kept["markup_percent"] != was.get("markup_percent") and kept["unit_price"] == was.get(
                "unit_price"
            )
            kept.pop("unit_price" if is_newer else "markup_percent")
        dropped[position] = kept
    return dropped if found else None


def show_rows(rows: Mapping[str, Row], table: CostTable, against: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The rows as a grid shows them: index line key; columns pick, TYPED and WORKED_OUT.

    against: by line key, how a line stands against what XPM holds.
    """
    lines = {line.key: line for line in table.lines}
    wrong = _join_problems(table)
    shown = {key: _show_row(row, lines.get(key)) for key, row in rows.items()}
    frame = pd.DataFrame.from_dict(shown, orient="index", columns=[PICK, *TYPED, *WORKED_OUT])
    frame["wrong"] = [wrong.get(key, "") for key in frame.index]
    frame["against"] = [(against or {}).get(str(key), "") for key in frame.index]
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    for name in (PICK, "billable"):
        frame[name] = frame[name].astype("bool")
    for name in set(frame.columns) - {"date", "billable", PICK}:
        frame[name] = frame[name].astype("str")
    frame.index = frame.index.astype("str")
    return frame.rename_axis("key")


def _show_row(row: Row, line: CostLine | None) -> list[Any]:
    cells: Row = {PICK: False, **row} | dict.fromkeys(WORKED_OUT, "")
    if line is not None:
        cells |= {
            "unit_price": write_money(line.unit_price),
            "line_cost": f"{line.quantity * line.unit_cost:,.2f}",
            "line_price": f"{line.quantity * line.unit_price:,.2f}",
            "line_tax": f"{add_tax(line):,.2f}" if line.tax_percent is not None else "",
        }
        if line.markup_percent is None:
            cells["markup_percent"] = write_percent(find_markup(line.unit_cost, line.unit_price))
    return [cells.get(name) for name in (PICK, *TYPED, *WORKED_OUT)]


def _join_problems(table: CostTable) -> dict[str, str]:
    wrong: dict[str, list[str]] = {}
    for problem in table.problems:
        wrong.setdefault(problem.line, []).append(f"{TITLES.get(problem.column, problem.column)}: {problem.sentence}")
    return {key: " ".join(sentences) for key, sentences in wrong.items()}


def copy_rows(rows: Mapping[str, Row], picked: Sequence[str], new_key: str) -> Rows:
    """The rows with a copy behind each picked one; a copy is a line of its own, unknown to XPM."""
    copied: Rows = {}
    for key, row in rows.items():
        copied[key] = dict(row)
        if key in picked:
            copied[f"{new_key}-{len(copied)}"] = row | _UNHELD
    return copied


def take_out(rows: Mapping[str, Row], picked: Sequence[str]) -> Rows:
    """The rows without the picked ones; what XPM holds already becomes quantity 0, not billable, for it cannot go."""
    left: Rows = {}
    for key, row in rows.items():
        if key not in picked:
            left[key] = dict(row)
        elif row.get("xpm_id"):
            left[key] = row | {"quantity": "0", "billable": False}
    return left


def take_lines(draft: JobDraft, table: CostTable, rows: Mapping[str, Row]) -> JobDraft:
    """The draft with the table's present lines, in the order of the rows.

    A line with a cell that cannot be read stays as the draft had it, until it is corrected. A line whose row is gone or
    empty goes; what a template brings is remembered as removed, since XPM cannot leave it out.
    """
    had = {line.key: line for line in draft.costs}
    read = {line.key: line for line in table.lines}
    written = [key for key, row in rows.items() if not is_blank(row)]
    costs = tuple(line for key in written if (line := read.get(key) or had.get(key)) is not None)
    gone = {line.key: line for line in draft.removed} | {key: line for key, line in had.items() if line.brought}
    present = {line.key for line in costs}
    removed = tuple(line for key, line in gone.items() if key not in present and not line.xpm_id)
    return replace(draft, costs=costs, removed=removed)
