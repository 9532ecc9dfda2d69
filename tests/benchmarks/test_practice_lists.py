from __future__ import annotations

import pytest

from core.matching.identifiers import is_abn, is_ird, is_nzbn

from .practice.clients import Kind
from .practice_lists import PracticeLists, make_practice


@pytest.fixture(scope="module")
def lists() -> PracticeLists:
    return make_practice(2000, 3)


def test_the_same_seed_makes_the_same_lists(lists: PracticeLists) -> None:
    assert make_practice(2000, 3) == lists
    assert make_practice(2000, 4).left != lists.left


def test_each_left_record_has_at_most_one_partner_that_exists(lists: PracticeLists) -> None:
    left_ids, right_ids = ({row[0] for row in rows} for rows in (lists.left, lists.right))
    assert len(left_ids) == len(lists.left)
    assert len({left_id for left_id, _ in lists.truth}) == len(lists.truth)
    assert {left_id for left_id, _ in lists.truth} <= left_ids
    assert {right_id for _, right_id in lists.truth} <= right_ids


def test_about_one_in_seven_records_has_no_partner(lists: PracticeLists) -> None:
    assert 0.82 < len(lists.truth) / len(lists.left) < 0.9
    assert 0.82 < len({right_id for _, right_id in lists.truth}) / len(lists.right) < 0.9


def test_few_pairs_cannot_be_told_by_name(lists: PracticeLists) -> None:
    assert 0 < len(lists.list_undecidable()) / len(lists.truth) < 0.04


def test_names_are_of_every_kind_and_mostly_distinct(lists: PracticeLists) -> None:
    assert {client.kind for client in lists.clients.values()} == set(Kind)
    names = [row[1].lower() for row in lists.right]
    assert len(set(names)) > 0.98 * len(names)


def test_tax_numbers_of_the_register_mostly_satisfy_their_check_digits(lists: PracticeLists) -> None:
    numbers = ["".join(filter(str.isdigit, row[4])) for row in lists.right if row[4]]
    checked = [number for number in numbers if len(number) in (9, 11, 13)]
    valid = [number for number in checked if is_abn(number) or is_ird(number) or is_nzbn(number)]
    assert 0.92 < len(valid) / len(checked) < 1
