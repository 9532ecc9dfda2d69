"""Which pairs are looked at closely."""

from __future__ import annotations

import numpy as np
import pytest

from core.matching.candidates import Candidates, find_candidates, find_shared
from core.matching.records import Record, make_record
from core.matching.traits import collect_traits, key_traits
from tests.benchmarks.practice_lists import COLUMNS, PracticeLists, make_practice


@pytest.fixture(scope="module")
def practice() -> PracticeLists:
    return make_practice(1500, seed=5)


def read(rows: list[tuple[str, ...]], *, names_only: bool = False) -> list[Record]:
    columns = COLUMNS[:2] if names_only else COLUMNS
    return [make_record(dict(zip(columns, row, strict=False))) for row in rows]


def name_pairs(found: Candidates, lists: PracticeLists) -> set[tuple[str, str]]:
    return {(lists.left[one][0], lists.right[other][0]) for one, other in zip(found.left, found.right, strict=True)}


@pytest.mark.parametrize("names_only", [True, False])
def test_nearly_every_partner_is_among_few_candidates(practice: PracticeLists, names_only: bool) -> None:
    left, right = read(practice.left, names_only=names_only), read(practice.right, names_only=names_only)
    found = name_pairs(find_candidates(left, right), practice)
    # Some partners share nothing of the name: a birth name, a trading name.
    assert len(found & set(practice.truth)) / len(practice.truth) > (0.97 if names_only else 0.99)
    assert len(found) < 4 * len(left)


def test_candidates_do_not_depend_on_the_order_of_rows_or_the_number_of_threads(practice: PracticeLists) -> None:
    left, right = read(practice.left), read(practice.right)
    straight = find_candidates(left, right)
    turned = find_candidates(left[::-1], right[::-1], workers=2)
    back = Candidates(len(left) - 1 - turned.left, len(right) - 1 - turned.right)
    both = name_pairs(straight, practice), name_pairs(back, practice)
    # Where many records fit equally badly, which of them are among the first twenty is a matter of order.
    assert len(both[0] ^ both[1]) <= 0.01 * len(both[0])


def test_an_empty_list_has_no_candidates() -> None:
    some = read([("1", "Tarling Pty Ltd")])
    for left, right in ((some, []), ([], some), ([], [])):
        assert len(find_candidates(left, right).left) == 0


def test_names_without_letters_have_no_candidates() -> None:
    found = find_candidates(read([("1", ""), ("2", "🦘")]), read([("1", ""), ("2", "—")]))
    assert len(found.left) == 0


def test_a_glance_rules_out_most_pairs_that_share_something(practice: PracticeLists) -> None:
    left, right = read(practice.left), read(practice.right)
    shared, looked_at = find_shared(left, right), find_candidates(left, right)
    assert len(looked_at.left) < 0.7 * len(shared.left)


def test_equal_words_have_equal_traits_in_both_lists() -> None:
    left, right = collect_traits(read([("1", "Tarling Plumbing Pty Ltd")]), read([("9", "TARLING PLUMBING LTD")]))
    assert np.array_equal(np.sort(left.codes), np.sort(right.codes))


def test_masked_numbers_are_no_keys() -> None:
    record = make_record({"name": "Tarling", "tax_no": "*****123", "phone": "0412 345 678"})
    assert key_traits(record) == ["f412345678"]
