"""The Timer page: who one is, timing a task, what would become of it, typing by hand, and the week with its drafts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.model import LOCAL_FRAMES, Kind, Verdict, shape_frame, utc_text
from core.workspace import Workspace
from core.workspace.time_targets import Work
from core.workspace.timekeeping import TimerState
from core.workspace.timer_entries import EntryDraft
from pages.parts.picking import grid_key
from pages.parts.timer.clock import ENDED_AT, ENDED_ON
from pages.parts.timer.entry import EDIT, say_standing
from pages.parts.timer.pick import CLIENT_WORDS, HAND, KIND, KINDS, NEW_NOTE, PROCESS, WORDS
from pages.parts.timer.who import WHO
from tests.pages.conftest import open_page
from tests.pages.linked_practice import boxes, link_all, toasts


@pytest.fixture
def ann(practice: Workspace) -> Workspace:
    """The practice with everything linked, where Margaret said that she is Ann."""
    link_all(practice).timer.choose_who("S1")
    return practice


def open_timer() -> AppTest:
    app = open_page("timer")
    assert not app.exception
    return app


def tick_task(app: AppTest, words: str = "acme", place: int = 0) -> AppTest:
    """Search for a task and tick what is found at this place."""
    app.text_input(key=WORDS).set_value(words).run()
    table = next(one.value for one in app.dataframe if "process" in one.value.columns)
    app.session_state[grid_key("timer_tasks", table)] = selection(place)
    return app.run()


def selection(*places: int) -> dict[str, Any]:
    return {"selection": {"rows": list(places), "columns": [], "cells": []}}


def tick_entries(app: AppTest, *places: int) -> AppTest:
    table = next(one.value for one in app.dataframe if "why" in one.value.columns)
    app.session_state[grid_key("timer_entries", table)] = selection(*places)
    return app.run()


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def local(practice: Workspace) -> dict[str, tuple[int, str]]:
    """Captured entries: note -> minutes and status."""
    rows = practice.local("actual_times")
    rows = rows[rows["file"].eq("Timer")]
    return {str(row.note): (int(row.minutes), str(row.status)) for row in rows.itertuples()}


def type_by_hand(app: AppTest, length: str = "1:30", note: str = "Call") -> AppTest:
    tick_task(app)
    app.text_input(key=NEW_NOTE).set_value(note)
    app.text_input(key=f"{HAND}length").set_value(length)
    return press(app, "timer_hand_add")


def test_the_first_visit_asks_who_one_is_and_remembers_it(practice: Workspace) -> None:
    app = open_timer()
    assert not any(one.key == WORDS for one in app.text_input)
    app.selectbox(key=WHO).set_value("S1").run()
    assert practice.timer.who() == "S1"
    assert open_timer().text_input(key=WORDS).value == ""


def test_two_browsers_of_one_user_may_be_two_people(practice: Workspace) -> None:
    ben = {"S1": {"name": "Ann Lee", "active": True}, "S2": {"name": "Ben Lee", "active": True}}
    frame = pd.DataFrame.from_dict(ben, orient="index").rename_axis("id")
    practice.store.frames.write("local", "staff", "small", shape_frame(frame, LOCAL_FRAMES["staff"]))
    practice.store.frames.mark_part("small", "local", "staff", True, 2, "two", "")
    first, second = open_timer(), open_timer()
    first.selectbox(key=WHO).set_value("S1").run()
    second.selectbox(key=WHO).set_value("S2").run()
    assert (first.run().selectbox(key=WHO).value, second.run().selectbox(key=WHO).value) == ("S1", "S2")


def test_a_task_is_found_ticked_and_timed(ann: Workspace) -> None:
    app = tick_task(open_timer())
    app.text_input(key=NEW_NOTE).set_value("Call")
    press(app, "timer_start")
    view = ann.timer.view("S1")
    assert (view.state, view.work.task_id, view.note) == (TimerState.RUNNING, "T1", "Call")
    assert any(text.value.startswith("Running since") for text in app.caption)


def test_the_way_into_xpm_is_shown_before_the_start(ann: Workspace) -> None:
    app = tick_task(open_timer())
    assert any("Goes to" in text.value and "J1" in text.value for text in app.markdown)


def test_what_is_missing_is_shown_with_its_fix(ann: Workspace) -> None:
    ann.review.decide(Kind.CLIENT, Verdict.REOPENED, {"C1": ""}, seen={})
    app = tick_task(open_timer())
    assert any("has no XPM client yet" in text.value for text in app.markdown)
    assert any("Fix it on Clients" in link.proto.label for link in app.get("page_link"))


def test_the_timer_pauses_goes_on_and_stops_from_the_page(ann: Workspace) -> None:
    press(tick_task(open_timer()), "timer_start")
    press(open_timer(), "timer_pause")
    assert ann.timer.view("S1").state is TimerState.PAUSED
    press(open_timer(), "timer_go_on")
    assert ann.timer.view("S1").state is TimerState.RUNNING
    app = press(open_timer(), "timer_stop")
    assert ann.timer.view("S1").state is TimerState.IDLE
    assert "under half a minute" in toasts(app)


def test_a_second_tab_changes_nothing_that_it_did_not_see(ann: Workspace) -> None:
    press(tick_task(open_timer()), "timer_start")
    first, second = open_timer(), open_timer()
    press(first, "timer_pause")
    app = press(second, "timer_stop")
    assert "changed in another tab" in boxes(app)
    assert ann.timer.view("S1").state is TimerState.PAUSED


def test_starting_another_task_says_what_becomes_of_the_first(ann: Workspace) -> None:
    ann.timer.start("S1", Work("", "C2", "P1"), 0)
    app = tick_task(open_timer())
    assert any("The time of BAS becomes a draft then" in text.value.replace("\\", "") for text in app.caption)
    press(app, "timer_start")
    assert ann.timer.view("S1").work.task_id == "T1"


def test_time_can_be_moved_to_the_task_it_really_was(ann: Workspace) -> None:
    ann.timer.start("S1", Work("", "C2", "P1"), 0)
    begun = ann.timer.view("S1").begun
    press(tick_task(open_timer()), "timer_move")
    view = ann.timer.view("S1")
    assert (view.work.task_id, view.begun) == ("T1", begun)


def test_what_is_timed_already_is_not_started_again(ann: Workspace) -> None:
    press(tick_task(open_timer()), "timer_start")
    assert not any(button.key == "timer_start" for button in tick_task(open_timer()).button)


def forget(ann: Workspace, hours: int) -> None:
    """Let Ann's Timer have run for so long."""
    ann.timer.start("S1", Work("T1"), 0)
    begun = utc_text(datetime.now(UTC) - timedelta(hours=hours))
    ann.store.timers.save("small", "S1", 1, ann.actor, {"stretches": ((begun, ""),)})


