"""What the evidence of two clients says, and what it never says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.matching import match
from core.matching.alignment import align, learn_rarity, word_similarity
from core.matching.client_bins import CLIENT_BEST
from core.matching.clients import ClientMethod
from core.matching.features import CLIENT_FEATURES
from core.matching.fit import LEAST_OF_KEYS, spoil_keys
from core.matching.records import make_record
from core.matching.weigh import name_blend, read_model
from tests.matching.lists import CROWD, make_list, match_one

MODELS = ("clients", "suppliers", "persons")
METHOD = ClientMethod()


def compare(left: str, right: str, others: list[str] | None = None) -> dict[str, float]:
    one, other = make_record({"name": left}), make_record({"name": right})
    crowd = [make_record({"name": name}) for name in others or []]
    values = METHOD.compare(one, other, METHOD.learn([one, *crowd], [other, *crowd]))
    return dict(zip(CLIENT_FEATURES, values, strict=True))


@pytest.mark.parametrize("name", MODELS)
def test_nothing_outweighs_full_agreement(name: str) -> None:
    model = read_model(name)
    for feature, best in CLIENT_BEST.items():
        place = model.features.index(feature)
        bins = np.searchsorted(np.array(model.edges[place]), best, side="right") + 1
        others = np.delete(model.weights[place], [0, *bins])
        assert (others <= model.weights[place][bins].min() + 0.01).all(), feature


@pytest.mark.parametrize("name", MODELS)
def test_keys_that_differ_rule_nothing_out(name: str) -> None:
    model = read_model(name)
    for feature, value, least in LEAST_OF_KEYS:
        place = model.features.index(feature)
        bin_of = int(np.searchsorted(np.array(model.edges[place]), value, side="right")) + 1
        assert model.weights[place][bin_of] >= least - 0.001


@pytest.mark.parametrize(
    ("one", "other"),
    [("trnsprt", "transport"), ("mngmnt", "management"), ("svrn", "severn"), ("cnstrctns", "constructions")],
)
def test_words_without_vowels_are_read(one: str, other: str) -> None:
    assert word_similarity(one, other) >= 0.7


def test_words_written_together_agree_with_those_apart() -> None:
    rarity = learn_rarity([("limbs", "things"), ("limbsandthings",)])
    assert align(("limbsandthings",), ("limbs", "things"), rarity).share > 0.9


def test_two_common_surnames_are_no_slips_of_each_other() -> None:
    crowd = [f"{surname}, {given}" for surname in ("Hall", "Hill") for given in ("Ann", "Bruce", "Carl", "Diane")]
    assert compare("Hall, Andrew", "Hill, Andrew", crowd)["two_words"] == 1.0
    assert compare("Hall, Andrew", "Halll, Andrew", crowd)["two_words"] == 0.0


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("Wodonga Netball Club", "Wodonga Football Club", 2.0),
        ("Tarling North", "Tarling South", 2.0),
        ("Tarling Wren", "Tarling Heron", 0.0),
    ],
)
def test_known_words_that_differ_are_told_from_unknown_ones(left: str, right: str, said: float) -> None:
    assert compare(left, right)["opposed"] == said


def test_a_name_cut_within_a_word_is_seen() -> None:
    assert compare("Royal Society of Sur", "Royal Society of Surgeons")["cut"] == 2.0
    assert compare("Royal Society", "Royal Society of Surgeons")["cut"] == 1.0
    assert np.isnan(compare("Royal Society of Sur", "Royal Institute of Surgeons")["cut"])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Castellan, Chris", "Castellan, Christine"),
        ("Tarling Trust", "Tarling Family Trust"),
        ("Castellan, P", "Castellan, Paul"),
        ("Tarling Joinery", "Tarling Joinery Super Fund"),
    ],
)
def test_what_leaves_doubt_is_never_certain(left: str, right: str) -> None:
    assert match_one(left, right)[1] != "certain"


def test_an_estate_is_likely_the_person_only_by_number() -> None:
    assert match_one("Castellan, Paul James", "Estate of Paul James Castellan")[0] < 0.8
    number = ["51 824 753 556", *[""] * len(CROWD)]
    left = make_list("Castellan, Paul James", *CROWD, prefix="l", tax_no=number)
    right = make_list("Estate of Paul James Castellan", *CROWD, prefix="r", tax_no=number)
    assert match("clients", left, right)["score"].iloc[0] > 0.8


def test_two_valid_tax_numbers_are_never_likely_one_client() -> None:
    left = make_list("Tarling Joinery Pty Ltd", *CROWD, prefix="l", tax_no=["51 824 753 556", *[""] * len(CROWD)])
    right = make_list("Tarling Joinery Pty Ltd", *CROWD, prefix="r", tax_no=["53 004 085 616", *[""] * len(CROWD)])
    found = match("clients", left, right)
    assert found[found["left_id"] == "l0"]["band"].isin(["possible", ""]).all()


def test_of_two_records_of_one_name_neither_is_certain() -> None:
    left = make_list("Castellan, Paul", "Castellan, Paul", *CROWD, prefix="l")
    found = match("clients", left, make_list("Paul Castellan", *CROWD, prefix="r"))
    assert not (found["left_id"].isin(["l0", "l1"]) & (found["band"] == "certain")).any()


def test_a_former_surname_counts_for_the_new_one() -> None:
    assert match_one("Thistlewood, Margaret", "Bellamy, Margaret (formerly Thistlewood)")[0] > 0.3


def test_lists_between_practice_and_suppliers_are_weighed_by_both_models() -> None:
    one, other = read_model("clients"), read_model("suppliers")
    mixed = read_model(name_blend("clients", "suppliers", 0.3))
    assert mixed.intercept == pytest.approx(0.7 * one.intercept + 0.3 * other.intercept)
    assert (name_blend("clients", "suppliers", 0.02), name_blend("clients", "suppliers", 0.98)) == (
        "clients",
        "suppliers",
    )


def test_the_choice_of_model_has_no_cliff() -> None:
    def choose(private: int) -> str:
        names = ["Castellan, Paul"] * private
        names += ["Tarling Joinery Pty Ltd"] * (1000 - private)
        records = [make_record({"name": name}) for name in names]
        return METHOD.model(records, records)

    assert [choose(0), choose(250), choose(400)] == ["suppliers", "clients-suppliers-50", "clients"]


def test_spoiled_keys_move_among_records_and_stay_the_same_by_seed() -> None:
    frame = pd.DataFrame(
        {
            "name": list("abcdefghij"),
            "email": [f"{x}@a.example" for x in "abcdefghij"],
            "phone": [""] * 10,
            "code": ["A1"] * 10,
        }
    )
    spoiled = spoil_keys(frame)
    assert spoiled.equals(spoil_keys(frame))
    assert sorted(spoiled["email"]) == sorted(frame["email"])
    assert not spoiled["code"].isin(frame["code"]).any()
