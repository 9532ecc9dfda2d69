"""What a person says of single entries: separate work, the same work, exclude, include again, send again.

The saying is kept, and the states of the ledger that follow from it change in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from core.model import PersonNeeded
from core.push.book import Book
from core.push.compare import describe
from core.push.marker import entry_key, make_marker
from core.push.ports import Bundle, Move, Timesheet, Wanted
from core.push.states import State


class Saying(StrEnum):
    """What may be said."""

    SEPARATE_WORK = "separate_work"  # it only looks like what is in XPM; push it
    SAME_WORK = "same_work"  # XPM has it already, typed by hand; never push it
    EXCLUDE = "exclude"  # it never goes
    INCLUDE = "include"  # what was said before no longer holds
    SEND_AGAIN = "send_again"  # the cause is gone, or it is surely not in XPM; push it


class NotNow(PersonNeeded):
    """The entry is not in a state in which that can be said of it."""

    def __init__(self, entry_id: str, saying: str, state: str) -> None:
        super().__init__(
            f"Entry {entry_id!r} is {state or 'unknown'} by now, so {saying.replace('_', ' ')!r} was not recorded. "
            "Look at the entry again."
        )


class ReasonMissing(PersonNeeded):
    """Sending again what may be in XPM needs somebody who looked, and says so."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(
            f"Whether XPM holds entry {entry_id!r} is not settled. Look in XPM first, then say in a few words why it "
            "may be sent again."
        )


class AlreadyOurs(PersonNeeded):
    """The chosen timesheet belongs to another entry."""

    def __init__(self, uuid: str, marker: str) -> None:
        super().__init__(f"Timesheet {uuid} already belongs to another entry (~{marker}). Choose another one.")


class NotTheSame(PersonNeeded):
    """The chosen timesheet says something else than the entry, so the sides would never tie."""

    def __init__(self, want: Wanted, sheet: Timesheet) -> None:
        super().__init__(
            f"Timesheet {sheet.uuid} has {sheet.minutes} minutes on {sheet.date}, "
            f"entry {', '.join(want.entry_ids)!r} has {want.minutes} on {want.date}. "
            "Correct one of them first, or exclude the entry."
        )


#: Where each saying takes a bundle, by the state it is in; states not named are left as they are or refuse.
_MOVES: dict[Saying, dict[State, State]] = {
    Saying.SEPARATE_WORK: {State.HELD: State.READY},
    Saying.SEND_AGAIN: {
        State.HELD: State.READY,
        State.REJECTED: State.READY,
        State.NEEDS_PERSON: State.READY,
        State.EXCLUDED: State.READY,
    },
    Saying.EXCLUDE: {
        State.READY: State.EXCLUDED,
        State.HELD: State.EXCLUDED,
        State.REJECTED: State.EXCLUDED,
        State.NEEDS_PERSON: State.EXCLUDED,
    },
    Saying.INCLUDE: {State.EXCLUDED: State.READY},
}

#: In these XPM has or may have the entry: nothing may be said that could send it twice.
_CLOSED = (State.SENDING, State.UNKNOWN, State.POSTED, State.CONFIRMED, State.CHANGING)

#: Reasons with which a timesheet of ours is in XPM, though a person has to look: sending again would double it.
_STILL_THERE = ("echo_differs", "adopt_differs", "double", "orphan")


def say(entry_ids: Sequence[str], saying: Saying, book: Book, *, why: str = "") -> None:
    """Record what `book.actor` says of these entries. Raises NotNow when one of them may be in XPM.

    An entry with no bundle yet is fine: the saying alone decides its standing.
    """
    bundles = _find(book, entry_ids)
    moves: list[Move] = []
    for entry_id in entry_ids:
        bundle = bundles.get(entry_key(entry_id))
        if bundle is not None:
            moves += _move(entry_id, bundle, saying, book, why)
    book.ledger.choose(book.practice, list(entry_ids), saying.value, moves, by=book.actor, why=why)


def say_same_work(want: Wanted, sheet: Timesheet, book: Book, *, source: str = "local", why: str = "") -> None:
    """The entry is the work somebody typed into XPM: its timesheet is taken over as it is, and never pushed.

    Raises AlreadyOurs when another entry has that timesheet, NotTheSame when its day or minutes are others, NotNow when
    this entry may be in XPM on its own.
    """
    owners = book.ledger.find_by(book.practice, "remote_uuid", [sheet.uuid])
    if owners:
        raise AlreadyOurs(sheet.uuid, owners[0].marker)
    if (sheet.minutes, sheet.date) != (want.minutes, want.date):
        raise NotTheSame(want, sheet)
    place = {name: getattr(sheet, name) for name in ("job", "task_id", "staff_id", "date", "minutes")}
    taken = {**place, "remote_uuid": sheet.uuid, "last_seen": describe(sheet), "by_hand": True}
    taken |= {"content_hash": want.content_hash, "note_sent": sheet.note}
    [entry_id] = want.entry_ids
    bundle = _find(book, [entry_id]).get(want.group_key)
    moves: list[Move] = []
    if bundle is None:
        row = {**taken, "tenant": book.tenant, "group_key": want.group_key, "seq": 1, "epoch": 0, "state": "confirmed"}
        row |= {"marker": make_marker(book.tenant, source, want.group_key, 1), "entries": want.entries}
        book.ledger.add_bundles(book.practice, [row], actor=book.actor, why=why or "typed by hand in XPM")
    elif bundle.state in (State.READY, State.HELD, State.REJECTED, State.NEEDS_PERSON) and not bundle.remote_uuid:
        moves = [book.plan(bundle, State.CONFIRMED, why or "typed by hand in XPM", **taken)]
    else:
        raise NotNow(entry_id, Saying.SAME_WORK, bundle.state)
    book.ledger.choose(
        book.practice, [entry_id], Saying.SAME_WORK, moves, by=book.actor, why=why, xpm_time_id=sheet.uuid
    )


def _find(book: Book, entry_ids: Sequence[str]) -> dict[str, Bundle]:
    found = book.ledger.find_by(book.practice, "group_key", (entry_key(entry_id) for entry_id in entry_ids))
    return {bundle.group_key: bundle for bundle in sorted(found, key=lambda one: one.seq)}


def _move(entry_id: str, bundle: Bundle, saying: Saying, book: Book, why: str) -> list[Move]:
    waits = bundle.state in (State.NEEDS_PERSON, State.HELD) and bool(bundle.remote_uuid)
    there = waits and bundle.reason in _STILL_THERE
    if bundle.state in _CLOSED or (there and saying is not Saying.INCLUDE):
        raise NotNow(entry_id, saying, bundle.state)
    if saying is Saying.SEND_AGAIN and bundle.state == State.NEEDS_PERSON and not why.strip():
        raise ReasonMissing(entry_id)
    to = _MOVES[saying].get(State(bundle.state))
    if to is None:
        return []
    # A deleted timesheet's UUID is given back, so that the next one can take its place.
    fresh = {"remote_uuid": None, "attempts": 0, "xpm_words": ""}
    return [book.plan(bundle, to, f"{saying.replace('_', ' ')}: {why}" if why else saying.replace("_", " "), **fresh)]
