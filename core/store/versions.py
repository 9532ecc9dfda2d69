"""A short text that changes with every change of a practice's data, so that readers know when to look again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select

from core.store.engine import reading
from core.store.proposals import count_writes
from core.store.tables import (
    bundle_event,
    decision,
    event,
    hold_choice,
    job_draft,
    learned,
    pack,
    pack_event,
    practice,
    run,
    source_part,
)
from core.store.timers import PART

_COUNTED = (event, bundle_event, hold_choice)


class Versions:
    """Reads the version of a practice's data."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, practice_id: str) -> str:
        """Equal texts mean that nothing a page shows has changed; counting queries only, no table is read."""
        queries = [
            *(select(func.max(table.c.id)).where(table.c.practice == practice_id) for table in _COUNTED),
            select(func.max(source_part.c.read_at)).where(source_part.c.practice == practice_id),
            select(func.count()).where(source_part.c.practice == practice_id, source_part.c.complete),
            count_writes(practice_id),
            select(func.max(learned.c.id)).where(learned.c.practice == practice_id),
            select(func.max(run.c.ended_at)).where(run.c.practice == practice_id),
            select(func.max(job_draft.c.changed_at)).where(job_draft.c.practice == practice_id),
            select(func.max(pack.c.changed_at)).where(pack.c.practice == practice_id),
            select(func.max(pack_event.c.id)).where(pack_event.c.practice == practice_id),
            select(practice.c.settings).where(practice.c.id == practice_id),
        ]
        return self._join(queries)

    def read_sources(self, practice_id: str) -> str:
        """Changes when either side was read anew; decisions, proposals and pushes leave it as it is."""
        mine = source_part.c.practice == practice_id
        return self._join([select(func.max(source_part.c.read_at)).where(mine), select(func.count()).where(mine)])

    def read_side(self, practice_id: str, side: str) -> str:
        """Changes whenever a part of the side was read, whole or not; nothing but such reads writes its frames, save
        for time captured here: see `read_captured`.
        """
        mine = (source_part.c.practice == practice_id) & (source_part.c.side == side)
        return self._read_parts(mine & (source_part.c.part != PART))

    def read_captured(self, practice_id: str) -> str:
        """Changes with every entry captured here, and so with the local actual times between two loads."""
        mine = (source_part.c.practice == practice_id) & (source_part.c.side == "local")
        return self._read_parts(mine & (source_part.c.part == PART))

    def read_time(self, practice_id: str) -> str:
        """Changes with everything that the standing of an actual time depends on, beside the date."""
        queries = [select(func.max(table.c.id)).where(table.c.practice == practice_id) for table in _COUNTED]
        settings = select(practice.c.settings).where(practice.c.id == practice_id)
        return f"{self._join([*queries, settings])}|{self._read_parts(source_part.c.practice == practice_id)}"

    def _read_parts(self, which: ColumnElement[bool]) -> str:
        names = ("side", "part", "complete", "rows", "read_at", "cursor", "error")
        query = select(*(source_part.c[name] for name in names)).where(which)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(source_part.c.side, source_part.c.part)).all()
        return "|".join(str(tuple(row)) for row in rows)

    def read_decisions(self, practice_id: str) -> str:
        """Changes with every decision about a link."""
        return self._join([select(func.max(decision.c.id)).where(decision.c.practice == practice_id)])

    def read_ledger(self, practice_id: str) -> str:
        """Changes with the ledger and with what was said of held entries."""
        counted = (bundle_event, hold_choice)
        return self._join([select(func.max(table.c.id)).where(table.c.practice == practice_id) for table in counted])

    def _join(self, queries: Sequence[Select[Any]]) -> str:
        # One statement for all: every page asks at every rerun.
        together = select(*(query.scalar_subquery() for query in queries))
        with reading(self._engine) as connection:
            return "|".join(map(str, connection.execute(together).one()))
