"""What the names of a local task and of job tasks say beyond client, task type and period.

A client may have two jobs of one task type and period: then the job number in the task's name, the kind of work, whom
it is for, the stage or words that only one job task has tell them apart. Where these say nothing, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.matching.trade import Work
from core.matching.work import compare_facets, compare_kinds, compare_numbers, compare_stages

#: From this level on an aspect speaks against a pair.
AGAINST = 4.0


@dataclass(frozen=True)
class Told:
    """The places among candidates that remain, why, and whether all the others speak against the task."""

    places: tuple[int, ...]
    why: str = ""
    surely: bool = True


@dataclass(frozen=True)
class _Aspect:
    """One thing that names say: how it is called, how it is shown, and its level for a pair, 0 is best."""

    title: str
    show: Callable[[Work], str]
    level: Callable[[Work, Work], float]


def _show(values: frozenset[str]) -> str:
    return ", ".join(" ".join(reversed(value.split("."))) for value in sorted(values))


def _level_kinds(task: Work, other: Work) -> float:
    found = compare_kinds(task, other)
    return 0.0 if found != found else {0.0: 0.0, 1.0: 1.0, 2.0: 3.0, 3.0: AGAINST, 4.0: 2.0}[found]


def _level_entities(task: Work, other: Work) -> float:
    found = compare_facets(task.entities, other.entities)
    return 0.0 if found != found else {0.0: 0.0, 1.0: 1.0, 2.0: 1.0, 3.0: AGAINST}[found]


def _level_stages(task: Work, other: Work) -> float:
    found = compare_stages(task, other)
    return 0.0 if found != found else {0.0: 0.0, 1.0: 1.0, 2.0: 3.0, 6.0: AGAINST}.get(found, 2.0)


def _level_numbers(task: Work, other: Work) -> float:
    # Every job has a number: one that is not the task's speaks against it only where another has the task's own.
    return AGAINST if task.job_nos and compare_numbers(task, other) != 0.0 else 0.0


_ASPECTS = (
    _Aspect("job", lambda work: ", ".join(sorted(work.job_nos)).replace("-", "").upper(), _level_numbers),
    _Aspect("kind of work", lambda work: _show(work.kinds), _level_kinds),
    _Aspect("entity", lambda work: _show(work.entities), _level_entities),
    _Aspect("stage", lambda work: _show(work.stages), _level_stages),
)


def find_contradiction(task: Work, other: Work) -> str:
    """In words what in the names speaks against the pair, as "the stage differs: review / prepare"; "" when nothing."""
    for aspect in _ASPECTS[1:]:
        if aspect.level(task, other) >= AGAINST:
            return f"the {aspect.title} differs: {aspect.show(task)} / {aspect.show(other)}"
    return ""


def tell_apart(task: Work, others: Sequence[Work]) -> Told:
    """Which of several candidates the task's name means; all of them when it does not say."""
    places, reasons, surely = list(range(len(others))), [], True
    for aspect in _ASPECTS:
        levels = [aspect.level(task, others[place]) for place in places]
        kept = [place for place, level in zip(places, levels, strict=True) if level == min(levels)]
        if len(kept) < len(places):
            said = aspect.show(others[kept[0]])
            reasons.append(f"the {aspect.title} {said}" if said else f"no {aspect.title} named")
            surely &= all(level >= AGAINST for level in levels if level != min(levels))
            places = kept
    if len(places) > 1:
        kept, word = _keep_own_words(task, [(place, others[place]) for place in places])
        if word:
            return Told(tuple(kept), _join([*reasons, f"the word {word!r}"]), False)
    return Told(tuple(places), _join(reasons), surely)


def _keep_own_words(task: Work, others: list[tuple[int, Work]]) -> tuple[list[int], str]:
    """The one candidate that shares a left-over word with the task which no other has, and that word."""
    counts = [{word for word in task.rest if word in work.words} for _, work in others]
    shared = set.intersection(*counts)
    own = [(place, found - shared) for (place, _), found in zip(others, counts, strict=True) if found - shared]
    if len(own) != 1:
        return [place for place, _ in others], ""
    return [own[0][0]], min(own[0][1])


def _join(reasons: list[str]) -> str:
    return f"only this one has {' and '.join(reasons)}" if reasons else ""
