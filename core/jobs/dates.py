"""Dates and periods that a job form offers: the start and the end of months, quarters and financial years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.jobs.naming import MONTHS, find_financial_year, find_quarter_end


class Span(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "financial year"


@dataclass(frozen=True)
class Period:
    """A period as the form offers it: its name, its first and its last day."""

    name: str
    start: date
    end: date


def find_period(day: date, span: Span, year_end_month: int) -> Period:
    """The month, the quarter or the financial year that a day lies in."""
    if span is Span.MONTH:
        last, months = day.month, 1
    elif span is Span.QUARTER:
        last, months = find_quarter_end(day.month, year_end_month), 3
    else:
        last, months = year_end_month, 12
    year = find_financial_year(day, last) if span is Span.YEAR else day.year + (last < day.month)
    end = _end_month(year, last)
    start = _first_day(year * 12 + last - months)
    return Period(_name(span, year, last), start, end)


def _name(span: Span, year: int, last: int) -> str:
    if span is Span.YEAR:
        return f"FY{year}"
    return f"{MONTHS[last - 1][:3]} Qtr {year}" if span is Span.QUARTER else f"{MONTHS[last - 1]} {year}"


def _first_day(months: int) -> date:
    """The first day of a month counted from year 0."""
    return date(months // 12, months % 12 + 1, 1)


def _end_month(year: int, month: int) -> date:
    return _first_day(year * 12 + month) - timedelta(days=1)


def offer_periods(day: date, year_end_month: int) -> list[Period]:
    """The periods around a day, the likeliest first: quarters and years before, now and next, then months."""
    return list(dict.fromkeys(_list_around(day, year_end_month)))


def _list_around(day: date, year_end_month: int) -> Iterator[Period]:
    for span, before, after in ((Span.QUARTER, 2, 1), (Span.YEAR, 2, 1), (Span.MONTH, 3, 2)):
        now = find_period(day, span, year_end_month)
        yield now
        earlier = later = now
        for _ in range(before):
            earlier = find_period(earlier.start - timedelta(days=1), span, year_end_month)
            yield earlier
        for _ in range(after):
            later = find_period(later.end + timedelta(days=1), span, year_end_month)
            yield later
