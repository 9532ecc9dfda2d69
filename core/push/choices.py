"""What a person says of single entries: separate work, the same work, exclude, send again, keep what XPM shows.

The saying is kept, and the states of the ledger that follow from it change in the same transaction. What is said of an
entry that shares its timesheet with others is said of them all, where it is about the timesheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from core.model import PersonNeeded
from core.push.book import Book
from core.push.change import free_entries
from core.push.compare import describe
from core.push.marker import CORRECTION, make_marker
from core.push.ports import Bundle, Move, Timesheet, Wanted
from core.push.settle import ADOPT_DIFFERS, CHANGE_REFUSED, DOUBLE, LANDED_LATE, ORPHAN
from core.push.states import State


class Saying(StrEnum):
    """What may be said."""

    SEPARATE_WORK = "separate_work"  # it only looks like what is in XPM; push it
    SAME_WORK = "same_work"  # XPM has it already, typed by hand; never push it
    EXCLUDE = "exclude"  # it never goes
    INCLUDE = "include"  # what was said before no longer holds
    SEND_AGAIN = "send_again"  # the cause is gone, or it is surely not in XPM; push it
    LATE_OK = "late_ok"  # it goes although its period is closed
    SEND_OURS = "send_ours"  # XPM shows something else; overwrite it with what is recorded here
    KEEP_XPM = "keep_xpm"  # XPM shows something else, and that is right
    CORRECT = "correct"  # it is invoiced; send the difference as a timesheet of its own


class NotNow(PersonNeeded):
    """The entry is not in a state in which that can be said of it."""

    def __init__(self, entry_id: str, saying: str, state: str) -> None:
        super().__init__(
            f"Entry {entry_id!r} is {state or 'unknown'} by now, so {saying.replace('_', ' ')!r} was not recorded. "
            "Look at the entry again."
        )


class ReasonMissing(PersonNeeded):
    """What may double, reopen or correct time needs somebody who looked, and says so."""

    def __init__(self, entry_id: str, saying: str) -> None:
        first = f"Whether XPM holds entry {entry_id!r} is not settled. Look in XPM first, then say"
        lead = first if saying == "send_again" else f"For entry {entry_id!r}, say"
        what = {"late_ok": "goes into a closed period", "correct": "is corrected after it was invoiced"}
        super().__init__(f"{lead} in a few words why it {what.get(saying, 'may be sent again')}.")


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


class Invoiced(PersonNeeded):
    """Invoiced time is never changed."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(
            f"XPM has invoiced the timesheet of entry {entry_id!r}, so it is never changed. Say that a correcting "
            "timesheet may be sent, or change it in XPM after the invoice is reopened."
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
_SURE = (State.POSTED, State.CONFIRMED)

#: Reasons with which a timesheet of ours is in XPM, though a person has to look: sending again would double it.
_STILL_THERE = ("echo_differs", ADOPT_DIFFERS, DOUBLE, LANDED_LATE, ORPHAN, "too_many_attempts", "unread")

#: Said of single entries, not of the timesheet they share with others.
_SINGLE = (Saying.EXCLUDE, Saying.INCLUDE, Saying.LATE_OK, Saying.CORRECT)
#: Said for the record and for the next plan; no state changes by it.
_NO_MOVE = (Saying.LATE_OK, Saying.SEND_OURS, Saying.CORRECT)


def say(entry_ids: Sequence[str], saying: Saying, book: Book, *, why: str = "", about: str = "") -> None:
    """Record what `book.actor` says of these entries. Raises NotNow when one of them may be in XPM, ReasonMissing when
    it needs words, Invoiced where nothing may be overwritten.

    An entry with no bundle yet is fine: the saying alone decides its standing. `about`: the content a CORRECT is about.
    For SAME_WORK there is say_same_work, for KEEP_XPM core.push.accept, for CORRECT core.push.correct.
    """
    bundles = find_bundles(book, entry_ids)
    members = book.ledger.entries_of(bundle.id for bundle in bundles.values())
    said = list(entry_ids)
    moves: dict[str, Move] = {}
    for entry_id in entry_ids:
        bundle = bundles.get(entry_id)
        _check_words(entry_id, bundle, saying, why)
        if bundle is None:
            continue
        sharing = members.get(bundle.id, (entry_id,))
        if saying not in _SINGLE:
            said += sharing
        for move in _move(entry_id, bundle, saying, book, why, is_whole=set(sharing) <= set(entry_ids)):
            moves[bundle.id] = move
    said = list(dict.fromkeys(said))
    decided = list(moves.values())
    book.ledger.choose(book.practice, said, saying.value, decided, by=book.actor, why=why, xpm_time_id=about)


def find_bundles(book: Book, entry_ids: Iterable[str]) -> dict[str, Bundle]:
    """The bundle that speaks for each entry: the newest that was not taken back; entries in none are absent.

    What no entry explains is named by its group key.
    """
    wanted = list(entry_ids)
    found = {
        entry_id: _choose_speaker(held) for entry_id, held in book.ledger.bundles_of(book.practice, wanted).items()
    }
    lone = book.ledger.find_by(book.practice, "group_key", [one for one in wanted if one not in found])
    return found | {bundle.group_key: bundle for bundle in lone}


def _choose_speaker(held: Sequence[Bundle]) -> Bundle:
    plain = [bundle for bundle in held if not bundle.group_key.startswith(CORRECTION)] or list(held)
    late = [bundle for bundle in plain if bundle.reason == LANDED_LATE]
    live = [bundle for bundle in plain if bundle.state != State.RETRACTED]
    return max(late or live or plain, key=lambda bundle: bundle.seq)


