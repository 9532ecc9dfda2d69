"""Samples: how large they are, what they prove, and which pairs they hold."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from core.mapping.sample import bound_error, confidence_of, draw_sample, mark_pairs, size_sample

PAIRS = [(f"C{place}", f"X{place}") for place in range(500)]


def chance_of_at_most(wrong: int, checked: int, bad: int, total: int) -> float:
    """By counting: how often a sample of `checked` holds at most `wrong` of the `bad` ones."""
    ways = sum(comb(bad, seen) * comb(total - bad, checked - seen) for seen in range(wrong + 1))
    return ways / comb(total, checked)


@pytest.mark.parametrize(("most_wrong", "size"), [(0.05, 59), (0.01, 299)])
def test_a_very_large_band_needs_the_sample_of_the_binomial_bound(most_wrong: float, size: int) -> None:
    assert size - 1 <= size_sample(2_000_000, most_wrong) <= size


def test_a_short_band_is_looked_at_whole() -> None:
    assert [size_sample(total, 0.05) for total in (0, 1, 7, 20)] == [0, 1, 7, 20]


@pytest.mark.parametrize("total", [60, 150, 471, 5000])
@pytest.mark.parametrize("wrong", [0, 1, 3])
def test_the_size_is_the_least_that_keeps_the_promise(total: int, wrong: int) -> None:
    size = size_sample(total, 0.05, wrong)
    assert bound_error(size, wrong, total).share <= 0.05
    if size < total:
        assert bound_error(size - 1, wrong, total).share > 0.05


@pytest.mark.parametrize(("checked", "wrong", "total"), [(59, 0, 471), (59, 1, 471), (10, 2, 30), (5, 5, 9)])
def test_the_bound_is_the_exact_one(checked: int, wrong: int, total: int) -> None:
    most = bound_error(checked, wrong, total).most + wrong
    assert chance_of_at_most(wrong, checked, most, total) > 0.05
    one_more = most + 1
    assert one_more > total - (checked - wrong) or chance_of_at_most(wrong, checked, one_more, total) <= 0.05


def test_the_bound_grows_with_every_wrong_pair() -> None:
    shares = [bound_error(59, wrong, 471).share for wrong in range(5)]
    assert shares == sorted(set(shares))


def test_nothing_is_left_to_be_wrong_when_all_were_looked_at() -> None:
    assert (bound_error(9, 2, 9).most, bound_error(9, 2, 9).share) == (0, 0.0)


def test_bands_worse_than_promised_are_let_through_once_in_twenty_at_most() -> None:
    chance = np.random.default_rng(7)
    total, size = 400, size_sample(400, 0.05)
    broken = int(0.05 * (total - size)) + 1
    passed = chance.hypergeometric(broken, total - broken, size, 20_000) == 0
    assert passed.mean() < 0.055


def test_each_further_look_is_held_to_more_confidence() -> None:
    assert [round(confidence_of(look), 4) for look in range(3)] == [0.95, 0.975, 0.9875]


def test_the_same_seed_draws_the_same_pairs_in_any_order_of_the_list() -> None:
    drawn = draw_sample(PAIRS, 30, "seed")
    assert drawn == draw_sample(reversed(PAIRS), 30, "seed")
    assert drawn != draw_sample(PAIRS, 30, "another")


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    assert draw_sample(PAIRS, 90, "seed")[:30] == draw_sample(PAIRS, 30, "seed")


def test_a_pair_that_is_gone_gives_its_place_to_one_other() -> None:
    drawn = draw_sample(PAIRS, 30, "seed")
    again = draw_sample([pair for pair in PAIRS if pair != drawn[4]], 30, "seed")
    assert again[:-1] == [*drawn[:4], *drawn[5:]]


def test_every_pair_is_drawn_about_equally_often() -> None:
    counts = np.zeros(len(PAIRS))
    places = {pair: place for place, pair in enumerate(PAIRS)}
    for seed in range(400):
        counts[[places[pair] for pair in draw_sample(PAIRS, 50, str(seed))]] += 1
    assert abs(counts[:250].sum() - counts[250:].sum()) < 600
    assert counts.min() > 12


def test_the_mark_changes_with_any_pair() -> None:
    assert mark_pairs(PAIRS) == mark_pairs(reversed(PAIRS))
    assert mark_pairs(PAIRS) != mark_pairs([*PAIRS[1:], ("C0", "X9")])
