"""Tie-out: the equation of the chosen period, and what is said when it does not close or is not whole."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.model import RunKind, RunState
from core.push.verify import COLUMNS, Verified
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


def drift(practice: Workspace) -> None:
    """An entry linked to a timesheet that XPM shows with other minutes by now."""
    link_all(practice)
    write_entries(practice, {"E1": {}})
    write_timesheets(practice, {"hand-1": {}})
    practice.time.choose(["E1"], "same_work", xpm_time_id="hand-1")
    write_timesheets(practice, {"hand-1": {"minutes": 20}})


def test_what_does_not_tie_is_a_red_box_and_is_listed_by_name(practice: Workspace) -> None:
    drift(practice)
    app = open_tie_out()
    assert "1 timesheet differs" in app.error[0].value
    gaps = next(table.value for table in app.dataframe if "why" in table.value)
    assert gaps[["staff", "client", "hours", "why"]].to_numpy().tolist() == [
        ["Ann Lee", "Acme Pty Ltd", "-0:10", "XPM shows other minutes"]
    ]
    assert app.button(key="verify")
    assert not app.success


def test_xpms_side_is_told_line_by_line(practice: Workspace) -> None:
    link_all(practice)
    write_entries(practice, {"E1": {}})
    write_timesheets(practice, {"hand-1": {}, "hand-2": {"minutes": 45}})
    practice.time.choose(["E1"], "same_work", xpm_time_id="hand-1")
    told = " ".join(open_tie_out().table[0].value["value"]).replace("\\", "").replace("\u2060", "")
    assert told.replace("\u00a0", " ") == "0:30 h **0:30 h** 0:45 h **1:15 h** **0:00 h**"


def test_the_period_is_the_one_that_is_verified(practice: Workspace) -> None:
    open_tie_out().button(key="verify").click().run()
    run = practice.store.runs.list("small", RunKind.VERIFY).iloc[0]
    assert run["parameters"] == {"from": "2026-11-01", "to": "2026-11-30"}


def keep_verified(practice: Workspace, note: str = "Bank") -> None:
    """A verification of November that found one timesheet equal and one typed by hand."""
    row = {"staff_id": "XS1", "job": "J1", "task_id": "XT1", "date": pd.Timestamp("2026-11-19"), "minutes": 30}
    row |= {"note": note} | {f"xpm_{name}": value for name, value in (row | {"note": note}).items()}
    row |= {"differs": "", "shares": {}, "invoiced": False, "by_hand": False, "state": "", "entry_id": ""}
    found = {"u1": row | {"result": "equal"}, "x1": row | {"result": "extra", "minutes": 0}}
    run = practice.verifying.request(date(2026, 11, 1), date(2026, 11, 30))
    frame = pd.DataFrame.from_dict(found, orient="index", columns=COLUMNS)
    practice.verifying.keep(run.id, Verified(date(2026, 11, 1), date(2026, 11, 30), frame))
    practice.store.runs.finish(run.id, RunState.DONE, {"equal": 1, "extra": 1})


def test_what_a_verification_found_is_listed_what_is_equal_only_when_asked_for(practice: Workspace) -> None:
    keep_verified(practice)
    app = open_tie_out()
    assert app.dataframe[-1].value["words"].tolist() == ["Typed by hand in XPM, 0:30 h of no entry here."]
    picker = next(group for group in app.button_group if str(group.key).startswith("verified_result"))
    picker.set_value(["extra", "equal"]).run()
    assert len(app.dataframe[-1].value) == 2


@pytest.mark.usefixtures("practice")
def test_a_period_never_verified_says_so() -> None:
    assert any("has not been verified yet" in one.value for one in open_tie_out().caption)


def read_whole(practice: Workspace) -> None:
    """XPM's time of November was read whole."""
    link_all(practice)
    practice.store.frames.mark_part("small", "xpm", "times:2026-11", True, 0, "", "")


def test_a_period_is_signed_with_a_note_and_shown_as_intact(practice: Workspace) -> None:
    read_whole(practice)
    app = open_tie_out()
    app.text_input(key="sign_note").set_value("as *agreed*")
    app.button(key="FormSubmitter:sign-Sign").click().run()
    [signed] = practice.signing.list()
    assert (signed.signature.by, signed.signature.note, signed.trust) == ("Margaret", "as *agreed*", "intact")
    assert any("Intact" in one.value for one in app.markdown)


def test_a_signature_over_a_period_that_changed_is_shown_as_broken(practice: Workspace) -> None:
    read_whole(practice)
    practice.signing.sign(date(2026, 11, 1), date(2026, 11, 30))
    write_entries(practice, {"E1": {"minutes": 50}})
    app = open_tie_out()
    assert any("Broken" in one.value for one in app.markdown)
    assert any("Recorded here" in one.value for one in app.markdown)


def test_a_period_not_read_whole_offers_no_signature(practice: Workspace) -> None:
    link_all(practice)
    app = open_tie_out()
    assert "November 2026" in app.info[0].value
    assert "FormSubmitter:sign-Sign" not in [button.key for button in app.button]
