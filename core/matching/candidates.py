"""Which pairs are worth a close look: rare shared words, shared letter triples, shared keys.

Every record becomes a sparse row of traits; two records are candidates when their rows have a large product. Traits
that very many records share are left out: that, and working in chunks, keeps time close to linear in the size of the
lists and memory bounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import sparse

from .knowledge import given_roots
from .progress import Progress, say_nothing
from .records import Record

#: A trait carried by more records than this on one side is too common to look up.
COMMONEST = 400
#: Pairs of one chunk held in memory at once.
CHUNK_PAIRS = 12_000_000
_KEY_WEIGHT = 4.5

Traits = Counter[str]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Positions in the left and right list, pair by pair, ordered by left then right."""

    left: np.ndarray
    right: np.ndarray


def name_traits(record: Record) -> Traits:
    """What can be looked up of the name: words, pairs of words, word with another's initial, letter triples."""
    name = record.name
    traits: Traits = Counter()
    words = list(dict.fromkeys(name.all_words))[:12]
    for word in words:
        traits["w" + word] += 2
    for one, other in combinations(sorted(words[:5]), 2):
        traits[f"p{one}|{other}"] += 2
    if len(words) <= 4:
        traits.update(_person_traits(words))
        if name.persons:
            traits.update(_slip_traits(words))
    for acronym in _acronyms(words):
        traits["a" + acronym] += 2
    for number in name.numbers:
        traits["n" + number] += 1
    for text in {"".join(name.words) or name.folded, "".join(name.trading), "".join(name.former)} - {""}:
        padded = f"^{text[:60]}$"
        for start in range(len(padded) - 2):
            traits["g" + padded[start : start + 3]] += 1
    return traits


def _acronyms(words: list[str]) -> set[str]:
    """What the words may be shortened to, and words that may be such a short form."""
    spelled = {"".join(word[0] for word in words)} if len(words) >= 3 else set()
    return spelled | {word for word in words if 3 <= len(word) <= 8}


def _person_traits(words: list[str]) -> Traits:
    """Each word with the initials, and with the full given names, that the other words may stand for."""
    traits: Traits = Counter()
    for one in words:
        others = [word for word in words if word is not one]
        if len(one) == 1 or not others:
            continue
        letters = others[0] if len(others) == 1 and len(others[0]) <= 3 else "".join(word[0] for word in others)
        traits[f"j{one}|{letters[:2]}"] += 2
        for other in others:
            traits[f"i{one}|{other[0]}"] += 1
            for root in given_roots(other):
                traits[f"r{one}|{root}"] += 1
    return traits


def _slip_traits(words: list[str]) -> Traits:
    """Each word short of one letter, with another's initial: two spellings one slip apart share such a form."""
    traits: Traits = Counter()
    for word in words:
        if len(word) < 3:
            continue
        cut = {word[:place] + word[place + 1 :] for place in range(len(word))} | {word}
        for other in words:
            if other is not word:
                traits.update(f"x{form}|{other[0]}" for form in cut)
    return traits


def key_traits(record: Record) -> list[str]:
    """Exact keys: numbers, e-mail, phone, code, birth date, address."""
    keys = [
        ("t", record.tax_no if not record.tax_no.startswith("*") else ""),
        ("c", record.company_no if not record.company_no.startswith("*") else ""),
        ("e", record.email),
        ("f", record.phone),
        ("k", record.code_seen),
        ("d", record.dob),
        ("s", f"{record.street}|{record.suburb[:3]}" if record.street else ""),
        ("z", f"{record.street[:4]}|{record.postcode}" if record.street and record.postcode else ""),
    ]
    return [prefix + value for prefix, value in keys if value]


def find_candidates(
    left: list[Record],
    right: list[Record],
    *,
    per_record: int = 12,
    on_progress: Progress = say_nothing,
) -> Candidates:
    """The most promising right records of each left record, at most `per_record`, and the same the other way round."""
    if not left or not right:
        return Candidates(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    left_names, right_names = _weigh_traits([name_traits(r) for r in left], [name_traits(r) for r in right])
    left_keys, right_keys = _key_matrices([key_traits(r) for r in left], [key_traits(r) for r in right])
    left_rows = sparse.hstack([left_names, left_keys * _KEY_WEIGHT], format="csr")
    right_rows = sparse.hstack([right_names, right_keys], format="csr")
    forward = _best_pairs(left_rows, right_rows, per_record, lambda share: on_progress(share / 2))
    back = _best_pairs(right_rows, left_rows, max(2, per_record // 3), lambda share: on_progress(0.5 + share / 2))
    codes = np.unique(np.concatenate([forward[0] * len(right) + forward[1], back[1] * len(right) + back[0]]))
    return Candidates(codes // len(right), codes % len(right))


def _weigh_traits(left: list[Traits], right: list[Traits]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Rows of about one length, each trait weighted by how often it occurs and how rare it is."""
    left_counts = Counter(trait for traits in left for trait in traits)
    right_counts = Counter(trait for traits in right for trait in traits)
    shared = [t for t, n in left_counts.items() if n <= COMMONEST and 0 < right_counts[t] <= COMMONEST]
    column = {trait: place for place, trait in enumerate(shared)}
    total = len(left) + len(right)
    rarity = np.array([np.log(1 + total / (left_counts[t] + right_counts[t])) for t in shared], dtype=np.float32)
    unseen = float(np.log(1 + total))
    return _rows(left, column, rarity, unseen), _rows(right, column, rarity, unseen)


def _rows(traits: list[Traits], column: dict[str, int], rarity: np.ndarray, unseen: float) -> sparse.csr_matrix:
    indptr, indices, data = [0], [], []
    lengths = np.empty(len(traits), dtype=np.float32)
    for place, row in enumerate(traits):
        squares = 0.0
        for trait, count in row.items():
            at = column.get(trait)
            weight = count**0.5 * (float(rarity[at]) if at is not None else unseen * 0.3)
            squares += weight * weight
            if at is not None:
                indices.append(at)
                data.append(weight)
        indptr.append(len(indices))
        # Less than the full length, so that a name with more words is not pushed down for what it has more.
        lengths[place] = squares**0.35 or 1.0
    shape = (len(traits), len(column))
    matrix = sparse.csr_matrix((np.array(data, dtype=np.float32), indices, indptr), shape=shape)
    return sparse.diags(1 / lengths).astype(np.float32) @ matrix


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
            found = found[best]
        rows.append(np.full(len(found), place + offset, dtype=np.int64))
        columns.append(found.astype(np.int64))
    return np.concatenate(rows), np.concatenate(columns)


def _top(found: np.ndarray, scores: np.ndarray, keep: int) -> np.ndarray:
    rounded = np.round(scores, 5)
    least = np.partition(rounded, len(rounded) - keep)[len(rounded) - keep]
    near = np.flatnonzero(rounded >= least)
    return near[np.lexsort((found[near], -rounded[near]))[:keep]]
