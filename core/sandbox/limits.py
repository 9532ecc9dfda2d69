"""Calls per minute, per day, per app and at once, as the real service counts them.

Windows are fixed, not sliding. Each practice's minute and day begin at their own moments, derived from its id, so that
a client cannot get by with the wall clock's. A refused call is not counted and takes no slot. The highest numbers are
public documentation; that a call refused for concurrency costs no quota is an assumption.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.sandbox.calls import ApiAnswer

if TYPE_CHECKING:
    from core.sandbox.world import Sandbox

MINUTE, DAY = 60, 86_400

_PROBLEM_HEADERS = {
    "appminute": "X-AppMinLimit-Remaining",
    "minute": "X-MinLimit-Remaining",
    "day": "X-DayLimit-Remaining",
}


class LimitValueError(ValueError):
    """A limit of that name does not exist, or a limit is no whole number."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(
            f"The limit {name!r} cannot be set to {value!r}. Set concurrent, minute, day or appminute to a whole "
            "number, or enabled to true or false."
        )


@dataclass(frozen=True)
class Allowance:
    """The limits in force. `day` None means: the switch daily_limit rules."""

    enabled: bool = True
    concurrent: int = 5
    minute: int = 60
    day: int | None = None
    appminute: int = 10_000


@dataclass
class Window:
    """How many calls were counted in the fixed window with this number."""

    number: int = -1
    used: int = 0


@dataclass
class RateLimits:
    """The counters of one sandbox; implements `calls.Limits`."""

    allowance: Allowance = field(default_factory=Allowance)
    in_flight: Counter[str] = field(default_factory=Counter)
    windows: dict[tuple[str, str], Window] = field(default_factory=dict)

    def admit(self, sandbox: Sandbox, tenant_id: str) -> ApiAnswer | None:
        """None when let through: counted, with a slot taken. Else the whole 429, which costs nothing."""
        problem = self._find_problem(sandbox, tenant_id) if self.allowance.enabled else None
        if problem:
            return self._refuse(sandbox, tenant_id, problem)
        for kind in ("minute", "day", "appminute") if self.allowance.enabled else ():
            self._window(sandbox, kind, tenant_id).used += 1
        self.in_flight[tenant_id] += 1
        return None

    def release(self, sandbox: Sandbox, tenant_id: str) -> None:
        """Give back the slot of one admitted call."""
        self.in_flight[tenant_id] -= 1

    def remaining_headers(self, sandbox: Sandbox, tenant_id: str) -> dict[str, str]:
        """The three counters as headers; none with limits off or when the switch limit_headers leaves them out."""
        if not self.allowance.enabled or sandbox.switches.limit_headers == "absent":
            return {}
        return {header: str(self._left(sandbox, kind, tenant_id)) for kind, header in _PROBLEM_HEADERS.items()}

    def count_app_call(self, sandbox: Sandbox) -> dict[str, str]:
        """Count a call that reached no practice (a 403); the one header that its answer shows."""
        self._window(sandbox, "appminute", "").used += 1
        headers = self.remaining_headers(sandbox, "")
        return {name: value for name, value in headers.items() if name == _PROBLEM_HEADERS["appminute"]}

    def remaining(self, sandbox: Sandbox, tenant_id: str) -> dict[str, int]:
        """Calls left per window: minute, day, appminute."""
        return {kind: self._left(sandbox, kind, tenant_id) for kind in _PROBLEM_HEADERS}

    def set_allowance(self, name: str, value: object) -> None:
        """Change one limit; LimitValueError for anything but its name and a fitting value."""
        wanted = bool if name == "enabled" else int
        known = name in Allowance.__dataclass_fields__
        if not known or not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise LimitValueError(name, value)
        values = {name: value}
        self.allowance = replace(self.allowance, **values)  # type: ignore[arg-type]  # checked above, by name

    def reset(self) -> None:
        """Forget what was counted; calls in flight stay counted."""
        self.windows.clear()

    def _find_problem(self, sandbox: Sandbox, tenant_id: str) -> str | None:
        if self.in_flight[tenant_id] >= self.allowance.concurrent:
            return "concurrent"
        spent = (kind for kind in ("day", "appminute", "minute") if self._left(sandbox, kind, tenant_id) <= 0)
        return next(spent, None)

    def _refuse(self, sandbox: Sandbox, tenant_id: str, problem: str) -> ApiAnswer:
        headers = {**self.remaining_headers(sandbox, tenant_id), "X-Rate-Limit-Problem": problem}
        if problem != "concurrent":
            headers["Retry-After"] = str(self.seconds_left(sandbox, problem, tenant_id))
        return ApiAnswer(429, headers)

    def _left(self, sandbox: Sandbox, kind: str, tenant_id: str) -> int:
        return max(0, self._limit(sandbox, kind) - self._window(sandbox, kind, tenant_id).used)

    def _limit(self, sandbox: Sandbox, kind: str) -> int:
        if kind == "day":
            return sandbox.switches.daily_limit if self.allowance.day is None else self.allowance.day
        return self.allowance.minute if kind == "minute" else self.allowance.appminute

    def _window(self, sandbox: Sandbox, kind: str, tenant_id: str) -> Window:
        owner = "" if kind == "appminute" else tenant_id
        window = self.windows.setdefault((kind, owner), Window())
        number = math.floor((sandbox.clock.now().timestamp() - find_window_start(kind, owner)) / _length(kind))
        if window.number != number:
            window.number, window.used = number, 0
        return window

    def seconds_left(self, sandbox: Sandbox, kind: str, tenant_id: str) -> int:
        """Whole seconds, at least one, until the window of this kind ends."""
        owner = "" if kind == "appminute" else tenant_id
        since = (sandbox.clock.now().timestamp() - find_window_start(kind, owner)) % _length(kind)
        return max(1, math.ceil(_length(kind) - since))


def _length(kind: str) -> int:
    return DAY if kind == "day" else MINUTE


def find_window_start(kind: str, tenant_id: str) -> int:
    """Seconds after midnight UTC (day: a full hour) or after the full minute at which the tenant's windows begin."""
    if not tenant_id:
        return 0
    first, second = hashlib.sha256(tenant_id.encode()).digest()[:2]
    return first % 24 * 3600 if kind == "day" else second % 60
