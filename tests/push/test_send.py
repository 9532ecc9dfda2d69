"""One bundle sent: every row of what a client may see, and what the ledger and the run make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from core.model import OutsideFailed
from core.push.journal import JournalFile
from core.push.ports import LEASE_LOST, Bundle, OutcomeKind, TimeDraft
from core.push.queue import queue_bundles, read_wanted
from core.push.send import After, Sent, Turn, send_bundle
from core.push.states import State
from tests.push.desk import Desk, entry_rows
from tests.push.fake_xpm import Answer, Sheet

K = OutcomeKind


@dataclass
class OneAnswer:
    """XPM as seen through one answer; a record is made of what was sent."""

    answer: Answer
    spoil: Callable[[Sheet], Sheet] = lambda sheet: sheet

    def add_time(self, draft: TimeDraft, refuse: Callable[[], str]) -> Answer:
        if why := refuse():
            return Answer(K.NOT_SENT, words=why, cause="withheld")
        if self.answer.kind is not K.APPLIED:
            return self.answer
        facts = (draft.job, draft.task_id, draft.staff_id, draft.date, draft.minutes, draft.note)
        return replace(self.answer, record=self.spoil(Sheet("u1", *facts)))


def take_turn(desk: Desk) -> Turn:
    epoch = desk.ledger.take_lease("demo", "w1", 60)
    assert epoch is not None
    return Turn("w1", epoch)


def queue_one(desk: Desk) -> Bundle:
    desk.book = replace(desk.book, run="r1", actor="Kim")
    queue_bundles(read_wanted(entry_rows(1)), desk.book, "local", desk.settings)
    return find_one(desk)


def find_one(desk: Desk) -> Bundle:
    return desk.ledger.find("demo")[0]


def send(desk: Desk, xpm: Any, turn: Turn | None = None) -> Sent:
    bundle = queue_one(desk)
    seams = replace(desk.seams(), sender=xpm)
    return send_bundle(bundle, [], turn or take_turn(desk), seams, desk.book, desk.settings)


def answer(kind: OutcomeKind, cause: str, status: int | None, **more: Any) -> Answer:
    return Answer(kind, None, f"words of {cause}", status, "c-1", cause, **more)


ROWS = [
    # connection refused, DNS, TLS, connect and pool time-outs; our own check right before
    (answer(K.NOT_SENT, "network", None), "ready", After.RETRY, 0, False),
    # no room in the limits: refused by our gate, or by XPM
    (answer(K.NOT_SENT, "limit", None, retry_after=9.0), "ready", After.WAIT, 0, False),
    (answer(K.NOT_APPLIED, "limit", 429, retry_after=9.0), "ready", After.WAIT, 0, False),
    # a second 401; no token to be had
    (answer(K.NOT_APPLIED, "token", 401), "ready", After.STOP, 0, False),
    (answer(K.NOT_SENT, "token", None), "ready", After.STOP, 0, False),
    # the right was lost, or it is another account
    (answer(K.NOT_APPLIED, "forbidden", 403), "ready", After.STOP, 0, True),
    # XPM said no, by Status=ERROR or by a status
    (answer(K.NOT_APPLIED, "business", 200), "rejected", After.GO_ON, 1, False),
    *(
        (answer(K.NOT_APPLIED, "business", s), "rejected", After.GO_ON, 1, False)
        for s in (400, 404, 409, 413, 415, 422)
    ),
    # somebody else answers at XPM's address
    *((answer(K.IN_DOUBT, "redirect", status), "unknown", After.STOP, 1, True) for status in (301, 302, 307, 308)),
    # the answer was lost, late, cut, empty, no XML, or nothing we know
    *((answer(K.IN_DOUBT, "server", status), "unknown", After.DOUBT, 1, False) for status in (500, 502, 503, 504)),
    (answer(K.IN_DOUBT, "network", None), "unknown", After.DOUBT, 1, False),
    (answer(K.IN_DOUBT, "unreadable", 200), "unknown", After.DOUBT, 1, False),
    (answer(K.IN_DOUBT, "unlisted", 418), "unknown", After.DOUBT, 1, False),
    (answer(K.APPLIED, "", 200), "posted", After.GO_ON, 1, False),
]


@pytest.mark.parametrize(("given", "state", "after", "attempts", "halts"), ROWS, ids=lambda part: str(part)[:70])
def test_every_answer_has_its_state_and_its_meaning(
    desk: Desk, given: Answer, state: str, after: After, attempts: int, halts: bool
) -> None:
    sent = send(desk, OneAnswer(given))
    bundle = find_one(desk)
    assert (bundle.state, sent.after, bundle.attempts) == (state, after, attempts)
    assert bool(desk.ledger.halt_reason("demo")) is halts
    assert desk.ledger.last_attempts([bundle.id])[bundle.id].outcome == str(given.kind)


def test_a_refusal_keeps_xpms_words(desk: Desk) -> None:
    send(desk, OneAnswer(answer(K.NOT_APPLIED, "business", 200)))
    assert desk.ledger.frame("demo").loc["e1", "xpm_words"] == "words of business"


def test_a_limit_of_our_own_gate_is_looked_at_again_within_the_hour(desk: Desk) -> None:
    assert send(desk, OneAnswer(answer(K.NOT_SENT, "limit", None, retry_after=50_000.0))).seconds == 3600


def test_a_limit_of_xpms_is_waited_for_as_long_as_it_says(desk: Desk) -> None:
    assert send(desk, OneAnswer(answer(K.NOT_APPLIED, "limit", 429, retry_after=50_000.0))).seconds == 50_000


@pytest.mark.parametrize("field", ["minutes", "date", "job", "task_id", "staff_id", "note"])
def test_an_echo_with_another_field_halts(desk: Desk, field: str) -> None:
    other: Any = {"minutes": 9, "date": desk.today(), "note": "Work 1"}.get(field, "other")
    sent = send(desk, OneAnswer(Answer(K.APPLIED), lambda sheet: replace(sheet, **{field: other})))
    assert (sent.after, find_one(desk).state, desk.reason()) == (After.STOP, "needs_person", "echo_differs")
    assert desk.ledger.halt_reason("demo")


def test_an_applied_answer_without_the_timesheet_is_in_doubt(desk: Desk) -> None:
    class Silent:
        def add_time(self, draft: TimeDraft, refuse: Callable[[], str]) -> Answer:
            return Answer(K.APPLIED, None)

    assert send(desk, Silent()).after is After.DOUBT
    assert find_one(desk).state == "unknown"


def test_an_invoiced_flag_in_the_echo_is_kept(desk: Desk) -> None:
    send(desk, OneAnswer(Answer(K.APPLIED), lambda sheet: replace(sheet, invoiced=True)))
    assert find_one(desk).invoiced is True


def test_a_lost_lease_is_told_and_nothing_is_sent(desk: Desk) -> None:
    assert send(desk, desk.xpm, Turn("w1", 99)) == Sent(After.STOP, why=LEASE_LOST)
    assert desk.xpm.adds == 0


def test_a_lease_lost_between_intent_and_request_sends_nothing(desk: Desk) -> None:
    turn = take_turn(desk)
    desk.xpm.before_add = lambda: desk.ledger.take_lease("demo", "w1", 60)
    sent = send(desk, desk.xpm, turn)
    assert (sent.after, sent.why, desk.xpm.adds, find_one(desk).state) == (After.STOP, LEASE_LOST, 0, "ready")


def test_the_intent_in_the_journal_says_whose_day_it_is(desk: Desk) -> None:
    send(desk, desk.xpm)
    line = next(line for line in (desk.folder / "push.journal").read_text().splitlines() if '"intent"' in line)
    assert all(part in line for part in ('"op": "add"', '"staff": "S1"', '"date": "2026-11-18"', '"hash"'))


def test_a_journal_on_a_full_disk_sends_nothing_and_the_bundle_waits_as_before(desk: Desk) -> None:
    class Full(JournalFile):
        def add(self, *_: Any) -> None:
            raise OutsideFailed("The journal cannot be written.")

    bundle, seams = queue_one(desk), replace(desk.seams(), journal=Full(desk.folder / "full", desk.clock))
    with pytest.raises(OutsideFailed):
        send_bundle(bundle, [], take_turn(desk), seams, desk.book, desk.settings)
    assert (desk.xpm.adds, find_one(desk).state, find_one(desk).attempts) == (0, "ready", 0)


def test_a_bundle_that_has_moved_on_is_passed_over(desk: Desk) -> None:
    bundle = queue_one(desk)
    desk.book.make([desk.book.plan(bundle, State.HELD, "a person looks")])
    seams = desk.seams()
    assert send_bundle(bundle, [], take_turn(desk), seams, desk.book, desk.settings) == Sent(After.GO_ON)
    assert desk.xpm.adds == 0


def test_an_outcome_of_a_frozen_worker_does_not_end_a_later_request(desk: Desk) -> None:
    class Frozen:
        """XPM loses the request and says so; before the worker can write that down, another one sends again."""

        def add_time(self, draft: TimeDraft, refuse: Callable[[], str]) -> Answer:
            begun = find_one(desk)
            desk.book.make([desk.book.plan(begun, State.UNKNOWN, "its worker stopped")])
            desk.book.make([desk.book.plan(find_one(desk), State.READY, "absent")])
            facts: dict[str, Any] = {
                "deadline": desk.clock.now(),
                "request_hash": "h",
                "seen_before": [],
                "run": "r2",
                "actor": "Lee",
            }
            later = desk.ledger.take_lease("demo", "w1", 60)
            assert later is not None
            desk.ledger.start_attempt("demo", begun.id, owner="w1", epoch=later, **facts)
            return answer(K.NOT_SENT, "network", None)

    send(desk, Frozen())
    assert (find_one(desk).state, find_one(desk).attempts) == ("sending", 2)
