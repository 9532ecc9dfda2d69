"""Periods in the words of accountants: "FY24", "Q4 FY24", "Jun 25 qtr", "1Q25", "y/e 31.3.25", "W/E 15 Nov".

A financial year is named for the calendar year it ends in. Quarters and months with a number count from the start of
the financial year, as Australian and New Zealand practices number them; quarters with a month are the three months
that end, or begin, or lie around it. A period without its year is a season; a year beside it makes it a period.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from .normalise import LONGEST
from .period_patterns import LETTERED, ORDINALS, PATTERNS, SEASONS, UNITS


class PeriodKind(StrEnum):
    """How long a period is. Of `until` only the last day is known: "30 Sep 2024" may end a month, quarter or year."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    MONTHS = "months"
    UNTIL = "until"


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
    """The periods found in a text, in order, and the text without their words.

    `seasons` are periods whose year the text does not tell; they stand in the year 2000.
    """

    periods: tuple[Period, ...]
    rest: str
    seasons: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPeriods:
    """The periods and seasons of a text one by one, each with the way it is written: a name of PATTERNS or SEASONS, or
    LAST_DAY for a day alone; and the text without their words."""

    periods: tuple[tuple[str, Period], ...]
    seasons: tuple[tuple[str, Period], ...]
    rest: str


#: The year that stands in for one that is not said.
NO_YEAR = 2000
#: The name of a day that no word says the meaning of, such as "30 June 2026".
LAST_DAY = "last day"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass
class _Reader:
    """One text while periods are being cut out of it; what was cut leaves blanks, so that places stay."""

    rest: str
    year_end: int

    def take(self, kind: str, pattern: re.Pattern[str], default_year: str = "") -> list[tuple[int, str, Period]]:
        """Cut out all that the pattern finds and that reads as a period."""
        found: list[tuple[int, str, Period]] = []
        position = 0
        while match := pattern.search(self.rest, position):
            position = match.end()
            named = {"year": default_year, **match.groupdict(default="")}
            period = _READERS[kind](named, _full_year(named["year"]), self.year_end)
            if period is not None:
                is_bare = kind == "day" and not named.get("unit")
                found.append((match.start(), LAST_DAY if is_bare else kind, period))
                self.rest = self.rest[: match.start()] + " " * (position - match.start()) + self.rest[position:]
        return found


@lru_cache(maxsize=1 << 14)
def split_periods(text: str, year_end_month: int = 6) -> ParsedPeriods:
    """The periods a text names and the words that are left without them."""
    found = find_periods(text, year_end_month)
    years = [item for item in found.periods if item[1].kind is PeriodKind.YEAR]
    if len(years) == 1 == len(found.periods) and found.seasons:
        is_financial = years[0][0] != "year"
        placed = [_place(kind, season, years[0][1], is_financial) for kind, season in found.seasons]
        return ParsedPeriods(tuple(dict.fromkeys(placed)), found.rest)
    periods, left = _join_seasons([one for _, one in found.periods], [one for _, one in found.seasons])
    return ParsedPeriods(periods, found.rest, left)


@lru_cache(maxsize=1 << 14)
def find_periods(text: str, year_end_month: int = 6) -> FoundPeriods:
    """The periods and seasons of a text, in the order they stand there, none of them put into the other."""
    reader = _Reader(_write_figures(text[:LONGEST].replace("_", " ")), year_end_month)
    found = sorted(item for kind, pattern in PATTERNS for item in reader.take(kind, pattern))
    seasons = sorted(item for kind, pattern in SEASONS for item in reader.take(kind, pattern, str(NO_YEAR)))
    is_year = len(found) == 1 and found[0][2].kind is PeriodKind.YEAR
    if is_year and not seasons and reader.rest.strip()[:1] not in "mpMP":
        seasons = reader.take("nth", LETTERED, str(NO_YEAR))
    periods, left = (tuple((kind, one) for _, kind, one in items) for items in (found, seasons))
    return FoundPeriods(periods, left, " ".join(reader.rest.split()))


def _write_figures(text: str) -> str:
    for word, figure in ORDINALS:
        text = word.sub(figure, text)
    return text


