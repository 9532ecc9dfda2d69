"""Merging the cost table with what the template brought: what to change, what to add, what to silence.

Xero lets nobody read a template before it is used, nor delete a cost afterwards. So the costs are read once the job
exists, and each is paired with a line of the table by its XPM id, else by code and description.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.jobs.costs import TITLES
from core.jobs.draft import CostLine
from core.jobs.ports import HeldCost


@dataclass(frozen=True)
class Merge:
    """What the table asks for, beyond what XPM holds already.

    `unseen` are costs the template brought that the table did not know: they stay, and a person is told.
    """

    update: tuple[CostLine, ...]
    add: tuple[CostLine, ...]
    unseen: tuple[HeldCost, ...]


def merge_costs(lines: Sequence[CostLine], removed: Sequence[CostLine], held: Sequence[HeldCost]) -> Merge:
    """Pair every line with at most one held cost. `update` holds changed and silenced lines with their XPM id."""
    left = list(held)
    update, add = [], []
    for line in lines:
        cost = _take_partner(line, left)
        if cost is None:
            add.append(line)
        elif not is_equal(line, cost):
            update.append(replace(line, xpm_id=cost.xpm_id))
    for line in removed:
        cost = _take_partner(line, left)
        if cost is not None:
            update.append(silence(line, cost))
    return Merge(tuple(update), tuple(add), tuple(left))


def lay_out(lines: Sequence[CostLine], removed: Sequence[CostLine], held: Sequence[HeldCost]) -> tuple[CostLine, ...]:
    """One table of what was asked for and what XPM holds, for a person's review; each held cost is one line of it.

    First the asked-for lines, with the id of the cost they meet; then those taken out, silenced; then what the template
    brought unasked, as it is. Laid out again it stays the same.
    """
    left = list(held)
    laid = []
    for line in lines:
        cost = _take_partner(line, left)
        laid.append(_meet(line, cost) if cost else replace(line, xpm_id="", brought=False))
    for line in removed:
        cost = _take_partner(line, left)
        if cost is not None:
            laid.append(silence(line, cost))
    return (*laid, *(hold_line(cost) for cost in left))


def _meet(line: CostLine, cost: HeldCost) -> CostLine:
    if line.xpm_id:
        return line
    # The date of a line taken from an earlier job is only that of the day it was taken.
    day = (cost.date or line.date) if line.brought else line.date
    return replace(line, xpm_id=cost.xpm_id, brought=True, date=day)


def hold_line(cost: HeldCost, today: date | None = None) -> CostLine:
    """A table line that stands for a cost as XPM holds it; its key is the cost's id."""
    return CostLine(
        key=cost.xpm_id,
        date=cost.date or today or date.min,
        description=cost.description,
        quantity=cost.quantity,
        unit_cost=cost.unit_cost,
        unit_price=cost.unit_price,
        billable=cost.billable,
        code=cost.code,
        note=cost.note,
        xpm_id=cost.xpm_id,
        brought=True,
    )


def unhold(line: CostLine) -> HeldCost:
    """The held cost that a line made by `hold_line` stands for."""
    return HeldCost(
        xpm_id=line.xpm_id,
        date=line.date,
        description=line.description,
        code=line.code,
        note=line.note,
        quantity=line.quantity,
        unit_cost=line.unit_cost,
        unit_price=line.unit_price,
        billable=line.billable,
    )


class Mark(StrEnum):
    """How a line of the table stands against what XPM holds."""

    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    SILENCED = "silenced"  # made to count for nothing, since it cannot be deleted
    UNASKED = "unasked"  # brought by the template, and left as it is


@dataclass(frozen=True)
class Difference:
    """One line of the table against XPM. `words` tells what differs, field by field; empty when nothing does."""

    key: str
    mark: Mark
    description: str
    words: str = ""


def tell_differences(lines: Sequence[CostLine], held: Sequence[CostLine]) -> list[Difference]:
    """Every line against the held cost of its id, in the order of the lines."""
    costs = {cost.xpm_id: cost for cost in held}
    return [_tell_difference(line, costs.get(line.xpm_id)) for line in lines]


def _tell_difference(line: CostLine, held: CostLine | None) -> Difference:
    if not line.xpm_id or held is None:
        words = f"{line.quantity.normalize():f} × {line.unit_price:,.2f}{'' if line.billable else ', not billable'}"
        return Difference(line.key, Mark.NEW, line.description, words)
    words = ", ".join(_tell_fields(line, held))
    if not words:
        return Difference(line.key, Mark.UNASKED if line.key == line.xpm_id else Mark.SAME, line.description)
    is_silenced = not line.quantity and not line.billable
    return Difference(line.key, Mark.SILENCED if is_silenced else Mark.CHANGED, line.description, words)


_COMPARED = ("date", "description", "code", "quantity", "unit_cost", "unit_price", "billable", "note")


def _tell_fields(line: CostLine, held: CostLine) -> list[str]:
    told = []
    for name in _COMPARED:
        now, was = getattr(line, name), getattr(held, name)
        if _fold(now) != _fold(was) if isinstance(now, str) else now != was:
            told.append(f"{TITLES[name].lower()} {_show(name, was)} → {_show(name, now)}")
    return told


def _show(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if name == "quantity" else f"{value:,.2f}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value) or "none"


def silence(line: CostLine, cost: HeldCost) -> CostLine:
    """The line that makes a cost count for nothing: quantity 0, not billable."""
    held = hold_line(cost, line.date)
    return replace(held, key=line.key, quantity=Decimal(0), billable=False, brought=False)


def is_equal(line: CostLine, cost: HeldCost) -> bool:
    """Whether XPM holds the line as the table has it.

    Of a line that was not met with a cost yet, the note is not compared, and not the date when it comes from an earlier
    job: it is only that of the day it was taken.
    """
    return (
        _fold(line.description) == _fold(cost.description)
        and line.code == cost.code
        and (line.quantity, line.unit_cost, line.unit_price) == (cost.quantity, cost.unit_cost, cost.unit_price)
        and line.billable == cost.billable
        and (cost.date is None or line.date == cost.date or (line.brought and not line.xpm_id))
        and (not line.xpm_id or _fold(line.note) == _fold(cost.note))
    )


def _take_partner(line: CostLine, left: list[HeldCost]) -> HeldCost | None:
    for cost in left:
        if line.xpm_id == cost.xpm_id if line.xpm_id else _key(line) == _key(cost):
            left.remove(cost)
            return cost
    return None


def _key(line: CostLine | HeldCost) -> tuple[str, str]:
    return _fold(line.code), _fold(line.description)


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def line_from_cost(cost: HeldCost, today: date) -> CostLine:
    """A table line of a cost that XPM holds, for filling the table from an earlier job."""
    return replace(hold_line(cost), date=today, note="", xpm_id="")
