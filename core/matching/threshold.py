"""From which score on a practice calls a pair certain.

The threshold is the practice's own. It never falls below the shipped one, so certain keeps its meaning. It rises when
persons refused at least two candidates above it and, by the exact binomial upper bound, more than ALLOWED may be wrong;
then to the step of LADDER with the lowest upper bound, of those steps that leave out what is shown to be worse: the
lower bound of what lies below the step is above the upper bound of what remains. Slips of the hand fall on all scores
alike and show no such step; a practice's own wrong ones near the threshold do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from .learned import SHIPPED_CERTAIN, Learned

#: Share of wrong ones that certain allows, and the thresholds a practice may have.
ALLOWED = 0.01
LADDER = (SHIPPED_CERTAIN, 0.993, 0.995, 0.997, 0.998, 0.999, 0.9995)
#: Confidence of the bounds.
CONFIDENCE = 0.95
#: One refusal may be a slip.
_NO_SLIP = 2


@dataclass(frozen=True)
class Count:
    """How many candidates were judged, and how many of them refused."""

    judged: int
    wrong: int

    @property
    def most(self) -> float:
        """The upper bound of the share refused."""
        return bound_above(self.wrong, self.judged)

    @property
    def least(self) -> float:
        """Its lower bound."""
        return bound_below(self.wrong, self.judged)


def count_above(best: pd.DataFrame, low: float, high: float = np.inf) -> Count:
    """How many of the best candidates have low <= score < high; best: columns score and same."""
    rows = best[best["score"].ge(low) & best["score"].lt(high)]
    return Count(len(rows), int((~rows["same"]).sum()))


def raise_threshold(learned: Learned, best: pd.DataFrame) -> Learned:
    """The threshold raised where the best candidates ask for it, and the count of those that remain above it.

    best: columns score and same, one row per judged record.
    """
    now = count_above(best, learned.certain)
    chosen = learned.certain
    if now.wrong >= _NO_SLIP and now.most > ALLOWED:
        left_out = {step: count_above(best, learned.certain, step) for step in LADDER if step > learned.certain}
        worse = [step for step, count in left_out.items() if count.least > count_above(best, step).most]
        chosen = min(worse, key=lambda step: (count_above(best, step).most, step), default=chosen)
    held = count_above(best, chosen)
    check = replace(learned.check, judged=held.judged, wrong=held.wrong, bound=round(held.most, 4))
    return replace(learned, certain=chosen, check=check)


def find_harmless(before: pd.DataFrame, after: pd.DataFrame, reach: np.ndarray, reach_after: np.ndarray) -> float:
    """The lowest threshold under which certain is no worse than as shipped; the shipped one when there is none.

    reach: scores of the certain ones of the whole list, before and after.
    """
    shipped = count_above(before, SHIPPED_CERTAIN)
    for step in LADDER:
        keeps = int((reach_after >= step).sum()) >= len(reach)
        if is_harmless(shipped, count_above(after, step)) and (step == SHIPPED_CERTAIN or keeps):
            return step
    return SHIPPED_CERTAIN


def is_harmless(before: Count, after: Count) -> bool:
    """Whether no more of the additional ones are refused than certain allows."""
    return after.wrong - before.wrong <= ALLOWED * max(after.judged - before.judged, 0)


def bound_above(wrong: int, judged: int) -> float:
    """The share wrong that is not exceeded with 95 % confidence (Clopper and Pearson); 1 when nothing was judged."""
    return 1.0 if wrong >= judged else float(betaincinv(wrong + 1, judged - wrong, CONFIDENCE))


def bound_below(wrong: int, judged: int) -> float:
    """The share wrong that is reached at least with 95 % confidence; 0 when nothing was wrong."""
    return float(betaincinv(wrong, judged - wrong + 1, 1 - CONFIDENCE)) if wrong else 0.0
