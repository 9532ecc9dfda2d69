"""The Timer of each person, and the entries it made, kept so that a closed browser or a restart loses nothing.

Entries captured here are also rows of the local actual times under the same id, written in the transaction that
changes them: whoever reads time sees the change at once, and a load of the local source leaves these rows alone.
Everything that changes is compared with the revision that was shown, so that a tab left open overnight cannot undo
what happened since.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, delete, insert, select, update

from core.model import Clock, PersonNeeded, utc_text
from core.store.engine import fetch_rows, hold_lock, reading, writing
from core.store.events import NewEvent, append_events
from core.store.frames import put_rows
from core.store.tables import source_part, timer, timer_entry

#: The part of the local side that changes with captured time; its colon keeps it out of the age of the tables.
PART = "timer:entries"
_ENTRY = ["id", "staff_id", "task_id", "client_id", "process_id", "date", "minutes", "start", "end", "note", "billable"]
_ENTRY += ["status", "made_by", "revision", "made_at", "changed_at"]
_AT_ONCE = 400

#: Makes rows of the contract `actual_times` from entries; see core.local.timer.make_actual_times.
MakeRows = Callable[[pd.DataFrame], pd.DataFrame]


class TimerMovedOn(PersonNeeded):
    """The Timer was used elsewhere since this page showed it."""

    def __init__(self, by: str) -> None:
        who = f" by {by}" if by else ""
        super().__init__(
            f"The Timer was changed in another tab or browser meanwhile{who}. Nothing was done; look at it again."
        )


class EntryMovedOn(PersonNeeded):
    """An entry was changed elsewhere since this page showed it."""

    def __init__(self, day: date | None) -> None:
        what = f"The entry of {day}" if day else "The entry"
        super().__init__(f"{what} was changed or deleted elsewhere meanwhile. Nothing was done; look at it again.")


@dataclass(frozen=True)
class StoredTimer:
    """One person's Timer. `stretches`: pairs of UTC texts, oldest first; the last end is empty while it runs, and there
    are none while nothing is timed. `revision` 0: it was never used.
    """

    staff_id: str
    task_id: str = ""
    client_id: str = ""
    process_id: str = ""
    note: str = ""
    billable: bool = True
    stretches: tuple[tuple[str, str], ...] = ()
    by: str = ""
    revision: int = 0
    changed_at: str = ""


@dataclass(frozen=True)
class EntryChange:
    """New values for an entry that is still as it was shown."""

    id: str
    revision: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Edits:
    """What happens to entries in one transaction: rows of timer_entry to add, changes, and what the log says of them.

    `make_rows` gives the local rows of the entries touched.
    """

    make_rows: MakeRows
    added: Sequence[Mapping[str, Any]] = ()
    changed: Sequence[EntryChange] = ()
    events: Sequence[NewEvent] = field(default=())


class Timers:
    """Timers and captured entries of all practices."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    # -- the Timer ----------------------------------------------------------------------------------------------------

    def get(self, practice: str, staff_id: str) -> StoredTimer:
        """The person's Timer; one of revision 0 when it was never used."""
        with reading(self._engine) as connection:
            return _read_timer(connection, practice, staff_id)

    def running(self, practice: str) -> list[StoredTimer]:
        """The Timers that run now, of all people."""
        query = select(timer).where(timer.c.practice == practice).order_by(timer.c.staff_id)
        with reading(self._engine) as connection:
            kept = [_make_timer(row) for row in fetch_rows(connection, query)]
        return [one for one in kept if one.stretches and not one.stretches[-1][1]]

    def used_by(self, practice: str, actor: str) -> str:
        """The staff member whose Timer this actor used last; empty for none."""
        mine = (timer.c.practice == practice) & (timer.c.by == actor)
        query = select(timer.c.staff_id).where(mine).order_by(timer.c.changed_at.desc()).limit(1)
        with reading(self._engine) as connection:
            return str(connection.execute(query).scalar() or "")

    def take(self, practice: str, staff_id: str, actor: str) -> None:
        """Remember that this actor uses this person's Timer; what it times is not touched."""
        with writing(self._engine) as connection:
            held = _lock_timer(connection, practice, staff_id)
            self._write(connection, practice, held, {"by": actor}, held.revision)

    def save(self, practice: str, staff_id: str, revision: int, by: str, values: Mapping[str, Any]) -> StoredTimer:
        """Change the Timer that still has this revision. Raises TimerMovedOn.

        values: fields of StoredTimer; those left out stay.
        """
        with writing(self._engine) as connection:
            held = _lock_timer(connection, practice, staff_id)
            _require(held, revision)
            self._write(connection, practice, held, {**values, "by": by}, revision + 1)
        return self.get(practice, staff_id)

    def finish(self, practice: str, former: StoredTimer, by: str, values: Mapping[str, Any], edits: Edits) -> None:
        """Change the Timer, and keep the entries of what it timed before, both or neither. Raises TimerMovedOn."""
        with writing(self._engine) as connection:
            held = _lock_timer(connection, practice, former.staff_id)
            _require(held, former.revision)
            self._write(connection, practice, held, {**values, "by": by}, former.revision + 1)
            self._apply(connection, practice, edits)

    def _write(
        self, connection: Connection, practice: str, held: StoredTimer, values: Mapping[str, Any], revision: int
    ) -> None:
        row = {name: getattr(held, name) for name in StoredTimer.__dataclass_fields__} | dict(values)
        row["segments"] = json.dumps([list(pair) for pair in row.pop("stretches")])
        row |= {"practice": practice, "revision": revision, "changed_at": utc_text(self._clock.now())}
        mine = (timer.c.practice == practice) & (timer.c.staff_id == held.staff_id)
        connection.execute(delete(timer).where(mine))
        connection.execute(insert(timer).values(**row))

    # -- entries ------------------------------------------------------------------------------------------------------

    def entries(
        self, practice: str, staff_id: str = "", start: date | None = None, end: date | None = None
    ) -> pd.DataFrame:
        """Captured entries that are not deleted, by date and start; index id, columns those of the table timer_entry.

        `date` holds dates. staff_id: of this person only. start, end: work dates, both included.
        """
        query = select(*(timer_entry.c[name] for name in _ENTRY)).where(timer_entry.c.practice == practice)
        query = query.where(timer_entry.c.status != "deleted")
        if staff_id:
            query = query.where(timer_entry.c.staff_id == staff_id)
        if start is not None:
            query = query.where(timer_entry.c.date >= start)
        if end is not None:
            query = query.where(timer_entry.c.date <= end)
        query = query.order_by(timer_entry.c.date, timer_entry.c.start, timer_entry.c.made_at, timer_entry.c.id)
        with reading(self._engine) as connection:
            return _frame(fetch_rows(connection, query))

    def find(self, practice: str, entry_ids: Sequence[str]) -> pd.DataFrame:
        """These entries, deleted ones too, as `entries` gives them; unknown ids are left out."""
        with reading(self._engine) as connection:
            return _find(connection, practice, entry_ids)

    def change(self, practice: str, edits: Edits) -> None:
        """Add and change entries, all or none. Raises EntryMovedOn."""
        with writing(self._engine) as connection:
            self._apply(connection, practice, edits)

    def rebuild(self, practice: str, make_rows: MakeRows) -> int:
        """Write all captured entries into the local actual times anew: after a load, tasks may belong to others.

        Returns how many rows differed.
        """
        with writing(self._engine) as connection:
            hold_lock(connection, "frames", "local", "actual_times", practice)
            query = select(*(timer_entry.c[name] for name in _ENTRY)).where(timer_entry.c.practice == practice)
            entries = _frame(fetch_rows(connection, query))
            return self._put(connection, practice, entries, make_rows) if len(entries) else 0

    def _apply(self, connection: Connection, practice: str, edits: Edits) -> None:
        now = self._clock.now()
        hold_lock(connection, "frames", "local", "actual_times", practice)
        for one in edits.changed:
            _change_entry(connection, practice, one, utc_text(now))
        if edits.added:
            fixed = {"practice": practice, "revision": 1, "made_at": utc_text(now), "changed_at": utc_text(now)}
            connection.execute(insert(timer_entry), [dict(row) | fixed for row in edits.added])
        touched = [*(str(row["id"]) for row in edits.added), *(one.id for one in edits.changed)]
        if touched:
            self._put(connection, practice, _find(connection, practice, touched), edits.make_rows)
        append_events(connection, edits.events, now)

    def _put(self, connection: Connection, practice: str, entries: pd.DataFrame, make_rows: MakeRows) -> int:
        written = put_rows(connection, "local", "actual_times", practice, list(entries.index), make_rows(entries))
        if written:
            _mark_part(connection, practice)
        return written


