"""The practice's own side: entries of time as people record, edit and delete them, and what they want in XPM.

A small stand-in for the frames of the local side: which entries are ready follows the same rules as the standings, on
plain objects. Each entry's note names it, so that the truth in XPM can be told apart whatever becomes of the marker.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import NamedTuple

from core.push.marker import entry_key
from core.push.ports import Change, Current, Member, Wanted
from core.push.states import State
from tests.simulation.practice import Place, Practice

_NAME = re.compile(r"\be\d+\b")
_SENDABLE = (State.READY, State.RETRACTED)
_SURE = (State.POSTED, State.CONFIRMED)


@dataclass(frozen=True)
class Entry:
    """One local entry of time."""

    id: str
    place: Place
    day: date
    minutes: int
    words: str
    content_hash: str = ""

    @property
    def note(self) -> str:
        """What goes into XPM's note."""
        return f"Work {self.id} {self.words}"

    def seal(self) -> Entry:
        """The entry with what tells it from itself before an edit."""
        text = f"{self.day}|{self.minutes}|{self.words}"
        return replace(self, content_hash=hashlib.sha256(text.encode()).hexdigest()[:16])


def name_entries(note: str) -> tuple[str, ...]:
    """The entries a note speaks of."""
    return tuple(dict.fromkeys(_NAME.findall(note)))


class Office:
    """All entries of the practice; `gone` are those deleted since."""

    def __init__(self, practice: Practice, chance: Random) -> None:
        self.entries: dict[str, Entry] = {}
        self.gone: dict[str, Entry] = {}
        self._practice = practice
        self._chance = chance

    def record(self, count: int) -> list[Entry]:
        """People record time; gives the new entries."""
        new = []
        for number in range(len(self.entries) + len(self.gone) + 1, len(self.entries) + len(self.gone) + count + 1):
            place, day = self._practice.draw(self._chance)
            new.append(Entry(f"e{number}", place, day, self._chance.randrange(6, 90), "").seal())
        self.entries |= {entry.id: entry for entry in new}
        return new

    def edit(self, entry_id: str) -> None:
        """Somebody corrects minutes or note."""
        entry = self.entries.get(entry_id)
        if entry is not None:
            by = self._chance.choice((-3, 3, 7, 0, 0))
            self.entries[entry_id] = replace(entry, minutes=entry.minutes + by, words=f"{entry.words}, again").seal()

    def delete(self, entry_id: str) -> None:
        """Somebody deletes it."""
        entry = self.entries.pop(entry_id, None)
        if entry is not None:
            self.gone[entry_id] = entry

    def find(self, entry_id: str) -> Entry:
        """The entry, deleted or not."""
        return self.entries[entry_id] if entry_id in self.entries else self.gone[entry_id]

    def want(self, entry: Entry, day_minutes: int) -> Wanted:
        """The entry as a timesheet of its own."""
        return Wanted(
            group_key=entry_key(entry.id),
            entries={entry.id: Member(entry.minutes, entry.minutes, entry.content_hash)},
            job=entry.place.job,
            task_id=entry.place.task,
            staff_id=entry.place.staff,
            date=entry.day,
            minutes=entry.minutes,
            note=entry.note,
            start="",
            end="",
            content_hash=entry.content_hash,
            day_minutes=day_minutes,
        )

    def want_of(self, entry_id: str) -> Wanted | None:
        """The entry as a timesheet of its own; None once it was deleted."""
        entry = self.entries.get(entry_id)
        return self.want(entry, self.sum_days()[entry.place.staff, entry.day]) if entry else None

    def sum_days(self) -> dict[tuple[str, date], int]:
        """Local minutes by person and day."""
        days: dict[tuple[str, date], int] = defaultdict(int)
        for entry in self.entries.values():
            days[entry.place.staff, entry.day] += entry.minutes
        return days

    def current(self, held: Iterable[Held]) -> Current:
        """What should happen in XPM now, given the ledger: what is ready goes, what changed or went follows."""
        newest: dict[str, Held] = {}
        for bundle in held:
            if bundle.group_key not in newest or newest[bundle.group_key].seq < bundle.seq:
                newest[bundle.group_key] = bundle
        going = [entry for entry in self.entries.values() if _may_go(entry, newest.get(entry_key(entry.id)))]
        days = self.sum_days() if going else {}
        wants = [self.want(entry, days[entry.place.staff, entry.day]) for entry in going]
        changes = [change for bundle in newest.values() if (change := self._find_change(bundle))]
        return Current({want.group_key: want for want in wants}, {change.bundle: change for change in changes})

    def _find_change(self, bundle: Held) -> Change | None:
        """What should become of a timesheet that is in XPM as it was sent."""
        entry_id = bundle.group_key.removeprefix(entry_key(""))
        is_ours = entry_id in self.entries or entry_id in self.gone
        if bundle.state not in _SURE or bundle.by_hand or bundle.invoiced or bundle.reason or not is_ours:
            return None
        entry = self.entries.get(entry_id)
        if entry is None:
            return Change(bundle.id, "delete")
        if entry.content_hash == bundle.content_hash:
            return None
        return Change(bundle.id, "update", self.want_of(entry_id))


class Held(NamedTuple):
    """What the ledger says of a bundle, as far as it decides what is wanted."""

    id: str
    group_key: str
    seq: int
    state: str
    content_hash: str
    reason: str
    by_hand: bool
    invoiced: bool


def _may_go(entry: Entry, bundle: Held | None) -> bool:
    if bundle is None or bundle.state in _SENDABLE:
        return True
    return bundle.state == State.REJECTED and bundle.content_hash != entry.content_hash
