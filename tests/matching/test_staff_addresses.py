"""An e-mail address of one's own settles who is who, however alike two names are."""

from __future__ import annotations

import pandas as pd

from core.matching import match


def people(**rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index", columns=["name", "email"])


def test_two_people_of_nearly_one_name_are_certain_by_their_addresses() -> None:
    mine = people(a=("Daniel Cho", "cho@x.example"), b=("Daniel Chow", "chow@x.example"))
    theirs = people(p=("Daniel Chow", "chow@x.example"), q=("Daniel Cho", "cho@x.example"))
    found = match("staff", mine, theirs)
    assert list(zip(found["left_id"], found["right_id"], found["band"], strict=True)) == [
        ("a", "q", "certain"),
        ("b", "p", "certain"),
    ]


def test_a_hyphen_inside_a_given_name_is_no_sign_of_initials() -> None:
    found = match("staff", people(a=("Mei-Ling Tan", "")), people(p=("Mei Ling Tan", "")))
    assert found["score"].iloc[0] > 0.8


def test_an_address_that_several_share_settles_nothing() -> None:
    mine = people(a=("Kim Lee", "office@x.example"), b=("Ann Ray", "office@x.example"))
    theirs = people(p=("Ann Ray", "office@x.example"), q=("Kim Lee", ""))
    found = match("staff", mine, theirs)
    best = found[found["rank"].eq(1)].set_index("left_id")["right_id"]
    assert best.to_dict() == {"a": "q", "b": "p"}
