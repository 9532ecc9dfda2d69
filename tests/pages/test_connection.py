"""Connection: the four steps, the return from Xero, and the settings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.model import RunKind
from core.store import Store
from core.workspace import Workspace
from tests.pages.conftest import SHELL, Visit, open_page


def test_a_fresh_installation_asks_for_the_practice(empty_store: Store) -> None:
    app = open_page("today")
    assert [title.value for title in app.title] == ["Connection"]
    app.text_input(key="new practice name").input("Café Förster & Co")
    press(app, "Create the practice")
    made = empty_store.practices.list()[0]
    assert (made.id, made.name, made.zone) == ("cafe-forster-co", "Café Förster & Co", "Australia/Sydney")


def test_a_practice_without_a_name_is_not_created(empty_store: Store) -> None:
    app = press(open_page("today"), "Create the practice")
    assert "has no name yet" in app.error[0].value
    assert len(empty_store.practices.list()) == 0


def test_a_folder_that_does_not_exist_is_one_box(visit: Visit) -> None:
    app = visit("connection")
    app.text_input(key="local path").input("/no/such/folder").run()
    app = press(app, "Look at it")
    assert "cannot be read" in app.error[0].value


def test_a_folder_is_looked_at_before_it_is_taken(practice: Workspace, visit: Visit, tmp_path: Path) -> None:
    write_clients(tmp_path)
    app = visit("connection")
    app.text_input(key="local path").input(str(tmp_path)).run()
    app = press(app, "Look at it")
    assert practice.practice.settings.local == {}
    preview = next(frame.value for frame in app.dataframe if "Rows read" in frame.value)
    assert preview.set_index("Table")["Rows read"]["Clients"] == 2
    press(app, "Use this and load it")
    assert practice.practice.settings.local == {"type": "folder", "path": str(tmp_path)}
    assert practice.store.runs.list("small")["kind"].tolist() == [RunKind.LOAD]


def test_unknown_columns_are_confirmed_once(practice: Workspace, visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text("Number,Wer\n1,Acme\n", encoding="utf-8")
    app = visit("connection")
    app.text_input(key="local path").input(str(tmp_path)).run()
    app = press(app, "Look at it")
    next(box for box in app.selectbox if box.label == "name").set_value("Wer")
    press(press(app, "Use these columns"), "Use this and load it")
    assert practice.practice.settings.local["tables"]["clients"]["columns"]["name"] == "Wer"


def test_what_went_wrong_at_xero_is_a_sentence(practice: Workspace) -> None:
    assert practice.practice_id == "small"
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.query_params["problem"] = "denied"
    app.switch_page("connection.py").run()
    assert any("did not give its consent" in box.value for box in app.error)


def test_rows_that_could_not_be_read_are_listed_with_their_line(visit: Visit) -> None:
    frames = [frame.value for frame in visit("connection").dataframe]
    problems = next(frame for frame in frames if "sentence" in frame)
    assert problems[["file", "line"]].iloc[0].tolist() == ["times.csv", 7]


def test_a_changed_setting_is_kept_and_logged(practice: Workspace, visit: Visit) -> None:
    app = visit("connection")
    app.date_input[0].set_value(date(2026, 8, 31))
    press(app, "Save the settings")
    assert practice.practice.settings.period_closed_until == date(2026, 8, 31)
    assert practice.store.events.list("small")["after"].iloc[0] == "period_closed_until 2026-08-31"


def press(app: AppTest, label: str) -> AppTest:
    """Click the button of this label."""
    return next(button for button in app.button if button.label == label).click().run()


def write_clients(folder: Path) -> None:
    (folder / "clients.csv").write_text("Client ID,Name\n1,Acme\n2,Banksia\n", encoding="utf-8")
