"""Missing time: what was held inside a rule's window and is ready now goes, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.model import Kind, utc_text
from core.push.rules import Choice
from core.store import Store
from core.workspace import Workspace
from tests.fakes import FakeClock
from tests.workspace.ready_practice import link, make_practice, unlink, write_entries

DAY = 86_400
WEEK = Choice(look_back_days=7)


@pytest.fixture
def practice(store: Store, clock: FakeClock) -> Workspace:
    """On Friday 20 November 2026; E1 is of that week, E2 of the week before."""
    made = make_practice(store, clock)
    made.choices.save("Week", WEEK)
    made.choices.mark_automatic("Week")
    write_entries(made, {"E1": {"date": "2026-11-18"}, "E2": {"date": "2026-11-09"}})
    return made


def go_on(practice: Workspace, days: int) -> None:
    """Days pass with a note each, as a worker leaves them."""
    practice.missing.note()
    for _ in range(days):
        practice.clock.sleep(DAY)
        practice.missing.note()


def planned(practice: Workspace, choice: Choice) -> list[str]:
    return sorted(practice.time.plan(choice).rows.index)


def test_what_was_held_in_the_window_goes_when_its_cause_is_gone(practice: Workspace) -> None:
    unlink(practice.store, Kind.CLIENT, "C1")
    go_on(practice, 14)
    link(practice.store, Kind.CLIENT, {"C1": "XC1"})
    assert planned(practice, WEEK) == []
    assert practice.missing.automatic_choice().missing == ("E1",)
    assert planned(practice, practice.missing.automatic_choice()) == ["E1"]


def test_time_that_was_never_in_the_window_does_not_go_by_itself(practice: Workspace) -> None:
    unlink(practice.store, Kind.CLIENT, "C1")
    go_on(practice, 1)
    link(practice.store, Kind.CLIENT, {"C1": "XC1"})
    assert planned(practice, practice.missing.automatic_choice()) == ["E1"]


def test_time_excluded_by_mistake_goes_when_it_is_included_again(practice: Workspace) -> None:
    practice.time.choose(["E1"], "exclude", "a mistake")
    go_on(practice, 10)
    practice.time.choose(["E1"], "include", "it was one")
    assert planned(practice, practice.missing.automatic_choice()) == ["E1"]


def test_what_was_ready_all_along_waits_for_a_person(practice: Workspace) -> None:
    """Automatic pushing was off: nothing was owed, so switching it on later must not send the past."""
    go_on(practice, 14)
    assert practice.missing.automatic_choice().missing == ()


def test_what_automatic_pushing_should_have_sent_is_not_forgotten_in_an_outage(store: Store, clock: FakeClock) -> None:
    practice = make_practice(store, clock, automatic_push=True)
    practice.choices.save("Week", WEEK)
    practice.choices.mark_automatic("Week")
    write_entries(practice, {"E1": {"date": "2026-11-18"}, "E2": {"date": "2026-11-09"}})
    go_on(practice, 14)
    assert practice.missing.automatic_choice().missing == ("E1",)
    assert practice.missing.frame()["was"].to_dict() == {"E1": "due"}


def test_missing_time_still_has_to_pass_the_other_parts_of_its_rule(practice: Workspace) -> None:
    unlink(practice.store, Kind.CLIENT, "C1")
    practice.choices.save("Week", Choice(look_back_days=7, staff=("S2",)))
    go_on(practice, 14)
    link(practice.store, Kind.CLIENT, {"C1": "XC1"})
    assert practice.missing.automatic_choice().missing == ()


def test_any_look_back_takes_the_place_of_the_rules_own(practice: Workspace) -> None:
    practice.choices.save("Week", Choice(look_back_days=3, client_groups=("Birds",)))
    assert practice.missing.plan(2).create == 0
    assert practice.missing.plan(30).create == 2
    rows = practice.missing.frame(30)
    assert (rows.index.tolist(), rows["late"].tolist()) == (["E2", "E1"], [True, False])


def test_a_missing_entry_is_forgotten_once_it_is_gone(practice: Workspace) -> None:
    go_on(practice, 0)
    write_entries(practice, {"E1": {"date": "2026-11-18"}})
    assert practice.missing.note() == 1
    assert practice.store.waiting.read("p").index.tolist() == ["E1"]


def test_a_second_note_of_the_same_writes_nothing(practice: Workspace) -> None:
    assert (practice.missing.note(), practice.missing.note()) == (2, 0)


def test_since_is_when_the_present_reason_was_first_seen(practice: Workspace, clock: FakeClock) -> None:
    go_on(practice, 2)
    unlink(practice.store, Kind.CLIENT, "C1")
    practice.missing.note()
    seen = clock.now()
    clock.advance(3 * DAY)
    since = practice.missing.since(practice.time.standings())
    assert set(since["since"]) == {utc_text(seen)}
    assert set(since["age_days"]) == {3}
    assert clock.now() - seen == timedelta(days=3)


def test_a_push_of_missing_time_is_queued_as_it_was_shown(practice: Workspace) -> None:
    plan = practice.missing.plan(30)
    run = practice.missing.request(plan, 30)
    assert (run.parameters["create"], run.parameters["choice"]) == (2, '{"look_back_days": 30}')
