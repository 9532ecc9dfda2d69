"""XPM as the rest of Tieout sees it: typed reads, writes with outcomes, and a check of the rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from core.model import Clock, TieoutError
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
    """One right of the connection: what it is for, whether it is there, and if not what to do."""

    name: str
    ok: bool
    sentence: str = ""


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

        Seven calls. Errors of network and limits are raised, since they say nothing about rights.
        """
        now = self.clock.now()
        reads: dict[str, Callable[[], object]] = {
            "read staff": self.list_staff,
            "read clients": lambda: self.list_clients(now - timedelta(minutes=1), detailed=False),
            "read jobs": lambda: self.list_jobs(now.date(), now.date()),
            "read time": lambda: self.list_times(now.date(), now.date()),
            "read task types": self.list_task_types,
            "read templates": self.list_templates,
            "read categories": self.list_categories,
        }
        checks = [_try_right(name, read) for name, read in reads.items()]
        missing = find_missing_scopes(needed_scopes, granted_scopes)
        checks += [
            RightCheck(scope, ok=False, sentence=f"The consent lacks the scope {scope}. Connect again to grant it.")
            for scope in missing
        ]
        return checks


def _try_right(name: str, read: Callable[[], object]) -> RightCheck:
    try:
        read()
    except (AccessLost, CallRefused) as error:
        return RightCheck(name, ok=False, sentence=_say_missing(name, error))
    return RightCheck(name, ok=True)


def _say_missing(name: str, error: TieoutError) -> str:
    return f"The right to {name} is missing. {error}"
