"""Process rules on Work: a draft is shown with its effects, and only what was shown is saved."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.model import Kind, Verdict
from core.store import NewDecision
from core.workspace import Workspace
from core.workspace.ruling import Change, ProcessRule
from pages.parts.picking import grid_key
from pages.parts.processes import rule_form as form
from pages.parts.processes.effects import SAVE
from pages.parts.processes.mapping import TARGET as MAP_TO
from pages.parts.processes.rules import PROCESS
from tests.pages.conftest import decided, open_page
from tests.pages.linked_practice import boxes, link_all, toasts, write_rows


@pytest.fixture
def ready(practice: Workspace) -> Workspace:
    """Everything linked, the task by a rule; its job has an advisory task beside."""
    write_rows(practice, "xpm", "task_types", {"XP1": {"name": "Activity statement"}, "XP2": {"name": "Advisory"}})
    job = {"name": "Ongoing", "client_id": "XC1", "client_name": "Acme Pty Limited", "state": "In progress"}
    write_rows(practice, "xpm", "jobs", {"J1": job | {"current": True}})
    task = {"client_id": "C1", "process_id": "P1", "name": "Statement", "status": "open"}
    write_rows(practice, "local", "tasks", {"T1": task})
    tasks = {"XT1": {"task_type_id": "XP1", "name": "Main"}, "XT2": {"task_type_id": "XP2", "name": "Other"}}
    write_rows(practice, "xpm", "job_tasks", {one: {"job": "J1"} | row for one, row in tasks.items()})
    link_all(practice)
    practice.store.decisions.add([NewDecision("small", Kind.TASK, "T1", Verdict.LINKED, "rule:certain", "XT1")])
    return practice


def open_rules() -> AppTest:
    app = open_page("work")
    app.button_group(key="show").set_value("Rules").run()
    assert not app.exception
    return app


def add_rule(app: AppTest, words: str = "", target: str = "XP2", **lists: list[str]) -> AppTest:
    app.text_input(key=form.WORDS).set_value(words)
    for name, values in lists.items():
        app.multiselect(key=getattr(form, name.upper())).set_value(values)
    app.selectbox(key=form.TARGET).set_value(target)
    return app.run().button(key="rule_add").click().run()


def texts(app: AppTest) -> str:
    said = [*app.markdown, *app.caption, *app.info]
    return " | ".join(str(one.value) for one in said).replace("\\", "").replace("\u2060", "")


def set_rule(ws: Workspace, **narrows: Any) -> None:
    change = Change(rules={"P1": (ProcessRule("P1", Verdict.LINKED, "XP2", **narrows),)})
    ws.ruling.save(change, ws.ruling.preview(change))


def test_a_rule_is_saved_only_after_its_effects_were_shown(ready: Workspace) -> None:
    app = add_rule(open_rules(), clients=["C1"])
    assert ready.ruling.kept() == []
    assert "automatic link goes over" in texts(app)
    assert [one.value for one in app.metric] == ["1", "1:30 h"]
    app.button(key=SAVE).click().run()
    assert [(one.clients, one.xpm_id) for one in ready.ruling.kept("P1")] == [(("C1",), "XP2")]
    assert decided(ready, Kind.TASK) == {"T1": ("linked", "XT2")}
    assert "1 link changed" in toasts(app)


def test_every_part_of_the_form_reaches_the_rule(ready: Workspace) -> None:
    app = open_rules()
    app.date_input(key=form.FROM).set_value(pd.Timestamp("2026-07-01").date())
    app.date_input(key=form.TO).set_value(pd.Timestamp("2027-06-30").date())
    app = add_rule(app, "call", form.EXCLUDED, clients=["C2"], groups=["Birds"], staff=["S1"])
    app.button(key=SAVE).click().run()
    [kept] = ready.ruling.table("P1").to_dict("records")
    dates = "from 1 Jul 2026 until 30 Jun 2027"
    assert kept["when"] == f"client group Birds or client Banksia Trust, staff Ann Lee, {dates}, words “call”"
    assert kept["to"] == "Excluded from XPM"


@pytest.mark.usefixtures("ready")
def test_the_form_tells_what_a_rule_would_take() -> None:
    app = open_rules()
    app.text_input(key=form.WORDS).set_value("state").run()
    assert "Takes 1 past task and 2 entries (1:30 h)." in texts(app)


@pytest.mark.parametrize(("words", "target", "told"), [("", "XP2", "narrows by nothing"), ("a", None, "names no XPM")])
def test_a_rule_that_means_nothing_does_not_reach_the_draft(
    ready: Workspace, words: str, target: Any, told: str
) -> None:
    app = add_rule(open_rules(), words, target)
    assert told in boxes(app)
    assert ready.ruling.kept() == []


def test_rules_are_ended_moved_and_edited_in_the_draft(ready: Workspace) -> None:
    set_rule(ready, words="never")
    app = add_rule(open_rules(), "state")
    app.button(key="rule 1 Up").click().run()
    app.button(key="rule 1 Edit").click().run()
    app.text_input(key=form.WORDS).set_value("nothing").run()
    app.button(key="rule_add").click().run()
    app.button(key=SAVE).click().run()
    assert [one.words for one in ready.ruling.kept("P1")] == ["state", "nothing"]
    app.button(key="rule 0 End").click().run()
    app.button(key=SAVE).click().run()
    assert [one.words for one in ready.ruling.kept("P1")] == ["nothing"]
    assert decided(ready, Kind.TASK) == {"T1": ("linked", "XT1")}


def test_a_discarded_draft_leaves_the_rules(ready: Workspace) -> None:
    set_rule(ready, words="never")
    app = open_rules()
    app.button(key="rule 0 End").click().run()
    app.button(key="rules_discard").click().run()
    assert len(ready.ruling.kept("P1")) == 1
    assert "words “never”" in texts(app)


def test_each_process_keeps_its_own_draft(ready: Workspace) -> None:
    write_rows(ready, "local", "processes", {"P1": {"name": "BAS"}, "P2": {"name": "Payroll"}})
    app = add_rule(open_rules(), "state")
    app.selectbox(key=PROCESS).set_value("P2").run()
    assert "No rules: all work of this process" in texts(app)
    app.selectbox(key=PROCESS).set_value("P1").run().button(key=SAVE).click().run()
    assert [one.process_id for one in ready.ruling.kept()] == ["P1"]


@pytest.mark.usefixtures("ready")
def test_a_rule_behind_others_says_what_is_left_for_it() -> None:
    app = add_rule(add_rule(open_rules(), clients=["C1"]), "state", form.EXCLUDED)
    assert "Takes nothing: rules above it take all 3 tasks and entries that it fits." in texts(app)


def test_the_same_rule_twice_is_refused(ready: Workspace) -> None:
    set_rule(ready, words="state")
    assert "exactly this rule already" in boxes(add_rule(open_rules(), "state"))


def test_internal_time_goes_by_an_ordinary_mapping(ready: Workspace) -> None:
    ready.review.decide(Kind.TASK, Verdict.REOPENED, {"T1": ""}, seen={})
    ready.review.decide(Kind.PROCESS, Verdict.EXCLUDED, {"P1": ""}, seen={})
    app = open_page("work")
    app.button_group(key="process filter").set_value("excluded").run()
    key = grid_key("process grid", ready.review.rows(Kind.PROCESS).loc[["P1"]])
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run().selectbox(key=MAP_TO).set_value("XP1").run()
    assert "task without a link gets a proposal" in texts(app)
    app.button(key=SAVE).click().run()
    ready.proposing.accept_certain(Kind.TASK)
    assert ready.actual_times()["standing"].tolist() == ["ready", "ready"]


def test_rules_changed_meanwhile_are_not_overwritten(ready: Workspace) -> None:
    app = add_rule(open_rules(), "never")
    set_rule(ready, words="ever")
    app.button(key=SAVE).click().run()
    assert "Nothing was saved" in boxes(app)
    assert [one.words for one in ready.ruling.kept("P1")] == ["ever"]


def test_a_persons_link_follows_only_when_ticked(ready: Workspace) -> None:
    ready.review.decide(Kind.TASK, Verdict.LINKED, {"T1": "XT1"}, seen={})
    app = add_rule(open_rules(), clients=["C1"])
    kept = ready.ruling.preview(Change(rules={"P1": (ProcessRule("P1", Verdict.LINKED, "XP2", ("C1",)),)})).links
    assert kept["effect"].tolist() == ["kept"]
    app.session_state[grid_key("rules P1 kept", kept)] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run().button(key=SAVE).click().run()
    assert decided(ready, Kind.TASK) == {"T1": ("linked", "XT2")}


def test_ticked_processes_are_mapped_after_their_effects_were_shown(ready: Workspace) -> None:
    app = open_page("work")
    app.button_group(key="process filter").set_value("all").run()
    key = grid_key("process grid", ready.review.rows(Kind.PROCESS).loc[["P1"]])
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run().selectbox(key=MAP_TO).set_value("XP2").run()
    assert decided(ready, Kind.PROCESS) == {"P1": ("linked", "XP1")}
    assert "automatic link goes over" in texts(app)
    app.button(key=SAVE).click().run()
    assert decided(ready, Kind.PROCESS) == {"P1": ("linked", "XP2")}
    assert decided(ready, Kind.TASK) == {"T1": ("linked", "XT2")}


@pytest.mark.parametrize(
    ("target", "verb", "stands"),
    [("excluded", "Exclude", {"P1": ("excluded", "")}), ("reopened", "Reopen", {})],
)
def test_ticked_processes_are_excluded_or_opened_again(
    ready: Workspace, target: str, verb: str, stands: dict[str, tuple[str, str]]
) -> None:
    app = open_page("work")
    app.button_group(key="process filter").set_value("linked").run()
    key = grid_key("process grid", ready.review.rows(Kind.PROCESS).loc[["P1"]])
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run().selectbox(key=MAP_TO).set_value(target).run()
    assert app.button(key=SAVE).label.startswith(f"{verb} 1 process")
    app.button(key=SAVE).click().run()
    assert decided(ready, Kind.PROCESS) == stands


def test_the_panel_shows_what_another_xpm_task_would_do(ready: Workspace) -> None:
    app = open_page("work")
    app.button_group(key="process filter").set_value("linked").run()
    app.selectbox(key="process choice P1 XP1").set_value("XP2").run()
    app.toggle(key="effects of P1").set_value(True).run()
    assert "automatic link goes over" in texts(app)
    assert decided(ready, Kind.PROCESS) == {"P1": ("linked", "XP1")}


def test_a_link_leads_to_the_rules_of_one_process(ready: Workspace) -> None:
    write_rows(ready, "local", "processes", {"P1": {"name": "BAS"}, "P2": {"name": "Audit"}})
    app = open_page("work")
    app.query_params["process"] = "P1"
    app.button_group(key="show").set_value("Rules").run()
    assert app.selectbox(key=PROCESS).value == "P1"


def test_former_rules_are_listed(ready: Workspace) -> None:
    set_rule(ready, words="never")
    ready.ruling.save(change := Change(rules={"P1": ()}), ready.ruling.preview(change))
    assert "Former rules (1)" in [one.label for one in open_rules().expander]


def test_excluded_processes_are_told_as_internal_time(ready: Workspace) -> None:
    ready.review.decide(Kind.PROCESS, Verdict.EXCLUDED, {"P1": ""}, seen={})
    app = open_page("work")
    row = next(one.value for one in app.dataframe if "xpm_client" in one.value).loc["P1"]
    assert row[["process", "time", "xpm_client", "job"]].tolist() == ["BAS", "1:30 h", "Acme Pty Limited", "J1"]
    assert "XPM task of its kind instead of excluding it" in texts(app).replace("\n", " ")
