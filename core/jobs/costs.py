"""The cost table: reading what people type into its cells, and what the lines add up to.

A cell that cannot be read is a value, not a stop: it is marked with its place and a sentence, and nothing is sent
until no cell is marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core.jobs.draft import CostLine

#: Larger than any fee of a practice: more likely a slip of the keyboard.
LARGEST = Decimal(10_000_000)
PLACES = {"quantity": 4, "unit_cost": 4, "unit_price": 4}
LONG_TEXT = 2000
_PLAIN_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_WITH_COMMAS = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$")


@dataclass(frozen=True)
class CellProblem:
    """One cell that cannot be sent. `line` is the line's key, `column` a CostLine field."""

    line: str
    column: str
    value: str
    sentence: str


class _BadCell(ValueError):
    """The sentence for one cell, until its place is known."""


@dataclass(frozen=True)
class CostTable:
    """The readable lines, and every cell that is not. Lines with a marked cell are not among `lines`."""

    lines: tuple[CostLine, ...]
    problems: tuple[CellProblem, ...]


@dataclass(frozen=True)
class Totals:
    """Sums of a cost table, rounded to cents. `margin_percent` is None while nothing is charged."""

    cost: Decimal
    price: Decimal
    billable_price: Decimal
    margin: Decimal
    margin_percent: Decimal | None


def read_costs(rows: Mapping[str, Mapping[str, Any]], default_date: date) -> CostTable:
    """Read the grid's rows, by line key, in order; a row without any text or number is dropped.

    Cells may hold text, numbers, dates or nothing. An empty date is `default_date`, an empty quantity is 1, empty
    prices are 0.
    """
    lines, problems = [], []
    for key, row in rows.items():
        if _is_blank(row):
            continue
        cells, wrong = _read_row(key, row, default_date)
        problems += wrong
        if not wrong:
            lines.append(CostLine(key=key, **cells))
    return CostTable(tuple(lines), tuple(problems))


def _is_blank(row: Mapping[str, Any]) -> bool:
    return all(_is_absent(row.get(name)) for name in ("description", "code", "note", "unit_cost", "unit_price"))


def _is_absent(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def _read_row(key: str, row: Mapping[str, Any], default_date: date) -> tuple[dict[str, Any], list[CellProblem]]:
    readers: dict[str, Callable[[Any], Any]] = {
        "date": lambda value: default_date if _is_absent(value) else read_date(value),
        "description": _read_description,
        "quantity": lambda value: Decimal(1) if _is_absent(value) else read_number(value, PLACES["quantity"]),
        "unit_cost": lambda value: Decimal(0) if _is_absent(value) else read_number(value, PLACES["unit_cost"]),
        "unit_price": lambda value: Decimal(0) if _is_absent(value) else read_number(value, PLACES["unit_price"]),
        "billable": lambda value: True if _is_absent(value) else bool(value),
        "code": _read_text,
        "note": _read_text,
        "xpm_id": _read_text,
        "brought": lambda value: not _is_absent(value) and bool(value),
    }
    cells: dict[str, Any] = {}
    problems = []
    for column, read in readers.items():
        value = row.get(column)
        try:
            cells[column] = read(value)
        except _BadCell as error:
            problems.append(CellProblem(key, column, "" if value is None else str(value), str(error)))
    return cells, problems


def read_number(value: Any, places: int) -> Decimal:
    """The number a person typed: a point for decimals, commas only between thousands. Raises for anything else."""
    text = str(value).strip().replace("\u00a0", "").replace("$", "").replace(" ", "")
    if _WITH_COMMAS.match(text):
        text = text.replace(",", "")
    if not _PLAIN_NUMBER.match(text):
        raise _BadCell(f"{value!s} is not a number we can read for sure; write it like 1234.50.")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _BadCell(f"{value!s} is not a number; write it like 1234.50.") from None
    if number < 0:
        raise _BadCell(f"{value!s} is negative; XPM's costs are not. Leave the line out, or credit it in XPM.")
    if number > LARGEST:
        raise _BadCell(f"{value!s} is larger than any cost we expect; check the zeros.")
    if -int(number.normalize().as_tuple().exponent) > places:
        raise _BadCell(f"{value!s} has more than {places} decimals; round it.")
    return number


def read_date(value: Any) -> date:
    """A date as the grid gives it, or ISO text. Raises for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise _BadCell(f"{value!s} is not a date; write it like 2026-11-20.") from None


def _read_description(value: Any) -> str:
    text = _read_text(value)
    if not text:
        raise _BadCell("A cost needs a description.")
    return text


def _read_text(value: Any) -> str:
    text = "" if _is_absent(value) else str(value).strip()
    if len(text) > LONG_TEXT:
        raise _BadCell(f"The text has {len(text)} characters; shorten it to {LONG_TEXT}.")
    return text


def add_up(lines: Sequence[CostLine]) -> Totals:
    """What the lines cost the practice and what the client pays; only billable lines are charged."""
    cost = sum((line.quantity * line.unit_cost for line in lines), Decimal(0))
    price = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
    billable = sum((line.quantity * line.unit_price for line in lines if line.billable), Decimal(0))
    margin = billable - cost
    percent = round(margin / billable * 100, 1) if billable else None
    return Totals(_cents(cost), _cents(price), _cents(billable), _cents(margin), percent)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))
