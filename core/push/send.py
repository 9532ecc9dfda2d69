"""One bundle on its way: durable intent, last checks, one request, one transaction with what became of it.

Everything here happens in one lane, beside other bundles; nothing is decided about the run but told to it as `Sent`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from core.model import OutsideFailed, utc_text
from core.push.book import Book
from core.push.compare import describe, find_differences
from core.push.deadline import TOO_LATE, Deadline
from core.push.journal import INTENT, OUTCOME
from core.push.ports import MOVED_ON, UUID_TAKEN, Bundle, Move, Outcome, OutcomeKind, Seams, TimeDraft
from core.push.settings import LOOK_AGAIN, PushSettings
from core.push.states import State

ECHO_DIFFERS = "echo_differs"


class After(StrEnum):
    """What a send means for the batch."""

    GO_ON = "go on"
    WAIT = "wait"  # a limit: nothing was applied; the same bundle goes again after the pause
    RETRY = "retry"  # it never left; the same bundle may go again
    DOUBT = "doubt"  # this one is in doubt
    STOP = "stop"  # nothing more is sent now: halted, lease lost, token spent


@dataclass(frozen=True)
class Sent:
    """What became of one bundle's turn. `seconds` for WAIT; `why` a sentence for STOP, or LEASE_LOST.

    `stored`: XPM has it as it was sent, so the way to XPM is proved.
    """

    after: After
    seconds: float = 0.0
    why: str = ""
    attempt: str = ""
    stored: bool = False


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: the pushing worker, its lease's epoch, and the actor the events name."""

    owner: str
    epoch: int


def send_bundle(
    bundle: Bundle, seen_before: Sequence[str], turn: Turn, seams: Seams, book: Book, settings: PushSettings
) -> Sent:
    """Send one ready bundle exactly once, or not at all; the ledger knows which, or knows that it does not.

    `seen_before`: UUIDs XPM listed for that person and day right before, kept with the attempt so that later newcomers
    can be told apart.
    """
    draft = make_draft(bundle)
    deadline = Deadline.start(seams, settings.deadline_seconds)
    request_hash = hash_draft(draft)
    attempt, refusal = seams.ledger.start_attempt(
        book.practice,
        bundle.id,
        owner=turn.owner,
        epoch=turn.epoch,
        deadline=deadline.told,
        request_hash=request_hash,
        seen_before=seen_before,
        run=book.run,
        actor=book.actor,
    )
    if refusal:
        return Sent(After.GO_ON) if refusal == MOVED_ON else Sent(After.STOP, why=refusal)
    facts: dict[str, Any] = {"attempt": attempt, "bundle": bundle.id, "marker": bundle.marker, "op": "add"}
    facts |= {"staff": bundle.staff_id, "date": bundle.date.isoformat(), "epoch": turn.epoch, "hash": request_hash}
    try:
        seams.journal.add(book.practice, INTENT, facts | {"deadline": utc_text(deadline.told)})
    except OutsideFailed as failure:
        _take_back(bundle, turn.epoch, attempt, str(failure), book)
        raise

    outcome = seams.sender.add_time(draft, lambda: deadline.judge_send(book.practice, turn.owner, turn.epoch))
    after = record_outcome(bundle, turn.epoch, attempt, outcome, book, utc_text(seams.clock.now()))
    seams.journal.add(book.practice, OUTCOME, {"attempt": attempt, "outcome": str(outcome.kind)})
    return after


def _take_back(bundle: Bundle, epoch: int, attempt: str, words: str, book: Book) -> None:
    """Without its line in the journal nothing is sent: the bundle waits again as if there had been no intent."""
    facts = {"outcome": OutcomeKind.NOT_SENT.value, "http_status": None, "correlation_id": "", "error_text": words}
    begun = _Sending(bundle.id, epoch)
    _finish(book, attempt, facts, book.plan(begun, State.READY, words, attempts=bundle.attempts))


def make_draft(bundle: Bundle) -> TimeDraft:
    """The timesheet to send; the same bundle gives the same draft."""
    names = ("job", "task_id", "staff_id", "date", "minutes", "start", "end")
    return TimeDraft(**{name: getattr(bundle, name) for name in names}, note=bundle.note_sent)


def hash_draft(draft: TimeDraft) -> str:
    """A fingerprint of the request, kept with the attempt and in the journal."""
    return hashlib.sha256(json.dumps(asdict(draft), default=str, sort_keys=True).encode()).hexdigest()


