"""From evidence to probability: every feature falls into a bin, every bin has a weight, weights add up.

An additive logistic model: simple enough that each feature's contribution to the score can be shown, and fitted once
on labelled lists by `python -m core.matching.fit`. The fitted weights ship as JSON beside this module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class Model:
    """Weights per feature and bin. Bin 0 is "nothing to say" (NaN); bin k holds edges[k-2] <= value < edges[k-1]."""

    features: tuple[str, ...]
    edges: tuple[tuple[float, ...], ...]
    weights: tuple[np.ndarray, ...]
    intercept: float

    def place(self, values: np.ndarray) -> np.ndarray:
        """The bin of every value; rows are pairs, columns are features."""
        bins = np.empty(values.shape, dtype=np.int16)
        for column, edges in enumerate(self.edges):
            known = np.flatnonzero(values[:, column] == values[:, column])
            bins[:, column] = 0
            bins[known, column] = np.searchsorted(np.array(edges), values[known, column], side="right") + 1
        return bins

    def contributions(self, values: np.ndarray) -> np.ndarray:
        """How much each feature moves the log-odds of each pair."""
        bins = self.place(values)
        return np.column_stack([weights[bins[:, column]] for column, weights in enumerate(self.weights)])

    def log_odds(self, values: np.ndarray) -> np.ndarray:
        """The log-odds of each pair being the same."""
        if not len(values):
            return np.empty(0)
        bins, total = self.place(values), np.full(len(values), self.intercept)
        for column, weights in enumerate(self.weights):
            total += weights[bins[:, column]]
        return total

    def to_json(self) -> dict[str, Any]:
        """The model as plain data."""
        rows = [
            {"feature": name, "edges": list(edges), "weights": [round(float(w), 4) for w in weights]}
            for name, edges, weights in zip(self.features, self.edges, self.weights, strict=True)
        ]
        return {"intercept": round(self.intercept, 4), "features": rows}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Model:
        """The model read back from `to_json`."""
        rows = data["features"]
        return cls(
            features=tuple(row["feature"] for row in rows),
            edges=tuple(tuple(row["edges"]) for row in rows),
            weights=tuple(np.array(row["weights"]) for row in rows),
            intercept=float(data["intercept"]),
        )


_BLEND = re.compile(r"(?P<one>[a-z]+)-(?P<other>[a-z]+)-(?P<percent>\d+)(?P<rest>\w*)")


def name_blend(one: str, other: str, share: float) -> str:
    """The name under which `read_model` gives both models in part, `share` of the other, in steps of a tenth."""
    tenths = round(share * 10)
    return one if not tenths else other if tenths == 10 else f"{one}-{other}-{tenths * 10}"


@cache
def read_model(name: str) -> Model:
    """A model shipped with the package, for example "clients" or "clients_outcome", or a blend by `name_blend`."""
    blend = _BLEND.fullmatch(name)
    if blend:
        one, other = (read_model(blend[part] + blend["rest"]) for part in ("one", "other"))
        return mix_models(one, other, int(blend["percent"]) / 100)
    text = (files("core.matching") / "data" / "models" / f"{name}.json").read_text(encoding="utf-8")
    return Model.from_json(json.loads(text))


def mix_models(one: Model, other: Model, share: float) -> Model:
    """The mean of two models of the same features and bins, `share` of it from the other."""
    weights = tuple(
        (1 - share) * mine + share * theirs for mine, theirs in zip(one.weights, other.weights, strict=True)
    )
    return replace(one, weights=weights, intercept=(1 - share) * one.intercept + share * other.intercept)


def fit_model(
    features: Sequence[str],
    edges: Sequence[Sequence[float]],
    values: np.ndarray,
    truth: np.ndarray,
    importance: np.ndarray,
    ridge: float = 1.0,
    best: Mapping[str, Sequence[float]] = MappingProxyType({}),
) -> Model:
    """Fit the weights by Newton steps with a ridge penalty that pulls every bin towards saying nothing.

    best: per feature, values that no other value of it may outweigh.
    """
    frozen = tuple(tuple(float(edge) for edge in row) for row in edges)
    blank = Model(tuple(features), frozen, tuple(np.zeros(len(row) + 2) for row in frozen), 0.0)
    sizes = [len(row) + 2 for row in frozen]
    starts = np.concatenate([[1], 1 + np.cumsum(sizes)])
    penalty = np.concatenate([[1e-6], np.full(sum(sizes), ridge)])
    columns = blank.place(values) + starts[:-1]
    beta = _newton(columns, penalty, truth.astype(float), importance, _limit(blank, best, starts))
    weights = [beta[starts[i] : starts[i + 1]] for i in range(len(sizes))]
    # Having nothing to say must weigh nothing; what it weighed belongs to every pair alike.
    silence = sum(float(row[0]) for row in weights)
    return Model(tuple(features), frozen, tuple(row - row[0] for row in weights), float(beta[0]) + silence)


def _limit(blank: Model, best: Mapping[str, Sequence[float]], starts: np.ndarray) -> np.ndarray:
    """Pairs of columns of which the first may not weigh more than the second."""
    limits = []
    for place, feature in enumerate(blank.features):
        edges = np.array(blank.edges[place])
        tops = {int(np.searchsorted(edges, value, side="right")) + 1 for value in best.get(feature, ())}
        others = set(range(1, len(edges) + 2)) - tops
        limits += [(starts[place] + low, starts[place] + top) for low in sorted(others) for top in sorted(tops)]
    return np.array(limits, dtype=np.int64).reshape(-1, 2)


#: Strength that holds a weight at its limit.
_HOLD = 1e5


def _newton(
    columns: np.ndarray,
    penalty: np.ndarray,
    truth: np.ndarray,
    importance: np.ndarray,
    limits: np.ndarray,
    steps: int = 60,
) -> np.ndarray:
    """The weights, the intercept first. columns: where the bins of each pair stand among them."""
    rows = np.repeat(np.arange(len(columns)), columns.shape[1] + 1)
    cells = np.column_stack([np.zeros(len(columns), dtype=np.int64), columns]).ravel()
    design = sparse.csr_matrix((np.ones(len(cells)), (rows, cells)), shape=(len(columns), len(penalty)))
    beta = np.zeros(len(penalty))
    held = np.zeros(len(limits), dtype=bool)
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        curve = importance * chance * (1 - chance)
        # Pairs that are settled already bend the likelihood no more: most of them, after the first steps.
        is_open = curve > 1e-5
        bent = design[is_open]
        ties = _tie(limits[held], len(penalty))
        hessian = (bent.multiply(curve[is_open, None]).T @ bent).toarray() + np.diag(penalty) + ties
        step = np.linalg.solve(hessian, design.T @ (importance * (truth - chance)) - penalty * beta - ties @ beta)
        beta = beta + step
        if np.abs(step).max() < 1e-4:
            broken = ~held & (beta[limits[:, 0]] > beta[limits[:, 1]] + 1e-3)
            if not broken.any():
                break
            held |= broken
    return beta


def _tie(limits: np.ndarray, width: int) -> np.ndarray:
    """The curvature that holds each pair of weights together."""
    ties = np.zeros((width, width))
    for low, top in limits:
        ties[[low, top], [low, top]] += _HOLD
        ties[[low, top], [top, low]] -= _HOLD
    return ties


#: Highest score of a pair with a hard difference: below the band likely.
HARD_CEILING = 0.75
#: Highest score of a pair that lacks half the proof: below the band certain.
HALF_CEILING = 0.98


def to_probability(log_odds: np.ndarray) -> np.ndarray:
    """Log-odds as chances between 0 and 1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))
