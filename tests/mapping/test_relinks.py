"""Which links follow a process that names another XPM task, and which stay."""

from __future__ import annotations

import pandas as pd

from core.mapping.propose import PROPOSAL_COLUMNS
from core.mapping.relinks import Effect, judge_relinks
from core.model import Band

JOB_TASKS = pd.DataFrame({"task_type_id": ["T1", "T1", "T2"]}, index=["a", "b", "z"])


def wanted(**types: str) -> pd.DataFrame:
    """Per task the XPM task type that is wanted, `-` for excluded, empty for open."""
    verdicts = ["excluded" if one == "-" else "linked" if one else "" for one in types.values()]
    ids = ["" if one == "-" else one for one in types.values()]
    return pd.DataFrame({"verdict": verdicts, "xpm_id": ids, "rule": ""}, index=list(types))


def decided(**links: tuple[str, str]) -> pd.DataFrame:
    rows = {one: ("linked" if to else "excluded", to, by, n) for n, (one, (to, by)) in enumerate(links.items(), 1)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["verdict", "xpm_id", "by", "id"])


def proposed(**best: tuple[str, Band]) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = [(one, 1, to, 0.9, band.value, "fits", []) for one, (to, band) in best.items()]
    return pd.DataFrame(rows, columns=PROPOSAL_COLUMNS)


def judge(
    before: pd.DataFrame | None,
    after: pd.DataFrame,
    links: pd.DataFrame,
    best: pd.DataFrame,
    also: frozenset[str] = frozenset(),
) -> dict[str, tuple[str, str, str]]:
    rows = judge_relinks(before, after, links, JOB_TASKS, best, also)
    return {str(one): (row["effect"], row["old_xpm_id"], row["new_xpm_id"]) for one, row in rows.iterrows()}


def test_an_automatic_link_goes_over_to_the_certain_proposal() -> None:
    found = judge(wanted(t="T1"), wanted(t="T2"), decided(t=("a", "rule:certain")), proposed(t=("z", Band.CERTAIN)))
    assert found == {"t": (Effect.CHANGES, "a", "z")}


def test_an_automatic_link_without_a_certain_successor_is_open_again() -> None:
    links = decided(t=("a", "rule:certain"), u=("b", "rule:sample"))
    found = judge(wanted(t="T1", u="T1"), wanted(t="T2", u="T2"), links, proposed(t=("z", Band.TIE)))
    assert found == {"t": (Effect.REOPENS, "a", ""), "u": (Effect.REOPENS, "b", "")}


def test_a_persons_link_stays_and_is_told() -> None:
    found = judge(wanted(t="T1"), wanted(t="T2"), decided(t=("a", "Ann")), proposed(t=("z", Band.CERTAIN)))
    assert found == {"t": (Effect.KEPT, "a", "z")}


def test_a_persons_link_that_would_only_be_opened_names_no_successor() -> None:
    found = judge(wanted(t="T1"), wanted(t="T2"), decided(t=("a", "Ann")), proposed(t=("z", Band.LIKELY)))
    assert found == {"t": (Effect.KEPT, "a", "")}


def test_a_persons_link_follows_when_a_person_says_so() -> None:
    best = proposed(t=("z", Band.CERTAIN))
    found = judge(wanted(t="T1"), wanted(t="T2"), decided(t=("a", "Ann")), best, frozenset({"t"}))
    assert found == {"t": (Effect.CHANGES, "a", "z")}


def test_an_exclusion_ends_no_link() -> None:
    found = judge(wanted(t="T1"), wanted(t="-"), decided(t=("a", "rule:certain")), proposed())
    assert found == {"t": (Effect.RESTS, "a", "")}


def test_a_task_without_a_link_gains_its_proposal() -> None:
    found = judge(wanted(t=""), wanted(t="T2"), decided(), proposed(t=("z", Band.LIKELY)))
    assert found == {"t": (Effect.PROPOSED, "", "z")}


def test_what_is_wanted_as_before_is_left_alone() -> None:
    """An old link that never fitted is no business of a change that does not concern it."""
    found = judge(wanted(t="T2"), wanted(t="T2"), decided(t=("a", "rule:certain")), proposed(t=("z", Band.CERTAIN)))
    assert found == {}


def test_without_a_former_state_every_misfit_is_found() -> None:
    links = decided(t=("a", "rule:certain"), u=("z", "rule:certain"))
    found = judge(None, wanted(t="T2", u="T2"), links, proposed(t=("z", Band.CERTAIN)))
    assert found == {"t": (Effect.CHANGES, "a", "z")}


def test_an_opened_process_and_an_excluded_task_touch_no_link() -> None:
    links = decided(t=("a", "rule:certain"), u=("", "Ann"))
    assert judge(wanted(t="T1", u="T1"), wanted(t="", u="T2"), links, proposed(u=("z", Band.CERTAIN))) == {}


def test_a_link_to_a_job_task_that_is_gone_is_left_to_be_shown_as_broken() -> None:
    found = judge(wanted(t="T1"), wanted(t="T2"), decided(t=("gone", "rule:certain")), proposed(t=("z", Band.CERTAIN)))
    assert found == {}


def test_no_task_is_fine() -> None:
    assert judge(wanted(), wanted(), decided(), proposed()) == {}
