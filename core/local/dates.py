"""Dates: read by the declared order of day and month, checked over the whole file.

A text that begins with a four-digit year, or names its month, has one reading and needs no declaration. Day and month
as numbers are read in the declared order only; one date that is possible only in the other order stops the whole file,
because then every other date of it is in doubt too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from core.local.convert import Converted, Distinct, Reading
from core.local.table import FileAsks, FileRefused, show_text

_NUMERIC = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4})(?:[ T,]+(.+))?")
_SHORT_YEAR = re.compile(r"\d{1,2}([/.\- ])\d{1,2}\1\d{2}(?:[ T,]+.+)?")
_YEAR_FIRST = re.compile(r"(\d{4})([/.\-])(\d{1,2})\2(\d{1,2})(?:[ T]+(.+))?")
_COMPACT = re.compile(r"\d{8}")
_NAMED = re.compile(r"(\d{1,2})[ \-/]?([A-Za-z]{3,9})\.?[ \-/,]*(\d{4})|([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[, ]+", re.IGNORECASE)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?([ap]\.?m\.?)? ?(Z|UTC|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_ORDER_WORDS = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year-month-day"}
#: Spreadsheets write a lost date as their first days; no work was done before.
_FIRST_YEAR = 1905
#: Later years are typing errors, and break other tools' clocks.
_LAST_YEAR = 2200


@dataclass(frozen=True)
class Moment:
    """A date where the practice is, with the time of day in seconds when one was written (24:00 is 86400)."""

    date: date
    seconds: int | None = None
    #: the written date and the practice's date differ, because a zone was written
    moved: bool = False
    zoned: bool = False


class DateOrderWrong(FileRefused):
    """One date contradicts the declared order, so none of the file's dates can be trusted."""

    def __init__(self, file: str, column: str, line: int, text: str, order: str) -> None:
        super().__init__(
            file,
            f"line {line}, column {column!r}: {show_text(text)} is no date in the declared order "
            f"{_ORDER_WORDS[order]}, so every date of the file is in doubt",
            "Choose the order the file is written in on Connection, step The local side, or export dates as "
            "YYYY-MM-DD.",
        )


class DateOrderAsked(FileAsks):
    """Day and month can be read both ways."""

    def __init__(self, file: str, column: str, why: str, previews: dict[str, str], setting: str) -> None:
        super().__init__(file, f"the dates in column {column!r} {why}", setting, previews)


def read_moment(text: str, order: str, zone: ZoneInfo) -> Reading[Moment]:
    """One date, with its time of day when written; order is dmy, mdy or ymd. Empty text reads as None, no flaw."""
    text = _trim(text)
    if not text:
        return Reading(None)
    parts = _split_date(text, order)
    if isinstance(parts, str):
        return Reading(None, parts)
    year, month, day, rest = parts
    try:
        written = date(year, month, day)
    except ValueError:
        return Reading(None, f"{show_text(text)} is no day of the calendar. Correct the date.")
    if year < _FIRST_YEAR:
        return Reading(None, f"{show_text(text)} lies in {year}: the date was probably lost in a spreadsheet.")
    if year > _LAST_YEAR:
        return Reading(None, f"{show_text(text)} lies in {year}. Correct the year.")
    return _add_clock(written, rest, text, zone) if rest else Reading(Moment(written))


def read_dates(
    column: pd.Series, header: str, file: str, order: str, *, zone: str, today: date | None, sure: bool
) -> Moments:
    """The column's dates, after the whole-file rules.

    column: text, index line. order: declared order or empty. today: for work dates, which lie in the past; None for
    dates that may lie anywhere. sure: the declared order was confirmed for this source.
    Raises DateOrderWrong when a date is possible only in another order, DateOrderAsked when no order is declared or
    the dates make far more sense in the other one.
    """
    distinct = Distinct.of(column)
    bound = [text for text in distinct.texts if _is_bound(_trim(text))]
    if bound:
        _check_order(bound, distinct, header, file, order, today=today, sure=sure)
    place = ZoneInfo(zone)
    return Moments(distinct, [read_moment(text, order or "ymd", place) for text in distinct.texts])


