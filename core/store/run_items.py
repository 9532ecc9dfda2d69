"""What a run found or did, item by item, kept with the run: the rows of its page and of its export."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Engine, delete, func, insert, select

from core.store.engine import fetch_rows, reading, writing
from core.store.tables import run_item

_AT_ONCE = 500
ITEM_COLUMNS = ["entry_id", "outcome", "words", "content"]


@dataclass(frozen=True)
class Item:
    """One thing a run looked at. `key` is unique in the run; `content` holds further facts that JSON can hold."""

    key: str
    outcome: str
    words: str = ""
    entry_id: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)


class RunItems:
    """Keeps and reads the items of runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, run: str, practice: str, items: Sequence[Item]) -> None:
        """Keep these items, over those of the same keys, all or none; other items of the run stay."""
        rows = [_write(run, practice, item) for item in {item.key: item for item in items}.values()]
        with writing(self._engine) as connection:
            for place in range(0, len(rows), _AT_ONCE):
                part = rows[place : place + _AT_ONCE]
                keys = [row["key"] for row in part]
                connection.execute(delete(run_item).where(run_item.c.run == run, run_item.c.key.in_(keys)))
                connection.execute(insert(run_item), part)

    def replace(self, run: str, practice: str, items: Sequence[Item]) -> None:
        """Keep these items and no others of the run: what a reading found that was begun again."""
        with writing(self._engine) as connection:
            connection.execute(delete(run_item).where(run_item.c.run == run))
            rows = [_write(run, practice, item) for item in items]
            for place in range(0, len(rows), _AT_ONCE):
                connection.execute(insert(run_item), rows[place : place + _AT_ONCE])

    def read(self, run: str) -> pd.DataFrame:
        """All items of a run by key; index key, columns ITEM_COLUMNS, `content` as dictionaries. No rows: none kept."""
        query = select(run_item).where(run_item.c.run == run).order_by(run_item.c.key)
        with reading(self._engine) as connection:
            rows = fetch_rows(connection, query)
        frame = pd.DataFrame(rows, columns=["key", *ITEM_COLUMNS])
        frame["content"] = [json.loads(text) for text in frame["content"]]
        return frame.astype(dict.fromkeys(("key", *ITEM_COLUMNS[:3]), "str")).set_index("key")

    def count(self, run: str) -> dict[str, int]:
        """How many items of a run had each outcome."""
        query = select(run_item.c.outcome, func.count()).where(run_item.c.run == run).group_by(run_item.c.outcome)
        with reading(self._engine) as connection:
            return {str(outcome): int(number) for outcome, number in connection.execute(query).all()}


def _write(run: str, practice: str, item: Item) -> dict[str, Any]:
    content = json.dumps(dict(item.content), ensure_ascii=False, sort_keys=True, default=str)
    row = {"key": item.key, "entry_id": item.entry_id, "outcome": item.outcome, "words": item.words}
    return row | {"run": run, "practice": practice, "content": content}
