"""A run in an outage, at the end of the day's calls, in a rest a person wants, or with the wrong account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.model import PersonNeeded
from core.push.journal import JournalFailed, JournalFile
from core.push.ports import Member
from core.push.queue import TenantsMixed, read_wanted
from core.push.recover import PushHalted
from core.push.run import End, PushResult, run_push
from tests.push.desk import Desk, entry_rows
from tests.push.fake_xpm import FakeXpm

ONCE = [10, 20, 30]


def wait_for(desk: Desk, result: PushResult) -> float:
    """Let the time pass until the run goes on; gives the minutes."""
    assert result.resume_at is not None
    seconds = (result.resume_at - desk.clock.now()).total_seconds()
    desk.clock.advance(seconds)
    return seconds / 60


# -- outages ----------------------------------------------------------------------------------------------------------


def test_a_list_that_fails_pauses_longer_each_time_and_goes_on_by_itself(desk: Desk) -> None:
    desk.xpm.failing_lists = 4
    assert [wait_for(desk, desk.push()) for _ in range(4)] == [1, 2, 4, 8]
    assert desk.push().end is End.DONE
    assert (desk.sent_minutes(), desk.ledger.read_breaker("demo")) == (ONCE, (0, ""))


def test_during_a_break_xpm_is_not_asked(desk: Desk) -> None:
    desk.xpm.failing_lists = 1
    desk.push()
    lists = desk.xpm.lists
    assert desk.push(run="r2").end is End.PAUSED
    assert desk.xpm.lists == lists


def test_what_a_plan_asked_for_is_kept_through_a_break(desk: Desk) -> None:
    desk.xpm.failing_lists = 1
    desk.push(entry_rows(1))
    desk.push(entry_rows(2), run="r2")
    assert set(desk.states().values()) == {"ready"}
    assert len(desk.states()) == 2


def test_reads_that_work_do_not_hide_writes_that_fail(desk: Desk) -> None:
    desk.xpm.faults = dict.fromkeys(range(1, 8), "lost_before")
    minutes = []
    for _ in range(2):
        minutes.append(round(wait_for(desk, desk.push(entry_rows(12, minutes=5)))))
        desk.ledger.lift_halt("demo", actor="Kim", why="looked")
    assert minutes == [1, 2]


def test_a_redirected_list_halts(desk: Desk) -> None:
    class Redirected(PersonNeeded):
        halts_push = "XPM's address answered with a redirect"

    def fail(*_: Any) -> Any:
        raise Redirected("XPM's address answered with a redirect.")

    desk.xpm.list_times = fail  # type: ignore[assignment,method-assign]
    with pytest.raises(Redirected):
        desk.push()
    assert "redirect" in desk.ledger.halt_reason("demo")
    with pytest.raises(PushHalted):
        desk.push()


class FullDisk(JournalFile):
    """Takes so many lines and then none until `fails` is unset."""

    lines_left = 2
    fails = True

    def add(self, practice: str, kind: str, facts: Mapping[str, Any]) -> None:
        self.lines_left -= 1
        if self.fails and self.lines_left < 0:
            raise JournalFailed(Path("push.journal"), "no space left on device")
        super().add(practice, kind, facts)


@pytest.mark.parametrize("lines", range(6))
def test_a_disk_that_fills_up_stops_the_run_and_nothing_is_lost(desk: Desk, lines: int) -> None:
    disk = FullDisk(desk.folder / "push.journal", desk.clock)
    disk.lines_left, desk.journal = lines, disk
    result = desk.push()
    assert (result.end, "Check the disk" in result.message) == (End.PAUSED, True)
    assert desk.xpm.adds <= lines // 2
    disk.fails = False
    desk.push_until_calm()
    assert desk.sent_minutes() == ONCE


# -- the day's calls --------------------------------------------------------------------------------------------------


def test_a_push_larger_than_the_day_goes_on_day_by_day(desk: Desk) -> None:
    desk.day_calls = 230
    for _ in range(10):
        result = desk.push(entry_rows(60, minutes=3))
        if result.end is End.DONE:
            break
        assert "allowance" in result.message
        wait_for(desk, result)
        desk.day_calls += 30
    assert result.end is End.DONE
    assert set(desk.states().values()) == {"confirmed"}


def test_the_reserve_is_never_written_away(desk: Desk) -> None:
    desk.day_calls = 230
    desk.push(entry_rows(60, minutes=3))
    meter = desk.read_meter()
    assert meter.day_left >= meter.reserve
    assert desk.xpm.adds == 28


def test_a_resumed_run_asks_once_whether_xpms_day_began_anew(desk: Desk) -> None:
    desk.day_calls = 202
    desk.push()
    lists, desk.xpm.list_times = desk.xpm.lists, begin_day(desk)  # type: ignore[method-assign]
    assert desk.push().end is End.DONE
    assert (desk.xpm.lists - lists, desk.sent_minutes()) == (3, ONCE)


def begin_day(desk: Desk) -> Any:
    """XPM's next answer tells of a new day."""
    plain = FakeXpm.list_times

    def list_times(start: date, end: date) -> Any:
        desk.day_calls = 5000
        return plain(desk.xpm, start, end)

    return list_times


