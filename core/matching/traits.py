"""What a client record can be looked up by: words, pairs of words, initials, letter triples, slips, keys.

Two records that share rare traits become candidates. A list has some forty traits per record, too many to make one by
one: each distinct word is looked at once (`vocabulary`), and everything that follows from words is computed for the
whole list as arrays of 64-bit numbers, the same on every machine and in every order of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from .records import Record
from .vocabulary import MOST_LOOKED_UP, Vocabulary, Words

#: Of names with more words than this only the words themselves and pairs of them are looked up.
PERSON_WORDS = 4
_PAIRED_WORDS = 5
_LONGEST_TEXT = 60
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MORE = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of a list in no order: position of the record, the trait as a number, and its say."""

    rows: np.ndarray
    codes: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True, slots=True)
class _Listed:
    """The words of a list by their places in the vocabulary: one line per record, -1 where it has no more words."""

    words: np.ndarray
    has_persons: np.ndarray
    initials: np.ndarray
    texts: list[str]
    text_rows: np.ndarray


def collect_traits(left: list[Record], right: list[Record]) -> tuple[Traits, Traits]:
    """The traits of both lists; equal traits have equal numbers in both."""
    vocabulary = Vocabulary()
    listed = _list_words(left, vocabulary), _list_words(right, vocabulary)
    words = vocabulary.look_up()
    return _join(list(_traits_of(listed[0], words))), _join(list(_traits_of(listed[1], words)))


def _list_words(records: list[Record], vocabulary: Vocabulary) -> _Listed:
    flat: list[int] = []
    counts: list[int] = []
    initials = np.full(len(records), -1, dtype=np.int32)
    texts: list[str] = []
    text_rows: list[int] = []
    for row, record in enumerate(records):
        words = list(dict.fromkeys(record.name.all_words))[:MOST_LOOKED_UP]
        flat += [vocabulary[word] for word in words]
        counts.append(len(words))
        if len(words) >= 3:
            initials[row] = vocabulary["".join([word[0] for word in words])]
        for text in _joined_texts(record):
            texts.append(f"^{text[:_LONGEST_TEXT]}$")
            text_rows.append(row)
    has_persons = np.fromiter((bool(record.name.persons) for record in records), dtype=bool, count=len(records))
    return _Listed(_line_up(flat, counts), has_persons, initials, texts, np.array(text_rows, dtype=np.int32))


def _line_up(flat: list[int], counts: list[int]) -> np.ndarray:
    """Numbers given one after the other in lines of their counts, filled up with -1."""
    lines = np.full((len(counts), MOST_LOOKED_UP), -1, dtype=np.int32)
    lines[np.arange(MOST_LOOKED_UP) < np.array(counts, dtype=np.int64)[:, None]] = flat
    return lines


def _joined_texts(record: Record) -> Iterable[str]:
    name = record.name
    main = name.joined or name.folded
    if not name.trading and not name.former:
        return (main,) if main else ()
    # In a set they would come in another order each time Python runs, and sums would differ in their last digit.
    return filter(None, dict.fromkeys((main, "".join(name.trading), "".join(name.former))))


_Found = tuple[np.ndarray, np.ndarray, float]


def _join(found: list[_Found]) -> Traits:
    return Traits(
        np.concatenate([rows for rows, _, _ in found]),
        np.concatenate([codes for _, codes, _ in found]),
        np.concatenate([np.full(len(rows), weight, dtype=np.float32) for rows, _, weight in found]),
    )


def _traits_of(listed: _Listed, words: Words) -> Iterator[_Found]:
    """Every sort of trait: rows, codes, and a weight that says how much one of its sort tells."""
    rows, columns = np.nonzero(listed.words >= 0)
    places = listed.words[rows, columns]
    yield _mark("w", rows, words.codes[places], 2)
    short = (words.sizes[places] >= 3) & (words.sizes[places] <= 8)
    yield _mark("a", rows[short], words.codes[places[short]], 2)
    spelled = np.flatnonzero(listed.initials >= 0)
    yield _mark("a", spelled, words.codes[listed.initials[spelled]], 2)
    for one, other in combinations(range(_PAIRED_WORDS), 2):
        both = np.flatnonzero(listed.words[:, other] >= 0)
        codes = words.codes[listed.words[both, one]], words.codes[listed.words[both, other]]
        yield _mark("p", both, _mix(np.minimum(*codes), np.maximum(*codes)), 2)
    yield from _person_traits(listed, words)
    yield _letter_traits(listed)


