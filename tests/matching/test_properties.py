"""What must hold for any text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.matching import compare_pair, match
from core.matching.normalise import fold, split_code, split_words
from core.matching.parse import parse_name
from core.matching.periods import parse_periods
from core.matching.records import make_record
from core.matching.work import read_work

from .lists import CROWD, make_list

NASTY = [
    "",
    " ",
    "\x00\x01",
    "🦘🦘",
    "שלום בע״מ",
    "مؤسسة",
    "ltd",
    "the",
    "&",
    ",",
    ",,",
    "a" * 10_000,
    "Pty Ltd " * 2000,
]
QUICK = settings(max_examples=60, deadline=None)


@QUICK
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    parse_name(text)
    parse_periods(text)
    read_work({"name": text, "client": text, "job_name": text})
    make_record({"name": text, "tax_no": text, "email": text, "phone": text, "code": text, "dob": text})


@QUICK
@given(st.text(max_size=60))
def test_reading_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(word == fold(word) for word in split_words(split_code(fold(text))[0]))


@pytest.mark.parametrize("kind", ["clients", "staff", "processes", "tasks"])
def test_nasty_names_neither_break_nor_become_certain(kind: str) -> None:
    found = match(kind, make_list(*NASTY, prefix="l"), make_list(*CROWD, *NASTY[:6], prefix="r"))
    assert found["score"].between(0, 1).all()
    blank = found["left_id"].isin(["l0", "l1", "l2"])
    assert not (blank & (found["band"] == "certain")).any()


@QUICK
@given(st.lists(st.text(max_size=20), max_size=6), st.lists(st.text(max_size=20), max_size=6))
def test_any_lists_match(left: list[str], right: list[str]) -> None:
    found = match("clients", make_list(*left, prefix="l"), make_list(*right, prefix="r"))
    assert found["score"].between(0, 1).all()


@QUICK
@given(st.permutations(CROWD), st.sampled_from([str.upper, str.lower, str.title, lambda name: f"  {name} "]))
def test_order_case_and_spacing_do_not_matter(names: list[str], respell: object) -> None:
    assert callable(respell)
    found = match("clients", make_list(*CROWD, prefix="l"), make_list(*map(respell, names), prefix="r"))
    best = found[found["rank"] == 1]
    for left, right in zip(best["left_id"], best["right_id"], strict=True):
        assert CROWD[int(left[1:])] == names[int(right[1:])]
    assert len(best) == len(CROWD)


@QUICK
@given(st.sampled_from(CROWD), st.sampled_from(CROWD))
def test_a_pair_weighs_the_same_from_both_sides(one: str, other: str) -> None:
    there = compare_pair("clients", {"name": one}, {"name": other})
    back = compare_pair("clients", {"name": other}, {"name": one})
    hard = [{part["part"] for part in parts if part["verdict"] == "contradicts"} for parts in (there, back)]
    assert hard[0] == hard[1]


def test_very_long_names_cost_no_more_than_their_bound() -> None:
    words = [f"{first}{second}" for first in "bcdfghjk" for second in ("ab", "ed", "im", "on", "ur")]
    names = [" ".join(words[place:] + words[:place]) * 60 for place in range(40)]
    start = time.perf_counter()
    match("clients", make_list(*names, prefix="l"), make_list(*names[::-1], prefix="r"))
    assert time.perf_counter() - start < 20
