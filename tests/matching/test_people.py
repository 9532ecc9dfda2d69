from __future__ import annotations

import pytest

from core.matching.parse import parse_name
from core.matching.people import Level, compare_persons
from core.matching.persons import Person


def levels(left: str, right: str) -> tuple[Level, Level, Level]:
    return compare_persons(parse_name(left).persons, parse_name(right).persons)


@pytest.mark.parametrize(
    ("left", "right", "given", "middle"),
    [
        ("Ferrier, Robert", "Robert Ferrier", Level.SAME, Level.MISSING),
        ("Ferrier, Robert", "Bob Ferrier", Level.NICKNAME, Level.MISSING),
        ("Ferrier, Robert", "Ferrier, R", Level.INITIAL, Level.MISSING),
        ("Ferrier, Robert James", "Ferrier, R J", Level.INITIAL, Level.INITIAL),
        ("Ferrier, Robert James", "Ferrier, Robert J", Level.SAME, Level.INITIAL),
        ("Ferrier, Robert Alan Lee", "Ferrier, Robert A L", Level.SAME, Level.INITIAL),
        ("Ferrier, Robert", "Ferrier, Rboert", Level.CLOSE, Level.MISSING),
        ("Ferrier, Robert", "Ferrier, Alice", Level.DIFFERENT, Level.MISSING),
        ("Ferrier, Robert James", "Ferrier, Robert Alan", Level.SAME, Level.DIFFERENT),
    ],
)
def test_given_names_agree_at_levels(left: str, right: str, given: Level, middle: Level) -> None:
    assert levels(left, right) == (Level.SAME, given, middle)


def test_joint_persons_are_paired_in_the_best_order() -> None:
    assert levels("Clarke, Paul & Andrea", "Mrs A & Mr P Clarke")[:2] == (Level.SAME, Level.INITIAL)


def test_the_order_of_names_does_not_matter_when_unknown() -> None:
    assert levels("Ryan Thomas", "Thomas, Ryan")[:2] == (Level.SAME, Level.SAME)


def test_a_person_without_surname_compares_with_anybody() -> None:
    nameless = Person(("anna", "mj"), "", True, "", "")
    other = Person(("bo", "k"), "anna", True, "", "")
    assert compare_persons((nameless,), (other,)) == compare_persons((other,), (nameless,))
