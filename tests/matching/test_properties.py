"""What must hold for any text and for any lists."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import lru_cache
from random import Random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.matching import KINDS, KNOWN_COLUMNS, compare_pair, match, match_lists
from core.matching.normalise import fold, split_code, split_words
from core.matching.parse import parse_name
from core.matching.periods import split_periods
from core.matching.records import make_record
from core.matching.trade import read_work
from tests.benchmarks.practice_lists import COLUMNS, Habits, Row, make_practice

from .lists import CROWD, make_list
from .test_pairs import PAIRS

NASTY = [
    "",
    " ",
    "\x00\x01",
    "🦘🦘",
    "👨‍👩‍👧‍👦 Pty Ltd",
    "שלום בע״מ",
    "مؤسسة\u202eLtd",
    "\ud800",
    "Tarling \udfff Trust",
    "a\u0301" * 500,
    "ltd",
    "the",
    "&",
    ",",
    ",,",
    "()",
    "((((",
    "No No No 2 2 2",
    "00000000000",
    "a" * 10_000,
    "Pty Ltd " * 2000,
    "- " * 5000,
]
QUICK = settings(max_examples=60, deadline=None)
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: Any text at all: unlike plain st.text, with lone surrogates.
ANY_TEXT = st.text(st.characters(), max_size=40)

#: Two lists of one kind whose partners stand at the same place, words of their own in each name.
LISTS: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {
    "clients": (
        make_list(*CROWD, "Quandorong Pastoral P/L", "Karavellas, Con", "Tarlington SMSF", prefix="l"),
        make_list(
            *CROWD, "Quandorong Pastoral Pty Ltd", "Konstantinos Karavellas", "Tarlington Super Fund", prefix="r"
        ),
    ),
    "staff": (
        make_list("Bob Ferrier", "kwong", "Quill, Ngaire", "Judy Crane", prefix="l"),
        make_list("Robert Ferrier", "Karen Wong", "Ngaire Quill", "Judith Crane", prefix="r"),
    ),
    "processes": (
        make_list("BAS", "Tax ret", "Annual accounts", "Wages", prefix="l"),
        make_list("Activity Statement", "Income Tax Return", "Financial Statements", "Payroll", prefix="r"),
    ),
    "tasks": (
        make_list("ITR FY24 prep", "BAS Dec 24 qtr", "FBT 2025 lodge", prefix="l", client=["C1 Acacia"] * 3),
        make_list(
            *("Preparation", "Preparation", "Lodgement"),
            prefix="r",
            client=["C1 Acacia"] * 3,
            job_name=["2024 Income Tax Return", "Business Activity Statement - Oct-Dec 2024", "FBT Return - 2025"],
        ),
    ),
}


def _any_list(names: list[str], prefix: str, **columns: list[str]) -> pd.DataFrame:
    """As make_list, for text that no string column of pandas can hold."""
    ids = pd.Index([f"{prefix}{place}" for place in range(len(names))], dtype="str")
    return pd.DataFrame({"name": names, **columns}, index=ids, dtype="object")


@QUICK
@given(ANY_TEXT)
def test_any_text_is_read(text: str) -> None:
    parse_name(text)
    split_periods(text)
    read_work({"name": text, "client": text, "job_name": text})
    make_record({"name": text, "tax_no": text, "email": text, "phone": text, "code": text, "dob": text})


@QUICK
@given(st.text(max_size=60))
def test_reading_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(word == fold(word) for word in split_words(split_code(fold(text))[0]))


@pytest.mark.parametrize("kind", KINDS)
def test_nasty_names_neither_break_nor_become_certain(kind: str) -> None:
    found = match(kind, _any_list(NASTY, "l"), _any_list([*CROWD, *NASTY[:10]], "r"))
    assert found["score"].between(0, 1).all()
    blank = found["left_id"].isin(["l0", "l1", "l2"])
    assert not (blank & (found["band"] == "certain")).any()


@pytest.mark.parametrize("kind", KINDS)
def test_nasty_text_in_every_column_breaks_nothing(kind: str) -> None:
    columns = dict.fromkeys(KNOWN_COLUMNS, NASTY)
    found = match_lists(kind, _any_list(NASTY, "l", **columns), _any_list(NASTY, "r", **columns))
    assert found.pairs["score"].between(0, 1).all()
    assert len(found.records) == len(NASTY)


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(data=st.data())
def test_any_lists_match(kind: str, data: st.DataObject) -> None:
    rows = st.lists(st.tuples(ANY_TEXT, ANY_TEXT, ANY_TEXT), max_size=6)
    left, right = (_make_rows(data.draw(rows), prefix) for prefix in "lr")
    found = match_lists(kind, left, right)
    assert found.pairs["score"].between(0, 1).all()
    assert list(found.records.index) == list(left.index)


def _make_rows(rows: list[tuple[str, str, str]], prefix: str) -> pd.DataFrame:
    names, emails, jobs = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return _any_list(names, prefix, email=emails, job_name=jobs)


def _best(found: pd.DataFrame) -> set[tuple[str, str]]:
    best = found[found["rank"] == 1]
    return set(zip(best["left_id"], best["right_id"], strict=True))


def _scores(found: pd.DataFrame) -> dict[tuple[str, str], tuple[float, str]]:
    keys = zip(found["left_id"], found["right_id"], strict=True)
    return dict(zip(keys, zip(found["score"].round(9), found["band"], strict=True), strict=True))


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(chance=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(kind: str, chance: Random) -> None:
    left, right = LISTS[kind]
    mixed = [frame.loc[chance.sample(list(frame.index), len(frame))] for frame in (left, right)]
    assert _scores(match(kind, *mixed)) == _scores(match(kind, left, right))


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(chance=st.randoms(use_true_random=False))
def test_spaces_do_not_matter(kind: str, chance: Random) -> None:
    left, right = LISTS[kind]
    spaced = left.assign(name=[_space_out(name, chance) for name in left["name"]])
    assert _scores(match(kind, spaced, right)) == _scores(match(kind, left, right))


def _space_out(name: str, chance: Random) -> str:
    blanks = ("", " ", "  ", "\t", "\u00a0")
    inner = "".join(chance.choice((" ", "  ", " \t")) if letter == " " else letter for letter in name)
    return chance.choice(blanks) + inner + chance.choice(blanks)


@pytest.mark.parametrize("respell", [str.upper, str.lower, str.swapcase])
@pytest.mark.parametrize("kind", KINDS)
def test_case_does_not_change_the_partners(kind: str, respell: Callable[[str], str]) -> None:
    left, right = LISTS[kind]
    plain = _best(match(kind, left, right))
    assert len(plain) == len(left)
    assert _best(match(kind, left.assign(name=left["name"].map(respell)), right)) == plain
    assert _best(match(kind, left, right.assign(name=right["name"].map(respell)))) == plain


#: Parts that weigh by side (words, and persons, that one list alone has are commoner on one list than on the other),
#: and the line that makes the sum come out.
_LOPSIDED = ("name", "person", "whole list")


def _weights(one: dict[str, str], other: dict[str, str], kind: str) -> dict[str, tuple[str, float]]:
    """Verdict and weight of each part; of those that weigh by side only the verdict."""
    parts = compare_pair(kind, one, other)
    return {p["part"]: (p["verdict"], 0.0 if p["part"] in _LOPSIDED else round(p["weight"], 2)) for p in parts}


@pytest.mark.parametrize("kind", ["clients", "staff"])
def test_a_pair_weighs_the_same_from_both_sides(kind: str) -> None:
    pairs = [(pair.left, pair.right) for pair in PAIRS if pair.kind == kind]
    chance = Random(3)
    pairs += [(chance.choice(pairs)[0], chance.choice(pairs)[1]) for _ in range(200)]
    lopsided = [pair for pair in pairs if _weights(*pair, kind) != _weights(*pair[::-1], kind)]
    assert not lopsided


@lru_cache(maxsize=4)
def _practice(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two lists of a made-up practice without anybody entered twice, names only."""
    lists = make_practice(150, seed, Habits(twice=0.0, namesakes=0.0))
    return _frame(lists.left), _frame(lists.right)


