"""The lines of an explanation, from what is known before comparing to what the whole list makes of a pair.

Their weights add up to the score: the base, each part of the evidence, what a hard difference takes away, and last the
effect of the whole list.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .explain import BEFORE, CONTRADICTS, LIMIT, MISSING, Line, Part, list_parts, make_part
from .method import Method
from .weigh import Model, to_probability

#: The last line of every explanation.
WHOLE_LIST = "whole list"


def to_odds(chance: float) -> float:
    """A chance as log-odds; 0 and 1 as very large ones."""
    kept = min(max(chance, 1e-9), 1 - 1e-9)
    return math.log(kept / (1 - kept))


class PartsWriter:
    """Writes the lines of pairs that were weighed by one model."""

    def __init__(self, method: Method, evidence: Model) -> None:
        self._lines = method.lines
        self._intercept = evidence.intercept
        place = {feature: number for number, feature in enumerate(evidence.features)}
        self._places = [[place[feature] for feature in line.features] for line in method.lines]
        self._neutral = _weigh_neutral(method.lines, evidence)

    def write_all(
        self,
        records: Iterable[tuple[Any, Any]],
        codes: np.ndarray,
        weights: np.ndarray,
        ceilings: Sequence[float],
        wholes: Iterable[Part],
    ) -> list[list[Part]]:
        """The lines of many pairs, one row or item each.

        records: left and right. codes: from `judge_lines`. weights: what each feature moved the log-odds. ceilings: the
        highest score the evidence may reach. wholes: the last line, its weight being the log-odds of the final score.
        """
        moved = weights - self._neutral
        by_line = np.column_stack([moved[:, places].sum(axis=1) for places in self._places])
        evidence = (self._intercept + weights.sum(axis=1)).tolist()
        rows = zip(records, codes.tolist(), by_line.tolist(), evidence, ceilings, wholes, strict=True)
        return [self._write(*row) for row in rows]

    def _write(
        self,
        records: tuple[Any, Any],
        codes: list[int],
        weights: list[float],
        evidence: float,
        ceiling: float,
        whole: Part,
    ) -> list[Part]:
        parts = list_parts(self._lines, *records, codes, weights)
        before = make_part(BEFORE, "", "", MISSING, evidence - sum(part["weight"] for part in parts))
        limit = min(to_odds(ceiling) - evidence, 0.0) if ceiling < 1 else 0.0
        held = [make_part(LIMIT, "", "", CONTRADICTS, limit)] if limit < 0 else []
        rest = float(whole["weight"]) - evidence - limit
        return [before, *parts, *held, whole | {"weight": round(rest, 3)}]


def _weigh_neutral(lines: Sequence[Line], evidence: Model) -> np.ndarray:
    """What each feature weighs at the value that says nothing; 0 for those that are left empty then."""
    neutral = {feature: value for line in lines for feature, value in line.neutral.items()}
    values = np.array([[neutral.get(feature, np.nan) for feature in evidence.features]])
    known = np.array([feature in neutral for feature in evidence.features])
    return np.where(known, evidence.contributions(values)[0], 0.0)


def walk_chances(parts: Sequence[Part]) -> list[tuple[float, float]]:
    """The chance, 0 to 1, before and after each line; the first line starts from what it says itself."""
    reached = to_probability(np.cumsum([float(part["weight"]) for part in parts])).tolist()
    return list(zip([*reached[:1], *reached[:-1]], reached, strict=True))
