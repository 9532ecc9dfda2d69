"""The connection to XPM: consent, the choice of an account, the meter of calls, and the client everything else uses."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from core.model import TieoutError, utc_text
from core.workspace.leaving import Stakes, check_idle, count_stakes, forget_account
from core.xpm.client import XpmClient
from core.xpm.counted_gate import CountedGate
from core.xpm.endpoints import XERO, Endpoints, sandbox_endpoints
from core.xpm.gate import Limits, Meter
from core.xpm.identity import Account, App
from core.xpm.secrets import Secret, load_vault
from core.xpm.signin import CHOICE_LASTS, Farewell, SignIn
from core.xpm.token_rows import TokenRows
from core.xpm.tokens import Connection, ConnectionState
from core.xpm.transport import HttpTransport

if TYPE_CHECKING:
    from core.workspace import Workspace


__all__ = ["Account", "Connecting", "ConnectionView", "NoClientId", "Stakes"]


class NoClientId(TieoutError):
    """The installation is not registered at Xero yet."""

    def __init__(self) -> None:
        super().__init__(
            "No XPM app is set up on this installation. Register one at Xero, then set TIEOUT_CLIENT_ID (and "
            "TIEOUT_CLIENT_SECRET for a confidential app) and start again."
        )


@dataclass(frozen=True)
class ConnectionView:
    """What people may see of a connection; `state` is empty when the practice was never connected.

    `connected_at` is UTC text, empty when never connected; `scopes` are Xero's names of what was granted.
    """

    state: str
    tenant_id: str
    tenant_name: str
    connected_by: str
    connected_at: str
    is_sandbox: bool
    scopes: str = ""

    @property
    def is_connected(self) -> bool:
        """Whether XPM can be called."""
        return self.state == ConnectionState.CONNECTED

    @property
    def is_away(self) -> bool:
        """Whether somebody left XPM, or nobody ever connected; a sign-in that broke by itself is neither."""
        return self.state in ("", ConnectionState.DISCONNECTED)


class Connecting:
    """One practice's connection."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    @cached_property
    def _endpoints(self) -> Endpoints:
        settings = self._ws.settings
        if not settings.is_sandbox:
            return XERO
        root = settings.xpm_url.split("/practicemanager/")[0]
        identity = settings.identity_url or f"{root}/identity"
        return sandbox_endpoints(settings.xpm_url, identity, settings.connections_url or f"{root}/connections")

    @cached_property
    def _transport(self) -> HttpTransport:
        return HttpTransport(self._endpoints, self._ws.clock)

    @cached_property
    def gate(self) -> CountedGate:
        """The gate shared by all processes of this installation.

        XPM's documented limits hold unless the practice's settings say otherwise, under `limits` of `xpm`.
        """
        settings = self._ws.practice.settings
        given = dict(settings.xpm.get("limits", {}))
        if settings.reserve is not None:
            given |= {"reserve_floor": settings.reserve, "reserve_share": 0.0}
        limits = Limits(**{"per_day": settings.day_limit} | given)
        return CountedGate(self._ws.store.gate, limits)

    @cached_property
    def signin(self) -> SignIn:
        """The sign-in of this practice. Raises NoClientId when the installation has no app."""
        settings = self._ws.settings
        if not settings.client_id:
            raise NoClientId
        secret = settings.client_secret.get_secret_value()
        app = App(settings.client_id, Secret(secret) if secret else None)
        vault = load_vault(os.environ, settings.data_dir)
        tokens = TokenRows(self._ws.store.tokens)
        return SignIn(self._ws.practice_id, app, self._endpoints, self._transport, tokens, vault, self._ws.clock)

    def view(self) -> ConnectionView:
        """The connection as people may see it."""
        row = TokenRows(self._ws.store.tokens).read_connection(self._ws.practice_id)
        is_sandbox = self._ws.settings.is_sandbox
        if row is None:
            return ConnectionView("", "", "", "", "", is_sandbox)
        at = utc_text(row.connected_at) if row.connected_at else ""
        names = (row.tenant_id, row.tenant_name, row.connected_by)
        return ConnectionView(str(row.state), *names, at, is_sandbox, row.scopes)

    def meter(self) -> Meter:
        """How much of XPM's limits is used; of no tenant when the practice is not connected."""
        return self.gate.meter(self.view().tenant_id)

    def client(self, patience: float = 90.0) -> XpmClient:
        """The client of the connected account; its calls raise NotConnected or ConsentNeeded when there is none.

        `patience`: the most seconds one call waits for XPM's limits.
        """
        tenant_id = self.view().tenant_id
        mode = self._ws.settings.xpm_mode
        return XpmClient(
            self._transport,
            self.gate,
            self.signin,
            tenant_id,
            mode=mode,
            clock=self._ws.clock,
            endpoints=self._endpoints,
            patience=patience,
        )

    def consent_url(self) -> str:
        """Where to send the browser; the return comes to the settings' redirect address.

        Sign-ins that nobody finished are forgotten with their tokens.
        """
        self._ws.store.tokens.forget_consents(self._ws.practice_id, self._ws.clock.now() - CHOICE_LASTS)
        url, _state = self.signin.authorise_url(self._ws.settings.redirect_uri, asked_by=self._ws.actor)
        return url

    def complete(self, state: str, code: str) -> list[Account]:
        """The accounts to choose among after the browser came back; none when there was no choice and it is connected.

        A single account is connected at once, unless the practice was connected to another one before.
        """
        accounts = self.signin.complete(state, code, by=self._ws.actor)
        if len(accounts) > 1 or self.view().tenant_id not in ("", accounts[0].tenant_id):
            return accounts
        self.choose(state, accounts[0].tenant_id)
        return []

    def offered(self, state: str) -> list[Account]:
        """The accounts a consent opened, while the person chooses among them; empty when no choice is open."""
        consent = TokenRows(self._ws.store.tokens).read_consent(state) if state else None
        if consent is None or consent.practice != self._ws.practice_id or not consent.sealed:
            return []
        if self._ws.clock.now() - consent.asked_at > CHOICE_LASTS:
            return []
        return [Account(**one) for one in json.loads(consent.offered or "[]")]

    def choose(self, state: str, tenant_id: str, *, move: bool = False) -> Connection:
        """Connect to one of the offered accounts, and log it.

        Raises OtherPractice for another account than before, unless a person wants to `move` and nothing of the
        practice is in XPM yet: then its links are opened again. Raises RunsUnderWay while a run has the former one.
        """
        former = self.view()
        moves = move and former.tenant_id not in ("", tenant_id) and self.stakes().may_move
        if moves:
            check_idle(self._ws)
        connection = self.signin.choose(state, tenant_id, by=self._ws.actor, replace_practice=moves)
        if moves:
            opened = forget_account(self._ws, former.tenant_name, connection.tenant_name)
            self._log("moved", connection.tenant_name, before=former.tenant_name, why=f"{opened} links opened again")
        self._log("connected", connection.tenant_name)
        return connection

    def stakes(self) -> Stakes:
        """What hangs on the present account, for somebody about to leave it."""
        return count_stakes(self._ws)

    def shared_with(self, tenant_id: str) -> list[str]:
        """Names of the other practices of this installation connected to the account; their time goes there too."""
        ids = set(self._ws.store.tokens.find_practices(tenant_id)) - {self._ws.practice_id}
        return [one.name for one in self._ws.store.practices.list() if one.id in ids]

    def disconnect(self) -> Farewell:
        """Leave XPM; links, decisions and the ledger stay."""
        name = self.view().tenant_name
        farewell = self.signin.disconnect()
        self._log("disconnected", name)
        return farewell

    def history(self, limit: int = 20) -> pd.DataFrame:
        """Who connected and disconnected when, newest first: index event id, columns at (UTC text), who, did, account,
        why.
        """
        events = self._ws.store.events.list(self._ws.practice_id, subject_kind="connection", limit=limit)
        named = events.rename(columns={"actor": "who", "verb": "did", "subject_id": "account"})
        return named[["at", "who", "did", "account", "why"]].fillna("")

    def close(self) -> None:
        """Close the sockets to XPM, if any were opened."""
        if "_transport" in vars(self):
            self._transport.close()

    def _log(self, verb: str, tenant_name: str, *, before: str = "", why: str = "") -> None:
        ws = self._ws
        ws.store.events.add(ws.practice_id, ws.actor, verb, "connection", tenant_name, before=before, why=why)