def _frame(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).set_index("id")[["name"]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_swapped_lists_find_the_same_certain_partners(seed: int) -> None:
    left, right = _practice(seed)
    there, back = match("clients", left, right), match("clients", right, left)
    certain = there[there["band"] == "certain"]
    assert len(certain) > 60
    turned = {(left_id, right_id) for right_id, left_id in _best(back)}
    assert set(zip(certain["left_id"], certain["right_id"], strict=True)) <= turned


#: Near-identical clients of one family, each its own best partner.
FAMILY = (
    "Taufa Trust",
    "Taufa Family Trust",
    "Taufa Unit Trust",
    "Taufa Investment Trust",
    "Taufa Family Trust No 2",
    "S & L Taufa Family Trust",
    "Taufa Super Fund",
    "Taufa Pty Ltd",
    "Taufa Holdings Pty Ltd",
    "Taufa Holdings No 2 Pty Ltd",
    "Taufa, Sione",
    "Taufa, Sione Tevita",
    "Estate of Taufa, Sione",
    "Taufa, Sione & Losa",
    "Taufa, Losa",
)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_record_finds_itself_in_its_own_list(seed: int) -> None:
    names = [*dict.fromkeys(_practice(seed)[1]["name"]), *FAMILY]
    found = match("clients", make_list(*names, prefix="l"), make_list(*names, prefix="r"))
    astray = {(names[int(left[1:])], names[int(right[1:])]) for left, right in _best(found) if left[1:] != right[1:]}
    assert not astray


@FEW
@given(seed=st.integers(0, 10_000), more=st.tuples(st.integers(0, 150), st.integers(0, 150)))
def test_unrelated_records_do_not_flip_a_certain_pair(seed: int, more: tuple[int, int]) -> None:
    left, right = LISTS["clients"]
    strangers = [frame[~frame["name"].str.contains(_OWN_WORDS, regex=True)] for frame in _practice(seed)]
    longer = [
        pd.concat([frame, extra[:count]]) for frame, extra, count in zip((left, right), strangers, more, strict=True)
    ]
    before, after = _certain(match("clients", left, right)), match("clients", *longer)
    kept = after[after["band"].isin(["certain", "likely"]) & (after["rank"] == 1)]
    assert before
    assert before <= set(zip(kept["left_id"], kept["right_id"], strict=True))


#: Words of the names in LISTS: a stranger who bears one would not be unrelated.
_OWN_WORDS = r"(?i)plumb|harbour|nguyen|wilson|kowhai|orchard|brien|delaney|netball|patel|beck|gum|karav|anh|sunrise"


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_another_practice_does_not_flip_certain_pairs(seed: int) -> None:
    own, other = _practice(seed), [frame.rename(index="x{}".format) for frame in _practice(seed + 100)]
    strange = set().union(*(_telling(name) for frame in other for name in frame["name"]))
    names = [frame["name"] for frame in own]
    certain = _certain(match("clients", *own))
    safe = {pair for pair in certain if not strange & (_telling(names[0][pair[0]]) | _telling(names[1][pair[1]]))}
    after = match("clients", *(pd.concat(frames) for frames in zip(own, other, strict=True)))
    assert len(safe) > 20
    assert safe <= _best(after[after["band"].isin(["certain", "likely"])])


#: Words of legal forms, titles and business, which make no two names related.
_FORM_WORDS = (
    " pty ltd limited the trust trustee for family fund super superannuation and atf inc estate late mrs partnership "
    "smsf unit holdings investments "
)


def _telling(name: str) -> set[str]:
    """The words that could make two names related."""
    return {word for word in re.findall(r"[^\W\d_]{3,}", name.lower()) if f" {word} " not in _FORM_WORDS}


def _certain(found: pd.DataFrame) -> set[tuple[str, str]]:
    certain = found[found["band"] == "certain"]
    return set(zip(certain["left_id"], certain["right_id"], strict=True))


def test_very_long_names_cost_no_more_than_their_bound() -> None:
    words = [f"{first}{second}" for first in "bcdfghjk" for second in ("ab", "ed", "im", "on", "ur")]
    names = [" ".join(words[place:] + words[:place]) * 60 for place in range(40)]
    start = time.perf_counter()
    match("clients", make_list(*names, prefix="l"), make_list(*names[::-1], prefix="r"))
    assert time.perf_counter() - start < 20
