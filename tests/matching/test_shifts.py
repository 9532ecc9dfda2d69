"""Shifts: none where matching is right already, few for few decisions, and slips hardly pull."""

from __future__ import annotations

import numpy as np
import pytest

from core.matching.shifts import choose_slip, fit_shifts, measure_loss
from core.matching.weigh import Model

MODEL = Model(("code",), ((1.0,),), (np.array([0.0, 4.0, -5.0]),), 0.0)
DIFFERS = 2


def shift_of(refused: int, accepted: int, score: float) -> float:
    """How far "code differs" moves when so many pairs with it, all of this score, were refused and accepted."""
    count = refused + accepted
    same = np.arange(count) < accepted
    fitted = fit_shifts(MODEL, np.ones((count, 1)), np.full(count, score), same, np.ones(count))
    return float(fitted.shifts[0][DIFFERS])


def test_decisions_that_bear_out_the_scores_move_nothing() -> None:
    assert shift_of(refused=50, accepted=50, score=0.5) == pytest.approx(0.0, abs=0.01)


def test_many_decisions_move_a_weight_further_than_few() -> None:
    few, many = shift_of(refused=5, accepted=15, score=0.3), shift_of(refused=125, accepted=375, score=0.3)
    assert 0 < few < 1.2 < many < 2.5


def test_a_few_decisions_against_strong_evidence_pull_less_than_one_near_the_middle() -> None:
    assert abs(shift_of(refused=95, accepted=5, score=0.001)) < shift_of(refused=0, accepted=1, score=0.4)


def test_many_alike_against_strong_evidence_are_no_slips() -> None:
    assert shift_of(refused=0, accepted=200, score=0.01) > 3


def test_having_nothing_to_say_weighs_nothing_whatever_is_decided() -> None:
    fitted = fit_shifts(MODEL, np.full((50, 1), np.nan), np.full(50, 0.2), np.ones(50, dtype=bool), np.ones(50))
    assert [row.tolist() for row in fitted.shifts] == [[0.0, 0.0, 0.0]]


def test_the_slip_is_the_share_of_answers_against_what_is_clear() -> None:
    same = np.arange(100) >= 6
    assert choose_slip(np.full(100, 0.999), same, np.ones(100)) == 0.06
    assert float(measure_loss(np.array([0.5]), np.array([True]), 0.06)[0]) == pytest.approx(np.log(2))
