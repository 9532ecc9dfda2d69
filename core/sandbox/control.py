"""The side door below /_sandbox/: what a test or a rehearsal wants to do to it, in JSON, without a token.

GET  /_sandbox/                  the list of what there is
POST /_sandbox/reset             practices, truth, journal, counters, switches and faults as new; sign-in and clock stay
GET  /_sandbox/snapshot          the whole state, in the form of `snapshot.py`
POST /_sandbox/restore           such a document; replaces all practices and sets the clock if it names one
GET  /_sandbox/journal           calls; filters method, path, status, tenant, since, last
POST /_sandbox/journal/clear
GET  /_sandbox/clock             now, and whether it stands still
POST /_sandbox/clock             {"set": ISO time} and/or {"advance": seconds}, {"freeze": true or false}
GET  /_sandbox/switches          every policy with value, default, accepted values, meaning
POST /_sandbox/switches          {name: value, ...}
GET  /_sandbox/faults            rules with what they struck, and the history
POST /_sandbox/faults            a faults document, in the form of `fault_rules.py`; replaces all rules
POST /_sandbox/faults/clear
POST /_sandbox/latency           {"ms": 150}, added to every call
POST /_sandbox/person/ACTION     what a person does by hand, see `ACTIONS`; {"tenant": id, ...}, default the first one
GET  /_sandbox/truth             what really changed, by whom; filters by, op, tenant
GET  /_sandbox/limits            the limits and what is left of them per practice
POST /_sandbox/limits            {"minute": 60, "day": 1000, "concurrent": 5, "appminute": 10000, "enabled": true}
POST /_sandbox/limits/reset      counters as new
POST /_sandbox/tokens/expire     access tokens end now; {"refresh": true} refresh tokens too
POST /_sandbox/tokens/revoke     the app loses tokens and connections, as if removed in the product; scripts keep theirs
POST /_sandbox/tokens/disconnect {"tenant": id}, the app loses that one connection
GET  /_sandbox/consent           how the consent page behaves
POST /_sandbox/consent           {"approval": "ask", "auto", "deny" or "no_account", "require_pkce": true}

What cannot be done is answered with status 400 and {"error": sentence}.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from core.sandbox import control_policy, control_state
from core.sandbox.errors import Refusal
from core.sandbox.pipeline import land_late_calls
from core.sandbox.wishes import ControlError, Wish
from core.sandbox.world import Sandbox

Handler = Callable[[Sandbox, Wish], Any]


def routes(sandbox: Sandbox) -> list[Route]:
    """One route per line of the module's text."""
    made = []
    for path in sorted({path for _, path in HANDLERS}, reverse=True):
        handlers = {method: handler for (method, one), handler in HANDLERS.items() if one == path}
        made.append(Route(f"/_sandbox/{path}", ControlCall(sandbox, handlers)))
    return [*made, Route("/_sandbox/{unknown:path}", ControlCall(sandbox, {}))]


class ControlCall:
    """Runs one handler in a thread, with the sandbox held still."""

    def __init__(self, sandbox: Sandbox, handlers: dict[str, Handler]) -> None:
        self._sandbox, self._handlers = sandbox, handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        try:
            answer = await asyncio.to_thread(self._fulfil, request, body)
            response = JSONResponse({} if answer is None else answer)
        except Refusal as refusal:
            response = JSONResponse({"error": f"{refusal.text}. Look the identifier up in the snapshot."}, 400)
        except ValueError as error:
            response = JSONResponse({"error": str(error)}, 400)
        await response(scope, receive, send)

    def _fulfil(self, request: Request, body: bytes) -> Any:
        handler = self._handlers.get(request.method)
        if handler is None:
            known = ", ".join(f"{method} {path}" for method, path in HANDLERS)
            raise ControlError(
                f"There is no {request.method} {request.url.path}", f"Below /_sandbox/ there are {known}"
            )
        wish = Wish(request.path_params.get("rest", ""), dict(request.query_params), _read_body(body))
        with self._sandbox.lock:
            land_late_calls(self._sandbox)
            return handler(self._sandbox, wish)


def _read_body(body: bytes) -> Any:
    try:
        return json.loads(body) if body.strip() else None
    except ValueError as error:
        raise ControlError(f"The body is not JSON ({error})", "Send a JSON object, or nothing") from error


def list_handlers(_sandbox: Sandbox, _wish: Wish) -> Any:
    """Every path with its method, and every action of a person."""
    return {
        "paths": [f"{method} /_sandbox/{path}" for method, path in HANDLERS],
        "actions": list(control_state.ACTIONS),
    }


HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", ""): list_handlers,
    ("POST", "reset"): control_state.reset_sandbox,
    ("GET", "snapshot"): control_state.take_snapshot,
    ("POST", "restore"): control_state.restore_snapshot,
    ("GET", "journal"): control_state.read_journal,
    ("POST", "journal/clear"): control_state.clear_journal,
    ("GET", "clock"): control_state.read_clock,
    ("POST", "clock"): control_state.move_clock,
    ("GET", "switches"): control_policy.read_switches,
    ("POST", "switches"): control_policy.change_switches,
    ("GET", "faults"): control_policy.read_faults,
    ("POST", "faults"): control_policy.change_faults,
    ("POST", "faults/clear"): control_policy.clear_faults,
    ("POST", "latency"): control_policy.change_latency,
    ("POST", "person/{rest}"): control_state.act_as_person,
    ("GET", "truth"): control_state.read_truth,
    ("GET", "limits"): control_policy.read_limits,
    ("POST", "limits"): control_policy.change_limits,
    ("POST", "limits/reset"): control_policy.reset_limits,
    ("POST", "tokens/expire"): control_policy.expire_tokens,
    ("POST", "tokens/revoke"): control_policy.revoke_tokens,
    ("POST", "tokens/disconnect"): control_policy.disconnect_tenant,
    ("GET", "consent"): control_policy.read_consent,
    ("POST", "consent"): control_policy.change_consent,
}
