"""From scored pairs to what a person sees: bands, ranks, ties, explanations, and what became of each left record."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from .assign import Standing
from .engine import Pairs, Scored
from .explain import Part, Sentences, judge_lines
from .method import Method
from .parallel import map_pieces
from .parts import PartsWriter, to_odds
from .progress import say_nothing
from .rivals import Setting, find_holders, find_twins, place_pairs
from .weigh import Model

CERTAIN, LIKELY, POSSIBLE = 0.99, 0.8, 0.3
#: Sentences written at one go.
_PIECE = 2048
#: Lead in log-odds below which two partners of one record count as a tie.
TIE_MARGIN = 1.0


MATCH_COLUMNS = ["left_id", "right_id", "rank", "score", "band", "explanation", "parts"]
RECORD_COLUMNS = ["no_partner", "twin_of"]


def list_records(left: pd.DataFrame, pairs: Pairs, scored: Scored) -> pd.DataFrame:
    """What became of every left record, in the order of the list: index left id, columns RECORD_COLUMNS.

    `no_partner` is the chance, 0 to 1, that the other list holds no partner of it; `twin_of` is the left id of the
    record it repeats (a client entered twice), empty when it repeats none.
    """
    total = np.bincount(pairs.left, weights=scored.score, minlength=len(left))
    twin_of = np.full(len(left), "", dtype=object)
    holder = find_holders(pairs, scored.outcome.standing)
    for pair in np.flatnonzero(find_twins(pairs, scored)):
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
    with_parts: bool = True,
    workers: int = 1,
) -> pd.DataFrame:
    """The pairs worth showing, best first per left record, with band and explanation.

    Worth showing is what is possible, what ties, and the shared partner of a record entered twice.
    certain: the score from which a pair without rival is certain; a practice's own may be higher than CERTAIN.
    with_parts: whether `parts` is filled; empty lists otherwise, which takes a fraction of the time.
    """
    ties = _find_ties(pairs, scored)
    order, ranks = _choose_shown(pairs, scored, ties, per_left)
    settings = place_pairs(method, left, right, pairs, scored, evidence, order, ties)
    hard = [method.hard(tuple(row)) for row in pairs.values[order].tolist()]
    codes = judge_lines(method.lines, method.features, pairs.values[order], hard)
    parts = _list_parts(method, pairs, scored, evidence, order, codes, settings) if with_parts else [[] for _ in order]
    return pd.DataFrame(
        {
            "left_id": left.index[pairs.left[order]].astype(str),
            "right_id": right.index[pairs.right[order]].astype(str),
            "rank": ranks,
            "score": np.round(scored.score[order], 6),
            "band": [_name_band(float(scored.score[pair]), bool(ties[pair]), certain) for pair in order],
            "explanation": _write_sentences(method, pairs, order, codes, settings, workers),
            "parts": parts,
        },
        columns=MATCH_COLUMNS,
    )


def _choose_shown(pairs: Pairs, scored: Scored, ties: np.ndarray, per_left: int) -> tuple[np.ndarray, np.ndarray]:
    """The pairs to show by left record and score, and their ranks."""
    shown = (scored.score >= POSSIBLE) | (ties & (scored.score >= POSSIBLE / per_left)) | find_twins(pairs, scored)
    order = np.flatnonzero(shown & ~pairs.pinned)
    order = order[np.lexsort((pairs.right[order], -np.round(scored.score[order], 6), pairs.left[order]))]
    ranks = _number_within(pairs.left[order])
    return order[ranks <= per_left], ranks[ranks <= per_left]


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


def _write_sentences(
    method: Method, pairs: Pairs, order: np.ndarray, codes: np.ndarray, settings: list[Setting], workers: int
) -> list[str]:
    sentences, width, patterns = Sentences(method.lines), codes.shape[1], codes.tobytes()
    mine, theirs, numbers = pairs.left[order].tolist(), pairs.right[order].tolist(), order.tolist()

    def write_piece(start: int, stop: int) -> list[str]:
        return [
            sentences.write(
                patterns[place * width : (place + 1) * width],
                pairs.left_records[mine[place]],
                pairs.right_records[theirs[place]],
                partial(_name_values, method, pairs, numbers[place]),
                settings[place].note,
            )
            for place in range(start, stop)
        ]

    pieces = map_pieces(write_piece, len(order), piece=_PIECE, workers=workers, on_progress=say_nothing)
    return [sentence for piece in pieces for sentence in piece]


def _name_values(method: Method, pairs: Pairs, pair: int) -> dict[str, float]:
    return dict(zip(method.features, pairs.values[pair].tolist(), strict=True))


def _list_parts(
    method: Method,
    pairs: Pairs,
    scored: Scored,
    evidence: Model,
    order: np.ndarray,
    codes: np.ndarray,
    settings: list[Setting],
) -> list[list[Part]]:
    mine = [pairs.left_records[place] for place in pairs.left[order].tolist()]
    theirs = [pairs.right_records[place] for place in pairs.right[order].tolist()]
    scores, leads = scored.score[order].tolist(), np.round(scored.outcome.values[order], 2).tolist()
    wholes = [setting.as_part(to_odds(score), row) for setting, score, row in zip(settings, scores, leads, strict=True)]
    weights, ceilings = evidence.contributions(pairs.values[order]), pairs.ceiling[order].tolist()
    return PartsWriter(method, evidence).write_all(zip(mine, theirs, strict=True), codes, weights, ceilings, wholes)
