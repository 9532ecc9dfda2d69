"""What a practice's decisions taught matching, per kind: only added to, so that what it was before stays known.

The newest row counts. One without content is a reset: what was learned before it counts no longer, and neither do the
decisions made until then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Engine, Select, insert, select

from core.model import Clock, Kind, utc_text
from core.store.engine import reading, writing
from core.store.events import NewEvent, append_events, hold_log
from core.store.tables import learned

_SUBJECT = "what matching learned"


@dataclass(frozen=True)
class KeptLesson:
    """The newest row of a kind: content as it was added, empty after a reset; `at` is UTC text."""

    id: int
    content: Mapping[str, Any]
    by: str
    at: str


class LearnedTable:
    """What was learned, by practice and kind."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(
        self, practice: str, kind: Kind, content: Mapping[str, Any], by: str, *, told: str = "", why: str = ""
    ) -> None:
        """Keep what was learned now. told: what the activity log says changed; without it nothing is logged."""
        event = NewEvent(practice, by, "learned", kind, _SUBJECT, after=told, why=why) if told else None
        self._add(practice, kind, json.dumps(dict(content), sort_keys=True), by, event)

    def reset(self, practice: str, kind: Kind, by: str) -> None:
        """Forget what was learned, and start with the decisions made from now on."""
        self._add(practice, kind, "", by, NewEvent(practice, by, "forgot", kind, _SUBJECT, after="matching as shipped"))

    def newest(self, practice: str, kind: Kind) -> KeptLesson | None:
        """The newest row, None when nothing was ever learned or reset."""
        with reading(self._engine) as connection:
            row = connection.execute(_newest_first(practice, kind).limit(1)).mappings().first()
        if row is None:
            return None
        return KeptLesson(row["id"], json.loads(row["content"] or "{}"), row["by"], row["at"])

    def reset_at(self, practice: str, kind: Kind) -> str:
        """When it was reset last, as UTC text; empty when it never was."""
        query = _newest_first(practice, kind).where(learned.c.content == "").limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return "" if row is None else str(row["at"])

    def history(self, practice: str, kind: Kind) -> pd.DataFrame:
        """All rows, newest first: index id, columns content (JSON text, empty for a reset), by, at (UTC text)."""
        with reading(self._engine) as connection:
            frame = pd.read_sql(_newest_first(practice, kind), connection, index_col="id")
        return frame[["content", "by", "at"]].astype("str")

    def _add(self, practice: str, kind: Kind, content: str, by: str, event: NewEvent | None) -> None:
        now = self._clock.now()
        row = {"practice": practice, "kind": str(kind), "content": content, "by": by, "at": utc_text(now)}
        with writing(self._engine) as connection:
            hold_log(connection, practice)
            connection.execute(insert(learned).values(**row))
            if event is not None:
                append_events(connection, [event], now)


def _newest_first(practice: str, kind: Kind) -> Select[Any]:
    mine = (learned.c.practice == practice) & (learned.c.kind == str(kind))
    return select(learned).where(mine).order_by(learned.c.id.desc())
