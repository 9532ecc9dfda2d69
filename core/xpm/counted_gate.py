"""The gate on top of calls counted elsewhere: the policy of `core.xpm.gate` joined to a store that counts.

The store knows nothing of the policy and the policy nothing of databases; this is the seam.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from core.xpm.gate import Limits, Load, Meter, Remaining, Ticket, Wait, count_day_left, judge_call


class CallCounter(Protocol):
    """Counts calls per tenant for all processes; see `core.store.gate` for the facts it gives to `judge`."""

    def admit(
        self, tenant: str, judge: Callable[[dict[str, Any]], Wait | None], *, gives_up_at: datetime
    ) -> int | Wait:
        """Count a call and give its number, or what `judge` said against it."""
        ...

    def finish(self, tenant: str, number: int, *, minute_left: int | None = None, day_left: int | None = None) -> None:
        """The call ended; None where XPM said nothing."""
        ...

    def pause(self, tenant: str, until: datetime, reason: str) -> None:
        """No call starts before `until`."""
        ...

    def facts(self, tenant: str) -> dict[str, Any]:
        """The present state: the fields of `Load`, and `pause_reason`."""
        ...


class CountedGate:
    """The one gate of an installation."""

    def __init__(self, counter: CallCounter, limits: Limits) -> None:
        self._counter = counter
        self._limits = limits

    def admit(self, tenant: str, *, write: bool, deadline: datetime) -> Ticket | Wait:
        """See `Gate.admit`."""
        verdict = self._counter.admit(
            tenant, lambda facts: judge_call(self._limits, _to_load(facts), write=write), gives_up_at=deadline
        )
        return verdict if isinstance(verdict, Wait) else Ticket(tenant, verdict)

    def finish(self, ticket: Ticket, remaining: Remaining) -> None:
        """See `Gate.finish`."""
        self._counter.finish(ticket.tenant, ticket.number, minute_left=remaining.minute, day_left=remaining.day)

    def pause(self, tenant: str, until: datetime, reason: str) -> None:
        """See `Gate.pause`."""
        self._counter.pause(tenant, until, reason)

    def meter(self, tenant: str) -> Meter:
        """See `Gate.meter`."""
        facts = self._counter.facts(tenant)
        load = _to_load(facts)
        minute_left = self._limits.per_minute - len(load.starts)
        if load.minute_left is not None:
            minute_left = min(minute_left, load.minute_left)
        return Meter(
            minute_used=len(load.starts),
            minute_left=max(0, minute_left),
            day_used=load.day_used,
            day_left=count_day_left(self._limits, load),
            reserve=self._limits.reserve,
            in_flight=load.in_flight,
            paused_until=load.paused_until,
            pause_reason=facts["pause_reason"],
        )


def _to_load(facts: dict[str, Any]) -> Load:
    return Load(**{name: value for name, value in facts.items() if name != "pause_reason"})
