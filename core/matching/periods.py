"""Periods in the words of accountants: "FY24", "Q4 FY24", "Jun 25 qtr", "Oct-Dec 2024", "30 June 2026".

A financial year is named for the calendar year it ends in. Quarters with a number count from the start of the
financial year, as Australian and New Zealand practices number them; quarters with a month are the three months that
end, or begin, or lie around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from .normalise import LONGEST


class PeriodKind(StrEnum):
    """How long a period is."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole days, both ends included."""

    start: date
    end: date
    kind: PeriodKind

    def contains(self, other: Period) -> bool:
        """Whether the other period lies within this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class ParsedPeriods:
    """The periods found in a text, in order, and the text without their words."""

    periods: tuple[Period, ...]
    rest: str


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR4 = r"(?:19|20)\d\d"
_YEAR = rf"(?P<year>{_YEAR4}|'?\d\d)"
_QTR = r"(?:quarter|qtrs?|qrtr|qr|qtly|quarterly|q)"
_FY = r"(?:f\.?y\.?e?|fin(?:ancial)?\.? ?(?:year|yr)|tax year|year|y/?e|year end(?:ed|ing)?)"
_WEEK = r"(?:w/?e|week end(?:ed|ing)?|wk end(?:ed|ing)?)"
_GAP = r"[\s,.\-–/']*"
_DASH = r"\s*(?:-|–|—|/|to)\s*"
_TO_YEAR = rf"{_GAP}(?:{_QTR}{_GAP})?{_YEAR}"


def _compile(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/]){''.join(patterns)}(?![\w])", re.IGNORECASE)


_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("week", _compile(rf"{_WEEK}[\s:]*(?P<day>\d{{1,2}})[/.\-](?P<number>\d{{1,2}})[/.\-]", _YEAR)),
    ("years", _compile(rf"(?:{_FY}{_GAP})?(?P<first>{_YEAR4}|\d\d)\s*[/–-]\s*(?P<year>{_YEAR4}|\d\d)(?![/\-]\d)")),
    ("day", _compile(rf"(?:{_FY}\s*)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_GAP}", _MONTH.format("month"), _GAP, _YEAR)),
    ("date", _compile(rf"(?:{_FY}\s*)?(?P<day>\d{{1,2}})[/.\-](?P<number>\d{{1,2}})[/.\-]", _YEAR)),
    ("iso", _compile(rf"(?P<year>{_YEAR4})-(?P<number>\d\d)-(?P<day>\d\d)")),
    ("span", _compile(_MONTH.format("first"), rf"(?:{_GAP}{_YEAR4})?{_DASH}", _MONTH.format("month"), _TO_YEAR)),
    ("number", _compile(rf"{_QTR}\s*(?P<quarter>[1-4])(?:st|nd|rd|th)?{_GAP}(?:of\s*)?(?P<fy>{_FY})?{_GAP}", _YEAR)),
    ("number", _compile(rf"(?P<fy>{_FY})?{_GAP}", _YEAR, rf"{_GAP}{_QTR}\s*(?P<quarter>[1-4])")),
    ("number", _compile(rf"(?P<quarter>[1-4])(?:st|nd|rd|th)\s*{_QTR}{_GAP}(?P<fy>{_FY})?{_GAP}", _YEAR)),
    ("quarter", _compile(_MONTH.format("month"), _GAP, _YEAR, rf"{_GAP}{_QTR}")),
    ("quarter", _compile(_MONTH.format("month"), rf"{_GAP}{_QTR}{_GAP}", _YEAR)),
    ("quarter", _compile(rf"{_QTR}{_GAP}(?:end(?:ed|ing)?|to)?{_GAP}", _MONTH.format("month"), _GAP, _YEAR)),
    ("month", _compile(_MONTH.format("month"), _GAP, _YEAR)),
    ("month", _compile(rf"(?P<year>{_YEAR4}){_GAP}", _MONTH.format("month"))),
    ("year", _compile(rf"{_FY}{_GAP}", _YEAR)),
    ("year", _compile(rf"(?P<year>{_YEAR4})")),
)  # fmt: skip


def parse_periods(text: str, year_end_month: int = 6) -> list[Period]:
    """The periods a text names, in the order they stand there; empty when it names none.

    year_end_month: last month of the practice's financial year (6 in Australia, 3 in New Zealand).
    """
    return list(split_periods(text, year_end_month).periods)


@lru_cache(maxsize=1 << 14)
def split_periods(text: str, year_end_month: int = 6) -> ParsedPeriods:
    """The periods a text names and the words that are left without them."""
    rest = text[:LONGEST]
    found: list[tuple[int, Period]] = []
    for kind, pattern in _PATTERNS:
        position = 0
        while match := pattern.search(rest, position):
            period = _read(kind, match, year_end_month)
            position = match.end()
            if period is None:
                continue
            found.append((match.start(), period))
            rest = rest[: match.start()] + " " * (match.end() - match.start()) + rest[match.end() :]
    return ParsedPeriods(tuple(period for _, period in sorted(found, key=lambda item: item[0])), " ".join(rest.split()))


def _read(kind: str, match: re.Match[str], year_end: int) -> Period | None:
    named = match.groupdict()
    year = _full_year(named["year"])
    if kind == "years":
        return _read_years(named["first"], year, year_end)
    if kind == "span":
        return _read_span(_month_number(named["first"]), _month_number(named["month"]), year)
    if kind == "number":
        return numbered_quarter(int(named["quarter"]), year, year_end)
    if kind == "quarter":
        return quarter_around(_month_number(named["month"]), year, year_end)
    if kind == "month":
        return month_of(year, _month_number(named["month"]))
    if kind == "year":
        return financial_year(year, year_end)
    return _read_day(kind, named, year)


def _read_years(first: str, last: int, year_end: int) -> Period | None:
    """ "2023/24" and "23-24" are one financial year; two years that do not follow each other are none."""
    return financial_year(last, year_end) if _full_year(first) + 1 == last else None


def _read_span(first: int, last: int, year: int) -> Period:
    months = (last - first) % 12 + 1
    end = month_of(year, last).end
    start = date(year if first <= last else year - 1, first, 1)
    if months == 3:
        return Period(start, end, PeriodKind.QUARTER)
    return Period(start, end, PeriodKind.MONTH if months == 1 else PeriodKind.YEAR)


def _read_day(kind: str, named: dict[str, str], year: int) -> Period | None:
    month = _month_number(named["month"]) if "month" in named else int(named["number"])
    try:
        day = date(year, month, int(named["day"]))
    except ValueError:
        return None
    if kind == "week":
        return Period(day - timedelta(days=6), day, PeriodKind.WEEK)
    if day != month_of(year, month).end:
        return None
    # The last day of some other month still names the year ending there: "31 March 2026" for a March balance date.
    return financial_year(year, month)


def _full_year(text: str) -> int:
    number = int(text.lstrip("'"))
    if number >= 100:
        return number
    return 2000 + number if number < 70 else 1900 + number


def _month_number(text: str) -> int:
    return _MONTHS.index(text[:3].lower()) + 1


def month_of(year: int, month: int) -> Period:
    """A calendar month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return Period(date(year, month, 1), following - timedelta(days=1), PeriodKind.MONTH)


