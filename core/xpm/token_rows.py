"""The token store on top of plain rows: connections and consents to and from the columns a database keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from core.xpm.tokens import Connection, ConnectionState, Consent


class TokenTable(Protocol):
    """Rows by column name, as `core.store.tokens` keeps them; instants are datetimes."""

    def read_connection(self, practice: str) -> dict[str, Any] | None:
        """The row, or None when there never was one."""
        ...

    def swap_connection(self, practice: str, row: Mapping[str, Any], *, expected: int) -> bool:
        """Write the row if the stored generation is `expected`."""
        ...

    def add_consent(self, row: Mapping[str, Any]) -> None:
        """Keep a new consent."""
        ...

    def read_consent(self, state: str) -> dict[str, Any] | None:
        """The row, or None when this state was never given out."""
        ...

    def use_consent(self, state: str, at: datetime) -> bool:
        """Mark it used; False when it was before."""
        ...

    def change_consent(self, state: str, values: Mapping[str, Any]) -> None:
        """Write these columns."""
        ...


class TokenRows:
    """A `TokenStore` that keeps its rows in a table."""

    def __init__(self, table: TokenTable) -> None:
        self._table = table

    def read_connection(self, practice: str) -> Connection | None:
        """See `TokenStore.read_connection`."""
        row = self._table.read_connection(practice)
        return Connection(**{**row, "state": ConnectionState(row["state"])}) if row else None

    def swap_connection(self, practice: str, connection: Connection, *, expected: int) -> bool:
        """See `TokenStore.swap_connection`."""
        row = {**asdict(connection), "state": str(connection.state)}
        return self._table.swap_connection(practice, row, expected=expected)

    def add_consent(self, consent: Consent) -> None:
        """See `TokenStore.add_consent`."""
        row = asdict(consent)
        row["verifier"] = row.pop("sealed")
        self._table.add_consent(row)

    def read_consent(self, state: str) -> Consent | None:
        """See `TokenStore.read_consent`."""
        row = self._table.read_consent(state)
        if row is None:
            return None
        sealed = row.pop("verifier")
        return Consent(**{**row, "sealed": sealed, "offered": row["offered"] or ""})

    def use_consent(self, state: str, at: datetime) -> bool:
        """See `TokenStore.use_consent`."""
        return self._table.use_consent(state, at)

    def offer_accounts(self, state: str, sealed: bytes, offered: str) -> None:
        """See `TokenStore.offer_accounts`."""
        self._table.change_consent(state, {"verifier": sealed, "offered": offered})
