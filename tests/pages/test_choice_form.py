"""Which Actual Times on its page: every part reaches the plan, saved choices are managed, options are counted."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.push.rules import Choice
from core.workspace import Workspace
from pages.parts.choice import form, saved
from pages.parts.push.plan_view import PUSH
from tests.pages.conftest import open_page
from tests.pages.linked_practice import boxes, link_all, toasts, write_entries


@pytest.fixture
def ready(practice: Workspace) -> Workspace:
    """Four entries of client group nothing: one approved, one without a note, one short, one a draft."""
    link_all(practice)
    entries: dict[str, dict[str, Any]] = {
        "E1": {"approved": True, "note": "Bank"},
        "E2": {"note": " "},
        "E3": {"minutes": 3, "note": "Call"},
        "E4": {"status": "draft", "note": "Later"},
    }
    write_entries(practice, entries)
    return practice


def open_time() -> AppTest:
    app = open_page("push_time")
    assert not app.exception
    return app


def pick(app: AppTest, part: str, word: str) -> AppTest:
    return app.button_group(key=form.FLAGS[part][0]).set_value(word).run()


def load(app: AppTest, name: str) -> AppTest:
    return app.selectbox(key=form.SAVED).set_value(name).run()


def captions(app: AppTest) -> str:
    return " | ".join(caption.value for caption in app.caption).replace("\\", "")


@pytest.mark.parametrize(
    ("part", "word", "entries"), [("approved", "Yes", 1), ("has_note", "Without", 1), ("committed", "Draft", 0)]
)
@pytest.mark.usefixtures("ready")
def test_each_part_reaches_the_plan(part: str, word: str, entries: int) -> None:
    label = pick(open_time(), part, word).button(key=PUSH).label
    assert label.startswith(f"Push {entries} timesheet")


@pytest.mark.usefixtures("ready")
def test_short_entries_stay_behind() -> None:
    app = open_time()
    app.number_input(key=form.MINUTES).set_value(6).run()
    assert app.button(key=PUSH).label.startswith("Push 2 timesheets")


@pytest.mark.usefixtures("ready")
def test_counts_stand_beside_what_can_be_chosen() -> None:
    told = captions(open_time())
    assert "Committed 3 · Draft 1" in told
    assert "With 2 · Without 1" in told
    assert "Ann Lee 3" in told


@pytest.mark.usefixtures("ready")
def test_counts_are_of_what_the_other_parts_leave() -> None:
    told = captions(pick(open_time(), "approved", "Yes"))
    assert "With 1 · Without 0" in told
    assert "Yes 1 · No 2" in told


def test_a_whole_choice_is_saved_and_loaded_again(ready: Workspace) -> None:
    choice = Choice(client_groups=("Birds",), committed=True, approved=False, has_note=True, min_minutes=6)
    ready.choices.save("All parts", choice)
    app = load(open_time(), "All parts")
    app.text_input(key=form.NAME).set_value("Copy").run()
    app.button(key="choice_save").click().run()
    assert ready.choices.find("Copy") == choice


def test_a_saved_choice_is_renamed_and_deleted(ready: Workspace) -> None:
    ready.choices.save("Old", Choice(staff=("S1",)))
    app = load(open_time(), "Old")
    app.text_input(key=saved.RENAMED).set_value("New").run()
    app.button(key="choice_rename").click().run()
    assert [rule.name for rule in ready.choices.list()] == ["New"]
    app.button(key="choice_delete").click().run()
    assert list(ready.choices.list()) == []
    assert app.multiselect(key=form.LISTS["staff"][0]).value == ["S1"]


def test_a_name_that_is_taken_is_refused(ready: Workspace) -> None:
    for name in ("A", "B"):
        ready.choices.save(name, Choice(staff=("S1",)))
    app = load(open_time(), "A")
    app.text_input(key=saved.RENAMED).set_value("B").run()
    app.button(key="choice_rename").click().run()
    assert "a saved rule 'B' already" in boxes(app)
    assert [rule.name for rule in ready.choices.list()] == ["A", "B"]


def test_the_loaded_choice_becomes_the_automatic_one_and_back(ready: Workspace) -> None:
    ready.choices.save("Week", Choice(look_back_days=7))
    app = load(open_time(), "Week")
    app.button(key="choice_automatic").click().run()
    assert ready.choices.automatic() == Choice(look_back_days=7)
    assert "Automatic pushing goes by “Week”" in toasts(app)
    app.button(key="choice_automatic").click().run()
    assert ready.choices.automatic() is None


def test_a_choice_deleted_elsewhere_is_no_longer_offered(ready: Workspace) -> None:
    ready.choices.save("Week", Choice(look_back_days=7))
    app = load(open_time(), "Week")
    ready.choices.delete("Week")
    app.run()
    assert not app.exception
    assert app.selectbox(key=form.SAVED).value is None
