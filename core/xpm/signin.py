"""Signing in to Xero: the consent with PKCE, the choice of an account, and leaving again.

A consent may open several XPM accounts, or ledgers and headquarters beside it; the person chooses, nothing is taken
because it came first. A practice once connected stays with its XPM account until somebody says otherwise.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from core.model import Clock, OutsideFailed, PersonNeeded
from core.xpm.endpoints import Endpoints
from core.xpm.identity import Account, App, Grant, Identity
from core.xpm.keeper import ACCESS, REFRESH, NotConnected, TokenKeeper
from core.xpm.scopes import READ_ONLY_SCOPES, SCOPES, find_missing_scopes
from core.xpm.secrets import Secret, Vault
from core.xpm.tokens import Connection, ConnectionState, Consent, ConsentNeeded, TokenStore
from core.xpm.transport import Transport

__all__ = [
    "READ_ONLY_SCOPES",
    "SCOPES",
    "Account",
    "App",
    "Connection",
    "ConnectionState",
    "Consent",
    "ConsentNeeded",
    "ConsentRefused",
    "Farewell",
    "NoAccount",
    "NotConnected",
    "OtherPractice",
    "ScopesMissing",
    "SignIn",
    "TokenStore",
]

_CONSENT_LASTS = timedelta(minutes=10)
#: How long after the consent was asked for one of its accounts may be chosen.
CHOICE_LASTS = timedelta(hours=1)
_CONSENT = "consent"


class ConsentRefused(PersonNeeded):
    """The return from Xero's consent page is not one we can use."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This return from Xero cannot be used: {why}. Start again on the Connection page.")


class NoAccount(PersonNeeded):
    """The consent opened no XPM account."""

    def __init__(self) -> None:
        super().__init__(
            "Xero offered no Practice Manager account for this sign-in. The person who signs in needs the XPM right "
            "“Connect third-party add-ons” (staff record, Permissions, Practice Administration). "
            "Ask an XPM administrator for it, then connect again."
        )


class ScopesMissing(PersonNeeded):
    """The consent gave less than the product needs."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            f"The consent lacks {', '.join(missing)}. Connect again and leave every box of Xero's page ticked; "
            "if it stays so, the app's registration at Xero lacks these scopes."
        )


class OtherPractice(PersonNeeded):
    """The chosen account is not the one this practice's links and pushed time belong to."""

    def __init__(self, stored: str, chosen: str) -> None:
        super().__init__(
            f"This practice belongs to the XPM account {stored}, and {chosen} was chosen. Links and pushed time would "
            "be wrong there. Choose the former account, or set up a practice of its own for this one."
        )


@dataclass(frozen=True)
class Farewell:
    """What leaving achieved at Xero; our own tokens are gone in any case. `trouble` is empty when all was done."""

    connection_removed: bool
    token_revoked: bool
    trouble: str = ""


