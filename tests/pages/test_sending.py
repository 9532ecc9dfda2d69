"""How time is sent: the settings reach the store, the example follows what is on the screen, wrong cells say so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.workspace import Workspace
from pages.parts.sending.form import KEY, RATE
from tests.pages.conftest import open_page
from tests.pages.linked_practice import link_all, write_entries


@pytest.fixture
def worked(practice: Workspace) -> Workspace:
    """Three entries of one day: 8, 8 and 8 minutes."""
    entries = {f"E{n}": {"minutes": 8, "start": f"0{n}:00", "note": f"Call {n}"} for n in (1, 2, 3)}
    write_entries(link_all(practice), entries)
    return practice


def open_sending() -> AppTest:
    app = open_page("sending")
    assert not app.exception
    return app


def choose(app: AppTest, name: str, value: object) -> AppTest:
    return app.button_group(key=f"{KEY}{name}").set_value(value).run()


def save(app: AppTest) -> AppTest:
    return app.button(key="send_save").click().run()


def sent(app: AppTest) -> list[str]:
    return [str(one) for one in app.dataframe[0].value["now"]]


@pytest.mark.usefixtures("worked")
def test_nothing_is_to_save_at_first() -> None:
    assert open_sending().button(key="send_save").disabled


def test_rounding_is_saved_with_a_line_in_the_log(worked: Workspace) -> None:
    save(choose(open_sending(), "rounding", "up"))
    assert worked.practice.settings.rounding == "up"
    assert worked.log.entries()["did"].tolist()[0] == "set"


def test_the_example_follows_the_screen_before_anything_is_saved(worked: Workspace) -> None:
    app = open_sending()
    raw = sent(app)
    rounded = sent(choose(app, "rounding", "up"))
    assert (raw, rounded) == (["0:08 h"] * 3, ["0:15 h"] * 3)
    assert worked.practice.settings.rounding == "none"


@pytest.mark.usefixtures("worked")
def test_with_carry_the_rows_of_the_example_add_up_to_the_rounded_day() -> None:
    app = choose(choose(open_sending(), "rounding", "nearest"), "rounding_scope", "day")
    assert sent(app) == ["0:15 h", "0:00 h", "0:15 h"]


@pytest.mark.usefixtures("worked")
def test_merged_entries_are_one_timesheet_in_the_example() -> None:
    sheets = choose(open_sending(), "merging", "day").dataframe[1].value
    assert sheets[["note", "entries", "time"]].to_numpy().tolist() == [["Call 1 / Call 2 / Call 3", 3, "0:24 h"]]


def test_a_template_with_an_unknown_name_is_refused_beside_its_cell(worked: Workspace) -> None:
    app = open_sending()
    app.text_input(key=f"{KEY}note_template").set_value("{colour}: {note}").run()
    assert any("nothing is known as" in str(text.value) for text in app.caption)
    save(app)
    assert worked.practice.settings.note_template == "{note}"


def test_the_rate_is_kept_as_money(worked: Workspace) -> None:
    app = open_sending()
    app.text_input(key=RATE).set_value("$1,182.50").run()
    save(app)
    assert worked.practice.settings.hourly_rate == Decimal("1182.50")


@pytest.mark.usefixtures("worked")
def test_a_rate_that_is_no_amount_is_said_in_its_cell() -> None:
    app = open_sending()
    app.text_input(key=RATE).set_value("a lot").run()
    assert any("is no hourly rate" in str(text.value).replace("\\", "") for text in app.caption)
    assert app.button(key="send_save").disabled


def test_the_cut_off_is_saved_and_told(worked: Workspace) -> None:
    app = open_sending()
    app.date_input(key=f"{KEY}period_closed_until").set_value(date(2026, 10, 31)).run()
    assert any("everything until Sat 31 Oct 2026" in str(text.value).replace("\\", "") for text in app.caption)
    save(app)
    assert worked.practice.settings.period_closed_until == date(2026, 10, 31)


@pytest.mark.usefixtures("worked")
def test_putting_back_shows_what_holds() -> None:
    app = choose(open_sending(), "rounding", "up")
    app.button(key="send_back").click().run()
    assert app.button_group(key=f"{KEY}rounding").value == "none"
