"""The sample of each kind that is being checked: one row, kept in the table of candidate sets under a name of its own.

Whoever writes says which state they saw: of two tabs the first wins, and the second looks again.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, delete, insert, select

from core.model import Kind, PersonNeeded
from core.store.engine import hold_lock, reading, writing
from core.store.tables import candidate_set


class SampleMovedOn(PersonNeeded):
    """Somebody else went on with the sample since this person looked."""

    def __init__(self) -> None:
        super().__init__("Somebody went on with this sample meanwhile, perhaps in another tab. Look at it again.")


class Samples:
    """At most one open sample per practice and kind, as a text of JSON."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, practice: str, kind: Kind) -> str:
        """The open sample; empty when there is none."""
        with reading(self._engine) as connection:
            return _read(connection, practice, kind)

    def write(self, practice: str, kind: Kind, content: str, seen: str) -> None:
        """Put this sample in the place of the one seen, both empty for none. Raises SampleMovedOn."""
        mine = (candidate_set.c.practice == practice) & (candidate_set.c.kind == _name(kind))
        row = {"practice": practice, "kind": _name(kind), "basis": "", "content": content.encode()}
        with writing(self._engine) as connection:
            hold_lock(connection, "sample", practice, kind)
            if _read(connection, practice, kind) != seen:
                raise SampleMovedOn
            connection.execute(delete(candidate_set).where(mine))
            if content:
                connection.execute(insert(candidate_set), row)


def _read(connection: Connection, practice: str, kind: Kind) -> str:
    mine = (candidate_set.c.practice == practice) & (candidate_set.c.kind == _name(kind))
    content = connection.execute(select(candidate_set.c.content).where(mine)).scalar()
    return "" if content is None else bytes(content).decode()


def _name(kind: Kind) -> str:
    return f"{kind} sample"
