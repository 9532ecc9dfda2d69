"""The calls to XPM that all our processes make, counted in one place.

The policy (how many calls are allowed) belongs to the room that calls XPM and is handed in as a function; this module
gives it the facts and writes its answer down in one short transaction, so that two processes never count the same
free place twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.model import Clock, utc_text
from core.store.engine import fetch_rows, hold_lock, reading, writing
from core.store.tables import gate, gate_call

WaitT = TypeVar("WaitT")

#: The state of one tenant's gate by name: now, in_flight, starts (instants of the last minute, oldest first), day_used,
#: day_ends, minute_left and day_left (as XPM said last, less the calls since; None when unknown), paused_until,
#: pause_reason.
Facts = dict[str, Any]

_WINDOW = timedelta(seconds=60)
# Answers arrive out of order, so a slightly higher count is old news; a much higher one is a new window of XPM's.
_MINUTE_SLACK = 10
_DAY_SLACK = 50


class GateCalls:
    """Admits, ends and counts calls per tenant."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def admit(self, tenant: str, judge: Callable[[Facts], WaitT | None], *, gives_up_at: datetime) -> int | WaitT:
        """Count a call as started when `judge` has nothing against it, and return its number.

        Otherwise return what `judge` said; nothing is counted then. A call that never ends (its process died) stops
        counting as in flight at `gives_up_at`.
        """
        now = self._clock.now()
        with writing(self._engine) as connection:
            hold_lock(connection, "gate", tenant)
            facts = _read_facts(connection, tenant, now)
            wait = judge(facts)
            if wait is not None:
                return wait
            number = _start_call(connection, tenant, now, gives_up_at)
            _count_start(connection, tenant, facts)
            _forget_old_calls(connection, tenant, number, now)
            return number

    def finish(self, tenant: str, number: int, *, minute_left: int | None = None, day_left: int | None = None) -> None:
        """The call ended. What XPM said is left corrects the count; None where it said nothing."""
        now = self._clock.now()
        with writing(self._engine) as connection:
            hold_lock(connection, "gate", tenant)
            ended = update(gate_call).where(gate_call.c.id == number, gate_call.c.tenant == tenant)
            connection.execute(ended.values(ended_at=utc_text(now)))
            if minute_left is not None or day_left is not None:
                facts = _read_facts(connection, tenant, now)
                _write_gate(connection, tenant, _corrected(facts, minute_left, day_left))

    def pause(self, tenant: str, until: datetime, reason: str) -> None:
        """No call starts before `until`; a longer pause that stands is kept."""
        with writing(self._engine) as connection:
            hold_lock(connection, "gate", tenant)
            standing = _read_facts(connection, tenant, self._clock.now())["paused_until"]
            if standing is None or standing < until:
                _write_gate(connection, tenant, {"paused_until": utc_text(until), "pause_reason": reason})

    def facts(self, tenant: str) -> Facts:
        """The present state, without counting anything."""
        with reading(self._engine) as connection:
            return _read_facts(connection, tenant, self._clock.now())


def _read_facts(connection: Connection, tenant: str, now: datetime) -> Facts:
    rows = fetch_rows(connection, select(gate).where(gate.c.tenant == tenant))
    row = rows[0] if rows else dict.fromkeys(gate.c.keys())
    paused_until = _instant(row["paused_until"])
    seen_at = _instant(row["seen_at"])
    # XPM's own day starts at an hour we cannot know: what it said holds until our day ends or a pause is over.
    outdated = seen_at is None or (paused_until is not None and seen_at <= paused_until <= now)
    today = row["day"] == _day(now)
    minute_over = seen_at is None or seen_at + _WINDOW <= now
    starts = _starts(connection, tenant, now)
    return {
        "now": now,
        "in_flight": _count_in_flight(connection, tenant, now),
        "starts": starts,
        "day_used": row["day_used"] if today else 0,
        "day_ends": datetime.combine(now.astimezone(UTC).date(), datetime.min.time(), UTC) + timedelta(days=1),
        "minute_left": None if outdated or minute_over else row["minute_left"],
        "day_left": row["day_left"] if today and not outdated else None,
        "paused_until": paused_until if paused_until and paused_until > now else None,
        "pause_reason": row["pause_reason"] if paused_until and paused_until > now else "",
    }


def _starts(connection: Connection, tenant: str, now: datetime) -> tuple[datetime, ...]:
    mine = select(gate_call.c.started_at).where(_sane(tenant, now), gate_call.c.started_at > utc_text(now - _WINDOW))
    texts = connection.execute(mine.order_by(gate_call.c.started_at)).scalars()
    return tuple(datetime.fromisoformat(text) for text in texts)


def _count_in_flight(connection: Connection, tenant: str, now: datetime) -> int:
    waiting = and_(_sane(tenant, now), gate_call.c.ended_at.is_(None), gate_call.c.gives_up_at > utc_text(now))
    return connection.execute(select(func.count()).select_from(gate_call).where(waiting)).scalar_one()


def _sane(tenant: str, now: datetime) -> ColumnElement[bool]:
    # Calls from far in the future were started before a clock was set back; they must not block for that long.
    return and_(gate_call.c.tenant == tenant, gate_call.c.started_at < utc_text(now + _WINDOW))


def _start_call(connection: Connection, tenant: str, now: datetime, gives_up_at: datetime) -> int:
    row = {"tenant": tenant, "started_at": utc_text(now), "gives_up_at": utc_text(gives_up_at)}
    return int(connection.execute(insert(gate_call).values(row).returning(gate_call.c.id)).scalar_one())


def _count_start(connection: Connection, tenant: str, facts: Facts) -> None:
    def less(left: int | None) -> int | None:
        return None if left is None else max(0, left - 1)

    change: dict[str, Any] = {"minute_left": less(facts["minute_left"]), "day_left": less(facts["day_left"])}
    change |= {"day": _day(facts["now"]), "day_used": facts["day_used"] + 1}
    _write_gate(connection, tenant, change)


def _corrected(facts: Facts, minute_left: int | None, day_left: int | None) -> dict[str, Any]:
    change: dict[str, Any] = {
        "seen_at": utc_text(facts["now"]),
        "day": _day(facts["now"]),
        "day_used": facts["day_used"],
    }
    change["minute_left"] = _lower(facts["minute_left"], minute_left, _MINUTE_SLACK)
    change["day_left"] = _lower(facts["day_left"], day_left, _DAY_SLACK)
    if day_left is not None and facts["day_left"] is not None and change["day_left"] > facts["day_left"]:
        change["day_used"] = 0  # XPM's own day began anew
    return change


def _lower(known: int | None, told: int | None, slack: int) -> int | None:
    if known is None or told is None:
        return known if told is None else told
    return told if told < known or told > known + slack else known


def _forget_old_calls(connection: Connection, tenant: str, number: int, now: datetime) -> None:
    # Only rows before the newest one go, so that SQLite never gives the number of a forgotten call to a new one.
    over = or_(gate_call.c.ended_at.is_not(None), gate_call.c.gives_up_at <= utc_text(now))
    old = and_(gate_call.c.tenant == tenant, gate_call.c.id < number, gate_call.c.started_at < utc_text(now - _WINDOW))
    connection.execute(delete(gate_call).where(old, over))


def _write_gate(connection: Connection, tenant: str, change: dict[str, Any]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(gate).values(tenant=tenant, **change)
    connection.execute(new.on_conflict_do_update(index_elements=[gate.c.tenant], set_=change))


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
