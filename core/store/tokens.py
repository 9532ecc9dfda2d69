"""Connections to XPM and consents on their way. Tokens come and go as sealed bytes; nothing here can open them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select, update

from core.model import utc_text
from core.store.engine import fetch_rows, hold_lock, reading, writing
from core.store.tables import connection as connections
from core.store.tables import consent as consents

_INSTANTS = ("access_expires_at", "refreshed_at", "refreshing_since", "connected_at", "asked_at", "used_at")


class Tokens:
    """Rows by column name; instants are datetimes in UTC."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read_connection(self, practice: str) -> dict[str, Any] | None:
        """The connection's row as it stands, without `practice`; None when there never was one."""
        with reading(self._engine) as database:
            rows = fetch_rows(database, select(connections).where(connections.c.practice == practice))
        return _from_row(rows[0], leave_out="practice") if rows else None

    def find_practices(self, tenant_id: str) -> list[str]:
        """The practices that hold a sign-in to this XPM account, by id."""
        mine = (connections.c.tenant_id == tenant_id) & connections.c.refresh_token.is_not(None)
        with reading(self._engine) as database:
            return sorted(database.execute(select(connections.c.practice).where(mine)).scalars())

    def swap_connection(self, practice: str, row: Mapping[str, Any], *, expected: int) -> bool:
        """Write the row as generation `expected` + 1 if the stored generation is `expected`; False when it is not.

        No row counts as generation 0. Of several processes that swap at once one wins, the others get False.
        """
        values = {**_to_row(row), "practice": practice, "generation": expected + 1}
        with writing(self._engine) as database:
            hold_lock(database, "connection", practice)
            stored = database.execute(
                select(connections.c.generation).where(connections.c.practice == practice)
            ).scalar()
            if (stored or 0) != expected:
                return False
            if stored is None:
                database.execute(insert(connections).values(values))
            else:
                database.execute(update(connections).where(connections.c.practice == practice).values(values))
        return True

    def add_consent(self, row: Mapping[str, Any]) -> None:
        """Keep a new consent."""
        with writing(self._engine) as database:
            database.execute(insert(consents).values(_to_row(row)))

    def read_consent(self, state: str) -> dict[str, Any] | None:
        """The consent's row, used or not; None when this state was never given out."""
        with reading(self._engine) as database:
            rows = fetch_rows(database, select(consents).where(consents.c.state == state))
        return _from_row(rows[0]) if rows else None

    def use_consent(self, state: str, at: datetime) -> bool:
        """Mark the consent used; False when it is unknown or was used before."""
        unused = update(consents).where(consents.c.state == state, consents.c.used_at.is_(None))
        with writing(self._engine) as database:
            return database.execute(unused.values(used_at=utc_text(at))).rowcount == 1

    def forget_consents(self, practice: str, asked_before: datetime) -> int:
        """Drop what is sealed in the practice's consents of before then; how many held something.

        The rows stay, so that a state is never good for a second time.
        """
        mine = (consents.c.practice == practice) & (consents.c.verifier != b"")
        old = update(consents).where(mine, consents.c.asked_at < utc_text(asked_before))
        with writing(self._engine) as database:
            return database.execute(old.values(verifier=b"")).rowcount

    def change_consent(self, state: str, values: Mapping[str, Any]) -> None:
        """Write these columns of a consent."""
        with writing(self._engine) as database:
            database.execute(update(consents).where(consents.c.state == state).values(_to_row(values)))


def _to_row(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _to_cell(value) for name, value in values.items()}


def _to_cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc_text(value)
    return str(value) if isinstance(value, str) else value  # enums become plain text


def _from_row(row: Mapping[str, Any], leave_out: str = "") -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name != leave_out}
    for name in values.keys() & set(_INSTANTS):
        values[name] = None if values[name] is None else datetime.fromisoformat(values[name])
    return values
