"""Registered apps, consents, codes, tokens and connections: what the sign-in service remembers, and its rules.

Life times follow public documentation: access tokens 30 minutes, refresh tokens 60 days unused, a replaced refresh
token 30 more minutes. That a code lives 5 minutes is an assumption. Reusing a replaced refresh token kills the token
that replaced it (unless that one was used already): of two processes refreshing at once, one is left with nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from core.sandbox.names import draw_uuid

ACCESS_SECONDS = 1800
CODE_LIFE = timedelta(minutes=5)
REFRESH_LIFE = timedelta(days=60)
GRACE = timedelta(minutes=30)

_AREAS = ("client", "job", "staff", "time")
PRACTICE_SCOPES = frozenset(
    {"practicemanager", "practicemanager.read"}
    | {f"practicemanager.{area}" for area in _AREAS}
    | {f"practicemanager.{area}.read" for area in _AREAS}
)
KNOWN_SCOPES = PRACTICE_SCOPES | {"openid", "profile", "email", "offline_access"}


class OAuthError(Exception):
    """A refusal in the protocol's own words: `code` is the value of `error`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class App:
    """A registered app. A redirect URI matches exactly, but for a port given as `*`, which matches any."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    name: str = "Tieout"


@dataclass(frozen=True)
class Consent:
    """What one visit to the consent page granted."""

    auth_event_id: str
    client_id: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Connection:
    """One practice (or other account) that an app may reach."""

    id: str
    auth_event_id: str
    client_id: str
    tenant_id: str
    created: datetime
    updated: datetime


@dataclass
class Code:
    """`challenge` is the S256 code challenge, empty without PKCE."""

    value: str
    consent: Consent
    redirect_uri: str
    challenge: str
    expires: datetime


@dataclass
class AccessToken:
    """`expires` None never ends by itself: the ready token for scripts."""

    value: str
    consent: Consent
    expires: datetime | None


@dataclass
class RefreshToken:
    """`replaced_at` and `successor` are set once it was used."""

    value: str
    consent: Consent
    public: bool
    issued: datetime
    replaced_at: datetime | None = None
    successor: str = ""
    dead: bool = False


@dataclass
class TokenStore:
    """Everything issued so far, with the randomness it is drawn from. Times come in as parameters."""

    random: Random
    apps: dict[str, App] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, AccessToken] = field(default_factory=dict)
    refresh: dict[str, RefreshToken] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)

    def authenticate(self, client_id: str, secret: str | None) -> App:
        """The app; without a secret a public client, which may only use codes and tokens bound to PKCE."""
        app = self.apps.get(client_id)
        if app is None or (secret is not None and secret != app.client_secret):
            raise OAuthError("invalid_client")
        return app

    def grant(self, app: App, scopes: tuple[str, ...], tenants: list[str], now: datetime) -> Consent:
        """Record a consent and connect the app to the practices; one connected already keeps its connection."""
        consent = Consent(draw_uuid(self.random), app.client_id, scopes)
        for tenant_id in tenants:
            found = self.find_connection(app.client_id, tenant_id)
            created, identifier = (found.created, found.id) if found else (now, draw_uuid(self.random))
            self.connections[identifier] = Connection(
                identifier, consent.auth_event_id, app.client_id, tenant_id, created, updated=now
            )
        return consent

    def issue_code(self, consent: Consent, redirect_uri: str, challenge: str, now: datetime) -> str:
        """A code for this consent, bound to the redirect URI and, where given, to the challenge."""
        code = Code(self._draw_secret(), consent, redirect_uri, challenge, now + CODE_LIFE)
        self.codes[code.value] = code
        return code.value

    def redeem_code(self, app: App, form: dict[str, str], public: bool, now: datetime) -> dict[str, Any]:
        """Tokens for a code, which is spent by the attempt whatever comes of it."""
        code = self.codes.pop(form.get("code", ""), None)
        if code is None or now >= code.expires or code.consent.client_id != app.client_id:
            raise OAuthError("invalid_grant")
        if form.get("redirect_uri") != code.redirect_uri or not _fits_challenge(code.challenge, form, public):
            raise OAuthError("invalid_grant")
        return self.issue_tokens(code.consent, public, now)

    def rotate(self, app: App, value: str, public: bool, strict: bool, now: datetime) -> dict[str, Any]:
        """New tokens for a refresh token; strict refuses one that was used before at once."""
        token = self.refresh.get(value)
        if token is None or token.consent.client_id != app.client_id or public != token.public:
            raise OAuthError("invalid_grant")
        if not _is_refreshable(token, strict, now):
            raise OAuthError("invalid_grant")
        lost = self.refresh.get(token.successor)
        if lost and lost.replaced_at is None:
            lost.dead = True
        answer = self.issue_tokens(token.consent, public, now)
        token.replaced_at, token.successor = token.replaced_at or now, answer["refresh_token"]
        return answer

    def issue_tokens(self, consent: Consent, public: bool, now: datetime) -> dict[str, Any]:
        """The body of a token answer; a refresh token only for offline_access, an id token only for openid."""
        access = self.issue_access(consent, now, now + timedelta(seconds=ACCESS_SECONDS))
        answer: dict[str, Any] = {"access_token": access, "expires_in": ACCESS_SECONDS, "token_type": "Bearer"}
        if "openid" in consent.scopes:
            answer = {"id_token": self._sign({"sub": consent.client_id, "iat": int(now.timestamp())}), **answer}
        if "offline_access" in consent.scopes:
            answer["refresh_token"] = self._draw_secret()
            self.refresh[answer["refresh_token"]] = RefreshToken(answer["refresh_token"], consent, public, now)
        return {**answer, "scope": " ".join(consent.scopes)}

    def issue_access(self, consent: Consent, now: datetime, expires: datetime | None) -> str:
        """An access token of three parts, as the real one has; `expires` None never ends."""
        claims = {
            "client_id": consent.client_id,
            "authentication_event_id": consent.auth_event_id,
            "scope": list(consent.scopes),
            "iat": int(now.timestamp()),
            "jti": draw_uuid(self.random),
        }
        token = AccessToken(self._sign(claims), consent, expires)
        self.access[token.value] = token
        return token.value

    def revoke(self, value: str) -> None:
        """Kill a refresh token and remove the connections made with it; an unknown token is no error."""
        token = self.refresh.pop(value, None)
        if token:
            event = token.consent.auth_event_id
            self.connections = {key: one for key, one in self.connections.items() if one.auth_event_id != event}

    def find_connection(self, client_id: str, tenant_id: str) -> Connection | None:
        """The app's connection to this practice, if there is one."""
        same = (one for one in self.connections.values() if one.client_id == client_id and one.tenant_id == tenant_id)
        return next(same, None)

    def list_connections(self, client_id: str, auth_event_id: str = "") -> list[Connection]:
        """The app's connections in order of their ids, which is no order of practices or types."""
        mine = [one for one in self.connections.values() if one.client_id == client_id]
        chosen = [one for one in mine if one.auth_event_id == auth_event_id] if auth_event_id else mine
        return sorted(chosen, key=lambda one: one.id)

    def expire_access(self, now: datetime, keep: str = "") -> int:
        """End every access token but those of the app `keep`; how many there were."""
        tokens = [token for token in self.access.values() if token.consent.client_id != keep]
        for token in tokens:
            token.expires = now
        return len(tokens)

    def expire_refresh(self) -> int:
        """End every refresh token; how many there were."""
        for token in self.refresh.values():
            token.dead = True
        return len(self.refresh)

    def remove_all(self, keep: str) -> None:
        """Forget every token and connection but those of the app `keep`."""
        self.codes.clear()
        self.access = {key: one for key, one in self.access.items() if one.consent.client_id == keep}
        self.refresh = {key: one for key, one in self.refresh.items() if one.consent.client_id == keep}
        self.connections = {key: one for key, one in self.connections.items() if one.client_id == keep}

    def _draw_secret(self) -> str:
        return f"{self.random.getrandbits(256):064x}"

    def _sign(self, claims: dict[str, Any]) -> str:
        """A token in the usual three parts; clients must not look inside, and the signature signs nothing."""
        header, body = (_pack(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
        return f"{header}.{body}.{_pack(self.random.randbytes(32))}"


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _fits_challenge(challenge: str, form: dict[str, str], public: bool) -> bool:
    """PKCE by S256; a code asked for without a challenge needs the secret and takes no verifier."""
    verifier = form.get("code_verifier", "")
    if not challenge:
        return not public and not verifier
    return _pack(hashlib.sha256(verifier.encode()).digest()) == challenge


def _is_refreshable(token: RefreshToken, strict: bool, now: datetime) -> bool:
    if token.dead or now - token.issued >= REFRESH_LIFE:
        return False
    if token.replaced_at is None:
        return True
    return not strict and now - token.replaced_at < GRACE
