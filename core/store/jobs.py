"""Job drafts and the steps of their creation, kept so that a refresh, a restart or a crash loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.engine import RowMapping

from core.model import Clock, PersonNeeded, TieoutError, utc_text
from core.store.engine import reading, writing
from core.store.tables import job_draft, job_step


class DraftMovedOn(PersonNeeded):
    """The draft was changed elsewhere since this page showed it."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(
            f"The job draft {draft_id!r} was changed elsewhere meanwhile. Nothing was saved; open it again."
        )


class NoSuchDraft(TieoutError):
    """No draft of this id, or it belongs to another practice."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"There is no job draft {draft_id!r}. Choose one from the list on Jobs.")


@dataclass(frozen=True)
class StoredDraft:
    """One draft. `state` is draft, queued, creating, created, incomplete or discarded; `content` is JSON."""

    id: str
    state: str
    revision: int
    reference: str
    content: str
    job: str
    made_by: str
    changed_at: str
    run: str


class JobDrafts:
    """Drafts of one practice at a time."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def create(self, practice: str, draft_id: str, reference: str, content: str, by: str) -> StoredDraft:
        """A new draft; the reference is unique within the practice."""
        now = utc_text(self._clock.now())
        row = {"id": draft_id, "practice": practice, "state": "draft", "revision": 1, "reference": reference}
        row |= {"content": content, "made_by": by, "made_at": now, "changed_at": now}
        with writing(self._engine) as connection:
            connection.execute(insert(job_draft).values(**row))
        return self.get(practice, draft_id)

    def get(self, practice: str, draft_id: str) -> StoredDraft:
        """The draft as it stands; raises NoSuchDraft."""
        query = select(job_draft).where(job_draft.c.practice == practice, job_draft.c.id == draft_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NoSuchDraft(draft_id)
        return StoredDraft(**{name: row[name] for name in StoredDraft.__dataclass_fields__})

    def list_drafts(self, practice: str) -> pd.DataFrame:
        """All drafts but discarded ones, last changed first; index id, columns those of StoredDraft."""
        mine = (job_draft.c.practice == practice) & (job_draft.c.state != "discarded")
        query = select(job_draft).where(mine).order_by(job_draft.c.changed_at.desc())
        with reading(self._engine) as connection:
            return pd.read_sql(query, connection, index_col="id")

    def save(self, practice: str, draft_id: str, content: str, revision: int) -> StoredDraft:
        """Replace the content of a draft that still has this revision and is not being created; raises DraftMovedOn."""
        editable = job_draft.c.state.in_(("draft", "incomplete"))
        values = {"content": content, "revision": revision + 1}
        self._change(practice, draft_id, editable & (job_draft.c.revision == revision), values)
        return self.get(practice, draft_id)

    def move(self, practice: str, draft_id: str, to: str, *, frm: Sequence[str], **values: str) -> StoredDraft:
        """Change the state if it is one of `frm`, and `job` or `run` with it; raises DraftMovedOn."""
        self._change(practice, draft_id, job_draft.c.state.in_(tuple(frm)), {"state": to, **values})
        return self.get(practice, draft_id)

    def _change(self, practice: str, draft_id: str, condition: Any, values: dict[str, Any]) -> None:
        mine = (job_draft.c.practice == practice) & (job_draft.c.id == draft_id) & condition
        with writing(self._engine) as connection:
            done = connection.execute(
                update(job_draft).where(mine).values(**values, changed_at=utc_text(self._clock.now()))
            )
        if done.rowcount != 1:
            raise DraftMovedOn(draft_id)

    def read_steps(self, draft_id: str) -> list[RowMapping]:
        """The steps of a creation in order; empty before it began."""
        query = select(job_step).where(job_step.c.draft == draft_id).order_by(job_step.c.n)
        with reading(self._engine) as connection:
            return list(connection.execute(query).mappings())

    def add_steps(self, rows: Sequence[dict[str, Any]], done: tuple[str, int] | None) -> None:
        """Add steps, and mark step `done` (draft, n) as done, both or neither."""
        now = utc_text(self._clock.now())
        with writing(self._engine) as connection:
            if rows:
                connection.execute(insert(job_step), [{**row, "changed_at": now} for row in rows])
            if done is not None:
                one = (job_step.c.draft == done[0]) & (job_step.c.n == done[1])
                connection.execute(update(job_step).where(one).values(state="done", changed_at=now))

    def move_step(self, draft_id: str, n: int, from_state: str, values: Callable[[RowMapping], dict[str, Any]]) -> bool:
        """Change a step still in `from_state`; `values` makes the new columns from the row. False if it moved."""
        one = (job_step.c.draft == draft_id) & (job_step.c.n == n)
        with writing(self._engine) as connection:
            row = connection.execute(select(job_step).where(one)).mappings().one()
            if row["state"] != from_state:
                return False
            changed = values(row) | {"changed_at": utc_text(self._clock.now())}
            connection.execute(update(job_step).where(one).values(**changed))
        return True
