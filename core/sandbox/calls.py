"""What a call is made of, and what the parts that guard, disturb and record calls promise each other.

Everything here works without a socket: a test may build an `ApiRequest`, run it through the pipeline on a frozen clock
and read the `Delivery`. The web application in `app.py` only translates between these records and HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

if TYPE_CHECKING:
    from core.sandbox.world import Sandbox

XPM_ROOT = "/practicemanager/3.1/"


@dataclass(frozen=True)
class ApiRequest:
    """One call as it arrived.

    `path` is still percent-encoded, since a job number may hold a slash; header names are lower case.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class ApiAnswer:
    """Status, headers (as they go out, without content-length) and body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def with_headers(self, more: Mapping[str, str]) -> ApiAnswer:
        """The same answer; headers it already has win over `more`."""
        return ApiAnswer(self.status, {**more, **self.headers}, self.body)


@dataclass(frozen=True)
class Grant:
    """A call let through: for which practice, with which scopes."""

    tenant_id: str
    scopes: frozenset[str] = frozenset()
    client_id: str = ""


@dataclass(frozen=True)
class FaultPlan:
    """What happens to a call that was admitted, before the practice is touched. The default is: nothing.

    wait:       seconds of latency with the concurrency slot held.
    answer:     given instead of handling the call; the practice stays as it is.
    drop:       the request is lost: nothing handled, no byte answered.
    land_after: handled only once the clock has moved this many seconds; no byte is answered.
    lag:        reads of this call see times and jobs as they were this many seconds ago.
    rows:       what is done to the rows of a list: "cut" (the last third is missing), "duplicate" (the first row
                comes twice), "shuffle", or "" for nothing.
    wire:       how the bytes are lost when `drop` or `land_after` is set, see Delivery.wire.
    """

    wait: float = 0.0
    answer: ApiAnswer | None = None
    drop: bool = False
    land_after: float | None = None
    lag: float = 0.0
    rows: str = ""
    wire: str = "close"


@dataclass(frozen=True)
class Delivery:
    """What the caller gets to see.

    answer: None when nothing is answered at all.
    wire:   "whole" is written by the application itself; every other word is carried out by `Faults.deliver`
            (close, reset, hang, half_header, short_body, no_length, slow_body and so on).
    wait:   seconds between handling and answering, with the concurrency slot held.
    """

    answer: ApiAnswer | None
    wire: str = "whole"
    wait: float = 0.0


class Identity(Protocol):
    """Sign-in, connections and scopes."""

    def authorise(self, sandbox: Sandbox, request: ApiRequest, scopes: frozenset[str]) -> Grant | ApiAnswer:
        """Let the call through when its token holds any of `scopes` (empty: any token will do) and its
        Xero-tenant-id is connected; otherwise the whole 401 or 403, correlation id included in body and header."""

    def routes(self, sandbox: Sandbox) -> list[Route]:
        """The pages and addresses of sign-in, to be mounted at the root."""


class Limits(Protocol):
    """Calls per minute, per day and at once."""

    def admit(self, sandbox: Sandbox, tenant_id: str) -> ApiAnswer | None:
        """Count the call and take a concurrency slot, or the whole 429 (which takes none)."""

    def release(self, sandbox: Sandbox, tenant_id: str) -> None:
        """Give the slot back; called once for every admitted call, whatever became of it."""

    def remaining_headers(self, sandbox: Sandbox, tenant_id: str) -> dict[str, str]:
        """The counters that an answered call shows."""


class Faults(Protocol):
    """Disturbances by rule."""

    def before(self, sandbox: Sandbox, request: ApiRequest, tenant_id: str) -> FaultPlan:
        """Decide once per admitted call; asking again would count as another call."""

    def after(self, sandbox: Sandbox, request: ApiRequest, tenant_id: str, answer: ApiAnswer) -> Delivery:
        """What becomes of an answer that was made; not asked when the request was lost."""

    async def deliver(self, delivery: Delivery, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out a delivery whose `wire` is not "whole" on the socket."""


class Journal(Protocol):
    """What was asked and answered, for tests to assert on."""

    def begin(self, sandbox: Sandbox, request: ApiRequest) -> Any:
        """Note that a call came in; the value comes back in `finish`."""

    def finish(self, sandbox: Sandbox, entry: Any, tenant_id: str, delivery: Delivery) -> None:
        """`tenant_id` is empty when the call was not let through."""
