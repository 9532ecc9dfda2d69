"""The label grammar: which stretch of time a task, a job task or a job is about.

Practices write `Payroll - Oct`, `BAS - Quarter September`, `BAS Sep Qtr 2026`, `Annual accounts FY2026`. What several
texts say is read together: a label without a year takes it from the other text, then from the dates beside it. Where
texts contradict each other, or the year cannot be told, all that may be meant is kept with the doubt in words: whoever
compares such a reading asks a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce

from core.mapping.spans import Span, months_span
from core.matching.periods import LAST_DAY, NO_YEAR, Period, find_periods

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
#: `<Task> - Quarter <Month>`, the form whose month follows the practice's convention.
_QUARTER_LABEL = re.compile(rf"\b(?:quarter|qtr)\.?\s+(?P<month>{_MONTH})\b", re.IGNORECASE)
_MONTH_WORD = re.compile(rf"\b{_MONTH}\b", re.IGNORECASE)
#: "may" as a verb is no month.
_MAY_DO = re.compile(r"\bmay(?= (?:also|be|change|have|need|not|require|still|take|want)\b)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[^\W_]+(?:(?:,? |&| & )[^\W_]+)*")
#: Figures without a period that look like a year: "HY26", "9/26", "2026-7".
_HINT = re.compile(r"(?<!\S)\S*?(?<!\d)(?:20)?[2-4]\d(?!\d)\S*")

#: A job about one year with the weeks in which its last work is done; a longer one holds each month several times.
_LONGEST_YEAR = 430
#: A job that holds the labels of many months.
_LONG = 180
#: A month without its year is the nearest one when that is about a quarter away at most.
_NEAREST = 100


@dataclass(frozen=True)
class Conventions:
    """How a practice writes periods: its financial year's last month, and which month of a quarter names it."""

    year_end_month: int = 6
    quarter_named_by: str = "last"  # first or last month


@dataclass(frozen=True)
class Reading:
    """What texts say of the period that some work is about.

    spans:    the stretches they may mean, the likeliest first; none when they name no period.
    doubt:    why that is not sure, as words that follow "it"; empty when it is.
    yearless: no year is told, and the spans stand in the year 2000 for the same days of any year.
    unread:   figures of texts without a period that look like one.
    """

    spans: tuple[Span, ...] = ()
    doubt: str = ""
    yearless: bool = False
    unread: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether it names a period with its year and leaves nothing open."""
        return bool(self.spans) and not self.doubt and not self.yearless

    @property
    def words(self) -> str:
        """The stretches as a person says them; empty when there is none."""
        return " or ".join(span.season_words if self.yearless else span.words for span in self.spans)


@dataclass(frozen=True)
class _Named:
    """One period as a text names it: all that it may mean, in the year 2000 when no year is said.

    place: the place of its text among all. bare: the year, when it stands there without FY or the like.
    """

    spans: tuple[Span, ...]
    place: int
    doubt: str = ""
    bare: int | None = None

    @property
    def main(self) -> Span:
        return self.spans[0]


def read_label(texts: Sequence[str], near: Span | None, conventions: Conventions) -> Reading:
    """The period that the texts are about; what an earlier text says has more authority.

    near: a day or stretch that lends its year to labels without one; without it such labels stay yearless.
    """
    return _read_label(tuple(texts), near, conventions)


@lru_cache(maxsize=1 << 16)
def _read_label(texts: tuple[str, ...], near: Span | None, conventions: Conventions) -> Reading:
    dated: list[_Named] = []
    seasons: list[_Named] = []
    for place, text in enumerate(texts):
        in_text, without_year = _read_text(text, place, conventions)
        dated += in_text
        seasons += without_year
    if not dated and not seasons:
        return Reading(unread=next((hint for text in texts if (hint := _find_hint(text, conventions))), ""))
    if not seasons:
        return _as_reading(reduce(_join, dated))
    season = reduce(_join, seasons)
    if not dated:
        return _lend_year(season, near, conventions.year_end_month)
    return _place_in(season, reduce(_join, dated), near, conventions)


def hide_client(text: str, client: str) -> str:
    """The text without the client's name where that holds a month: "June Wilson - BAS" is about no June."""
    if not _MONTH_WORD.search(client):
        return text
    own = {word.lower() for word in _WORD.findall(client)}
    return _RUN.sub(lambda found: _cut_run(found[0], own), text)


