"""The Task page, Exceptions and Automation as a person uses them: what they show, and that a button reaches core."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.model import Kind, RunKind, Verdict
from core.store import NewDecision
from core.workspace import Workspace
from pages.parts.picking import fingerprint
from tests.pages.conftest import SHELL, Visit
from tests.pages.small_practice import write_rows

TASK = {"client_id": "C1", "process_id": "P1", "name": "BAS Sep", "status": "open", "period": "Sep Qtr 2026"}
OTHER = {"client_id": "C2", "process_id": "P1", "name": "Payroll Oct", "status": "open"}
JOB_TASK = {"job": "J1", "task_type_id": "XP1", "name": "BAS September"}


@pytest.fixture
def office(practice: Workspace) -> Workspace:
    """T1 is linked and was looked at; T2's client is not linked."""
    write_rows(practice.store, "local", "tasks", {"T1": TASK, "T2": OTHER})
    pairs = [(Kind.CLIENT, "C1", "XC1"), (Kind.PROCESS, "P1", "XP1"), (Kind.TASK, "T1", "XT1")]
    practice.store.decisions.add(
        [NewDecision("small", kind, one, Verdict.LINKED, "Mona", other, why="same work") for kind, one, other in pairs]
    )
    practice.following.take_up()
    return practice


def open_task(task_id: str) -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.run()
    app.query_params["task"] = task_id
    return app.switch_page("task.py").run()


def texts(app: AppTest) -> str:
    boxes = [*app.markdown, *app.caption, *app.warning]
    return " ".join(str(one.value) for one in boxes).replace("\\", "")


def complete(office: Workspace, job_task: str = "BAS September") -> None:
    """The local task is completed, and XPM's job task is called that now."""
    write_rows(office.store, "local", "tasks", {"T1": TASK | {"status": "Completed"}, "T2": OTHER})
    write_rows(office.store, "xpm", "job_tasks", {"XT1": JOB_TASK | {"name": job_task}})
    office.following.look()


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def test_a_linked_task_shows_its_job_its_task_since_when_and_why(office: Workspace) -> None:
    app = open_task("T1")
    assert not app.exception
    facts = str(app.table[0].value.to_dict()).replace("\\", "")
    assert all(one in facts for one in ("Acme Pty Limited", "J1 BAS 2026", "BAS September", "Mona", "same work"))
    assert "In step" in texts(app)
    assert office.practice_id == "small"


def test_a_task_without_a_link_says_what_is_missing_and_leads_to_the_fix(office: Workspace) -> None:
    app = open_task("T2")
    assert "Not linked to XPM yet" in texts(app)
    assert [one.proto.label for one in app.get("page_link") if "Clients" in one.proto.label]
    assert office.tasks.view("T2").fix is not None


def test_an_excluded_task_says_by_whom_and_why(office: Workspace) -> None:
    office.store.decisions.add([NewDecision("small", Kind.TASK, "T1", Verdict.EXCLUDED, "Paul", why="never billed")])
    told = texts(open_task("T1"))
    assert [one for one in ("Excluded from XPM", "By Paul", "Never billed") if one not in told] == [], told


def test_words_find_a_task_by_its_client(office: Workspace) -> None:
    app = open_task("")
    app.text_input(key="task_words").set_value("banksia").run()
    assert "Payroll Oct" in texts(app)
    assert office.tasks.find("banksia").index.tolist() == ["T2"]
    app.text_input(key="task_words").set_value("no such words").run()
    assert "No task holds these words" in texts(app)


def test_a_tick_in_the_list_opens_that_task(office: Workspace) -> None:
    app = open_task("T1")
    found = office.tasks.find("").index
    key = f"task_grid {fingerprint(found)}"
    place = int(found.get_loc("T2"))
    app.session_state[key] = {"selection": {"rows": [place], "columns": [], "cells": []}}
    app.run()
    assert app.query_params["task"] == "T2"
    assert "Payroll Oct" in texts(app)


def test_a_task_that_is_not_there_says_so(office: Workspace) -> None:
    app = open_task("gone")
    assert "There is no task" in str([one.value for one in app.error]).replace("\\", "")
    assert office.practice_id == "small"


def test_its_time_and_its_history_are_shown(office: Workspace) -> None:
    app = open_task("T1")
    assert next(one.label for one in app.metric) == "Recorded"
    tables = [one.value for one in app.dataframe]
    assert any("What" in table and "Linked" in set(table["What"]) for table in tables)
    assert office.tasks.entries("T1")["minutes"].sum() == 90


def test_completing_in_xpm_is_queued_for_the_worker_and_not_done_by_the_page(office: Workspace) -> None:
    complete(office)
    app = press(open_task("T1"), "Complete it in XPM")
    assert not app.exception
    assert [one.wish for one in office.following.due()] == []
    assert "On its way" in texts(app)
    runs = office.store.runs.list("small", RunKind.FOLLOW)
    assert runs.empty, "its time is still to go"


def test_a_conflict_is_listed_among_the_exceptions_and_settled_on_the_task(office: Workspace, visit: Visit) -> None:
    office.options.change(complete_in_xpm=True)
    complete(office, "Something else")
    shown = texts(visit("exceptions"))
    assert "1 linked task" in shown
    assert "renamed in XPM from “BAS September” to “Something else”" in shown
    app = open_task("T1")
    assert [one.value for one in app.warning]
    press(app, "Leave XPM as it is")
    assert office.following.conflicts().empty


def test_a_conflict_about_the_link_can_be_kept(office: Workspace) -> None:
    write_rows(office.store, "local", "tasks", {"T1": TASK | {"client_id": "C2"}, "T2": OTHER})
    office.following.look()
    app = press(open_task("T1"), "Keep the link")
    assert not app.exception
    assert office.following.conflicts().empty


def test_the_switches_of_automation_reach_the_settings(office: Workspace, visit: Visit) -> None:
    app = visit("automation")
    app.toggle(key="auto_tasks_complete_in_xpm").set_value(True).run()
    assert (office.practice.settings.complete_in_xpm, office.practice.settings.reopen_in_xpm) == (True, False)


def test_automation_lists_what_differs_and_carries_it_over(office: Workspace, visit: Visit) -> None:
    write_rows(office.store, "local", "actual_times", {})
    complete(office)
    app = visit("automation")
    assert "1 linked task: completed here, open in XPM" in texts(app)
    press(app, "Complete them in XPM")
    runs = office.store.runs.list("small", RunKind.FOLLOW)
    assert list(runs["parameters"]) == [{"complete": 1, "reopen": 0}]


def test_the_review_of_a_task_leads_to_its_page(office: Workspace) -> None:
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.run()
    app.query_params["show"] = "Tasks"
    app.switch_page("work.py").run()
    assert "All about this task" in [one.proto.label for one in app.get("page_link")]
    assert office.practice_id == "small"
