"""Lessons: what an accepted and a rejected pair say of all candidates of their record."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.matching.engine import compare_lists
from core.matching.kinds import choose_method
from core.matching.lessons import RIVALS_SAY, Lessons, gather_lessons, keep_neighbours
from tests.matching.habits import DECIDED
from tests.matching.lists import CROWD, make_list

LEFT = make_list("Smith Family Trust", "Anna Smith", *CROWD, prefix="l")
RIGHT = make_list("Smith Family Trust", "Smith Fam Trust", "Smith Pty Ltd", "Anna Smith", *CROWD, prefix="r")
PAIRS = compare_lists(choose_method("clients"), LEFT, RIGHT)


def gather(*rows: tuple[str, str, bool]) -> Lessons:
    return gather_lessons(PAIRS, LEFT, RIGHT, pd.DataFrame(rows, columns=DECIDED))


def said(lessons: Lessons) -> dict[str, tuple[bool, float]]:
    """Right id -> whether it is the same, and how much that counts."""
    ids = RIGHT.index[PAIRS.right[lessons.pair]]
    return dict(zip(ids, zip(lessons.same.tolist(), lessons.say.tolist(), strict=True), strict=True))


def test_an_accepted_link_speaks_for_its_pair_and_softly_against_its_rivals() -> None:
    found = said(gather(("l0", "r0", True)))
    assert found.pop("r0") == (True, 1.0)
    assert {same for same, _ in found.values()} == {False}
    assert sum(say for _, say in found.values()) <= RIVALS_SAY + 1e-9


def test_a_rejected_pair_speaks_of_nothing_but_itself() -> None:
    assert said(gather(("l0", "r1", False))) == {"r1": (False, 1.0)}


def test_a_rejected_rival_counts_in_full() -> None:
    assert said(gather(("l0", "r1", False), ("l0", "r0", True)))["r1"] == (False, 1.0)


def test_the_last_accepted_partner_counts() -> None:
    found = said(gather(("l0", "r1", True), ("l0", "r0", True)))
    assert [one for one, (same, _) in found.items() if same] == ["r0"]


def test_records_that_are_gone_teach_nothing() -> None:
    lessons = gather(("gone", "r0", True), ("l0", "gone", True))
    assert (lessons.records, lessons.accepted, len(lessons.pair)) == (0, 0, 0)


def test_a_partner_that_was_never_compared_is_counted_as_such() -> None:
    lessons = gather(("l0", f"r{len(RIGHT) - 1}", True))
    assert (lessons.accepted, lessons.uncompared, bool(lessons.same.any())) == (1, 1, False)


def test_neighbours_keep_the_pairs_of_all_rivals() -> None:
    near, lessons = keep_neighbours(PAIRS, gather(("l0", "r0", True)))
    wanted = np.isin(PAIRS.right, PAIRS.right[PAIRS.left == 0])
    assert set(near.left) == set(PAIRS.left[wanted])
    assert near.right[lessons.pair[lessons.same]].tolist() == [0]
