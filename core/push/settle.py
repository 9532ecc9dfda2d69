"""What a list of XPM's time says about our bundles: arrived, equal, changed, doubled, deleted, or nobody's.

The same rules serve before a batch, after it, when a lost answer is read back, in the sweep, and in a verification.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.push.book import Book
from core.push.compare import IDENTITY, describe, find_differences, is_as_seen
from core.push.listing import Listing
from core.push.marker import find_markers
from core.push.ports import Bundle, Move, Timesheet
from core.push.states import ADOPTABLE, IN_XPM, State

#: Reasons a bundle carries, as the ledger keeps them.
ADOPT_DIFFERS = "adopt_differs"
CHANGE_REFUSED = "change_refused"
DELETED_REMOTELY = "deleted_remotely"
DOUBLE = "double"
#: A request that was thought lost arrived after its timesheet had been taken back.
LANDED_LATE = "landed_late"
ORPHAN = "orphan"

#: Asks XPM for one timesheet by its id.
Ask = Callable[[str], Timesheet | None]


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


def settle_listing(listing: Listing, book: Book, seen_at: str, ask: Ask | None = None) -> Settled:
    """Bring the ledger in line with a list, in one transaction; `seen_at` is when it was read, as UTC text.

    Presence counts in any well-formed list. Confirmation and deletion need a complete one. A list may lag behind our
    own update, so what we changed and seems changed is asked by its id with `ask`, and not judged without it.
    """
    by_marker = {bundle.marker: bundle for bundle in book.ledger.find_by(book.practice, "marker", listing.by_marker)}
    by_uuid = {
        bundle.remote_uuid: bundle for bundle in book.ledger.find_by(book.practice, "remote_uuid", listing.by_uuid)
    }
    ours = {bundle.id: bundle for bundle in (*by_marker.values(), *by_uuid.values())}
    look = _Look(
        listing, frozenset(by_uuid), frozenset(by_marker), book, seen_at, _ask_again(by_uuid, listing, book, ask)
    )
    moves = [move for bundle in ours.values() for move in _judge(bundle, look)]
    moves += [_note_gone(bundle, book) for bundle in listing.gone]
    moves += [_note_moved(bundle, sheet, book, seen_at) for bundle, sheet in listing.moved]
    late = set(book.make(moves))
    return _sum_up([move for move in moves if move.bundle not in late], _find_orphans(listing, by_marker, by_uuid))


@dataclass(frozen=True)
class _Look:
    """One list, with what the ledger knows of it. `fresh`: timesheets asked by id since, None when still unknown."""

    listing: Listing
    owned: frozenset[str]
    markers: frozenset[str]
    book: Book
    seen_at: str
    fresh: Mapping[str, Timesheet | None]

    def seen(self, sheet: Timesheet) -> dict[str, Any]:
        return {"last_seen": describe(sheet), "last_seen_at": self.seen_at, "invoiced": bool(sheet.invoiced)}

    def find(self, uuid: str) -> Timesheet | None:
        return self.fresh[uuid] if uuid in self.fresh else self.listing.by_uuid.get(uuid)


def _ask_again(
    by_uuid: Mapping[str, Bundle], listing: Listing, book: Book, ask: Ask | None
) -> dict[str, Timesheet | None]:
    sure = [bundle for bundle in by_uuid.values() if bundle.state in (State.POSTED, State.CONFIRMED)]
    other = [bundle for bundle in sure if find_differences(bundle, listing.by_uuid[bundle.remote_uuid])]
    attempts = book.ledger.attempts_of(bundle.id for bundle in other) if other else {}
    changed = [bundle.remote_uuid for bundle in other if any(one.op != "add" for one in attempts.get(bundle.id, ()))]
    return {uuid: ask(uuid) if ask is not None else None for uuid in changed}


def _judge(bundle: Bundle, look: _Look) -> list[Move]:
    """At most two moves: arrived, and confirmed at once when the list is complete and everything is equal."""
    if is_orphan(bundle):
        return []
    # A timesheet that another bundle owns by its UUID is not this one's, whatever somebody wrote into its note.
    marked = [sheet for sheet in look.listing.by_marker.get(bundle.marker, []) if sheet.uuid not in look.owned]
    if bundle.state == State.RETRACTED:
        return _judge_landing(bundle, marked, look) if marked else []
    if bundle.state in ADOPTABLE and not bundle.remote_uuid:
        return _judge_arrival(bundle, marked, look) if marked else []
    if bundle.state not in (*IN_XPM, State.NEEDS_PERSON, State.HELD) or not bundle.remote_uuid:
        return []
    if marked:
        return _note_double(bundle, marked, look.book)
    if bundle.reason == LANDED_LATE:
        return []  # being there is what is wrong with it
    sheet = look.find(bundle.remote_uuid)
    return _judge_presence(bundle, sheet, look) if sheet else []


def _judge_landing(bundle: Bundle, marked: Sequence[Timesheet], look: _Look) -> list[Move]:
    """What was deleted is there again under another id: an earlier request came through at last."""
    ids = ", ".join(sheet.uuid for sheet in marked)
    values = {**look.seen(marked[0]), "remote_uuid": marked[0].uuid, "reason": LANDED_LATE}
    return [look.book.plan(bundle, State.NEEDS_PERSON, f"in XPM again as {ids}", **values)]


def _judge_arrival(bundle: Bundle, marked: Sequence[Timesheet], look: _Look) -> list[Move]:
    sheet, book = marked[0], look.book
    waits = State.NEEDS_PERSON if bundle.state == State.HELD else State.HELD
    if look.markers.intersection(find_markers(sheet.note)) - {bundle.marker}:
        # Two of our bundles cannot be one timesheet; neither gets its id before a person said whose it is.
        stays = bundle.state in (State.HELD, State.NEEDS_PERSON) and bundle.reason == ADOPT_DIFFERS
        why = f"timesheet {sheet.uuid} carries several of our markers"
        return [] if stays else [book.plan(bundle, waits, why, reason=ADOPT_DIFFERS)]
    seen = {"remote_uuid": sheet.uuid, **look.seen(sheet)}
    if len(marked) > 1:
        ids = ", ".join(found.uuid for found in marked)
        waits = State.NEEDS_PERSON if bundle.state == State.UNKNOWN else waits
        return [book.plan(bundle, waits, f"in XPM as {ids}", reason=DOUBLE, **seen)]
    wrong = find_differences(bundle, sheet, IDENTITY)
    if wrong:
        why = f"its marker is in XPM with other {', '.join(wrong)}"
        return [book.plan(bundle, waits, why, **{**seen, "reason": ADOPT_DIFFERS})]
    arrived = book.plan(bundle, State.POSTED, "found in XPM by its marker", **seen)
    if look.listing.complete and not find_differences(bundle, sheet):
        return [arrived, Move(bundle.id, State.POSTED, State.CONFIRMED, "seen equal in a complete list")]
    return [arrived]


def _judge_presence(bundle: Bundle, sheet: Timesheet, look: _Look) -> list[Move]:
    seen, book = look.seen(sheet), look.book
    wrong = find_differences(bundle, sheet)
    if not wrong:
        if bundle.state == State.CONFIRMED or not look.listing.complete:
            return _note_invoicing(bundle, sheet, look)
        # A refused change does not become acceptable by being seen unchanged.
        kept = CHANGE_REFUSED if bundle.reason == CHANGE_REFUSED else ""
        return [book.plan(bundle, State.CONFIRMED, "seen equal in a complete list", reason=kept, **seen)]
    what = ", ".join(wrong)
    if bundle.state in (State.POSTED, State.CONFIRMED):
        return [book.plan(bundle, State.DRIFTED, f"XPM shows other {what}", reason=what, **seen)]
    if is_as_seen(bundle, sheet):
        return _note_invoicing(bundle, sheet, look)
    # What a person decides about must be what XPM shows now.
    reason = what if bundle.state == State.DRIFTED else bundle.reason
    return [book.note(bundle, f"XPM shows other {what}", reason=reason, **seen)]


def _note_invoicing(bundle: Bundle, sheet: Timesheet, look: _Look) -> list[Move]:
    if bool(sheet.invoiced) == bundle.invoiced:
        return []
    why = "invoiced in XPM" if sheet.invoiced else "no longer invoiced in XPM"
    return [look.book.note(bundle, why, **look.seen(sheet))]


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
    seen = {"last_seen": describe(sheet), "last_seen_at": seen_at, "invoiced": bool(sheet.invoiced)}
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
