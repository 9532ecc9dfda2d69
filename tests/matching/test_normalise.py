from __future__ import annotations

import pytest

from core.matching.normalise import LONGEST, fold, series_number, split_code, split_words


def test_case_accents_and_control_characters_do_not_count() -> None:
    assert fold("  NGĀROPO\u200b\x00 Café\tØrsted ") == "ngaropo cafe orsted"


def test_long_text_is_cut() -> None:
    assert len(fold("ab " * 5000)) <= LONGEST


def test_ampersand_and_plus_are_words() -> None:
    assert split_words("smith & sons + daughters") == ["smith", "and", "sons", "and", "daughters"]


def test_dotted_letters_become_one_word() -> None:
    assert split_words("a.b.c. pty. ltd.") == ["abc", "pty", "ltd"]


@pytest.mark.parametrize("text", ["tiling no 2", "tiling no. 2", "tiling number two", "tiling #2"])
def test_a_number_sign_disappears_before_its_number(text: str) -> None:
    assert split_words(text) == ["tiling", "2"]


@pytest.mark.parametrize(
    ("text", "rest", "code"),
    [
        ("acac0012 - acacia welding", "acacia welding", "acac0012"),
        ("[phil0005] philips, ray", "philips, ray", "phil0005"),
        ("acacia welding (acac0012)", "acacia welding", "acac0012"),
        ("00123 acacia welding", "acacia welding", "00123"),
        ("12 station street pty ltd", "12 station street pty ltd", ""),
        ("3m australia", "3m australia", ""),
        ("studio 54", "studio 54", ""),
    ],
)
def test_glued_codes_are_told_from_numbers_of_the_name(text: str, rest: str, code: str) -> None:
    assert split_code(text) == (rest, code)


def test_the_own_code_is_removed_whatever_it_looks_like() -> None:
    assert split_code("abc: acacia", "abc") == ("acacia", "abc")


@pytest.mark.parametrize(("word", "number"), [("ii", "2"), ("007", "7"), ("iv", "4"), ("ivy", ""), ("x", "")])
def test_series_numbers_are_read(word: str, number: str) -> None:
    assert series_number(word) == number
