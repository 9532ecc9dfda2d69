"""The addresses of sign-in: authorize (a page), token, revocation, and the list of connections.

Token, revocation and connections go through journal and faults like every call of Practice Manager, so that a lost
answer to a refresh can be rehearsed; they count against no limit.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import functools
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from core.sandbox.calls import ApiAnswer, ApiRequest, Delivery, FaultPlan
from core.sandbox.consent_page import write_consent, write_problem
from core.sandbox.tokens import App, Connection, OAuthError
from core.sandbox.web import read_request, send_answer

if TYPE_CHECKING:
    from core.sandbox.identity import SignIn
    from core.sandbox.world import Sandbox

Handler = Callable[["Sandbox", "SignIn", ApiRequest], ApiAnswer]
_JSON = {"content-type": "application/json; charset=utf-8", "cache-control": "no-store"}


class AuthorizeError(ValueError):
    """A visit to the authorize page that cannot be answered with a redirect: nobody knows where to."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}.")


class RefusedAuthorizeError(Exception):
    """A visit to the authorize page that is answered with an error at the redirect URI."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def list_routes(sandbox: Sandbox, sign_in: SignIn) -> list[Route]:
    """Everything below /identity/connect/ (and the same below /connect/), and /connections in any case of letters."""
    visit = functools.partial(visit_authorize, sandbox, sign_in)
    routes = []
    for root in ("/identity/connect", "/connect"):
        routes.append(Route(f"{root}/authorize", visit, methods=["GET", "POST"]))
        routes.append(Route(f"{root}/token", SignInCall(sandbox, sign_in, {"POST": answer_token})))
        routes.append(Route(f"{root}/revocation", SignInCall(sandbox, sign_in, {"POST": answer_revocation})))
    connections = SignInCall(sandbox, sign_in, {"GET": answer_connections, "DELETE": delete_connection})
    routes += [Route("/connections", connections), Route("/connections/{id}", connections)]
    for route in routes[-2:]:
        route.path_regex = re.compile(route.path_regex.pattern, re.IGNORECASE)
    return routes


class SignInCall:
    """One address: journal, faults, handler by method, faults, journal."""

    def __init__(self, sandbox: Sandbox, sign_in: SignIn, handlers: dict[str, Handler]) -> None:
        self._sandbox, self._sign_in, self._handlers = sandbox, sign_in, handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sandbox, request = self._sandbox, await read_request(Request(scope, receive))
        with sandbox.lock:
            entry = sandbox.journal.begin(sandbox, request) if sandbox.journal else None
            plan = sandbox.faults.before(sandbox, request, "") if sandbox.faults else FaultPlan()
        await asyncio.sleep(plan.wait)
        with sandbox.lock:
            delivery = self._handle(request, plan)
            if sandbox.journal:
                sandbox.journal.finish(sandbox, entry, "", delivery)
        await asyncio.sleep(delivery.wait)
        if delivery.wire == "whole" and delivery.answer:
            await send_answer(delivery.answer, send)
        elif sandbox.faults:
            await sandbox.faults.deliver(delivery, scope, receive, send)

    def _handle(self, request: ApiRequest, plan: FaultPlan) -> Delivery:
        if plan.drop or plan.land_after is not None:
            return Delivery(None, plan.wire)
        handler = self._handlers.get(request.method)
        answer = plan.answer or (handler(self._sandbox, self._sign_in, request) if handler else ApiAnswer(405))
        faults = self._sandbox.faults
        return faults.after(self._sandbox, request, "", answer) if faults else Delivery(answer)


async def visit_authorize(sandbox: Sandbox, sign_in: SignIn, request: Request) -> Response:
    """The consent page, or at once the redirect that it would end in."""
    form = await request.form()
    query = _read_visit(request, form)
    try:
        app, _ = sign_in.check_visit(query)
        decision = _decide(sign_in, request, form)
        if decision == "deny":
            raise RefusedAuthorizeError("access_denied")
        if decision == "ask":
            tenants = [] if sign_in.approval == "no_account" else sandbox.tenants.values()
            return HTMLResponse(write_consent(app.name, query, tenants))
        with sandbox.lock:
            address = sign_in.approve(sandbox, query, _choose_tenants(sandbox, request, form))
    except AuthorizeError as error:
        return HTMLResponse(write_problem(str(error)), 400)
    except RefusedAuthorizeError as error:
        address = build_redirect(query, error=error.code)
    return RedirectResponse(address, 302)


def _read_visit(request: Request, form: FormData) -> dict[str, str]:
    """The visit's own parameters, from the address or posted back by the page."""
    own = ("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method")
    found = {**request.query_params, **{name: str(value) for name, value in form.items()}}
    return {name: found[name] for name in own if name in found}


