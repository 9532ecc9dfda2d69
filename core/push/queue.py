"""From rows of a plan to bundles that wait to be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from core.model import TieoutError
from core.push.book import Book
from core.push.marker import CANDIDATES, MarkersExhausted, compose_note, entry_key, make_marker
from core.push.ports import Bundle, Current, Member, Move, Wanted
from core.push.settings import PushSettings
from core.push.settle import ORPHAN, is_orphan
from core.push.states import State

#: States in which an entry may be taken into a push; in all others XPM has it, may have it, or is getting it.
_QUEUEABLE = (State.READY, State.HELD, State.REJECTED, State.EXCLUDED)


#: Keys of timesheets that several entries of one place share, and of corrections.
_SHARED, _CORRECTION = "day:", "correct:"

#: What must be unchanged between the queueing of an entry and its sending.
_SEALED = ("content_hash", "job", "task_id", "staff_id", "date", "minutes")


class TenantsMixed(TieoutError):
    """A bundle belongs to another XPM practice than the one connected now."""

    def __init__(self, tenant: str, other: str) -> None:
        super().__init__(
            f"The ledger holds time for XPM practice {other!r}, but {tenant!r} is connected. Pushing is halted; "
            "connect the former practice again, or start a practice of its own for this one."
        )


def read_wanted(rows: pd.DataFrame) -> list[Wanted]:
    """Ready rows of the standings, each as a timesheet of its own: index entry id, unique."""
    columns = ["job", "job_task_id", "xpm_staff_id", "date", "minutes", "note", "start", "end", "content_hash"]
    values = zip(rows.index, *(rows[name] for name in [*columns, "day_minutes"]), strict=True)
    return [_read_one(str(entry_id), *facts) for entry_id, *facts in values]


def _read_one(
    entry_id: str, job: str, task: str, staff: str, day: Any, minutes: int, note: str, start: str, end: str, *rest: Any
) -> Wanted:
    content, total = rest
    entries = {entry_id: Member(int(minutes), int(minutes), content)}
    key = entry_key(entry_id)
    return Wanted(key, entries, job, task, staff, day.date(), int(minutes), note, start, end, content, int(total))


class Wishes:
    """What the local side wants now: `read_current` gives it; None when nothing can change."""

    def __init__(self, read_current: Callable[[], Current] | None) -> None:
        self._read_current = read_current
        self._current: Current | None = None
        self._noted: Mapping[str, Wanted] = {}

    @property
    def current(self) -> Current | None:
        """What was wanted at the last look; None when nothing can change."""
        return self._current

    def look_again(self) -> None:
        """Take what is wanted now, right before something is sent: people work on while a push runs."""
        if self._read_current is not None:
            self._current = self._read_current()
            self._noted = self._current.wanted

    def note(self, wanted: Sequence[Wanted]) -> None:
        """Timesheets of the plan that is being run."""
        self._noted = {**self._noted, **{want.group_key: want for want in wanted}}

    def still_holds(self, bundle: Bundle) -> bool:
        """Whether the bundle is as it was queued: still wanted, of that content and target."""
        if self._current is None:
            return True
        want = self._noted.get(bundle.group_key)
        return want is not None and all(getattr(want, name) == getattr(bundle, name) for name in _SEALED)

    def find_days(self, bundles: Sequence[Bundle]) -> dict[str, int]:
        """Local minutes of each bundle's person and day by bundle id; absent where nobody knows."""
        found = {bundle.id: self._noted.get(bundle.group_key) for bundle in bundles}
        return {bundle_id: want.day_minutes for bundle_id, want in found.items() if want is not None}


def queue_bundles(wanted: Sequence[Wanted], book: Book, source: str, settings: PushSettings) -> None:
    """Make every wanted timesheet a bundle in state ready that belongs to this run.

    What holds an entry that may be in XPM already is left alone: so a second push sends nothing. Held and
    rejected bundles come back here only because their standing was ready, so a person or a change released them. Later
    entries of a place whose timesheet was sent make a second one. An entry that waited in another bundle leaves it:
    it was moved, or the practice merges otherwise by now.
    """
    known = _newest(book.ledger.find_by(book.practice, "group_key", [want.group_key for want in wanted]))
    _check_tenant(book, known.values())
    owners = book.ledger.bundles_of(book.practice, [entry_id for want in wanted for entry_id in want.entries])
    foreign = book.ledger.members_of(one.id for one in known.values() if one.group_key.startswith(_SHARED))
    taken = _Taken()
    for want in wanted:
        bundle = _find_home(want, owners) or _leave_foreign(known.get(want.group_key), foreign)
        rivals = _find_rivals(want, bundle, owners)
        if not all(_is_free(rival) for rival in rivals.values()):
            continue
        if bundle is None or bundle.state == State.RETRACTED:
            newest = known.get(want.group_key)
            taken.new.append(_new_row(want, newest.seq + 1 if newest else 1, book, source, settings))
        elif _is_free(bundle):
            taken.take(bundle, _content(want, bundle.marker, settings) | {"run": book.run}, book)
        elif want.group_key.startswith(_SHARED) and not _holds_any(bundle, want, owners):
            taken.new.append(_new_row(want, known[want.group_key].seq + 1, book, source, settings))
        else:
            continue
        for rival in rivals.values():
            taken.strip(rival, want)
    _mark_freely(taken.new, book, source, settings)
    taken.write(book)


