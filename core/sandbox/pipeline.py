"""The way of one call through the sandbox: journal, sign-in, limits, faults, the practice itself, faults, journal.

A call is walked in three steps, `begin_call`, `perform_call`, `finish_call`, because latency lies between them and the
caller decides how to wait: the web application sleeps, `run_call` hands the seconds to a function (a virtual clock).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.sandbox.calls import ApiAnswer, ApiRequest, Delivery, FaultPlan, Grant
from core.sandbox.endpoints import find_endpoint, handle
from core.sandbox.world import LateCall, Sandbox

NOTHING_ANSWERED = Delivery(None, "close")


@dataclass
class Call:
    """One call on its way. `delivery` is set as soon as the answer is known; `tenant_id` is empty until let through."""

    request: ApiRequest
    entry: Any = None
    tenant_id: str = ""
    admitted: bool = False
    plan: FaultPlan = field(default_factory=FaultPlan)
    delivery: Delivery | None = None


def run_call(sandbox: Sandbox, request: ApiRequest, wait: Callable[[float], None] = lambda _seconds: None) -> Delivery:
    """The whole way in one thread; `wait` gets the latencies in seconds (default: they take no time)."""
    call = begin_call(sandbox, request)
    try:
        wait(call.plan.wait)
        delivery = perform_call(sandbox, call)
        wait(delivery.wait)
        return delivery
    finally:
        finish_call(sandbox, call)


def begin_call(sandbox: Sandbox, request: ApiRequest) -> Call:
    """Journal, sign-in, limits and the fault plan. A refused call comes back with its delivery."""
    with sandbox.gate:
        call = Call(request)
        if sandbox.journal:
            call.entry = sandbox.journal.begin(sandbox, request)
        grant = authorise(sandbox, request)
        if isinstance(grant, ApiAnswer):
            call.delivery = Delivery(grant)
            return call
        call.tenant_id = grant.tenant_id
        refusal = sandbox.limits.admit(sandbox, grant.tenant_id) if sandbox.limits else None
        if refusal:
            call.delivery = Delivery(refusal)
            return call
        call.admitted = True
        if sandbox.faults:
            call.plan = sandbox.faults.before(sandbox, request, grant.tenant_id)
        return call


def perform_call(sandbox: Sandbox, call: Call) -> Delivery:
    """Handle the call unless it was refused, lost or answered by a fault."""
    with sandbox.lock:
        land_late_calls(sandbox)
        if call.delivery is None:
            call.delivery = deliver_call(sandbox, call)
        return call.delivery


def deliver_call(sandbox: Sandbox, call: Call) -> Delivery:
    """What becomes of an admitted call under its fault plan."""
    plan = call.plan
    if plan.land_after is not None:
        due = sandbox.clock.now().timestamp() + plan.land_after
        sandbox.late_calls.append(LateCall(due, call.tenant_id, call.request))
        return Delivery(None, plan.wire)
    if plan.drop:
        return Delivery(None, plan.wire)
    answer = plan.answer or handle(sandbox, call.tenant_id, call.request, plan)
    answer = answer.with_headers(standard_headers(sandbox, call.tenant_id))
    if sandbox.faults:
        return sandbox.faults.after(sandbox, call.request, call.tenant_id, answer)
    return Delivery(answer)


def finish_call(sandbox: Sandbox, call: Call) -> None:
    """Give the concurrency slot back and close the journal entry; needed for every begun call."""
    with sandbox.gate:
        if call.admitted and sandbox.limits:
            sandbox.limits.release(sandbox, call.tenant_id)
        if sandbox.journal:
            sandbox.journal.finish(sandbox, call.entry, call.tenant_id, call.delivery or NOTHING_ANSWERED)


def land_late_calls(sandbox: Sandbox) -> None:
    """Handle the calls whose landing the clock has reached, in the order of their landing."""
    with sandbox.lock:
        now = sandbox.clock.now().timestamp()
        due = sorted((call for call in sandbox.late_calls if call.due <= now), key=lambda call: call.due)
        sandbox.late_calls[:] = [call for call in sandbox.late_calls if call.due > now]
        for call in due:
            handle(sandbox, call.tenant_id, call.request, FaultPlan())


def authorise(sandbox: Sandbox, request: ApiRequest) -> Grant | ApiAnswer:
    """Ask sign-in for the scopes of the endpoint; unknown paths need only a token."""
    endpoint = find_endpoint(request)
    scopes = endpoint.scopes if endpoint else frozenset[str]()
    if sandbox.identity:
        return sandbox.identity.authorise(sandbox, request, scopes)
    tenant_id = request.headers.get("xero-tenant-id", "")
    return Grant(tenant_id) if tenant_id in sandbox.tenants else ApiAnswer(403)


def standard_headers(sandbox: Sandbox, tenant_id: str) -> dict[str, str]:
    """Correlation id, remaining calls, and no caching: on every answered call."""
    headers = {
        "xero-correlation-id": sandbox.new_uuid(),
        "cache-control": "max-age=0, no-cache, no-store",
    }
    if sandbox.limits:
        headers |= sandbox.limits.remaining_headers(sandbox, tenant_id)
    return headers