def test_a_forgotten_timer_is_asked_for_its_end(ann: Workspace) -> None:
    forget(ann, 16)
    app = open_timer()
    assert "When did the work end?" in boxes(app)
    assert app.button(key="timer_stop").disabled
    begun = ann.timer.view("S1").begun
    assert begun is not None
    app.date_input(key=ENDED_ON).set_value((begun + timedelta(hours=1)).date())
    app.text_input(key=ENDED_AT).set_value(f"{begun + timedelta(hours=1):%H:%M}")
    press(app, "timer_stop_there")
    assert sum(minutes for minutes, _ in local(ann).values()) in (59, 60)


def test_a_long_run_is_kept_when_its_person_insists(ann: Workspace) -> None:
    forget(ann, 11)
    press(open_timer(), "timer_sure")
    assert ann.local("actual_times").query("file == 'Timer'")["minutes"].sum() == 660


def test_an_end_before_the_start_is_refused_and_keeps_the_question(ann: Workspace) -> None:
    forget(ann, 16)
    app = open_timer()
    app.date_input(key=ENDED_ON).set_value(date(2026, 1, 1)).run()
    app = press(app, "timer_stop_there")
    assert "cannot have ended" in boxes(app)
    assert ann.timer.view("S1").is_forgotten


def test_the_note_of_what_runs_is_kept_as_it_is_typed(ann: Workspace) -> None:
    press(tick_task(open_timer()), "timer_start")
    app = open_timer()
    app.text_input(key=f"timer_note_{ann.timer.view('S1').revision}").set_value("Mail").run()
    app.toggle(key=f"timer_billable_{ann.timer.view('S1').revision}").set_value(False).run()
    view = ann.timer.view("S1")
    assert (view.note, view.billable) == ("Mail", False)


