"""What a practice's own decisions changed: shifts of shipped weights, its threshold of certain, and the check of both.

Shifts are kept beside the shipped weights, never in their place, so that a later version with better weights keeps
them. They name parts of the evidence and numbers, no record: what was learned can be shown to anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np

from .weigh import Model

#: The threshold of certain as shipped, and the lowest one a practice may have.
SHIPPED_CERTAIN = 0.99

T = TypeVar("T")


class Finding(StrEnum):
    """What came of checking what was learned."""

    TOO_FEW = "too few"  # decisions, to check anything on some of them
    NOT_BETTER = "not better"  # on decisions it had not seen
    MORE_WRONG = "more wrong"  # among the certain ones of those
    ADOPTED = "adopted"


@dataclass(frozen=True)
class Shift:
    """One bin of evidence that counts more (`by` above 0) or less than as `shipped`, both in log-odds.

    The bin holds low <= value < high of the feature; None is open.
    """

    feature: str
    low: float | None
    high: float | None
    shipped: float
    by: float


@dataclass(frozen=True)
class Check:
    """How what was learned did on decisions it had not seen, against the shipped weights.

    decisions: local records decided by a person, of which `accepted` have a partner; `rejected` counts pairs.
    uncompared: accepted partners that matching would never have compared, from which nothing can be learned.
    loss: mean surprise per decision, lower is better, with the standard error of the difference. best: records whose
    best candidate is the accepted one. certain: records with a candidate above the shipped threshold, and how many of
    those candidates the person refused. judged and wrong: the same at the practice's own threshold; bound: with 95 %
    confidence no more than this share of them is wrong.
    """

    finding: Finding = Finding.TOO_FEW
    needed: int = 0
    decisions: int = 0
    accepted: int = 0
    rejected: int = 0
    uncompared: int = 0
    loss_shipped: float = 0.0
    loss_learned: float = 0.0
    loss_error: float = 0.0
    best_shipped: int = 0
    best_learned: int = 0
    certain_shipped: int = 0
    certain_learned: int = 0
    wrong_shipped: int = 0
    wrong_learned: int = 0
    judged: int = 0
    wrong: int = 0
    bound: float = 1.0


@dataclass(frozen=True)
class Learned:
    """What one practice's decisions about one kind taught, for the shipped model of this name.

    certain: score from which a pair without rival is certain, never below SHIPPED_CERTAIN. basis: whatever the caller
    keeps to tell whether the decisions and lists are still those it was learned of.
    """

    kind: str
    model: str
    shifts: tuple[Shift, ...] = ()
    certain: float = SHIPPED_CERTAIN
    check: Check = field(default_factory=Check)
    basis: str = ""

    @property
    def is_shipped(self) -> bool:
        """Whether matching with it is matching as shipped."""
        return not self.shifts and self.certain == SHIPPED_CERTAIN

    def adapt(self, name: str, model: Model) -> tuple[Model, tuple[Shift, ...]]:
        """The shipped model of this name with the shifts, and the shifts it has no place for.

        A shift finds its place by feature and bin; one whose bin a newer model cuts otherwise is left out, as are all
        of them when the lists call for another model than the one they were learned of.
        """
        if name != self.model:
            return model, self.shifts
        weights = [row.copy() for row in model.weights]
        ignored = []
        for shift in self.shifts:
            place = _find_bin(model, shift)
            if place is None:
                ignored.append(shift)
            else:
                weights[place[0]][place[1]] += shift.by
        return replace(model, weights=tuple(weights)), tuple(ignored)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Learned:
        """Read back from `to_json`; what this version does not know is left out, what it misses has its usual value."""
        known = _take(cls, data)
        known["shifts"] = tuple(Shift(**_take(Shift, row)) for row in data.get("shifts", ()))
        known["certain"] = max(float(data.get("certain", SHIPPED_CERTAIN)), SHIPPED_CERTAIN)
        check = _take(Check, data.get("check", {}))
        if check.get("finding") in set(Finding):
            check["finding"] = Finding(check["finding"])
        else:
            check.pop("finding", None)
        return cls(**known | {"check": Check(**check)})


def list_shifts(model: Model, moved: Iterable[np.ndarray], least: float) -> tuple[Shift, ...]:
    """The moves of at least this size, per feature and bin of the model, as shifts rounded to two digits."""
    found = []
    for feature, edges, weights, row in zip(model.features, model.edges, model.weights, moved, strict=True):
        for place in np.flatnonzero(np.abs(row) >= least).tolist():
            low, high = _bounds(edges, place)
            found.append(Shift(feature, low, high, round(float(weights[place]), 2), round(float(row[place]), 2)))
    return tuple(found)


def _bounds(edges: tuple[float, ...], place: int) -> tuple[float | None, float | None]:
    return edges[place - 2] if place >= 2 else None, edges[place - 1] if place <= len(edges) else None


def _find_bin(model: Model, shift: Shift) -> tuple[int, int] | None:
    """Feature and bin of the shift in the model; None when the model has no such bin."""
    if shift.feature not in model.features:
        return None
    column = model.features.index(shift.feature)
    edges = model.edges[column]
    bounds = [_bounds(edges, place) for place in range(1, len(edges) + 2)]
    wanted = (shift.low, shift.high)
    return (column, bounds.index(wanted) + 1) if wanted in bounds else None


def _take(what: type[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(what)}
    return {name: value for name, value in data.items() if name in names}
