"""A short text that changes with every change of a practice's data, so that readers know when to look again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Select, func, select

from core.store.engine import reading
from core.store.tables import bundle_event, event, hold_choice, job_draft, practice, proposal, run, source_part


class Versions:
    """Reads the version of a practice's data."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, practice_id: str) -> str:
        """Equal texts mean that nothing a page shows has changed; counting queries only, no table is read."""
        counted = (event, bundle_event, hold_choice)
        queries = [
            *(select(func.max(table.c.id)).where(table.c.practice == practice_id) for table in counted),
            select(func.max(source_part.c.read_at)).where(source_part.c.practice == practice_id),
            select(func.count()).where(source_part.c.practice == practice_id, source_part.c.complete),
            select(func.count()).where(proposal.c.practice == practice_id),
            select(func.max(run.c.ended_at)).where(run.c.practice == practice_id),
            select(func.max(job_draft.c.changed_at)).where(job_draft.c.practice == practice_id),
            select(practice.c.settings).where(practice.c.id == practice_id),
        ]
        return self._join(queries)

    def read_sources(self, practice_id: str) -> str:
        """Changes when either side was read anew; decisions, proposals and pushes leave it as it is."""
        mine = source_part.c.practice == practice_id
        return self._join([select(func.max(source_part.c.read_at)).where(mine), select(func.count()).where(mine)])

    def read_ledger(self, practice_id: str) -> str:
        """Changes with the ledger and with what was said of held entries."""
        counted = (bundle_event, hold_choice)
        return self._join([select(func.max(table.c.id)).where(table.c.practice == practice_id) for table in counted])

    def _join(self, queries: Sequence[Select[Any]]) -> str:
        with reading(self._engine) as connection:
            return "|".join(str(connection.execute(query).scalar()) for query in queries)
