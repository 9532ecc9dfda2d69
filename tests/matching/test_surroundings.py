"""How far a decision reaches among records that compete."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.matching import Decisions, Kept, Surroundings

OPEN = Decisions(frozenset(), {})


@pytest.fixture
def chain() -> Surroundings:
    """l0 - r0 - l1 - r1 - l2 ...: each left record competes with its neighbours, fifty in a row."""
    left = np.repeat(np.arange(50), 2)[1:]
    right = np.repeat(np.arange(50), 2)[:-1]
    log_odds = np.linspace(3, 5, len(left))
    kept = Kept("clients", "clients", None, left, right, log_odds, np.ones(len(left)))
    ids = [pd.Index([f"{side}{place}" for place in range(50)], dtype="str") for side in "lr"]
    return Surroundings(kept, *ids)


def test_records_that_share_a_candidate_are_neighbours(chain: Surroundings) -> None:
    assert chain.grow(np.array([10]), chain.place(OPEN)).tolist() == [9, 10, 11]


def test_what_hangs_together_is_found_whole(chain: Surroundings) -> None:
    assert len(chain.close(np.array([10]), 500, chain.place(OPEN))) == 50


def test_a_tangle_is_followed_so_far_only(chain: Surroundings) -> None:
    assert chain.close(np.array([10]), 5, chain.place(OPEN)).tolist() == [7, 8, 9, 10, 11, 12, 13]


def test_a_link_by_hand_makes_neighbours(chain: Surroundings) -> None:
    standing = chain.place(Decisions(frozenset(), {"l30": "r10"}))
    assert 30 in chain.grow(np.array([10]), standing)


def test_a_held_partner_is_chosen_by_nobody_else(chain: Surroundings) -> None:
    everybody = np.arange(50)
    partner = chain.choose(everybody, chain.place(Decisions(frozenset(), {"l30": "r10"})))
    assert (partner[30], (partner == 10).sum()) == (10, 1)
    taken = partner[partner >= 0]
    assert len(taken) == len(set(taken.tolist()))


def test_a_refused_pair_is_not_chosen(chain: Surroundings) -> None:
    pairs = zip(chain.kept.left, chain.kept.right, strict=True)
    refused = {(f"l{one}", f"r{other}") for one, other in pairs if one == 10}
    assert chain.choose(np.arange(50), chain.place(Decisions(refused, {})))[10] == -1


def test_decisions_about_unknown_records_change_nothing(chain: Surroundings) -> None:
    strange = chain.place(Decisions({("l0", "gone"), ("gone", "r0")}, {"gone": "r3"}))
    plain = chain.place(OPEN)
    for name in ("partner", "holder", "refused"):
        assert np.array_equal(getattr(strange, name), getattr(plain, name))