def test_what_is_in_doubt_is_read_back_though_the_days_calls_are_used(desk: Desk) -> None:
    desk.xpm.faults = {1: "lost_after"}
    desk.push(entry_rows(1))
    desk.clock.advance(1000)
    desk.day_calls = 190
    assert desk.push(entry_rows(3), run="r2").end is End.PAUSED
    assert (desk.states()["e1"], desk.xpm.adds) == ("confirmed", 1)


# -- a rest -----------------------------------------------------------------------------------------------------------


def test_a_run_rests_when_asked_and_goes_on_when_started_again(desk: Desk) -> None:
    result = desk.push(should_pause=lambda: desk.xpm.adds >= 1)
    assert (result.end, result.resume_at, desk.xpm.adds) == (End.PAUSED, None, 1)
    assert sorted(desk.states().values()) == ["posted", "ready", "ready"]
    assert desk.push(entry_rows(0)).end is End.DONE
    assert desk.sent_minutes() == ONCE


def test_a_rest_does_not_wait_for_the_end_of_a_limit(desk: Desk) -> None:
    desk.xpm.faults, desk.xpm.retry_after = {2: "429"}, 60.0
    began = desk.clock.monotonic()
    result = desk.push(should_pause=lambda: desk.clock.monotonic() - began > 8)
    assert (result.end, result.resume_at) == (End.PAUSED, None)
    assert desk.clock.monotonic() - began < 20


def test_a_rest_between_two_lists_does_not_shorten_the_time_between_them(desk: Desk) -> None:
    desk.xpm.faults = {1: "lost_before"}
    desk.push(entry_rows(1))
    desk.clock.advance(1000)
    lists = desk.xpm.lists
    result = desk.push(entry_rows(0), should_pause=lambda: desk.xpm.lists > lists)
    assert (result.end, result.resume_at, desk.xpm.lists) == (End.PAUSED, None, lists + 1)
    assert desk.states() == {"e1": "unknown"}
    desk.push_until_calm(entry_rows(0))
    assert desk.sent_minutes() == [10]


def test_a_cancel_outranks_a_rest(desk: Desk) -> None:
    assert desk.push(should_stop=lambda: True, should_pause=lambda: True).end is End.CANCELLED


# -- the right account, the right sums --------------------------------------------------------------------------------


def test_another_account_halts_before_anything_is_read(desk: Desk) -> None:
    desk.push(entry_rows(1))
    lists = desk.xpm.lists
    with pytest.raises(TenantsMixed):
        run_push(replace(desk.job("r2"), tenant="T2"), read_wanted(entry_rows(0)), desk.seams())
    assert (desk.xpm.lists, "another XPM practice" in desk.ledger.halt_reason("demo")) == (lists, True)


def test_minutes_that_are_not_those_of_the_entries_halt(desk: Desk) -> None:
    wanted = [replace(want, minutes=want.minutes + 1) for want in read_wanted(entry_rows(1))]
    assert run_push(desk.job(), wanted, desk.seams()).end is End.STOPPED
    assert "minutes" in desk.ledger.halt_reason("demo")
    assert desk.xpm.adds == 0


def test_an_entry_that_may_be_in_xpm_already_is_never_sent_under_another_key(desk: Desk) -> None:
    desk.push(entry_rows(1))
    first = desk.ledger.find("demo")[0]
    names = ("tenant", "job", "task_id", "staff_id", "date", "minutes", "note_sent", "content_hash", "seq", "epoch")
    row = {name: getattr(first, name) for name in names} | {"group_key": "day:x", "marker": "Q", "state": "ready"}
    row |= {"run": "r2", "entries": {"e1": Member(10, 10, "h1")}}
    desk.ledger.add_bundles("demo", [row], actor="Kim", why="a mistake")
    assert desk.push(entry_rows(0), run="r2").end is End.STOPPED
    assert (desk.xpm.adds, "twice (e1)" in desk.ledger.halt_reason("demo")) == (1, True)


def test_a_clock_set_back_during_a_run_stops_it(desk: Desk) -> None:
    desk.xpm.before_add = lambda: desk.clock.jump(-timedelta(hours=2).total_seconds())
    assert desk.push().end is End.STOPPED
    assert desk.xpm.adds <= 1
    assert "clock" in desk.ledger.halt_reason("demo")
