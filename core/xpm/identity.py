"""Xero's sign-in service: codes and refresh tokens into tokens, and which accounts a consent opened.

Public facts used here are from Xero's OAuth 2.0 guide: authorisation code with PKCE, a refresh token that changes at
every use, and a list of connections that mixes account types.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from core.model import OutsideFailed, TieoutError
from core.xpm.endpoints import Endpoints, origin_of
from core.xpm.secrets import Secret
from core.xpm.transport import Answer, Request, Transport

XPM_TENANT = "PRACTICEMANAGER"
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class AppRefused(TieoutError):
    """Xero does not know our client id, secret or request; a person has to correct the settings."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"Xero refused this app ({problem}). Check the client id, the client secret and the return address "
            "in the settings against the app's page at Xero."
        )


class GrantRefused(TieoutError):
    """The code or refresh token is spent, too old or withdrawn."""

    def __init__(self) -> None:
        super().__init__("Xero no longer accepts this sign-in. Connect to XPM again.")


class SignInFailed(OutsideFailed):
    """Xero's sign-in service answered, but not with tokens; trying again later may help."""

    def __init__(self, host: str, what: str) -> None:
        super().__init__(f"Xero's sign-in at {host} did not work ({what}). Try again in a while.")


@dataclass(frozen=True)
class App:
    """Our registration at Xero. Without a secret the app is a public client and PKCE alone proves it."""

    client_id: str
    client_secret: Secret | None = None


@dataclass(frozen=True)
class Grant:
    """Tokens as Xero gave them; `lasts` is seconds."""

    access_token: Secret
    refresh_token: Secret
    lasts: int
    scopes: str = ""


@dataclass(frozen=True)
class Account:
    """One account a consent opened. `tenant_id` names it in calls, `connection_id` removes it."""

    tenant_id: str
    name: str
    connection_id: str
    type: str = field(default=XPM_TENANT)


class Identity:
    """The sign-in service of one set of endpoints for one app."""

    def __init__(self, endpoints: Endpoints, app: App, transport: Transport) -> None:
        self._endpoints = endpoints
        self._app = app
        self._transport = transport

    def consent_url(self, redirect_uri: str, scopes: str, state: str, verifier: Secret) -> str:
        """The address of Xero's consent page; the verifier itself stays here."""
        query = {
            "response_type": "code",
            "client_id": self._app.client_id,
            "redirect_uri": redirect_uri,
            "scope": scopes,
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._endpoints.authorise_url}?{urlencode(query, quote_via=quote)}"

    def exchange(self, code: Secret, redirect_uri: str, verifier: Secret) -> Grant:
        """The tokens for a code. Raises GrantRefused, AppRefused, SignInFailed or the transport's faults."""
        form = {
            "grant_type": "authorization_code",
            "code": code.reveal(),
            "redirect_uri": redirect_uri,
            "code_verifier": verifier.reveal(),
        }
        return self._ask_for_tokens(form)

    def refresh(self, refresh_token: Secret) -> Grant:
        """New tokens for a refresh token, which is spent by this. Raises as `exchange`."""
        return self._ask_for_tokens({"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()})

    def revoke(self, refresh_token: Secret) -> None:
        """Kill a refresh token at Xero with all connections made by it."""
        answer = self._post(self._endpoints.revoke_url, {"token": refresh_token.reveal()})
        if answer.status != 200:
            raise SignInFailed(origin_of(self._endpoints.revoke_url), f"status {answer.status}")

    def list_accounts(self, access_token: Secret) -> list[Account]:
        """The XPM accounts this token may use, by name; Xero's ledgers and headquarters are left out."""
        url = self._endpoints.connections_url
        answer = self._transport.send(Request("GET", url, {"Accept": "application/json"}, bearer=access_token))
        rows = _load(answer, url)
        if answer.status != 200 or not isinstance(rows, list):
            raise SignInFailed(origin_of(url), f"status {answer.status}")
        accounts = [_read_account(row) for row in rows if isinstance(row, dict)]
        return sorted((one for one in accounts if one.type == XPM_TENANT), key=lambda one: (one.name, one.tenant_id))

    def remove_connection(self, connection_id: str, access_token: Secret) -> None:
        """Take this app off the practice; one that is gone already is fine."""
        url = f"{self._endpoints.connections_url}/{quote(connection_id, safe='')}"
        answer = self._transport.send(Request("DELETE", url, bearer=access_token))
        if answer.status not in (200, 204, 404):
            raise SignInFailed(origin_of(url), f"status {answer.status}")

    def _ask_for_tokens(self, form: Mapping[str, str]) -> Grant:
        url = self._endpoints.token_url
        answer = self._post(url, form)
        fields = _load(answer, url)
        if answer.status in (400, 401):
            problem = str(fields.get("error", "")) if isinstance(fields, dict) else ""
            raise GrantRefused if problem == "invalid_grant" else AppRefused(problem[:60] or f"status {answer.status}")
        if answer.status != 200 or not isinstance(fields, dict):
            raise SignInFailed(origin_of(url), f"status {answer.status}")
        return _read_grant(fields, origin_of(url))

    def _post(self, url: str, form: Mapping[str, str]) -> Answer:
        proof = {"client_id": self._app.client_id}
        if self._app.client_secret is not None:
            proof["client_secret"] = self._app.client_secret.reveal()
        return self._transport.send(Request("POST", url, _FORM, urlencode({**form, **proof}).encode()))


def _challenge(verifier: Secret) -> str:
    digest = hashlib.sha256(verifier.reveal().encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _load(answer: Answer, url: str) -> Any:
    try:
        return json.loads(answer.body) if answer.body.strip() else {}
    except (ValueError, RecursionError):
        raise SignInFailed(origin_of(url), f"status {answer.status} without readable content") from None


def _read_grant(fields: Mapping[str, Any], host: str) -> Grant:
    access, refresh = fields.get("access_token"), fields.get("refresh_token")
    if not access or not refresh:
        raise SignInFailed(host, "it gave no tokens that can be renewed")
    lasts = str(fields.get("expires_in", ""))
    return Grant(Secret(str(access)), Secret(str(refresh)), int(lasts) if lasts.isdigit() else 0, _read_scopes(fields))


def _read_scopes(fields: Mapping[str, Any]) -> str:
    return " ".join(sorted(str(fields.get("scope") or "").split()))


def _read_account(row: Mapping[str, Any]) -> Account:
    return Account(
        str(row.get("tenantId") or ""),
        str(row.get("tenantName") or ""),
        str(row.get("id") or ""),
        str(row.get("tenantType") or "").upper(),
    )
