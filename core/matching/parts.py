"""The lines of an explanation, from what is known before comparing to what the whole list makes of a pair.

Their weights add up to the score: the base, each part of the evidence, what a hard difference takes away, and last the
effect of the whole list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .explain import BEFORE, CONTRADICTS, LIMIT, MISSING, Line, Part, judge_lines, list_parts, make_part
from .method import Method
from .weigh import Model, to_probability

#: The last line of every explanation.
WHOLE_LIST = "whole list"


def to_odds(chance: float) -> float:
    """A chance as log-odds; 0 and 1 as very large ones."""
    kept = min(max(chance, 1e-9), 1 - 1e-9)
    return float(np.log(kept / (1 - kept)))


class PartsWriter:
    """Writes the lines of pairs that were weighed by one model."""

    def __init__(self, method: Method, evidence: Model) -> None:
        self._method = method
        self._intercept = evidence.intercept
        self._features = evidence.features
        self._neutral = _weigh_neutral(method.lines, evidence)

    def write(
        self, left: Any, right: Any, codes: Sequence[int], weights: np.ndarray, ceiling: float, whole: Part
    ) -> list[Part]:
        """The lines of one pair.

        codes: the pair's row of `judge_lines`. weights: what each feature moved the log-odds. ceiling: the highest
        score its evidence may reach. whole: the last line, its weight being the log-odds of the final score.
        """
        named = dict(zip(self._features, weights.tolist(), strict=True))
        parts = list_parts(self._method.lines, left, right, codes, named, self._neutral)
        evidence = self._intercept + float(weights.sum())
        before = make_part(BEFORE, "", "", MISSING, evidence - sum(part["weight"] for part in parts))
        limit = min(to_odds(ceiling) - evidence, 0.0) if ceiling < 1 else 0.0
        held = [make_part(LIMIT, "", "", CONTRADICTS, limit)] if limit < 0 else []
        rest = float(whole["weight"]) - evidence - limit
        return [before, *parts, *held, whole | {"weight": round(rest, 3)}]


def _weigh_neutral(lines: Sequence[Line], evidence: Model) -> dict[str, float]:
    """What each feature weighs at the value that says nothing, for those that always have a value."""
    values = np.full((1, len(evidence.features)), np.nan)
    neutral = {feature: value for line in lines for feature, value in line.neutral.items()}
    for place, feature in enumerate(evidence.features):
        values[0, place] = neutral.get(feature, np.nan)
    weights = evidence.contributions(values)[0].tolist()
    return {name: weight for name, weight in zip(evidence.features, weights, strict=True) if name in neutral}


def judge_pair(method: Method, values: tuple[float, ...]) -> list[int]:
    """The codes of the lines of a single pair."""
    row = np.array([values], dtype=float)
    return [int(code) for code in judge_lines(method.lines, method.features, row, [method.hard(values)])[0]]


def walk_chances(parts: Sequence[Part]) -> list[tuple[float, float]]:
    """The chance, 0 to 1, before and after each line; the first line starts from what it says itself."""
    reached = to_probability(np.cumsum([float(part["weight"]) for part in parts])).tolist()
    return list(zip([*reached[:1], *reached[:-1]], reached, strict=True))
