"""The contract of `match` and `compare_pair`."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from core.matching import MATCH_COLUMNS, UnknownKind, compare_pair, match

from .lists import CROWD, make_list, partners

FAMILY = make_list("Smith Family Trust", "Smith Family Super Fund", "Smith Family Pty Ltd", *CROWD, prefix="l")
FAMILY_AGAIN = make_list(*CROWD, "SMITH FAMILY P/L", "Smith Fam Trust", "Smith Family SMSF", prefix="r")


def test_a_family_of_near_names_is_told_apart() -> None:
    found = partners("clients", FAMILY, FAMILY_AGAIN)
    assert (found["l0"], found["l1"], found["l2"]) == ("r11", "r12", "r10")


def test_a_frame_of_the_promised_shape_comes_back() -> None:
    found = match("clients", FAMILY, FAMILY_AGAIN)
    assert list(found.columns) == MATCH_COLUMNS
    assert found["score"].between(0, 1).all()
    assert set(found["band"]) <= {"certain", "likely", "possible", "tie"}
    assert found.groupby("left_id")["rank"].apply(lambda ranks: list(ranks) == list(range(1, len(ranks) + 1))).all()


@pytest.mark.parametrize("kind", ["clients", "staff", "processes", "tasks"])
def test_empty_lists_find_nothing(kind: str) -> None:
    assert match(kind, make_list(), FAMILY).empty
    assert match(kind, FAMILY, make_list()).empty
    assert list(match(kind, make_list(), make_list()).columns) == MATCH_COLUMNS


def test_a_rejected_pair_never_returns() -> None:
    first = match("clients", FAMILY, FAMILY_AGAIN)
    rejected = set(zip(first["left_id"], first["right_id"], strict=True))
    again = match("clients", FAMILY, FAMILY_AGAIN, rejected=rejected)
    assert not rejected & set(zip(again["left_id"], again["right_id"], strict=True))


def test_one_partner_each() -> None:
    found = match("clients", FAMILY, FAMILY_AGAIN)
    best = found[(found["rank"] == 1) & (found["band"] != "tie")]
    assert best["right_id"].is_unique


def test_two_equal_partners_are_a_tie() -> None:
    left = make_list("Quokka Family Trust", *CROWD, prefix="l")
    right = make_list("Quokka Family Trust", "The Quokka Family Trust", *CROWD, prefix="r")
    found = match("clients", left, right)
    assert found.loc[found["left_id"] == "l0", "band"].tolist() == ["tie", "tie"]


def test_rivals_share_one_certainty() -> None:
    left = make_list("Quokka Family Trust", *CROWD, prefix="l")
    right = make_list("Quokka Family Trust", "The Quokka Family Trust", "Quokka F/T", *CROWD, prefix="r")
    found = match("clients", left, right)
    assert found.groupby("left_id")["score"].sum().max() < 1.05


def test_a_key_breaks_a_tie() -> None:
    numbers = ["51824753556", *[""] * len(CROWD)]
    left = make_list("Quokka Family Trust", *CROWD, prefix="l", tax_no=numbers)
    right = make_list("Quokka Family Trust", "Quokka Family Trust", *CROWD, prefix="r", tax_no=["", *numbers])
    found = match("clients", left, right)
    assert found.loc[found["left_id"] == "l0", "right_id"].iloc[0] == "r1"
    assert found.loc[found["left_id"] == "l0", "band"].iloc[0] == "certain"


def test_a_client_entered_twice_shares_its_partner() -> None:
    left = make_list("Acacia Welding Pty Ltd", "ACACIA WELDING P/L", *CROWD, prefix="l")
    right = make_list("Acacia Welding Pty Ltd", *CROWD, prefix="r")
    found = partners("clients", left, right)
    assert found["l0"] == found["l1"] == "r0"


def test_a_record_without_partner_has_no_row() -> None:
    left = make_list("Zebra Crossing Signs Pty Ltd", *CROWD, prefix="l")
    assert "l0" not in partners("clients", left, make_list(*CROWD, prefix="r"))


def test_the_lines_of_an_explanation_add_up_to_the_score() -> None:
    row = match("clients", FAMILY, FAMILY_AGAIN).iloc[0]
    odds = sum(part["weight"] for part in row["parts"])
    assert math.isclose(1 / (1 + math.exp(-odds)), row["score"], abs_tol=0.01)
    assert row["explanation"].endswith(".")


def test_the_same_lists_give_the_same_answer() -> None:
    pd.testing.assert_frame_equal(match("clients", FAMILY, FAMILY_AGAIN), match("clients", FAMILY, FAMILY_AGAIN))


def test_unrelated_records_do_not_flip_a_certain_pair() -> None:
    more = [f"{word} Imports Pty Ltd" for word in ("Ash", "Beech", "Cedar", "Elm", "Fir", "Gum", "Hazel", "Ivy")]
    wider = pd.concat([FAMILY_AGAIN, make_list(*more, prefix="x")])
    before = match("clients", FAMILY, FAMILY_AGAIN)
    certain = before[before["band"] == "certain"]
    after = partners("clients", FAMILY, wider)
    assert all(after[left] == right for left, right in zip(certain["left_id"], certain["right_id"], strict=True))


def test_a_pair_seen_alone_names_what_contradicts() -> None:
    parts = compare_pair("clients", {"name": "Smith Family Trust", "email": None}, {"name": "Smith Family Pty Ltd"})
    verdicts = {part["part"]: part["verdict"] for part in parts}
    assert verdicts["kind of client"] == "contradicts"
    assert all({"part", "left", "right", "verdict", "weight"} <= set(part) for part in parts)


def test_a_shared_mailbox_is_no_key() -> None:
    left = make_list("Castellan, Paul", *CROWD, prefix="l", email=["fam@example.com", *[""] * len(CROWD)])
    right = make_list("Castellan, Andrea", *CROWD, prefix="r", email=["fam@example.com", *[""] * len(CROWD)])
    found = match("clients", left, right)
    assert not ((found["left_id"] == "l0") & found["band"].isin(["certain", "likely"])).any()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownKind, match=r"'jobs'.*clients, staff, processes, tasks"):
        match("jobs", FAMILY, FAMILY_AGAIN)


def test_progress_is_told_and_ends_at_one() -> None:
    heard: list[float] = []
    match("clients", FAMILY, FAMILY_AGAIN, on_progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