def _check_words(entry_id: str, bundle: Bundle | None, saying: Saying, why: str) -> None:
    unsettled = bundle is not None and bundle.state == State.NEEDS_PERSON
    needs_words = saying in (Saying.LATE_OK, Saying.CORRECT) or (saying is Saying.SEND_AGAIN and unsettled)
    if needs_words and not why.strip():
        raise ReasonMissing(entry_id, saying)


def _move(entry_id: str, bundle: Bundle, saying: Saying, book: Book, why: str, *, is_whole: bool) -> list[Move]:
    if saying in _NO_MOVE:
        _check_silent(entry_id, bundle, saying)
        return []
    if saying is Saying.SEND_AGAIN and bundle.state in _SURE and (bundle.reason == CHANGE_REFUSED or bundle.invoiced):
        return []  # a refused change or correction; what XPM holds is not sent a second time by it
    waits = bundle.state in (State.NEEDS_PERSON, State.HELD) and bool(bundle.remote_uuid)
    there = waits and bundle.reason in _STILL_THERE
    partly = saying is Saying.EXCLUDE and not is_whole
    if bundle.state in _CLOSED or (there and saying is not Saying.INCLUDE):
        raise NotNow(entry_id, saying, bundle.state)
    if partly and bundle.state == State.NEEDS_PERSON:
        raise NotNow(entry_id, saying, "on a timesheet with others that is not settled")
    to = _MOVES[saying].get(State(bundle.state))
    if to is None or partly:
        return []
    # A deleted timesheet's UUID is given back, so that the next one can take its place.
    fresh = {"remote_uuid": None, "attempts": 0, "xpm_words": ""}
    words = saying.replace("_", " ")
    return [book.plan(bundle, to, f"{words}: {why}" if why else words, **fresh)]


def _check_silent(entry_id: str, bundle: Bundle, saying: Saying) -> None:
    """Whether this can be said of the entry as it stands."""
    if saying is Saying.SEND_OURS:
        if bundle.invoiced:
            raise Invoiced(entry_id)
        differs = bundle.reason in ("echo_differs", ADOPT_DIFFERS) and bool(bundle.remote_uuid)
        if bundle.state != State.DRIFTED and not differs:
            raise NotNow(entry_id, saying, bundle.state)
    if saying is Saying.CORRECT and not (bundle.invoiced and bundle.state in _SURE):
        raise NotNow(entry_id, saying, bundle.state)


def say_same_work(want: Wanted, sheet: Timesheet, book: Book, *, source: str = "local", why: str = "") -> None:
    """The entry is the work somebody typed into XPM: its timesheet is taken over as it is, and never pushed.

    An entry that waits on one timesheet with others is said of with them. Raises AlreadyOurs when another entry has
    that timesheet, NotTheSame when its day or minutes are others, NotNow when this entry may be in XPM on its own.
    """
    owners = book.ledger.find_by(book.practice, "remote_uuid", [sheet.uuid])
    if owners:
        raise AlreadyOurs(sheet.uuid, owners[0].marker)
    bundle = find_bundles(book, want.entry_ids).get(want.entry_ids[0])
    if bundle is not None and bundle.state == State.RETRACTED:
        bundle = None
    members = book.ledger.members_of([bundle.id]).get(bundle.id, {}) if bundle is not None else {}
    as_wanted = (sheet.minutes, sheet.date) == (want.minutes, want.date)
    as_queued = bundle is not None and (sheet.minutes, sheet.date) == (bundle.minutes, bundle.date)
    if not as_wanted and not (as_queued and len(members) > 1):
        raise NotTheSame(want, sheet)
    place = {name: getattr(sheet, name) for name in ("job", "task_id", "staff_id", "date", "minutes")}
    taken = {**place, "remote_uuid": sheet.uuid, "last_seen": describe(sheet), "by_hand": True}
    taken |= {"invoiced": bool(sheet.invoiced), "note_sent": sheet.note}
    content = {"content_hash": want.content_hash, "entries": want.entries} if as_wanted else {}
    moves: list[Move] = []
    if bundle is None:
        _add_typed(want, taken, book, source, why)
    elif bundle.state in (State.READY, State.HELD, State.REJECTED, State.NEEDS_PERSON) and not bundle.remote_uuid:
        moves = [book.plan(bundle, State.CONFIRMED, why or "typed by hand in XPM", **taken, **content)]
    else:
        raise NotNow(want.entry_ids[0], Saying.SAME_WORK, bundle.state)
    said = list(want.entry_ids if as_wanted else members)
    book.ledger.choose(book.practice, said, Saying.SAME_WORK, moves, by=book.actor, why=why, xpm_time_id=sheet.uuid)
    if bundle is not None:
        free_entries(bundle.id, said, book)


def _add_typed(want: Wanted, taken: dict[str, object], book: Book, source: str, why: str) -> None:
    former = book.ledger.find_by(book.practice, "group_key", [want.group_key])
    seq = max((bundle.seq for bundle in former), default=0) + 1
    row = {**taken, "tenant": book.tenant, "group_key": want.group_key, "seq": seq, "epoch": 0, "state": "confirmed"}
    row |= {"marker": make_marker(book.tenant, source, want.group_key, seq), "entries": want.entries}
    row |= {"content_hash": want.content_hash}
    book.ledger.add_bundles(book.practice, [row], actor=book.actor, why=why or "typed by hand in XPM")
