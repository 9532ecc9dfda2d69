"""The period guard: what is closed on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.push.periods import Close, find_closed_until

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("close", "grace", "today", "closed"),
    [
        ("none", 0, date(2026, 11, 20), None),
        ("month", 0, date(2026, 11, 1), date(2026, 10, 31)),
        ("month", 0, date(2026, 11, 30), date(2026, 10, 31)),
        ("month", 3, date(2026, 12, 3), date(2026, 10, 31)),
        ("month", 3, date(2026, 12, 4), date(2026, 11, 30)),
        ("week", 0, date(2026, 11, 22), date(2026, 11, 15)),
        ("week", 0, date(2026, 11, 23), date(2026, 11, 22)),
        ("week", 2, date(2026, 11, 24), date(2026, 11, 15)),
        ("month", 40, date(2026, 3, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_closes_after_its_grace(close: str, grace: int, today: date, closed: date | None) -> None:
    assert find_closed_until(None, Close(close), grace, today) == closed


def test_the_later_of_cut_off_and_period_counts() -> None:
    cut_off = date(2026, 11, 10)
    assert find_closed_until(cut_off, Close.MONTH, 0, date(2026, 11, 20)) == cut_off
    assert find_closed_until(cut_off, Close.WEEK, 0, date(2026, 11, 20)) == date(2026, 11, 15)


@given(days, st.sampled_from((Close.WEEK, Close.MONTH)), st.integers(0, 60))
def test_today_and_its_grace_are_never_closed_by_themselves(today: date, close: Close, grace: int) -> None:
    closed = find_closed_until(None, close, grace, today)
    assert closed is not None
    assert closed + timedelta(days=grace) < today
