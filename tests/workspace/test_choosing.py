"""Saved choices: their names, the one of automatic pushing, and what each option of a choice lets through."""

from __future__ import annotations

from typing import Any

import pytest

from core.push.rules import Choice
from core.store import Store
from core.store.rules import RuleNameTaken
from core.workspace import Workspace
from core.workspace.choosing import NamelessChoice, OnlyOnce
from tests.fakes import FakeClock
from tests.workspace.ready_practice import make_practice, write_entries

ENTRIES: dict[str, dict[str, Any]] = {
    "E1": {"date": "2026-11-18", "approved": True},
    "E2": {"date": "2026-11-10", "task_id": "T2", "client_id": "C2", "staff_id": "S2", "note": ""},
    "E3": {"date": "2026-11-18", "status": "draft", "minutes": 15},
    "E4": {"date": "2026-11-18", "minutes": 3, "billable": True},
}


@pytest.fixture
def practice(store: Store, clock: FakeClock) -> Workspace:
    made = make_practice(store, clock)
    write_entries(made, ENTRIES)
    return made


def test_an_entry_left_out_shows_the_saved_name_of_the_rule(practice: Workspace) -> None:
    choice = Choice(staff=("S1",))
    assert "“" not in practice.time.standings(choice).loc["E2", "sentence"]
    practice.choices.save("Ann only", choice)
    assert practice.time.standings(choice).loc["E2", "sentence"] == (
        "Ben is not among the staff of Which Actual Times “Ann only”."
    )


def test_a_rule_with_missing_time_is_still_that_rule(practice: Workspace) -> None:
    practice.choices.save("Week", Choice(look_back_days=7))
    assert practice.choices.name(Choice(look_back_days=7, missing=("E2",))).name == "Week"
    assert practice.choices.name(Choice(look_back_days=8)).name == ""


def test_a_choice_that_narrows_nothing_has_no_name(practice: Workspace) -> None:
    practice.choices.save("Everything", Choice())
    assert practice.choices.name(Choice()).name == ""


def test_renaming_and_deleting_reach_the_saved_choices(practice: Workspace) -> None:
    practice.choices.save("A", Choice(staff=("S1",)))
    practice.choices.save("B", Choice())
    practice.choices.rename("A", " Ann only ")
    practice.choices.delete("B")
    assert [rule.name for rule in practice.choices.list()] == ["Ann only"]
    practice.choices.save("C", Choice())
    with pytest.raises(RuleNameTaken):
        practice.choices.rename("C", "Ann only")


def test_the_automatic_choice_is_the_marked_one(practice: Workspace) -> None:
    assert practice.choices.automatic() is None
    practice.choices.save("A", Choice(staff=("S1",)))
    practice.choices.mark_automatic("A")
    assert practice.choices.automatic() == Choice(staff=("S1",))


def test_a_choice_without_a_name_or_of_single_entries_is_not_saved(practice: Workspace) -> None:
    with pytest.raises(NamelessChoice):
        practice.choices.save("  ", Choice())
    with pytest.raises(OnlyOnce, match="2 single entries"):
        practice.choices.save("Those", Choice(entries=("E1", "E2")))
    assert list(practice.choices.list()) == []


def test_each_option_counts_what_it_would_let_through_beside_the_other_parts(practice: Workspace) -> None:
    counts = practice.reports.count_options(Choice(staff=("S1",), clients=("C1",)))["entries"]
    assert counts["staff"].to_dict() == {"S1": 2}
    assert counts["clients"].to_dict() == {"C1": 2}
    counts = practice.reports.count_options(Choice(look_back_days=30))["entries"]
    assert counts["staff"].to_dict() == {"S1": 2, "S2": 1}
    assert counts["client_groups"].to_dict() == {"Birds": 2, "": 1}
    assert counts["approved"].to_dict() == {True: 1, False: 2}
    assert counts["has_note"].to_dict() == {True: 2, False: 1}


def test_drafts_are_counted_only_where_it_is_asked_for_them(practice: Workspace) -> None:
    counts = practice.reports.count_options(Choice())["entries"]
    assert counts["committed"].to_dict() == {True: 3, False: 1}
    assert counts["staff"].sum() == 3


def test_every_part_is_counted_alone_and_all_together(practice: Workspace) -> None:
    choice = Choice(client_groups=("Birds",), min_minutes=5, approved=True)
    counts = practice.reports.let_through(choice)["entries"]
    assert counts[["open", "client_groups", "min_minutes", "approved", "all"]].tolist() == [3, 2, 2, 1, 1]
