from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.xpm.gate import Limits, Load, Wait, WaitReason, count_day_left, judge_call

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
IDLE = Load(NOW, in_flight=0, starts=(), day_used=0, day_ends=NOW + timedelta(hours=5))


def test_an_idle_practice_is_called_at_once() -> None:
    assert judge_call(Limits(), IDLE, write=True) is None


def test_the_fifth_call_at_once_waits() -> None:
    wait = judge_call(Limits(), replace(IDLE, in_flight=4), write=False)
    assert wait is not None
    assert wait.reason is WaitReason.IN_FLIGHT


def started(*ago: float) -> Load:
    """Calls that started so many seconds ago."""
    return replace(IDLE, starts=tuple(NOW - timedelta(seconds=one) for one in ago))


def test_the_59th_call_of_a_minute_waits_until_the_first_is_a_minute_old() -> None:
    starts = tuple(NOW - timedelta(seconds=50) + timedelta(seconds=n * 0.8) for n in range(58))
    wait = judge_call(Limits(), replace(IDLE, starts=starts), write=False)
    assert wait is not None
    assert (wait.reason, wait.seconds) == (WaitReason.MINUTE, 10.0)


def test_writes_stop_at_the_reserve_and_reads_go_on() -> None:
    load = replace(IDLE, day_used=4500)
    wait = judge_call(Limits(), load, write=True)
    assert wait is not None
    assert (wait.reason, wait.seconds) == (WaitReason.RESERVE, 5 * 3600)
    assert judge_call(Limits(), load, write=False) is None


def test_a_spent_day_stops_reads_too() -> None:
    wait = judge_call(Limits(), replace(IDLE, day_used=5000), write=False)
    assert wait is not None
    assert wait.reason is WaitReason.DAY


def test_what_xpm_says_is_left_counts_when_it_is_less() -> None:
    assert count_day_left(Limits(), replace(IDLE, day_used=10, day_left=7)) == 7
    assert count_day_left(Limits(), replace(IDLE, day_used=10, day_left=4999)) == 4990


def test_an_unknown_day_count_is_not_zero() -> None:
    assert count_day_left(Limits(), IDLE) == 5000


def test_the_reserve_is_the_floor_on_a_small_tier_and_a_tenth_on_a_large_one() -> None:
    assert (Limits(per_day=1000).reserve, Limits(per_day=5000).reserve) == (200, 500)


def test_a_pause_outranks_everything() -> None:
    wait = judge_call(Limits(), replace(IDLE, paused_until=NOW + timedelta(seconds=22)), write=False)
    assert wait is not None
    assert (wait.reason, wait.seconds) == (WaitReason.PAUSED, 22.0)


def test_xpms_own_empty_minute_is_waited_for() -> None:
    wait = judge_call(Limits(), replace(IDLE, minute_left=0), write=False)
    assert wait is not None
    assert wait.reason is WaitReason.MINUTE


def test_a_few_calls_follow_each_other_at_once_and_many_keep_a_distance() -> None:
    burst = Limits().burst
    assert judge_call(Limits(), started(*[0.0] * (burst - 1)), write=True) is None
    wait = judge_call(Limits(), started(*[0.0] * burst), write=True)
    assert wait == Wait(Limits().pace, WaitReason.MINUTE)
    assert judge_call(Limits(), started(*[30.0] * burst), write=True) is None


def test_the_distance_between_calls_is_short_enough_to_catch_up() -> None:
    assert 0.7 * 60 / 58 < Limits().pace < 60 / 58


@pytest.mark.parametrize("late", [0.0, 0.5, 1.0, 1.5])
def test_no_minute_of_xpms_sees_a_61st_call_though_some_arrive_late(late: float) -> None:
    starts: list[float] = []
    now = 0.0
    while now < 400:
        recent = started(*[now - one for one in starts if one > now - 60])
        wait = judge_call(Limits(), recent, write=True)
        if wait is None:
            starts.append(now)
        now += wait.seconds + 0.001 if wait else 0.02
    arrived = sorted(one + (late if n % 7 < 4 else 0.0) for n, one in enumerate(starts))
    most = max(bisect_left(arrived, one + 60) - n for n, one in enumerate(arrived))
    assert most <= 60
    assert len([one for one in starts if 120 <= one < 360]) >= 0.95 * 60 * 4


def test_a_minute_we_filled_ourselves_ends_when_our_own_does() -> None:
    even = [59.0 - n for n in range(57)]
    full = replace(started(*even), minute_left=0)
    assert judge_call(Limits(), full, write=True) == Wait(1.0, WaitReason.MINUTE)
    assert judge_call(Limits(), replace(full, now=NOW + timedelta(seconds=1)), write=True) is None
