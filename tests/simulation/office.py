"""The practice's own side: entries of time as people record, edit and delete them, and what they want in XPM.

A small stand-in for the frames of the local side: which entries are ready follows the same rules as the standings, on
plain objects. Each entry's note names it, so that the truth in XPM can be told apart whatever becomes of the marker.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import NamedTuple

from core.push.marker import entry_key
from core.push.notes import join_notes
from core.push.ports import Change, Current, Member, Wanted
from core.push.shape import sum_up
from core.push.states import State
from tests.simulation.practice import Place, Practice

_NAME = re.compile(r"\be\d+\b")
#: So much of a note is left for what entries say.
_NOTE_LIMIT = 1900
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

    def __init__(self, practice: Practice, chance: Random, merging: str = "none") -> None:
        self.entries: dict[str, Entry] = {}
        self.gone: dict[str, Entry] = {}
        self.merging = merging
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

    def want(self, key: str, entries: Sequence[Entry], days: Mapping[tuple[str, date], int]) -> Wanted:
        """These entries as one timesheet."""
        first, minutes = entries[0], sum(entry.minutes for entry in entries)
        return Wanted(
            group_key=key,
            entries={entry.id: Member(entry.minutes, entry.minutes, entry.content_hash) for entry in entries},
            job=first.place.job,
            task_id=first.place.task,
            staff_id=first.place.staff,
            date=first.day,
            minutes=minutes,
            note=first.note if len(entries) == 1 else join_notes([entry.note for entry in entries], _NOTE_LIMIT),
            start="",
            end="",
            content_hash=sum_up({entry.id: entry.content_hash for entry in entries}),
            day_minutes=days[first.place.staff, first.day],
        )

    def want_of(self, key: str, entry_ids: Iterable[str]) -> Wanted | None:
        """What a bundle of these entries should hold now; None once all of them were deleted."""
        entries = [self.entries[entry_id] for entry_id in entry_ids if entry_id in self.entries]
        return self.want(key, entries, self.sum_days()) if entries else None

    def sum_days(self) -> dict[tuple[str, date], int]:
        """Local minutes by person and day."""
        days: dict[tuple[str, date], int] = defaultdict(int)
        for entry in self.entries.values():
            days[entry.place.staff, entry.day] += entry.minutes
        return days

    def current(self, held: Sequence[Held], excluded: Container[str] = ()) -> Current:
        """What should happen in XPM now, given the ledger: what is ready goes, what changed or went follows."""
        owners: dict[str, Held] = {}
        for bundle in sorted(held, key=lambda one: (one.seq, one.id)):
            if bundle.state != State.RETRACTED:
                owners.update(dict.fromkeys(bundle.members, bundle))
        # Who is to join a timesheet by an update whose outcome is not known is in doubt as well.
        for bundle in held:
            if bundle.state == State.CHANGING and bundle.desired:
                owners.update(dict.fromkeys(json.loads(bundle.desired)["entries"], bundle))
        owners.update(dict.fromkeys(filter(excluded.__contains__, self.entries), _EXCLUDED))
        groups, joining = self._gather(owners, held)
        days = self.sum_days()
        wants = [self.want(key, entries, days) for key, entries in groups.items()]
        changes = [change for bundle in held if (change := self._find_change(bundle, joining.get(bundle.id, []), days))]
        return Current({want.group_key: want for want in wants}, {change.bundle: change for change in changes})

    def _gather(
        self, owners: Mapping[str, Held], held: Sequence[Held]
    ) -> tuple[dict[str, list[Entry]], dict[str, list[Entry]]]:
        """Entries that go, by group key; and, for one line a day, those that join a timesheet, by bundle."""
        anchored: dict[str, list[Entry]] = {}
        free: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            bundle = owners.get(entry.id)
            if bundle is None or (bundle.state == State.READY and not bundle.attempts and not bundle.run):
                free.setdefault(self._key(entry), []).append(entry)
            elif _may_go(entry, bundle):
                anchored.setdefault(bundle.group_key, []).append(entry)
        lines = {bundle.group_key: bundle for bundle in held if _is_sure(bundle)}
        joining: dict[str, list[Entry]] = {}
        for key, entries in free.items():
            if self.merging == "one line" and key in lines:
                joining[lines[key].id] = entries
            elif key not in anchored:
                anchored[key] = entries
        return anchored, joining

    def _key(self, entry: Entry) -> str:
        place = entry.place
        if self.merging == "none":
            return entry_key(entry.id)
        return f"day:{place.staff}|{entry.day.isoformat()}|{place.job}|{place.task}|1"

    def _find_change(
        self, bundle: Held, joining: Sequence[Entry], days: Mapping[tuple[str, date], int]
    ) -> Change | None:
        """What should become of a timesheet that is in XPM as it was sent."""
        known = [entry_id for entry_id in bundle.members if entry_id in self.entries or entry_id in self.gone]
        if not known or not _is_sure(bundle):
            return None
        stays = [self.entries[entry_id] for entry_id in known if entry_id in self.entries]
        if not stays and not joining:
            return Change(bundle.id, "delete")
        if (
            len(stays) == len(known)
            and not joining
            and all(one.content_hash == bundle.members[one.id] for one in stays)
        ):
            return None
        return Change(bundle.id, "update", self.want(bundle.group_key, [*stays, *joining], days))


class Held(NamedTuple):
    """What the ledger says of a bundle, as far as it decides what is wanted. `members`: entry id -> content hash."""

    id: str
    group_key: str
    seq: int
    state: str
    reason: str
    by_hand: bool
    invoiced: bool
    attempts: int
    run: str
    desired: str
    members: dict[str, str]


#: Where entries are that a person said never go, whatever became of the bundle they were in.
_EXCLUDED = Held("", "", 0, State.EXCLUDED.value, "", False, False, 0, "", "", {})


def _is_sure(bundle: Held) -> bool:
    """Whether XPM has it as it was sent, and it may be changed."""
    return bundle.state in _SURE and not (bundle.by_hand or bundle.invoiced or bundle.reason)


def _may_go(entry: Entry, bundle: Held) -> bool:
    if bundle.state == State.READY:
        return True
    return bundle.state == State.REJECTED and bundle.members[entry.id] != entry.content_hash
