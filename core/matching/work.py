"""Matching work: local tasks with XPM job tasks, and processes with task types.

The client is agreed before; what must agree then is the kind of work, the period and the stage. Two quarters, or a
tax return and a BAS, are never the same piece of work however alike their names look; nor are a company's tax return
and a trust's. Processes share: "BAS prep" and "BAS review" may both be the task type "BAS".
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from .alignment import Rarity, align, learn_rarity
from .candidates import Candidates
from .explain import Line, judge_cases, judge_share
from .periods import Period, PeriodKind
from .progress import Progress
from .trade import Work, families, read_work
from .weigh import HALF_CEILING, HARD_CEILING

WORK_FEATURES = ("kind", "entity", "often", "period", "stage", "words", "rest", "unknown", "job_no", "client")
WORK_BINS: dict[str, tuple[float, ...]] = {
    "kind": (1, 2, 3, 4, 5),
    "entity": (1, 2, 3),
    "often": (1, 2, 3),
    "period": (1, 2, 3, 4, 5, 6),
    "stage": (1, 1.5, 2, 3, 3.5, 4, 5, 6),
    "words": (0.2, 0.4, 0.6, 0.8, 0.999),
    "rest": (1, 2, 3, 4),
    "unknown": (0.2, 0.5, 0.8, 0.999),
    "job_no": (1,),
    "client": (1,),
}
#: Above this many pairs in one client, only pairs that share a kind or a period are looked at.
LARGEST_BLOCK = 40_000
#: Names whose words share less than this say nothing in common.
UNLIKE = 0.2
NAN = float("nan")


def compare_kinds(left: Work, right: Work) -> float:
    """0 same, 1 overlap, 2 related, 3 differ, 4 only one names a known kind; NaN when both name none.

    `WorkMethod.compare` makes that 5 when the words do not say the same either.
    """
    one, other = left.kinds, right.kinds
    if not one and not other:
        return NAN
    if not one or not other:
        return 4.0
    if one == other:
        return 0.0
    if one & other or _is_wider_return(left, right) or _is_wider_return(right, left):
        return 1.0
    return 2.0 if any(near & one and near & other for near in families()) else 3.0


def _is_wider_return(fund: Work, other: Work) -> bool:
    """Whether one is the yearly work of a fund and the other tax returns of whoever."""
    return "smsf" in fund.kinds and "itr" in other.kinds and not other.entities


def compare_facets(one: frozenset[str], other: frozenset[str]) -> float:
    """0 same, 1 only the left side says it, 2 only the right one, 3 differ; NaN when neither says it."""
    if not one and not other:
        return NAN
    if not other:
        return 1.0
    if not one:
        return 2.0
    return 0.0 if one & other else 3.0


def compare_periods(left: Work, right: Work) -> float:
    """0 same, 1 same end, 2 years named alike, 3 hinted at, 4 differ, 5 differ though one lies in the other; NaN when
    both name none, 6 when only one does."""
    if left.periods and right.periods:
        found = min(_compare_two(one, other) for one in left.periods for other in right.periods)
        # Everybody's year of fringe benefits tax ends in March.
        return 0.0 if found == 2.0 and "fbt" in left.kinds & right.kinds else found
    if left.seasons or right.seasons:
        return _compare_seasons(left, right)
    if not left.periods and not right.periods:
        return 3.0 if left.years & right.years else NAN
    years = {period.end.year % 100 for period in left.periods + right.periods}
    hinted = left.years | right.years
    return 3.0 if years & hinted else 6.0


def _compare_two(one: Period, other: Period) -> float:
    if (one.start, one.end) == (other.start, other.end):
        return 0.0
    if one.end == other.end:
        return 1.0
    if _is_year(one) and _is_year(other) and one.end.year == other.end.year:
        return 2.0
    return 5.0 if one.contains(other) or other.contains(one) else 4.0


def _is_year(period: Period) -> bool:
    return period.kind is PeriodKind.YEAR or (period.kind is PeriodKind.UNTIL and period.start != period.end)


def _compare_seasons(left: Work, right: Work) -> float:
    """As `compare_periods`, when a side tells no year: the months must fit."""
    mine, theirs = left.periods or left.seasons, right.periods or right.seasons
    if not mine or not theirs:
        return 6.0
    ends = {(period.end.month, period.kind is PeriodKind.WEEK and period.end.day) for period in mine}
    others = {(period.end.month, period.kind is PeriodKind.WEEK and period.end.day) for period in theirs}
    if not ends & others:
        return 5.0 if any(_is_year(period) for period in mine + theirs) else 4.0
    years = {period.end.year % 100 for period in left.periods + right.periods} or left.years
    hinted = right.years if not left.periods and not right.periods else left.years | right.years
    return 4.0 if years and hinted and not years & hinted else 3.0


@dataclass(frozen=True, slots=True)
class WorkContext:
    """What both lists tell: how rare words are, and which work two people review in turn; none where that is rare."""

    rarity: Rarity
    reviewed_twice: frozenset[str]


def _find_reviewed_twice(works: list[Work]) -> frozenset[str]:
    """The pieces of work that have two stages differing only in who reviews; none when they are a few slips."""
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for work in works:
        who = {stage for stage in work.stages if stage.startswith("review.")}
        if who:
            seen[_name_piece(work)] |= who
    twice = frozenset(piece for piece, who in seen.items() if len(who) > 1)
    return twice if len(twice) > 0.03 * len(seen) else frozenset()


def _name_piece(work: Work) -> str:
    """What the stages of one piece of work have in common."""
    return f"{work.client}|{sorted(work.kinds)}|{sorted(period.end.toordinal() for period in work.periods)}"


def _compare_reviewers(left: Work, right: Work, twice: frozenset[str]) -> float:
    """1 where reviewers are not told apart, 1.5 where they are, 2 where this work has two of them."""
    if not twice:
        return 1.0
    return 2.0 if _name_piece(left) in twice or _name_piece(right) in twice else 1.5


def compare_stages(left: Work, right: Work) -> float:
    """0 same, 1 same but only one says who does it, 2 by another person, 3 only the right side names it and that
    is the preparing itself, 3.5 so the left one, 4 only the left side does, 5 only the right one, 6 differ; NaN when
    neither names one."""
    one, other = left.stages, right.stages
    if not one and not other:
        return NAN
    if one & other:
        return 0.0
    if not one or not other:
        # "Land tax review" may name the kind only, or the reviewing of it.
        unsaid = left if not one else right
        is_open = "prepare" in one | other or ("review" in one | other and "review" in unsaid.words)
        return (3.5 if one else 3.0) if is_open else 4.0 if one else 5.0
    broad, others = {stage.split(".")[0] for stage in one}, {stage.split(".")[0] for stage in other}
    if not broad & others:
        return 6.0
    return 1.0 if broad & others & (one | other) else 2.0


#: The value of a feature from which no similarity helps.
HARD_LIMITS = (("kind", 3.0), ("entity", 3.0), ("period", 4.0), ("stage", 6.0), ("job_no", 1.0), ("client", 1.0))
PROCESS_LIMITS = (("often", 3.0),)


def compare_numbers(left: Work, right: Work) -> float:
    """0 the same job, 1 another one; NaN when a side names none, or numbers of another look."""
    mine, theirs = _number_parts(left), _number_parts(right)
    if {digits for _, digits in mine} & {digits for _, digits in theirs}:
        return 0.0
    marks = {mark for mark, _ in mine} & {mark for mark, _ in theirs}
    return 1.0 if marks - {""} else NAN


def _number_parts(work: Work) -> set[tuple[str, str]]:
    """The letters in front of each job number, and its digits."""
    found = (number.partition("-") for number in work.job_nos)
    return {(mark, digits) for mark, _, digits in found}


def _compare_rest(left: Work, right: Work, kind: float, rarity: Rarity) -> tuple[float, float]:
    """How far the words agree that no table knows: beside a kind that both name (0 same, 1 alike, 2 only the left side
    has some, 3 only the right one, 4 differ), and as a share where neither names one; beside other kinds NaN."""
    if not left.rest and not right.rest:
        return NAN, NAN
    share = align(left.rest, right.rest, rarity).share
    if kind != kind:
        return NAN, share
    if kind > 1.0:
        return NAN, NAN
    if not left.rest or not right.rest:
        return (2.0 if left.rest else 3.0), NAN
    return (0.0 if share > 0.999 else 1.0 if share >= 0.5 else 4.0), NAN


class WorkMethod:
    """Tasks within agreed clients; without a client column every pair is a candidate (processes and task types)."""

    features = WORK_FEATURES
    bins = WORK_BINS

    def __init__(self, model: str, year_end_month: int = 6) -> None:
        self._model = model
        self._year_end_month = year_end_month
        self._limits = HARD_LIMITS + (PROCESS_LIMITS if model == "processes" else ())
        self.shares = model == "processes"
        self.lines = WORK_LINES

    def read(self, row: dict[str, str]) -> Work:
        """Read one row."""
        return read_work(row, self._year_end_month)

    def learn(self, left: list[Work], right: list[Work]) -> WorkContext:
        """Rarity of the words of both lists, and what is reviewed twice in either."""
        rarity = learn_rarity(work.words for side in (left, right) for work in side)
        return WorkContext(rarity, _find_reviewed_twice(left) | _find_reviewed_twice(right))

    def find(self, left: list[Work], right: list[Work], on_progress: Progress, workers: int = 1) -> Candidates:
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
        del workers
        on_progress(1.0)
        found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return Candidates(found[:, 0], found[:, 1])

    def compare(self, left: Work, right: Work, context: WorkContext) -> tuple[float, ...]:
        """One value per name of WORK_FEATURES."""
        words = align(left.words, right.words, context.rarity).share
        kind = compare_kinds(left, right)
        stage = compare_stages(left, right)
        return (
            # Of two names that no table knows, only the words can say that they mean the same.
            5.0 if kind != kind and words < UNLIKE else kind,
            compare_facets(left.entities, right.entities),
            compare_facets(left.often, right.often),
            compare_periods(left, right),
            _compare_reviewers(left, right, context.reviewed_twice) if stage == 2.0 else stage,
            words,
            *_compare_rest(left, right, kind, context.rarity),
            compare_numbers(left, right),
            NAN if not left.client else float(left.client != right.client),
        )

    def hard(self, values: tuple[float, ...]) -> tuple[str, ...]:
        """Kinds, entities, periods or stages that contradict; of processes also how often."""
        return tuple(name for name, limit in self._limits if values[WORK_FEATURES.index(name)] == limit)

    def ceiling(self, values: tuple[float, ...]) -> float:
        """Another period, kind or stage stays below likely, and so does a kind that is only near; a period or a kind
        that only one side names stays below certain."""
        kind, period = values[WORK_FEATURES.index("kind")], values[WORK_FEATURES.index("period")]
        if kind == 2.0 or self.hard(values):
            return HARD_CEILING
        return HALF_CEILING if kind == 4.0 or period == 6.0 else 1.0

    def model(self, left: list[Work], right: list[Work]) -> str:
        """The model named when the method was made."""
        return self._model


def _crowded_clients(left: list[Work], right: dict[str, list[int]]) -> set[str]:
    counts: defaultdict[str, int] = defaultdict(int)
    for work in left:
        counts[work.client] += len(right.get(work.client, ()))
    return {client for client, pairs in counts.items() if pairs > LARGEST_BLOCK}


def _share_something(left: Work, right: Work) -> bool:
    return bool(left.kinds & right.kinds or set(left.periods) & set(right.periods))


def _show_periods(work: Work) -> str:
    named = [f"{period.start:%d %b %Y} to {period.end:%d %b %Y}" for period in work.periods]
    return ", ".join(named + [f"{season.start:%b} to {season.end:%b}" for season in work.seasons])


def _show_stages(work: Work) -> str:
    return ", ".join(sorted(" ".join(reversed(stage.split("."))) for stage in work.stages))


WORK_LINES = (
    Line("kind of work", ("kind",), lambda w: ", ".join(sorted(w.kinds)), judge_cases("kind", (0,), (1, 2))),
    Line("entity", ("entity",), lambda w: ", ".join(sorted(w.entities)), judge_cases("entity", (0,))),
    Line("how often", ("often",), lambda w: ", ".join(sorted(w.often)), judge_cases("often", (0,))),
    Line("period", ("period",), _show_periods, judge_cases("period", (0,), (1, 2, 3))),
    Line("stage", ("stage",), _show_stages, judge_cases("stage", (0,), (1,))),
    Line("wording", ("words", "rest", "unknown"), lambda w: " ".join(w.words), judge_share("words", 0.999, 0.5)),
    Line("job number", ("job_no",), lambda w: ", ".join(sorted(w.job_nos)), judge_cases("job_no")),
    Line("client", ("client",), lambda w: w.client, judge_cases("client")),
)
