"""The activity log: who did what to which record, when, and what it was before. Append-only and hash-chained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Select, insert, select

from core.model import Clock, utc_text
from core.store.chains import first_broken, seal
from core.store.engine import fetch_rows, hold_lock, reading, writing
from core.store.tables import event

_PAGE = 5_000


@dataclass(frozen=True)
class NewEvent:
    """One thing that was done, in words a reader of the log understands."""

    practice: str
    actor: str
    verb: str
    subject_kind: str
    subject_id: str
    before: str = ""
    after: str = ""
    why: str = ""
    run: str = ""


def append_events(connection: Connection, events: Sequence[NewEvent], at: datetime) -> None:
    """Add events in the caller's transaction, so that a change and its event are kept or lost together.

    Holds the practice's log until the transaction ends; call it late.
    """
    for practice in sorted({new.practice for new in events}):
        _append(connection, practice, [new for new in events if new.practice == practice], utc_text(at))


def hold_log(connection: Connection, practice: str) -> None:
    """Be the only one to write to this practice's log until the transaction ends."""
    hold_lock(connection, "log", practice)


def _append(connection: Connection, practice: str, events: Sequence[NewEvent], at: str) -> None:
    hold_log(connection, practice)
    former = _last_hash(connection, practice)
    rows: list[dict[str, Any]] = []
    for new in events:
        row = {name: str(value) for name, value in asdict(new).items()} | {"at": at, "former_hash": former}
        former = row["hash"] = seal(former, row)
        rows.append(row)
    connection.execute(insert(event), rows)


def _last_hash(connection: Connection, practice: str) -> str:
    newest = select(event.c.hash).where(event.c.practice == practice).order_by(event.c.id.desc()).limit(1)
    return connection.execute(newest).scalar() or ""


class Events:
    """Reads and adds to the log."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(
        self,
        practice: str,
        actor: str,
        verb: str,
        subject_kind: str,
        subject_id: str,
        before: str = "",
        after: str = "",
        why: str = "",
        run: str = "",
    ) -> None:
        """Log one thing that was done outside of any other write."""
        new = NewEvent(practice, actor, verb, subject_kind, subject_id, before, after, why, run)
        self.add_all([new])

    def add_all(self, events: Sequence[NewEvent]) -> None:
        """Log several things at once, in this order."""
        with writing(self._engine) as connection:
            append_events(connection, events, self._clock.now())

    def list(self, practice: str, *, limit: int = 500, since: datetime | None = None, **equal: str) -> pd.DataFrame:
        """The newest events first. Index `id`; columns at, actor, verb, subject_kind, subject_id, before, after, why,
        run and hash, all text.

        `equal` narrows by any of actor, verb, subject_kind, subject_id and run.
        """
        query = select(event).where(event.c.practice == practice).order_by(event.c.id.desc()).limit(limit)
        for name, value in equal.items():
            query = query.where(event.c[name] == value)
        if since is not None:
            query = query.where(event.c.at >= utc_text(since))
        with reading(self._engine) as connection:
            frame = pd.read_sql(query, connection, index_col="id")
        return frame.drop(columns=["practice", "former_hash"])

    def verify_chain(self, practice: str) -> int | None:
        """The id of the first event that was altered or that follows a removed one; None when all are as written."""
        with reading(self._engine) as connection:
            return first_broken(_oldest_first(connection, practice))


def _oldest_first(connection: Connection, practice: str) -> Iterator[dict[str, Any]]:
    last = 0
    while page := fetch_rows(connection, _page_after(practice, last)):
        yield from page
        last = page[-1]["id"]


def _page_after(practice: str, last: int) -> Select[Any]:
    mine = select(event).where(event.c.practice == practice, event.c.id > last)
    return mine.order_by(event.c.id).limit(_PAGE)
