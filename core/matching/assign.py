"""The whole list at once: every record gets one partner at most, and the others of its candidates lose by that.

Two left records that are the same client entered twice may share a right record. How strongly a pair stands against
its rivals (other partners of the left record, other left records after the same partner) becomes evidence of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

#: Log-odds below which a pair is not worth holding a partner (about one in a hundred).
FLOOR = -4.6
#: Log-odds from which two left records count as the same client entered twice.
DUPLICATE = 1.5
#: Log-odds of a pair that is a link already: no rival comes near.
HELD = 20.0
_FAR = 12.0

OUTCOME_FEATURES = ("evidence", "row_lead", "column_lead", "free_row_lead", "free_column_lead", "standing", "alone")
OUTCOME_BINS: dict[str, tuple[float, ...]] = {
    "evidence": (-8, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8, 11, 14),
    "row_lead": (-4, -2, -0.7, 0.05, 0.7, 1.5, 2.5, 4, 6, 9),
    "column_lead": (-4, -2, -0.7, 0.05, 0.7, 1.5, 2.5, 4, 6, 9),
    "free_row_lead": (-4, -2, -0.7, 0.05, 0.7, 1.5, 2.5, 4, 6, 9),
    "free_column_lead": (-4, -2, -0.7, 0.05, 0.7, 1.5, 2.5, 4, 6, 9),
    "standing": (1, 2),
    "alone": (-4, -2, -1, 0, 1, 2, 4),
}


class Standing(IntEnum):
    """What the assignment made of a pair."""

    PASSED_OVER = 0
    CHOSEN = 1
    SHARED = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """Per pair: its standing and its lead over the best rival in its row (left record) and column (right record)."""

    standing: np.ndarray
    row_lead: np.ndarray
    column_lead: np.ndarray
    values: np.ndarray


def settle(
    left: np.ndarray,
    right: np.ndarray,
    log_odds: np.ndarray,
    duplicate_odds: Callable[[list[tuple[int, int]]], np.ndarray],
    pinned: np.ndarray | None = None,
) -> Outcome:
    """Assign partners over the whole list and measure every pair against its rivals.

    left, right: positions of the pairs' records, sorted by left. `duplicate_odds` gives the log-odds that two left
    records, by position, are the same client. pinned: a mask of the pairs that are links already, each the only pair
    of its left record; they hold their right record against everybody.
    """
    pinned = np.zeros(len(left), dtype=bool) if pinned is None else pinned
    log_odds = np.where(pinned, HELD, log_odds)
    chosen = _choose_beside(left, right, log_odds, pinned)
    twins = _find_twins(left, right, log_odds, chosen, duplicate_odds)
    standing = np.where(chosen, int(Standing.CHOSEN), int(Standing.PASSED_OVER))
    standing[[int(loser) for loser, _ in twins]] = int(Standing.SHARED)
    row_lead = _lead(left, log_odds, log_odds)
    column_lead = _lead(right, log_odds, log_odds)
    for pair in twins:
        # A twin is no rival: measure the lead as if it were alone in that column.
        column_lead[pair] = np.where(column_lead[pair] < 4, 4, column_lead[pair])
    alone = log_odds - np.logaddexp(_others(left, log_odds), 0)
    free = _lead_over_free(left, right, log_odds, chosen), _lead_over_free(right, left, log_odds, chosen)
    values = np.column_stack([log_odds, row_lead, column_lead, *free, standing.astype(float), alone])
    return Outcome(standing, row_lead, column_lead, values)


def _choose_beside(left: np.ndarray, right: np.ndarray, log_odds: np.ndarray, pinned: np.ndarray) -> np.ndarray:
    """The pinned pairs, and the best assignment among the pairs whose records they leave free."""
    free = ~pinned & ~np.isin(right, right[pinned])
    chosen = pinned.copy()
    chosen[free] = choose_pairs(left[free], right[free], log_odds[free])
    return chosen


def choose_pairs(left: np.ndarray, right: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
    """A mask of the pairs that together make the most likely one-to-one assignment; having no partner is allowed."""
    chosen = np.zeros(len(left), dtype=bool)
    worth = np.flatnonzero(log_odds > FLOOR)
    if not len(worth):
        return chosen
    row_of, column_of = left[worth], right[worth]
    # Rounded, with a tiny preference of each pair's own, so that ties fall the same way on every machine and in every
    # piece of the lists that is settled alone.
    gain = np.round(log_odds[worth] - FLOOR, 4) + 1e-7 * _prefer(row_of, column_of)
    alone = (np.bincount(row_of)[row_of] == 1) & (np.bincount(column_of)[column_of] == 1)
    chosen[worth[alone]] = gain[alone] > 0
    if not alone.all():
        rivals = ~alone
        chosen[worth[rivals]] = _assign(row_of[rivals], column_of[rivals], gain[rivals])
    return chosen


def _assign(left: np.ndarray, right: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """A mask of the pairs with the largest sum of gains, no record in two of them."""
    rows, row_of = np.unique(left, return_inverse=True)
    columns, column_of = np.unique(right, return_inverse=True)
    ceiling = float(gain.max()) + 1.0
    cost = np.concatenate([ceiling - gain, np.full(len(rows), ceiling)])
    at_row = np.concatenate([row_of, np.arange(len(rows))])
    at_column = np.concatenate([column_of, len(columns) + np.arange(len(rows))])
    shape = (len(rows), len(columns) + len(rows))
    matched_row, matched_column = min_weight_full_bipartite_matching(
        sparse.csr_matrix((cost, (at_row, at_column)), shape=shape)
    )
    partner = np.full(len(rows), -1)
    partner[matched_row] = matched_column
    return np.asarray(partner[row_of] == column_of)


def _prefer(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """A number between 0 and 1 for each pair of positions, as if thrown by dice."""
    mixed = (left.astype(np.uint64) << np.uint64(32)) + right.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray((mixed >> np.uint64(32)).astype(np.float64) / 2.0**32)


def _lead(group: np.ndarray, rivals: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
    """How far each pair is ahead of the best other of the rivals in its group; 12 when there is no other."""
    return np.asarray(np.clip(log_odds - _others(group, rivals, fill=-np.inf), -_FAR, _FAR))


def _lead_over_free(group: np.ndarray, other: np.ndarray, log_odds: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """The lead over those rivals whose own partner is not settled elsewhere; 12 when there is none.

    A rival that somebody else holds is explained away; one that is free makes the choice a guess.
    """
    if not len(group):
        return np.empty(0)
    held = np.zeros(int(other.max()) + 1, dtype=bool)
    held[other[chosen]] = True
    taken = held[other] & ~chosen
    return _lead(group, np.where(taken, -np.inf, log_odds), log_odds)


def _others(group: np.ndarray, log_odds: np.ndarray, fill: float = -30.0) -> np.ndarray:
    """The best log-odds among the other pairs of each pair's group."""
    if not len(group):
        return np.empty(0)
    size, places = int(group.max()) + 1, np.arange(len(group))
    best, runner_up = np.full(size, -np.inf), np.full(size, -np.inf)
    np.maximum.at(best, group, log_odds)
    best_at = np.full(size, -1)
    at_best = log_odds == best[group]
    best_at[group[at_best]] = places[at_best]
    rest = best_at[group] != places
    np.maximum.at(runner_up, group[rest], log_odds[rest])
    found = np.where(rest, best[group], runner_up[group])
    return np.asarray(np.where(np.isneginf(found), fill, found))


def _find_twins(
    left: np.ndarray,
    right: np.ndarray,
    log_odds: np.ndarray,
    chosen: np.ndarray,
    duplicate_odds: Callable[[list[tuple[int, int]]], np.ndarray],
) -> list[np.ndarray]:
    """Pairs of pairs (loser, holder): the loser's best partner is held by a left record that is its near-copy."""
    holder = dict(zip(right[chosen].tolist(), np.flatnonzero(chosen).tolist(), strict=True))
    settled = set(left[chosen].tolist())
    best = _best_of_groups(left, log_odds)
    losers = [int(pair) for pair in best if left[pair] not in settled and log_odds[pair] > FLOOR]
    rivals = [(pair, holder[int(right[pair])]) for pair in losers if int(right[pair]) in holder]
    if not rivals:
        return []
    odds = duplicate_odds([(int(left[one]), int(left[other])) for one, other in rivals])
    return [np.array(pair) for pair, odd in zip(rivals, odds, strict=True) if odd > DUPLICATE]


def _best_of_groups(group: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
    order = np.lexsort((-log_odds, group))
    return order[np.r_[True, group[order][1:] != group[order][:-1]]] if len(order) else order
