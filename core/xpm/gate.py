"""How many calls XPM may get from us, and the one gate every call passes.

XPM counts per app and practice: five requests in progress, sixty a minute, some thousands a day. The gate is shared
by all our processes, so its state lives in the database; this module holds the words, the policy as one pure
function, and the Protocol that the database implements.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class WaitReason(StrEnum):
    """Why a call may not start now."""

    PAUSED = "XPM asked us to wait"
    IN_FLIGHT = "enough calls are in progress"
    MINUTE = "the minute's calls are used"
    DAY = "the day's calls are used"
    RESERVE = "only the calls kept for reading are left today"


#: Share of the even distance between two calls that is always kept. Less would send what waited in one heap, and a
#: heap that XPM counts a second late falls into two of our minutes and one of XPM's.
_PACE_SHARE = 0.8


@dataclass(frozen=True)
class Limits:
    """What we allow ourselves, a little below what Xero documents (5 in progress, 60 a minute, 5000 a day).

    `per_day` is 1000 on Xero's entry tier, so it comes from the practice's settings. The reserve is kept for reads:
    a write needs a read afterwards when its outcome is in doubt. Two calls of a minute are left unused: a request may
    take a second longer to reach XPM than the one before it, and then falls into a minute that is already full.
    """

    in_flight: int = 4
    per_minute: int = 58
    per_day: int = 5000
    reserve_floor: int = 200
    reserve_share: float = 0.10

    @property
    def reserve(self) -> int:
        """Calls of a day that only reads may use: the larger of the floor and the share of the day."""
        return max(self.reserve_floor, round(self.per_day * self.reserve_share))

    @property
    def burst(self) -> int:
        """Calls of a minute that may follow each other at once, so that a page or a short read need not wait."""
        return max(1, self.per_minute // 3)

    @property
    def pace(self) -> float:
        """Seconds from one call to the next beyond the burst: a little less than an even spread, to catch up."""
        return _PACE_SHARE * 60 / self.per_minute


@dataclass(frozen=True)
class Ticket:
    """The right to make one call, to be given back with `finish`. `number` is unique within the gate."""

    tenant: str
    number: int


@dataclass(frozen=True)
class Wait:
    """The call may not start; ask again after `seconds`."""

    seconds: float
    reason: WaitReason


@dataclass(frozen=True)
class Remaining:
    """What XPM's answer said is left; None where it said nothing readable (401, 403 and many errors say nothing)."""

    minute: int | None = None
    day: int | None = None


@dataclass(frozen=True)
class Meter:
    """The limits as shown to people. `day_left` already counts what XPM said last, reserve included."""

    minute_used: int
    minute_left: int
    day_used: int
    day_left: int
    reserve: int
    in_flight: int
    paused_until: datetime | None = None
    pause_reason: str = ""


@dataclass(frozen=True)
class Load:
    """The state of one practice's gate at `now`, as `judge_call` needs it.

    `starts` are the instants of the calls that started within the last 60 seconds, oldest first. `minute_left` and
    `day_left` are what XPM said last, less the calls started since; None when unknown or when their window is over.
    """

    now: datetime
    in_flight: int
    starts: tuple[datetime, ...]
    day_used: int
    day_ends: datetime
    minute_left: int | None = None
    day_left: int | None = None
    paused_until: datetime | None = None


#: How long to wait for one of our own calls to end, or for XPM's minute (whose start we do not know) to move on.
_SHORT_WAIT = 0.25
_MINUTE_PROBE = 5.0
#: XPM's minute was filled by us alone, but for so many calls; it ends about when ours does.
_OTHERS = 3
_OWN_PROBE = 2.0


def count_day_left(limits: Limits, load: Load) -> int:
    """Calls left today: our own count, or XPM's when it is lower (other installations share the same day)."""
    ours = limits.per_day - load.day_used
    return max(0, ours if load.day_left is None else min(ours, load.day_left))


def judge_call(limits: Limits, load: Load, *, write: bool) -> Wait | None:
    """None when a call may start now, else how long to wait and why. The day's limit waits until the day ends."""
    if load.paused_until is not None and load.paused_until > load.now:
        return Wait((load.paused_until - load.now).total_seconds(), WaitReason.PAUSED)
    left = count_day_left(limits, load)
    until_day_ends = max(1.0, (load.day_ends - load.now).total_seconds())
    if left <= 0:
        return Wait(until_day_ends, WaitReason.DAY)
    if write and left <= limits.reserve:
        return Wait(until_day_ends, WaitReason.RESERVE)
    return _judge_pace(limits, load)


def _judge_pace(limits: Limits, load: Load) -> Wait | None:
    if load.in_flight >= limits.in_flight:
        return Wait(_SHORT_WAIT, WaitReason.IN_FLIGHT)
    if load.minute_left is not None and load.minute_left <= 0:
        return _judge_full_minute(limits, load)
    waits = [0.0]
    if len(load.starts) >= limits.per_minute:
        waits.append(60 - _age(load, -limits.per_minute))
    if len(load.starts) >= limits.burst:
        waits.append(limits.pace - _age(load, -1))
    return Wait(max(waits), WaitReason.MINUTE) if max(waits) > 0 else None


def _judge_full_minute(limits: Limits, load: Load) -> Wait | None:
    """XPM said that its minute is full. It does not say since when; but where nobody else calls, we know."""
    if len(load.starts) < limits.per_minute - _OTHERS:
        return Wait(_MINUTE_PROBE, WaitReason.MINUTE)
    wait = max(60 - _age(load, 0), _OWN_PROBE - _age(load, -1))
    return Wait(wait, WaitReason.MINUTE) if wait > 0 else None


def _age(load: Load, which: int) -> float:
    """Seconds since one of the starts."""
    return (load.now - load.starts[which]).total_seconds()


class Gate(Protocol):
    """The one gate per practice (tenant) for all processes. Each method is one transaction; none waits."""

    def admit(self, tenant: str, *, write: bool, deadline: datetime) -> Ticket | Wait:
        """Count a call as started and return its ticket, or say how long to wait; nothing is counted then.

        `deadline` is when the call gives up by itself: a ticket never given back (its process died) stops counting
        as in progress then.
        """
        ...

    def finish(self, ticket: Ticket, remaining: Remaining) -> None:
        """The call ended; what XPM said is left corrects our count downwards."""
        ...

    def pause(self, tenant: str, until: datetime, reason: str) -> None:
        """No call starts before `until`. An earlier `until` never shortens a pause that stands."""
        ...

    def meter(self, tenant: str) -> Meter:
        """The present state, for people and for planning a push."""
        ...
