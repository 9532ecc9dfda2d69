"""How the period of a job task fits that of a local task, once client and task type agree.

No data stands behind the scores: the rule itself states them. Only what both sides say for certain is certain; every
reading that leaves something open is for a person, with the reason in words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from core.mapping.labels import Conventions, Reading, read_label
from core.mapping.spans import Span
from core.model import Band


@dataclass(frozen=True)
class Fit:
    """One degree of fitting: the lower its rank, the better."""

    rank: int
    score: float
    band: Band
    words: str

    def demote(self, words: str) -> Fit:
        """The same, but for a person to confirm."""
        if self.band is not Band.CERTAIN:
            return replace(self, words=f"{self.words}; {words}")
        return replace(self, score=WIDER.score, band=Band.LIKELY, words=f"{self.words}; {words}")


_AGREE = "client and task type agree"
SAME = Fit(0, 0.995, Band.CERTAIN, "client, task type and period agree")
BEGINS = Fit(0, 0.995, Band.CERTAIN, f"{_AGREE}, and the task starts in the period of the label")
WITHIN = Fit(1, 0.993, Band.CERTAIN, f"{_AGREE}, and the task's days lie in the month of the label")
ONGOING = Fit(1, 0.991, Band.CERTAIN, f"{_AGREE}; the only such job has no period")
MAYBE = Fit(2, 0.92, Band.LIKELY, f"{_AGREE}, and the period may")
WIDER = Fit(3, 0.93, Band.LIKELY, f"{_AGREE}; the job covers a longer period")
YEAR = Fit(4, 0.9, Band.LIKELY, f"{_AGREE}; both name the same year, one ending in another month")
INSIDE = Fit(5, 0.88, Band.LIKELY, f"{_AGREE}; the task names a longer period, and starts in that of the label")
DUE = Fit(6, 0.87, Band.LIKELY, f"{_AGREE}; the task has no start date, and is due in the period of the label")
YEARLESS = Fit(7, 0.86, Band.LIKELY, f"{_AGREE}; the months do as well, but no year is told")
UNKNOWN = Fit(8, 0.85, Band.LIKELY, f"{_AGREE}; the periods cannot be compared")
LATE = Fit(9, 0.6, Band.POSSIBLE, f"{_AGREE}; the task names no period, and starts after the year of the job")
AGAINST = Fit(10, 0.6, Band.POSSIBLE, "the names contradict")
#: Ranks that may be about the task's own period: beside them no other candidate is certain.
RIVALS = (MAYBE.rank, YEARLESS.rank)

#: A task that runs longer is about no single month or quarter, so its start date chooses none.
LONGEST_TASK_DAYS = 184
#: Up to a fortnight and a day of grace; longer stretches are no part of a month's work.
_WEEKS = 16
_QUARTER = 93
#: Work on a year is done in the year and a half after it.
_LATEST = 550


@dataclass(frozen=True)
class TaskPeriod:
    """What a local task says of its period: what its texts name, and its own dates.

    day: the start date, by which the label grammar chooses; None for tasks without one and for those that run too long
    for it to mean anything. due: the due date of a task without a start.
    """

    named: Reading
    day: date | None
    due: date | None

    @property
    def words(self) -> str:
        """As a person says it: the period named, or the dates."""
        if self.named.spans:
            return self.named.words
        told = f"starts on {_say(self.day)}" if self.day else f"is due on {_say(self.due)}" if self.due else "no dates"
        return f"no period, {told}"


def _say(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""


def read_period(texts: tuple[str, ...], start: date | None, due: date | None, conventions: Conventions) -> TaskPeriod:
    """The period of a local task: texts as for `read_label`, then its dates."""
    first = start or due
    is_long = start is not None and due is not None and (due - start).days > LONGEST_TASK_DAYS
    near = Span(first, max(due or first, first) if is_long else first) if first else None
    named = read_label(texts, near, conventions)
    return TaskPeriod(named, None if is_long else start, None if start else due)


def rate_fit(task: TaskPeriod, other: Reading) -> Fit | None:
    """How a candidate about `other` fits the task; None when the periods contradict."""
    if not other.spans:
        return _cannot_tell("the job task names no period" if task.named.spans else "neither names a period")
    if task.named.spans:
        return _rate_named(task, other)
    day = task.day or task.due
    return _rate_day(task, day, other) if day else _cannot_tell("the task names no period, and its dates choose none")


def _cannot_tell(words: str) -> Fit:
    return replace(UNKNOWN, words=f"{_AGREE}; {words}")


def _rate_named(task: TaskPeriod, other: Reading) -> Fit | None:
    named = task.named
    pairs = [_in_one_year(one, span, named, other) for one in named.spans for span in other.spans]
    if not any(one.start <= span.end and span.start <= one.end for one, span in pairs):
        return None
    if any(one == span for one, span in pairs):
        return SAME if named.is_sure and other.is_sure else _doubt(named, other)
    if any(span.contains(one) for one, span in pairs):
        if not (named.is_sure and other.is_sure):
            return WIDER.demote(_explain_doubt(named, other))
        is_part = any(span.is_month and span.contains(one) and one.days <= _WEEKS for one, span in pairs)
        return WITHIN if is_part else WIDER
    if any(_are_same_year(one, span) for one, span in pairs):
        return YEAR
    if task.day and any(one.contains(span) and _holds(span, task.day) for one, span in pairs):
        return INSIDE
    return None


def _in_one_year(one: Span, other: Span, named: Reading, theirs: Reading) -> tuple[Span, Span]:
    """The two stretches, one that tells no year moved into that of the other."""
    if theirs.yearless:
        return one, other.moved_to(one.end.year)
    return (one.moved_to(other.end.year), other) if named.yearless else (one, other)


def _doubt(named: Reading, other: Reading) -> Fit:
    if not named.doubt and not other.doubt:
        return YEARLESS
    return MAYBE.demote(_explain_doubt(named, other))


def _explain_doubt(named: Reading, other: Reading) -> str:
    told = [f"{who} {one.doubt}" for who, one in (("the task", named), ("the job task", other)) if one.doubt]
    return ", ".join(told) or "no year is told"


def _rate_day(task: TaskPeriod, day: date, other: Reading) -> Fit | None:
    """A task that names no period: the label of the month or quarter in which it starts."""
    spans = [span.moved_to(day.year) if other.yearless else span for span in other.spans]
    held = [span for span in spans if _holds(span, day)]
    if not held:
        ended = [span for span in spans if span.is_year and 0 < (day - span.end).days <= _LATEST]
        return LATE if ended and other.is_sure else None
    if not other.is_sure:
        return _doubt(task.named, other)
    if held[0].days > _QUARTER:
        return WIDER
    return BEGINS if task.day else DUE


def _holds(span: Span, day: date) -> bool:
    return span.start <= day <= span.end


def _are_same_year(one: Span, other: Span) -> bool:
    """Whether both are years named for the same one: a return for the year to March 2025 in a job of FY2025."""
    return one.end.year == other.end.year and one.is_year and other.is_year
