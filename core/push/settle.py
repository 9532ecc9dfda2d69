"""What a list of XPM's time says about our bundles: arrived, equal, changed, doubled, deleted, or nobody's.

The same rules serve before a batch, after it, when a lost answer is read back, and in a verification.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.push.book import Book
from core.push.compare import IDENTITY, describe, find_differences
from core.push.listing import Listing
from core.push.ports import Bundle, Move, Timesheet
from core.push.states import ADOPTABLE, IN_XPM, State

#: Reasons a bundle carries, as the ledger keeps them.
ADOPT_DIFFERS = "adopt_differs"
DELETED_REMOTELY = "deleted_remotely"
DOUBLE = "double"
ORPHAN = "orphan"


def is_orphan(bundle: Bundle) -> bool:
    """Whether the bundle stands for a timesheet of ours whose entry is not known."""
    return bundle.group_key.startswith(f"{ORPHAN}:")


@dataclass(frozen=True)
class Settled:
    """What a list changed: bundles by what was found, and timesheets with a marker of our shape that is nobody's."""

    arrived: tuple[str, ...] = ()
    drifted: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    orphans: tuple[Timesheet, ...] = ()


def settle_listing(listing: Listing, book: Book, seen_at: str) -> Settled:
    """Bring the ledger in line with a list, in one transaction; `seen_at` is when it was read, as UTC text.

    Presence counts in any well-formed list. Confirmation and deletion need a complete one.
    """
    by_marker = {bundle.marker: bundle for bundle in book.ledger.find_by(book.practice, "marker", listing.by_marker)}
    by_uuid = {
        bundle.remote_uuid: bundle for bundle in book.ledger.find_by(book.practice, "remote_uuid", listing.by_uuid)
    }
    ours = {bundle.id: bundle for bundle in (*by_marker.values(), *by_uuid.values())}
    owned = set(by_uuid)
    moves = [move for bundle in ours.values() for move in _judge(bundle, listing, owned, book, seen_at)]
    moves += [_note_gone(bundle, book) for bundle in listing.gone]
    moves += [_note_moved(bundle, sheet, book, seen_at) for bundle, sheet in listing.moved]
    late = set(book.make(moves))
    return _sum_up([move for move in moves if move.bundle not in late], _find_orphans(listing, by_marker, by_uuid))


def _judge(bundle: Bundle, listing: Listing, owned: set[str], book: Book, seen_at: str) -> list[Move]:
    """At most two moves: arrived, and confirmed at once when the list is complete and everything is equal."""
    if is_orphan(bundle):
        return []
    # A timesheet that another bundle owns by its UUID is not this one's, whatever somebody wrote into its note.
    marked = [sheet for sheet in listing.by_marker.get(bundle.marker, []) if sheet.uuid not in owned]
    if bundle.state in ADOPTABLE and not bundle.remote_uuid:
        return _judge_arrival(bundle, marked, book, seen_at, listing.complete) if marked else []
    if bundle.state not in (*IN_XPM, State.NEEDS_PERSON, State.HELD) or not bundle.remote_uuid:
        return []
    if marked:
        return _note_double(bundle, marked, book)
    sheet = listing.by_uuid.get(bundle.remote_uuid)
    return _judge_presence(bundle, sheet, book, seen_at, listing.complete) if sheet else []


def _judge_arrival(bundle: Bundle, marked: Sequence[Timesheet], book: Book, seen_at: str, complete: bool) -> list[Move]:
    sheet = marked[0]
    seen = {"remote_uuid": sheet.uuid, "last_seen": describe(sheet), "last_seen_at": seen_at}
    if len(marked) > 1:
        ids = ", ".join(found.uuid for found in marked)
        waits = State.NEEDS_PERSON if bundle.state == State.UNKNOWN else State.HELD
        return [] if bundle.state == waits else [book.plan(bundle, waits, f"in XPM as {ids}", reason=DOUBLE, **seen)]
    wrong = find_differences(bundle, sheet, IDENTITY)
    if wrong:
        why = f"its marker is in XPM with other {', '.join(wrong)}"
        held = {**seen, "reason": ADOPT_DIFFERS}
        if bundle.state == State.HELD:
            return [book.plan(bundle, State.NEEDS_PERSON, why, **held)]
        return [book.plan(bundle, State.HELD, why, **held)]
    arrived = book.plan(bundle, State.POSTED, "found in XPM by its marker", **seen)
    if complete and not find_differences(bundle, sheet):
        return [arrived, Move(bundle.id, State.POSTED, State.CONFIRMED, "seen equal in a complete list")]
    return [arrived]


def _judge_presence(bundle: Bundle, sheet: Timesheet, book: Book, seen_at: str, complete: bool) -> list[Move]:
    seen = {"last_seen": describe(sheet), "last_seen_at": seen_at}
    wrong = find_differences(bundle, sheet)
    if not wrong:
        settled = bundle.state == State.CONFIRMED or not complete
        return [] if settled else [book.plan(bundle, State.CONFIRMED, "seen equal in a complete list", **seen)]
    if bundle.state in (State.POSTED, State.CONFIRMED):
        what = ", ".join(wrong)
        return [book.plan(bundle, State.DRIFTED, f"XPM shows other {what}", reason=what, **seen)]
    return []


def _note_double(bundle: Bundle, others: Sequence[Timesheet], book: Book) -> list[Move]:
    if bundle.reason == DOUBLE:
        return []
    waits = State.HELD if bundle.state == State.NEEDS_PERSON else State.NEEDS_PERSON
    ids = ", ".join(sheet.uuid for sheet in others)
    return [book.plan(bundle, waits, f"also in XPM as {ids}", reason=DOUBLE)]


def _note_gone(bundle: Bundle, book: Book) -> Move:
    return book.plan(bundle, State.NEEDS_PERSON, "XPM no longer has it", reason=DELETED_REMOTELY)


def _note_moved(bundle: Bundle, sheet: Timesheet, book: Book, seen_at: str) -> Move:
    what = ", ".join(find_differences(bundle, sheet)) or "place"
    seen = {"last_seen": describe(sheet), "last_seen_at": seen_at}
    return book.plan(bundle, State.DRIFTED, f"XPM shows other {what}", reason=what, **seen)


def _find_orphans(listing: Listing, by_marker: dict[str, Bundle], by_uuid: dict[str, Bundle]) -> tuple[Timesheet, ...]:
    found = {
        sheet.uuid: sheet
        for marker, sheets in listing.by_marker.items()
        if marker not in by_marker
        for sheet in sheets
        if sheet.uuid not in by_uuid
    }
    return tuple(found.values())


def _sum_up(moves: Sequence[Move], orphans: tuple[Timesheet, ...]) -> Settled:
    def because(reason: str) -> tuple[str, ...]:
        return tuple(move.bundle for move in moves if move.values.get("reason") == reason)

    def those(state: State) -> tuple[str, ...]:
        return tuple(move.bundle for move in moves if move.to_state == state)

    return Settled(those(State.POSTED), those(State.DRIFTED), because(DOUBLE), because(DELETED_REMOTELY), orphans)
