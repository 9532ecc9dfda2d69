"""The periods a form offers."""

from __future__ import annotations

from datetime import date

import pytest

from core.jobs.dates import Span, find_period, offer_periods


@pytest.mark.parametrize(
    ("day", "span", "year_end", "expected"),
    [
        (date(2026, 2, 10), Span.MONTH, 6, ("February 2026", date(2026, 2, 1), date(2026, 2, 28))),
        (date(2028, 2, 29), Span.MONTH, 6, ("February 2028", date(2028, 2, 1), date(2028, 2, 29))),
        (date(2026, 12, 31), Span.MONTH, 6, ("December 2026", date(2026, 12, 1), date(2026, 12, 31))),
        (date(2026, 11, 20), Span.QUARTER, 6, ("Dec Qtr 2026", date(2026, 10, 1), date(2026, 12, 31))),
        (date(2026, 11, 20), Span.QUARTER, 1, ("Jan Qtr 2027", date(2026, 11, 1), date(2027, 1, 31))),
        (date(2026, 11, 20), Span.YEAR, 6, ("FY2027", date(2026, 7, 1), date(2027, 6, 30))),
        (date(2026, 3, 31), Span.YEAR, 3, ("FY2026", date(2025, 4, 1), date(2026, 3, 31))),
        (date(2026, 4, 1), Span.YEAR, 12, ("FY2026", date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_the_period_of_a_day(day: date, span: Span, year_end: int, expected: tuple[str, date, date]) -> None:
    found = find_period(day, span, year_end)
    assert (found.name, found.start, found.end) == expected


@pytest.mark.parametrize("year_end", range(1, 13))
def test_every_day_lies_in_the_period_found_for_it(year_end: int) -> None:
    for span in Span:
        for month in range(1, 13):
            day = date(2027, month, 15)
            period = find_period(day, span, year_end)
            assert period.start <= day <= period.end


def test_the_quarter_of_now_is_offered_first_and_nothing_twice() -> None:
    names = [period.name for period in offer_periods(date(2026, 11, 20), 6)]
    assert names[:4] == ["Dec Qtr 2026", "Sep Qtr 2026", "Jun Qtr 2026", "Mar Qtr 2027"]
    assert "FY2026" in names
    assert len(names) == len(set(names))
