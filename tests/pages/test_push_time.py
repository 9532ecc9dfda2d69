"""Time: what its controls make of the store, and that nothing shown for one list reaches another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.model import Kind, RunKind, RunState, Verdict
from core.push.rules import Choice
from core.workspace import Workspace
from core.workspace.change_words import Parts
from pages.parts.answers import WHY
from pages.parts.choice import form
from pages.parts.entries_view import STANDING
from pages.parts.push.missing_view import BACK
from pages.parts.push.missing_view import PUSH as MISSING
from pages.parts.push.plan_view import CONFIRM, PUSH, UPDATES
from tests.pages.conftest import open_page
from tests.pages.linked_practice import boxes, link_all, tick, toasts, write_entries, write_timesheets
from tests.pages.pushed_practice import ENDS, push_entries


@pytest.fixture
def ready(practice: Workspace) -> Workspace:
    return link_all(practice)


def open_time() -> AppTest:
    app = open_page("push_time")
    assert not app.exception
    return app


def runs_of(practice: Workspace, kind: RunKind = RunKind.PUSH) -> list[dict[str, object]]:
    return [dict(row) for _, row in practice.store.runs.list(practice.practice_id, kind).iterrows()]


def allow(app: AppTest, number: int = 2) -> AppTest:
    return app.number_input(key=CONFIRM).set_value(number).run()


def grid(app: AppTest, column: str) -> pd.DataFrame:
    """The first table of the page that has this column."""
    return next(frame.value for frame in app.dataframe if column in frame.value)


def edit_sent_entry(practice: Workspace) -> None:
    """The entry that is in XPM is longer now, and the one that was refused is gone here."""
    edited: dict[str, dict[str, Any]] = {
        "E1": {"minutes": 45, "content_hash": "other", "note": "Work on E1"},
        "E4": {"minutes": 120},
        "E5": {"minutes": 150},
    }
    write_entries(practice, edited)


def choices_of(practice: Workspace) -> dict[str, str]:
    return dict(practice.store.ledger.choices(practice.practice_id)["choice"])


def show(app: AppTest, standing: str) -> AppTest:
    return app.button_group(key=STANDING).set_value(standing).run()


@pytest.fixture
def edited(ready: Workspace) -> Workspace:
    """A push went, one of its entries arrived, and was edited here since."""
    write_entries(ready, {one: {"minutes": 30 * int(one[1:]), "content_hash": one} for one in ENDS})
    push_entries(ready)
    edit_sent_entry(ready)
    return ready


def test_an_entry_edited_since_is_an_update_of_its_own_in_the_plan(edited: Workspace) -> None:
    plan = edited.time.plan(Choice())
    app = open_time()
    assert (plan.update, app.toggle(key=UPDATES).label) == (1, "Update 1")
    assert grid(app, "becomes")[["was", "becomes"]].to_numpy().tolist() == [["0:30 h", "0:45 h"]]


def test_the_switch_leaves_updates_out_of_the_plan_and_of_the_run(edited: Workspace) -> None:
    app = open_time()
    app.toggle(key=UPDATES).set_value(False).run()
    plan = edited.time.plan(Choice(), Parts(update=False))
    allow(app, plan.size).button(key=PUSH).click().run()
    run = next(one for one in runs_of(edited) if one["state"] == RunState.QUEUED)
    assert run["parameters"]["update"] == 0  # type: ignore[index]


def test_missing_time_is_shown_before_it_is_pushed(ready: Workspace) -> None:
    app = open_time()
    assert grid(app, "was")["hours"].tolist() == ["0:30", "1:00"]
    app.button(key=MISSING).click().run()
    [run] = runs_of(ready)
    assert run["parameters"]["create"] == 2  # type: ignore[index]


def test_the_look_back_narrows_missing_time(ready: Workspace) -> None:
    write_entries(ready, {"E1": {"minutes": 30, "date": pd.Timestamp("2026-06-01")}, "E2": {"minutes": 60}})
    app = open_time()
    app.button_group(key=BACK).set_value("30 days").run()
    assert grid(app, "was")["hours"].tolist() == ["1:00"]


def test_a_push_that_rests_is_told_with_the_way_to_its_page(ready: Workspace) -> None:
    run = ready.store.runs.queue(ready.practice_id, RunKind.PUSH, "Margaret", {"create": 1, "choice": "{}"})
    ready.store.runs.request_pause(run.id)
    app = open_time()
    assert any("when somebody resumes it" in box.value for box in app.info)
    assert app.button(key=PUSH).disabled


def test_after_a_restore_the_page_says_that_xpm_is_read_back_first(ready: Workspace) -> None:
    ready.store.ledger.enter_recovery(ready.practice_id, "the database was restored", actor="tieout")
    titles = [box.proto.title for box in open_time().info]
    assert titles == ["XPM is read back first"]


def test_an_outage_is_told_with_the_time_it_ends(ready: Workspace) -> None:
    until = ready.clock.now() + timedelta(minutes=4)
    ready.store.ledger.write_breaker(ready.practice_id, 3, until)
    told = " ".join(box.value for box in open_time().info)
    assert "It did not work 3 times in a row" in told


@pytest.mark.usefixtures("practice")
def test_the_push_is_off_while_nothing_is_ready() -> None:
    assert open_time().button(key=PUSH).disabled


@pytest.mark.usefixtures("ready")
def test_a_push_that_nothing_narrows_needs_its_number_typed() -> None:
    app = open_time()
    before = app.button(key=PUSH).disabled
    wrong = allow(app, 3).button(key=PUSH).disabled
    assert (before, wrong, allow(app, 2).button(key=PUSH).disabled) == (True, True, False)


@pytest.mark.usefixtures("ready")
def test_the_button_says_how_much_it_sends() -> None:
    assert open_time().button(key=PUSH).label == "Push 2 timesheets (1:30)"


def test_pushing_queues_the_plan_that_was_shown(ready: Workspace) -> None:
    allow(open_time()).button(key=PUSH).click().run()
    [run] = runs_of(ready)
    assert (run["state"], run["actor"]) == (RunState.QUEUED, "Margaret")
    assert run["parameters"]["create"] == 2  # type: ignore[index]


def test_a_second_tab_finds_the_first_ones_run(ready: Workspace) -> None:
    one, two = allow(open_time()), allow(open_time())
    one.button(key=PUSH).click().run()
    two.button(key=PUSH).click().run()
    assert len(runs_of(ready)) == 1
    assert "Already queued by Margaret" in toasts(two)


@pytest.mark.usefixtures("ready")
def test_while_a_push_is_under_way_the_button_is_off() -> None:
    allow(open_time()).button(key=PUSH).click().run()
    assert open_time().button(key=PUSH).disabled


def test_a_plan_that_went_stale_is_refused(ready: Workspace) -> None:
    app = allow(open_time())
    write_entries(ready, {"E1": {"minutes": 45}})
    app.button(key=PUSH).click().run()
    assert runs_of(ready) == []
    assert "has changed since it was shown" in boxes(app)


def test_nothing_can_be_pushed_while_halted(ready: Workspace) -> None:
    ready.store.ledger.halt(ready.practice_id, "two entries are doubled", actor="rule:push")
    app = allow(open_time())
    assert app.button(key=PUSH).disabled
    assert "two entries are doubled" in boxes(app)


def test_a_narrowed_choice_goes_with_the_run(ready: Workspace) -> None:
    app = open_time()
    app.multiselect(key=form.LISTS["staff"][0]).set_value(["S1"]).run()
    app.button(key=PUSH).click().run()
    [run] = runs_of(ready)
    assert Choice.from_json(run["parameters"]["choice"]) == Choice(staff=("S1",))  # type: ignore[index]


def test_a_choice_is_saved_under_its_name(ready: Workspace) -> None:
    app = open_time()
    app.multiselect(key=form.LISTS["clients"][0]).set_value(["C1"]).run()
    app.text_input(key=form.NAME).set_value("Only Acme").run()
    app.button(key="choice_save").click().run()
    assert ready.time.find_choice("Only Acme") == Choice(clients=("C1",))


def test_a_saved_choice_is_loaded_with_a_record_that_is_gone(ready: Workspace) -> None:
    """Dropping the lost id would leave the part empty, and an empty part lets everything through."""
    ready.time.save_rule("Old", Choice(staff=("S9",), look_back_days=5))
    app = open_time()
    app.selectbox(key=form.SAVED).set_value("Old").run()
    assert app.multiselect(key=form.LISTS["staff"][0]).value == ["S9"]
    assert (app.number_input(key=form.DAYS).value, app.button(key=PUSH).disabled) == (5, True)


@pytest.mark.usefixtures("ready")
def test_the_choice_survives_a_look_at_another_page() -> None:
    app = open_time()
    app.multiselect(key=form.LISTS["staff"][0]).set_value(["S1"]).run()
    app.switch_page("unsynced.py").run()
    app.switch_page("push_time.py").run()
    assert app.multiselect(key=form.LISTS["staff"][0]).value == ["S1"]


def test_dates_the_wrong_way_round_are_said_and_nothing_more_is_shown(ready: Workspace) -> None:
    app = open_time()
    app.button_group(key=form.DATES).set_value(form.BETWEEN).run()
    app.date_input(key=form.FROM).set_value(ready.today).run()
    app.date_input(key=form.TO).set_value(ready.today.replace(day=1)).run()
    assert "the end is before the start" in boxes(app)
    assert not [button for button in app.button if button.key == PUSH]


def test_excluding_needs_a_reason(ready: Workspace) -> None:
    app = show(open_time(), "ready")
    tick(app, "entries_ready_", ready.time.standings(), [0]).button(key="say_exclude").click().run()
    assert choices_of(ready) == {}
    assert "needs a reason" in boxes(app)


def test_an_entry_is_excluded_by_its_id_with_the_reason(ready: Workspace) -> None:
    app = show(open_time(), "ready")
    tick(app, "entries_ready_", ready.time.standings(), [1])
    app.text_input(key=WHY).set_value("quoted job").run()
    app.button(key="say_exclude").click().run()
    row = ready.time.standings().loc["E2"]
    assert (choices_of(ready), row["standing"]) == ({"E2": "exclude"}, "excluded")
    assert "quoted job" in row["sentence"]


def test_nothing_ticked_is_carried_over_to_another_list(ready: Workspace) -> None:
    """Both lists have two rows, so a tick kept by position would land on another entry."""
    write_entries(ready, {"E1": {}, "E2": {}, "E3": {"status": "draft"}, "E4": {"status": "draft"}})
    app = show(open_time(), "ready")
    rows = ready.time.standings()
    tick(app, "entries_ready_", rows[rows["standing"].eq("ready")], [0, 1])
    assert [button.label for button in app.button if button.key == "say_exclude"] == ["Exclude (2)"]
    assert [button for button in show(app, "draft").button if button.key == "say_exclude"] == []


def test_an_answer_to_a_list_that_changed_is_refused(ready: Workspace) -> None:
    app = show(open_time(), "ready")
    tick(app, "entries_ready_", ready.time.standings(), [0])
    app.text_input(key=WHY).set_value("quoted job").run()
    write_entries(ready, {"E1": {"content_hash": "another"}, "E2": {}})
    app.button(key="say_exclude").click().run()
    assert choices_of(ready) == {}
    assert "This list has changed" in boxes(app)


def test_a_look_alike_is_tied_to_the_timesheet_in_xpm(ready: Workspace) -> None:
    write_entries(ready, {"E1": {"minutes": 30}})
    write_timesheets(ready, {"hand-1": {"minutes": 30}})
    app = show(open_time(), "waiting")
    tick(app, "entries_waiting_", ready.time.standings(), [0]).button(key="say_same_work").click().run()
    row = ready.time.standings().loc["E1"]
    assert (row["standing"], row["xpm_time_id"]) == ("synced", "hand-1")


def test_separate_work_becomes_ready(ready: Workspace) -> None:
    write_entries(ready, {"E1": {"minutes": 30}, "E2": {"minutes": 60}})
    write_timesheets(ready, {"hand-1": {"minutes": 30}})
    app = show(open_time(), "waiting")
    rows = ready.time.standings()
    tick(app, "entries_waiting_", rows[rows["standing"].eq("waiting")], [0]).button(
        key="say_separate_work"
    ).click().run()
    assert set(ready.time.standings().loc[["E1"], "standing"]) == {"ready"}


def test_rows_whose_source_is_wrong_offer_no_answer(ready: Workspace) -> None:
    write_entries(ready, {"E1": {"problem": "doubled id", "problem_sentence": "The id occurs twice."}})
    app = tick(show(open_time(), "waiting"), "entries_waiting_", ready.time.standings(), [0])
    assert [button.key for button in app.button if str(button.key).startswith("say_")] == []


def test_in_doubt_is_neither_done_nor_failed(ready: Workspace) -> None:
    run = ready.store.runs.queue(ready.practice_id, RunKind.PUSH, "Margaret")
    ready.store.runs.finish(run.id, RunState.STOPPED, {"sent": 1, "in_doubt": 2}, "XPM did not answer.")
    told = " ".join(text.value for text in open_time().markdown)
    assert ":violet-badge[2 in doubt, being read back]" in told


def test_stopping_a_run_reaches_the_store(ready: Workspace) -> None:
    run = ready.store.runs.queue(ready.practice_id, RunKind.PUSH, "Margaret")
    ready.store.runs.start(run.id, "worker")
    open_time().button(key="run_cancel").click().run()
    assert ready.store.runs.get(run.id).cancel_asked


def test_verifying_twice_queues_one_run(ready: Workspace) -> None:
    app = open_time()
    app.button(key="verify").click().run()
    app.button(key="verify").click().run()
    [run] = runs_of(ready, RunKind.VERIFY)
    assert run["parameters"] == {"from": "2026-11-19", "to": "2026-11-20"}


@pytest.mark.usefixtures("ready")
def test_unreadable_rows_are_listed_with_their_place() -> None:
    shown = grid(show(open_time(), "unreadable"), "sentence")
    assert shown[["file", "line"]].to_numpy().tolist() == [["times.csv", 7]]


def test_a_waiting_entry_names_the_page_that_fixes_it(practice: Workspace) -> None:
    practice.review.decide(Kind.STAFF, Verdict.LINKED, {"S1": "XS1"}, seen={})
    app = show(open_time(), "waiting")
    assert "has no XPM client yet" in grid(app, "why")["why"].iloc[0]
