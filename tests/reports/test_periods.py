"""The periods a practice reports."""

from __future__ import annotations

from datetime import date

import pytest

from core.reports.periods import list_periods


def test_the_periods_of_a_june_year() -> None:
    assert list_periods(date(2026, 11, 20), 6) == {
        "This month": (date(2026, 11, 1), date(2026, 11, 30)),
        "Last month": (date(2026, 10, 1), date(2026, 10, 31)),
        "This quarter": (date(2026, 10, 1), date(2026, 12, 31)),
        "Last quarter": (date(2026, 7, 1), date(2026, 9, 30)),
        "This financial year": (date(2026, 7, 1), date(2027, 6, 30)),
    }


@pytest.mark.parametrize(
    ("today", "ends", "start", "end"),
    [
        (date(2026, 3, 31), 3, date(2025, 4, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), 3, date(2026, 4, 1), date(2027, 3, 31)),
        (date(2026, 1, 1), 12, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2024, 2, 29), 6, date(2023, 7, 1), date(2024, 6, 30)),
    ],
)
def test_the_financial_year_ends_in_its_month(today: date, ends: int, start: date, end: date) -> None:
    assert list_periods(today, ends)["This financial year"] == (start, end)


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_lies_in_its_quarter_and_year(month: int) -> None:
    today = date(2026, month, 15)
    for ends in range(1, 13):
        periods = list_periods(today, ends)
        assert all(periods[name][0] <= today <= periods[name][1] for name in ("This quarter", "This financial year"))
        assert periods["Last quarter"][1] < periods["This quarter"][0]