def financial_year(year: int, year_end_month: int = 6) -> Period:
    """The twelve months that end in that month of that year."""
    end = month_of(year, year_end_month).end
    first = year_end_month % 12 + 1
    return Period(date(year if first == 1 else year - 1, first, 1), end, PeriodKind.YEAR)


def numbered_quarter(number: int, year: int, year_end_month: int = 6) -> Period:
    """Quarter 1 to 4 of the financial year that ends in `year`."""
    start = financial_year(year, year_end_month).start
    month = (start.month - 1 + 3 * (number - 1)) % 12 + 1
    first = date(start.year + (start.month - 1 + 3 * (number - 1)) // 12, month, 1)
    return Period(first, _third_month(first).end, PeriodKind.QUARTER)


def quarter_around(month: int, year: int, year_end_month: int = 6) -> Period:
    """The quarter of the financial year in which that month lies; "Jun 25 qtr" is April to June 2025."""
    into = (month - 1 - year_end_month % 12) % 3
    first = month - into
    start = date(year if first >= 1 else year - 1, (first - 1) % 12 + 1, 1)
    return Period(start, _third_month(start).end, PeriodKind.QUARTER)


def _third_month(first: date) -> Period:
    return month_of(first.year + (first.month + 1) // 12, (first.month + 1) % 12 + 1)
