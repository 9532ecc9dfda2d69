"""The cost table: reading what people type into its cells, and what the lines add up to.

A cell that cannot be read is a value, not a stop: it is marked with its place and a sentence, and nothing is sent
until no cell is marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from core.jobs.draft import CostLine

#: Larger than any fee of a practice: more likely a slip of the keyboard.
LARGEST = Decimal(10_000_000)
PLACES = {"quantity": 4, "unit_cost": 4, "unit_price": 4, "markup_percent": 4, "tax_percent": 4}
#: The names of the columns as people read them, in tables and in sentences.
TITLES = {
    "date": "Date",
    "description": "Description",
    "code": "Code",
    "billable": "Billable",
    "quantity": "Quantity",
    "unit_cost": "Unit cost",
    "markup_percent": "Mark-up %",
    "unit_price": "Unit price",
    "tax_percent": "Tax %",
    "note": "Note",
}
MOST_PERCENT = {"markup_percent": Decimal(10_000), "tax_percent": Decimal(100)}
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


class BadCell(ValueError):
    """The sentence for one cell, until its place is known."""


@dataclass(frozen=True)
class CostTable:
    """The readable lines, and every cell that is not. Lines with a marked cell are not among `lines`."""

    lines: tuple[CostLine, ...]
    problems: tuple[CellProblem, ...]


@dataclass(frozen=True)
class Totals:
    """Sums of a cost table, rounded to cents. `margin_percent` is None while nothing is charged.

    `billable_price` is before tax; `tax` is on billable lines, rounded line by line as on an invoice.
    """

    cost: Decimal
    price: Decimal
    billable_price: Decimal
    margin: Decimal
    margin_percent: Decimal | None
    tax: Decimal
    charged: Decimal


def read_costs(rows: Mapping[str, Mapping[str, Any]], default_date: date) -> CostTable:
    """Read the grid's rows, by line key, in order; a row without any text or number is dropped.

    Cells may hold text, numbers, dates or nothing. An empty date is `default_date`, an empty quantity is 1, empty
    prices are 0. Where a mark-up is given, the price is made from the cost by it, whatever its own cell holds.
    """
    lines, problems = [], []
    for key, row in rows.items():
        if is_blank(row):
            continue
        cells, wrong = _read_row(key, row, default_date)
        problems += wrong
        if not wrong:
            lines.append(CostLine(key=key, **cells))
    return CostTable(tuple(lines), tuple(problems))


def is_blank(row: Mapping[str, Any]) -> bool:
    """Whether the row is no line: nothing is written into it but, at most, a date or a quantity."""
    telling = ("description", "code", "note", "unit_cost", "markup_percent", "unit_price", "xpm_id")
    return all(is_absent(row.get(name)) for name in telling)


def is_absent(value: Any) -> bool:
    """Whether a cell holds nothing: none, not a number, or blanks."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def _read_row(key: str, row: Mapping[str, Any], default_date: date) -> tuple[dict[str, Any], list[CellProblem]]:
    is_marked_up = not is_absent(row.get("markup_percent"))
    readers: dict[str, Callable[[Any], Any]] = {
        "date": lambda value: default_date if is_absent(value) else read_date(value),
        "description": _read_description,
        "quantity": lambda value: _read_amount(value, "quantity", Decimal(1)),
        "unit_cost": lambda value: _read_amount(value, "unit_cost", Decimal(0)),
        "markup_percent": lambda value: read_percent(value, "markup_percent"),
        "unit_price": lambda value: Decimal(0) if is_marked_up else _read_amount(value, "unit_price", Decimal(0)),
        "tax_percent": lambda value: read_percent(value, "tax_percent"),
        "billable": lambda value: True if is_absent(value) else bool(value),
        "code": _read_text,
        "note": _read_text,
        "xpm_id": _read_text,
        "brought": lambda value: not is_absent(value) and bool(value),
    }
    cells: dict[str, Any] = {}
    problems = []
    for column, read in readers.items():
        value = row.get(column)
        try:
            cells[column] = read(value)
        except BadCell as error:
            problems.append(CellProblem(key, column, "" if value is None else str(value), str(error)))
    if is_marked_up and not problems:
        cells["unit_price"] = mark_up(cells["unit_cost"], cells["markup_percent"])
    return cells, problems


def _read_amount(value: Any, column: str, absent: Decimal) -> Decimal:
    return absent if is_absent(value) else read_number(value, PLACES[column])


def read_number(value: Any, places: int) -> Decimal:
    """The number a person typed: a point for decimals, commas only between thousands. Raises for anything else."""
    text = str(value).strip().replace("\u00a0", "").replace("$", "").replace(" ", "")
    if _WITH_COMMAS.match(text):
        text = text.replace(",", "")
    if not _PLAIN_NUMBER.match(text):
        raise BadCell(f"{value!s} is not a number we can read for sure; write it like 1234.50.")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadCell(f"{value!s} is not a number; write it like 1234.50.") from None
    if number < 0:
        raise BadCell(f"{value!s} is negative; XPM's costs are not. Leave the line out, or credit it in XPM.")
    if number > LARGEST:
        raise BadCell(f"{value!s} is larger than any cost we expect; check the zeros.")
    if -int(number.normalize().as_tuple().exponent) > places:
        raise BadCell(f"{value!s} has more than {places} decimals; round it.")
    return number


def read_percent(value: Any, column: str) -> Decimal | None:
    """The percentage a person typed, with or without its sign; None for nothing. Raises for anything else."""
    if is_absent(value):
        return None
    percent = read_number(str(value).strip().removesuffix("%"), PLACES[column])
    if percent > MOST_PERCENT[column]:
        raise BadCell(f"{value!s} is more than {MOST_PERCENT[column]} %; check the point.")
    return percent


def read_date(value: Any) -> date:
    """A date as the grid gives it, or ISO text. Raises for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise BadCell(f"{value!s} is not a date; write it like 2026-11-20.") from None


def _read_description(value: Any) -> str:
    text = _read_text(value)
    if not text:
        raise BadCell("A cost needs a description.")
    return text


def _read_text(value: Any) -> str:
    text = "" if is_absent(value) else str(value).strip()
    if len(text) > LONG_TEXT:
        raise BadCell(f"The text has {len(text)} characters; shorten it to {LONG_TEXT}.")
    return text


def add_up(lines: Sequence[CostLine]) -> Totals:
    """What the lines cost the practice and what the client pays; only billable lines are charged."""
    cost = sum((line.quantity * line.unit_cost for line in lines), Decimal(0))
    price = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
    billable = sum((line.quantity * line.unit_price for line in lines if line.billable), Decimal(0))
    tax = sum((add_tax(line) for line in lines if line.billable), Decimal(0))
    margin = billable - cost
    percent = round(margin / billable * 100, 1) if billable else None
    charged = _cents(billable) + tax
    return Totals(_cents(cost), _cents(price), _cents(billable), _cents(margin), percent, tax, charged)


def add_tax(line: CostLine) -> Decimal:
    """The tax on a line's price, rounded to cents; none when the line says no percentage."""
    return _cents(line.quantity * line.unit_price * (line.tax_percent or Decimal(0)) / 100)


def mark_up(unit_cost: Decimal, percent: Decimal) -> Decimal:
    """The unit price that a mark-up makes of a unit cost, rounded to cents."""
    return _cents(unit_cost * (100 + percent) / 100)


def find_markup(unit_cost: Decimal, unit_price: Decimal) -> Decimal | None:
    """The mark-up that leads from a cost to a price, in percent with one decimal; None without a cost."""
    return round((unit_price / unit_cost - 1) * 100, 1) if unit_cost else None


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
