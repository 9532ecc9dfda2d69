"""Batches of jobs: what was asked for together, kept with one row per job."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Engine, Integer, case, func, insert, select, update

from core.model import Clock, TieoutError, utc_text
from core.store.engine import fetch_rows, hold_lock, reading, writing
from core.store.tables import job_batch, job_draft, job_step

_AT_ONCE = 400


class NoSuchBatch(TieoutError):
    """No batch of this id, or it belongs to another practice."""

    def __init__(self, batch_id: str) -> None:
        super().__init__(f"There is no batch of jobs {batch_id!r}. Choose one from the list on Jobs.")


@dataclass(frozen=True)
class StoredBatch:
    """One batch. `rows` are its rows as they were planned: draft (empty when unusable), line, verdict, job, words."""

    id: str
    name: str
    rows: tuple[Mapping[str, Any], ...]
    made_by: str
    made_at: str
    run: str

    @property
    def drafts(self) -> list[str]:
        """The drafts whose jobs the batch creates, in order."""
        return [row["draft"] for row in self.rows if row["verdict"] == "create"]


class JobBatches:
    """Batches of one practice at a time."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def make(
        self, practice: str, batch: StoredBatch, drafts: Sequence[Mapping[str, Any]], *, common: Mapping[str, Any]
    ) -> StoredBatch:
        """Keep a batch with its drafts, all or nothing; drafts and a batch of this id that are there already stay.

        Of a batch that is there, a row that was not to be created then and is now is taken as it is planned now.

        drafts: rows of new drafts (id, reference, content); common: what the batch's jobs have in common, as JSON.
        """
        now = utc_text(self._clock.now())
        content = json.dumps({"rows": list(batch.rows), "common": dict(common)}, ensure_ascii=False, default=str)
        row = {"id": batch.id, "practice": practice, "name": batch.name, "content": content}
        fresh = {"practice": practice, "state": "draft", "revision": 1, "made_by": batch.made_by, "made_at": now}
        with writing(self._engine) as connection:
            hold_lock(connection, "job drafts", practice)
            known = fetch_rows(connection, select(job_batch.c.content).where(job_batch.c.id == batch.id))
            if known:
                joined = _join_rows(json.loads(known[0]["content"]), batch.rows)
                connection.execute(update(job_batch).where(job_batch.c.id == batch.id).values(content=joined))
            else:
                connection.execute(insert(job_batch).values(**row, made_by=batch.made_by, made_at=now))
            for at in range(0, len(drafts), _AT_ONCE):
                part = drafts[at : at + _AT_ONCE]
                asked = select(job_draft.c.id).where(job_draft.c.id.in_([one["id"] for one in part]))
                there = {one["id"] for one in fetch_rows(connection, asked)}
                new = [{**fresh, **one, "batch": batch.id, "changed_at": now} for one in part if one["id"] not in there]
                if new:
                    connection.execute(insert(job_draft), new)
        return self.get(practice, batch.id)

    def get(self, practice: str, batch_id: str) -> StoredBatch:
        """One batch; raises NoSuchBatch."""
        query = select(job_batch).where(job_batch.c.practice == practice, job_batch.c.id == batch_id)
        with reading(self._engine) as connection:
            rows = fetch_rows(connection, query)
        if not rows:
            raise NoSuchBatch(batch_id)
        return _read(rows[0])

    def list(self, practice: str, limit: int = 50) -> list[StoredBatch]:
        """The newest batches first."""
        query = select(job_batch).where(job_batch.c.practice == practice)
        with reading(self._engine) as connection:
            found = fetch_rows(connection, query.order_by(job_batch.c.made_at.desc(), job_batch.c.id).limit(limit))
        return [_read(row) for row in found]

    def note_run(self, practice: str, batch_id: str, run: str) -> None:
        """Which run carries the batch out now."""
        mine = (job_batch.c.practice == practice, job_batch.c.id == batch_id)
        with writing(self._engine) as connection:
            connection.execute(update(job_batch).where(*mine).values(run=run))

    def outcomes(self, practice: str, drafts: Sequence[str]) -> pd.DataFrame:
        """How each of these drafts stands: index draft id; state, job, run, content, steps, done, words.

        `words` are those of the first step that is not done.
        """
        parts = [self._read_outcomes(practice, drafts[at : at + _AT_ONCE]) for at in range(0, len(drafts), _AT_ONCE)]
        columns = ["id", "state", "job", "run", "content", "steps", "done", "words"]
        frame = pd.DataFrame([row for part in parts for row in part], columns=columns)
        return frame.set_index("id").reindex([one for one in drafts if one in set(frame["id"])])

    def _read_outcomes(self, practice: str, drafts: Sequence[str]) -> Sequence[dict[str, Any]]:
        is_done = job_step.c.state == "done"
        mine = (job_step.c.practice == practice, job_step.c.draft.in_(drafts))
        done = func.sum(case((is_done, 1), else_=0), type_=Integer)
        first = func.min(case((is_done, None), else_=job_step.c.n))
        counted = select(job_step.c.draft, func.count().label("steps"), done.label("done"), first.label("first"))
        sums = counted.where(*mine).group_by(job_step.c.draft).subquery()
        columns = [job_draft.c[name] for name in ("id", "state", "job", "run", "content")]
        words = func.coalesce(job_step.c.xpm_words, "").label("words")
        numbers = [func.coalesce(sums.c[name], 0).label(name) for name in ("steps", "done")]
        joined = job_draft.outerjoin(sums, sums.c.draft == job_draft.c.id).outerjoin(
            job_step, (job_step.c.draft == sums.c.draft) & (job_step.c.n == sums.c.first)
        )
        query = select(*columns, *numbers, words).select_from(joined)
        with reading(self._engine) as connection:
            return fetch_rows(connection, query.where(job_draft.c.practice == practice, job_draft.c.id.in_(drafts)))


def _read(row: Mapping[str, Any]) -> StoredBatch:
    rows = tuple(json.loads(row["content"])["rows"])
    return StoredBatch(row["id"], row["name"], rows, row["made_by"], row["made_at"], row["run"])


def _join_rows(content: Mapping[str, Any], planned: Sequence[Mapping[str, Any]]) -> str:
    """A kept batch's content with the rows that became possible since; what was to be created then stays so.

    A batch's id tells its rows and their order, so both lists name the same jobs place by place.
    """
    pairs = zip(content["rows"], planned, strict=True)
    rows = [now if now["verdict"] == "create" != kept["verdict"] else kept for kept, now in pairs]
    return json.dumps({**content, "rows": rows}, ensure_ascii=False, default=str)
