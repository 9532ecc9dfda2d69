"""Learning from a practice's own decisions, with a guard.

The decisions are split by local record into five parts. What four parts teach is judged on the fifth, against the
weights as shipped, by the whole way of matching: evidence, assignment, score. The shifts are taken only when

* at least NEEDED local records are decided,
* the surprise at decisions not seen falls, on the mean over records, by more than twice the standard error of that
  mean and by LEAST_GAIN (the same records under both, so that hard ones do not count as a difference), and
* of the candidates that become certain beside those certain as shipped, the decisions not seen refuse no more than
  ALLOWED; if a higher threshold of certain is needed for that, it is taken, unless fewer of the whole list were
  certain then.

Otherwise the weights stay as shipped and the check says which of the three failed.

The threshold of certain moves too, see `threshold`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
import pandas as pd

from .engine import Pairs, compare_lists, score_pairs
from .kinds import choose_method
from .learned import SHIPPED_CERTAIN, Check, Finding, Learned, list_shifts
from .lessons import Lessons, gather_lessons, keep_neighbours
from .method import Method
from .progress import Progress, say_nothing
from .shifts import SLIPS, Fitted, choose_slip, fit_shifts, measure_loss
from .threshold import count_above, find_harmless, is_harmless, raise_threshold
from .weigh import Model, read_model

#: Decided records from which there are enough to check on some what the others teach.
NEEDED = 60
#: A smaller fall of the surprise per decision is not worth other weights.
LEAST_GAIN = 0.005
#: Shifts below this, in log-odds, are not worth keeping.
SMALLEST_SHIFT = 0.05
_FOLDS = 5
_CLEARLY = 2.0


@dataclass(frozen=True)
class _Material:
    """What learning needs: the method, the shipped models, all pairs, those near the decisions, what these say."""

    method: Method
    evidence: Model
    outcome: Model
    pairs: Pairs
    near: Pairs
    lessons: Lessons

    def score(self, evidence: Model) -> np.ndarray:
        """The score of every lesson's pair with this evidence."""
        return np.asarray(score_pairs(self.method, self.near, evidence, self.outcome).score[self.lessons.pair])

    def score_all(self, evidence: Model) -> np.ndarray:
        """The score of every pair of the lists."""
        return score_pairs(self.method, self.pairs, evidence, self.outcome).score

    def move(self, fitted: Fitted) -> Model:
        """The evidence with the shifts."""
        weights = tuple(row + move for row, move in zip(self.evidence.weights, fitted.shifts, strict=True))
        return replace(self.evidence, weights=weights)

    def list_certain(self, score: np.ndarray) -> np.ndarray:
        """The scores, in order, of the best candidates that are certain as shipped; one per left record."""
        best = np.zeros(len(self.pairs.left_records))
        np.maximum.at(best, self.pairs.left, score)
        return np.sort(best[best >= SHIPPED_CERTAIN])

    def fit(self, shipped: np.ndarray, mask: np.ndarray, slips: Sequence[float] = SLIPS) -> Fitted:
        """What the lessons under the mask teach; `shipped` has the scores of all lessons as shipped."""
        seen = self.lessons.take(mask)
        return fit_shifts(self.evidence, self.near.values[seen.pair], shipped[mask], seen.same, seen.say, slips)


def learn(
    kind: str,
    left: pd.DataFrame,
    right: pd.DataFrame,
    decided: pd.DataFrame,
    *,
    standing: Mapping[str, str] = MappingProxyType({}),
    on_progress: Progress = say_nothing,
) -> Learned:
    """What a practice's decisions about the pairs of two lists teach, checked; see the module for the rules.

    left, right: the lists as `match_lists` takes them. decided: one row per decided pair, oldest first; columns
    left_id, right_id and same (True: accepted, False: rejected). Only what persons looked at belongs there: what a
    rule accepted by its score proves nothing. standing: left id -> right id of what a rule accepted and nobody ended;
    it teaches no weight, and only tells how many certain ones were refused of how many. Deterministic and unchanged by
    the order of the lists' rows. Without decisions the result is matching as shipped.
    """
    method = choose_method(kind)
    if decided.empty:
        return Learned(kind, "", check=Check(needed=NEEDED))
    # In the order of ids, so that neither folds nor the choice between equal rivals hang on the order of rows.
    left, right = left.sort_index(), right.sort_index()
    pairs = compare_lists(method, left, right, on_progress=on_progress)
    name = method.model(pairs.left_records, pairs.right_records)
    near, lessons = keep_neighbours(pairs, gather_lessons(pairs, left, right, decided))
    found = _Material(method, read_model(name), read_model(f"{name}_outcome"), pairs, near, lessons)
    learned, unseen = _learn(found, Learned(kind, name, check=_count(lessons)))
    best = pd.concat([_find_best(lessons, unseen), _list_standing(found, learned, left, right, standing)])
    return raise_threshold(learned, best)


