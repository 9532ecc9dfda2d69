"""The interface codes of job states: entered once, and checked by the first job that was set by them."""

from __future__ import annotations

import pytest

from core.store import Store
from core.workspace import Workspace
from core.workspace.states import CodeWrong
from tests.fakes import FakeClock
from tests.workspace.ready_practice import make_practice, write


@pytest.fixture
def practice(store: Store, clock: FakeClock) -> Workspace:
    made = make_practice(store, clock, as_of=clock.now().date())
    write(store, "xpm", "job_states", {"S1": {"name": "Planned"}, "S2": {"name": "Completed"}})
    made.states.save({"Completed": " COMPLETED "})
    return made


def test_states_are_xpms_with_the_codes_entered_for_them(practice: Workspace) -> None:
    rows = practice.states.table()
    assert [(state, row.code) for state, row in rows.iterrows()] == [("Completed", "COMPLETED"), ("Planned", "")]
    assert practice.states.codes() == {"COMPLETED": "Completed (not tried yet)"}


def test_a_code_counts_as_checked_once_xpm_took_it_as_meant(practice: Workspace) -> None:
    assert practice.states.check("COMPLETED", "completed") == ""
    assert practice.states.codes() == {"COMPLETED": "Completed"}
    assert practice.states.is_checked("COMPLETED")


def test_a_code_that_means_another_state_is_said_and_not_checked(practice: Workspace) -> None:
    assert "XPM made it 'On Hold'" in practice.states.check("COMPLETED", "On Hold")
    assert not practice.states.is_checked("COMPLETED")


def test_a_changed_code_is_to_be_checked_anew(practice: Workspace) -> None:
    practice.states.check("COMPLETED", "Completed")
    assert practice.states.save({"Completed": "DONE"}) == 1
    assert not practice.states.is_checked("DONE")
    assert practice.states.check("DONE", "Completed") == ""
    assert practice.states.is_checked("DONE")


def test_a_code_nobody_entered_is_noted_with_the_state_it_made(practice: Workspace) -> None:
    practice.states.check("PLANNED", "Planned")
    assert practice.states.table().loc["Planned"].tolist() == ["PLANNED", True]


def test_a_job_that_could_not_be_read_back_checks_nothing(practice: Workspace) -> None:
    assert practice.states.check("COMPLETED", "") == ""
    assert not practice.states.is_checked("COMPLETED")


def test_a_code_is_taken_away_by_emptying_it(practice: Workspace) -> None:
    assert practice.states.save({"Completed": "", "Planned": ""}) == 1
    assert practice.states.codes() == {}


@pytest.mark.parametrize("codes", [{"Planned": "completed"}, {"Planned": "TWO WORDS"}])
def test_a_code_that_cannot_be_one_is_refused_and_nothing_is_saved(practice: Workspace, codes: dict[str, str]) -> None:
    with pytest.raises(CodeWrong, match="Nothing was saved"):
        practice.states.save(codes)
    assert practice.states.codes() == {"COMPLETED": "Completed (not tried yet)"}


def test_the_log_tells_the_codes_in_words(practice: Workspace) -> None:
    event = practice.store.events.list(practice.practice_id).iloc[0]
    assert "state_codes Completed: COMPLETED" in event["after"]
