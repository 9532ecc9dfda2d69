"""One call of the control path, and the parts of the sandbox that its handlers reach for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.sandbox.faults import FaultInjector
from core.sandbox.identity import SignIn
from core.sandbox.journal import CallJournal
from core.sandbox.limits import RateLimits
from core.sandbox.world import Sandbox


class ControlError(ValueError):
    """A wish of the control path that cannot be fulfilled."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}.")


@dataclass(frozen=True)
class Wish:
    """One call of the control path: what is after the name in the path, the query, and the JSON body."""

    rest: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    def fields(self, *known: str) -> dict[str, Any]:
        """The body as an object with some of these fields; anything else is refused."""
        body = {} if self.body is None else self.body
        if not isinstance(body, dict) or set(body) - set(known):
            raise ControlError("The body does not fit", f"Send a JSON object with some of: {', '.join(known)}")
        return body


def _part(part: Any, kind: type[Any], name: str) -> Any:
    if not isinstance(part, kind):
        raise ControlError(f"This sandbox runs without {name}", "Start it by `python -m core.sandbox`")
    return part


def find_sign_in(sandbox: Sandbox) -> SignIn:
    """The sign-in, or ControlError in a sandbox without one."""
    found: SignIn = _part(sandbox.identity, SignIn, "sign-in")
    return found


def find_limits(sandbox: Sandbox) -> RateLimits:
    """The limits, or ControlError in a sandbox without them."""
    found: RateLimits = _part(sandbox.limits, RateLimits, "limits")
    return found


def find_faults(sandbox: Sandbox) -> FaultInjector:
    """The faults, or ControlError in a sandbox without them."""
    found: FaultInjector = _part(sandbox.faults, FaultInjector, "faults")
    return found


def find_journal(sandbox: Sandbox) -> CallJournal:
    """The journal, or ControlError in a sandbox without one."""
    found: CallJournal = _part(sandbox.journal, CallJournal, "a journal")
    return found
