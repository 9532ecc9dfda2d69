"""The label grammar: which stretch of time a task, a job task or a job is about.

Practices write `Payroll - Oct`, `BAS - Quarter September`, `BAS Sep Qtr 2026`, `Annual accounts FY2026`. Labels with a
year say it all; labels with only a month get their year from what stands around them: the local task's start date, or
the job's dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from core.matching.periods import Period, PeriodKind, parse_periods

MONTHS: tuple[str, ...] = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
)
MONTHS += ("november", "december")
_MONTH_NUMBER = {name[:length]: n for n, name in enumerate(MONTHS, 1) for length in (3, 4, len(name))}
_LABEL = re.compile(
    r"^(?P<task>.*?)\s*[-\u2013\u2014]\s*(?P<quarter>quarter\s+|qtr\s+)?(?P<month>[a-z]{3,9})\.?\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Span:
    """A stretch of whole days, both ends included."""

    start: date
    end: date

    def contains(self, other: Span) -> bool:
        """Whether the other stretch lies inside this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Conventions:
    """How a practice writes periods: its financial year's last month, and which month of a quarter names it."""

    year_end_month: int = 6
    quarter_named_by: str = "last"  # first or last month


@dataclass(frozen=True)
class MonthLabel:
    """`<Task> - <Month>` or `<Task> - Quarter <Month>`: a month without its year."""

    task: str
    month: int
    is_quarter: bool


@lru_cache(maxsize=65536)
def read_month_label(text: str) -> MonthLabel | None:
    """The label's task and month by the grammar; None when the text is written some other way."""
    found = _LABEL.match(text)
    month = _MONTH_NUMBER.get(found["month"].lower()) if found else None
    if found is None or month is None:
        return None
    return MonthLabel(found["task"].strip(), month, found["quarter"] is not None)


def month_span(year: int, month: int) -> Span:
    """The whole month."""
    return Span(date(year, month, 1), _month_end(year, month))


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def quarter_span(year: int, month: int, named_by: str) -> Span:
    """The three months that the named month starts (`first`) or ends (`last`)."""
    first = year * 12 + month - 1 - (2 if named_by == "last" else 0)
    last = first + 2
    return Span(date(first // 12, first % 12 + 1, 1), _month_end(last // 12, last % 12 + 1))


def label_span(label: MonthLabel, near: Span, conventions: Conventions) -> Span:
    """The label's stretch in the year that fits `near`: wholly inside it (the first such), else the closest."""
    years = range(near.start.year - 1, near.end.year + 2)
    spans = [_span_in(label, year, conventions) for year in years]
    return min(spans, key=lambda span: (not near.contains(span), _distance(span, near), span.start))


def _span_in(label: MonthLabel, year: int, conventions: Conventions) -> Span:
    if label.is_quarter:
        return quarter_span(year, label.month, conventions.quarter_named_by)
    return month_span(year, label.month)


def _distance(span: Span, near: Span) -> int:
    """Days between two stretches; 0 when they share a day."""
    return max((span.start - near.end).days, (near.start - span.end).days, 0)


@lru_cache(maxsize=65536)
def read_spans(text: str, year_end_month: int) -> tuple[Span, ...]:
    """Stretches that the text names with their year, the narrowest first; empty when it names none."""
    spans = {span for p in parse_periods(text, year_end_month) if (span := _as_span(p, year_end_month)) is not None}
    return tuple(sorted(spans, key=lambda span: (span.end - span.start, span.start)))


def _as_span(period: Period, year_end_month: int) -> Span | None:
    """The stretch of a period; of a last day alone, the quarter or else the month that ends there."""
    if period.kind is not PeriodKind.UNTIL:
        return Span(period.start, period.end)
    if period.start == period.end:
        return None
    is_quarter = (period.end.month - year_end_month) % 3 == 0
    named = quarter_span(period.end.year, period.end.month, "last")
    return named if is_quarter else month_span(period.end.year, period.end.month)


def name_span(texts: tuple[str, ...], near: Span | None, conventions: Conventions) -> Span | None:
    """The stretch that the texts are about: the first text that names one decides; None when none does.

    near: a day or stretch that lends its year to labels without one; without it such labels say nothing.
    """
    for text in texts:
        spans = read_spans(text, conventions.year_end_month)
        if spans:
            return spans[0]
        label = read_month_label(text)
        if label is not None and near is not None:
            return label_span(label, near, conventions)
    return None
