"""What would change a pair: single changes of evidence, told in short sentences that come true."""

from __future__ import annotations

import pandas as pd
import pytest

from core.matching import compare_pair, match
from core.matching.kinds import KINDS, choose_method
from core.matching.whatif import KEYS_AND_FACTS, Rival, Shown, say_what_would_change
from tests.matching.lists import CROWD, make_list


def texts(frame: pd.DataFrame, local_id: str) -> dict[str, str]:
    return {str(name): str(value) for name, value in frame.loc[local_id].items()}


def ask(left: pd.DataFrame, right: pd.DataFrame, left_id: str = "l0") -> list[str]:
    """What would change the best pair of a left record."""
    found = match("clients", left, right)
    best, *others = found[found["left_id"].eq(left_id)].itertuples()
    rivals = [Rival(str(right.loc[one.right_id, "name"]), one.band, one.parts) for one in others]
    return say_what_would_change(
        "clients", texts(left, left_id), texts(right, best.right_id), Shown(best.band, best.parts, rivals)
    )


def lists(left: str, *right: str, **columns: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    blanks = [""] * len(CROWD)
    mine = {name: [values[0], *blanks] for name, values in columns.items()}
    theirs = {name: [*values[1:], *blanks] for name, values in columns.items()}
    return make_list(left, *CROWD, prefix="l", **mine), make_list(*right, *CROWD, prefix="r", **theirs)


def test_a_missing_key_that_would_settle_the_pair_is_named() -> None:
    said = ask(*lists("Castellan, R", "Castellan, Robert"))
    assert said[0] == "The same tax number, e-mail or phone on both sides would make it certain."


def test_the_named_key_does_what_was_said() -> None:
    after = match("clients", *lists("Castellan, R", "Castellan, Robert", tax_no=["51824753556", "51824753556"]))
    assert after.set_index("left_id").loc["l0", "band"] == "certain"


def test_a_tie_names_the_rival_to_reject() -> None:
    said = ask(*lists("Castellan, J", "Castellan, James", "Castellan, Judith"))
    assert said[0].startswith("It is a tie because 'Castellan, J")
    assert "reject that one" in said[0]


def test_a_tie_of_copies_asks_for_the_one_in_use() -> None:
    said = ask(*lists("Quokka Family Trust", "Quokka Family Trust", "The Quokka Family Trust"))
    assert said[0].endswith("looks like a copy of it: link the one that stays in use.")


def test_a_certain_pair_says_what_it_hangs_on() -> None:
    said = ask(*lists("Quokka Plumbing Pty Ltd", "Quokka Plumbing Pty Ltd"))
    assert len(said) == 1
    assert said[0].startswith("If the number differed (No 2), it would ")


def test_nobody_is_told_that_a_person_might_bear_a_number() -> None:
    said = ask(*lists("Castellan, Robert James", "Castellan, Robert James"))
    assert not any("number differed" in sentence for sentence in said)


def test_a_contradiction_is_what_would_have_to_agree() -> None:
    keys = {"email": ["a@b.example"] * 2, "phone": ["0412345678"] * 2}
    left, right = lists("Castellan Family Trust", "Castellan Family Pty Ltd", **keys)
    shared = texts(left, "l0"), texts(right, "r0")
    said = say_what_would_change("clients", *shared, Shown("possible", compare_pair("clients", *shared)))
    assert any(sentence.startswith("If the kind of client agreed, it would be ") for sentence in said)


def test_a_pair_chosen_by_hand_can_be_asked_about() -> None:
    left, right = {"name": "Castellan, R"}, {"name": "Castellan, Robert"}
    said = say_what_would_change("clients", left, right, Shown("likely", compare_pair("clients", left, right)))
    assert all(sentence.endswith(".") and len(sentence) < 120 for sentence in said)


@pytest.mark.parametrize("kind", KINDS)
def test_every_feature_that_may_change_is_known_to_a_kind_under_a_title(kind: str) -> None:
    method = choose_method(kind)
    shown = {feature for line in method.lines for feature in line.features}
    assert set(KEYS_AND_FACTS) & set(method.features) <= shown


def test_every_feature_that_may_change_exists() -> None:
    known = {feature for kind in KINDS for feature in choose_method(kind).features}
    assert set(KEYS_AND_FACTS) <= known
