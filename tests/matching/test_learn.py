"""Learning from decisions: a habit is learned, slips are not, and a reset practice matches as shipped."""

from __future__ import annotations

import pandas as pd
import pytest

from core.matching import match_lists
from core.matching.describe import describe, tell
from core.matching.learn import NEEDED, learn
from core.matching.learned import SHIPPED_CERTAIN, Finding, Learned
from tests.matching.habits import DECIDED, Practice, decide, make_practice, measure


@pytest.fixture(scope="module")
def peculiar() -> Practice:
    """A practice that keeps tax numbers of another sort than XPM, so that shipped weights trust them too much."""
    return make_practice(own_numbers=True)


@pytest.fixture(scope="module")
def ordinary() -> Practice:
    return make_practice(own_numbers=False)


def learn_of(practice: Practice, decided: pd.DataFrame) -> Learned:
    return learn("clients", practice.left, practice.right, decided)


def refuse(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs[["left_id", "right_id"]].assign(same=False)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_habit_learned_from_decisions_finds_more_on_records_nobody_decided(peculiar: Practice, seed: int) -> None:
    decided = decide(peculiar, 150, seed=seed)
    learned = learn_of(peculiar, decided)
    before, after = measure(peculiar, None, decided), measure(peculiar, learned, decided)
    assert learned.check.finding is Finding.ADOPTED
    assert after.f1 > before.f1 + 0.02
    assert after.certain > before.certain
    assert after.wrong <= before.wrong


def test_what_counts_less_is_told_in_words(peculiar: Practice) -> None:
    rows = describe(learn_of(peculiar, decide(peculiar, 150)))
    number = rows[rows["evidence"].eq("Tax number differs")]
    assert number[["change", "by"]].values.tolist()[0][0] == "counts less"
    assert rows["by"].abs().is_monotonic_decreasing


def test_few_decisions_change_nothing(peculiar: Practice) -> None:
    learned = learn_of(peculiar, decide(peculiar, 40))
    assert (learned.is_shipped, learned.check.finding) == (True, Finding.TOO_FEW)
    assert tell(learned) == f"40 decisions so far; {NEEDED} are needed to check what was learned."


@pytest.mark.parametrize("slips", [0.0, 0.1])
@pytest.mark.parametrize("seed", [1, 2])
def test_decisions_without_a_habit_do_no_harm_however_often_they_slip(
    ordinary: Practice, slips: float, seed: int
) -> None:
    decided = decide(ordinary, 250, slips=slips, seed=seed)
    before, after = measure(ordinary, None, decided), measure(ordinary, learn_of(ordinary, decided), decided)
    assert after.f1 >= before.f1
    assert after.wrong <= before.wrong


def test_five_odd_decisions_change_nothing(ordinary: Practice) -> None:
    decided = decide(ordinary, 150)
    odd = decided.assign(same=decided["same"] ^ (decided.reset_index().index < 5))
    assert learn_of(ordinary, odd).is_shipped


@pytest.mark.parametrize("seed", [1, 2])
def test_a_tenth_of_odd_decisions_does_no_harm_to_the_rest(peculiar: Practice, seed: int) -> None:
    decided = decide(peculiar, 200, slips=0.1, seed=seed)
    before, after = measure(peculiar, None, decided), measure(peculiar, learn_of(peculiar, decided), decided)
    assert after.f1 >= before.f1
    assert after.wrong <= before.wrong


@pytest.mark.parametrize("seed", [1, 2])
def test_somebody_who_accepts_everything_spoils_next_to_nothing(ordinary: Practice, seed: int) -> None:
    """One wrong pair among a hundred certain ones is allowed: the lists hold namesakes that no name tells apart."""
    decided = decide(ordinary, 200, seed=seed).assign(same=True)
    before, after = measure(ordinary, None, decided), measure(ordinary, learn_of(ordinary, decided), decided)
    assert after.wrong <= before.wrong + 1
    assert after.f1 > before.f1 - 0.01


def test_what_is_learned_does_not_hang_on_the_order_of_rows(peculiar: Practice) -> None:
    decided = decide(peculiar, 100)
    turned = learn("clients", peculiar.left.iloc[::-1], peculiar.right.iloc[::-1], decided)
    assert turned == learn_of(peculiar, decided)


def test_nothing_learned_matches_as_shipped(ordinary: Practice) -> None:
    none = learn_of(ordinary, pd.DataFrame(columns=DECIDED))
    plain = match_lists("clients", ordinary.left, ordinary.right).pairs
    pd.testing.assert_frame_equal(match_lists("clients", ordinary.left, ordinary.right, learned=none).pairs, plain)


def test_a_rejected_pair_never_returns_whatever_is_learned(peculiar: Practice) -> None:
    learned = learn_of(peculiar, decide(peculiar, 100))
    best = match_lists("clients", peculiar.left, peculiar.right, learned=learned).pairs.iloc[0]
    rejected = {(str(best["left_id"]), str(best["right_id"]))}
    found = match_lists("clients", peculiar.left, peculiar.right, learned=learned, rejected=rejected).pairs
    assert not rejected & set(zip(found["left_id"], found["right_id"], strict=True))


def test_certain_asks_for_more_when_persons_end_the_lowest_links_a_rule_made(ordinary: Practice) -> None:
    found = match_lists("clients", ordinary.left, ordinary.right).pairs
    certain = found[found["band"].eq("certain")].sort_values("score")
    standing = dict(zip(certain["left_id"].iloc[20:], certain["right_id"].iloc[20:], strict=True))
    learned = learn("clients", ordinary.left, ordinary.right, refuse(certain.iloc[:20]), standing=standing)
    assert learned.certain > certain["score"].iloc[0]
    assert learned.check.wrong < 20
    band = match_lists("clients", ordinary.left, ordinary.right, learned=learned).pairs
    assert band.loc[band["band"].eq("certain"), "score"].min() >= learned.certain


def test_refusals_that_fall_on_all_scores_alike_leave_certain_where_it_is(ordinary: Practice) -> None:
    found = match_lists("clients", ordinary.left, ordinary.right).pairs
    certain = found[found["band"].eq("certain")].sort_values("score")
    odd = certain.iloc[:: len(certain) // 10]
    rest = certain.drop(odd.index)
    standing = dict(zip(rest["left_id"], rest["right_id"], strict=True))
    assert learn("clients", ordinary.left, ordinary.right, refuse(odd), standing=standing).is_shipped


def test_links_a_rule_made_teach_no_weights(ordinary: Practice) -> None:
    found = match_lists("clients", ordinary.left, ordinary.right).pairs
    standing = dict(zip(found["left_id"], found["right_id"], strict=True))
    learned = learn("clients", ordinary.left, ordinary.right, decide(ordinary, 10), standing=standing)
    assert learned.check.decisions == 10
    assert learned.check.judged > 10
    assert learned.certain == SHIPPED_CERTAIN


def test_staff_too_few_to_check_anything_are_matched_as_shipped() -> None:
    staff = pd.DataFrame({"name": ["Ann Lee", "Bob Ray"]}, index=["s1", "s2"])
    decided = pd.DataFrame([("s1", "s1", True), ("s2", "s2", False)], columns=DECIDED)
    learned = learn("staff", staff, staff, decided)
    assert (learned.is_shipped, learned.check.decisions, learned.check.rejected) == (True, 2, 1)