def record_outcome(bundle: Bundle, epoch: int, attempt: str, outcome: Outcome, book: Book, at: str) -> Sent:
    """Write what became of the request of this epoch, in one transaction with the bundle's new state."""
    begun = _Sending(bundle.id, epoch)
    move, sent = _judge(bundle, begun, outcome, book, at)
    facts = {"outcome": str(outcome.kind), "http_status": outcome.http_status, "error_text": outcome.words}
    facts["correlation_id"] = outcome.correlation_id
    done = _finish(book, attempt, facts, move)
    if done == UUID_TAKEN:
        book.halt(f"XPM gave bundle {bundle.id} the UUID of another timesheet of ours")
        why = "its UUID belongs to another bundle"
        _finish(book, attempt, facts, book.plan(begun, State.NEEDS_PERSON, why, reason=UUID_TAKEN))
        return Sent(After.STOP, why="XPM gave the UUID of another timesheet", attempt=attempt)
    if done == MOVED_ON:
        _record_late(begun, move, book)
    return replace(sent, attempt=attempt)


def _finish(book: Book, attempt: str, facts: Mapping[str, Any], move: Move) -> str:
    return book.ledger.finish_attempt(book.practice, attempt, facts, move, actor=book.actor, run=book.run)


@dataclass(frozen=True)
class _Sending:
    """A bundle as the ledger has it since the intent of this epoch; a later epoch means a later request."""

    id: str
    epoch: int
    state: str = State.SENDING


def _record_late(begun: _Sending, move: Move, book: Book) -> None:
    """Another worker took the bundle for in doubt meanwhile. What surely arrived is still worth knowing."""
    if move.to_state == State.POSTED:
        doubted = replace(begun, state=State.UNKNOWN)
        book.make([book.plan(doubted, State.POSTED, "XPM's answer came late", **move.values)])


def _judge(bundle: Bundle, begun: _Sending, outcome: Outcome, book: Book, at: str) -> tuple[Move, Sent]:
    """The move and what it means for the batch, by the outcome class."""
    move, words = partial(book.plan, begun), outcome.words
    if outcome.kind == OutcomeKind.APPLIED and outcome.record is not None:
        return _judge_applied(bundle, begun, outcome.record, book, at)
    if outcome.kind in (OutcomeKind.APPLIED, OutcomeKind.IN_DOUBT):
        if outcome.cause == "redirect":
            book.halt("XPM's address answered with a redirect")
            return move(State.UNKNOWN, words), Sent(After.STOP, why=words)
        return move(State.UNKNOWN, words or "no answer"), Sent(After.DOUBT)
    counted = {"attempts": bundle.attempts}  # what was surely not applied counts as no attempt
    if outcome.cause == "limit":
        return move(State.READY, words, **counted), Sent(After.WAIT, _find_wait(outcome), words)
    if outcome.cause == "forbidden":
        book.halt("XPM refused access to the practice")
        why = f"XPM refused access to the practice ({words}). Check the right of the person who connected, in XPM"
        return move(State.READY, words, **counted), Sent(After.STOP, why=why)
    if outcome.cause == "token":
        return move(State.READY, words, **counted), Sent(After.STOP, why=words)
    if outcome.cause == "withheld" and words != TOO_LATE:
        return move(State.READY, words, **counted), Sent(After.STOP, why=words)
    if outcome.kind == OutcomeKind.NOT_SENT:
        return move(State.READY, words, **counted), Sent(After.RETRY, why=words)
    return move(State.REJECTED, words, xpm_words=words), Sent(After.GO_ON)


def _find_wait(outcome: Outcome) -> float:
    """Seconds as XPM says; our own gate only knows when its own day ends, and XPM's may end sooner."""
    wait = outcome.retry_after or 1.0
    return min(wait, LOOK_AGAIN) if outcome.kind == OutcomeKind.NOT_SENT else wait


def _judge_applied(bundle: Bundle, begun: _Sending, record: Any, book: Book, at: str) -> tuple[Move, Sent]:
    seen = {"remote_uuid": record.uuid, "last_seen": describe(record), "last_seen_at": at, "invoiced": record.invoiced}
    wrong = find_differences(bundle, record)
    if not wrong:
        return book.plan(begun, State.POSTED, "XPM stored it", **seen), Sent(After.GO_ON, stored=True)
    what = ", ".join(wrong)
    move = book.plan(begun, State.NEEDS_PERSON, f"XPM stored other {what}", reason=ECHO_DIFFERS, **seen)
    book.halt(f"XPM stored something else than was sent: other {what}")
    return move, Sent(After.STOP, why=f"XPM stored other {what} than was sent")
