"""What a person reads of a pair: a short sentence with the words that differ, and lines that end at the score."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from core.matching import compare_pair, match
from core.matching.explain import LONGEST_SENTENCE, say_chance
from core.matching.kinds import KINDS, choose_method
from core.matching.weigh import read_model
from tests.matching.lists import CROWD, make_list


def explain(left: str, right: str) -> str:
    """The sentence of the first pair of two lists."""
    found = match("clients", make_list(left, *CROWD, prefix="l"), make_list(right, *CROWD, prefix="r"))
    return str(found.loc[found["left_id"].eq("l0") & found["right_id"].eq("r0"), "explanation"].iloc[0])


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (
            "Castellan Brothers Trading Trust",
            "Castelan Brothers Trading Trust",
            "Name is similar: Castellan / Castelan.",
        ),
        ("Castellan, Paul", "Castellan, Paul", "Name, kind of client and person agree."),
        ("Castellan, Paul", "Castellan, Paul Robert", "Name agrees but for Robert."),
        ("Castellan, Robert", "Castellan, Bob", "Name is similar: Robert / Bob."),
    ],
)
def test_a_sentence_names_the_words_that_differ(left: str, right: str, words: str) -> None:
    assert words in explain(left, right)


def test_a_contradiction_is_said_first_with_both_words() -> None:
    email = ["paul@castellan.example", *[""] * len(CROWD)]
    left = make_list("Castellan, Paul", *CROWD, prefix="l", email=email, phone=["0412 345 678", *[""] * len(CROWD)])
    right = make_list("Castellan, Andrea", *CROWD, prefix="r", email=email, phone=["0412345678", *[""] * len(CROWD)])
    found = match("clients", left, right)
    said = found.loc[found["left_id"].eq("l0"), "explanation"].iloc[0]
    assert said.startswith("Given name contradicts: Paul / Andrea.")


def test_no_sentence_is_longer_than_a_line() -> None:
    long = "Extraordinarily Longwinded International Consolidated Hydroponic Horticulture Holdings"
    left = make_list(f"{long} Aa", f"{long} Bb Trading", *CROWD, prefix="l")
    right = make_list(f"{long} Cc Limited", f"{long} Dd", *CROWD, prefix="r")
    assert match("clients", left, right)["explanation"].str.len().max() <= LONGEST_SENTENCE


def test_without_parts_the_sentences_are_the_same() -> None:
    left, right = make_list(*CROWD, prefix="l"), make_list(*CROWD, prefix="r")
    short = match("clients", left, right, with_parts=False)
    pd.testing.assert_frame_equal(short.drop(columns="parts"), match("clients", left, right).drop(columns="parts"))
    assert all(parts == [] for parts in short["parts"])


def test_a_hard_difference_has_a_line_of_what_it_takes_away() -> None:
    shared = {"tax_no": "51824753556", "email": "a@b.example", "phone": "0412345678", "code": "QUO1"}
    parts = compare_pair("clients", {"name": "Quokka Trust No 2", **shared}, {"name": "Quokka Trust No 3", **shared})
    limit = next(part for part in parts if part["part"] == "limit")
    assert limit["weight"] < 0
    assert chance(parts) <= 0.751


def test_the_lines_of_a_pair_chosen_by_hand_add_up_to_a_chance() -> None:
    alike = chance(compare_pair("clients", {"name": "Quokka Plumbing Pty Ltd"}, {"name": "Quokka Plumbing P/L"}))
    other = chance(compare_pair("clients", {"name": "Quokka Plumbing Pty Ltd"}, {"name": "Wombat Bakery Trust"}))
    assert other < 0.01 < 0.9 < alike


@pytest.mark.parametrize("kind", KINDS)
def test_every_feature_belongs_to_one_line(kind: str) -> None:
    """Else the lines would not add up to the score."""
    method = choose_method(kind)
    assert sorted(name for line in method.lines for name in line.features) == sorted(method.features)


@pytest.mark.parametrize("kind", KINDS)
def test_what_always_has_a_value_has_a_neutral_one_of_its_bins(kind: str) -> None:
    method = choose_method(kind)
    model = read_model(method.model([], []))
    for line in method.lines:
        assert set(line.neutral) <= set(line.features) <= set(model.features)


def chance(parts: list[dict[str, object]]) -> float:
    """The chance at which the lines end."""
    return 1 / (1 + math.exp(-sum(float(str(part["weight"])) for part in parts)))


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "under 0.1 %"), (0.0034, "0.3 %"), (0.54, "54 %"), (0.97, "97 %"), (0.988, "98.8 %"), (1, "over 99.9 %")],
)
def test_a_chance_is_never_told_as_a_certainty(share: float, words: str) -> None:
    assert say_chance(share) == words


def test_a_former_name_is_named_as_such() -> None:
    said = explain("Thistlewood, Margaret", "Bellamy, Margaret (formerly Thistlewood)")
    assert "Other names" not in said
    assert "ormer name" in said
