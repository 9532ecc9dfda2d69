"""Matching work: local tasks with XPM job tasks, and processes with task types.

The client is agreed before; what must agree then is the kind of work, the period and the stage. Two quarters, or a
tax return and a BAS, are never the same piece of work however alike their names look.
"""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from rapidfuzz.distance import OSA

from . import knowledge
from .alignment import Rarity, align, learn_rarity
from .candidates import Candidates
from .explain import Line, judge_cases, judge_share
from .knowledge import Phrase
from .normalise import fold, split_code, split_words
from .parse import MOST_WORDS
from .periods import Period, PeriodKind, split_periods
from .progress import Progress
from .weigh import HARD_CEILING

WORK_FEATURES = ("kind", "period", "stage", "words", "job_no", "client")
WORK_BINS: dict[str, tuple[float, ...]] = {
    "kind": (1, 2, 3, 4),
    "period": (1, 2, 3, 4, 5, 6),
    "stage": (1, 2, 3, 4),
    "words": (0.2, 0.4, 0.6, 0.8, 0.999),
    "job_no": (1,),
    "client": (1,),
}
#: Above this many pairs in one client, only pairs that share a kind or a period are looked at.
LARGEST_BLOCK = 40_000

_JOB_NUMBER = re.compile(r"\b[a-z]{1,3}-?\d{4,8}\b")
_MONTHS = tuple(name.lower() for name in calendar.month_name if name)
_NEAR_KINDS = (
    frozenset({"bas", "gst", "ias", "payg"}),
    frozenset({"smsf", "accounts"}),
    frozenset({"smsf", "audit"}),
    frozenset({"accounts", "itr"}),
    frozenset({"payroll", "super"}),
)


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work, read from its name, its job's name and its columns."""

    client: str
    words: Phrase
    kinds: tuple[str, ...]
    stages: tuple[str, ...]
    periods: tuple[Period, ...]
    years: frozenset[int]
    job_nos: frozenset[str]


@cache
def _vocabulary() -> dict[int, tuple[str, ...]]:
    """Known words by length, to mend mistyped ones."""
    phrases: Iterable[Phrase] = (*knowledge.work_kinds(), *knowledge.stages())
    words = {word for phrase in phrases for word in phrase} | set(_MONTHS) | {"qtr", "quarter"}
    words |= {month[:3] for month in _MONTHS}
    lengths: defaultdict[int, list[str]] = defaultdict(list)
    for word in sorted(words):
        lengths[len(word)].append(word)
    return {length: tuple(found) for length, found in lengths.items()}


@lru_cache(maxsize=1 << 14)
def mend_word(word: str) -> str:
    """A mistyped word of the trade in its right spelling; any other word as it is."""
    known = _vocabulary()
    if word in known.get(len(word), ()) or len(word) < 3 or not word.isalpha():
        return word
    slack = 1 if len(word) < 8 else 2
    near = [
        (OSA.distance(word, other), other)
        for length in range(len(word) - 1, len(word) + 2)
        for other in known.get(length, ())
        if length >= 3 and OSA.distance(word, other, score_cutoff=slack) <= slack
    ]
    return min(near)[1] if near else word


def read_work(row: dict[str, str], year_end_month: int = 6) -> Work:
    """Kind, period, stage, job number and left-over words of one row."""
    job, own, period = row.get("job_name", ""), row.get("name", ""), row.get("period", "")
    texts = [_mend(text) for text in (job, own, period) if text]
    split = [split_periods(text, year_end_month) for text in texts]
    text = " ".join(texts)
    numbers = frozenset(_squeeze(found) for found in _JOB_NUMBER.findall(text))
    numbers |= {_squeeze(fold(row["job_no"]))} if row.get("job_no") else frozenset()
    kinds, stages, words = _read_phrases([_JOB_NUMBER.sub(" ", part.rest) for part in split])
    return Work(
        client=read_client(row.get("client", "")),
        words=words[:MOST_WORDS],
        kinds=kinds,
        stages=stages,
        periods=tuple(dict.fromkeys(found for part in split for found in part.periods)),
        years=frozenset(_hinted_years(" ".join(part.rest for part in split))),
        job_nos=numbers,
    )


def _squeeze(text: str) -> str:
    return text.replace("-", "").replace(" ", "")


def _mend(text: str) -> str:
    return re.sub(r"[^\W\d_]{3,}", lambda found: mend_word(found[0]), fold(text))


def _hinted_years(text: str) -> set[int]:
    """Years in words that are no period by themselves, such as a mistyped "FFY2025"."""
    return {int(found) % 100 for found in re.findall(r"(?<!\d)(?:20)?(\d\d)(?!\d)", text)}


def read_client(text: str) -> str:
    """The key of an agreed client: its leading code, else its words without order."""
    rest, code = split_code(fold(text))
    return code or " ".join(sorted(split_words(rest)))


def _read_phrases(texts: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], Phrase]:
    """Kinds of work and stages found in the texts, and all their words."""
    kinds: dict[str, None] = {}
    stages: dict[str, None] = {}
    all_words: list[str] = []
    for text in texts:
        words = [word for word in split_words(text) if word not in knowledge.stop_words() and word != ","]
        all_words += [word for word in words if not word.isdecimal()]
        rest = _take_phrases(words, knowledge.work_kinds(), kinds)
        _take_phrases(rest, knowledge.stages(), stages)
    return tuple(kinds), tuple(stages), tuple(all_words)


def _take_phrases(words: list[str], table: dict[Phrase, str], found: dict[str, None]) -> list[str]:
    """Note what the longest known phrases mean and give back the words that belong to none."""
    rest: list[str] = []
    position = 0
    while position < len(words):
        for length in range(min(6, len(words) - position), 0, -1):
            meaning = table.get(tuple(words[position : position + length]))
            if meaning:
                found[meaning] = None
                position += length
                break
        else:
            rest.append(words[position])
            position += 1
    return rest