def _cut_run(run: str, own: set[str]) -> str:
    """Words in a row, without those that are the client's when two or more of them stand together."""
    words = _WORD.findall(run)
    is_own = [False, *(word.lower() in own for word in words), False]
    hidden = [mine and (before or after) for before, mine, after in zip(is_own, is_own[1:], is_own[2:], strict=False)]
    return " ".join(word for word, is_hidden in zip(words, hidden, strict=True) if not is_hidden)


def _as_reading(named: _Named) -> Reading:
    return Reading(named.spans, named.doubt)


# -- one text ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 16)
def _read_text(text: str, place: int, conventions: Conventions) -> tuple[tuple[_Named, ...], tuple[_Named, ...]]:
    """The periods with a year that one text names, and those without."""
    found = find_periods(_MAY_DO.sub(" ", text), conventions.year_end_month)
    dated = [_name(kind, period, place, conventions) for kind, period in found.periods]
    seasons = [_drop_year(_name(kind, period, place, conventions)) for kind, period in found.seasons]
    convention = _QUARTER_LABEL.search(text)
    if convention and len(seasons) == 1:
        seasons = [_follow_convention(seasons[0], convention["month"], conventions)]
    return tuple(dated), tuple(seasons)


def _find_hint(text: str, conventions: Conventions) -> str:
    found = _HINT.search(find_periods(text, conventions.year_end_month).rest)
    return found[0] if found else ""


def _name(kind: str, period: Period, place: int, conventions: Conventions) -> _Named:
    span = Span(period.start, period.end)
    if kind == LAST_DAY and period.start != period.end:
        return _Named(_list_ends(span, conventions.year_end_month), place)
    return _Named((span,), place, bare=period.end.year if kind == "year" else None)


def _drop_year(named: _Named) -> _Named:
    return replace(named, spans=tuple(span.moved_to(NO_YEAR) for span in named.spans), bare=None)


def _list_ends(span: Span, year_end: int) -> tuple[Span, ...]:
    """What a last day alone, such as "30 Sep 2026", may be the end of: year, quarter or month."""
    year, month = span.end.year, span.end.month
    ends = [months_span(year, month, 12)] if month == year_end else []
    ends += [months_span(year, month, 3)] if (month - year_end) % 3 == 0 else []
    return (*ends, months_span(year, month, 1))


def _follow_convention(season: _Named, word: str, conventions: Conventions) -> _Named:
    """The quarter that a label names by the month of the practice's convention; in doubt when it names it otherwise."""
    month = _MONTHS.index(word[:3].lower()) + 1
    last = month if conventions.quarter_named_by == "last" else month + 2
    meant = months_span(NO_YEAR, last, 3)
    if last % 3 == 0 or (last - conventions.year_end_month) % 3 == 0:
        return replace(season, spans=(meant.moved_to(NO_YEAR),))
    named_by = conventions.quarter_named_by
    doubt = f"says 'Quarter {word.title()}', and {word.title()} is not the {named_by} month of a quarter"
    return replace(season, spans=(season.main, meant.moved_to(NO_YEAR)), doubt=doubt)


# -- several periods ---------------------------------------------------------------------------------------------------


def _join(one: _Named, other: _Named) -> _Named:
    """What two namings mean together: the narrower one where one lies in the other, else both, in doubt."""
    wide, narrow = (one, other) if one.main.days >= other.main.days else (other, one)
    if not _contains(wide, narrow.main):
        return replace(one, spans=(*one.spans, *other.spans), doubt=f"names both {_say(one)} and {_say(other)}")
    if _names_wider(narrow.main, wide.main):
        return _settle_name(wide, narrow)
    return replace(narrow, doubt=narrow.doubt or wide.doubt)


def _contains(wide: _Named, span: Span) -> bool:
    """Whether the stretch lies in what was named; in a bare year, in that financial or that calendar year."""
    if wide.bare is not None and months_span(wide.bare, 12, 12).contains(span):
        return True
    return any(one.contains(span) for one in wide.spans)


def _names_wider(month: Span, wide: Span) -> bool:
    """Whether the month may only be the name of the quarter, half or year that ends with it."""
    return month.is_month and wide.days > month.days and wide.end == month.end


