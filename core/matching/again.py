"""Proposing anew for the records that a decision touched, from what the last whole matching kept.

Comparing is what takes time, and no decision changes it. So after a decision the assignment around it is made twice,
as it was and as it is: whoever lost or found a partner by it, and all who compete with those, are measured and
explained anew, by the same functions as for the whole lists. Everybody else stays as proposed before.

The result is that of a whole matching with the same decisions, but for one case: where more than NEAR records hang
together in one tangle of names that are alike, the assignment is made among the nearest ones only. A chain of records
that each give way to the next may then end at that border.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd

from .assign import Standing
from .decided import pin_links, take_pairs
from .engine import Pairs, Scored, score_pairs
from .kinds import choose_method
from .learned import SHIPPED_CERTAIN, Learned
from .method import Method
from .rank import POSSIBLE, list_records, rank_pairs
from .records import read_texts
from .surroundings import Decisions, Placed, Surroundings
from .weigh import read_model

#: How many records around a decision are assigned anew at most.
NEAR = 500


class Renewed(NamedTuple):
    """Proposals and records as in `Matched`, of the left ids in `records` and of these only."""

    pairs: pd.DataFrame
    records: pd.DataFrame


def propose_again(
    around: Surroundings,
    left: pd.DataFrame,
    right: pd.DataFrame,
    touched: Set[str],
    before: Decisions,
    now: Decisions,
    *,
    learned: Learned | None = None,
    per_left: int = 5,
    year_end_month: int = 6,
) -> Renewed:
    """What `match_lists` would now say of every left record that decisions about the touched ones have changed.

    left, right: the lists that `around` was made from, unchanged. touched: left ids whose decisions differ between
    `before`, when everything was proposed last, and `now`. learned and the rest as in that matching.
    """
    kept = around.kept
    method = choose_method(kept.kind, year_end_month)
    was, is_now = around.place(before), around.place(now)
    changed = _find_changed(around, around.find(touched), was, is_now)
    # Twins are told by the scores of those who hold their partner, and these by rivals of their own.
    cut = around.close(around.grow(around.grow(changed, is_now), is_now), NEAR, is_now)
    found = around.pairs_of(cut, is_now)
    linked = {one: now.linked[one] for one in left.index[cut[is_now.partner[cut] > -2]]}
    pairs = pin_links(_take(around, method, left, right, cut, found), left.index, right.index, linked)
    shipped = read_model(kept.model)
    evidence = shipped if learned is None else learned.adapt(kept.model, shipped)[0]
    scored = score_pairs(method, pairs, evidence, read_model(f"{kept.model}_outcome"), _look_up(around, pairs))
    records = list_records(left, pairs, scored).iloc[changed]
    pairs, scored = _narrow(pairs, scored, changed)
    pairs = _compare_shown(method, pairs, scored.score >= POSSIBLE / per_left)
    certain = SHIPPED_CERTAIN if learned is None else learned.certain
    ranked = rank_pairs(method, left, right, pairs, scored, evidence, per_left, certain)
    return Renewed(ranked[ranked["left_id"].isin(records.index)].reset_index(drop=True), records)


def _find_changed(around: Surroundings, touched: np.ndarray, was: Placed, now: Placed) -> np.ndarray:
    """The left records whose rivals or own pairs are other ones now."""
    near = around.close(touched, NEAR, was, now)
    moved = near[around.choose(near, was) != around.choose(near, now)]
    return around.compete(around.grow(np.union1d(touched, moved), was, now), was, now)


def _narrow(pairs: Pairs, scored: Scored, lefts: np.ndarray) -> tuple[Pairs, Scored]:
    """The pairs of these left records, and those of the left records that hold a partner they compete for.

    What lies further away helped to measure; its own scores were measured against a part of its rivals only.
    """
    mine = np.isin(pairs.left, lefts)
    holds = scored.outcome.standing == Standing.CHOSEN
    which = np.flatnonzero(mine | (holds & np.isin(pairs.right, pairs.right[mine])))
    outcome = scored.outcome
    narrowed = replace(
        outcome,
        standing=outcome.standing[which],
        row_lead=outcome.row_lead[which],
        column_lead=outcome.column_lead[which],
        values=outcome.values[which],
    )
    return take_pairs(pairs, which), Scored(scored.log_odds[which], narrowed, scored.score[which])


def _take(
    around: Surroundings, method: Method, left: pd.DataFrame, right: pd.DataFrame, cut: np.ndarray, found: np.ndarray
) -> Pairs:
    """These kept pairs, not compared yet, with the records of the cut."""
    kept, count = around.kept, len(found)
    return Pairs(
        cast("list[Any]", _Records(method, left, cut)),
        cast("list[Any]", _Records(method, right, np.unique(kept.right[found]))),
        kept.context,
        kept.left[found],
        kept.right[found],
        np.full((count, len(method.features)), np.nan, dtype=np.float32),
        kept.ceiling[found],
        np.zeros(count, dtype=bool),
    )


def _look_up(around: Surroundings, pairs: Pairs) -> np.ndarray:
    """The evidence of some kept pairs; 0 for links that were no candidates."""
    if not len(around.codes):
        return np.zeros(len(pairs.left))
    wanted = pairs.left * len(pairs.right_records) + pairs.right
    place = np.minimum(np.searchsorted(around.codes, wanted), len(around.codes) - 1)
    return np.where(around.codes[place] == wanted, around.kept.log_odds[place], 0.0)


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
