"""The threshold of certain: exact bounds, and when it moves."""

from __future__ import annotations

import pandas as pd
import pytest

from core.matching.learned import SHIPPED_CERTAIN, Learned
from core.matching.threshold import bound_above, bound_below, find_harmless, raise_threshold


def judge(*groups: tuple[float, int, int]) -> pd.DataFrame:
    """Candidates by score: so many judged, and so many of them refused."""
    rows = [(score, place >= wrong) for score, judged, wrong in groups for place in range(judged)]
    return pd.DataFrame(rows, columns=["score", "same"])


@pytest.mark.parametrize(
    ("groups", "threshold"),
    [
        (((0.991, 20, 4), (0.9993, 200, 0)), 0.993),
        (((0.991, 20, 4), (0.9965, 20, 4), (0.9993, 200, 0)), 0.997),
        (((0.991, 20, 2), (0.9993, 200, 20)), SHIPPED_CERTAIN),
        (((0.991, 20, 1), (0.9993, 200, 0)), SHIPPED_CERTAIN),
        (((0.991, 900, 2), (0.9993, 900, 0)), SHIPPED_CERTAIN),
        (((0.991, 6, 6),), SHIPPED_CERTAIN),
        ((), SHIPPED_CERTAIN),
    ],
    ids=[
        "low ones refused",
        "two steps refused",
        "slips on all",
        "one refused",
        "few of many",
        "nothing above",
        "none",
    ],
)
def test_it_rises_only_over_scores_shown_to_be_worse(
    groups: tuple[tuple[float, int, int], ...], threshold: float
) -> None:
    learned = raise_threshold(Learned("clients", "clients"), judge(*groups))
    assert learned.certain == threshold


def test_what_remains_above_it_is_told_with_its_bound() -> None:
    check = raise_threshold(Learned("clients", "clients"), judge((0.991, 20, 4), (0.9993, 200, 0))).check
    assert (check.judged, check.wrong) == (200, 0)
    assert check.bound == pytest.approx(0.0149, abs=0.0002)


def test_new_certain_ones_may_not_be_refused_more_often_than_certain_allows() -> None:
    before, after = judge((0.995, 50, 0), (0.9, 50, 5)), judge((0.995, 60, 5), (0.9992, 30, 0))
    reach = judge((0.995, 100, 0))["score"].to_numpy()
    assert find_harmless(before, after, reach, judge((0.9992, 120, 0))["score"].to_numpy()) == 0.997
    assert find_harmless(before, after, reach, judge((0.9992, 90, 0))["score"].to_numpy()) == SHIPPED_CERTAIN


def test_the_bounds_are_those_of_clopper_and_pearson() -> None:
    """Textbook values: none of 59 wrong means at most 5 %; 2 of 20 lie between 1.8 % and 28.3 %."""
    assert bound_above(0, 59) == pytest.approx(0.0495, abs=0.0005)
    assert bound_above(2, 20) == pytest.approx(0.2826, abs=0.0005)
    assert bound_below(2, 20) == pytest.approx(0.0181, abs=0.0005)
    assert (bound_above(0, 0), bound_below(0, 0)) == (1.0, 0.0)
