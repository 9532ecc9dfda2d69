"""What the whole list says: records entered twice on either side, rivals, and records without partner."""

from __future__ import annotations

import pandas as pd

from core.matching import Matched, match_lists
from core.matching.rivals import ALONE, RIVAL, TAKEN, TWICE, TWIN
from tests.matching.lists import CROWD, make_list


def settle(left: tuple[str, ...], right: tuple[str, ...], **columns: list[str]) -> Matched:
    blanks = [""] * len(CROWD)
    mine = {name: [*values[: len(left)], *blanks] for name, values in columns.items()}
    theirs = {name: [*values[len(left) :], *blanks] for name, values in columns.items()}
    return match_lists(
        "clients", make_list(*left, *CROWD, prefix="l", **mine), make_list(*right, *CROWD, prefix="r", **theirs)
    )


def whole_list(pairs: pd.DataFrame, left_id: str) -> dict[str, str]:
    """What the last line of the best pair of a left record says."""
    return dict(pairs[pairs["left_id"].eq(left_id)]["parts"].iloc[0][-1])


def test_a_client_entered_twice_is_told_with_the_name_of_the_other() -> None:
    found = settle(("Acacia Welding Pty Ltd", "ACACIA WELDING P/L"), ("Acacia Welding Pty Ltd",))
    twin = next(one for one in found.records.index if found.records.loc[one, "twin_of"])
    assert {twin, found.records.loc[twin, "twin_of"]} == {"l0", "l1"}
    assert whole_list(found.pairs, twin)["verdict"] == TWIN
    assert "entered twice" in found.pairs.set_index("left_id").loc[twin, "explanation"]


def test_a_client_listed_twice_in_the_other_list_is_a_tie_that_says_so() -> None:
    found = settle(("Quokka Family Trust",), ("Quokka Family Trust", "The Quokka Family Trust"))
    pairs = found.pairs[found.pairs["left_id"].eq("l0")]
    assert set(pairs["band"]) == {"tie"}
    assert {whole_list(found.pairs, "l0")["verdict"]} == {TWICE}
    assert "'The Quokka Family Trust' looks like the same one listed twice." in pairs["explanation"].iloc[0]


def test_two_different_clients_that_fit_as_well_are_no_copies() -> None:
    found = settle(("Quokka, J",), ("Quokka, James", "Quokka, Judith"))
    whole = whole_list(found.pairs, "l0")
    assert (whole["verdict"], whole["right"][:7]) == (RIVAL, "Quokka,")


def test_a_key_decides_between_two_copies() -> None:
    numbers = ["51824753556", "", "51824753556"]
    found = settle(("Quokka Family Trust",), ("Quokka Family Trust", "Quokka Family Trust"), tax_no=numbers)
    best = found.pairs[found.pairs["left_id"].eq("l0")].iloc[0]
    assert (best["right_id"], best["band"], best["parts"][-1]["verdict"]) == ("r1", "certain", ALONE)


def test_a_pair_whose_partner_another_record_holds_names_that_record() -> None:
    found = settle(("Quokka, James Peter", "Quokka, James"), ("Quokka, James Peter",))
    taken = found.pairs[found.pairs["left_id"].eq("l1") & found.pairs["right_id"].eq("r0")]
    told = {part["verdict"] for parts in taken["parts"] for part in parts if part["part"] == "whole list"}
    assert told <= {TAKEN, TWIN}
    assert all("Quokka, James Peter" in parts[-1]["left"] for parts in taken["parts"])


def test_a_record_without_likeness_has_no_partner_for_sure() -> None:
    found = settle(("Zebra Crossing Signs Pty Ltd",), ())
    assert found.records.loc["l0", "no_partner"] > 0.95
    assert found.records["no_partner"].between(0, 1).all()


def test_the_chances_of_partners_and_of_none_make_one() -> None:
    found = settle(("Quokka Family Trust",), ("Quokka Family Trust", "The Quokka Family Trust"))
    shown = found.pairs[found.pairs["left_id"].eq("l0")]["score"].sum()
    assert 0.9 < shown + found.records.loc["l0", "no_partner"] <= 1.001
