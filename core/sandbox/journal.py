"""The record of every call as it arrived and as it was answered, for tests to assert on; it never holds a secret."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from core.sandbox.calls import ApiRequest, Delivery
from core.sandbox.limits import RateLimits

if TYPE_CHECKING:
    from core.sandbox.world import Sandbox

_CAPACITY = 100_000
_LONGEST_BODY = 20_000
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie"})
_SECRET_FIELDS = frozenset({"client_secret", "code", "code_verifier", "refresh_token", "token", "access_token"})
_HIDDEN = "***"


@dataclass
class Entry:
    """One call.

    status:       None while in progress and when nothing was answered; `wire` then says how the bytes were lost.
    quota_before, quota_after: calls left per window (minute, day, appminute) of the practice; empty without limits.
    concurrency:  calls of that practice in progress when this one began, itself included.
    problem:      the X-Rate-Limit-Problem of a 429.
    """

    number: int
    at: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str
    tenant: str = ""
    status: int | None = None
    wire: str = ""
    problem: str = ""
    concurrency: int = 0
    quota_before: dict[str, int] = field(default_factory=dict)
    quota_after: dict[str, int] = field(default_factory=dict)
    finished: bool = False


@dataclass
class CallJournal:
    """All calls, oldest first; implements `calls.Journal`. Beyond the capacity the oldest are forgotten."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_CAPACITY))
    counted: int = 0
    in_progress: Counter[str] = field(default_factory=Counter)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def begin(self, sandbox: Sandbox, request: ApiRequest) -> Entry:
        """An unfinished entry, whatever becomes of the call."""
        claimed = request.headers.get("xero-tenant-id", "").lower()
        with self.lock:
            self.counted += 1
            self.in_progress[claimed] += 1
            entry = Entry(
                number=self.counted,
                at=sandbox.clock.now().isoformat(),
                method=request.method,
                path=request.path,
                query=_hide_fields(request.query),
                headers=_hide_headers(request.headers),
                body=_hide_body(request),
                tenant=claimed,
                concurrency=self.in_progress[claimed],
                quota_before=_read_quota(sandbox, claimed),
            )
            self.entries.append(entry)
        return entry

    def finish(self, sandbox: Sandbox, entry: Entry, tenant_id: str, delivery: Delivery) -> None:
        """Close the entry; `tenant_id` is empty for a call that was not let through."""
        with self.lock:
            self.in_progress[entry.tenant] -= 1
            entry.tenant = tenant_id
            entry.quota_after = _read_quota(sandbox, tenant_id)
            entry.wire = delivery.wire
            entry.finished = True
            if delivery.answer:
                entry.status = delivery.answer.status
                entry.problem = delivery.answer.headers.get("X-Rate-Limit-Problem", "")

    def select(self, **wanted: str) -> list[dict[str, Any]]:
        """Entries as plain records, oldest first.

        wanted: method and tenant (equal), path (contained), status (equal, "none" for no answer), since (number after
        which to begin), last (how many of the newest).
        """
        since = int(wanted.get("since", 0))
        with self.lock:
            found = [asdict(entry) for entry in self.entries if entry.number > since and _fits(entry, wanted)]
        return found[-int(wanted["last"]) :] if "last" in wanted else found

    def clear(self) -> None:
        """Forget the entries; their numbers go on counting."""
        with self.lock:
            self.entries.clear()


def _fits(entry: Entry, wanted: dict[str, str]) -> bool:
    status = "none" if entry.status is None else str(entry.status)
    return (
        wanted.get("method", entry.method).upper() == entry.method
        and wanted.get("tenant", entry.tenant) == entry.tenant
        and wanted.get("path", "") in entry.path
        and wanted.get("status", status) == status
    )


def _read_quota(sandbox: Sandbox, tenant_id: str) -> dict[str, int]:
    if not isinstance(sandbox.limits, RateLimits) or tenant_id not in sandbox.tenants:
        return {}
    return sandbox.limits.remaining(sandbox, tenant_id)


def _hide_headers(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in _SECRET_HEADERS}


def _hide_fields(fields: Any) -> dict[str, str]:
    return {name: _HIDDEN if name in _SECRET_FIELDS else value for name, value in fields.items()}


def _hide_body(request: ApiRequest) -> str:
    """The body as text; of a form sent to the sign-in addresses only what is no secret."""
    text = request.body[:_LONGEST_BODY].decode("utf-8", "replace")
    if "/connect/" in request.path:
        return urlencode(_hide_fields(dict(parse_qsl(text))), safe="*")
    return text
