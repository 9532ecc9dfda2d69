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


def silence(line: CostLine, cost: HeldCost) -> CostLine:
    """The line that makes a cost count for nothing: quantity 0, not billable."""
    return CostLine(
        key=line.key,
        date=cost.date or line.date,
        description=cost.description,
        quantity=Decimal(0),
        unit_cost=cost.unit_cost,
        unit_price=cost.unit_price,
        billable=False,
        code=cost.code,
        note=cost.note,
        xpm_id=cost.xpm_id,
    )


def is_equal(line: CostLine, cost: HeldCost) -> bool:
    """Whether XPM holds the line as the table has it; the note is ours and not compared."""
    return (
        _fold(line.description) == _fold(cost.description)
        and line.code == cost.code
        and (line.quantity, line.unit_cost, line.unit_price) == (cost.quantity, cost.unit_cost, cost.unit_price)
        and line.billable == cost.billable
        and (cost.date is None or line.date == cost.date or line.brought)
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
    return CostLine(
        key=cost.xpm_id,
        date=today,
        description=cost.description,
        quantity=cost.quantity,
        unit_cost=cost.unit_cost,
        unit_price=cost.unit_price,
        billable=cost.billable,
        code=cost.code,
        brought=True,
    )
