"""What the last matching of a kind left for the next decision, with the basis it was made from."""

from __future__ import annotations

from sqlalchemy import Engine, delete, insert, select

from core.model import Kind
from core.store.engine import hold_lock, reading, writing
from core.store.tables import candidate_set


class CandidateSets:
    """One set per practice and kind."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, practice: str, kind: Kind, basis: str, content: bytes) -> None:
        """Keep a set in the place of the former one. basis: a text that differs when the set would."""
        mine = (candidate_set.c.practice == practice) & (candidate_set.c.kind == str(kind))
        row = {"practice": practice, "kind": str(kind), "basis": basis, "content": content}
        with writing(self._engine) as connection:
            hold_lock(connection, "candidates", practice, kind)
            connection.execute(delete(candidate_set).where(mine))
            connection.execute(insert(candidate_set), row)

    def read(self, practice: str, kind: Kind, basis: str) -> bytes | None:
        """The set made from this basis; None when there is none, or only one made from another."""
        mine = (candidate_set.c.practice == practice) & (candidate_set.c.kind == str(kind))
        query = select(candidate_set.c.content).where(mine, candidate_set.c.basis == basis)
        with reading(self._engine) as connection:
            content = connection.execute(query).scalar()
        return None if content is None else bytes(content)

    def basis(self, practice: str, kind: Kind) -> str:
        """What the set was made from; empty when there is none."""
        mine = (candidate_set.c.practice == practice) & (candidate_set.c.kind == str(kind))
        with reading(self._engine) as connection:
            return connection.execute(select(candidate_set.c.basis).where(mine)).scalar() or ""
