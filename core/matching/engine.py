"""From two lists to scored pairs: read, look up, compare, weigh, assign, score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .assign import OUTCOME_FEATURES, Outcome, settle
from .candidates import Candidates
from .method import Method
from .parallel import map_pieces
from .progress import Progress, say_nothing
from .records import read_texts
from .weigh import HALF_CEILING, Model, to_probability

#: Log-odds that the absence of rivals lifts even evidence to at most: a short list has few rivals to show.
MOST_LIFT = 4.0
#: Lead in log-odds over another left record, held by nobody else, below which a pair is not certain: of two records of
#: one name either may be the one that is meant, unless both are.
CLOSE_CALL = 2.0
#: Faint rivals may add this little to a certainty before it is shared out.
_ROUNDING = 1.03
#: Rows read or pairs compared at one go; small enough to share out evenly among processes.
_PIECE = 2048


@dataclass(frozen=True)
class Pairs:
    """All compared pairs of two lists, sorted by left position; the arrays run in parallel.

    pinned: the pairs that are links already; see `core.matching.decided`.
    """

    left_records: list[Any]
    right_records: list[Any]
    context: Any
    left: np.ndarray
    right: np.ndarray
    values: np.ndarray
    ceiling: np.ndarray
    pinned: np.ndarray


@dataclass(frozen=True)
class Scored:
    """Evidence and final score per pair."""

    log_odds: np.ndarray
    outcome: Outcome
    score: np.ndarray


def compare_lists(
    method: Method,
    left: pd.DataFrame,
    right: pd.DataFrame,
    on_progress: Progress = say_nothing,
    workers: int = 1,
) -> Pairs:
    """Look up the candidate pairs of two frames and compare each, in as many processes as `workers` says."""
    mine = _read_all(method, left, lambda share: on_progress(0.15 * share), workers)
    theirs = _read_all(method, right, lambda share: on_progress(0.15 + 0.15 * share), workers)
    context = method.learn(mine, theirs)
    found = method.find(mine, theirs, lambda share: on_progress(0.3 + 0.2 * share), workers)
    compared = _compare_all(method, (mine, theirs, context), found, lambda s: on_progress(0.5 + 0.35 * s), workers)
    return Pairs(mine, theirs, context, found.left, found.right, *compared, np.zeros(len(found.left), dtype=bool))


def _read_all(method: Method, frame: pd.DataFrame, on_progress: Progress, workers: int) -> list[Any]:
    texts = read_texts(frame)

    def read_piece(start: int, stop: int) -> list[Any]:
        return [method.read(row) for row in texts[start:stop]]

    done = map_pieces(read_piece, len(texts), piece=_PIECE, workers=workers, on_progress=on_progress)
    return [record for records in done for record in records]


def _compare_all(
    method: Method, sides: tuple[list[Any], list[Any], Any], found: Candidates, on_progress: Progress, workers: int
) -> tuple[np.ndarray, np.ndarray]:
    """The evidence of every pair and the highest score it may reach."""
    left, right, context = sides

    def compare_piece(start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        pairs = zip(found.left[start:stop].tolist(), found.right[start:stop].tolist(), strict=True)
        rows = [method.compare(left[one], right[other], context) for one, other in pairs]
        ceiling = np.fromiter(map(method.ceiling, rows), dtype=float, count=len(rows))
        return np.array(rows, dtype=np.float32), ceiling

    values = np.empty((len(found.left), len(method.features)), dtype=np.float32)
    ceilings = np.empty(len(values))
    done = map_pieces(compare_piece, len(values), piece=_PIECE, workers=workers, on_progress=on_progress)
    for start, (rows, ceiling) in zip(range(0, len(values), _PIECE), done, strict=True):
        values[start : start + _PIECE], ceilings[start : start + _PIECE] = rows, ceiling
    return values, ceilings


def score_pairs(
    method: Method, pairs: Pairs, evidence: Model, outcome: Model, log_odds: np.ndarray | None = None
) -> Scored:
    """Weigh the evidence, settle the whole list and turn both into a probability per pair.

    log_odds: the weight of the evidence per pair, when somebody weighed it before.
    """
    log_odds = evidence.log_odds(pairs.values) if log_odds is None else log_odds
    settled = settle_pairs(method, pairs, log_odds, evidence)
    return Scored(log_odds, settled, score_outcome(pairs, settled, outcome))


def score_outcome(pairs: Pairs, settled: Outcome, outcome: Model) -> np.ndarray:
    """The probability of each pair, held down by its ceiling.

    A record has one partner at most: equal rivals share one certainty between them.
    """
    bound = np.minimum(to_probability(MOST_LIFT + settled.values[:, 0]), pairs.ceiling)
    contested = settled.values[:, OUTCOME_FEATURES.index("free_column_lead")] < CLOSE_CALL
    bound = np.where(contested, np.minimum(bound, HALF_CEILING), bound)
    score = np.minimum(to_probability(outcome.log_odds(settled.values)), bound)
    total = np.bincount(pairs.left, weights=score, minlength=len(pairs.left_records))[pairs.left]
    shared = np.where(total > _ROUNDING, score / np.maximum(total, 1.0), score)
    return np.asarray(np.where(pairs.pinned, 1.0, shared))


def settle_pairs(method: Method, pairs: Pairs, log_odds: np.ndarray, evidence: Model) -> Outcome:
    """The assignment over all pairs: one-to-one, or each left record for itself where the method shares partners."""

    def duplicate_odds(twins: list[tuple[int, int]]) -> np.ndarray:
        records = pairs.left_records
        rows = [method.compare(records[one], records[other], pairs.context) for one, other in twins]
        hard = np.array([bool(method.hard(row)) for row in rows])
        return np.where(hard, -9.0, evidence.log_odds(np.array(rows)))

    # Where partners are shared every pair has one of its own to take, so that nobody is passed over for another.
    right = np.arange(len(pairs.right)) if method.shares else pairs.right
    return settle(pairs.left, right, log_odds, duplicate_odds, pairs.pinned)
