"""Who competes with whom: the kept pairs of two lists as a graph, and how far a decision reaches in it.

All sets of records are arrays of positions in ascending order.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from .assign import FLOOR, choose_pairs
from .kept import Kept


@dataclass(frozen=True)
class Decisions:
    """What people decided: pairs refused, (left id, right id), and links, left id -> right id."""

    rejected: Set[tuple[str, str]]
    linked: Mapping[str, str]


@dataclass(frozen=True)
class Placed:
    """Decisions by position: `partner` of every left record (-2 open, -1 a record outside the list), `holder` of every
    right record (-1 none), and the refused pairs as left * width + right."""

    partner: np.ndarray
    holder: np.ndarray
    refused: np.ndarray


class Surroundings:
    """The kept pairs, indexed once for all decisions to come; left, right: the ids of the lists they come from."""

    def __init__(self, kept: Kept, left: pd.Index, right: pd.Index) -> None:
        self.kept = kept
        self._left_at = {str(one): place for place, one in enumerate(left)}
        self._right_at = {str(one): place for place, one in enumerate(right)}
        self.codes = kept.left * len(right) + kept.right
        self._rights, self._lefts = self._index(np.ones(len(kept.left), dtype=bool))
        self._strong_rights, self._strong_lefts = self._index(kept.log_odds > FLOOR)

    def _index(self, which: np.ndarray) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        shape = (len(self._left_at), len(self._right_at))
        cells = (np.ones(int(which.sum()), dtype=np.int8), (self.kept.left[which], self.kept.right[which]))
        rows = sparse.csr_matrix(cells, shape=shape)
        return rows, rows.T.tocsr()

    def place(self, decisions: Decisions) -> Placed:
        """The decisions by position; those about records that are in neither list are left out."""
        partner = np.full(len(self._left_at), -2)
        for one, other in decisions.linked.items():
            if one in self._left_at:
                partner[self._left_at[one]] = self._right_at.get(other, -1)
        holder = np.full(len(self._right_at), -1)
        held = np.flatnonzero(partner >= 0)
        holder[partner[held]] = held
        known = [
            self._left_at[one] * len(self._right_at) + self._right_at[other]
            for one, other in decisions.rejected
            if one in self._left_at and other in self._right_at
        ]
        return Placed(partner, holder, np.array(sorted(known), dtype=np.int64))

    def find(self, left_ids: Set[str]) -> np.ndarray:
        """The positions of these left ids."""
        return np.array(sorted(self._left_at[one] for one in left_ids if one in self._left_at), dtype=np.int64)

    def grow(self, lefts: np.ndarray, *standings: Placed) -> np.ndarray:
        """These left records and all that share a right record with one of them, as candidate or by a link."""
        return self._step(self._rights, self._lefts, lefts, standings)

    def compete(self, lefts: np.ndarray, *standings: Placed) -> np.ndarray:
        """These and all left records that could hold a partner one of them could hold."""
        return self._step(self._strong_rights, self._strong_lefts, lefts, standings)

    def close(self, lefts: np.ndarray, most: int, *standings: Placed) -> np.ndarray:
        """These left records and all whose assignment hangs together with theirs, the nearest ones first.

        Stops after the step that reaches more than `most` records beyond the first ones: in lists of much alike names
        everything hangs together in the end, by threads that hardly ever pull.
        """
        start = len(lefts)
        while True:
            wider = self.compete(lefts, *standings)
            if len(wider) == len(lefts) or len(wider) > start + most:
                return wider
            lefts = wider

    def _step(
        self,
        to_right: sparse.csr_matrix,
        to_left: sparse.csr_matrix,
        lefts: np.ndarray,
        standings: tuple[Placed, ...],
    ) -> np.ndarray:
        linked = [standing.partner[lefts] for standing in standings]
        rights = np.unique(np.concatenate([to_right[lefts].indices, *linked]))
        rights = rights[rights >= 0]
        holders = [standing.holder[rights] for standing in standings]
        found = np.unique(np.concatenate([lefts, to_left[rights].indices, *holders]))
        return found[found >= 0].astype(np.int64)

    def choose(self, lefts: np.ndarray, standing: Placed) -> np.ndarray:
        """The partner of each of these left records by the best assignment among them, -1 for none."""
        pairs = self.pairs_of(lefts, standing)
        free = pairs[standing.holder[self.kept.right[pairs]] < 0]
        chosen = free[choose_pairs(self.kept.left[free], self.kept.right[free], self.kept.log_odds[free])]
        partner = standing.partner.copy()
        partner[partner == -2] = -1
        partner[self.kept.left[chosen]] = self.kept.right[chosen]
        return np.asarray(partner[lefts])

    def pairs_of(self, lefts: np.ndarray, standing: Placed) -> np.ndarray:
        """The kept pairs of these left records that decisions leave open, by position."""
        inside = np.zeros(len(self._left_at), dtype=bool)
        inside[lefts] = True
        inside &= standing.partner == -2
        pairs = np.flatnonzero(inside[self.kept.left])
        return pairs[~np.isin(self.codes[pairs], standing.refused)]
