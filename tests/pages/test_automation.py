"""Automation: every change holds at once, a refused one shows what is saved, and who works is told."""

from __future__ import annotations

from core.model import RunKind, RunState
from core.push.rules import Choice
from core.workspace import Workspace
from core.workspace.automating import AUTOMATIC
from tests.pages.conftest import Visit


def words(app: object) -> str:
    """Everything the page says in text, captions and boxes."""
    found = [*app.markdown, *app.caption, *app.warning, *app.error]  # type: ignore[attr-defined]  # an AppTest
    return "\n".join(str(one.value) for one in found)


def test_without_a_saved_choice_pushing_cannot_be_switched_on(practice: Workspace, visit: Visit) -> None:
    app = visit("automation")
    assert "nothing goes by itself" in words(app)
    app.toggle(key="auto_automatic_push").set_value(True).run()
    assert "Save one on Time" in words(app)
    assert app.toggle(key="auto_automatic_push").value is False
    assert practice.practice.settings.automatic_push is False


def test_pushing_is_switched_on_by_the_chosen_rule(practice: Workspace, visit: Visit) -> None:
    practice.choices.save("Month", Choice())
    app = visit("automation")
    app.selectbox(key="auto_rule").set_value("Month").run()
    app.toggle(key="auto_automatic_push").set_value(True).run()
    rule = practice.automating.rule()
    assert rule is not None
    assert (rule.name, practice.practice.settings.automatic_push) == ("Month", True)
    assert "Now it would send" in words(app)


def test_times_of_day_are_kept_in_order_and_none_means_never(practice: Workspace, visit: Visit) -> None:
    app = visit("automation")
    app.multiselect(key="auto_sync_times").set_value(["18:30", "07:00"]).run()
    assert practice.practice.settings.automatic_sync_at == ("07:00", "18:30")
    app.multiselect(key="auto_sweep_times").set_value([]).run()
    assert practice.practice.settings.sweep_at == ""
    assert "Not done by itself" in words(app)


def test_mapping_and_changes_have_a_switch_each(practice: Workspace, visit: Visit) -> None:
    app = visit("automation")
    app.toggle(key="auto_automatic_mapping").set_value(True).run()
    app.toggle(key="auto_automatic_changes").set_value(True).run()
    settings = practice.practice.settings
    assert (settings.automatic_mapping, settings.automatic_changes) == (True, True)


def test_what_was_done_last_is_told_with_its_outcome(practice: Workspace, visit: Visit) -> None:
    runs = practice.store.runs
    run = runs.queue("small", RunKind.SYNC, AUTOMATIC, {"chore": "push"})
    runs.finish(run.id, RunState.DONE, message="Nothing new is ready to be pushed.")
    told = words(visit("automation"))
    assert ":green-badge[Done] Nothing new is ready to be pushed" in told
    assert told.count("It has not run yet") == 2


def test_without_a_worker_the_page_says_that_nothing_happens(practice: Workspace, visit: Visit) -> None:
    assert "tieout worker" in words(visit("automation"))
    practice.store.workers.beat("worker:1@desk/0#1.a", "desk/0", 1)
    assert "1 worker: desk" in words(visit("automation"))


def test_a_practices_name_of_a_rule_is_not_markup(practice: Workspace, visit: Visit) -> None:
    practice.choices.save(":red[x] $a$", Choice())
    practice.automating.choose_rule(":red[x] $a$")
    app = visit("automation")
    assert not app.exception
    assert app.selectbox(key="auto_rule").value == ":red[x] $a$"
