"""XPM as the rest of Tieout sees it: typed reads, writes with outcomes, and a check of the rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from core.model import Clock
from core.xpm.calls import AccessLost, Caller, CallRefused, TokenSource
from core.xpm.endpoints import XERO, Endpoints
from core.xpm.gate import Gate
from core.xpm.reading import Reading
from core.xpm.scopes import SCOPES, find_missing_scopes
from core.xpm.transport import Transport
from core.xpm.wire import Wire
from core.xpm.wire_json import JsonWire
from core.xpm.wire_xml import XmlWire
from core.xpm.writing import Writing

_WIRES: dict[str, Callable[[], Wire]] = {"xml": XmlWire, "json": JsonWire}


@dataclass(frozen=True)
class RightCheck:
    """One right of the connection: what it is for, whether it is there, and what to do or to know about it."""

    name: str
    purpose: str
    ok: bool
    sentence: str = ""


#: The scopes that let us write, with what they are called here and what for.
_WRITES = {
    "practicemanager.job": ("write jobs", "to create jobs with their costs and complete tasks"),
    "practicemanager.time": ("write time", "to push actual time"),
}


class XpmClient(Reading, Writing):
    """One practice's XPM account.

    `mode` is xml or json; both give the same records. `patience` is the most seconds one call waits for XPM's limits
    before it raises MustWait: a few for pages, a minute and more for background work.
    """

    def __init__(
        self,
        transport: Transport,
        gate: Gate,
        signin: TokenSource,
        tenant_id: str,
        mode: str = "xml",
        *,
        clock: Clock,
        endpoints: Endpoints = XERO,
        patience: float = 5.0,
    ) -> None:
        caller = Caller(transport, gate, signin, tenant_id, _WIRES[mode](), clock, endpoints.base_url, patience)
        Reading.__init__(self, caller)
        Writing.__init__(self, caller)
        self.tenant_id = tenant_id
        self.clock = clock

    @property
    def calls(self) -> int:
        """Requests sent so far, repeats included."""
        return self._caller.calls

    def read_skew(self) -> float | None:
        """By how many seconds this computer's clock was ahead of XPM's at the last answer; None when none told."""
        return self._caller.skew

    def self_test(self, granted_scopes: str = "", needed_scopes: str = SCOPES) -> list[RightCheck]:
        """Each right the product needs, tried by a cheap read; rights to write are judged by the granted scopes.

        Seven calls. Errors of network, limits and sign-in are raised, since they say nothing about rights.
        """
        now = self.clock.now()
        # A refusal marks the connection and the next answer clears the mark: what everything hangs on comes last.
        reads: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("read templates", "to create jobs from a template", self.list_templates),
            ("read categories", "to give a job its category", self.list_categories),
            ("read task types", "to map kinds of work to XPM's tasks", self.list_task_types),
            ("read staff", "to know who is who", self.list_staff),
            (
                "read clients",
                "to link clients",
                lambda: self.list_clients(now - timedelta(minutes=1), detailed=False),
            ),
            ("read jobs", "to find each task's job task", lambda: self.list_jobs(now.date(), now.date())),
            ("read time", "to compare what XPM holds", lambda: self.list_times(now.date(), now.date())),
        )
        checks = [_try_right(name, purpose, read) for name, purpose, read in reads]
        return checks + _judge_writes(granted_scopes, needed_scopes)


def _try_right(name: str, purpose: str, read: Callable[[], object]) -> RightCheck:
    try:
        read()
    except (AccessLost, CallRefused) as error:
        return RightCheck(name, purpose, ok=False, sentence=f"The right to {name} is missing. {error}")
    return RightCheck(name, purpose, ok=True)


def _judge_writes(granted: str, needed: str) -> list[RightCheck]:
    """Nothing may be written for a test's sake, so the consent is believed; silence of Xero is no refusal."""
    missing = set(find_missing_scopes(needed, granted))
    doubt = "" if granted else "Xero did not say what it granted; the first write will show it."
    checks = []
    for scope, (name, purpose) in _WRITES.items():
        if scope in needed.split():
            lacks = f"The consent lacks the scope {scope}. Connect again and leave every box of Xero's page ticked."
            checks.append(RightCheck(name, purpose, scope not in missing, lacks if scope in missing else doubt))
    return checks
