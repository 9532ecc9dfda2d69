"""Fits how far a practice's decisions move the shipped weights.

The most likely shifts given the decisions and a prior that they are zero: logistic, in the bins of the shipped model,
on top of the log-odds that matching gives each pair as shipped. Where the practice is like any other, these log-odds
are right already and nothing moves. People slip: each decision is taken to be the opposite of what was meant with a
small chance that is estimated along, so that one decision against strong evidence hardly pulls, and many alike do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .weigh import Model, to_probability

#: How strongly shifts are held at zero: twenty decisions move a weight by little, five hundred visibly.
RIDGE = 4.0
#: Chances of a slip that are tried.
SLIPS = (0.005, 0.02, 0.06, 0.15)
#: No log-odds as shipped stand further from zero than this, or no number of decisions could move them.
_FARTHEST = 6.0


@dataclass(frozen=True)
class Fitted:
    """Shifts per feature and bin of a model, and the chance of a slip they go with."""

    shifts: tuple[np.ndarray, ...]
    slip: float


def soften(chance: np.ndarray, slip: float) -> np.ndarray:
    """The chance of the answer "same" by somebody who slips now and then."""
    return np.asarray(slip + (1 - 2 * slip) * chance)


def measure_loss(chance: np.ndarray, same: np.ndarray, slip: float) -> np.ndarray:
    """The surprise (negative log-likelihood) at each answer."""
    softened = soften(chance, slip)
    return np.asarray(-np.log(np.where(same, softened, 1 - softened)))


def choose_slip(chance: np.ndarray, same: np.ndarray, say: np.ndarray) -> float:
    """The slip under which the answers surprise least."""
    return min(SLIPS, key=lambda slip: float(say @ measure_loss(chance, same, slip)))


def fit_shifts(
    model: Model,
    values: np.ndarray,
    score: np.ndarray,
    same: np.ndarray,
    say: np.ndarray,
    slips: Sequence[float] = SLIPS,
) -> Fitted:
    """The most likely shifts, and the most likely of the slips.

    values: evidence per pair, one column per feature of the model. score: chance of each pair as shipped. same: what
    was decided of it. say: how much that counts.
    """
    starts = np.concatenate([[0], np.cumsum([len(row) for row in model.weights])])
    design, used = _make_design(model.place(values), starts)
    chance = np.clip(score, 1e-9, 1 - 1e-9)
    offset = np.clip(np.log(chance / (1 - chance)), -_FARTHEST, _FARTHEST)
    found = [(*_climb(design, offset, same, say, slip), slip) for slip in slips]
    _, beta, slip = min(found, key=lambda one: one[0])
    moved = np.zeros(int(starts[-1]))
    moved[used] = beta
    return Fitted(tuple(np.split(moved, starts[1:-1])), slip)


def _make_design(bins: np.ndarray, starts: np.ndarray) -> tuple[sparse.csr_matrix, np.ndarray]:
    """One column per bin that occurs, but those of having nothing to say, which must weigh nothing."""
    columns = bins + starts[:-1]
    rows = np.repeat(np.arange(len(bins)), bins.shape[1]).reshape(bins.shape)
    says = bins > 0
    used, place = np.unique(columns[says], return_inverse=True)
    return sparse.csr_matrix((np.ones(len(place)), (rows[says], place)), shape=(len(bins), len(used))), used


def _climb(
    design: sparse.csr_matrix, offset: np.ndarray, same: np.ndarray, say: np.ndarray, slip: float, steps: int = 30
) -> tuple[float, np.ndarray]:
    """Least penalised surprise and the shifts that reach it: Fisher scoring, each step halved until it helps."""

    def regret(beta: np.ndarray) -> float:
        chance = to_probability(offset + design @ beta)
        return float(say @ measure_loss(chance, same, slip)) + RIDGE / 2 * float(beta @ beta)

    beta = np.zeros(design.shape[1])
    now = regret(beta)
    for _ in range(steps):
        step = _step(design, offset + design @ beta, same, say, slip, beta)
        while np.abs(step).max(initial=0.0) > 1e-4 and regret(beta + step) > now:
            step = step / 2
        if np.abs(step).max(initial=0.0) <= 1e-4:
            break
        beta, now = beta + step, regret(beta + step)
    return now, beta


def _step(
    design: sparse.csr_matrix, odds: np.ndarray, same: np.ndarray, say: np.ndarray, slip: float, beta: np.ndarray
) -> np.ndarray:
    chance = to_probability(odds)
    softened = soften(chance, slip)
    bend = (1 - 2 * slip) * chance * (1 - chance)
    slope = design.T @ (say * bend * np.where(same, 1 / softened, -1 / (1 - softened))) - RIDGE * beta
    curve = say * bend**2 / (softened * (1 - softened))
    hessian = (design.multiply(curve[:, None]).T @ design).toarray() + RIDGE * np.eye(len(beta))
    return np.asarray(np.linalg.solve(hessian, slope))
