"""The circuit breaker by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.push.breaker import Breaker

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_a_closed_breaker_lets_everything_through() -> None:
    assert Breaker().seconds_left(NOW) == 0.0


def test_each_failure_doubles_the_break_up_to_half_an_hour() -> None:
    breaker, breaks = Breaker(), []
    for _ in range(8):
        breaker = breaker.fail(NOW)
        breaks.append(breaker.seconds_left(NOW) / 60)
    assert breaks == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_break_ends_by_itself() -> None:
    breaker = Breaker().fail(NOW)
    assert breaker.seconds_left(NOW + timedelta(seconds=59)) == 1.0
    assert breaker.seconds_left(NOW + timedelta(seconds=60)) == 0.0
    assert breaker.failures == 1


def test_a_clock_set_back_does_not_lengthen_a_break() -> None:
    assert Breaker().fail(NOW).seconds_left(NOW - timedelta(days=1)) == 0.0
