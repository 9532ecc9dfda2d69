"""Links that stand: what they take away from the proposals, and what they leave."""

from __future__ import annotations

from core.matching import match_lists
from tests.matching.lists import CROWD, make_list

LEFT = make_list("Smith Family Trust", "Smith Holdings Pty Ltd", *CROWD, prefix="l")
RIGHT = make_list("The Trustee for the Smith Family Trust", "Smith Super Fund", *CROWD, prefix="r")


def test_a_linked_record_is_not_proposed_again() -> None:
    found = match_lists("clients", LEFT, RIGHT, linked={"l0": "r0"})
    assert "l0" not in set(found.pairs["left_id"])
    assert found.records.loc["l0", "no_partner"] == 0


def test_a_linked_partner_is_held_against_everybody() -> None:
    alone = match_lists("clients", LEFT, RIGHT).pairs
    held = match_lists("clients", LEFT, RIGHT, linked={"l5": "r2"}).pairs
    assert alone.loc[alone["left_id"].eq("l2"), "band"].tolist() == ["certain"]
    assert set(held.loc[held["left_id"].eq("l2") & held["right_id"].eq("r2"), "band"]) <= {"possible"}


def test_a_link_nobody_would_have_proposed_holds_its_partner_too() -> None:
    found = match_lists("clients", LEFT, RIGHT, linked={"l9": "r0"})
    best = found.pairs[found.pairs["left_id"].eq("l0")]
    assert not set(best["band"]) & {"certain", "likely"}


def test_a_second_entry_of_a_linked_record_is_still_recognised() -> None:
    left = make_list("Harbour Plumbing Pty Ltd", "Harbour Plumbing P/L", *CROWD[1:], prefix="l")
    found = match_lists("clients", left, make_list(*CROWD, prefix="r"), linked={"l0": "r0"})
    assert found.records.loc["l1", "twin_of"] == "l0"


def test_a_link_to_a_record_outside_the_list_leaves_its_rivals_free() -> None:
    found = match_lists("clients", LEFT, RIGHT, linked={"l2": "gone", "nobody": "r3"}).pairs
    assert "l2" not in set(found["left_id"])
    assert found.loc[found["left_id"].eq("l3"), "band"].tolist() == ["certain"]


def test_rows_of_other_records_are_the_same_without_links() -> None:
    plain = match_lists("clients", LEFT, RIGHT)
    assert match_lists("clients", LEFT, RIGHT, linked={}).pairs.equals(plain.pairs)
