"""From rows of a plan to bundles that wait to be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from core.model import TieoutError
from core.push.book import Book
from core.push.marker import CANDIDATES, MarkersExhausted, compose_note, entry_key, make_marker
from core.push.ports import Bundle, Current, Member, Move, Wanted
from core.push.settings import PushSettings
from core.push.settle import is_orphan
from core.push.states import State

#: States in which an entry may be taken into a push; in all others XPM has it, may have it, or is getting it.
_QUEUEABLE = (State.READY, State.HELD, State.REJECTED, State.EXCLUDED)


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
        self._noted: dict[str, Wanted] = {}

    @property
    def current(self) -> Current | None:
        """What was wanted at the last look; None when nothing can change."""
        return self._current

    def look_again(self) -> None:
        """Take what is wanted now, right before something is sent: people work on while a push runs."""
        if self._read_current is not None:
            self._current = self._read_current()
            self._noted = dict(self._current.wanted)

    def note(self, wanted: Sequence[Wanted]) -> None:
        """Timesheets of the plan that is being run."""
        self._noted |= {want.group_key: want for want in wanted}

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
    """Make every wanted entry a bundle in state ready that belongs to this run.

    An entry whose bundle may be in XPM already is left alone: that is what makes a second push send nothing. Held and
    rejected bundles come back here only because their standing was ready, so a person or a change released them.
    """
    known = _newest(book.ledger.find_by(book.practice, "group_key", [want.group_key for want in wanted]))
    _check_tenant(book, known.values())
    new: list[dict[str, Any]] = []
    moves: list[Move] = []
    reseals: dict[str, dict[str, Any]] = {}
    for want in wanted:
        bundle = known.get(want.group_key)
        if bundle is None or bundle.state == State.RETRACTED:
            new.append(_new_row(want, bundle.seq + 1 if bundle else 1, book, source, settings))
        elif bundle.remote_uuid or bundle.state not in _QUEUEABLE:
            continue
        else:
            content = _content(want, bundle.marker, settings) | {"run": book.run}
            if bundle.state == State.READY:
                reseals[bundle.id] = content
            else:
                moves.append(book.plan(bundle, State.READY, "released", **content, xpm_words=""))
    _mark_freely(new, book, source, settings)
    if new or moves or reseals:
        book.ledger.queue(book.practice, new, moves, reseals, actor=book.actor, run=book.run)


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

    A row whose marker an orphan has is no collision: XPM holds that very entry. It is dropped; adoption finds it.
    """
    for nth in range(1, CANDIDATES + 1):
        counts = pd.Series([row["marker"] for row in rows], dtype="object").value_counts()
        taken = {bundle.marker: bundle for bundle in book.ledger.find_by(book.practice, "marker", counts.index)}
        rows[:] = [row for row in rows if row["marker"] not in taken or not is_orphan(taken[row["marker"]])]
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
