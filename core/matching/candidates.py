"""Which pairs are worth a close look: rare shared words, shared letter triples, shared keys.

Every record becomes a sparse row of traits; two records are candidates when their rows have a large product and a
glance at both names does not rule them out. Traits that very many records share are left out, and of each product only
the largest are kept: that keeps time close to linear in the size of the lists and memory bounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from .glance import glance_at, judge_glances
from .progress import Progress, say_nothing
from .records import Record
from .traits import Traits, collect_traits, key_traits

#: A trait carried by more records than this on one side is too common to look up.
COMMONEST = 400
#: A candidate this much fainter than the best one of its record is not looked at.
FAINTEST = 0.25
#: Rows multiplied between two words to the listener.
_STEP = 8192
_KEY_WEIGHT = 4.5
#: The product of two names grows with about this power of the weight of the rarest trait, log(1 + records).
_GROWTH = 0.6


@dataclass(frozen=True, slots=True)
class Candidates:
    """Positions in the left and right list, pair by pair, ordered by left then right."""

    left: np.ndarray
    right: np.ndarray


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs that share traits, ordered by left then right: how much they share, and how much of what the best partner
    of either record shares with it (0 to 1)."""

    left: np.ndarray
    right: np.ndarray
    shared: np.ndarray
    row_part: np.ndarray
    column_part: np.ndarray


def find_candidates(
    left: list[Record],
    right: list[Record],
    *,
    per_record: int = 20,
    workers: int = 1,
    on_progress: Progress = say_nothing,
) -> Candidates:
    """The most promising right records of each left record, at most `per_record`, and some the other way round."""
    found = find_shared(left, right, per_record=per_record, workers=workers, on_progress=on_progress)
    keep = judge_glances(glance_at(left, right, found, workers), max(len(left), len(right)))
    return Candidates(found.left[keep], found.right[keep])


def find_shared(
    left: list[Record],
    right: list[Record],
    *,
    per_record: int = 20,
    workers: int = 1,
    on_progress: Progress = say_nothing,
) -> Found:
    """The pairs with the largest products, before a glance at their names."""
    if not left or not right:
        nothing = np.empty(0, dtype=np.int64)
        return Found(nothing, nothing, np.empty(0), np.empty(0), np.empty(0))
    mine, theirs = _make_rows(left, right)
    on_progress(0.3)
    forward = _best_products(mine, theirs, per_record, workers, lambda share: on_progress(0.3 + 0.35 * share))
    back = _best_products(theirs, mine, max(2, per_record // 5), workers, lambda s: on_progress(0.65 + 0.35 * s))
    return _join(forward, back, float(np.log(1 + len(left) + len(right))) ** _GROWTH)


def _make_rows(left: list[Record], right: list[Record]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    left_names, right_names = _weigh_traits(collect_traits(left, right), (len(left), len(right)))
    left_keys, right_keys = _key_matrices([key_traits(r) for r in left], [key_traits(r) for r in right])
    if not left_keys.nnz:
        return left_names, right_names
    return (
        sparse.hstack([left_names, left_keys * _KEY_WEIGHT], format="csr", dtype=np.float32),
        sparse.hstack([right_names, right_keys], format="csr", dtype=np.float32),
    )


def _weigh_traits(both: tuple[Traits, Traits], sizes: tuple[int, int]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Rows of about one length, each trait weighted by how often it occurs and how rare it is."""
    shift, count = _choose_bits(sum(len(traits.codes) for traits in both))
    places = [(traits.codes >> shift).astype(np.int32) for traits in both]
    seen = [_count(place, count) for place in places]
    shared = np.flatnonzero((seen[0] > 0) & (seen[1] > 0) & (seen[0] <= COMMONEST) & (seen[1] <= COMMONEST))
    column = np.full(count, -1, dtype=np.int32)
    column[shared] = np.arange(len(shared), dtype=np.int32)
    total = sum(sizes) + 2
    rarity = np.log(1 + total / (seen[0][shared] + seen[1][shared].astype(np.float32))).astype(np.float32)
    unseen = 0.3 * float(np.log(1 + total))
    rows = [
        _rows(traits, column[place], rarity, unseen, size)
        for traits, place, size in zip(both, places, sizes, strict=True)
    ]
    return rows[0], rows[1]


def _choose_bits(traits: int) -> tuple[np.uint64, int]:
    """How far to cut the numbers of traits so that each finds a place of its own in a table, nearly always."""
    bits = int(np.clip(int(traits).bit_length() + 1, 16, 26))
    return np.uint64(64 - bits), 1 << bits


def _count(places: np.ndarray, size: int) -> np.ndarray:
    return np.minimum(np.bincount(places, minlength=size), COMMONEST + 1).astype(np.uint16)


def _rows(traits: Traits, column: np.ndarray, rarity: np.ndarray, unseen: float, size: int) -> sparse.csr_matrix:
    width = len(rarity)
    if not width:
        return sparse.csr_matrix((size, 0), dtype=np.float32)
    known = column >= 0
    weight = np.sqrt(traits.weights) * np.where(known, rarity[column], np.float32(unseen))
    squares = np.bincount(traits.rows, weights=weight**2, minlength=size)
    # Less than the full length, so that a name with more words is not pushed down for what it has more.
    length = (np.where(squares > 0, squares, 1.0) ** 0.35).astype(np.float32)
    cells = ((weight / length[traits.rows])[known], (traits.rows[known], column[known]))
    return sparse.csr_matrix(cells, shape=(size, width), dtype=np.float32)


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


@dataclass(frozen=True, slots=True)
class _Products:
    """The largest products of each row, and the largest of all of each row by itself."""

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    best: np.ndarray


def _best_products(
    rows: sparse.csr_matrix, others: sparse.csr_matrix, keep: int, workers: int, on_progress: Progress
) -> _Products:
    if not rows.shape[1]:
        nothing = np.empty(0, dtype=np.int64)
        return _Products(nothing, nothing, np.empty(0, dtype=np.float32), np.zeros(rows.shape[0], dtype=np.float32))
    pieces = list(_multiply(rows, others.T.tocsr(), keep, workers, on_progress))
    return _Products(
        np.concatenate([piece.rows for piece in pieces]),
        np.concatenate([piece.columns for piece in pieces]),
        np.concatenate([piece.values for piece in pieces]),
        np.concatenate([piece.best for piece in pieces]),
    )


def _multiply(
    rows: sparse.csr_matrix, turned: sparse.csr_matrix, keep: int, workers: int, on_progress: Progress
) -> Iterator[_Products]:
    for start in range(0, rows.shape[0], _STEP):
        product = sp_matmul_topn(rows[start : start + _STEP], turned, top_n=keep, sort=True, n_threads=workers)
        counts = np.diff(product.indptr)
        row = np.repeat(np.arange(len(counts)), counts)
        best = np.zeros(len(counts), dtype=np.float32)
        best[counts > 0] = product.data[product.indptr[:-1][counts > 0]]
        near = product.data >= FAINTEST * best[row]
        yield _Products(row[near] + start, product.indices[near].astype(np.int64), product.data[near], best)
        on_progress(min(start + _STEP, rows.shape[0]) / rows.shape[0])


def _join(forward: _Products, back: _Products, scale: float) -> Found:
    """The pairs found from either side, each once."""
    width = len(back.best)
    codes = np.concatenate([forward.rows * width + forward.columns, back.columns * width + back.rows])
    codes, at = np.unique(codes, return_index=True)
    shared = np.concatenate([forward.values, back.values])[at]
    left, right = codes // width, codes % width
    return Found(left, right, shared / scale, shared / forward.best[left], shared / back.best[right])