@dataclass(frozen=True)
class Moments:
    """A column read as moments, one reading per distinct text."""

    distinct: Distinct
    readings: list[Reading[Moment]]

    def dates(self) -> Converted:
        """The dates, None where the text was empty or flawed."""
        plain = [Reading(r.value.date if r.value else None, r.flaw) for r in self.readings]
        return self.distinct.spread(plain)

    def seconds(self) -> Converted:
        """Seconds of the day where a time was written, else None."""
        plain = [Reading(r.value.seconds if r.value else None, r.flaw) for r in self.readings]
        return self.distinct.spread(plain)

    def notes(self, file: str, header: str, zone: str) -> list[str]:
        """What was done with zones, said once for the file."""
        rows = Counter(int(code) for code in self.distinct.codes)
        values = [(r.value, rows[i]) for i, r in enumerate(self.readings) if r.value]
        zoned = sum(count for value, count in values if value.zoned)
        moved = sum(count for value, count in values if value.moved)
        if not zoned:
            return []
        return [
            f"{file}: {zoned:,} values of {header!r} carry a zone; they count for the date in {zone} ({moved:,} moved)."
        ]


def read_clock(text: str, zone: str) -> Reading[Moment]:
    """A time of day such as 9:05, 09:05:30, 9.05 pm or 24:00, or a whole moment; the date is 1970-01-01 when absent."""
    text = text.strip()
    if not text:
        return Reading(None)
    if re.match(r"\d{4}-\d{2}-\d{2}", text):
        return read_moment(text, "ymd", ZoneInfo(zone))
    return _add_clock(NO_DATE, text.replace(".", ":", 1) if re.match(r"\d{1,2}\.\d{2}\b", text) else text, text, None)


#: Stands for "no date written" in a time of day.
NO_DATE = date(1970, 1, 1)


def _split_date(text: str, order: str) -> tuple[int, int, int, str] | str:
    """Year, month, day and the rest, or the sentence that says why not."""
    if match := _YEAR_FIRST.fullmatch(text):
        return int(match[1]), int(match[3]), int(match[4]), match[5] or ""
    if match := _NUMERIC.fullmatch(text):
        if order == "ymd":
            return f"{show_text(text)} does not begin with the year, as declared."
        first, second = int(match[1]), int(match[3])
        day, month = (first, second) if order == "dmy" else (second, first)
        return int(match[4]), month, day, match[5] or ""
    if _COMPACT.fullmatch(text):
        return _split_compact(text, order)
    if match := _NAMED.fullmatch(text):
        return _split_named(match, text)
    if _SHORT_YEAR.fullmatch(text):
        return f"{show_text(text)} has a year of two digits. Export the date with a four-digit year."
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return f"{show_text(text)} looks like a spreadsheet's day number. Format the column as a date and export again."
    return f"{show_text(text)} is no date. Correct it, for example to 2026-04-03."


def _split_compact(text: str, order: str) -> tuple[int, int, int, str]:
    if order == "ymd" or not _is_bound_compact(text):
        return int(text[:4]), int(text[4:6]), int(text[6:]), ""
    first, second = int(text[:2]), int(text[2:4])
    day, month = (first, second) if order == "dmy" else (second, first)
    return int(text[4:]), month, day, ""


def _trim(text: str) -> str:
    return _WEEKDAY.sub("", text.strip())


def _is_bound(text: str) -> bool:
    """Whether day and month can only be told apart by the declared order."""
    return bool(_NUMERIC.fullmatch(text)) or _is_bound_compact(text)


def _is_bound_compact(text: str) -> bool:
    # 20260403 can only begin with its year: read the other way it would be the year 403
    return bool(_COMPACT.fullmatch(text)) and 1900 <= int(text[4:]) <= 2100 and not 1 <= int(text[4:6]) <= 12


