"""Everything of one seed that its actors share: time, XPM, the ledger, the local side, and the log of what happened."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from core.model import OutsideFailed
from core.push.ports import Current
from core.push.settings import PushSettings
from core.sandbox.fault_rules import RuleBook, read_rules
from core.sandbox.faults import FaultInjector
from core.sandbox.switches import set_switch
from core.store.ledger import LedgerTable
from core.xpm.secrets import Secret, Vault, make_key
from core.xpm.tokens import Connection, ConnectionState
from tests.simulation.hub import Hub, ProcessClock
from tests.simulation.memory import Database, MemoryCounter
from tests.simulation.network import Network
from tests.simulation.office import Held, Office
from tests.simulation.practice import make_practice, make_sandbox, sign_in, type_history
from tests.simulation.watch import Watch
from tests.simulation.weather import Mode, Weather, draw_weather, write_rules
from tests.xpm.fakes import MemoryTokens

PRACTICE = "demo"
_READS = ("find", "frame", "last", "known", "count", "entries", "members", "attempts", "choices", "halt_reason", "read")


class DiskTrouble(OutsideFailed):
    """The disk is full, or the database is locked for too long."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: the disk did not take it.")


class Scene:
    """The stage of one seed."""

    def __init__(self, seed: int, mode: Mode, folder: Path) -> None:
        self.seed = seed
        self.mode = mode
        self.hub = Hub()
        self.log: list[str] = []
        self.is_over = False
        self.is_calm = False
        self.weather: Weather = draw_weather(seed, mode)
        self.chance = Random(f"{seed}|scene")
        practice, tenant = make_practice(self.chance, self.weather.entries, narrow=self.weather.merging != "none")
        self.sandbox = make_sandbox(tenant, self.hub, seed)
        type_history(self.sandbox, practice, self.chance)
        for name, value in self.weather.switches.items():
            self.sandbox.switches = set_switch(self.sandbox.switches, name, value)
        self.office = Office(practice, Random(f"{seed}|office"), self.weather.merging)
        self.network = Network(self.sandbox, self.hub, Random(f"{seed}|network"), self.note)
        self.database = Database()
        self.counter = MemoryCounter()
        self.journal_path = folder / f"push-{seed}.journal"
        self.journal_path.unlink(missing_ok=True)
        self.watch = Watch(self)
        numbers = itertools.count(1)
        self.new_id = lambda: f"{next(numbers):06}"
        rows = self.chance.choice((20_000, 20_000, 300))
        self.settings = PushSettings(rows_per_list=rows, merging=self.weather.merging)
        self.per_day = 5000
        self.vault = Vault([make_key()])
        self.tokens = MemoryTokens()
        self.connect()
        # A reader without process: for people, who look at pages.
        self.clock = ProcessClock(self.hub, lambda: None)
        self.ledger = LedgerTable(self.database.engine, self.clock, self.new_id)

    # -- weather ------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Let the weather loose."""
        weather, faults = self.weather, self.faults
        faults.book = read_rules(write_rules(weather, self.seed))
        self.network.trouble.refused, self.network.trouble.token_lost = (
            weather.line["refused"],
            weather.line["token_lost"],
        )
        self.network.trouble.outages[:] = weather.outages

    def calm_down(self) -> None:
        """No more faults; what is under way still lands."""
        self.is_calm = True
        self.faults.book = RuleBook()
        self.network.trouble.calm_down()
        self.weather.disk_trouble.clear()
        self.note("weather", "calm")

    @property
    def faults(self) -> FaultInjector:
        """XPM's fault injector."""
        injector = self.sandbox.faults
        assert isinstance(injector, FaultInjector)
        return injector

    def trouble_disk(self, name: str) -> None:
        """Raises what a full disk raises, in bad times, for whatever writes."""
        is_bad = any(start <= self.hub.seconds < end for start, end in self.weather.disk_trouble)
        if is_bad and not name.startswith(_READS) and self.network.chance.random() < 0.3:
            self.note("disk", f"{name} fails")
            raise DiskTrouble(name)

    # -- what everybody needs -----------------------------------------------------------------------------------------

    def note(self, who: str, what: str) -> None:
        """One line of the log."""
        self.log.append(f"{self.hub.seconds:10.2f} {who}: {what}")

    def read_current(self) -> Current:
        """What the local side wants now."""
        members: dict[str, dict[str, str]] = defaultdict(dict)
        for bundle, entry_id, content in self.ask_ledger("select bundle, entry_id, content_hash from bundle_entry"):
            members[bundle][entry_id] = content
        names = "id, group_key, seq, state, reason, by_hand, invoiced, attempts, run, desired"
        rows = self.ask_ledger(f"select {names} from bundle order by seq, id")  # noqa: S608  (our own words)
        held = [Held._make((*row, members.get(row[0], {}))) for row in rows]
        return self.office.current(held, self.find_excluded())

    def find_excluded(self) -> set[str]:
        """Entries of which a person said last that they never go."""
        said = dict(self.ask_ledger("select entry_id, choice from hold_choice order by id"))
        return {entry_id for entry_id, choice in said.items() if choice == "exclude"}

    def ask_ledger(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the ledger's tables, past the core."""
        return self.database.ask(sql, *values)

    def connect(self) -> None:
        """A person signs in at XPM, for the first time or again."""
        granted = sign_in(self.sandbox)
        row = self.tokens.read_connection(PRACTICE)
        context = f"xero|{PRACTICE}|"
        access, refresh = granted["access_token"], granted["refresh_token"]
        fresh = Connection(
            state=ConnectionState.CONNECTED,
            tenant_id=next(iter(self.sandbox.tenants)),
            access_token=self.vault.seal(access, f"{context}access"),
            refresh_token=self.vault.seal(refresh, f"{context}refresh"),
            access_expires_at=self.hub.moment() + timedelta(seconds=float(granted["expires_in"])),
            refreshed_at=self.hub.moment(),
            key_id=self.vault.key_id,
        )
        self.tokens.swap_connection(PRACTICE, fresh, expected=row.generation if row else 0)

    def issued_secrets(self) -> list[Secret]:
        """Every token XPM ever gave: none may be found in anything written."""
        identity: Any = self.sandbox.identity
        return [Secret(value) for value in (*identity.tokens.access, *identity.tokens.refresh)]

    def close(self) -> None:
        """Forget the seed."""
        self.database.close()
        self.journal_path.unlink(missing_ok=True)