def _join_seasons(periods: list[Period], seasons: list[Period]) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """Periods and seasons, where "Q1 - Sep 24" is that quarter and not a month as well."""
    if len(periods) == len(seasons) == 1:
        wide = _move(seasons[0], periods[0].end.year)
        if wide.contains(periods[0]):
            return (wide,), ()
    return tuple(periods), tuple(dict.fromkeys(seasons))


def _place(kind: str, season: Period, year: Period, is_financial: bool) -> Period:
    """The season in the year named beside it: "Sep Qtr FY25" lies in the financial year, "2025 BAS Sep" in 2025."""
    if is_financial or kind in ("number", "nth"):
        return place_season(season, year)
    return _move(season, year.end.year)


def place_season(season: Period, year: Period) -> Period:
    """The season as it falls within a year."""
    moved = _move(season, year.end.year)
    return moved if moved.end <= year.end else _move(season, year.end.year - 1)


def _move(season: Period, year: int) -> Period:
    if season.kind in (PeriodKind.WEEK, PeriodKind.UNTIL):
        end = date(year, season.end.month, min(season.end.day, 28 if season.end.month == 2 else 31))
        return Period(end - (season.end - season.start), end, season.kind)
    end = month_of(year, season.end.month).end
    first = end.year * 12 + end.month - 1 - (season.end.month - season.start.month) % 12
    return Period(date(first // 12, first % 12 + 1, 1), end, season.kind)


def _read_years(named: dict[str, str], year: int, year_end: int) -> Period | None:
    """ "2023/24" and "23-24" are one financial year; two years that do not follow each other are none."""
    return financial_year(year, year_end) if _full_year(named["first"]) + 1 == year else None


def _read_span(named: dict[str, str], year: int, _: int) -> Period | None:
    """ "Jul-Sep 26", "Sep & Oct 2026"; "Sep & Dec" are two periods and not the months between."""
    first, last = _month_number(named["first"]), _month_number(named["month"])
    if named.get("to") == "&" and (last - first) % 12 > 1:
        return None
    return _months_to(year, last, first)


def _months_to(year: int, last: int, first: int) -> Period:
    months = (last - first) % 12 + 1
    kinds = {1: PeriodKind.MONTH, 3: PeriodKind.QUARTER, 12: PeriodKind.YEAR}
    start = date(year if first <= last else year - 1, first, 1)
    return Period(start, month_of(year, last).end, kinds.get(months, PeriodKind.MONTHS))


def _read_days(named: dict[str, str], year: int, _: int) -> Period | None:
    """ "01/07/24 - 30/09/24", "31 Aug - 13 Sep 2026", "1-14 Sep": from a day to a day, whole months or not."""
    last = _month_number(named.get("month") or named["number"])
    first = _month_number(named["first"]) if named.get("first") else last
    said = named.get("first_year", "")
    try:
        end = date(year, last, int(named["day"]))
        start = date(_full_year(said) if said else year - (first > last), first, int(named["from"]))
    except ValueError:
        return None
    if start > end:
        return None
    if start.day == 1 and end == month_of(year, last).end and (end - start).days < 366:
        return _months_to(year, last, first)
    return Period(start, end, PeriodKind.WEEK if (end - start).days < 32 else PeriodKind.MONTHS)


def _read_month(named: dict[str, str], year: int, _: int) -> Period:
    return month_of(year, _month_number(named.get("month") or named["number"]))


def _read_until(named: dict[str, str], year: int, year_end: int) -> Period | None:
    """ "QE Sep 24", "YE Mar25", "June 2026 year end"; a week cannot end in a month."""
    period = _end_unit(named["unit"], month_of(year, _month_number(named["month"])).end, year_end)
    return None if period is not None and period.kind is PeriodKind.WEEK else period


def _read_day(named: dict[str, str], year: int, year_end: int) -> Period | None:
    month = _month_number(named.get("month") or named["number"])
    try:
        day = date(year, month, int(named["day"]))
    except ValueError:
        return None
    return _end_unit(named.get("unit", ""), day, year_end)


_LENGTHS = {"quarter": 3, "half": 6, "two months": 2}


def _end_unit(unit: str, day: date, year_end: int) -> Period | None:
    """The period of that unit which ends on the day; without a unit, what the day itself suggests."""
    name = next((name for pattern, name in UNITS if pattern.match(unit.lower())), "")
    if name == "week from":
        return Period(day, day + timedelta(days=6), PeriodKind.WEEK)
    if name in ("week", "fortnight"):
        return Period(day - timedelta(days=6 if name == "week" else 13), day, PeriodKind.WEEK)
    if (day.month, day.day) == (4, 5) and (name == "year" or year_end in (3, 4)):
        # The British tax year ends on 5 April.
        return financial_year(day.year, 3)
    if day != month_of(day.year, day.month).end:
        return Period(day, day, PeriodKind.UNTIL)
    if name == "month":
        return month_of(day.year, day.month)
    if name in _LENGTHS:
        return _months_to(day.year, day.month, (day.month - _LENGTHS[name]) % 12 + 1)
    year = financial_year(day.year, day.month)
    return year if name == "year" or day.month == year_end else Period(year.start, day, PeriodKind.UNTIL)


def _read_half(named: dict[str, str], year: int, year_end: int) -> Period:
    first = numbered_month(6 * int(named["half"] or named["half2"]) - 5, year, year_end).start
    end = month_of(first.year + (first.month + 4) // 12, (first.month + 4) % 12 + 1).end
    return Period(first, end, PeriodKind.MONTHS)


def _read_week(named: dict[str, str], year: int, year_end: int) -> Period | None:
    """Weeks are counted from the first day of the financial year; both lists count alike."""
    first = financial_year(year, year_end).start + timedelta(days=7 * (int(named["week"]) - 1))
    return Period(first, first + timedelta(days=6), PeriodKind.WEEK) if 1 <= int(named["week"]) <= 54 else None


_READERS: dict[str, Callable[[dict[str, str], int, int], Period | None]] = {
    "dates": _read_days,
    "days": _read_days,
    "years": _read_years,
    "span": _read_span,
    "day": _read_day,
    "until": _read_until,
    "half": _read_half,
    "week": _read_week,
    "number": lambda named, year, year_end: numbered_quarter(int(named["quarter"]), year, year_end),
    "nth": lambda named, year, year_end: numbered_month(int(named["nth"]), year, year_end),
    "quarter": lambda named, year, year_end: quarter_around(_month_number(named["month"]), year, year_end),
    "month": _read_month,
    "marked": lambda _, year, year_end: financial_year(year, year_end),
    "calendar": lambda _, year, __: financial_year(year, 12),
    "year": lambda _, year, year_end: financial_year(year, year_end),
}


def _full_year(text: str) -> int:
    number = int(text.lstrip("'’"))
    if number >= 100:
        return number
    return 2000 + number if number < 70 else 1900 + number


def _month_number(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTHS.index(text[:3].lower()) + 1


def month_of(year: int, month: int) -> Period:
    """A calendar month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return Period(date(year, month, 1), following - timedelta(days=1), PeriodKind.MONTH)


def financial_year(year: int, year_end_month: int = 6) -> Period:
    """The twelve months that end in that month of that year."""
    end = month_of(year, year_end_month).end
    first = year_end_month % 12 + 1
    return Period(date(year if first == 1 else year - 1, first, 1), end, PeriodKind.YEAR)


def numbered_month(number: int, year: int, year_end_month: int = 6) -> Period:
    """Month 1 to 12 of the financial year that ends in `year`."""
    start = financial_year(year, year_end_month).start
    into = start.month - 1 + number - 1
    return month_of(start.year + into // 12, into % 12 + 1)


def numbered_quarter(number: int, year: int, year_end_month: int = 6) -> Period:
    """Quarter 1 to 4 of the financial year that ends in `year`."""
    first = numbered_month(3 * number - 2, year, year_end_month).start
    return Period(first, _third_month(first).end, PeriodKind.QUARTER)


def quarter_around(month: int, year: int, year_end_month: int = 6) -> Period:
    """The quarter of the financial year in which that month lies; "Jun 25 qtr" is April to June 2025."""
    into = (month - 1 - year_end_month % 12) % 3
    first = month - into
    start = date(year if first >= 1 else year - 1, (first - 1) % 12 + 1, 1)
    return Period(start, _third_month(start).end, PeriodKind.QUARTER)


def _third_month(first: date) -> Period:
    return month_of(first.year + (first.month + 1) // 12, (first.month + 1) % 12 + 1)
