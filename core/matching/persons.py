"""Persons inside a name: order, titles, initials, joint persons, surnames of several words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

from . import knowledge


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `order_known` is false for "Ryan Thomas", which may be either way round."""

    givens: tuple[str, ...]
    surname: str
    order_known: bool
    gender: str
    suffix: str

    def __reduce__(self) -> tuple[Any, ...]:
        """As its fields, see `Record`."""
        return Person, _fields_of(self)


_fields_of = attrgetter(*Person.__slots__)


def read_persons(words: list[str]) -> tuple[tuple[Person, ...], bool]:
    """The persons a name without legal form may mean, and whether it surely means persons.

    Words as from `split_words`. No persons when a business word or a number stands in it. Sure means: a comma, a title,
    an initial or a known given name was seen.
    """
    bare = [word for word in words if word != "the"]
    if not _may_be_persons(bare):
        return (), False
    sure = _is_surely_persons(bare)
    if "," in bare:
        return _read_comma(bare), sure
    return _read_plain(bare), sure


_MISTYPED_TITLE = re.compile(r"m[rsz][bcdfghjklmnpqrstvwxz]?")


@lru_cache(maxsize=1 << 16)
def is_title(word: str) -> bool:
    """Whether a word is a title, slips of Mr, Ms and Mrs included: no name is without a vowel."""
    return word in knowledge.titles() or bool(_MISTYPED_TITLE.fullmatch(word))


def _may_be_persons(words: list[str]) -> bool:
    plain = [word for word in words if word not in (",", "and")]
    return 1 <= len(plain) <= 9 and words[-1] != "and" and all(map(_may_name_person, plain))


@lru_cache(maxsize=1 << 16)
def _may_name_person(word: str) -> bool:
    if any(letter.isdigit() for letter in word):
        return False
    # Two letters are too few to take for a shortened word: "St" is in Peter St John's name as well.
    return (knowledge.short_words().get(word, word) if len(word) > 2 else word) not in knowledge.business_words()


def _is_surely_persons(words: list[str]) -> bool:
    if "," in words and 0 < words.index(",") <= 4:
        return True
    return len(words) > 1 and any(map(_tells_person, words))


@lru_cache(maxsize=1 << 16)
def _tells_person(word: str) -> bool:
    return len(word) == 1 or is_title(word) or word in knowledge.nicknames()


def _read_comma(words: list[str]) -> tuple[Person, ...]:
    cut = words.index(",")
    surname = [word for word in words[:cut] if not is_title(word) and word != "and"]
    groups = _split_groups([word for word in words[cut + 1 :] if word != ","])
    persons = []
    for group in groups or [[]]:
        givens, gender, suffix = _clean(group)
        persons.append(Person(tuple(givens), "".join(surname), True, gender, suffix))
    return tuple(persons)


def _read_plain(words: list[str]) -> tuple[Person, ...]:
    """Persons without comma: the last one carries the surname that single given names before it share."""
    cleaned = [_clean(group) for group in _split_groups(words)]
    if sum(bool(group[0]) for group in cleaned) > 1:
        # "Mr & Mrs Paul and Andrea": the titles stand for persons who are named behind them.
        cleaned = [group for group in cleaned if group[0]]
    if not cleaned[-1][0]:
        return ()
    surname, _ = _cut_surname(cleaned[-1][0])
    persons = []
    for words_left, gender, suffix in cleaned:
        if not words_left:
            persons.append(Person((), surname, True, gender, suffix))
            continue
        own, givens = _cut_surname(words_left)
        shares = len(words_left) == 1 or (len(own) <= 2 and len(words_left) <= 2)
        if shares and len(cleaned) > 1 and words_left is not cleaned[-1][0]:
            own, givens = surname, words_left
        persons.append(Person(tuple(givens), own, len(cleaned) > 1, gender, suffix))
    return tuple(persons)


def _cut_surname(words: list[str]) -> tuple[str, list[str]]:
    start = len(words) - 1
    while start > 1 and words[start - 1] in knowledge.particles():
        start -= 1
    return "".join(words[start:]), words[:start]


def _split_groups(words: list[str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for word in words:
        if word == "and":
            groups.append([])
        else:
            groups[-1].append(word)
    return [group for group in groups if group]


def _clean(words: list[str]) -> tuple[list[str], str, str]:
    """The words that are names, the gender that a title tells, and what stands behind the name."""
    suffixes = knowledge.suffixes()
    kept = [word for word in words if not is_title(word) and word not in suffixes]
    if len(kept) == len(words):
        return kept, "", ""
    titles = knowledge.titles()
    gender = next((titles[word] for word in words if titles.get(word)), "")
    suffix = next((suffixes[word] for word in words if suffixes.get(word)), "")
    return kept, gender, suffix
