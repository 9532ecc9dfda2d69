"""One running sandbox: its practices, clock, randomness and policies, and the record of what really happened."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.sandbox.calls import ApiRequest, Faults, Identity, Journal, Limits
from core.sandbox.clock import SandboxClock
from core.sandbox.recent import RecentChanges
from core.sandbox.state import Tenant
from core.sandbox.switches import Switches
from core.sandbox.time_index import TimeIndex


@dataclass(frozen=True)
class TruthEvent:
    """One change that really took place. `by` is "api" or "person"; `at` an ISO moment in UTC."""

    op: str
    tenant: str
    uuid: str
    fields: dict[str, Any]
    by: str
    at: str


@dataclass(frozen=True)
class LateCall:
    """A call whose sender gave up and that is handled only when the clock reaches `due` (seconds since 1970)."""

    due: float
    tenant_id: str
    request: ApiRequest


@dataclass
class Sandbox:
    """Everything a call may touch.

    `link_base` is the host written into paging links: as in the real service, not the one that was asked.

    identity, limits, faults and journal may be left out: such a sandbox lets every call through, to the practice named
    in its Xero-tenant-id header.
    """

    tenants: dict[str, Tenant]
    clock: SandboxClock = field(default_factory=SandboxClock)
    random: random.Random = field(default_factory=lambda: random.Random(1))
    switches: Switches = field(default_factory=Switches)
    identity: Identity | None = None
    limits: Limits | None = None
    faults: Faults | None = None
    journal: Journal | None = None
    truth: list[TruthEvent] = field(default_factory=list)
    late_calls: list[LateCall] = field(default_factory=list)
    origin: Callable[[], dict[str, Tenant]] | None = None  # builds the practices anew for a reset
    time_indexes: dict[str, TimeIndex] = field(default_factory=dict)
    recent_changes: dict[str, RecentChanges] = field(default_factory=dict)
    link_base: str = "https://api.xero.com"
    practice_url: str = "https://practice.example"
    lock: threading.RLock = field(default_factory=threading.RLock)  # held while a practice is read or changed
    gate: threading.RLock = field(default_factory=threading.RLock)  # held at the entrance, so that refusals never wait

    def new_uuid(self) -> str:
        """A version 4 UUID drawn from the sandbox's own randomness, so that a seed repeats a history."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def record(self, op: str, tenant: Tenant, record_uuid: str, fields: dict[str, Any], by: str) -> None:
        """Append to the truth; nothing ever removes from it."""
        self.truth.append(TruthEvent(op, tenant.id, record_uuid, fields, by, self.clock.now().isoformat()))
