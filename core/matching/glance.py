"""A glance at candidates before the close look: most share a word or some letters and are plainly somebody else.

What the traits of a pair share and how alike both names are written is computed for all pairs at once, a hundred times
faster than comparing them part by part. A small model of the usual kind, fitted by `core.matching.fit_glance`, drops
those that hardly ever turn out to be the same; whatever is in doubt stays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cpdist

from .records import Record
from .weigh import read_model

GLANCE_FEATURES = ("shared", "best_part", "least_part", "letters", "person_letters", "side_letters", "surnames")
_PARTS = (0.3, 0.37, 0.44, 0.51, 0.58, 0.65, 0.72, 0.79, 0.86, 0.93)
_LETTERS = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.999)
GLANCE_BINS: dict[str, tuple[float, ...]] = {
    "shared": tuple(round(0.03 * 1.4**step, 3) for step in range(15)),
    "best_part": _PARTS,
    "least_part": _PARTS,
    "letters": _LETTERS,
    "person_letters": _LETTERS,
    "side_letters": _LETTERS,
    "surnames": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.999),
}
#: Log-odds below which a pair is not looked at any closer, in lists of 5,000 records and less, and of 50,000 and more:
#: the longer the lists, the more strangers look a little alike.
HOPELESS = (-7.0, -6.0)
_SIZES = (math.log(5_000), math.log(50_000))
#: Pairs whose names are held side by side at once.
_STEP = 1 << 20


class Sharing(Protocol):
    """Pairs of records and what their traits share, see `candidates.Found`."""

    @property
    def left(self) -> np.ndarray: ...
    @property
    def right(self) -> np.ndarray: ...
    @property
    def shared(self) -> np.ndarray: ...
    @property
    def row_part(self) -> np.ndarray: ...
    @property
    def column_part(self) -> np.ndarray: ...


def glance_at(left: list[Record], right: list[Record], found: Sharing, workers: int = 1) -> np.ndarray:
    """One value per pair and name of GLANCE_FEATURES.

    How alike names are counts apart for two persons and for names with a trustee, a trading or a former name, whose
    main parts may differ altogether.
    """
    alike = _compare_letters(left, right, found, workers)
    persons = _mark(left, _has_persons)[found.left] & _mark(right, _has_persons)[found.right]
    sides = (_mark(left, _has_sides)[found.left] | _mark(right, _has_sides)[found.right]) & ~persons
    return np.column_stack(
        [
            found.shared,
            np.maximum(found.row_part, found.column_part),
            np.minimum(found.row_part, found.column_part),
            np.where(persons | sides, np.nan, alike),
            np.where(persons, alike, np.nan),
            np.where(sides, alike, np.nan),
            _compare_surnames(left, right, found, persons, workers),
        ]
    ).astype(np.float32)


def judge_glances(values: np.ndarray, size: int) -> np.ndarray:
    """A mask of the pairs that deserve a close look. size: records of the longer list."""
    return read_model("glance").log_odds(values) >= find_hopeless(size)


def find_hopeless(size: int) -> float:
    """The log-odds below which pairs of lists of that size are hopeless."""
    return float(np.interp(math.log(max(size, 1)), _SIZES, HOPELESS))


def _mark(records: list[Record], holds: Callable[[Record], bool]) -> np.ndarray:
    return np.fromiter(map(holds, records), dtype=bool, count=len(records))


def _has_persons(record: Record) -> bool:
    return bool(record.name.persons)


def _has_sides(record: Record) -> bool:
    return bool(record.name.trustee or record.name.trading or record.name.former)


def _compare_letters(left: list[Record], right: list[Record], found: Sharing, workers: int) -> np.ndarray:
    """The better likeness of the words as they stand and in the order of the alphabet."""
    both_ways = [_write_both_ways(record) for record in left], [_write_both_ways(record) for record in right]
    return _best_likeness(*both_ways, found.left, found.right, ((0, 0), (1, 1)), workers)


def _compare_surnames(
    left: list[Record], right: list[Record], found: Sharing, persons: np.ndarray, workers: int
) -> np.ndarray:
    """How alike the surnames of two first persons are, or one's surname and the other's given name; else NaN."""
    both = [_name_first_person(record) for record in left], [_name_first_person(record) for record in right]
    alike = np.full(len(persons), np.nan, dtype=np.float32)
    ways = ((0, 0), (0, 1), (1, 0))
    alike[persons] = _best_likeness(*both, found.left[persons], found.right[persons], ways, workers)
    return alike


_Texts = list[tuple[str, str]]


def _best_likeness(
    mine: _Texts, theirs: _Texts, left: np.ndarray, right: np.ndarray, ways: Sequence[tuple[int, int]], workers: int
) -> np.ndarray:
    """The best likeness, 0 to 1, of either text of one side with either text of the other, as the ways say."""
    alike = np.zeros(len(left), dtype=np.float32)
    for start in range(0, len(alike), _STEP):
        here = slice(start, start + _STEP)
        rows, columns = left[here].tolist(), right[here].tolist()
        for one, other in ways:
            texts = [mine[row][one] for row in rows], [theirs[column][other] for column in columns]
            scores = cpdist(*texts, scorer=ratio, dtype=np.float32, workers=workers)
            alike[here] = np.maximum(alike[here], scores / 100)
    return alike


def _write_both_ways(record: Record) -> tuple[str, str]:
    name = record.name
    return (name.joined, name.joined_sorted) if name.words else (name.folded, name.folded)


def _name_first_person(record: Record) -> tuple[str, str]:
    if not record.name.persons:
        return "", ""
    person = record.name.persons[0]
    return person.surname, person.givens[0] if person.givens else ""
