"""What a start finds after a crash, a takeover or a restored database, and what must hold before anything is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from core.model import PersonNeeded
from core.push.book import MACHINE, Book
from core.push.journal import ACCEPTED, START
from core.push.ports import Bundle, Journal, Ledger, Move, Seams
from core.push.states import State

#: A clock set back by more than this makes every wait doubtful.
CLOCK_SLACK = timedelta(minutes=5)
#: How the halts begin that a person lifts only after comparing XPM with the ledger.
_LEDGER_LACKS = "the ledger lacks"
_JOURNAL_MISSING = "the push journal is missing"


class PushHalted(PersonNeeded):
    """Nothing is written to XPM until a person lifts the halt."""

    def __init__(self, practice: str, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"Pushing of practice {practice!r} is halted: {reason}. Reading goes on. Check Activity and XPM, then lift "
            "the halt on Time with a reason."
        )


def recover(book: Book, seams: Seams, epoch: int) -> int:
    """Settle what a dead worker left behind; the caller holds the lease, so nobody else is sending. Gives how many.

    A bundle left in `sending` is in doubt, never ready: its request may have left; so is one left `changing`. Raises
    PushHalted when the ledger went back in time or the clock did.
    """
    _check_clock(book, seams)
    _check_journal(book, seams, epoch)
    seams.journal.add(book.practice, START, {"epoch": epoch, "run": book.run})
    left = seams.ledger.find(book.practice, states=(State.SENDING, State.CHANGING))
    attempts = seams.ledger.last_attempts(bundle.id for bundle in left)
    facts: dict[str, Any] = {"outcome": "in_doubt", "http_status": None, "correlation_id": ""}
    facts["error_text"] = "its worker stopped before it recorded an outcome"
    for bundle in left:
        attempt = attempts.get(bundle.id)
        is_open = attempt is not None and not attempt.outcome
        move = _doubt(bundle, book)
        if attempt is None or not is_open:
            book.make([move] if bundle.state == State.SENDING else [])
        else:
            seams.ledger.finish_attempt(book.practice, attempt.id, facts, move, actor=MACHINE, run=book.run)
    return len(left)


def _doubt(bundle: Bundle, book: Book) -> Move:
    """A change whose outcome nobody recorded stays a change under way, and is read back by its id."""
    if bundle.state == State.CHANGING:
        return book.note(bundle, "its worker stopped while changing it")
    return book.plan(bundle, State.UNKNOWN, "its worker stopped while sending")


def check_halt(book: Book) -> None:
    """Raises PushHalted while pushing is halted."""
    reason = book.ledger.halt_reason(book.practice)
    if reason:
        raise PushHalted(book.practice, reason)


def lift_halt(practice: str, ledger: Ledger, journal: Journal, *, by: str, why: str) -> None:
    """A person answers for it that pushing may go on.

    When it was halted because ledger and journal disagree, the person has compared XPM with the ledger, and former
    intents are no longer asked for. Lifting any other halt says nothing about them.
    """
    if ledger.halt_reason(practice).startswith((_LEDGER_LACKS, _JOURNAL_MISSING)):
        journal.add(practice, ACCEPTED, {"by": by, "why": why, "attempts": ledger.count_attempts(practice)})
    ledger.lift_halt(practice, actor=by, why=why)


def _check_clock(book: Book, seams: Seams) -> None:
    last = seams.ledger.last_moment(book.practice)
    if last and seams.clock.now() + CLOCK_SLACK < datetime.fromisoformat(last):
        book.halt(f"the clock of this computer is behind the ledger's newest event ({last})")
    check_halt(book)


def _check_journal(book: Book, seams: Seams, epoch: int) -> None:
    former = seams.journal.read_since_accepted(book.practice)
    missing = set(former.intents) - seams.ledger.known_attempts(book.practice, former.intents)
    if missing or former.epoch >= epoch:
        what = f"{len(missing)} requests" if missing else "a run"
        book.halt(
            f"{_LEDGER_LACKS} {what} that the journal has: an older database was restored. "
            "Sync XPM so that what arrived is adopted"
        )
    elif not former.has_lines and seams.ledger.count_attempts(book.practice):
        book.halt(f"{_JOURNAL_MISSING} although time was sent before. Sync XPM so that what arrived is adopted")
    check_halt(book)
