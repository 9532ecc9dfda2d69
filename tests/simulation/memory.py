"""The ledger's database in memory, with backups; and the count of calls of all processes without a database.

The database is SQLite with the same rules as a file's; only the disk is missing, and nothing here is about disks. The
gate's table would be half of all statements, so its counting is done in plain lists here: the policy that judges the
count is the real one, and the table has tests of its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from core.model import Clock
from core.store.engine import migrate
from core.xpm.gate import Wait

_WINDOW = timedelta(seconds=60)


class Database:
    """An SQLite database in memory, already migrated. `raw` is its one connection, for looking behind the core."""

    def __init__(self) -> None:
        self.engine = _open()
        self.raw = _raw_connection(self.engine)
        self.raw.deserialize(_template())

    def back_up(self) -> bytes:
        """A copy as a backup holds it."""
        return bytes(self.raw.serialize())

    def restore(self, backup: bytes) -> None:
        """Go back to a copy; nobody may be in the middle of a transaction."""
        self.raw.deserialize(backup)

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a query, past the core."""
        return list(self.raw.execute(sql, values))

    def close(self) -> None:
        """Forget it."""
        self.engine.dispose()


def _open() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare(raw: Any, _record: object) -> None:
    raw.isolation_level = None
    for pragma in ("foreign_keys = ON", "recursive_triggers = ON"):
        raw.execute(f"PRAGMA {pragma}")


def _raw_connection(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.connection.driver_connection


@functools.cache
def _template() -> bytes:
    engine = _open()
    migrate(engine)
    content = bytes(_raw_connection(engine).serialize())
    engine.dispose()
    return content


class MemoryCounter:
    """The calls of one practice, counted for all processes: the `CallCounter` of core.xpm, each call as one list."""

    def __init__(self) -> None:
        self.open: dict[int, datetime] = {}
        self.starts: list[datetime] = []
        self.number = 0
        self.day = ""
        self.used = 0
        self.minute_left: int | None = None
        self.day_left: int | None = None
        self.seen_at: datetime | None = None
        self.paused_until: datetime | None = None
        self.pause_reason = ""

    def use(self, clock: Clock) -> CounterEnd:
        """The counter as a process with this clock sees it."""
        return CounterEnd(self, clock)


class CounterEnd:
    """One process's end of the counter."""

    def __init__(self, shared: MemoryCounter, clock: Clock) -> None:
        self._shared = shared
        self._clock = clock

    def admit(self, tenant: str, judge: Callable[[dict[str, Any]], Wait | None], *, gives_up_at: datetime) -> Any:
        """See `CallCounter.admit`."""
        shared, facts = self._shared, self.facts(tenant)
        wait = judge(dict(facts))
        if wait is not None:
            return wait
        shared.number += 1
        shared.open[shared.number] = gives_up_at
        shared.starts.append(facts["now"])
        shared.used, shared.day = facts["day_used"] + 1, _day(facts["now"])
        shared.minute_left, shared.day_left = _less(facts["minute_left"]), _less(facts["day_left"])
        return shared.number

    def finish(self, tenant: str, number: int, *, minute_left: int | None = None, day_left: int | None = None) -> None:
        """See `CallCounter.finish`."""
        shared = self._shared
        shared.open.pop(number, None)
        if minute_left is None and day_left is None:
            return
        facts = self.facts(tenant)
        shared.seen_at = facts["now"]
        shared.minute_left = _lower(facts["minute_left"], minute_left, 10)
        shared.day_left = _lower(facts["day_left"], day_left, 50)
        if day_left is not None and facts["day_left"] is not None and shared.day_left > facts["day_left"]:
            shared.used = 0

    def pause(self, tenant: str, until: datetime, reason: str) -> None:
        """See `CallCounter.pause`."""
        shared = self._shared
        if shared.paused_until is None or shared.paused_until < until:
            shared.paused_until, shared.pause_reason = until, reason

    def facts(self, tenant: str) -> dict[str, Any]:
        """See `CallCounter.facts`."""
        shared, now = self._shared, self._clock.now()
        shared.starts = [start for start in shared.starts if now - _WINDOW < start < now + _WINDOW]
        paused = shared.paused_until if shared.paused_until and shared.paused_until > now else None
        seen, today = shared.seen_at, shared.day == _day(now)
        outdated = seen is None or (shared.paused_until is not None and seen <= shared.paused_until <= now)
        midnight = datetime.combine(now.astimezone(UTC).date(), datetime.min.time(), UTC)
        return {
            "now": now,
            "in_flight": sum(1 for gives_up_at in shared.open.values() if gives_up_at > now),
            "starts": tuple(shared.starts),
            "day_used": shared.used if today else 0,
            "day_ends": midnight + timedelta(days=1),
            "minute_left": None if outdated or (seen and seen + _WINDOW <= now) else shared.minute_left,
            "day_left": shared.day_left if today and not outdated else None,
            "paused_until": paused,
            "pause_reason": shared.pause_reason if paused else "",
        }


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def _less(left: int | None) -> int | None:
    return None if left is None else max(0, left - 1)


def _lower(known: int | None, told: int | None, slack: int) -> int | None:
    if known is None or told is None:
        return known if told is None else told
    return told if told < known or told > known + slack else known
