"""The steps between candidates and score."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.matching.alignment import align, learn_rarity, word_similarity
from core.matching.assign import choose_pairs
from core.matching.candidates import find_candidates
from core.matching.fit import fit_kind, write_models
from core.matching.identifiers import Agreement
from core.matching.records import make_record
from core.matching.weigh import Model, fit_model, read_model, to_probability

RARITY = learn_rarity([("garymon", "holdings"), ("acacia", "holdings"), ("banksia", "holdings"), ("skyborne",)])


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    assert RARITY.of("garymon") > RARITY.of("holdings")
    assert RARITY.of("never seen") >= RARITY.of("garymon")


@pytest.mark.parametrize(
    ("one", "other"), [("skyborne", "skybrone"), ("robert", "bob"), ("consulting", "consult"), ("margaret", "magraret")]
)
def test_words_that_may_be_the_same_are_similar(one: str, other: str) -> None:
    assert word_similarity(one, other) >= 0.6


def test_words_written_apart_agree() -> None:
    assert align(("sky", "borne"), ("skyborne",), RARITY).share > 0.8


def test_a_word_said_three_times_is_used_three_times() -> None:
    assert align(("han", "han", "han"), ("hanhan", "hanhan"), RARITY).left_only == ()


def test_letters_stand_for_several_words() -> None:
    found = align(
        ("aiatsis",), ("australia", "institute", "aboriginal", "torres", "strait", "islander", "studies"), RARITY
    )
    assert found.left_rest == found.right_rest == 0


def test_nothing_in_common_agrees_in_nothing() -> None:
    assert align(("acacia",), ("banksia", "holdings"), RARITY).share == 0


def test_the_whole_list_is_settled_together() -> None:
    """Each left record likes the first right record best, but both can only be served by giving way."""
    left, right = np.array([0, 0, 1]), np.array([0, 1, 0])
    assert choose_pairs(left, right, np.array([5.0, 4.0, 5.0])).tolist() == [False, True, True]


def test_a_pair_that_is_hardly_likely_holds_nobody() -> None:
    assert choose_pairs(np.array([0]), np.array([0]), np.array([-9.0])).tolist() == [False]


def test_a_shared_key_makes_candidates_of_unlike_names() -> None:
    left = [make_record({"name": "Acacia Welding", "tax_no": "51824753556"})]
    right = [make_record({"name": "Something Else"}), make_record({"name": "Jolly Cafe", "tax_no": "51 824 753 556"})]
    found = find_candidates(left, right)
    assert (0, 1) in zip(found.left.tolist(), found.right.tolist(), strict=True)


def test_fitting_learns_the_telling_feature() -> None:
    values = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 1.0]] * 50)
    truth = values[:, 0] == 1.0
    model = fit_model(("telling", "idle"), ((0.5,), (0.5,)), values, truth, np.ones(len(values)))
    chance = to_probability(model.log_odds(values))
    assert chance[truth].min() > 0.9
    assert chance[~truth].max() < 0.1


def test_silence_weighs_nothing() -> None:
    for name in ("clients", "persons", "staff", "tasks", "processes"):
        assert all(weights[0] == 0 for weights in read_model(name).weights)


def test_a_model_survives_being_written(tmp_path: Path) -> None:
    model = read_model("tasks")
    write_models({"copy": model}, tmp_path)
    again = Model.from_json(json.loads((tmp_path / "copy.json").read_text(encoding="utf-8")))
    assert again.to_json() == model.to_json()


def test_models_are_fitted_from_a_folder(tmp_path: Path) -> None:
    words = ("Ash", "Beech", "Cedar", "Elm", "Fir", "Gum", "Hazel", "Ivy", "Jarrah", "Karri")
    rows = [f"{place},{word} Imports Pty Ltd" for place, word in enumerate(words)]
    for name in ("left.csv", "right.csv"):
        (tmp_path / name).write_text("\n".join(["id,name", *rows]), encoding="utf-8")
    pairs = "\n".join(["left_id,right_id", *(f"{place},{place}" for place in range(len(words)))])
    (tmp_path / "truth.csv").write_text(pairs, encoding="utf-8")
    assert set(fit_kind("clients", [tmp_path])) == {"clients", "clients_outcome"}


def test_a_masked_number_checks_but_never_proves() -> None:
    model = read_model("clients")
    tax = model.weights[model.features.index("tax_no")]
    assert tax[Agreement.MASKED_SAME] <= 1.0 < tax[Agreement.SAME]
    assert tax[Agreement.MASKED_DIFFERENT] < -1.0


def test_a_company_number_counts_like_a_tax_number() -> None:
    for name in ("clients", "suppliers", "persons"):
        model = read_model(name)
        weights = dict(zip(model.features, model.weights, strict=True))
        assert (weights["company_no"] == weights["tax_no"]).all()
