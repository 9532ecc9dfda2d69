"""What is kept of a connection to XPM, and the Protocol of the store that keeps it.

The store keeps sealed bytes and never sees a token; `core.xpm.secrets` seals and opens them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.model import PersonNeeded


class ConsentNeeded(PersonNeeded):
    """Xero accepts neither the access token nor any refresh token: a person has to sign in again."""

    def __init__(self, name: str, maker: str) -> None:
        made = f", made by {maker}," if maker else ""
        super().__init__(
            f"Xero no longer accepts the connection to {name}{made} and everything queued waits. "
            "Connect again on the Connection page."
        )


class ConnectionState(StrEnum):
    """Whether XPM can be called for a practice."""

    CONNECTED = "connected"
    NEEDS_CONSENT = "needs_consent"
    LOST_RIGHT = "lost_right"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True)
class Connection:
    """One practice's connection; the three token fields are sealed bytes, None when there is none.

    `refreshing_since` is set while a process asks for new tokens. `generation` grows by one with every write, so a
    process can tell that another one was faster.
    """

    state: ConnectionState
    tenant_id: str = ""
    tenant_name: str = ""
    connection_id: str = ""
    scopes: str = ""
    access_token: bytes | None = field(default=None, repr=False)
    refresh_token: bytes | None = field(default=None, repr=False)
    former_refresh_token: bytes | None = field(default=None, repr=False)
    access_expires_at: datetime | None = None
    refreshed_at: datetime | None = None
    refreshing_since: datetime | None = None
    generation: int = 0
    key_id: str = ""
    connected_by: str = ""
    connected_at: datetime | None = None


@dataclass(frozen=True)
class Consent:
    """One trip to Xero's consent page. `sealed` (column `verifier`) holds first the PKCE verifier, then the tokens

    while the person chooses an account. `offered` is the JSON list of those accounts, empty before the return.
    """

    state: str
    practice: str
    sealed: bytes = field(repr=False)
    asked_by: str
    asked_at: datetime
    used_at: datetime | None = None
    offered: str = ""


class TokenStore(Protocol):
    """Keeps connections and consents; each method is one transaction."""

    def read_connection(self, practice: str) -> Connection | None:
        """The row as it stands now, or None when the practice was never connected."""
        ...

    def swap_connection(self, practice: str, connection: Connection, *, expected: int) -> bool:
        """Write the whole row with generation `expected` + 1 if the stored generation is `expected`, else False.

        No row counts as generation 0. `connection.generation` is not looked at.
        """
        ...

    def add_consent(self, consent: Consent) -> None:
        """Keep a new consent; its state is random and therefore new."""
        ...

    def read_consent(self, state: str) -> Consent | None:
        """The consent of this state, used or not, or None."""
        ...

    def use_consent(self, state: str, at: datetime) -> bool:
        """Mark the consent used if it was not; False when it is unknown or was used before."""
        ...

    def offer_accounts(self, state: str, sealed: bytes, offered: str) -> None:
        """Replace the sealed bytes and the offered accounts of a used consent."""
        ...