def _decide(sign_in: SignIn, request: Request, form: FormData) -> str:
    """ask, allow or deny."""
    if "decision" in form:
        return "allow" if form["decision"] == "allow" and form.getlist("tenant") else "deny"
    if sign_in.approval == "deny" or request.query_params.get("deny") == "1":
        return "deny"
    unattended = sign_in.approval == "auto" or request.query_params.get("auto") == "1"
    return "allow" if unattended and sign_in.approval != "no_account" else "ask"


def _choose_tenants(sandbox: Sandbox, request: Request, form: FormData) -> list[str]:
    if "decision" in form:
        return [str(value) for value in form.getlist("tenant")]
    named = request.query_params.get("tenants", "")
    return named.split(",") if named else list(sandbox.tenants)


def build_redirect(query: dict[str, str], **values: str) -> str:
    """The redirect URI with these values and the visit's state."""
    if "state" in query:
        values["state"] = query["state"]
    joint = "&" if "?" in query["redirect_uri"] else "?"
    return f"{query['redirect_uri']}{joint}{urlencode(values)}"


def answer_token(sandbox: Sandbox, sign_in: SignIn, request: ApiRequest) -> ApiAnswer:
    """Tokens for a code or a refresh token, or the error in the protocol's words with status 400."""
    form = _read_form(request)
    now = sandbox.clock.now()
    strict = sandbox.switches.former_refresh_token == "refused"  # noqa: S105 - the word of a policy
    try:
        app, public = _identify(sign_in, request, form)
        match form.get("grant_type"):
            case "authorization_code":
                return _write_json(sign_in.tokens.redeem_code(app, form, public, now))
            case "refresh_token":
                return _write_json(sign_in.tokens.rotate(app, form.get("refresh_token", ""), public, strict, now))
        raise OAuthError("unsupported_grant_type")
    except OAuthError as error:
        return _write_json({"error": error.code}, 400)


def answer_revocation(sandbox: Sandbox, sign_in: SignIn, request: ApiRequest) -> ApiAnswer:  # noqa: ARG001
    """200 with an empty body, for an unknown token too."""
    form = _read_form(request)
    try:
        _identify(sign_in, request, form)
    except OAuthError as error:
        return _write_json({"error": error.code}, 400)
    sign_in.tokens.revoke(form.get("token", ""))
    return ApiAnswer(200)


def _read_form(request: ApiRequest) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _identify(sign_in: SignIn, request: ApiRequest, form: dict[str, str]) -> tuple[App, bool]:
    """The app, and whether it came without a secret, by Basic header or body."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        secret = form.get("client_secret")
        return sign_in.tokens.authenticate(form.get("client_id", ""), secret), secret is None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthError("invalid_client") from error
    return sign_in.tokens.authenticate(unquote(client_id), unquote(secret)), False


def answer_connections(sandbox: Sandbox, sign_in: SignIn, request: ApiRequest) -> ApiAnswer:
    """The connections of the token's app, of all types, optionally of one consent only."""
    client_id = _read_client(sandbox, sign_in, request)
    if isinstance(client_id, ApiAnswer):
        return client_id
    query = {name.lower(): value for name, value in request.query.items()}
    found = sign_in.tokens.list_connections(client_id, query.get("autheventid", ""))
    return _write_json([_write_connection(sandbox, one) for one in found if one.tenant_id in sandbox.tenants])


def delete_connection(sandbox: Sandbox, sign_in: SignIn, request: ApiRequest) -> ApiAnswer:
    """204, or 404 for a connection that is not (or no longer) of the token's app."""
    client_id = _read_client(sandbox, sign_in, request)
    if isinstance(client_id, ApiAnswer):
        return client_id
    found = sign_in.tokens.connections.get(request.path.rpartition("/")[2].lower())
    if found is None or found.client_id != client_id:
        return ApiAnswer(404)
    del sign_in.tokens.connections[found.id]
    return ApiAnswer(204)


def _read_client(sandbox: Sandbox, sign_in: SignIn, request: ApiRequest) -> str | ApiAnswer:
    """The app of the call's token, or the whole 401."""
    token = sign_in.check_token(sandbox, request)
    return token if isinstance(token, ApiAnswer) else token.consent.client_id


def _write_connection(sandbox: Sandbox, connection: Connection) -> dict[str, str]:
    tenant = sandbox.tenants[connection.tenant_id]
    return {
        "id": connection.id,
        "authEventId": connection.auth_event_id,
        "tenantId": tenant.id,
        "tenantType": tenant.type,
        "tenantName": tenant.name,
        "createdDateUtc": write_moment(connection.created),
        "updatedDateUtc": write_moment(connection.updated),
    }


def write_moment(moment: datetime) -> str:
    """Seven fraction digits and no zone letter."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0"


def _write_json(value: Any, status: int = 200) -> ApiAnswer:
    return ApiAnswer(status, _JSON, json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
