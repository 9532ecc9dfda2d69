"""Exceptions: what needs somebody with its facts, and acting on exactly the entries that are ticked."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from core.model import RunKind, RunState
from core.push.ports import Move
from core.push.rules import Choice
from core.workspace import Workspace
from pages.parts.answers import WHY
from pages.parts.exceptions_view import RETRY
from pages.parts.picking import fingerprint
from tests.pages.conftest import open_page
from tests.pages.linked_practice import boxes, link_all, write_entries, write_timesheets
from tests.pages.pushed_practice import ENDS, push_entries


@pytest.fixture
def pushed(practice: Workspace) -> Workspace:
    """Five entries that went with a push: one arrived, one is in doubt, one was refused, one is held, one is ready."""
    write_entries(link_all(practice), {one: {"minutes": 30 * int(one[1:]), "content_hash": one} for one in ENDS})
    push_entries(practice)
    return practice


def open_exceptions() -> AppTest:
    app = open_page("exceptions")
    assert not app.exception
    return app


def tick(app: AppTest, practice: Workspace, *ids: str) -> AppTest:
    """Tick these entries in the grid of all."""
    rows = practice.exceptions.frame()
    key = f"exceptions_rows_{fingerprint(rows.index + rows['reason'])}"
    places = [rows.index.get_loc(one) for one in ids]
    app.session_state[key] = {"selection": {"rows": places, "columns": [], "cells": []}}
    return app.run()


def drift(practice: Workspace) -> None:
    """Somebody changed the arrived timesheet in XPM."""
    [bundle] = practice.store.ledger.find("small", states=("confirmed",))
    change = Move(bundle.id, "confirmed", "drifted", "XPM shows other minutes", {"reason": "minutes"})
    assert practice.store.ledger.move_all("small", [change], actor="tieout") == []
    sheet = {"minutes": 45, "task_id": "XT1", "note": "Work on E1"}
    write_timesheets(practice, {bundle.remote_uuid: sheet})


def shown(app: AppTest, number: int = 1) -> list[str]:
    return [str(one) for one in app.dataframe[number].value.index]


def test_what_is_being_read_back_is_no_exception(pushed: Workspace) -> None:
    assert pushed.time.standings().loc["E2", "standing"] == "in doubt"
    assert sorted(shown(open_exceptions())) == ["E3", "E4"]


@pytest.mark.usefixtures("pushed")
def test_a_reason_carries_its_facts_and_the_page_that_fixes_it() -> None:
    facts = open_exceptions().dataframe[0].value.set_index("title")
    assert facts.loc["XPM refused it", ["entries", "time", "owner", "fix"]].tolist() == [1, "1:30 h", "Ann Lee", "Time"]


def test_the_worth_is_shown_once_there_is_a_rate(pushed: Workspace) -> None:
    from decimal import Decimal

    pushed.options.change(hourly_rate=Decimal(100))
    assert [metric.value for metric in open_exceptions().metric if metric.label == "Worth"] == ["350.00"]


def test_a_reason_that_is_ticked_shows_its_entries_alone(pushed: Workspace) -> None:
    app = open_exceptions()
    reasons = app.dataframe[0].value
    place = reasons["title"].tolist().index("XPM refused it")
    key = f"exceptions_{fingerprint(reasons.index)}"
    app.session_state[key] = {"selection": {"rows": [place], "columns": [], "cells": []}}
    assert shown(app.run()) == ["E3"]


def test_retrying_pushes_only_what_is_ticked(pushed: Workspace) -> None:
    tick(open_exceptions(), pushed, "E3").button(key=RETRY).click().run()
    runs = pushed.store.runs.list("small", RunKind.PUSH)
    queued = runs[runs["state"].eq(RunState.QUEUED)].iloc[0]
    assert Choice.from_json(queued["parameters"]["choice"]).entries == ("E3",)


def test_all_entries_of_a_reason_are_retried_together(pushed: Workspace) -> None:
    app = open_exceptions()
    reasons = app.dataframe[0].value
    place = reasons["title"].tolist().index("XPM refused it")
    key = f"exceptions_{fingerprint(reasons.index)}"
    app.session_state[key] = {"selection": {"rows": [place], "columns": [], "cells": []}}
    app.run().button(key=RETRY).click().run()
    assert dict(pushed.store.ledger.choices("small")["choice"]) == {"E3": "send_again"}


def test_what_cannot_go_is_not_retried_and_says_why(pushed: Workspace) -> None:
    app = tick(open_exceptions(), pushed, "E4").button(key=RETRY).click().run()
    assert "None of the 1 entries can go yet" in boxes(app)
    assert len(pushed.store.runs.list("small", RunKind.PUSH)) == 1


def test_an_answer_reaches_the_entry_that_is_ticked(pushed: Workspace) -> None:
    app = tick(open_exceptions(), pushed, "E4")
    app.text_input(key=WHY).set_value("quoted job").run()
    app.button(key="say_exclude").click().run()
    choices = pushed.store.ledger.choices("small")["choice"]
    assert dict(choices) == {"E4": "exclude"}


def test_what_drifted_is_overwritten_only_when_somebody_says_so(pushed: Workspace) -> None:
    drift(pushed)
    assert pushed.time.plan(Choice()).update == 0
    tick(open_exceptions(), pushed, "E1").button(key="say_send_ours").click().run()
    assert dict(pushed.store.ledger.choices("small")["choice"]) == {"E1": "send_ours"}
    assert pushed.time.plan(Choice()).update == 1


def test_time_of_a_closed_period_is_let_through_with_a_reason(practice: Workspace) -> None:
    write_entries(link_all(practice), {"E1": {"minutes": 30}})
    practice.options.change(period_closed_until=date(2026, 11, 19))
    app = tick(open_exceptions(), practice, "E1")
    app.text_input(key=WHY).set_value("agreed with the client").run()
    app.button(key="say_late_ok").click().run()
    assert practice.time.standings().loc["E1", "standing"] == "ready"


def test_a_list_that_moved_on_is_refused(pushed: Workspace) -> None:
    app = tick(open_exceptions(), pushed, "E3")
    pushed.time.choose(["E3"], "exclude", "meanwhile")
    app.button(key=RETRY).click().run()
    assert "changed since it was shown" in boxes(app)
    assert len(pushed.store.runs.list("small", RunKind.PUSH)) == 1


def test_nothing_waiting_is_said(practice: Workspace) -> None:
    write_entries(link_all(practice), {"E1": {"minutes": 30}})
    assert any("Nothing waits for anybody" in str(text.value) for text in open_exceptions().markdown)


def test_unreadable_rows_are_named_with_their_page(practice: Workspace) -> None:
    assert len(practice.reports.problems()) == 1
    assert any("could not be read" in str(text.value) for text in open_exceptions().markdown)
