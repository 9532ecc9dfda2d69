"""What was read from each side: one table per frame contract of the model."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text

from core.model import LOCAL_FRAMES, XPM_FRAMES, FrameContract
from core.store.tables.base import Money, metadata

_TYPES: dict[str, Any] = {"text": Text, "time": Text, "int": Integer, "bool": Boolean, "date": Date, "money": Money}


def _frame_table(side: str, contract: FrameContract) -> Table:
    columns = [Column(c.name, _TYPES[c.kind], nullable=c.kind in ("date", "money")) for c in contract.columns]
    return Table(
        f"{side}_{contract.name}",
        metadata,
        Column("practice", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        *columns,
    )


#: One table per frame contract, by the contract's name; the columns are the contract's.
LOCAL = {name: _frame_table("local", contract) for name, contract in LOCAL_FRAMES.items()}
XPM = {name: _frame_table("xpm", contract) for name, contract in XPM_FRAMES.items()}
for _times in (LOCAL["actual_times"], XPM["times"]):
    Index(None, _times.c.practice, _times.c.date)
