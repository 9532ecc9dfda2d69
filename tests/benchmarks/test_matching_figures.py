"""The figures that the table of peers rests on."""

from __future__ import annotations

import pytest

from tests.benchmarks.matching_figures import Proposal, find_best_f1, keep_best, measure_best, measure_calibration

TRUTH = {("1", "a"), ("2", "b"), ("3", "c")}


def propose(left: str, right: str, score: float, band: str = "") -> Proposal:
    return Proposal(left, right, score, score, band)


def test_the_best_threshold_takes_what_helps_and_leaves_the_rest() -> None:
    found = [propose("1", "a", 0.9), propose("2", "b", 0.8), propose("3", "x", 0.2)]
    assert [round(each, 3) for each in find_best_f1(found, TRUTH)] == [0.8, 1.0, 0.667]


def test_pairs_of_equal_score_stand_or_fall_together() -> None:
    found = [propose("1", "a", 0.9), propose("2", "x", 0.9)]
    assert find_best_f1(found, TRUTH)[1] == 0.5


def test_each_left_record_keeps_its_best_and_of_equals_the_first() -> None:
    found = [propose("1", "a", 0.5), propose("1", "b", 0.5), propose("1", "c", 0.4)]
    assert [each.right_id for each in keep_best(found, lambda each: each.left_id)] == ["a"]


def test_a_tool_that_gives_one_record_away_twice_is_measured_by_the_better_of_both() -> None:
    figures = measure_best([propose("1", "a", 0.9), propose("9", "a", 0.5), propose("2", "b", 0.4)], TRUTH)
    assert (figures.reduced, figures.precision) == ("mutual", 1.0)


def test_certain_pairs_are_counted_against_all_true_ones() -> None:
    figures = measure_best([propose("1", "a", 0.9, "certain"), propose("2", "x", 0.9, "certain")], TRUTH)
    assert (round(figures.certain_share, 3), figures.certain_error) == (0.333, 0.5)


def test_calibration_compares_claimed_with_found_share() -> None:
    found = [propose("1", "a", 0.8), propose("2", "x", 0.8), propose("3", "x", 0.1)]
    assert measure_calibration(found, TRUTH) == pytest.approx(0.3)
    assert measure_calibration([Proposal("1", "a", 88.0, None, "")], TRUTH) is None
