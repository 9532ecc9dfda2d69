"""Proposing anew for the records that a decision touched, from what the last whole matching kept.

Comparing is what takes time, and no decision changes it. So the evidence of every pair worth remembering is kept, and
after a decision only its surroundings are settled again: the records whose assignment it can change (a connected
component of the pairs that may hold a partner), those that compete with them, and as many more as are needed to
measure these competitors. Within that cut everything is computed by the same functions as for the whole lists, so the
result is the same.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast, get_type_hints

import numpy as np
import pandas as pd
from pydantic import TypeAdapter
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from .assign import FLOOR, HELD
from .decided import drop_rejected, pin_links, take_pairs
from .engine import Pairs, score_pairs
from .kinds import choose_method
from .learned import SHIPPED_CERTAIN, Learned
from .method import Method
from .rank import POSSIBLE, list_records, rank_pairs
from .records import read_texts
from .weigh import Model, read_model

#: Log-odds of pairs so faint that they change no lead of a pair that could be shown.
FAINT = -12.0


@dataclass(frozen=True)
class Kept:
    """What a matching leaves for the next decision: the pairs above FAINT, and what both lists told of single words.

    left, right: positions in the lists, sorted by left, in parallel with log_odds and ceiling.
    """

    kind: str
    model: str
    context: Any
    left: np.ndarray
    right: np.ndarray
    log_odds: np.ndarray
    ceiling: np.ndarray

    def to_bytes(self) -> bytes:
        """As a file of arrays."""
        limits, limit = np.unique(self.ceiling, return_inverse=True)
        context = _context_of(self.kind).dump_json(self.context)
        file = io.BytesIO()
        np.savez_compressed(
            file,
            kind=np.array(self.kind),
            model=np.array(self.model),
            context=np.frombuffer(context, dtype=np.uint8),
            left=self.left.astype(np.int32),
            right=self.right.astype(np.int32),
            log_odds=self.log_odds,
            limits=limits,
            limit=limit.astype(np.uint8),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Kept:
        """Read back from `to_bytes`."""
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            kind = str(found["kind"])
            context = _context_of(kind).validate_json(found["context"].tobytes())
            left, right = found["left"].astype(np.int64), found["right"].astype(np.int64)
            ceiling = found["limits"][found["limit"]]
            return cls(kind, str(found["model"]), context, left, right, found["log_odds"], ceiling)


def keep_pairs(kind: str, model: str, pairs: Pairs, evidence: Model) -> tuple[Pairs, Kept]:
    """The compared pairs that are worth settling, and what is kept of them."""
    log_odds = evidence.log_odds(pairs.values)
    worth = np.flatnonzero(log_odds > FAINT)
    pairs = take_pairs(pairs, worth)
    return pairs, Kept(kind, model, pairs.context, pairs.left, pairs.right, log_odds[worth], pairs.ceiling)


def _context_of(kind: str) -> TypeAdapter[Any]:
    """Reads and writes what the method of a kind learns from both lists."""
    return TypeAdapter(get_type_hints(type(choose_method(kind)).learn)["return"])


@dataclass(frozen=True)
class Renewed:
    """Proposals and records as in `Matched`, of the left ids in `records` and of these only."""

    pairs: pd.DataFrame
    records: pd.DataFrame


def propose_again(
    kept: Kept,
    left: pd.DataFrame,
    right: pd.DataFrame,
    touched: Set[str],
    *,
    partners: Set[str] = frozenset(),
    rejected: Set[tuple[str, str]] = frozenset(),
    linked: Mapping[str, str],
    learned: Learned | None = None,
    per_left: int = 5,
    year_end_month: int = 6,
) -> Renewed:
    """What `match_lists` would now say of every left record that decisions about the touched ones can have changed.

    left, right: the lists that `kept` comes from, unchanged. touched: left ids decided about since. partners: right
    ids that touched records were or are linked to. rejected, linked, learned and the rest as in `match_lists`; what
    was learned has to be the same as then.
    """
    method = choose_method(kept.kind, year_end_month)
    around = _Surroundings(kept, left.index, right.index, linked)
    changed = around.grow(around.close(around.start(touched, partners)))
    pairs = _cut_out(kept, method, left, right, around.close(around.grow(changed)))
    pairs = pin_links(drop_rejected(pairs, left.index, right.index, rejected), left.index, right.index, linked)
    shipped = read_model(kept.model)
    evidence = shipped if learned is None else learned.adapt(kept.model, shipped)[0]
    certain = SHIPPED_CERTAIN if learned is None else learned.certain
    scored = score_pairs(method, pairs, evidence, read_model(f"{kept.model}_outcome"), _look_up(kept, pairs))
    # What lies further away helped to measure; its own scores were measured against a part of its rivals only.
    shown = replace(scored, score=np.where(np.isin(pairs.left, changed), scored.score, 0.0))
    pairs = _compare_shown(method, pairs, shown.score >= POSSIBLE / per_left)
    found = rank_pairs(method, left, right, pairs, shown, evidence, per_left, certain)
    return Renewed(found, list_records(left, pairs, scored).iloc[changed])


class _Surroundings:
    """Who competes with whom: left and right records as a graph whose edges are the kept pairs and the links."""

    def __init__(self, kept: Kept, left: pd.Index, right: pd.Index, linked: Mapping[str, str]) -> None:
        mine, theirs = left.get_indexer(list(linked)), right.get_indexer(list(linked.values()))
        known = (mine >= 0) & (theirs >= 0) if linked else np.empty(0, dtype=bool)
        mine, theirs = mine[known], theirs[known]
        self._left_ids, self._right_ids = left, right
        rows, columns = np.concatenate([kept.left, mine]), np.concatenate([kept.right, theirs])
        strength = np.concatenate([kept.log_odds, np.full(len(mine), HELD)])
        self._rights = sparse.csr_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), (len(left), len(right)))
        self._lefts = self._rights.T.tocsr()
        worth = strength > FLOOR
        size = len(left) + len(right)
        graph = sparse.coo_matrix(
            (np.ones(int(worth.sum()), dtype=np.int8), (rows[worth], len(left) + columns[worth])), (size, size)
        )
        self._component = connected_components(graph, directed=False)[1][: len(left)]

    def start(self, touched: Set[str], partners: Set[str]) -> np.ndarray:
        """The touched left records and those that compete for the partners."""
        lefts = self._left_ids.get_indexer(list(touched)) if touched else np.empty(0, dtype=np.int64)
        rights = self._right_ids.get_indexer(list(partners)) if partners else np.empty(0, dtype=np.int64)
        return np.union1d(lefts[lefts >= 0], self._lefts[rights[rights >= 0]].indices)

    def close(self, lefts: np.ndarray) -> np.ndarray:
        """The left records whose assignment hangs together with that of one of these."""
        return np.flatnonzero(np.isin(self._component, self._component[lefts]))

    def grow(self, lefts: np.ndarray) -> np.ndarray:
        """These and all left records that share a candidate with one of them."""
        return np.union1d(lefts, self._lefts[np.unique(self._rights[lefts].indices)].indices)


def _cut_out(kept: Kept, method: Method, left: pd.DataFrame, right: pd.DataFrame, lefts: np.ndarray) -> Pairs:
    """The kept pairs of these left records, not compared yet."""
    inside = np.zeros(len(left), dtype=bool)
    inside[lefts] = True
    within = inside[kept.left]
    rights = np.unique(kept.right[within])
    return Pairs(
        cast("list[Any]", _Records(method, left, lefts)),
        cast("list[Any]", _Records(method, right, rights)),
        kept.context,
        kept.left[within],
        kept.right[within],
        np.full((int(within.sum()), len(method.features)), np.nan, dtype=np.float32),
        kept.ceiling[within],
        np.zeros(int(within.sum()), dtype=bool),
    )


def _look_up(kept: Kept, pairs: Pairs) -> np.ndarray:
    """The evidence of some kept pairs; 0 for links that were no candidates."""
    if not len(kept.left):
        return np.zeros(len(pairs.left))
    width = len(pairs.right_records)
    known, wanted = kept.left * width + kept.right, pairs.left * width + pairs.right
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, kept.log_odds[place], 0.0)


class _Records:
    """Some rows of a frame as records by their place in the frame, each read when it is asked for."""

    def __init__(self, method: Method, frame: pd.DataFrame, places: np.ndarray) -> None:
        self._method = method
        self._frame = frame
        self._places = places
        self._read: dict[int, Any] = {}

    @cached_property
    def _texts(self) -> dict[int, dict[str, str]]:
        return dict(zip(self._places.tolist(), read_texts(self._frame.iloc[self._places]), strict=True))

    def __len__(self) -> int:
        return len(self._frame)

    def __getitem__(self, place: Any) -> Any:
        place = int(place)
        if place not in self._read:
            self._read[place] = self._method.read(self._texts[place])
        return self._read[place]


def _compare_shown(method: Method, pairs: Pairs, which: np.ndarray) -> Pairs:
    """The pairs with the evidence of these among them, for their explanations."""
    values = pairs.values.copy()
    for pair in np.flatnonzero(which & ~pairs.pinned):
        one, other = pairs.left_records[pairs.left[pair]], pairs.right_records[pairs.right[pair]]
        values[pair] = method.compare(one, other, pairs.context)
    return replace(pairs, values=values)
