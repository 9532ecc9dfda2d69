"""Person against person: surname, first given name and middle names, each at a level of agreement.

"Ryan Thomas" may be Thomas Ryan, "MJ Leung" may be Min J Leung, and Robert may be Bob; but Paul Clarke is not Andrea
Clarke. When the order of names is not known, the reading that agrees best counts.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from itertools import permutations

from .alignment import word_similarity
from .knowledge import are_nicknames, given_roots, nicknames
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
# Bound once: looking a member up in its enumeration takes longer than comparing with it.
_DIFFERENT, _MISSING, _INITIAL, _CLOSE, _SAME = Level.DIFFERENT, Level.MISSING, Level.INITIAL, Level.CLOSE, Level.SAME


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
    mine, theirs = (left.surname, left.givens), (right.surname, right.givens)
    best = _compare_reading(mine, theirs)
    if best[0] >= _CLOSE and best[1] >= _INITIAL:
        return best
    # A name given the wrong way round is rarer than one that simply differs: it must fit much better.
    worth = _quality(best)
    for readings, other, known in (
        (_turned(*mine), theirs, left.order_known),
        (_turned(*theirs), mine, right.order_known),
    ):
        for reading in readings:
            found = _compare_reading(reading, other)
            gain = _quality(found) - (2 if known else 0)
            if gain > worth or (gain == worth and found > best):
                worth, best = gain, found
    return best


#: A surname and the given names before it.
_Reading = tuple[str, tuple[str, ...]]


def _quality(levels: Levels) -> float:
    surname, given, middle = levels
    return 1.5 * surname + given + 0.2 * middle - (0 if surname else 3)


@lru_cache(maxsize=1 << 16)
def _turned(surname: str, givens: tuple[str, ...]) -> tuple[_Reading, ...]:
    """The readings with another word as surname."""
    if not givens:
        return (("", (surname,)),)
    words = (*givens, surname) if surname else givens
    first = (words[0], words[1:])
    return (first, (words[0] + words[1], words[2:])) if len(words) > 2 else (first,)


def _compare_reading(left: _Reading, right: _Reading) -> Levels:
    surname = compare_word(left[0], right[0])
    first, middle = _compare_givens(left[1], right[1])
    return surname, first, middle


def compare_word(left: str, right: str) -> Level:
    """How far two single names agree."""
    if not left or not right:
        return _MISSING
    return _SAME if left == right else _compare_other_word(left, right)


@lru_cache(maxsize=1 << 18)
def _compare_other_word(left: str, right: str) -> Level:
    known = nicknames()
    both_known = left in known and right in known
    if both_known and are_nicknames(left, right):
        return Level.NICKNAME
    if len(left) == 1 or len(right) == 1:
        short, long = sorted((left, right), key=len)
        return _INITIAL if short in {long[0], *(root[0] for root in given_roots(long))} else _DIFFERENT
    if both_known:
        # Joan is no slip for John: both are names, so they name two persons.
        return _DIFFERENT
    similarity = word_similarity(left, right)
    return _CLOSE if similarity >= 0.6 or (similarity >= 0.5 and len(left) == len(right)) else _DIFFERENT


def _compare_givens(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[Level, Level]:
    if not left or not right:
        return _MISSING, _MISSING
    first = compare_word(left[0], right[0])
    if first in (_DIFFERENT, _CLOSE):
        spelled = _compare_initials(left, right)
        if spelled is not None and spelled[0] >= first:
            return spelled
    if first == _DIFFERENT:
        return _compare_split(left, right)
    return first, _compare_middle(left[1:], right[1:])


def _compare_initials(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[Level, Level] | None:
    """Read a block such as "mj" as initials, when one side has one."""
    for block, others in ((left, right), (right, left)):
        if len(block) == 1 and 2 <= len(block[0]) <= 3:
            letters, firsts = block[0], "".join([word[0] for word in others])
            if letters[0] != firsts[0]:
                continue
            if len(firsts) == 1:
                return _INITIAL, _MISSING
            return _INITIAL, _INITIAL if letters[: len(firsts)] == firsts[: len(letters)] else _DIFFERENT
    return None


def _compare_split(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[Level, Level]:
    """Given names written apart or known by the middle name: "Micha El", "James Robert" called Robert."""
    for many, one in ((left, right), (right, left)):
        if len(many) > 1 and compare_word(many[0] + many[1], one[0]) >= _CLOSE:
            return _CLOSE, _compare_middle(many[2:], one[1:])
    return _DIFFERENT, _compare_middle(left[1:], right[1:])


def _compare_middle(left: tuple[str, ...], right: tuple[str, ...]) -> Level:
    if not left or not right:
        return _MISSING
    for block, others in ((left, right), (right, left)):
        if len(block) == 1 and 2 <= len(block[0]) <= 3 and block[0] == "".join([word[0] for word in others]):
            return _INITIAL
    return min([compare_word(one, other) for one, other in zip(left, right, strict=False)])
