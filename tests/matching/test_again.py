"""Proposing anew after decisions says what the whole matching would say."""

from __future__ import annotations

import random
from collections.abc import Mapping, Set

import numpy as np
import pandas as pd
import pytest

from core.matching import Decisions, Kept, Matched, Renewed, Surroundings, match_lists, propose_again
from tests.matching.lists import CROWD, make_list

_FORMS = ("Pty Ltd", "Family Trust", "Super Fund", "Limited", "Trust", "Holdings Pty Ltd", "")
_STEMS = ("Smith", "Smyth", "Garymon", "Banksia", "Acacia Dental", "O'Brien", "Nguyen", "Wilson Bros", "Tasker")

Decided = tuple[Set[tuple[str, str]], Mapping[str, str]]


def crowded_lists(seed: int, size: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Families of alike names on both sides, with repeats: everything competes with everything."""
    chance = random.Random(seed)
    sides = [[f"{chance.choice(_STEMS)} {chance.choice(_FORMS)}".strip() for _ in range(size)] for _ in range(2)]
    return make_list(*sides[0], prefix="l"), make_list(*sides[1], prefix="r")


def decide_at_random(seed: int, found: Matched, right: pd.DataFrame) -> Decided:
    """Some proposals accepted, some refused, and a few links nobody proposed."""
    chance = random.Random(seed)
    pairs = list(zip(found.pairs["left_id"], found.pairs["right_id"], strict=True))
    picked = chance.sample(pairs, min(len(pairs), 16))
    linked = dict(picked[:8])
    linked |= {one: chance.choice(list(right.index)) for one in chance.sample(list(found.records.index), 3)}
    return set(picked[8:]), linked


NOTHING = Decisions(frozenset(), {})


def again_after(
    kept: Kept, left: pd.DataFrame, right: pd.DataFrame, touched: Set[str], now: Decisions, before: Decisions = NOTHING
) -> Renewed:
    return propose_again(Surroundings(kept, left.index, right.index), left, right, touched, before, now)


def sort_pairs(pairs: pd.DataFrame, left_ids: Set[str]) -> pd.DataFrame:
    return pairs[pairs["left_id"].isin(left_ids)].reset_index(drop=True)


def assert_same(again: pd.DataFrame, whole: pd.DataFrame) -> None:
    columns = ["left_id", "right_id", "rank", "band", "explanation", "parts"]
    assert again[columns].to_dict("records") == whole[columns].to_dict("records")
    assert np.allclose(again["score"], whole["score"], atol=2e-6)


@pytest.mark.parametrize("seed", range(8))
def test_proposing_again_equals_matching_again(seed: int) -> None:
    left, right = crowded_lists(seed)
    first = match_lists("clients", left, right)
    rejected, linked = decide_at_random(seed, first, right)
    touched = set(linked) | {one for one, _ in rejected}
    again = again_after(first.kept, left, right, touched, Decisions(rejected, linked))
    whole = match_lists("clients", left, right, rejected=rejected, linked=linked)
    assert touched <= set(again.records.index)
    assert_same(again.pairs, sort_pairs(whole.pairs, set(again.records.index)))
    assert again.records.equals(whole.records.loc[again.records.index])


@pytest.mark.parametrize("seed", range(8))
def test_what_is_not_proposed_again_has_not_changed(seed: int) -> None:
    """One decision after another, each renewing a part only, ends where matching everything at once ends."""
    left, right = crowded_lists(seed + 100)
    first = match_lists("clients", left, right)
    rejected, linked = decide_at_random(seed, first, right)
    pairs, records = first.pairs, first.records.copy()
    before = NOTHING
    for one, other in [*linked.items(), *rejected]:
        is_link = linked.get(one) == other
        now = Decisions(
            {*before.rejected} if is_link else {*before.rejected, (one, other)},
            {**before.linked, one: other} if is_link else before.linked,
        )
        again = again_after(first.kept, left, right, {one}, now, before)
        before = now
        pairs = pd.concat([pairs[~pairs["left_id"].isin(again.records.index)], again.pairs])
        records.loc[again.records.index] = again.records
    whole = match_lists("clients", left, right, rejected=rejected, linked=linked)
    order = pairs["left_id"].str[1:].astype(int)
    assert_same(pairs.iloc[np.lexsort((pairs["rank"], order))].reset_index(drop=True), whole.pairs)
    assert records.equals(whole.records)


def test_an_undone_link_brings_its_proposals_back() -> None:
    left, right = make_list(*CROWD, prefix="l"), make_list(*CROWD, prefix="r")
    kept = match_lists("clients", left, right, linked={"l3": "r3"}).kept
    again = again_after(kept, left, right, {"l3"}, NOTHING, Decisions(frozenset(), {"l3": "r3"}))
    assert again.pairs.loc[again.pairs["left_id"].eq("l3"), "right_id"].tolist() == ["r3"]


def test_a_decision_far_away_touches_nobody_else() -> None:
    left, right = make_list(*CROWD, prefix="l"), make_list(*CROWD, prefix="r")
    kept = match_lists("clients", left, right).kept
    again = again_after(kept, left, right, {"l1"}, Decisions(frozenset(), {"l1": "r1"}))
    assert "l1" in again.records.index
    assert len(again.records) < 4


@pytest.mark.parametrize("kind", ["clients", "staff", "processes"])
def test_what_is_kept_reads_back_as_it_was(kind: str) -> None:
    left, right = make_list(*CROWD, prefix="l"), make_list(*CROWD, prefix="r")
    kept = match_lists(kind, left, right).kept
    back = Kept.from_bytes(kept.to_bytes())
    assert (back.kind, back.model, back.context) == (kept.kind, kept.model, kept.context)
    for name in ("left", "right", "log_odds", "ceiling"):
        assert np.array_equal(getattr(back, name), getattr(kept, name))


@pytest.mark.parametrize("kind", ["clients", "staff", "processes"])
def test_empty_lists_can_be_proposed_again(kind: str) -> None:
    left, right = make_list(prefix="l"), make_list(*CROWD, prefix="r")
    kept = match_lists(kind, left, right).kept
    now = Decisions({("l0", "r1")}, {"l0": "r0"})
    assert again_after(Kept.from_bytes(kept.to_bytes()), left, right, {"l0"}, now).pairs.empty
