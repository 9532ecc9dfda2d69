"""Cost lines pasted from a spreadsheet: cells apart by tabs, one line per row, with or without a heading row.

Without headings the cells are read in the order of the cost table. Every cell is judged as if typed into the table; a
row with a bad cell is a value, listed with its number, and the other rows can be taken. A table that was written from
a job's costs has their ids, and comes back as those costs, edited.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.jobs.costs import TITLES, CellProblem, is_absent, read_costs
from core.jobs.draft import CostLine
from core.jobs.grid import write_rows
from core.model import TieoutError

#: More than anybody's fees: a whole sheet pasted by mistake.
MOST_ROWS = 500
MOST_CHARACTERS = 200_000

#: The columns without a heading row, in their order.
ORDER: tuple[str, ...] = (
    "date",
    "description",
    "code",
    "billable",
    "quantity",
    "unit_cost",
    "markup_percent",
    "unit_price",
)
ORDER += ("tax_percent", "note")

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "xpm_id": ("id", "costid"),
    "date": ("date", "costdate", "day"),
    "description": ("description", "costdescription", "item", "details", "cost", "fee", "what"),
    "code": ("code", "costcode", "itemcode"),
    "billable": ("billable", "bill", "chargeable"),
    "quantity": ("quantity", "qty", "units", "number"),
    "unit_cost": ("unitcost", "costprice", "costperunit", "costeach", "buyprice"),
    "markup_percent": ("markup", "markuppercent", "margin"),
    "unit_price": ("unitprice", "price", "sellprice", "priceeach", "rate", "amount"),
    "tax_percent": ("tax", "taxpercent", "gst", "vat", "taxrate"),
    "note": ("note", "notes", "comment", "comments"),
}
_NO = ("no", "n", "false", "0", "non-billable", "not billable")
_YES = ("yes", "y", "true", "1", "x", "billable", "✓")
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d\d)$")
_WORDED = ("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y", "%Y-%m-%d", "%Y/%m/%d")


class PasteUnusable(TieoutError):
    """The pasted text cannot be taken at all."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The pasted text cannot be used: {why}. Nothing was added.")


@dataclass(frozen=True)
class Pasted:
    """What was read: the lines that can be taken, the cells that cannot (their `line` is the row number from 1), how
    many rows there were, and whether the first one was taken for headings."""

    lines: tuple[CostLine, ...]
    problems: tuple[CellProblem, ...]
    rows: int
    has_headings: bool


def read_pasted(
    text: str,
    default_date: date,
    new_key: str,
    tax_percent: Decimal | None = None,
    held: Sequence[CostLine] | None = None,
) -> Pasted:
    """The cost lines of pasted text; keys are `new_key` and the row's number, and for a held cost its id.

    Dates are day first; a row without one is dated `default_date`; without a tax cell it takes `tax_percent`. A row
    with the id of a held cost is that cost with the row's cells in the place of its own; ids mean nothing without held.
    Raises PasteUnusable for a text without cells, far too many rows, or headings nobody knows.
    """
    table = _cut(text)
    columns = _read_headings(table[0][1])
    body = table[1:] if columns else table
    rows = {str(n): _name_cells(cells, columns or ORDER) for n, cells in body}
    problems = [problem for n, row in rows.items() for problem in _settle(n, row, tax_percent)]
    problems += _meet_held(rows, None if held is None else {line.xpm_id: line for line in held})
    read = read_costs(rows, default_date)
    wrong = {problem.line for problem in problems}
    lines = [line for line in read.lines if line.key not in wrong]
    keyed = tuple(replace(line, key=line.xpm_id or f"{new_key}-{line.key}") for line in lines)
    told = sorted((*problems, *read.problems), key=lambda problem: int(problem.line))
    return Pasted(keyed, tuple(told), len(body), bool(columns))


def _meet_held(rows: dict[str, dict[str, Any]], held: Mapping[str, CostLine] | None) -> list[CellProblem]:
    """Fill the rows of held costs with what their cells do not say; an id nobody holds, or twice, is told."""
    problems, seen = [], set()
    for n, row in rows.items():
        cost = str(row.get("xpm_id") or "")
        if held is None or not cost:
            row["xpm_id"] = ""
        elif cost not in held or cost in seen:
            why = "stands in two rows" if cost in seen else "is no cost of this job"
            problems.append(CellProblem(n, "xpm_id", cost, f"{cost} {why}. Leave the id empty to add a line."))
        else:
            rows[n] = next(iter(write_rows([held[cost]]).values())) | row
        seen.add(cost)
    return problems


def _cut(text: str) -> list[tuple[int, list[str]]]:
    if len(text) > MOST_CHARACTERS:
        raise PasteUnusable(f"it is longer than {MOST_CHARACTERS:,} characters")
    try:
        # A cell with a line break or a tab in it comes from a spreadsheet in quotes.
        rows = list(csv.reader(io.StringIO(text), delimiter=_find_delimiter(text)))
    except csv.Error as error:
        raise PasteUnusable(f"it is no table ({error})") from error
    table = [(n, [cell.strip() for cell in row]) for n, row in enumerate(rows, 1)]
    filled = [(n, row) for n, row in table if any(row)]
    if not filled:
        raise PasteUnusable("it is empty")
    if len(filled) > MOST_ROWS:
        raise PasteUnusable(f"it has {len(filled):,} rows, more than {MOST_ROWS}")
    return filled


def _find_delimiter(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return "\t" if "\t" in first else ";" if ";" in first else "\t" if "," not in first else ","


def _read_headings(cells: Sequence[str]) -> tuple[str, ...]:
    """The column of each cell of a heading row, empty for one that is not wanted; () when it is no heading row."""
    known = {word: column for column, words in _HEADINGS.items() for word in words}
    found = tuple(known.get(re.sub(r"[^a-z]", "", cell.casefold()), "") for cell in cells)
    named = [column for column in found if column]
    if "description" not in named:
        return ()
    doubled = next((column for column in named if named.count(column) > 1), "")
    if doubled:
        raise PasteUnusable(f"two columns are headed like {TITLES[doubled]!r}")
    return found


def _name_cells(cells: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
    return {column: _unguard(cell) for column, cell in zip(columns, cells, strict=False) if column}


def _unguard(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@") else cell


def _settle(n: str, row: dict[str, Any], tax_percent: Decimal | None) -> list[CellProblem]:
    """Turn a date and a yes or no into what the table takes; what is neither is told."""
    problems = []
    for column, read in (("date", _read_day), ("billable", _read_flag)):
        cell = row.get(column)
        if not is_absent(cell):
            value = read(str(cell))
            if value is None:
                sentence = "Write a date like 20/11/2026." if column == "date" else "Write yes or no."
                problems.append(CellProblem(n, column, str(cell), f"{cell} cannot be read. {sentence}"))
            row[column] = value
    if is_absent(row.get("tax_percent")):
        row["tax_percent"] = tax_percent
    return problems


def _read_flag(cell: str) -> bool | None:
    word = cell.casefold()
    return True if word in _YES else False if word in _NO else None


def _read_day(cell: str) -> date | None:
    match = _DAY_FIRST.match(cell)
    try:
        if match:
            number, month, year = (int(part) for part in match.groups())
            return date(year if year >= 100 else 2000 + year, month, number)
        if "T" in cell:
            return datetime.fromisoformat(cell).date()
    except ValueError:
        return None
    return next((day for form in _WORDED if (day := _parse(cell, form)) is not None), None)


def _parse(cell: str, form: str) -> date | None:
    try:
        return datetime.strptime(cell, form).date()  # noqa: DTZ007  a day, not an instant
    except ValueError:
        return None
