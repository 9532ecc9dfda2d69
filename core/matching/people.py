"""Person against person: surname, first given name and middle names, each at a level of agreement.

"Ryan Thomas" may be Thomas Ryan, "MJ Leung" may be Min J Leung, and Robert may be Bob; but Paul Clarke is not Andrea
Clarke. When the order of names is not known, the reading that agrees best counts.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from itertools import permutations

from .alignment import word_similarity
from .knowledge import are_nicknames, nicknames
from .persons import Person


class Level(IntEnum):
    """How far two names of a person agree; higher is better."""

    DIFFERENT = 0
    MISSING = 1
    INITIAL = 2
    CLOSE = 3
    NICKNAME = 4
    SAME = 5


Levels = tuple[Level, Level, Level]


def compare_persons(left: tuple[Person, ...], right: tuple[Person, ...]) -> Levels:
    """Levels of surname, first given name and middle names; for joint persons those of the pair that agrees least.

    Joint persons are paired in the order that agrees best. When one side has more persons than the other, only the
    ones that pair up are judged; the caller knows that the numbers differ.
    """
    if len(left) > len(right):
        left, right = right, left
    if len(left) == 1 and len(right) == 1:
        return compare_person(left[0], right[0])
    best: Levels | None = None
    for chosen in permutations(right[:4], min(len(left), 4)):
        levels = [compare_person(one, other) for one, other in zip(left, chosen, strict=False)]
        least = (min(item[0] for item in levels), min(item[1] for item in levels), min(item[2] for item in levels))
        if best is None or sum(least) > sum(best):
            best = least
    return best or (Level.DIFFERENT, Level.DIFFERENT, Level.DIFFERENT)


def compare_person(left: Person, right: Person) -> Levels:
    """Levels of surname, first given name and middle names of two persons, in the order of names that fits best."""
    best = _compare_reading(left, right)
    for turned in (left, right):
        if best[0] >= Level.CLOSE and best[1] >= Level.INITIAL:
            return best
        other = right if turned is left else left
        found = max((_compare_reading(reading, other) for reading in _turned(turned)), key=_quality, default=best)
        # A name given the wrong way round is rarer than one that simply differs: it must fit much better.
        if _quality(found) > _quality(best) + (0 if not turned.order_known else 2):
            best = found
    return best


def _quality(levels: Levels) -> float:
    return 1.5 * levels[0] + levels[1] + 0.2 * levels[2] - (3 if levels[0] == Level.DIFFERENT else 0)


def _turned(person: Person) -> list[Person]:
    """The readings with another word as surname."""
    if not person.givens:
        return [Person((person.surname,), "", False, person.gender, person.suffix)]
    words = (*person.givens, person.surname)
    readings = [Person(words[1:], words[0], False, person.gender, person.suffix)]
    if len(words) > 2:
        readings.append(Person(words[2:], words[0] + words[1], False, person.gender, person.suffix))
    return readings


def _compare_reading(left: Person, right: Person) -> Levels:
    surname = compare_word(left.surname, right.surname)
    first, middle = _compare_givens(left.givens, right.givens)
    return surname, first, middle


@lru_cache(maxsize=1 << 18)
def compare_word(left: str, right: str) -> Level:
    """How far two single names agree."""
    if not left or not right:
        return Level.MISSING
    if left == right:
        return Level.SAME
    if are_nicknames(left, right):
        return Level.NICKNAME
    if len(left) == 1 or len(right) == 1:
        return Level.INITIAL if left[0] == right[0] else Level.DIFFERENT
    if left in nicknames() and right in nicknames():
        # Joan is no slip for John: both are names, so they name two persons.
        return Level.DIFFERENT
    similarity = word_similarity(left, right)
    return Level.CLOSE if similarity >= 0.6 or (similarity >= 0.5 and len(left) == len(right)) else Level.DIFFERENT


def _compare_givens(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[Level, Level]:
    if not left or not right:
        return Level.MISSING, Level.MISSING
    first = compare_word(left[0], right[0])
    if first in (Level.DIFFERENT, Level.CLOSE):
        spelled = _compare_initials(left, right)
        if spelled is not None and spelled[0] >= first:
            return spelled
    if first == Level.DIFFERENT:
        return _compare_split(left, right)
    return first, _compare_middle(left[1:], right[1:])


def _compare_initials(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[Level, Level] | None:
    """Read a block such as "mj" as initials, when one side has one."""
    for block, others in ((left, right), (right, left)):
        if len(block) == 1 and 2 <= len(block[0]) <= 3:
            letters, firsts = block[0], "".join(word[0] for word in others)
            if letters[0] != firsts[0]:
                continue
            if len(firsts) == 1:
                return Level.INITIAL, Level.MISSING
            return Level.INITIAL, Level.INITIAL if letters[: len(firsts)] == firsts[: len(letters)] else Level.DIFFERENT
    return None


def _compare_split(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[Level, Level]:
    """Given names written apart or known by the middle name: "Micha El", "James Robert" called Robert."""
    for many, one in ((left, right), (right, left)):
        if len(many) > 1 and compare_word(many[0] + many[1], one[0]) >= Level.CLOSE:
            return Level.CLOSE, _compare_middle(many[2:], one[1:])
    return Level.DIFFERENT, _compare_middle(left[1:], right[1:])


def _compare_middle(left: tuple[str, ...], right: tuple[str, ...]) -> Level:
    if not left or not right:
        return Level.MISSING
    for block, others in ((left, right), (right, left)):
        if len(block) == 1 and 2 <= len(block[0]) <= 3 and block[0] == "".join(word[0] for word in others):
            return Level.INITIAL
    return min(compare_word(one, other) for one, other in zip(left, right, strict=False))
