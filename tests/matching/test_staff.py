from __future__ import annotations

import pytest

from core.matching import match
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


@pytest.mark.parametrize(
    ("written", "partner"),
    [
        ("Robert Ferrier (Contractor)", "r0"),
        ("FERRIER, Bob", "r0"),
        ("RF", "r0"),
        ("Karen Wong - Senior", "r1"),
        ("wong.karen", "r1"),
        ("Karen Wong-Ashby", "r1"),
        ("JSC", "r4"),
        ("Shelley Crane", "r4"),
    ],
)
def test_remarks_initials_and_changed_surnames_do_not_hide_a_colleague(written: str, partner: str) -> None:
    found = match("staff", make_list(written, "Anh Nguyen", prefix="l"), PEOPLE)
    assert found[found["left_id"].eq("l0")]["right_id"].iloc[0] == partner


def test_a_business_name_is_nobody_it_shares_no_word_with() -> None:
    right = make_list("Acacia Bookkeeping Pty Ltd", prefix="r")
    assert match("staff", make_list("Tricia Taylor", prefix="l"), right).empty


def test_a_contractor_is_found_by_the_person_beside_the_business_name() -> None:
    right = make_list("Acacia Bookkeeping (Tricia Taylor)", "Tran Advisory (Anh Tran)", prefix="r")
    assert match("staff", make_list("Tricia Taylor", prefix="l"), right)["right_id"].tolist() == ["r0"]


def test_a_mailbox_of_a_desk_tells_no_one_apart() -> None:
    left = make_list("Ann Ray", prefix="l", email=["admin@x.example"])
    right = make_list("Kim Lee", "Ann Ray", prefix="r", email=["admin@x.example", "ann.ray@x.example"])
    assert partners("staff", left, right) == {"l0": "r1"}


def test_namesakes_are_told_apart_by_their_addresses() -> None:
    addresses = ["j.smith@x.example", "j.smith2@x.example"]
    left = make_list("John Smith", "John Smith", prefix="l", email=addresses)
    right = make_list("John Smith", "John Smith", prefix="r", email=addresses[::-1])
    assert partners("staff", left, right) == {"l0": "r1", "l1": "r0"}
