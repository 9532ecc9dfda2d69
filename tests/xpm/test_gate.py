from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.xpm.gate import Limits, Load, WaitReason, count_day_left, judge_call

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
IDLE = Load(NOW, in_flight=0, starts=(), day_used=0, day_ends=NOW + timedelta(hours=5))


def test_an_idle_practice_is_called_at_once() -> None:
    assert judge_call(Limits(), IDLE, write=True) is None


def test_the_fifth_call_at_once_waits() -> None:
    wait = judge_call(Limits(), replace(IDLE, in_flight=4), write=False)
    assert wait is not None
    assert wait.reason is WaitReason.IN_FLIGHT


def test_the_56th_call_of_a_minute_waits_until_the_first_is_a_minute_old() -> None:
    starts = tuple(NOW - timedelta(seconds=50) + timedelta(seconds=n * 0.5) for n in range(55))
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
