"""Updates and deletes inside a run: their order, their pace, their calls, and how far the run says it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.push.lanes import ThreadLanes
from core.push.ports import Change
from core.push.queue import read_wanted
from core.push.run import End, Progress, PushResult, run_push
from tests.push.changing import delete, update
from tests.push.desk import Desk, entry_rows


@pytest.fixture
def pushed(desk: Desk) -> Desk:
    desk.push()
    return desk


def run(desk: Desk, *changes: Change, count: int = 0, name: str = "r2", **how: Any) -> PushResult:
    """A run with these changes, and creates of the entries after the first three."""
    wanted = read_wanted(entry_rows(count)) if count else []
    return run_push(desk.job(name), wanted, desk.seams(), changes=changes, **how)


def test_one_run_creates_updates_and_deletes(pushed: Desk) -> None:
    result = run(pushed, update(pushed), delete(pushed, "e2"), count=4)
    assert result.end is End.DONE
    assert pushed.sent_minutes() == [25, 30, 40]
    assert pushed.states() == {"e1": "confirmed", "e2": "retracted", "e3": "confirmed", "e4": "confirmed"}


def test_a_change_takes_two_calls_and_no_list_of_its_own(pushed: Desk) -> None:
    lists, gets = pushed.xpm.lists, pushed.xpm.gets
    run(pushed, delete(pushed))
    assert (pushed.xpm.lists - lists, pushed.xpm.gets - gets, pushed.xpm.changes) == (0, 1, 1)


def test_a_run_with_changes_left_is_not_told_to_be_over(pushed: Desk) -> None:
    told: list[Progress] = []
    run(pushed, delete(pushed), delete(pushed, "e2"), on_progress=told.append)
    assert (told[0].done, told[0].total) == (0, 2)
    assert (told[-1].done, told[-1].total) == (2, 2)


def test_a_limit_in_a_change_is_waited_for_and_it_is_made(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "429"}
    assert run(pushed, delete(pushed)).end is End.DONE
    assert (5.0 in pushed.clock.slept, pushed.states()["e1"]) == (True, "retracted")


def test_a_change_whose_answer_was_lost_is_seen_to_be_made(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "lost_after"}
    assert run(pushed, delete(pushed), delete(pushed, "e2")).end is End.DONE
    assert (pushed.sent_minutes(), pushed.xpm.changes) == ([30], 2)


def test_a_change_that_was_lost_is_made_again_after_the_quiet_period(pushed: Desk) -> None:
    pushed.xpm.change_faults = {1: "lost_before"}
    result = run(pushed, delete(pushed), delete(pushed, "e2"))
    assert (result.end, result.to_json()["in_doubt"]) == (End.PAUSED, 1)
    pushed.clock.advance(1000)
    assert run(pushed).end is End.DONE
    assert (pushed.sent_minutes(), pushed.xpm.changes) == ([30], 3)


def test_the_days_calls_stop_changes_before_the_reserve_and_they_go_on(pushed: Desk) -> None:
    pushed.day_calls = 200 + 5 + pushed.xpm.adds + pushed.xpm.lists
    result = run(pushed, delete(pushed), delete(pushed, "e2"), delete(pushed, "e3"))
    assert (result.end, pushed.xpm.changes) == (End.PAUSED, 2)
    pushed.day_calls = 5000
    assert run(pushed).end is End.DONE
    assert pushed.sent_minutes() == []


def test_a_read_that_fails_before_a_change_opens_the_breaker(pushed: Desk) -> None:
    pushed.xpm.failing_gets = 1
    assert run(pushed, delete(pushed)).end is End.PAUSED
    assert (pushed.xpm.changes, pushed.ledger.read_breaker("demo")[0]) == (0, 1)
    pushed.clock.advance(61)
    assert run(pushed).end is End.DONE
    assert pushed.states()["e1"] == "retracted"


def test_a_change_that_is_refused_is_not_asked_again_in_the_same_run(pushed: Desk) -> None:
    pushed.xpm.change_faults = dict.fromkeys(range(1, 9), "error")
    assert run(pushed, update(pushed)).end is End.DONE
    assert pushed.xpm.changes == 1


def test_changes_go_over_all_lanes(desk: Desk) -> None:
    desk.push(entry_rows(30, minutes=5))
    changes = [delete(desk, f"e{n}") for n in range(1, 31)]
    seams = replace(desk.seams(), lanes=ThreadLanes())
    assert run_push(desk.job("r2"), [], seams, changes=changes).end is End.DONE
    assert (desk.xpm.sheets, set(desk.states().values())) == ({}, {"retracted"})