def test_time_typed_by_hand_is_a_draft_until_it_is_committed(ann: Workspace) -> None:
    app = type_by_hand(open_timer())
    assert local(ann) == {"Call": (90, "draft")}
    press(app, "timer_commit")
    assert local(ann) == {"Call": (90, "committed")}


def test_a_length_that_is_none_is_said_and_nothing_kept(ann: Workspace) -> None:
    app = type_by_hand(open_timer(), "soon")
    assert "is no length" in boxes(app)
    assert local(ann) == {}


def test_typing_by_hand_is_not_folded_away_by_a_message(ann: Workspace) -> None:
    app = tick_task(open_timer())
    app.session_state["timer_by_hand"] = True
    app.text_input(key=f"{HAND}length").set_value("")
    press(app, "timer_hand_add")
    assert "No length was typed" in boxes(app)
    assert app.session_state["timer_by_hand"]


def test_an_entry_in_xpm_is_called_so_as_on_the_other_pages() -> None:
    assert [say_standing(one) for one in ("synced", "in doubt", "changed")] == ["In XPM", "In doubt", "Changed"]


def test_where_starts_and_ends_are_kept_they_are_asked_for(ann: Workspace) -> None:
    ann.options.change(timer_mode="start and end")
    app = tick_task(open_timer())
    app.text_input(key=f"{HAND}start").set_value("9")
    app.text_input(key=f"{HAND}end").set_value("10:15")
    press(app, "timer_hand_add")
    row = ann.local("actual_times").query("file == 'Timer'").iloc[0]
    assert (row["start"], row["end"], row["minutes"]) == ("09:00", "10:15", 75)


def test_the_week_shows_all_time_with_sums_and_gaps(ann: Workspace) -> None:
    app = type_by_hand(open_timer())
    # 30 and 60 minutes come from the practice's own system.
    assert [metric.value for metric in app.metric] == ["3:00 h", "1:30 h"]
    assert any("Gaps" in text.value and "Nothing recorded" in text.value for text in app.markdown)


def test_a_ticked_entry_is_edited_in_place(ann: Workspace) -> None:
    one = ann.timer.entries.add("S1", make_draft(ann))
    app = tick_entries(open_timer(), place_of(open_timer(), "Call"))
    app.text_input(key=f"{EDIT}{one}_1_length").set_value("2:00")
    app.text_input(key=f"{EDIT}{one}_1_note").set_value("Longer call")
    press(app, "timer_save")
    assert local(ann) == {"Longer call": (120, "draft")}


def test_a_ticked_entry_is_deleted(ann: Workspace) -> None:
    ann.timer.entries.add("S1", make_draft(ann))
    press(tick_entries(open_timer(), place_of(open_timer(), "Call")), "timer_delete_one")
    assert local(ann) == {}


def test_time_of_the_practices_own_system_is_not_changed_here(ann: Workspace) -> None:
    app = tick_entries(open_timer(), 0)
    assert any("came from your own system" in text.value for text in app.caption)
    assert "Save" not in labels(app)


def test_time_without_a_task_is_for_a_client_and_a_kind_of_work(ann: Workspace) -> None:
    app = open_timer()
    app.button_group(key=KIND).set_value(KINDS[1]).run()
    app.text_input(key=CLIENT_WORDS).set_value("emu").run()
    app.selectbox(key=PROCESS).set_value("P1").run()
    press(app, "timer_start")
    view = ann.timer.view("S1")
    assert (view.work.task_id, view.work.client_id, view.work.process_id) == ("", "C6", "P1")


def test_a_running_timer_is_seen_on_every_page(ann: Workspace) -> None:
    assert not any("Running" in text.value for text in open_page("clients").sidebar.markdown)
    ann.timer.start("S1", Work("T1"), 0)
    assert any("Running" in text.value for text in open_page("clients").sidebar.markdown)


def test_another_week_can_be_looked_at(ann: Workspace) -> None:
    app = press(open_timer(), "timer_earlier")
    assert any("Nothing recorded in this week" in text.value for text in app.markdown)
    assert any(head.value.startswith("Week of") for head in app.subheader)


def make_draft(ann: Workspace) -> EntryDraft:
    return EntryDraft(Work("T1"), ann.today, "0:45", note="Call")


def place_of(app: AppTest, note: str) -> int:
    table = next(one.value for one in app.dataframe if "why" in one.value.columns)
    return int(table["note"].tolist().index(note))
