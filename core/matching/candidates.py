"""Which pairs are worth a close look: rare shared words, shared letter triples, shared keys.

Every record becomes a sparse row of traits; two records are candidates when their rows have a large product. Traits
that very many records share are left out: that, and working in chunks, keeps time close to linear in the size of the
lists and memory bounded.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from scipy import sparse

from .progress import Progress, say_nothing
from .records import Record
from .traits import key_traits, name_traits

#: A trait carried by more records than this on one side is too common to look up.
COMMONEST = 400
#: A candidate this much fainter than the best one of its record is not looked at.
FAINTEST = 0.25
#: Pairs of one chunk held in memory at once.
CHUNK_PAIRS = 12_000_000
_KEY_WEIGHT = 4.5


@dataclass(frozen=True, slots=True)
class Candidates:
    """Positions in the left and right list, pair by pair, ordered by left then right."""

    left: np.ndarray
    right: np.ndarray


def find_candidates(
    left: list[Record],
    right: list[Record],
    *,
    per_record: int = 20,
    on_progress: Progress = say_nothing,
) -> Candidates:
    """The most promising right records of each left record, at most `per_record`, and the same the other way round."""
    if not left or not right:
        return Candidates(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    left_names, right_names = _weigh_traits(_collect_traits(left), _collect_traits(right))
    left_keys, right_keys = _key_matrices([key_traits(r) for r in left], [key_traits(r) for r in right])
    left_rows = sparse.hstack([left_names, left_keys * _KEY_WEIGHT], format="csr")
    right_rows = sparse.hstack([right_names, right_keys], format="csr")
    forward = _best_pairs(left_rows, right_rows, per_record, lambda share: on_progress(share / 2))
    back = _best_pairs(right_rows, left_rows, max(2, per_record // 5), lambda share: on_progress(0.5 + share / 2))
    codes = np.unique(np.concatenate([forward[0] * len(right) + forward[1], back[1] * len(right) + back[0]]))
    return Candidates(codes // len(right), codes % len(right))


@dataclass(frozen=True, slots=True)
class _Collected:
    """The traits of a list, record after record: their checksums, how often each occurs, where each record begins."""

    codes: np.ndarray
    counts: np.ndarray
    starts: np.ndarray


def _collect_traits(records: list[Record]) -> _Collected:
    """Traits as 32-bit checksums: the texts themselves would fill the memory long before the pairs do."""
    codes, counts, starts = array("I"), array("f"), [0]
    for record in records:
        traits = name_traits(record)
        codes.extend(crc32(trait.encode("utf-8", "replace")) for trait in traits)
        counts.extend(traits.values())
        starts.append(len(codes))
    return _Collected(
        np.frombuffer(codes, dtype=np.uint32) if codes else np.empty(0, dtype=np.uint32),
        np.frombuffer(counts, dtype=np.float32) if counts else np.empty(0, dtype=np.float32),
        np.array(starts),
    )


def _weigh_traits(left: _Collected, right: _Collected) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Rows of about one length, each trait weighted by how often it occurs and how rare it is."""
    left_codes, left_counts = np.unique(left.codes, return_counts=True)
    right_codes, right_counts = np.unique(right.codes, return_counts=True)
    shared, at_left, at_right = np.intersect1d(left_codes, right_codes, assume_unique=True, return_indices=True)
    common = (left_counts[at_left] > COMMONEST) | (right_counts[at_right] > COMMONEST)
    total = len(left.starts) + len(right.starts)
    seen = left_counts[at_left] + right_counts[at_right]
    rarity = np.log(1 + total / seen)[~common]
    unseen = 0.3 * float(np.log(1 + total))
    return _rows(left, shared[~common], rarity, unseen), _rows(right, shared[~common], rarity, unseen)


def _rows(found: _Collected, shared: np.ndarray, rarity: np.ndarray, unseen: float) -> sparse.csr_matrix:
    rows, width = len(found.starts) - 1, len(shared)
    if not width:
        return sparse.csr_matrix((rows, 0), dtype=np.float32)
    column = np.minimum(np.searchsorted(shared, found.codes), width - 1)
    known = shared[column] == found.codes
    weight = np.sqrt(found.counts) * np.where(known, rarity[column], unseen)
    row = np.repeat(np.arange(rows), np.diff(found.starts))
    squares = np.bincount(row, weights=weight**2, minlength=rows)
    # Less than the full length, so that a name with more words is not pushed down for what it has more.
    scaled = weight / np.where(squares > 0, squares, 1.0)[row] ** 0.35
    cells = (scaled[known].astype(np.float32), (row[known], column[known]))
    return sparse.csr_matrix(cells, shape=(rows, width))


def _key_matrices(left: list[list[str]], right: list[list[str]]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    left_counts = Counter(key for keys in left for key in keys)
    right_counts = Counter(key for keys in right for key in keys)
    shared = [key for key, count in left_counts.items() if count <= 60 and 0 < right_counts[key] <= 60]
    column = {key: place for place, key in enumerate(shared)}
    return _key_rows(left, column), _key_rows(right, column)


def _key_rows(keys: list[list[str]], column: dict[str, int]) -> sparse.csr_matrix:
    indptr, indices = [0], []
    for row in keys:
        indices += [column[key] for key in row if key in column]
        indptr.append(len(indices))
    ones = np.ones(len(indices), dtype=np.float32)
    return sparse.csr_matrix((ones, indices, indptr), shape=(len(keys), len(column)))


def _best_pairs(
    rows: sparse.csr_matrix, others: sparse.csr_matrix, keep: int, on_progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    turned = others.T.tocsr()
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for start, stop in _chunks(rows, turned):
        found.append(_top_of_rows(rows[start:stop] @ turned, keep, start))
        on_progress(stop / rows.shape[0])
    return np.concatenate([one for one, _ in found]), np.concatenate([other for _, other in found])


def _chunks(rows: sparse.csr_matrix, turned: sparse.csr_matrix) -> Iterator[tuple[int, int]]:
    """Ranges of rows whose products stay under the memory bound."""
    width = np.diff(turned.indptr)
    cost = np.add.reduceat(np.append(width[rows.indices], 0), np.minimum(rows.indptr[:-1], rows.nnz))
    cost[np.diff(rows.indptr) == 0] = 0
    grown = np.cumsum(np.minimum(cost, turned.shape[1]))
    start = 0
    while start < rows.shape[0]:
        before = grown[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(grown, before + CHUNK_PAIRS, side="right")))
        yield start, stop
        start = stop


def _top_of_rows(product: sparse.csr_matrix, keep: int, offset: int) -> tuple[np.ndarray, np.ndarray]:
    rows: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    for place in range(product.shape[0]):
        begin, end = product.indptr[place], product.indptr[place + 1]
        found, scores = product.indices[begin:end], product.data[begin:end]
        if len(found) > keep:
            # Rounded so that equal products stay equal on every machine; ties go to the earlier record.
            best = np.lexsort((found, -np.round(scores, 5)))[:keep] if len(found) < 200 else _top(found, scores, keep)
            found, scores = found[best], scores[best]
        if len(found):
            found = found[scores >= FAINTEST * scores.max()]
        rows.append(np.full(len(found), place + offset, dtype=np.int64))
        columns.append(found.astype(np.int64))
    return np.concatenate(rows), np.concatenate(columns)


def _top(found: np.ndarray, scores: np.ndarray, keep: int) -> np.ndarray:
    rounded = np.round(scores, 5)
    least = np.partition(rounded, len(rounded) - keep)[len(rounded) - keep]
    near = np.flatnonzero(rounded >= least)
    return near[np.lexsort((found[near], -rounded[near]))[:keep]]