@dataclass(frozen=True)
class _Taken:
    """What a run takes on: new bundles, waiting ones, and those that lose entries to them."""

    new: list[dict[str, Any]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    reseals: dict[str, dict[str, Any]] = field(default_factory=dict)
    stripped: dict[str, tuple[Bundle, set[str]]] = field(default_factory=dict)

    def take(self, bundle: Bundle, values: dict[str, Any], book: Book) -> None:
        """A waiting bundle with this content."""
        if bundle.state == State.READY:
            self.reseals[bundle.id] = values
        else:
            self.moves.append(book.plan(bundle, State.READY, "released", **values, xpm_words=""))

    def strip(self, rival: Bundle, want: Wanted) -> None:
        """A waiting bundle whose entries go with another timesheet now."""
        self.stripped.setdefault(rival.id, (rival, set()))[1].update(want.entries)

    def write(self, book: Book) -> None:
        """Everything in one transaction."""
        members = book.ledger.members_of(self.stripped) if self.stripped else {}
        for bundle_id, (rival, gone) in self.stripped.items():
            left = {one: held for one, held in members.get(bundle_id, {}).items() if one not in gone}
            self.take(rival, {"entries": left, "run": ""}, book)
        if self.new or self.moves or self.reseals:
            book.ledger.queue(book.practice, self.new, self.moves, self.reseals, actor=book.actor, run=book.run)


def _is_free(bundle: Bundle) -> bool:
    return not bundle.remote_uuid and bundle.state in _QUEUEABLE


def _find_home(want: Wanted, owners: Mapping[str, Sequence[Bundle]]) -> Bundle | None:
    """The bundle of its key in which its entries wait; a later one of that key may have overtaken it."""
    held = (one for entry_id in want.entries for one in owners.get(entry_id, ()))
    return next((one for one in held if one.group_key == want.group_key and _is_free(one)), None)


def _leave_foreign(bundle: Bundle | None, members: Mapping[str, Any]) -> Bundle | None:
    """The newest bundle of a key, unless others' entries wait in it: those keep it, and the next number is taken."""
    return None if bundle is not None and _is_free(bundle) and bundle.id in members else bundle


def _holds_any(bundle: Bundle, want: Wanted, owners: Mapping[str, Sequence[Bundle]]) -> bool:
    """Whether the timesheet on its way has one of these entries: then the plan is older than it."""
    return any(owner.id == bundle.id for entry_id in want.entries for owner in owners.get(entry_id, ()))


def _find_rivals(want: Wanted, bundle: Bundle | None, owners: Mapping[str, Sequence[Bundle]]) -> dict[str, Bundle]:
    """Other bundles that hold an entry of this timesheet.

    A correction goes beside the timesheet it corrects and beside corrections that arrived or are of the same content.
    """
    corrects = want.group_key.startswith(_CORRECTION)
    beside = (State.POSTED, State.CONFIRMED) if corrects else ()
    return {
        rival.id: rival
        for entry_id in want.entries
        for rival in owners.get(entry_id, ())
        if rival.state != State.RETRACTED
        and rival.group_key.startswith(_CORRECTION) == corrects
        and (bundle is None or rival.id != bundle.id)
        and not (rival.state in beside or (corrects and rival.content_hash == want.content_hash))
    }


def _newest(bundles: Sequence[Bundle]) -> dict[str, Bundle]:
    return {bundle.group_key: bundle for bundle in sorted(bundles, key=lambda one: one.seq)}


def _check_tenant(book: Book, bundles: Any) -> None:
    for bundle in bundles:
        if bundle.tenant != book.tenant:
            book.halt(f"the ledger holds time for another XPM practice ({bundle.tenant})")
            raise TenantsMixed(book.tenant, bundle.tenant)


def _content(want: Wanted, marker: str, settings: PushSettings) -> dict[str, Any]:
    note = compose_note(want.note, marker if settings.marker else "", settings.note_limit)
    names = ("job", "task_id", "staff_id", "date", "minutes", "start", "end", "content_hash")
    return {**{name: getattr(want, name) for name in names}, "note_sent": note.text, "entries": want.entries}


def _new_row(want: Wanted, seq: int, book: Book, source: str, settings: PushSettings) -> dict[str, Any]:
    marker = make_marker(book.tenant, source, want.group_key, seq)
    row = {"tenant": book.tenant, "group_key": want.group_key, "seq": seq, "marker": marker, "state": State.READY.value}
    row |= {"epoch": 0, "run": book.run, "want": want}
    return row | _content(want, marker, settings)


def _mark_freely(rows: list[dict[str, Any]], book: Book, source: str, settings: PushSettings) -> None:
    """Give rows whose marker another entry has the next one of their hash.

    A row whose marker an orphan has is no collision: XPM holds that very entry. It is dropped; adoption finds it. A
    timesheet of several entries need not hold the same ones there: it is held for a person, under its next marker.
    """
    for nth in range(1, CANDIDATES + 1):
        counts = pd.Series([row["marker"] for row in rows], dtype="object").value_counts()
        taken = {bundle.marker: bundle for bundle in book.ledger.find_by(book.practice, "marker", counts.index)}
        lost = [row for row in rows if row["marker"] in taken and is_orphan(taken[row["marker"]])]
        for row in lost:
            row |= {"state": State.HELD.value, "reason": ORPHAN}
        rows[:] = [row for row in rows if row not in lost or row["group_key"].startswith(_SHARED)]
        clashing = [row for row in rows if row["marker"] in taken or counts[row["marker"]] > 1]
        if not clashing:
            break
        for row in clashing:
            if nth == CANDIDATES:
                raise MarkersExhausted(row["group_key"])
            row["marker"] = make_marker(book.tenant, source, row["group_key"], row["seq"], nth)
            row |= _content(row["want"], row["marker"], settings)
    for row in rows:
        del row["want"]
