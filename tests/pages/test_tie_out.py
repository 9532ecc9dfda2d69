"""Tie-out: the equation of the chosen period, and what is said when it does not close or is not whole."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from core.model import RunKind
from core.workspace import Workspace
from pages.parts import period_picker
from tests.pages.conftest import open_page
from tests.pages.linked_practice import boxes, link_all, write_entries, write_timesheets


def open_tie_out() -> AppTest:
    app = open_page("tie_out")
    assert not app.exception
    return app


def test_a_period_that_ties_says_so_with_its_remainder(practice: Workspace) -> None:
    link_all(practice)
    assert "Remainder: **0:00 h**" in boxes(open_tie_out())


@pytest.mark.usefixtures("practice")
def test_the_items_name_the_reason() -> None:
    items = open_tie_out().dataframe[0].value
    assert items[["reason", "entries"]].to_numpy().tolist() == [
        ["Client is not linked yet", 2],
        ["Row could not be read", 1],
    ]


@pytest.mark.usefixtures("practice")
def test_another_period_is_another_equation() -> None:
    app = open_tie_out()
    app.button_group(key=period_picker.PERIOD).set_value("Last month").run()
    assert app.dataframe[0].value.empty


@pytest.mark.usefixtures("practice")
def test_an_end_before_the_start_is_refused() -> None:
    app = open_tie_out()
    app.button_group(key=period_picker.PERIOD).set_value(period_picker.OTHER).run()
    app.date_input(key=period_picker.TO).set_value(date(2026, 10, 1)).run()
    assert "the end is before the start" in boxes(app)
    assert not app.dataframe


def test_a_side_not_read_whole_gets_no_verdict(practice: Workspace) -> None:
    practice.store.frames.mark_part("small", "xpm", "clients", False, 0, "", "timed out")
    app = open_tie_out()
    assert "clients" in boxes(app)
    assert not app.success


def test_a_remainder_is_a_red_box_with_the_next_step(practice: Workspace) -> None:
    link_all(practice)
    write_entries(practice, {"E1": {}})
    write_timesheets(practice, {"hand-1": {}})
    practice.time.choose(["E1"], "same_work", xpm_time_id="hand-1")
    write_timesheets(practice, {"hand-1": {"minutes": 20}})
    app = open_tie_out()
    assert "does not close" in app.error[0].value
    assert not app.dataframe
    assert app.button(key="verify")


def test_the_period_is_the_one_that_is_verified(practice: Workspace) -> None:
    open_tie_out().button(key="verify").click().run()
    run = practice.store.runs.list("small", RunKind.VERIFY).iloc[0]
    assert run["parameters"] == {"from": "2026-11-01", "to": "2026-11-30"}
