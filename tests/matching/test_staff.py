from __future__ import annotations

import pytest

from core.matching.parse import parse_name
from core.matching.staff import match_login

from .lists import make_list, partners

PEOPLE = make_list("Robert Ferrier", "Karen Wong", "Anh Nguyen", "Philip Hale", "Judith Shelley Crane", prefix="r")


@pytest.mark.parametrize(
    ("written", "partner"),
    [
        ("Bob Ferrier", "r0"),
        ("rferrier", "r0"),
        ("r.ferrier", "r0"),
        ("RF - Robert Ferrier", "r0"),
        ("Ferrier, Robert", "r0"),
        ("K Wong", "r1"),
        ("Karen W", "r1"),
        ("Karen Wnog", "r1"),
        ("Phil Hale", "r3"),
        ("Judy Crane", "r4"),
    ],
)
def test_a_colleague_is_found_however_the_name_is_written(written: str, partner: str) -> None:
    left = make_list(written, "Anh Nguyen", prefix="l")
    assert partners("staff", left, PEOPLE).get("l0") == partner


def test_an_e_mail_address_settles_who_it_is() -> None:
    left = make_list("K Wong", prefix="l", email=["kevin.wong@example.com"])
    right = make_list(
        "Karen Wong", "Kevin Wong", prefix="r", email=["karen.wong@example.com", "kevin.wong@example.com"]
    )
    assert partners("staff", left, right) == {"l0": "r1"}


def test_a_stranger_finds_nobody() -> None:
    assert partners("staff", make_list("Xavier Quill", prefix="l"), PEOPLE) == {}


@pytest.mark.parametrize(
    ("login", "level"),
    [("anna.berg", 4.0), ("aberg", 3.0), ("annab", 3.0), ("abreg", 2.0), ("anna", 1.0), ("zoe", 0.0)],
)
def test_log_ins_name_a_person_at_levels(login: str, level: float) -> None:
    assert match_login(login, parse_name("Anna Berg").persons[0]) == level
