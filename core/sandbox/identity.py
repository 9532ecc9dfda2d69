"""Who may call: sign-in by OAuth 2.0 with a consent page, and the check of token, practice and scope on every call.

The consent page asks a person, unless the call carries `auto=1` or the approval mode says otherwise. `auto=1` may name
the accounts to connect as `tenants=id,id`; without it every account is connected, of whatever type, as on the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.routing import Route

from core.sandbox.calls import ApiAnswer, ApiRequest, Grant
from core.sandbox.faults import FaultInjector
from core.sandbox.gateway import refuse_at_gateway, refuse_token
from core.sandbox.identity_routes import AuthorizeError, RefusedAuthorizeError, build_redirect, list_routes
from core.sandbox.limits import RateLimits
from core.sandbox.tokens import KNOWN_SCOPES, AccessToken, App, TokenStore

if TYPE_CHECKING:
    from core.sandbox.world import Sandbox

APPROVALS = ("ask", "auto", "deny", "no_account")
LOOPBACK_REDIRECTS = (
    "http://127.0.0.1:8501/oauth/callback",
    "http://127.0.0.1:*/oauth/callback",
    "http://localhost:*/oauth/callback",
)
SCRIPTS = "sandbox-scripts"


@dataclass
class SignIn:
    """Sign-in and authorisation of one sandbox; implements `calls.Identity`.

    approval: "ask" shows the consent page, "auto" grants everything at once, "deny" refuses, "no_account" is a
    person without the right to connect apps. require_pkce: refuse visits without a code challenge.
    """

    tokens: TokenStore = field(default_factory=lambda: TokenStore(Random(1)))
    approval: str = "ask"
    require_pkce: bool = False

    def authorise(self, sandbox: Sandbox, request: ApiRequest, scopes: frozenset[str]) -> Grant | ApiAnswer:
        """What the call may do, or the whole 401 or 403; a fault of the gate comes first."""
        disturbed = sandbox.faults.gate(sandbox, request) if isinstance(sandbox.faults, FaultInjector) else None
        if disturbed:
            return disturbed
        token = self.check_token(sandbox, request)
        if isinstance(token, ApiAnswer):
            return token
        tenant_id = request.headers.get("xero-tenant-id", "").strip().lower()
        connection = self.tokens.find_connection(token.consent.client_id, tenant_id)
        if connection is None or not _is_practice(sandbox, tenant_id):
            return _refuse_tenant(sandbox)
        if scopes and not scopes.intersection(token.consent.scopes):
            return _refuse_scope(sandbox)
        return Grant(tenant_id, frozenset(token.consent.scopes), token.consent.client_id)

    def check_token(self, sandbox: Sandbox, request: ApiRequest) -> AccessToken | ApiAnswer:
        """The access token of the call, or the whole 401."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        token = self.tokens.access.get(value.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            return refuse_token(sandbox.new_uuid())
        if token.expires is not None and sandbox.clock.now() >= token.expires:
            return refuse_token(sandbox.new_uuid(), write_expiry(token.expires))
        return token

    def routes(self, sandbox: Sandbox) -> list[Route]:
        """The addresses of sign-in and connections."""
        return list_routes(sandbox, self)

    def check_visit(self, query: dict[str, str]) -> tuple[App, tuple[str, ...]]:
        """The app and the scopes asked for; AuthorizeError or RefusedAuthorizeError for one not in order."""
        app = self.tokens.apps.get(query.get("client_id", ""))
        if app is None:
            raise AuthorizeError("The client_id is not known here", "Use the one that the sandbox printed at its start")
        if not is_registered(query.get("redirect_uri", ""), app.redirect_uris):
            allowed = ", ".join(app.redirect_uris)
            raise AuthorizeError("The redirect_uri is not registered for this app", f"Registered are {allowed}")
        if query.get("response_type") != "code":
            raise RefusedAuthorizeError("unsupported_response_type")
        scopes = tuple(query.get("scope", "").split())
        if not scopes or not KNOWN_SCOPES.issuperset(scopes):
            raise RefusedAuthorizeError("invalid_scope")
        challenge, method = query.get("code_challenge", ""), query.get("code_challenge_method", "")
        if (challenge and method != "S256") or (self.require_pkce and not challenge):
            raise RefusedAuthorizeError("invalid_request")
        return app, scopes

    def approve(self, sandbox: Sandbox, query: dict[str, str], tenants: list[str]) -> str:
        """Grant a visit that is in order; the address to send the browser to."""
        app, scopes = self.check_visit(query)
        now = sandbox.clock.now()
        consent = self.tokens.grant(app, scopes, [one for one in tenants if one in sandbox.tenants], now)
        code = self.tokens.issue_code(consent, query["redirect_uri"], query.get("code_challenge", ""), now)
        return build_redirect(query, code=code, scope=" ".join(scopes))

    def make_ready_token(self, sandbox: Sandbox, secret: str) -> str:
        """An access token for scripts: all scopes, every account, no end. It belongs to an app of its own."""
        app = App(SCRIPTS, secret, LOOPBACK_REDIRECTS, "Scripts")
        self.tokens.apps[SCRIPTS] = app
        now = sandbox.clock.now()
        consent = self.tokens.grant(app, tuple(sorted(KNOWN_SCOPES)), list(sandbox.tenants), now)
        return self.tokens.issue_access(consent, now, expires=None)

    def reconnect_scripts(self, sandbox: Sandbox) -> None:
        """Let the ready token reach the accounts there are now; connections to accounts that are gone are removed."""
        known = self.tokens.connections.items()
        self.tokens.connections = {key: one for key, one in known if one.tenant_id in sandbox.tenants}
        if SCRIPTS in self.tokens.apps:
            self.tokens.grant(self.tokens.apps[SCRIPTS], (), list(sandbox.tenants), sandbox.clock.now())


def is_registered(address: str, registered: tuple[str, ...]) -> bool:
    """Whether a redirect URI equals a registered one, or one whose port is `*`."""
    if address in registered:
        return True
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    return port is not None and address.replace(f":{port}", ":*", 1) in registered


def write_expiry(moment: datetime) -> str:
    """The recorded detail of an ended token; the moment is in UTC."""
    return f"TokenExpired: token expired at {moment:%m/%d/%Y %H:%M:%S}"


def _is_practice(sandbox: Sandbox, tenant_id: str) -> bool:
    tenant = sandbox.tenants.get(tenant_id)
    return tenant is not None and tenant.type == "PRACTICEMANAGER"


def _refuse_tenant(sandbox: Sandbox) -> ApiAnswer:
    counted = sandbox.limits.count_app_call(sandbox) if isinstance(sandbox.limits, RateLimits) else {}
    return refuse_at_gateway(403, sandbox.new_uuid(), headers=counted)


def _refuse_scope(sandbox: Sandbox) -> ApiAnswer:
    """The text is invented: none was ever recorded."""
    return refuse_at_gateway(
        int(sandbox.switches.scope_missing_status), sandbox.new_uuid(), "AuthorizationUnsuccessful"
    )