def _list_standing(
    of: _Material, learned: Learned, left: pd.DataFrame, right: pd.DataFrame, standing: Mapping[str, str]
) -> pd.DataFrame:
    """The score of each standing link that matching would propose, in the columns of `_find_best`."""
    links = pd.Series(dict(standing), dtype="str")
    partner = right.index.astype(str).get_indexer(links.reindex(left.index.astype(str)).fillna(""))
    held = np.flatnonzero(partner[of.pairs.left] == of.pairs.right)
    if not len(held):
        return pd.DataFrame({"score": np.empty(0), "same": np.empty(0, dtype=bool)})
    evidence = learned.adapt(learned.model, of.evidence)[0]
    return pd.DataFrame({"score": of.score_all(evidence)[held], "same": True})


def _count(lessons: Lessons) -> Check:
    return Check(
        needed=NEEDED,
        decisions=lessons.records,
        accepted=lessons.accepted,
        rejected=lessons.rejected,
        uncompared=lessons.uncompared,
    )


def _learn(of: _Material, blank: Learned) -> tuple[Learned, np.ndarray]:
    """What was learned but for the threshold, and the scores of all lessons by weights that have not seen them."""
    shipped = of.score(of.evidence)
    if of.lessons.records < NEEDED:
        return blank, shipped
    fitted = of.fit(shipped, np.ones(len(shipped), dtype=bool))
    unseen = _score_unseen(of, shipped, fitted.slip)
    # Each side is judged with the slip that suits it: else plain carelessness would look like something to learn.
    slip = choose_slip(shipped, of.lessons.same, of.lessons.say)
    losses = _lose(of.lessons, shipped, slip), _lose(of.lessons, unseen, fitted.slip)
    best = _find_best(of.lessons, shipped), _find_best(of.lessons, unseen)
    certain = find_harmless(*best, *(of.list_certain(of.score_all(one)) for one in (of.evidence, of.move(fitted))))
    check = _compare(blank.check, losses, best, certain)
    if check.finding is not Finding.ADOPTED:
        return replace(blank, check=check), shipped
    shifts = list_shifts(of.evidence, fitted.shifts, SMALLEST_SHIFT)
    return replace(blank, shifts=shifts, certain=certain, check=check), unseen


def _score_unseen(of: _Material, shipped: np.ndarray, slip: float) -> np.ndarray:
    """Scores of all lessons by shifts that have not seen their record."""
    score = np.empty(len(shipped))
    for fold in range(_FOLDS):
        unseen = of.lessons.record % _FOLDS == fold
        score[unseen] = of.score(of.move(of.fit(shipped, ~unseen, (slip,))))[unseen]
    return score


def _compare(
    check: Check, losses: tuple[np.ndarray, np.ndarray], best: tuple[pd.DataFrame, pd.DataFrame], certain: float
) -> Check:
    """The check filled in. Of each two the first is as shipped, the second by weights that had not seen the record."""
    gain = losses[0] - losses[1]
    error = float(gain.std(ddof=1) / np.sqrt(len(gain)))
    counts = count_above(best[0], SHIPPED_CERTAIN), count_above(best[1], certain)
    finding = Finding.ADOPTED
    if gain.mean() <= max(_CLEARLY * error, LEAST_GAIN):
        finding = Finding.NOT_BETTER
    elif not is_harmless(*counts):
        finding = Finding.MORE_WRONG
    return replace(
        check,
        finding=finding,
        loss_shipped=round(float(losses[0].mean()), 4),
        loss_learned=round(float(losses[1].mean()), 4),
        loss_error=round(error, 4),
        best_shipped=int(best[0]["same"].sum()),
        best_learned=int(best[1]["same"].sum()),
        certain_shipped=counts[0].judged,
        certain_learned=counts[1].judged,
        wrong_shipped=counts[0].wrong,
        wrong_learned=counts[1].wrong,
    )


def _lose(lessons: Lessons, score: np.ndarray, slip: float) -> np.ndarray:
    """The surprise per decided record."""
    loss = lessons.say * measure_loss(score, lessons.same, slip)
    return np.bincount(lessons.record, weights=loss, minlength=lessons.records)


def _find_best(lessons: Lessons, score: np.ndarray) -> pd.DataFrame:
    """The best candidate of each decided record: columns score and same, which is False when it was decided against."""
    frame = pd.DataFrame({"record": lessons.record, "score": score, "same": lessons.same})
    # Of equal scores the refused one counts: the order of the lists must not decide.
    frame = frame.sort_values(["record", "score", "same"], ascending=[True, False, True], kind="stable")
    return frame.drop_duplicates("record")


@cache
def seal_shipped() -> str:
    """A text that differs when other weights ship: what was learned beside the former ones is due for a check."""
    folder = files("core.matching") / "data" / "models"
    models = sorted((one.name, one.read_bytes()) for one in folder.iterdir())
    return hashlib.sha256(repr(models).encode()).hexdigest()[:16]