def _split_named(match: re.Match[str], text: str) -> tuple[int, int, int, str] | str:
    day, word, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
    months = [
        i
        for i, name in enumerate(_MONTHS, start=1)
        if name.startswith(word.casefold()) or (word[:4] == "Sept" and i == 9)
    ]
    if len(months) != 1:
        return f"{show_text(text)} names no month. Correct it, for example to 3 Apr 2026."
    return int(year), months[0], int(day), ""


def _add_clock(written: date, rest: str, text: str, zone: ZoneInfo | None) -> Reading[Moment]:
    match = _CLOCK.fullmatch(rest.strip())
    if not match:
        return Reading(None, f"{show_text(text)} has no readable time of day. Write it as 09:30.")
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    half = (match[4] or "").casefold()[:1]
    if (half and not 1 <= hour <= 12) or minute > 59 or second > 59 or hour > 24 or (hour == 24 and minute + second):
        return Reading(None, f"{show_text(text)} is no time of day. Write it as 09:30.")
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    seconds = hour * 3600 + minute * 60 + second
    if match[5] and zone:
        return Reading(_move_to(zone, written, seconds, match[5]))
    return Reading(Moment(written, seconds))


def _move_to(zone: ZoneInfo, written: date, seconds: int, offset: str) -> Moment:
    sign = "+00:00" if offset.upper() in ("Z", "UTC") else offset[:3] + ":" + offset[-2:]
    start = datetime.fromisoformat(f"{written.isoformat()}T00:00:00{sign}") + timedelta(seconds=seconds)
    there = start.astimezone(zone)
    return Moment(
        there.date(), there.hour * 3600 + there.minute * 60 + there.second, moved=there.date() != written, zoned=True
    )


def _check_order(
    bound: list[str], distinct: Distinct, header: str, file: str, order: str, *, today: date | None, sure: bool
) -> None:
    readings = {other: [_as_date(text, other) for text in bound] for other in ("dmy", "mdy")}
    if order == "ymd":
        raise DateOrderWrong(file, header, distinct.line_of(bound[0]), bound[0], order)
    if not order:
        raise DateOrderAsked(
            file, header, "can be read in two orders and none is declared", _preview(bound, readings), "date_order"
        )
    other = "mdy" if order == "dmy" else "dmy"
    for text, here, there in zip(bound, readings[order], readings[other], strict=True):
        if here is None and there is not None:
            raise DateOrderWrong(file, header, distinct.line_of(text), text, order)
    if today and not sure and _fits_better(readings[other], readings[order], today):
        why = f"are possible as {_ORDER_WORDS[other]} too and look like it, though {_ORDER_WORDS[order]} is declared"
        raise DateOrderAsked(file, header, why, _preview(bound, readings), "date_order")


def _as_date(text: str, order: str) -> date | None:
    parts = _split_date(_trim(text), order)
    if isinstance(parts, str):
        return None
    try:
        return date(*parts[:3])
    except ValueError:
        return None


def _fits_better(other: list[date | None], declared: list[date | None], today: date) -> bool:
    """Whether all dates are possible in the other order and lie far more plausibly there."""
    if any(day is None for day in other):
        return False
    strange_here, strange_there = _count_strange(declared, today), _count_strange(other, today)
    if strange_here and not strange_there:
        return True
    # one day of each month under the declared order, a run of days under the other: the work of one month
    days_here = {day.day for day in declared if day}
    months_there = {(day.year, day.month) for day in other if day}
    return len(set(declared)) >= 4 and len(days_here) == 1 and len(months_there) == 1


def _count_strange(days: Iterable[date | None], today: date) -> int:
    return sum(1 for day in days if day and day > today + timedelta(days=31))


def _preview(bound: list[str], readings: dict[str, list[date | None]]) -> dict[str, str]:
    previews = {}
    for order, days in readings.items():
        shown = [
            f"{text.strip()} = {day:%d %b %Y}" if day else f"{text.strip()} is impossible"
            for text, day in zip(bound, days, strict=True)
        ]
        worst = [line for line in shown if "impossible" in line]
        previews[order] = ", ".join((worst + shown)[:3])
    return previews
