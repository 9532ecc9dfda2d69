"""The scripted cases hold with the core as it is, and fail with the protection they are about switched off."""

from __future__ import annotations

import pytest

from tests.simulation.cases import CASES, play_case
from tests.simulation.mutants import MUTANTS, hunt

#: Mutants that a handful of seeds notices; the rest takes the command, `python -m tests.simulation.mutants`.
COMMON = ("no_intent", "no_quiet_period", "one_read", "no_read_back", "status_is_success", "limit_is_failure")


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_scripted_case_ends_as_it_should(name: str) -> None:
    play_case(name)


@pytest.mark.parametrize("name", sorted(name for name, mutant in MUTANTS.items() if mutant.case))
def test_a_rare_planted_bug_is_caught_by_its_case(name: str) -> None:
    assert hunt(MUTANTS[name], range(0)).where == f"case {MUTANTS[name].case}"


@pytest.mark.parametrize("name", COMMON)
def test_a_common_planted_bug_is_caught_within_a_few_seeds(name: str) -> None:
    assert hunt(MUTANTS[name], range(1, 13)).where


def test_nineteen_bugs_are_planted() -> None:
    assert len(MUTANTS) == 19
