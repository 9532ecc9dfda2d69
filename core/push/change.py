"""Updates and deletes of timesheets that are ours: looked at first, then changed once, then looked at again.

XPM has no version of a timesheet that a write could name, so right before each change its timesheet is read by id:
what a person edited, deleted or invoiced since the last look is never overwritten. The change wanted is durable before
that (see core.push.desired), the intent before the request leaves, and what became of it is one transaction with the
bundle's new content. A lost answer leaves the bundle `changing`; only a read by id settles it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.model import OutsideFailed, utc_text
from core.push.book import Book
from core.push.compare import describe, expect, find_differences, is_as_seen, sends_marker
from core.push.deadline import Deadline
from core.push.desired import UNDONE, Desired, Op, read_desired, target_of
from core.push.journal import INTENT, OUTCOME
from core.push.marker import CORRECTION, compose_note, find_markers
from core.push.ports import (
    MOVED_ON,
    Bundle,
    Change,
    Current,
    Move,
    Outcome,
    OutcomeKind,
    Seams,
    Stated,
    Timesheet,
    Wanted,
)
from core.push.send import ECHO_DIFFERS, After, Sent, Turn, hash_draft
from core.push.settings import PushSettings
from core.push.settle import CHANGE_REFUSED, DELETED_REMOTELY
from core.push.states import State

#: States in which a timesheet may be changed: as it was sent, or after a person chose our side.
_SURE = (State.POSTED, State.CONFIRMED)
_AFTER_A_SAYING = (State.DRIFTED, State.NEEDS_PERSON, State.HELD)

_COLUMNS = ("job", "task_id", "staff_id", "date", "minutes", "start", "end", "content_hash")


# -- wanting ------------------------------------------------------------------------------------------------------


def queue_changes(changes: Iterable[Change], book: Book, settings: PushSettings, *, choice: str = "") -> list[str]:
    """Write durably what these timesheets should become, as work of the book's run; gives their bundles' ids.

    Bundles that are not in XPM as sent (or, after a person's `send_ours`, as last seen) are left alone, and so are
    invoiced ones and what somebody typed by hand. `choice` is what is said of the entries once a delete is done.
    """
    wanted = {change.bundle: change for change in changes}
    bundles = _free_members(book.ledger.find_by(book.practice, "id", wanted), wanted, book)
    desired = {
        bundle.id: make_desired(wanted[bundle.id], bundle, settings, choice).to_json()
        for bundle in bundles
        if bundle.state in (*_SURE, *_AFTER_A_SAYING) and bundle.remote_uuid and not (bundle.invoiced or bundle.by_hand)
    }
    late = set(book.ledger.want_changes(book.practice, desired, run=book.run)) if desired else set()
    return [bundle_id for bundle_id in desired if bundle_id not in late]


def _free_members(bundles: Sequence[Bundle], wanted: Mapping[str, Change], book: Book) -> list[Bundle]:
    """The bundles whose change leaves every entry in one timesheet only.

    An entry that joins by an update may wait on a timesheet of its own, which then has nothing to send any more. Where
    that one may be in XPM, the change waits.
    """
    kept = []
    for bundle in bundles:
        want = wanted[bundle.id].want
        others = _find_others(bundle.id, want.entries if want is not None else (), book)
        if all(_is_idle(other) for other in others):
            kept.append(bundle)
            book.make([_retire(other, book) for other in others])
    return kept


def free_entries(bundle_id: str, entry_ids: Iterable[str], book: Book) -> None:
    """These entries belong to this bundle now: they wait on no other timesheet any more."""
    others = _find_others(bundle_id, entry_ids, book)
    book.make([_retire(other, book) for other in others if _is_idle(other)])


def _find_others(bundle_id: str, entry_ids: Iterable[str], book: Book) -> list[Bundle]:
    """Other bundles that hold one of these entries; corrections stand beside what they correct."""
    held = book.ledger.bundles_of(book.practice, entry_ids)
    others = {other.id: other for bundles in held.values() for other in bundles if other.id != bundle_id}
    return [
        other
        for other in others.values()
        if other.state != State.RETRACTED and not other.group_key.startswith(CORRECTION)
    ]


def _is_idle(bundle: Bundle) -> bool:
    """Whether it waits and was never sent."""
    waits = bundle.state in (State.READY, State.HELD, State.REJECTED, State.EXCLUDED)
    return waits and not bundle.attempts and not bundle.remote_uuid


def _retire(bundle: Bundle, book: Book) -> Move:
    values: dict[str, Any] = {"entries": {}, "run": ""}
    return _move(bundle, book, State.EXCLUDED, "its entry goes with another timesheet", **values)


def make_desired(change: Change, bundle: Bundle, settings: PushSettings, choice: str = "") -> Desired:
    """The change as it is kept with the bundle until it is done."""
    home, reason, said = State.POSTED, "", choice
    if bundle.state in _AFTER_A_SAYING:
        # A saying holds for one sending: what drifts again later is asked about again.
        home = State.DRIFTED if bundle.state == State.DRIFTED else State.NEEDS_PERSON
        reason, said = bundle.reason, choice or "include"
    if change.want is None:
        return Desired(Op.DELETE, home=home, home_reason=reason, choice=said)
    content = make_content(change.want, bundle, settings)
    return Desired(Op.UPDATE, content, change.want.entries, home=home, home_reason=reason, choice=said)


def make_content(want: Wanted, bundle: Bundle, settings: PushSettings) -> dict[str, Any]:
    """The columns of CONTENT for this timesheet with the bundle's own marker: it has one for life."""
    note = compose_note(want.note, bundle.marker if settings.marker else "", settings.note_limit)
    return {**{name: getattr(want, name) for name in _COLUMNS}, "note_sent": note.text}


def find_changes(book: Book) -> list[Bundle]:
    """The bundles of the book's run whose change is still to be sent."""
    bundles = book.ledger.find(book.practice, states=(*_SURE, *_AFTER_A_SAYING), run=book.run)
    return [bundle for bundle in bundles if bundle.desired and _may_change(bundle)]


def _may_change(bundle: Bundle) -> bool:
    if bundle.reason == CHANGE_REFUSED:
        return False
    return bundle.state in _SURE or read_desired(bundle.desired).home != State.POSTED


def keep_wanted(bundles: Sequence[Bundle], current: Current | None, book: Book) -> list[Bundle]:
    """The bundles whose change is still wanted; the others leave the run. An undo's deletes were asked for as such."""
    if current is None:
        return list(bundles)
    kept = [bundle for bundle in bundles if _is_wanted(bundle, current)]
    gone = {bundle.id: "" for bundle in bundles if bundle not in kept}
    if gone:
        book.ledger.want_changes(book.practice, gone, run="")
    return kept


def _is_wanted(bundle: Bundle, current: Current) -> bool:
    desired = read_desired(bundle.desired)
    if desired.choice == UNDONE or desired.op is Op.COPY:
        return True
    change = current.changes.get(bundle.id)
    if change is None or (change.want is None) != (desired.op is Op.DELETE):
        return False
    return change.want is None or all(getattr(change.want, name) == desired.content[name] for name in _COLUMNS)


# -- one change ---------------------------------------------------------------------------------------------------


def change_bundle(bundle: Bundle, turn: Turn, seams: Seams, book: Book, settings: PushSettings) -> Sent:
    """Make the bundle's wanted change once, or not at all. Raises OutsideFailed when its timesheet cannot be read.

    What stands in the way is written to the ledger and the batch goes on.
    """
    desired = read_desired(bundle.desired)
    sheet = seams.sender.get_time(target_of(bundle, desired))
    refusal = find_refusal(bundle, desired, sheet, book, settings, utc_text(seams.clock.now()))
    if refusal is not None:
        book.make([refusal])
        if "entries" in refusal.values:
            free_entries(bundle.id, desired.entries, book)
        return Sent(After.GO_ON)
    deadline = Deadline.start(seams, settings.deadline_seconds)
    attempt, refused = _record_intent(bundle, desired, deadline.told, turn, seams, book)
    if refused:
        return Sent(After.GO_ON) if refused == MOVED_ON else Sent(After.STOP, why=refused)

    def refuse() -> str:
        return deadline.judge_send(book.practice, turn.owner, turn.epoch)

    outcome = _request(bundle, desired, seams, refuse)
    move, sent = _judge(bundle, Changing(bundle.id, turn.epoch), desired, outcome, seams, book)
    facts = {"outcome": str(outcome.kind), "http_status": outcome.http_status, "error_text": outcome.words}
    facts["correlation_id"] = outcome.correlation_id
    book.ledger.finish_attempt(book.practice, attempt, facts, move, actor=book.actor, run=book.run)
    seams.journal.add(book.practice, OUTCOME, {"attempt": attempt, "outcome": str(outcome.kind)})
    if "entries" in move.values:
        free_entries(bundle.id, desired.entries, book)
    return replace(sent, attempt=attempt)


def find_refusal(
    bundle: Bundle, desired: Desired, sheet: Timesheet | None, book: Book, settings: PushSettings, at: str
) -> Move | None:
    """What keeps the change from being made, given the timesheet as XPM shows it now; None when nothing does."""
    if sheet is None:
        return _note_gone(bundle, desired, book)
    if desired.op is Op.COPY:
        wrong = find_differences(bundle, sheet)
        why = "it is invoiced" if sheet.invoiced else f"it was edited ({', '.join(wrong)})" if wrong else ""
        return book.note(bundle, f"its copy is not removed: {why}", desired="") if why else None
    seen = {"last_seen": describe(sheet), "last_seen_at": at, "invoiced": bool(sheet.invoiced), "desired": ""}
    if sheet.invoiced:
        return book.note(bundle, "not changed: it is invoiced in XPM", **seen)
    if desired.op is Op.UPDATE and (is_made(bundle, desired, sheet) or _is_idle_update(bundle, desired, sheet)):
        return note_made(bundle, desired, sheet, book, at)
    if not is_as_seen(bundle, sheet):
        what = ", ".join(find_differences(bundle, sheet)) or "content"
        return _move(bundle, book, State.DRIFTED, f"not changed: XPM shows other {what}", reason=what, **seen)
    if bundle.by_hand or not _is_ours(bundle, desired, sheet, settings):
        return book.note(bundle, "not changed: it does not carry our marker", **seen)
    return None


def is_made(bundle: Bundle, desired: Desired, sheet: Timesheet) -> bool:
    """Whether XPM holds already what an update would make, and the ledger does not know it."""
    return not find_differences(expect(bundle, desired.content), sheet) and bool(find_differences(bundle, sheet))


def _is_idle_update(bundle: Bundle, desired: Desired, sheet: Timesheet) -> bool:
    """Whether the request would change nothing: XPM does not show spans, so those must be as they were sent."""
    spans = (desired.content["start"], desired.content["end"]) == (bundle.start, bundle.end)
    return spans and not find_differences(expect(bundle, desired.content), sheet)


def note_made(bundle: Bundle, desired: Desired, sheet: Timesheet, book: Book, at: str) -> Move:
    """The ledger follows; nothing is sent."""
    said = {"choice": desired.choice} if desired.choice else {}
    state = State(bundle.state) if bundle.state in _SURE else State.CONFIRMED
    return _move(bundle, book, state, "XPM holds it as wanted already", **_new_values(desired, sheet, at), **said)


def _is_ours(bundle: Bundle, desired: Desired, sheet: Timesheet, settings: PushSettings) -> bool:
    """By its marker; by XPM's own answer where markers are off; a person saw what a saying is about."""
    unmarked = not settings.marker and not sends_marker(bundle) and bool(bundle.created_run)
    return unmarked or bundle.marker in find_markers(sheet.note) or desired.home != State.POSTED


def _record_intent(
    bundle: Bundle, desired: Desired, deadline: datetime, turn: Turn, seams: Seams, book: Book
) -> tuple[str, str]:
    """The durable intent in ledger and journal: the attempt's id, or a refusal. The event keeps the before-image."""
    request_hash = hash_request(bundle, desired)
    attempt, refused = book.ledger.start_attempt(
        book.practice,
        bundle.id,
        owner=turn.owner,
        epoch=turn.epoch,
        deadline=deadline,
        request_hash=request_hash,
        seen_before=[],
        run=book.run,
        actor=book.actor,
        op="update" if desired.op is Op.UPDATE else "delete",
        from_state=bundle.state,
        why=f"{desired.op} intended; XPM showed {bundle.last_seen}",
    )
    if not refused:
        intent = {"attempt": attempt, "bundle": bundle.id, "marker": bundle.marker, "hash": request_hash}
        place = {"op": str(desired.op), "staff": bundle.staff_id, "date": bundle.date.isoformat()}
        facts = intent | place | {"epoch": turn.epoch, "deadline": utc_text(deadline)}
        seams.journal.add(book.practice, INTENT, facts)
    return attempt, refused


def hash_request(bundle: Bundle, desired: Desired) -> str:
    """A fingerprint of the request; an update's is that of the timesheet it makes."""
    if desired.op is Op.UPDATE:
        return hash_draft(desired.draft())
    return hashlib.sha256(f"delete {target_of(bundle, desired)}".encode()).hexdigest()


def _request(bundle: Bundle, desired: Desired, seams: Seams, refuse: Callable[[], str]) -> Outcome:
    if desired.op is Op.UPDATE:
        return seams.sender.update_time(bundle.remote_uuid, desired.draft(), refuse)
    return seams.sender.delete_time(target_of(bundle, desired), refuse)


# -- what became of it --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Changing:
    """A bundle as the ledger has it since the intent of this epoch."""

    id: str
    epoch: int
    state: str = State.CHANGING


def _judge(
    bundle: Bundle, begun: Changing, desired: Desired, outcome: Outcome, seams: Seams, book: Book
) -> tuple[Move, Sent]:
    words, at = outcome.words, utc_text(seams.clock.now())
    if outcome.kind == OutcomeKind.APPLIED:
        return _judge_applied(bundle, begun, desired, outcome.record, book, at)
    if outcome.kind == OutcomeKind.IN_DOUBT:
        if outcome.cause == "redirect":
            book.halt("XPM's address answered with a redirect")
            return keep_changing(begun, book, words), Sent(After.STOP, why=words)
        return keep_changing(begun, book, words or "no answer"), Sent(After.DOUBT)
    if outcome.cause == "limit":
        return go_home(begun, desired, book, words), Sent(After.WAIT, outcome.retry_after or 1.0, words)
    if outcome.cause == "forbidden":
        book.halt("XPM refused access to the practice")
        why = f"XPM refused access to the practice ({words}). Check the right of the person who connected, in XPM"
        return go_home(begun, desired, book, words), Sent(After.STOP, why=why)
    if outcome.cause == "token":
        return go_home(begun, desired, book, words), Sent(After.STOP, why=words)
    if outcome.kind == OutcomeKind.NOT_SENT:
        return go_home(begun, desired, book, words), Sent(After.RETRY, why=words)
    return _judge_refused(bundle, begun, desired, words, seams, book)


def _judge_applied(
    bundle: Bundle, begun: Changing, desired: Desired, record: Any, book: Book, at: str
) -> tuple[Move, Sent]:
    if desired.op is not Op.UPDATE:
        return finish_change(begun, desired, None, book, at), Sent(After.GO_ON, stored=True)
    if record is None or record.uuid != bundle.remote_uuid:
        book.halt(f"XPM answered the update of timesheet {bundle.remote_uuid} with another timesheet")
        why = "XPM answered with another timesheet"
        return keep_changing(begun, book, why), Sent(After.STOP, why=why)
    wrong = find_differences(expect(bundle, desired.content), record)
    if not wrong:
        return finish_change(begun, desired, record, book, at), Sent(After.GO_ON, stored=True)
    what = ", ".join(wrong)
    book.halt(f"XPM stored something else than was sent: other {what}")
    values = _new_values(desired, record, at) | {"reason": ECHO_DIFFERS}
    move = _move(begun, book, State.NEEDS_PERSON, f"XPM stored other {what}", **values)
    return move, Sent(After.STOP, why=f"XPM stored other {what} than was sent")


def _judge_refused(
    bundle: Bundle, begun: Changing, desired: Desired, words: str, seams: Seams, book: Book
) -> tuple[Move, Sent]:
    """A refused delete may be one that is done already; only a read tells."""
    if desired.op is not Op.UPDATE:
        try:
            gone = seams.sender.get_time(target_of(bundle, desired)) is None
        except OutsideFailed as error:
            return keep_changing(begun, book, f"{words}; {error}"), Sent(After.DOUBT)
        if gone:
            gone_at = utc_text(seams.clock.now())
            return finish_change(begun, desired, None, book, gone_at), Sent(After.GO_ON, stored=True)
    values = {"reason": desired.home_reason or CHANGE_REFUSED, "xpm_words": words}
    if desired.op is Op.COPY or desired.home != State.POSTED:
        values["desired"] = ""
    move = _move(begun, book, desired.home, f"XPM refused the change: {words}", **values)
    return move, Sent(After.GO_ON)


def finish_change(begun: Changing, desired: Desired, sheet: Timesheet | None, book: Book, at: str) -> Move:
    """The change is done; `sheet` is what XPM holds now, None after a delete."""
    said = {"choice": desired.choice} if desired.choice else {}
    plain = {"desired": "", "xpm_words": ""}
    if desired.op is Op.DELETE:
        reason = UNDONE if desired.choice == UNDONE else ""
        looked = {"last_seen_at": at}
        return _move(begun, book, State.RETRACTED, "deleted in XPM", reason=reason, **plain, **said, **looked)
    if desired.op is Op.COPY or sheet is None:
        return _move(begun, book, State.POSTED, f"its copy {desired.uuid} was removed", **plain)
    return _move(begun, book, State.POSTED, "changed in XPM", **_new_values(desired, sheet, at), **said)


def _new_values(desired: Desired, sheet: Timesheet, at: str) -> dict[str, Any]:
    seen = {"last_seen": describe(sheet), "last_seen_at": at, "invoiced": bool(sheet.invoiced)}
    return {**desired.content, **seen, "entries": desired.entries, "desired": "", "xpm_words": ""}


def go_home(begun: Changing, desired: Desired, book: Book, why: str) -> Move:
    """Surely not applied: as before, and the change is still wanted."""
    return _move(begun, book, desired.home, why, reason=desired.home_reason)


def keep_changing(begun: Changing, book: Book, why: str) -> Move:
    """In doubt: it stays where it is, with an event that says why."""
    return book.note(begun, why)


def _note_gone(bundle: Bundle, desired: Desired, book: Book) -> Move:
    """XPM has no such timesheet: a copy that is gone is what was wanted, ours was deleted by somebody."""
    if desired.op is Op.COPY:
        return _move(bundle, book, State.POSTED, f"its copy {desired.uuid} is gone", desired="")
    return _move(bundle, book, State.NEEDS_PERSON, "XPM no longer has it", reason=DELETED_REMOTELY, desired="")


def _move(bundle: Stated, book: Book, to_state: State, why: str, **values: Any) -> Move:
    """The move; an event alone when the bundle is there already."""
    if bundle.state == to_state:
        return book.note(bundle, why, **values)
    return book.plan(bundle, to_state, why, **values)