def _settle_name(wide: _Named, month: _Named) -> _Named:
    """Of a stretch and its last month: the stretch beside or after it, "Sep Qtr 2026" and "BAS Sep"; a month of a job
    about the year is one of its twelve labels; else both, in doubt."""
    is_year = wide.main.days > 360
    if wide.place == month.place or (wide.place < month.place and not is_year):
        return wide
    if is_year and month.place < wide.place:
        return month
    first, second = sorted((wide, month), key=lambda named: named.place)
    doubt = f"names both {_say(first)} and {_say(second)}"
    return replace(first, spans=(*first.spans, *second.spans), doubt=doubt)


def _say(named: _Named) -> str:
    return named.main.season_words if named.main.end.year == NO_YEAR else named.main.words


# -- years -------------------------------------------------------------------------------------------------------------


def _lend_year(season: _Named, near: Span | None, year_end: int) -> Reading:
    """The season in the year that the dates beside it tell: the first one inside them, or else the nearest."""
    if near is None:
        return Reading(season.spans, season.doubt, yearless=True)
    lent = [_choose_year(span, near, year_end) for span in season.spans]
    spans = tuple(dict.fromkeys(span for spans, _ in lent for span in spans))
    return Reading(spans, season.doubt or lent[0][1])


def _choose_year(season: Span, near: Span, year_end: int) -> tuple[tuple[Span, ...], str]:
    years = range(near.start.year - 1, near.end.year + 2)
    placed = sorted((season.moved_to(year) for year in years), key=lambda span: (span.distance(near), span.start))
    touching = [span for span in placed if span.distance(near) == 0]
    inside = [span for span in touching if near.contains(span)]
    missed = [span for span in placed if span.end < near.start and _may_be_opened_late(near, span, year_end)]
    if touching and missed:
        return (*missed, *touching), f"names {season.season_words}, just before its dates or at their end"
    if len(touching) == 1 or (inside[:1] == touching[:1] and touching and near.days <= _LONGEST_YEAR):
        return (touching[0],), ""
    if touching:
        return tuple(touching), f"names {season.season_words}, which its dates hold more than once"
    if placed[0].distance(near) <= _NEAREST < placed[1].distance(near):
        return (placed[0],), ""
    return tuple(placed[:2]), f"names {season.season_words}, and no such time is near its dates"


def _may_be_opened_late(near: Span, span: Span, year_end: int) -> bool:
    """Whether a long job that starts amid a quarter may be about a month of its year that was over by then."""
    starts_quarter = near.start.day == 1 and near.start.month % 3 == 1
    year = months_span(near.start.year + (near.start.month > year_end), year_end, 12)
    return near.days > _LONG and not starts_quarter and year.contains(span)


def _place_in(season: _Named, dated: _Named, near: Span | None, conventions: Conventions) -> Reading:
    """A season of one text in the period with a year that another one names."""
    wholes = list(dated.spans)
    if dated.bare is not None:
        wholes += [months_span(dated.bare, 12, 12), months_span(dated.bare, conventions.year_end_month, 12)]
    years = range(min(one.start.year for one in wholes), max(one.end.year for one in wholes) + 2)
    moved = [span.moved_to(year) for span in season.spans for year in years]
    held = [span for span in moved if any(one.contains(span) or span.contains(one) for one in wholes)]
    held = list(dict.fromkeys(held)) or [span for span in moved if any(one.distance(span) == 0 for one in wholes)]
    if not held:
        spans = (*dated.spans, *_lend_year(season, near or dated.main, conventions.year_end_month).spans)
        return Reading(spans, f"names both {_say(dated)} and {_say(season)}")
    if len(held) > 1 and near is not None:
        held = [span for span in held if span.distance(near) == 0] or held
        held = [span for span in held if span.distance(near) <= _NEAREST] or held
    placed = _join_in_order(replace(season, spans=tuple(held)), dated)
    doubt = placed.doubt or dated.doubt or season.doubt
    if not doubt and len(placed.spans) > 1:
        doubt = f"names {_say(season)} and {dated.bare or _say(dated)}, which leaves the year open"
    if not doubt and near is not None and placed.main.distance(near) > 2 * _NEAREST:
        doubt = f"names {placed.main.words}, far from its dates"
    return Reading(placed.spans, doubt)


def _join_in_order(season: _Named, dated: _Named) -> _Named:
    if len(season.spans) > 1 or dated.bare is not None:
        return season
    first, second = (season, dated) if season.place <= dated.place else (dated, season)
    return _join(first, second)
