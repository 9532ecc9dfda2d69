"""Whether a pair fits is asked of the very rules that propose it, one pair at a time."""

from __future__ import annotations

from typing import Any

import pytest

from core.mapping.fits import Agreement, compare_fits, list_fitting
from core.mapping.labels import Conventions
from core.mapping.looks import Look
from tests.mapping.looked import look

CLIENTS, TYPES = {"C1": "X1", "C2": "X2"}, {"P1": "K1", "P2": "K2"}


def fit(*looks: Look, ruled: dict[str, str] | None = None) -> list[bool]:
    found = list_fitting({str(n): one for n, one in enumerate(looks)}, CLIENTS, TYPES, Conventions(), ruled)
    return [str(n) in found for n in range(len(looks))]


@pytest.mark.parametrize(
    ("local", "xpm", "expected"),
    [
        ({}, {}, True),
        ({}, {"name": "BAS Sep Qtr 2026"}, True),
        ({}, {"name": "BAS - Quarter December", "start": "2026-07-01"}, False),
        ({"name": "BAS", "period": "Dec Qtr 2026"}, {}, False),
        ({"client_id": "C2"}, {}, False),
        ({}, {"client_id": "X2"}, False),
        ({"process_id": "P2"}, {}, False),
        ({"process_id": "P9"}, {}, False),
        ({}, {"closed": True, "completed": True}, True),
    ],
)
def test_a_pair_fits_while_client_kind_and_period_agree(
    local: dict[str, Any], xpm: dict[str, Any], expected: bool
) -> None:
    dates = {"start": "2026-07-01", "due": "2027-06-30"}
    assert fit(look(local, dates | xpm)) == [expected]


def test_tasks_of_one_client_are_not_weighed_against_each_other() -> None:
    twin = look(xpm={"name": "BAS - Quarter September"})
    assert fit(look(), twin, twin) == [True, True, True]


def test_a_process_rule_decides_in_place_of_the_process() -> None:
    assert fit(look({"process_id": "P2"}), ruled={"0": "K1"}) == [True]
    assert fit(look(), ruled={"0": ""}) == [False]


def test_a_pair_with_a_side_gone_never_fits() -> None:
    assert fit(Look("T1", None, look().xpm), Look("T1", look().local, None)) == [False, False]
    assert list_fitting({}, CLIENTS, TYPES, Conventions()) == frozenset()


def test_a_pair_that_the_rules_never_meant_parts_and_joins_with_its_client() -> None:
    odd, moved = (
        look({"name": "Other work", "period": ""}),
        look({"client_id": "C2", "name": "Other work", "period": ""}),
    )
    parted = compare_fits({"t": odd}, {"t": moved}, CLIENTS, TYPES, Conventions())
    joined = compare_fits({"t": moved}, {"t": odd}, CLIENTS, TYPES, Conventions())
    assert parted == Agreement(parted=frozenset({"t"}))
    assert joined == Agreement(joined=frozenset({"t"}))


def test_a_pair_parts_when_the_rules_no_longer_mean_it() -> None:
    agreement = compare_fits({"t": look()}, {"t": look({"process_id": "P2"})}, CLIENTS, TYPES, Conventions())
    assert agreement == Agreement(parted=frozenset({"t"}))