def _person_traits(listed: _Listed, words: Words) -> Iterator[_Found]:
    """Each word with what the other words of a short name may stand for: initials, given names; and its slips."""
    counts = (listed.words >= 0).sum(axis=1)
    few = np.flatnonzero((counts > 1) & (counts <= PERSON_WORDS))
    for place in range(PERSON_WORDS):
        rows = few[listed.words[few, place] >= 0]
        rows = rows[words.sizes[listed.words[rows, place]] > 1]
        others = [other for other in range(PERSON_WORDS) if other != place]
        yield _initials_of(listed, words, rows, place, others)
        for other in others:
            here = rows[listed.words[rows, other] >= 0]
            one, beside = listed.words[here, place], listed.words[here, other]
            yield _mark("i", here, _mix(words.codes[one], words.firsts[beside]), 1)
            repeat, roots = words.roots.of(beside)
            yield _mark("r", here[repeat], _mix(words.codes[one[repeat]], roots), 1)
            persons = listed.has_persons[here]
            repeat, slips = words.slips.of(one[persons])
            yield _mark("x", here[persons][repeat], _mix(slips, words.firsts[beside[persons][repeat]]), 1)


def _initials_of(listed: _Listed, words: Words, rows: np.ndarray, place: int, others: list[int]) -> _Found:
    """A word with the first two initials of the others, or with the one other that may itself be two initials."""
    first, second = listed.words[rows, others[0]], listed.words[rows, others[1]]
    block = np.where(words.sizes[first] <= 3, words.seconds[first], np.uint64(0))
    letters = words.firsts[first] * np.uint64(1 << 21) + np.where(second >= 0, words.firsts[second], block)
    return _mark("j", rows, _mix(words.codes[listed.words[rows, place]], letters), 2)


def _letter_traits(listed: _Listed) -> _Found:
    """Three letters in a row, of the words written together."""
    letters = np.frombuffer("".join(listed.texts).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    lengths = np.fromiter(map(len, listed.texts), dtype=np.int64, count=len(listed.texts))
    begins = np.ones(len(letters), dtype=bool)
    ends = np.cumsum(lengths)
    begins[ends - 1] = begins[ends - 2] = False
    at = np.flatnonzero(begins)
    triples = (letters[at] << np.uint64(42)) ^ (letters[at + 1] << np.uint64(21)) ^ letters[at + 2]
    return _mark("g", np.repeat(listed.text_rows, lengths)[at], triples, 1)


def _mark(sort: str, rows: np.ndarray, codes: np.ndarray, weight: float) -> _Found:
    """Traits of one sort: the sort goes into their numbers, so that those of other sorts differ."""
    return rows.astype(np.int32), _mix(codes, np.uint64(ord(sort))), weight


def _mix(codes: np.ndarray, more: np.ndarray | np.uint64) -> np.ndarray:
    """Two numbers as one whose high bits depend on all of both (multiply, fold, multiply)."""
    mixed = (codes * _ODD) ^ more
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MORE
    mixed ^= mixed >> np.uint64(32)
    return np.asarray(mixed)


def key_traits(record: Record) -> list[str]:
    """Exact keys: numbers, e-mail, phone, code, birth date, address."""
    keys = []
    for sort, value in (
        ("t", record.tax_no),
        ("c", record.company_no),
        ("e", record.email),
        ("f", record.phone),
        ("k", record.code_seen),
        ("d", record.dob),
    ):
        if value and value[0] != "*":
            keys.append(sort + value)
    if record.street:
        keys.append(f"s{record.street}|{record.suburb[:3]}")
        if record.postcode:
            keys.append(f"z{record.street[:4]}|{record.postcode}")
    return keys
