"""Packs of documents and what was done with them, kept so that nothing is handed over twice by mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, and_, func, insert, select, update

from core.model import Clock, PersonNeeded, TieoutError, utc_text
from core.store.engine import fetch_rows, reading, writing
from core.store.tables import pack, pack_event


class PackMovedOn(PersonNeeded):
    """The pack was changed, or handed over, since this page showed it."""

    def __init__(self) -> None:
        super().__init__("The pack was changed elsewhere meanwhile. Nothing was done; look at it again.")


class NoSuchPack(TieoutError):
    """No pack of this id, or it belongs to another practice."""

    def __init__(self, pack_id: str) -> None:
        super().__init__(f"There is no pack {pack_id!r}. Choose one from the list on Documents.")


@dataclass(frozen=True)
class StoredPack:
    """One pack. `state` is a core.jobs.packs.PackState; `content` is JSON; `draft` the job draft that belongs to it."""

    id: str
    state: str
    revision: int
    content: str
    draft: str
    job: str
    made_by: str
    made_at: str
    changed_at: str
    run: str


@dataclass(frozen=True)
class NewPackEvent:
    """One thing that was done with a pack.

    `what` is download, mail, job or attach; `outcome` is begun, done, refused or in doubt; `facts` are for who looks
    closer, such as the Message-ID of a mail.
    """

    actor: str
    what: str
    outcome: str
    words: str
    facts: Mapping[str, Any]


class Packs:
    """Packs of one practice at a time; every method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def create(self, practice: str, pack_id: str, content: str, by: str) -> StoredPack:
        """A new pack, being put together."""
        now = utc_text(self._clock.now())
        row = {"id": pack_id, "practice": practice, "state": "draft", "revision": 1, "content": content}
        with writing(self._engine) as connection:
            connection.execute(insert(pack).values(**row, made_by=by, made_at=now, changed_at=now))
        return self.get(practice, pack_id)

    def get(self, practice: str, pack_id: str) -> StoredPack:
        """The pack as it stands. Raises NoSuchPack."""
        with reading(self._engine) as connection:
            return _get(connection, practice, pack_id)

    def list_packs(self, practice: str, *, states: Sequence[str] = ()) -> pd.DataFrame:
        """All packs but discarded ones, last changed first; index id, columns those of StoredPack.

        `states` narrows to these.
        """
        mine = (pack.c.practice == practice) & (pack.c.state != "discarded")
        query = select(pack).where(mine, *([pack.c.state.in_(states)] if states else []))
        with reading(self._engine) as connection:
            return pd.read_sql(query.order_by(pack.c.changed_at.desc(), pack.c.id), connection, index_col="id")

    def of_draft(self, practice: str, draft: str) -> StoredPack | None:
        """The pack that a job draft belongs to; None when it belongs to none."""
        query = select(pack.c.id).where(pack.c.practice == practice, pack.c.draft == draft, pack.c.state != "discarded")
        with reading(self._engine) as connection:
            found = connection.execute(query).scalar()
            return _get(connection, practice, found) if found else None

    def save(self, practice: str, pack_id: str, revision: int, *, states: Sequence[str], **values: Any) -> StoredPack:
        """Change columns of a pack that still has this revision and one of these states. Raises PackMovedOn."""
        holds = and_(pack.c.revision == revision, pack.c.state.in_(states))
        with writing(self._engine) as connection:
            self._change(connection, practice, pack_id, holds, {**values, "revision": revision + 1})
            return _get(connection, practice, pack_id)

    def note_run(self, practice: str, pack_id: str, revision: int, run: str) -> None:
        """Note the run that shall hand over what has this revision. Raises PackMovedOn."""
        with writing(self._engine) as connection:
            self._change(connection, practice, pack_id, pack.c.revision == revision, {"run": run})

    def move(
        self,
        practice: str,
        pack_id: str,
        to: str,
        new: NewPackEvent,
        *,
        frm: Sequence[str],
        revision: int | None = None,
        **values: str,
    ) -> None:
        """Change the state if it is one of `frm`, and write down why, both or neither. Raises PackMovedOn.

        revision: the pack must still have it. `to` empty: back to delivered when it ever was, else to draft.
        """
        holds: ColumnElement[bool] = pack.c.state.in_(frm)
        if revision is not None:
            holds = and_(holds, pack.c.revision == revision)
        with writing(self._engine) as connection:
            state = to or _state_before(connection, practice, pack_id)
            self._change(connection, practice, pack_id, holds, {**values, "state": state})
            self._add(connection, practice, pack_id, new)

    def note(self, practice: str, pack_id: str, new: NewPackEvent, **values: str) -> None:
        """Write down what was done, and change columns with it; the state stays."""
        with writing(self._engine) as connection:
            self._add(connection, practice, pack_id, new)
            if values:
                self._change(connection, practice, pack_id, pack.c.id == pack_id, dict(values))

    def history(self, practice: str, pack_id: str) -> pd.DataFrame:
        """What was done with a pack, oldest first; index id, columns at, actor, what, outcome, words, facts."""
        mine = and_(pack_event.c.practice == practice, pack_event.c.pack == pack_id)
        with reading(self._engine) as connection:
            rows = fetch_rows(connection, select(pack_event).where(mine).order_by(pack_event.c.id))
        columns = ["id", "at", "actor", "what", "outcome", "words", "facts"]
        found = [{**row, "facts": json.loads(row["content"])} for row in rows]
        return pd.DataFrame(found, columns=columns).set_index("id")

    def _change(
        self,
        connection: Connection,
        practice: str,
        pack_id: str,
        holds: ColumnElement[bool],
        values: Mapping[str, Any],
    ) -> None:
        this = and_(pack.c.practice == practice, pack.c.id == pack_id, holds)
        now = utc_text(self._clock.now())
        if connection.execute(update(pack).where(this).values(**values, changed_at=now)).rowcount != 1:
            raise PackMovedOn

    def _add(self, connection: Connection, practice: str, pack_id: str, new: NewPackEvent) -> None:
        row = {"practice": practice, "pack": pack_id, "at": utc_text(self._clock.now()), "actor": new.actor}
        row |= {"what": new.what, "outcome": new.outcome, "words": new.words}
        facts = json.dumps(dict(new.facts), ensure_ascii=False, sort_keys=True)
        connection.execute(insert(pack_event).values(**row, content=facts))


def _get(connection: Connection, practice: str, pack_id: str) -> StoredPack:
    query = select(pack).where(pack.c.practice == practice, pack.c.id == pack_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NoSuchPack(pack_id)
    return StoredPack(**{name: row[name] for name in StoredPack.__dataclass_fields__})


def _state_before(connection: Connection, practice: str, pack_id: str) -> str:
    """Where a pack stands when its mail did not go: somebody may have it from an earlier time."""
    handed = pack_event.c.what.in_(("download", "mail")) & (pack_event.c.outcome == "done")
    mine = and_(pack_event.c.practice == practice, pack_event.c.pack == pack_id, handed)
    found = connection.execute(select(func.count()).select_from(pack_event).where(mine)).scalar()
    return "delivered" if found else "draft"
