"""Recovery mode: an older database was restored, so XPM knows more of our own work than the ledger does.

Nothing is sent. Complete lists are read that cover every bundle that is not surely in XPM and everything the journal
has beyond the ledger, after the last request can no longer be under way, and twice. Timesheets with our markers are
taken over; those whose marker nobody knows hold their group for a person. Then a new epoch begins.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.model import OutsideFailed, utc_text
from core.push.adopt import adopt_wanted, record_orphans
from core.push.book import MACHINE, Book
from core.push.change import free_entries, is_made, make_desired, note_made
from core.push.journal import ACCEPTED, START
from core.push.listing import IncompleteList, Listing, choose_scope, read_complete
from core.push.ports import Current, Intent, Seams, Wanted
from core.push.preflight import hold_orphan_groups
from core.push.recover import find_missing
from core.push.send import Turn
from core.push.settings import PushSettings
from core.push.settle import settle_listing
from core.push.states import State

#: Of these nothing is in XPM that the ledger does not know: the rest is read again.
_SURE = (State.POSTED, State.CONFIRMED)
_SETTLED = (State.CONFIRMED, State.RETRACTED)
_LIST_WAITS = (5.0, 15.0)


class RecoveryWaits(OutsideFailed):
    """The last request known may still be under way; lists count only when it no longer can be."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(
            "The database is older than what was sent to XPM. Nothing is sent; XPM is read again at "
            f"{utc_text(until)[11:16]} UTC, when the last request has surely arrived or failed."
        )


@dataclass(frozen=True)
class Recovery:
    """What it takes to recover. `read_current` gives what the local side wants now: lost bundles and lost updates are
    known by it."""

    seams: Seams
    book: Book
    settings: PushSettings
    rows_per_day: float
    source: str
    read_current: Callable[[], Current]


def recovery_steps(turn: Turn, recovery: Recovery) -> Generator[float, None, Turn]:
    """Recover when the practice is being recovered, else do nothing; gives the turn that goes on.

    Yields seconds to wait. Raises RecoveryWaits, IncompleteList or OutsideFailed while XPM cannot be read yet; the
    practice stays in recovery then.
    """
    seams, book = recovery.seams, recovery.book
    if not seams.ledger.recovery_reason(book.practice):
        return turn
    former = seams.journal.read_since_accepted(book.practice)
    missing = find_missing(former, book)
    _await_quiet(missing, recovery)
    current = recovery.read_current()
    for is_last in (False, True):
        yield from _read_again(missing, current, recovery)
        if not is_last:
            yield recovery.settings.list_gap_seconds
    seams.journal.add(book.practice, ACCEPTED, {"by": MACHINE, "why": "XPM was read again", "missing": len(missing)})
    left = book.ledger.leave_recovery(book.practice, turn.owner, turn.epoch, above=former.epoch, actor=MACHINE)
    if left is None:
        return turn
    seams.journal.add(book.practice, START, {"epoch": left, "run": book.run})
    return Turn(turn.owner, left)


def _await_quiet(missing: Sequence[Intent], recovery: Recovery) -> None:
    deadlines = [intent.deadline for intent in missing if intent.deadline]
    if not deadlines:
        return
    until = datetime.fromisoformat(max(deadlines)) + timedelta(seconds=recovery.settings.quiet_seconds)
    if until > recovery.seams.clock.now():
        raise RecoveryWaits(until)


def _read_again(missing: Sequence[Intent], current: Current, recovery: Recovery) -> Generator[float, None, None]:
    """One complete list over everything unsettled, and what follows from it."""
    seams, book = recovery.seams, recovery.book
    places = _find_places(missing, list(current.wanted.values()), book)
    if not places:
        return
    days, staff = [day for _, day in places], [person for person, _ in places]
    today = seams.clock.now().date()
    scope = choose_scope(days, staff, today, recovery.rows_per_day, recovery.settings.rows_per_list)
    for wait in (*_LIST_WAITS, None):
        try:
            listing = read_complete(seams.sender, seams.ledger, book.practice, scope)
            break
        except IncompleteList:
            if wait is None:
                raise
            yield wait
    _take_over(listing, current, recovery)


def _find_places(missing: Sequence[Intent], wanted: Sequence[Wanted], book: Book) -> set[tuple[str, date]]:
    """Whose time of which day has to be seen."""
    unsettled = [state for state in State if state not in _SETTLED]
    places = {(bundle.staff_id, bundle.date) for bundle in book.ledger.find(book.practice, states=unsettled)}
    places |= {(intent.staff_id, intent.date) for intent in missing if intent.date is not None}
    return places | {(want.staff_id, want.date) for want in wanted}


def _take_over(listing: Listing, current: Current, recovery: Recovery) -> None:
    seams, book, seen_at = recovery.seams, recovery.book, utc_text(recovery.seams.clock.now())
    wanted = list(current.wanted.values())
    _take_updates(listing, current, recovery, seen_at)
    settled = settle_listing(listing, book, seen_at, seams.sender.get_time)
    orphans = adopt_wanted(settled.orphans, wanted, book, recovery.source, recovery.settings, seen_at)
    if len(orphans) < len(settled.orphans):
        # A second copy of what was just taken over is a double of it, and nobody's orphan.
        orphans = list(settle_listing(listing, book, seen_at, seams.sender.get_time).orphans)
    record_orphans(orphans, book, seen_at)
    hold_orphan_groups(book.ledger.find(book.practice, states=(State.READY,)), orphans, book)


def _take_updates(listing: Listing, current: Current, recovery: Recovery, seen_at: str) -> None:
    """Updates that were made after the backup: XPM holds already what the local side wants, so the ledger follows."""
    book = recovery.book
    for bundle in book.ledger.find_by(book.practice, "id", current.changes):
        change, sheet = current.changes[bundle.id], listing.by_uuid.get(bundle.remote_uuid)
        if sheet is None or change.want is None or bundle.state not in (*_SURE, State.DRIFTED):
            continue
        desired = make_desired(change, bundle, recovery.settings)
        if is_made(bundle, desired, sheet):
            book.make([note_made(bundle, desired, sheet, book, seen_at)])
            free_entries(bundle.id, desired.entries, book)
