"""What a run watches: its lease, the clock, doubles of a day, and the breaker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.push.book import Book
from core.push.job import End, Ending, PushJob
from core.push.states import State
from core.push.watch import Watch
from tests.push.desk import Desk, entry_rows


class Guard:
    def __init__(self, desk: Desk, owner: str = "w1") -> None:
        self.ending = Ending("r1", desk.clock)
        self.watch = Watch(PushJob("demo", "T1", "r1", "Kim", owner), desk.seams(), desk.book, self.ending)


@pytest.fixture
def guard(desk: Desk) -> Guard:
    return Guard(desk)


def test_a_lease_is_renewed_before_it_ends(guard: Guard, desk: Desk) -> None:
    guard.watch.take_turn()
    for _ in range(20):
        desk.clock.advance(31)
        assert guard.watch.keep_turn()
    assert Guard(desk, "w2").watch.take_turn() is False


def test_a_lease_taken_by_another_pauses_the_run(guard: Guard, desk: Desk) -> None:
    guard.watch.take_turn()
    desk.clock.advance(200)
    assert Guard(desk, "w2").watch.take_turn()
    assert guard.watch.keep_turn() is False
    assert guard.ending.result is not None
    assert guard.ending.result.end is End.PAUSED


def test_a_clock_set_back_in_the_midst_of_a_run_halts(guard: Guard, desk: Desk) -> None:
    guard.watch.take_turn()
    desk.clock.jump(-301)
    assert guard.watch.keep_turn() is False
    assert "clock" in desk.ledger.halt_reason("demo")


def test_a_clock_set_back_a_little_or_forward_halts_nothing(guard: Guard, desk: Desk) -> None:
    guard.watch.take_turn()
    for seconds in (-60, 7200):
        desk.clock.jump(seconds)
        assert guard.watch.keep_turn()
    assert desk.ledger.halt_reason("demo") == ""


def double(desk: Desk, number: int) -> None:
    bundle = desk.ledger.find_by("demo", "group_key", [f"entry:e{number}"])[0]
    Book(desk.ledger, "demo", "T1").make([desk.book.plan(bundle, State.NEEDS_PERSON, f"also in XPM as x{number}")])


def test_more_than_three_doubles_in_a_day_halt(guard: Guard, desk: Desk) -> None:
    desk.push(entry_rows(5))
    for number in (1, 2, 3):
        double(desk, number)
    guard.watch.judge_doubles()
    assert desk.ledger.halt_reason("demo") == ""
    double(desk, 4)
    guard.watch.judge_doubles()
    assert desk.ledger.halt_reason("demo") == "4 timesheets are in XPM twice"


def test_doubles_of_another_day_do_not_count(guard: Guard, desk: Desk) -> None:
    desk.push(entry_rows(5))
    for number in (1, 2, 3, 4):
        double(desk, number)
        desk.clock.advance(9 * 3600)
    guard.watch.judge_doubles()
    assert desk.ledger.halt_reason("demo") == ""


def test_an_outage_ends_the_run_until_the_break_is_over(guard: Guard, desk: Desk) -> None:
    guard.watch.note_outage("XPM is down.")
    assert guard.ending.result is not None
    assert guard.ending.result.resume_at is not None
    assert (guard.ending.result.resume_at - desk.clock.now()).total_seconds() == 60


def test_another_run_heeds_the_break_until_it_is_over(guard: Guard, desk: Desk) -> None:
    guard.watch.note_outage("XPM is down.")
    assert Guard(desk).watch.look_at_breaker() is False
    desk.clock.advance(60)
    assert Guard(desk).watch.look_at_breaker() is True


def test_a_success_closes_the_breaker(guard: Guard, desk: Desk) -> None:
    guard.watch.note_outage("XPM is down.")
    desk.clock.advance(60)
    later = Guard(desk)
    later.watch.look_at_breaker()
    later.watch.note_success()
    assert desk.ledger.read_breaker("demo") == (0, "")


def test_the_ledger_of_another_account_is_not_touched(desk: Desk) -> None:
    desk.push(entry_rows(1))
    desk.book = replace(desk.book, tenant="T2")
    assert desk.ledger.find_other_tenant("demo", "T2") == "T1"