class SignIn(TokenKeeper):
    """One practice's sign-in. `new_token` makes random url-safe text of at least the given bytes."""

    def __init__(
        self,
        practice: str,
        app: App,
        endpoints: Endpoints,
        transport: Transport,
        store: TokenStore,
        vault: Vault,
        clock: Clock,
        new_token: Callable[[int], str] = secrets.token_urlsafe,
    ) -> None:
        super().__init__(practice, Identity(endpoints, app, transport), store, vault, clock, endpoints.realm)
        self._new_token = new_token

    def authorise_url(self, redirect_uri: str, scopes: str = SCOPES, *, asked_by: str) -> tuple[str, str]:
        """The address to send the browser to, and the state that must come back with it within ten minutes."""
        state, verifier = self._new_token(32), Secret(self._new_token(48))
        asked = {"verifier": verifier.reveal(), "redirect_uri": redirect_uri, "scopes": scopes}
        self._store.add_consent(Consent(state, self.practice, self._seal(asked), asked_by, self._clock.now()))
        return self._identity.consent_url(redirect_uri, scopes, state, verifier), state

    def complete(self, state: str, code: str, *, by: str) -> list[Account]:
        """The XPM accounts to choose among, after Xero sent the browser back; never empty.

        Raises ConsentRefused for a state that is unknown, used, too old or somebody else's, ScopesMissing, NoAccount,
        and what the sign-in service raises.
        """
        consent = self._check_consent(state, by)
        if not self._store.use_consent(state, self._clock.now()):
            raise ConsentRefused("it was used before")
        asked = json.loads(self._vault.open(consent.sealed, self.seal_context(_CONSENT)).reveal())
        grant = self._identity.exchange(Secret(code), asked["redirect_uri"], Secret(asked["verifier"]))
        if missing := find_missing_scopes(asked["scopes"], grant.scopes):
            raise ScopesMissing(missing)
        accounts = self._identity.list_accounts(grant.access_token)
        if not accounts:
            raise NoAccount
        offered = json.dumps([asdict(account) for account in accounts])
        self._store.offer_accounts(state, self._seal(self._pack(grant, asked["scopes"])), offered)
        return accounts

    def choose(self, state: str, tenant_id: str, *, by: str, replace_practice: bool = False) -> Connection:
        """Connect the practice to one of the offered accounts.

        Raises OtherPractice when the practice was connected to another account and `replace_practice` is not set,
        ConsentRefused when this account was not offered to this person.
        """
        consent = self._store.read_consent(state)
        if consent is None or consent.asked_by != by or not consent.offered or not consent.sealed:
            raise ConsentRefused("no choice is open for it")
        if self._clock.now() - consent.asked_at > CHOICE_LASTS:
            raise ConsentRefused("the choice of an account was left open for over an hour")
        account = next((Account(**one) for one in json.loads(consent.offered) if one["tenant_id"] == tenant_id), None)
        if account is None:
            raise ConsentRefused("this account was not offered")
        former = self._store.read_connection(self.practice)
        if former is not None and former.tenant_id not in ("", tenant_id) and not replace_practice:
            raise OtherPractice(former.tenant_name or former.tenant_id, account.name)
        packed = json.loads(self._vault.open(consent.sealed, self.seal_context(_CONSENT)).reveal())
        connection = self._connect(account, packed, by, former)
        self._store.offer_accounts(state, b"", consent.offered)
        return connection

    def disconnect(self) -> Farewell:
        """Leave XPM: remove the app from the practice, kill the refresh token, forget the tokens here.

        The tokens are forgotten even when Xero cannot be reached; `trouble` then says what to do by hand.
        """
        row = self.connection()
        if row is None or row.refresh_token is None:
            raise NotConnected(self.practice)
        removed = revoked = False
        trouble = ""
        try:
            self._identity.remove_connection(row.connection_id, self.access_token(timedelta(seconds=30)))
            removed = True
            self._identity.revoke(self._open(self._require(), REFRESH))
            revoked = True
        except (OutsideFailed, PersonNeeded) as error:
            trouble = f"{error} Remove the app in XPM under Connected apps."
        self._forget()
        return Farewell(removed, revoked, trouble)

    def _check_consent(self, state: str, by: str) -> Consent:
        consent = self._store.read_consent(state)
        if consent is None or consent.practice != self.practice or consent.asked_by != by:
            raise ConsentRefused("nobody here asked for it")
        if consent.used_at is not None:
            raise ConsentRefused("it was used before")
        if self._clock.now() - consent.asked_at > _CONSENT_LASTS:
            raise ConsentRefused("it came more than ten minutes after it was asked for")
        return consent

    def _connect(self, account: Account, packed: dict[str, Any], by: str, former: Connection | None) -> Connection:
        connection = Connection(
            state=ConnectionState.CONNECTED,
            tenant_id=account.tenant_id,
            tenant_name=account.name,
            connection_id=account.connection_id,
            scopes=packed["scopes"],
            access_token=self._vault.seal(packed["access"], self.seal_context(ACCESS)),
            refresh_token=self._vault.seal(packed["refresh"], self.seal_context(REFRESH)),
            access_expires_at=datetime.fromisoformat(packed["expires_at"]),
            refreshed_at=self._clock.now(),
            key_id=self._vault.key_id,
            connected_by=by,
            connected_at=self._clock.now(),
        )
        generation = former.generation if former else 0
        if not self._store.swap_connection(self.practice, connection, expected=generation):
            raise ConsentRefused("the connection was changed by somebody else meanwhile")
        return replace(connection, generation=generation + 1)

    def _forget(self) -> None:
        self.mark_state(ConnectionState.DISCONNECTED)
        row = self._store.read_connection(self.practice)
        if row is not None:
            empty = replace(row, access_token=None, refresh_token=None, former_refresh_token=None)
            self._store.swap_connection(self.practice, empty, expected=row.generation)

    def _pack(self, grant: Grant, asked: str) -> dict[str, str]:
        expires_at = self._clock.now() + timedelta(seconds=grant.lasts)
        return {
            "access": grant.access_token.reveal(),
            "refresh": grant.refresh_token.reveal(),
            "expires_at": expires_at.isoformat(),
            "scopes": grant.scopes or asked,
        }

    def _seal(self, content: dict[str, str]) -> bytes:
        return self._vault.seal(json.dumps(content), self.seal_context(_CONSENT))
