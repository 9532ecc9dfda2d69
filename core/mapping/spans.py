"""Stretches of whole days, and how they are said: "Sep 2026", "Jul to Sep 2026", "the year to 30 Jun 2026"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Span:
    """A stretch of whole days, both ends included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def words(self) -> str:
        """As a person says it, with its year."""
        return _say(self, self.end.year)

    @property
    def season_words(self) -> str:
        """The same without its year."""
        return _say(self, None)

    def contains(self, other: Span) -> bool:
        """Whether the other stretch lies inside this one."""
        return self.start <= other.start and other.end <= self.end

    @property
    def is_month(self) -> bool:
        """Whether it is one whole calendar month."""
        return self == months_span(self.end.year, self.end.month, 1)

    @property
    def is_year(self) -> bool:
        """Whether it is twelve whole months."""
        return self == months_span(self.end.year, self.end.month, 12)

    @property
    def is_whole(self) -> bool:
        """Whether it goes from a first to a last day of months."""
        return self.start.day == 1 and self.end == month_end(self.end.year, self.end.month)

    def moved_to(self, year: int) -> Span:
        """The same months, or the same days, with their end in another year."""
        if self.is_whole:
            return months_span(year, self.end.month, round(self.days / 30.5))
        last = month_end(year, self.end.month)
        end = last.replace(day=min(self.end.day, last.day))
        return Span(end - (self.end - self.start), end)

    def distance(self, other: Span) -> int:
        """Days between the two; 0 when they share a day."""
        return max((self.start - other.end).days, (other.start - self.end).days, 0)


def month_end(year: int, month: int) -> date:
    """The last day of a month; months count on beyond 12 and below 1."""
    following = year * 12 + month
    return date(following // 12, following % 12 + 1, 1) - timedelta(days=1)


def months_span(year: int, last_month: int, count: int) -> Span:
    """So many whole months, up to the end of this one."""
    first = year * 12 + last_month - count
    return Span(date(first // 12, first % 12 + 1, 1), month_end(year, last_month))


def _say(span: Span, year: int | None) -> str:
    said = "" if year is None else f" {year}"
    if span.start == span.end:
        return f"{span.end.day} {span.end:%b}{said}"
    began = f" {span.start.year}" if said and span.start.year != span.end.year else ""
    if not span.is_whole:
        return f"{span.start.day} {span.start:%b}{began} to {span.end.day} {span.end:%b}{said}"
    if span.is_year:
        return f"the year to {span.end.day} {span.end:%b}{said}"
    first = "" if span.is_month else f"{span.start:%b}{began} to "
    return f"{first}{span.end:%b}{said}"
