from __future__ import annotations

import pytest

from core.matching.identifiers import Agreement, clean_number, compare_numbers, is_abn, is_acn, is_ird, is_nzbn
from core.matching.records import clean_date


@pytest.mark.parametrize(
    ("check", "number"),
    [(is_abn, "51824753556"), (is_acn, "004085616"), (is_nzbn, "9429000000017"), (is_ird, "49091850")],
)
def test_check_digits_hold_and_break(check: object, number: str) -> None:
    assert callable(check)
    broken = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert check(number)
    assert not check(broken)


def test_style_does_not_matter() -> None:
    assert clean_number("ABN 51 824 753 556") == clean_number("51-824-753-556") == "51824753556"


@pytest.mark.parametrize("text", ["", "n/a", "000000000", "12"])
def test_what_is_no_number_is_empty(text: str) -> None:
    assert clean_number(text) == ""


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("51824753556", "51824753556", Agreement.SAME),
        ("51824753556", "51824753565", Agreement.SLIP),
        ("51824753556", "53004085616", Agreement.OTHER),
        ("51824753557", "53004085616", Agreement.DIFFERENT),
        ("53004085616", "004085616", Agreement.SAME),
        ("51824753556", "", Agreement.NONE),
        ("51824753556", "*556", Agreement.MASKED_SAME),
        ("51824753556", "*111", Agreement.MASKED_DIFFERENT),
    ],
)
def test_numbers_agree_slip_or_differ(one: str, other: str, agreement: Agreement) -> None:
    assert compare_numbers(one, other) is agreement


def test_a_masked_number_keeps_only_its_visible_digits() -> None:
    assert clean_number("*****556") == "*556"


@pytest.mark.parametrize("text", ["1980-05-14", "19800514", "14/05/1980", "14.5.1980", "1980-05-14 00:00:00"])
def test_a_birth_date_has_one_spelling(text: str) -> None:
    assert clean_date(text) == "19800514"
