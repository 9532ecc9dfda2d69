from __future__ import annotations

import pytest

from core.matching.headings import find_column, find_header, suggest_headings, tidy_heading


@pytest.mark.parametrize(
    ("column", "headings", "meant"),
    [
        ("id", ["Client ID", "Client Name", "Paid"], ["Client ID"]),
        ("id", ["ClientID", "Client"], ["ClientID"]),
        ("id", ["Client Code", "Client"], ["Client Code"]),
        ("name", ["Company", "Paid", ""], ["Company"]),
        ("name", ["client_name", "given_name"], ["client_name", "given_name"]),
        ("name", ["a", "b"], []),
    ],
)
def test_the_likeliest_headings_are_suggested(column: str, headings: list[str], meant: list[str]) -> None:
    assert suggest_headings(column, headings) == meant


@pytest.mark.parametrize(("heading", "column"), [("Tax No.", "tax_no"), ("E-mail", "email"), (" ID ", "id"), ("", "")])
def test_a_heading_is_read_whatever_its_case_and_points(heading: str, column: str) -> None:
    assert tidy_heading(heading) == column


def test_another_name_of_a_column_is_known() -> None:
    assert find_column("Date of Birth", ["email", "dob"]) == "dob"
    assert find_column("Partner", ["email", "dob"]) == ""


def test_the_header_is_the_row_naming_both_columns() -> None:
    assert find_header([["Clients", ""], ["", ""], ["Name", "ID"], ["id", "name"]]) == 2
    assert find_header([["number", "name"], ["1", "id"]]) == 0
