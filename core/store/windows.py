"""Some days of a practice: both sides and the ledger read for them, and nothing else, however long the history is.

An entry belongs to a window by its date, or because XPM holds its timesheet on a day of the window: entries are moved
from day to day after they were pushed, and must find their bundle from either end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Column, ColumnElement, Engine, and_, exists, false, func, not_, or_, select, true, union
from sqlalchemy.sql.selectable import CompoundSelect

from core.store.engine import reading
from core.store.frames import Frames
from core.store.ledger_rows import LedgerReader
from core.store.tables import LOCAL, XPM, bundle, bundle_entry, hold_choice

_AT_ONCE = 400
_LOCAL, _XPM = LOCAL["actual_times"], XPM["times"]


@dataclass(frozen=True)
class Window:
    """The dates from `start` to `end`, both included (None: without end on that side), and single `days` beside them.

    Without `is_open` only the single days count.
    """

    start: date | None = None
    end: date | None = None
    days: tuple[date, ...] = ()
    is_open: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether it goes back without end, so that everything may as well be read."""
        return self.is_open and self.start is None

    def holds(self, day: Column[date]) -> ColumnElement[bool]:
        """The window as a condition on a column of dates."""
        ends = [day >= self.start] if self.start else []
        ends += [day <= self.end] if self.end else []
        within = and_(true(), *ends) if self.is_open else false()
        return or_(within, day.in_(self.days)) if self.days else within


@dataclass(frozen=True)
class Days:
    """What lies in a window: local entries, XPM's time, the ledger's bundles (see LedgerReader.frame), what people said
    (see LedgerReader.choices), and UUIDs of timesheets of ours whose bundle the ledger dates elsewhere.
    """

    entries: pd.DataFrame
    times: pd.DataFrame
    ledger: pd.DataFrame
    choices: pd.DataFrame
    elsewhere: frozenset[str]


class Windows:
    """Reads windows of practices."""

    def __init__(self, engine: Engine, frames: Frames, ledger: LedgerReader) -> None:
        self._engine = engine
        self._frames = frames
        self._ledger = ledger

    def read(self, practice: str, window: Window) -> Days:
        """Everything of these days. Reads are one after the other: ask for the version of the data before."""
        entries = self._frames.read("local", "actual_times", practice, within=window.holds(_LOCAL.c.date))
        times = self._frames.read("xpm", "times", practice, within=window.holds(_XPM.c.date))
        ledger = self._ledger.frame(practice, only=_find_bundles(practice, window))
        moved = ledger.index[entries.index.get_indexer(ledger.index) < 0]
        if len(moved):
            entries = pd.concat([entries, *self._read_entries(practice, moved)])
        choices = self._ledger.choices(practice, within=_are_said_of(practice, window, moved))
        strange = times.index.difference(pd.Index(ledger["remote_uuid"]))
        elsewhere = self._find_elsewhere(practice, window) if len(strange) else frozenset()
        return Days(entries, times, ledger, choices, elsewhere)

    def days_of(self, practice: str, entry_ids: Iterable[str]) -> set[date]:
        """The dates of these local entries."""
        days: set[date] = set()
        with reading(self._engine) as connection:
            for part in _parts(set(entry_ids)):
                query = select(_LOCAL.c.date).distinct().where(_LOCAL.c.practice == practice, _LOCAL.c.id.in_(part))
                days |= {day for day in connection.execute(query).scalars() if day is not None}
        return days

    def ends(self, practice: str) -> tuple[date, date] | None:
        """The first and the last date of local time; None when there is none."""
        mine = _LOCAL.c.practice == practice
        query = select(
            select(func.min(_LOCAL.c.date)).where(mine).scalar_subquery(),
            select(func.max(_LOCAL.c.date)).where(mine).scalar_subquery(),
        )
        with reading(self._engine) as connection:
            first, last = connection.execute(query).one()
        return (_as_day(first), _as_day(last)) if first and last else None

    def count_times(self, practice: str, start: date, end: date) -> tuple[int, int]:
        """How many timesheets XPM holds from `start` to `end`, both included, and on how many days."""
        query = select(func.count(), func.count(_XPM.c.date.distinct()))
        within = query.where(_XPM.c.practice == practice, _XPM.c.date.between(start, end))
        with reading(self._engine) as connection:
            rows, days = connection.execute(within).one()
        return int(rows), int(days)

    def _read_entries(self, practice: str, entry_ids: Collection[str]) -> Iterator[pd.DataFrame]:
        for part in _parts(set(entry_ids)):
            some = _LOCAL.c.id.in_(part)
            yield self._frames.read("local", "actual_times", practice, within=some)

    def _find_elsewhere(self, practice: str, window: Window) -> frozenset[str]:
        same = and_(bundle.c.practice == _XPM.c.practice, bundle.c.remote_uuid == _XPM.c.id)
        query = select(_XPM.c.id).join(bundle, same).where(_XPM.c.practice == practice)
        query = query.where(window.holds(_XPM.c.date), not_(window.holds(bundle.c.date)))
        with reading(self._engine) as connection:
            return frozenset(connection.execute(query).scalars())


def _find_bundles(practice: str, window: Window) -> CompoundSelect[tuple[str]]:
    """The ids of bundles dated in the window, and of those whose entries are."""
    dated = select(bundle.c.id).where(bundle.c.practice == practice, window.holds(bundle.c.date))
    same = and_(bundle_entry.c.practice == _LOCAL.c.practice, bundle_entry.c.entry_id == _LOCAL.c.id)
    held = select(bundle_entry.c.bundle).join(_LOCAL, same)
    return union(dated, held.where(_LOCAL.c.practice == practice, window.holds(_LOCAL.c.date)))


def _are_said_of(practice: str, window: Window, moved: Iterable[str]) -> ColumnElement[bool]:
    """Sayings of entries dated in the window, or moved out of it."""
    same = and_(_LOCAL.c.practice == practice, _LOCAL.c.id == hold_choice.c.entry_id)
    here = exists().where(same, window.holds(_LOCAL.c.date))
    return or_(here, *(hold_choice.c.entry_id.in_(part) for part in _parts(set(moved))))


def _as_day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _parts(values: set[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    return (ordered[at : at + _AT_ONCE] for at in range(0, len(ordered), _AT_ONCE))
