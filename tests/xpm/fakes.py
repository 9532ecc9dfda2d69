"""A gate and a token store in memory, and a network that answers from a script."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import httpx

from core.model import Clock
from core.xpm.gate import Limits, Load, Meter, Remaining, Ticket, Wait, count_day_left, judge_call
from core.xpm.tokens import Connection, Consent


class MemoryGate:
    """The gate's policy over lists; `log` tells what was asked of it."""

    def __init__(self, clock: Clock, limits: Limits | None = None) -> None:
        self.clock = clock
        self.limits = limits or Limits()
        self.starts: list[datetime] = []
        self.open: set[int] = set()
        self.remaining = Remaining()
        self.paused_until: datetime | None = None
        self.pause_reason = ""
        self._numbers = itertools.count(1)

    def _load(self) -> Load:
        now = self.clock.now()
        recent = tuple(start for start in self.starts if now - start < timedelta(seconds=60))
        day_ends = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return Load(
            now, len(self.open), recent, len(self.starts), day_ends, None, self.remaining.day, self.paused_until
        )

    def admit(self, tenant: str, *, write: bool, deadline: datetime) -> Ticket | Wait:
        wait = judge_call(self.limits, self._load(), write=write)
        if wait is not None:
            return wait
        ticket = Ticket(tenant, next(self._numbers))
        self.starts.append(self.clock.now())
        self.open.add(ticket.number)
        return ticket

    def finish(self, ticket: Ticket, remaining: Remaining) -> None:
        self.open.discard(ticket.number)
        self.remaining = remaining

    def pause(self, tenant: str, until: datetime, reason: str) -> None:
        if self.paused_until is None or until > self.paused_until:
            self.paused_until, self.pause_reason = until, reason

    def meter(self, tenant: str) -> Meter:
        load = self._load()
        used, left = len(load.starts), count_day_left(self.limits, load)
        return Meter(used, self.limits.per_minute - used, load.day_used, left, self.limits.reserve, load.in_flight)


class MemoryTokens:
    """Connections and consents in dictionaries; `swaps` counts successful writes."""

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}
        self.consents: dict[str, Consent] = {}
        self.swaps = 0
        self._lock = threading.Lock()

    def read_connection(self, practice: str) -> Connection | None:
        return self.connections.get(practice)

    def swap_connection(self, practice: str, connection: Connection, *, expected: int) -> bool:
        with self._lock:
            stored = self.connections.get(practice)
            if (stored.generation if stored else 0) != expected:
                return False
            self.connections[practice] = replace(connection, generation=expected + 1)
            self.swaps += 1
            return True

    def add_consent(self, consent: Consent) -> None:
        self.consents[consent.state] = consent

    def read_consent(self, state: str) -> Consent | None:
        return self.consents.get(state)

    def use_consent(self, state: str, at: datetime) -> bool:
        consent = self.consents.get(state)
        if consent is None or consent.used_at is not None:
            return False
        self.consents[state] = replace(consent, used_at=at)
        return True

    def offer_accounts(self, state: str, sealed: bytes, offered: str) -> None:
        self.consents[state] = replace(self.consents[state], sealed=sealed, offered=offered)


Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Raw(httpx.SyncByteStream):
    """A body as it comes over the wire."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._body), 65536):
            yield self._body[start : start + 65536]


@dataclass
class Script(httpx.BaseTransport):
    """Answers in order, then repeats the last; what was asked is in `requests`."""

    replies: Sequence[Reply]
    requests: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        reply = self.replies[min(len(self.requests), len(self.replies) - 1)]
        self.requests.append(request)
        if isinstance(reply, Exception):
            raise reply
        response = reply(request) if callable(reply) else reply
        if not response.is_closed:
            return response
        # A response made with content counts as read already, and could be read once only.
        return httpx.Response(response.status_code, headers=response.headers, stream=Raw(response.content))


def xml(body: str, status: int = 200, **headers: str) -> httpx.Response:
    """An answer in XPM's classic form."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    content_type = {"content-type": "text/xml; charset=utf-8", "xero-correlation-id": "corr-1"}
    return httpx.Response(status, headers=content_type | names, content=body.encode())


def ok(inner: str) -> httpx.Response:
    """A successful answer around this payload."""
    return xml(f'<Response api-method="Get"><Status>OK</Status>{inner}</Response>')


def error(words: str) -> httpx.Response:
    """A business error: status 200 and XPM's words."""
    return xml(
        f'<Response api-method="Get"><Status>ERROR</Status><ErrorDescription>{words}</ErrorDescription></Response>'
    )