def _require(held: StoredTimer, revision: int) -> None:
    if held.revision != revision:
        raise TimerMovedOn(held.by)


def _lock_timer(connection: Connection, practice: str, staff_id: str) -> StoredTimer:
    hold_lock(connection, "timer", practice, staff_id)
    return _read_timer(connection, practice, staff_id)


def _read_timer(connection: Connection, practice: str, staff_id: str) -> StoredTimer:
    query = select(timer).where(timer.c.practice == practice, timer.c.staff_id == staff_id)
    rows = fetch_rows(connection, query)
    return _make_timer(rows[0]) if rows else StoredTimer(staff_id)


def _make_timer(row: Mapping[str, Any]) -> StoredTimer:
    pairs = tuple((str(start), str(end)) for start, end in json.loads(row["segments"]))
    plain = {name: row[name] for name in StoredTimer.__dataclass_fields__ if name != "stretches"}
    return StoredTimer(**plain, stretches=pairs)


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=_ENTRY).set_index("id")
    return frame.astype({"minutes": "int64", "billable": "bool", "revision": "int64"})


def _find(connection: Connection, practice: str, entry_ids: Sequence[str]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for place in range(0, len(entry_ids), _AT_ONCE):
        some = list(entry_ids[place : place + _AT_ONCE])
        query = select(*(timer_entry.c[name] for name in _ENTRY))
        query = query.where(timer_entry.c.practice == practice, timer_entry.c.id.in_(some))
        rows += fetch_rows(connection, query.order_by(timer_entry.c.date, timer_entry.c.id))
    return _frame(rows)


def _change_entry(connection: Connection, practice: str, change: EntryChange, now: str) -> None:
    same = (timer_entry.c.practice == practice) & (timer_entry.c.id == change.id)
    as_shown = same & (timer_entry.c.revision == change.revision) & (timer_entry.c.status != "deleted")
    values = {**change.values, "revision": change.revision + 1, "changed_at": now}
    done = connection.execute(update(timer_entry).where(as_shown).values(**values))
    if done.rowcount != 1:
        raise EntryMovedOn(connection.execute(select(timer_entry.c.date).where(same)).scalar())


def _mark_part(connection: Connection, practice: str) -> None:
    """Let whoever keeps the local time know that it changed; the instants of loads are not touched by it."""
    mine = (source_part.c.practice == practice) & (source_part.c.side == "local") & (source_part.c.part == PART)
    former = connection.execute(select(source_part.c.cursor).where(mine)).scalar()
    rows = connection.execute(
        select(timer_entry.c.id).where(timer_entry.c.practice == practice, timer_entry.c.status != "deleted")
    ).all()
    key = {"practice": practice, "side": "local", "part": PART, "complete": True, "read_at": "", "error": ""}
    connection.execute(delete(source_part).where(mine))
    connection.execute(insert(source_part).values(**key, rows=len(rows), cursor=str(int(former or 0) + 1)))