def _compare_kinds(left: Work, right: Work) -> float:
    """0 same, 1 overlap, 2 related, 3 differ; NaN when one names none."""
    one, other = set(left.kinds), set(right.kinds)
    if not one or not other:
        return float("nan")
    if one == other:
        return 0.0
    if one & other:
        return 1.0
    related = any(near & one and near & other for near in _NEAR_KINDS)
    return 2.0 if related else 3.0


def compare_periods(left: Work, right: Work) -> float:
    """0 same, 1 same end, 2 years named alike, 3 year hinted at, 4 differ, 5 differ though one lies in the other;
    NaN when both name none, 6 when only one does."""
    if not left.periods and not right.periods:
        return float("nan")
    if not left.periods or not right.periods:
        years = {period.end.year % 100 for period in left.periods + right.periods}
        return 3.0 if years & (left.years | right.years) else 6.0
    return min(_compare_two(one, other) for one in left.periods for other in right.periods)


def _compare_two(one: Period, other: Period) -> float:
    if (one.start, one.end) == (other.start, other.end):
        return 0.0
    if one.end == other.end:
        return 1.0
    if one.kind is other.kind is PeriodKind.YEAR and one.end.year == other.end.year:
        return 2.0
    return 5.0 if one.contains(other) or other.contains(one) else 4.0


def _compare_stages(left: Work, right: Work) -> float:
    """0 same, 1 only one side names it and the other is the preparing itself, 2 only one side does, 3 differ."""
    one, other = set(left.stages), set(right.stages)
    if not one and not other:
        return float("nan")
    if one & other:
        return 0.0
    if not one or not other:
        # "Land tax review" may name the kind only, or the reviewing of it.
        unsaid = left if not one else right
        return 1.0 if "prepare" in one | other or ("review" in one | other and "review" in unsaid.words) else 2.0
    return 3.0


class WorkMethod:
    """Tasks within agreed clients; without a client column every pair is a candidate (processes and task types)."""

    features = WORK_FEATURES
    bins = WORK_BINS

    def __init__(self, model: str, year_end_month: int = 6) -> None:
        self._model = model
        self._year_end_month = year_end_month
        self.lines = WORK_LINES

    def read(self, row: dict[str, str]) -> Work:
        """Read one row."""
        return read_work(row, self._year_end_month)

    def learn(self, left: list[Work], right: list[Work]) -> Rarity:
        """Rarity of the words of both lists."""
        return learn_rarity(work.words for side in (left, right) for work in side)

    def find(self, left: list[Work], right: list[Work], on_progress: Progress) -> Candidates:
        """All pairs of one client; in very large clients only those that share a kind or a period."""
        by_client: defaultdict[str, list[int]] = defaultdict(list)
        for place, work in enumerate(right):
            by_client[work.client].append(place)
        pairs = []
        crowded = _crowded_clients(left, by_client)
        for place, work in enumerate(left):
            others = by_client.get(work.client, [])
            if work.client in crowded:
                others = [other for other in others if _share_something(work, right[other])]
            pairs += [(place, other) for other in others]
        on_progress(1.0)
        found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return Candidates(found[:, 0], found[:, 1])

    def compare(self, left: Work, right: Work, context: Rarity) -> tuple[float, ...]:
        """One value per name of WORK_FEATURES."""
        numbers = float("nan") if not left.job_nos or not right.job_nos else float(not left.job_nos & right.job_nos)
        return (
            _compare_kinds(left, right),
            compare_periods(left, right),
            _compare_stages(left, right),
            align(left.words, right.words, context).share,
            numbers,
            float("nan") if not left.client else float(left.client != right.client),
        )

    def hard(self, values: tuple[float, ...]) -> tuple[str, ...]:
        """Periods, kinds or stages that contradict."""
        limits = (("kind", 3.0), ("period", 4.0), ("stage", 3.0), ("client", 1.0))
        return tuple(name for name, limit in limits if values[WORK_FEATURES.index(name)] == limit)

    def ceiling(self, values: tuple[float, ...]) -> float:
        """Another period, kind or stage stays below likely."""
        return HARD_CEILING if self.hard(values) else 1.0

    def model(self, left: list[Work], right: list[Work]) -> str:
        """The model named when the method was made."""
        return self._model


def _crowded_clients(left: list[Work], right: dict[str, list[int]]) -> set[str]:
    counts: defaultdict[str, int] = defaultdict(int)
    for work in left:
        counts[work.client] += len(right.get(work.client, ()))
    return {client for client, pairs in counts.items() if pairs > LARGEST_BLOCK}


def _share_something(left: Work, right: Work) -> bool:
    return bool(set(left.kinds) & set(right.kinds) or set(left.periods) & set(right.periods))


def _show_periods(work: Work) -> str:
    return ", ".join(f"{period.start:%d %b %Y} to {period.end:%d %b %Y}" for period in work.periods)


WORK_LINES = (
    Line("kind of work", ("kind",), lambda w: ", ".join(w.kinds), judge_cases("kind", (0,), (1, 2))),
    Line("period", ("period",), _show_periods, judge_cases("period", (0,), (1, 2, 3))),
    Line("stage", ("stage",), lambda w: ", ".join(w.stages), judge_cases("stage")),
    Line("wording", ("words",), lambda w: " ".join(w.words), judge_share("words", 0.999, 0.5)),
    Line("job number", ("job_no",), lambda w: ", ".join(sorted(w.job_nos)), judge_cases("job_no")),
    Line("client", ("client",), lambda w: w.client, judge_cases("client")),
)
