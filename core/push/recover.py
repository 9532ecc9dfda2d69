"""What a start finds after a crash or a takeover, and what must hold before anything is sent.

A start also compares the ledger with the journal; when an older database was restored it enters recovery, in which
nothing is sent (see core.push.restored).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from core.model import PersonNeeded
from core.push.book import MACHINE, Book
from core.push.journal import LIFTED, START
from core.push.ports import Bundle, Former, Intent, Journal, Ledger, Move, Seams
from core.push.states import State

#: A clock set back by more than this makes every wait doubtful.
CLOCK_SLACK = timedelta(minutes=5)
_PORTION = 400


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
    PushHalted when the clock went back; a ledger that did enters recovery.
    """
    _check_clock(book, seams)
    _compare_journal(book, seams, epoch)
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
    """A person answers for it that pushing may go on; the journal keeps it beyond a restore of the database."""
    journal.add(practice, LIFTED, {"by": by, "why": why, "halt": ledger.halt_reason(practice)})
    ledger.lift_halt(practice, actor=by, why=why)


def _check_clock(book: Book, seams: Seams) -> None:
    last = seams.ledger.last_moment(book.practice)
    if last and seams.clock.now() + CLOCK_SLACK < datetime.fromisoformat(last):
        book.halt(f"the clock of this computer is behind the ledger's newest event ({last})")
    check_halt(book)


def _compare_journal(book: Book, seams: Seams, epoch: int) -> None:
    """Enter recovery when the journal knows more than the ledger, or nothing of what the ledger knows."""
    former = seams.journal.read_since_accepted(book.practice)
    missing = find_missing(former, book)
    if missing or former.epoch >= epoch:
        what = f"{len(missing)} requests" if missing else "a run"
        why = f"the ledger lacks {what} that the journal has: an older database was restored"
    elif not former.has_lines and seams.ledger.count_attempts(book.practice):
        why = "the push journal is missing although time was sent before"
    else:
        return
    book.ledger.enter_recovery(book.practice, why, actor=MACHINE)


def find_missing(former: Former, book: Book) -> list[Intent]:
    """The journal's intents that the ledger lacks. A restore takes the newest ones away, so the search ends at the
    first portion that is all there."""
    newest = list(former.intents)[::-1]
    missing: list[Intent] = []
    for at in range(0, len(newest), _PORTION):
        part = newest[at : at + _PORTION]
        known = book.ledger.known_attempts(book.practice, part)
        if known.issuperset(part):
            break
        missing += [former.intents[attempt] for attempt in part if attempt not in known]
    return missing
