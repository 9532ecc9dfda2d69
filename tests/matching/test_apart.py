"""Names taken apart side by side, as a person sees them."""

from __future__ import annotations

from core.matching.apart import Piece, take_apart


def pieces(kind: str, left: str, right: str) -> dict[str, Piece]:
    return {piece.title: piece for piece in take_apart(kind, {"name": left}, {"name": right})}


def test_trustee_trading_name_number_and_kind_stand_apart() -> None:
    found = pieces(
        "clients", "J & P Smith Pty Ltd ATF The Smith Family Trust No 2 T/A Bakery", "Smith Family Super Fund"
    )
    assert found["Kind"].left == "family trust"
    assert found["Kind"].verdict == "differs"
    assert (found["Trustee"].left, found["Trading as"].left, found["Number"].left) == ("J P Smith", "Bakery", "2")
    assert found["Trustee"].verdict == "missing"


def test_a_person_comes_apart_into_surname_and_given_names() -> None:
    found = pieces("clients", "Castellan, Paul James", "Mr Bob Castellan")
    assert [found[title].verdict for title in ("Surname", "Given name")] == ["same", "differs"]
    assert (found["Further names"].left, found["Title"].right) == ("James", "Mr")


def test_a_nickname_is_similar() -> None:
    assert pieces("clients", "Castellan, Robert", "Castellan, Bob")["Given name"].verdict == "similar"


def test_names_the_other_way_round_are_the_same_person() -> None:
    found = pieces("clients", "Ryan Thomas", "Thomas Ryan")
    assert found["Person"].verdict == "same"
    assert "Surname" not in found
    assert pieces("clients", "smith richard", "Smith, Richard Paul")["Person"].verdict == "same"


def test_staff_and_work_come_apart_too() -> None:
    assert pieces("staff", "Bob Lee", "Lee, Robert")["Given name"].verdict == "similar"
    assert pieces("tasks", "BAS Sep 2025 qtr", "BAS Jun 2025 qtr")["Period"].verdict == "differs"


def test_an_empty_name_has_no_pieces() -> None:
    assert take_apart("clients", {"name": ""}, {"name": ""}) == []
