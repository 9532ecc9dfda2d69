"""Disturbs calls by the rules of `fault_rules.py`; what strikes is decided without a socket and the same for a seed.

`decide` is the whole decision. `gate`, `before` and `after` turn it into what the pipeline understands, `deliver`
carries out on the socket what only a socket can do: see `sockets.py`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.types import Receive, Scope, Send

from core.sandbox.calls import ApiAnswer, ApiRequest, Delivery, FaultPlan
from core.sandbox.damage import damage_answer, make_answer
from core.sandbox.fault_rules import (
    ANSWER_FAULTS,
    DAMAGE_FAULTS,
    FAULTS,
    GATE_FAULTS,
    REFUSAL_FAULTS,
    Fault,
    Rule,
    RuleBook,
)
from core.sandbox.sockets import lose_answer

if TYPE_CHECKING:
    from core.sandbox.world import Sandbox

_AFTER_GATE = tuple(kind for kind in FAULTS if kind not in GATE_FAULTS)
_ROWS = {"list_partial": "cut", "list_duplicate": "duplicate", "list_shuffle": "shuffle"}
_BODY_WIRES = ("short_body", "no_length", "slow_body")
_LATEST = 10_000


@dataclass
class FaultInjector:
    """The faults of one sandbox; implements `calls.Faults`. `latency` is added to every call, in seconds."""

    book: RuleBook = field(default_factory=RuleBook)
    latency: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)
    _pending: dict[int, list[Fault]] = field(default_factory=dict)

    def decide(self, request: ApiRequest, tenant_id: str = "") -> list[Fault]:
        """The faults that strike this call once it is let through; asking counts as a call."""
        return self._note(request, self.book.strike(request, tenant_id, _AFTER_GATE))

    def gate(self, sandbox: Sandbox, request: ApiRequest) -> ApiAnswer | None:
        """A 401 or 403 given before sign-in is looked at."""
        tenant_id = request.headers.get("xero-tenant-id", "").lower()
        struck = self._note(request, self.book.strike(request, tenant_id, GATE_FAULTS))
        return make_answer(struck[0], request, sandbox.new_uuid()) if struck else None

    def before(self, sandbox: Sandbox, request: ApiRequest, tenant_id: str) -> FaultPlan:
        """What happens to the call before and instead of handling it; the rest waits for `after`."""
        plan = FaultPlan(wait=self.latency)
        struck = self.decide(request, tenant_id)
        for fault in struck:
            plan = _extend_plan(plan, fault, request, sandbox)
        if not plan.drop and plan.land_after is None:
            self._pending[id(request)] = struck
        return plan

    def after(self, sandbox: Sandbox, request: ApiRequest, tenant_id: str, answer: ApiAnswer) -> Delivery:
        """What the caller gets to see of the real answer, or of the one given instead."""
        delivery = Delivery(answer)
        for fault in self._pending.pop(id(request), []):
            delivery = _disturb(delivery, fault, request, sandbox)
        return delivery

    async def deliver(self, delivery: Delivery, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out on the socket what is no whole answer."""
        await lose_answer(delivery, scope, receive)

    def describe(self) -> dict[str, Any]:
        """Rules with how many calls they matched and struck, and the latest strikes, oldest first."""
        rules = [{**_write_rule(watch.rule), "seen": watch.seen, "struck": watch.struck} for watch in self.book.watches]
        return {"seed": self.book.seed, "rules": rules, "history": self.history}

    def _note(self, request: ApiRequest, struck: list[Fault]) -> list[Fault]:
        for fault in struck:
            self.history.append({"fault": fault.kind, "method": request.method, "path": request.path})
        del self.history[:-_LATEST]
        return struck


def _extend_plan(plan: FaultPlan, fault: Fault, request: ApiRequest, sandbox: Sandbox) -> FaultPlan:
    """The plan with one more fault; of several that end a call the first one wins."""
    kind, rule = fault.kind, fault.rule
    if kind == "slow":
        return dataclasses.replace(plan, wait=plan.wait + fault.seconds)
    if kind == "lag":
        return dataclasses.replace(plan, lag=max(plan.lag, fault.seconds))
    if kind in _ROWS:
        return dataclasses.replace(plan, rows=_ROWS[kind])
    if plan.drop or plan.land_after is not None or plan.answer:
        return plan
    if kind == "drop_before":
        return dataclasses.replace(plan, drop=True, wire=rule.wire)
    if kind == "late":
        return dataclasses.replace(plan, land_after=fault.seconds, wire=rule.wire)
    if kind in REFUSAL_FAULTS or (kind in ANSWER_FAULTS and not rule.commit):
        return dataclasses.replace(plan, answer=make_answer(fault, request, sandbox.new_uuid()))
    return plan


def _disturb(delivery: Delivery, fault: Fault, request: ApiRequest, sandbox: Sandbox) -> Delivery:
    kind = fault.kind
    if delivery.answer is None:
        return delivery
    if kind == "drop_after":
        return Delivery(None, fault.rule.wire, delivery.wait)
    if kind == "slow_answer":
        return dataclasses.replace(delivery, wait=delivery.wait + fault.seconds)
    if kind in ANSWER_FAULTS and fault.rule.commit:
        answer = make_answer(fault, request, sandbox.new_uuid())
        return dataclasses.replace(delivery, answer=answer.with_headers(_keep_plain(delivery.answer)))
    if kind in DAMAGE_FAULTS:
        wire = kind if kind in _BODY_WIRES else delivery.wire
        return dataclasses.replace(delivery, answer=damage_answer(kind, delivery.answer), wire=wire)
    return delivery


def _keep_plain(answer: ApiAnswer) -> dict[str, str]:
    """The counters and the correlation id, which an answer given instead shows as well."""
    return {name: value for name, value in answer.headers.items() if name.lower() != "content-type"}


def _write_rule(rule: Rule) -> dict[str, Any]:
    """The rule as a faults file would say it, without what is left at its default."""
    plain = Rule(rule.fault)
    values = dataclasses.asdict(rule).items()
    return {name: value for name, value in values if name == "fault" or value != getattr(plain, name)}
