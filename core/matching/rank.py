"""From scored pairs to what a person sees: bands, ranks, ties, explanations, and what became of each left record."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .assign import Standing
from .engine import Pairs, Scored
from .explain import MISSING, Part, list_parts, make_part, write_sentence
from .method import Method
from .weigh import Model

CERTAIN, LIKELY, POSSIBLE = 0.99, 0.8, 0.3
#: Lead in log-odds below which two partners of one record count as a tie.
TIE_MARGIN = 1.0


MATCH_COLUMNS = ["left_id", "right_id", "rank", "score", "band", "explanation", "parts"]
RECORD_COLUMNS = ["no_partner", "twin_of"]


def list_records(left: pd.DataFrame, pairs: Pairs, scored: Scored) -> pd.DataFrame:
    """What became of every left record, in the order of the list: index left id, columns RECORD_COLUMNS.

    `no_partner` is the chance, 0 to 1, that the other list holds no partner of it; `twin_of` is the left id of the
    record it repeats, empty when it repeats none.
    """
    total = np.bincount(pairs.left, weights=scored.score, minlength=len(left))
    twin_of = np.full(len(left), "", dtype=object)
    chosen = scored.outcome.standing == Standing.CHOSEN
    holder = dict(zip(pairs.right[chosen].tolist(), pairs.left[chosen].tolist(), strict=True))
    for pair in np.flatnonzero(scored.outcome.standing == Standing.SHARED):
        twin_of[pairs.left[pair]] = str(left.index[holder[int(pairs.right[pair])]])
    frame = pd.DataFrame({"no_partner": np.clip(1.0 - total, 0.0, 1.0).round(6), "twin_of": twin_of}, index=left.index)
    return frame.astype({"twin_of": "str"})


def rank_pairs(
    method: Method,
    left: pd.DataFrame,
    right: pd.DataFrame,
    pairs: Pairs,
    scored: Scored,
    evidence: Model,
    per_left: int,
    certain: float = CERTAIN,
) -> pd.DataFrame:
    """The pairs worth showing, best first per left record, with band and explanation.

    certain: the score from which a pair without rival is certain; a practice's own may be higher than CERTAIN.
    """
    ties = _find_ties(pairs, scored)
    shown = (scored.score >= POSSIBLE) | (ties & (scored.score >= POSSIBLE / per_left))
    order = np.flatnonzero(shown & ~pairs.pinned)
    order = order[np.lexsort((pairs.right[order], -np.round(scored.score[order], 6), pairs.left[order]))]
    ranks = _number_within(pairs.left[order])
    order, ranks = order[ranks <= per_left], ranks[ranks <= per_left]
    contributions = evidence.contributions(pairs.values[order])
    parts = [
        _explain(method, pairs, scored, evidence, int(pair), row)
        for pair, row in zip(order, contributions, strict=True)
    ]
    bands = [_name_band(float(scored.score[pair]), bool(ties[pair]), certain) for pair in order]
    notes = [_note(int(scored.outcome.standing[pair]), bool(ties[pair])) for pair in order]
    return pd.DataFrame(
        {
            "left_id": left.index[pairs.left[order]].astype(str),
            "right_id": right.index[pairs.right[order]].astype(str),
            "rank": ranks,
            "score": np.round(scored.score[order], 6),
            "band": bands,
            "explanation": [write_sentence(items[1:-1], note) for items, note in zip(parts, notes, strict=True)],
            "parts": parts,
        },
        columns=MATCH_COLUMNS,
    )


def _find_ties(pairs: Pairs, scored: Scored) -> np.ndarray:
    """Pairs whose left record has another partner about as good that no other record clearly claims."""
    free = scored.log_odds.copy()
    claimed = (scored.outcome.standing == Standing.PASSED_OVER) & (scored.outcome.column_lead < -TIE_MARGIN)
    free[claimed] = -30.0
    best = np.full(len(pairs.left_records), -30.0)
    np.maximum.at(best, pairs.left, free)
    near = (free > best[pairs.left] - TIE_MARGIN) & (free > -4)
    count = np.bincount(pairs.left[near], minlength=len(pairs.left_records))
    return np.asarray(near & (count[pairs.left] > 1))


def _number_within(group: np.ndarray) -> np.ndarray:
    if not len(group):
        return np.empty(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    return np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)])) + 1


def _name_band(score: float, tie: bool, certain: float) -> str:
    if tie:
        return "tie"
    return "certain" if score >= certain else "likely" if score >= LIKELY else "possible"


def _note(standing: int, tie: bool) -> str:
    if tie:
        return "Another record fits about as well."
    if standing == Standing.SHARED:
        return "Looks like the same record entered twice."
    return "Its partner fits another record better." if standing == Standing.PASSED_OVER else ""


def _explain(
    method: Method, pairs: Pairs, scored: Scored, evidence: Model, pair: int, contributions: np.ndarray
) -> list[Part]:
    left, right = pairs.left_records[pairs.left[pair]], pairs.right_records[pairs.right[pair]]
    values = tuple(float(value) for value in pairs.values[pair])
    named = dict(zip(method.features, values, strict=True))
    weights = dict(zip(method.features, contributions.tolist(), strict=True))
    parts = list_parts(method.lines, left, right, named, weights, method.hard(values))
    score = float(np.clip(scored.score[pair], 1e-9, 1 - 1e-9))
    rest = float(np.log(score / (1 - score))) - evidence.intercept - float(contributions.sum())
    before = make_part("before comparing", "", "", MISSING, evidence.intercept)
    rivals = make_part("other candidates", "", "", MISSING, rest)
    return [before, *parts, rivals]
