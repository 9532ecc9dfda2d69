"""Connection: the four steps, the return from Xero, and the settings."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.demo import SHIPPED
from core.model import RunKind
from core.settings import Settings
from core.store import Store
from core.workspace import Workspace
from core.workspace.founding import create_practice
from core.xpm.token_rows import TokenRows
from core.xpm.tokens import Connection, ConnectionState
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
    next(box for box in app.selectbox if box.label.startswith("Name")).set_value("Wer")
    press(press(app, "Use these columns"), "Use this and load it")
    assert practice.practice.settings.local["tables"]["clients"]["columns"]["name"] == "Wer"


def test_every_table_of_a_folder_can_be_looked_at(visit: Visit, tmp_path: Path) -> None:
    for file in (SHIPPED / "local").glob("*.csv"):
        shutil.copyfile(file, tmp_path / file.name)
    app = visit("connection")
    app.text_input(key="local path").input(str(tmp_path)).run()
    app = press(app, "Look at it")
    while any(button.label == "Read it so" for button in app.button):
        app = press(app, "Read it so")
    assert not app.error
    preview = next(frame.value for frame in app.dataframe if "Rows read" in frame.value)
    assert preview.set_index("Table")["Rows read"]["Documents"] == 33


def test_files_of_any_name_are_asked_about_and_then_read(practice: Workspace, visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "Client list.csv").write_text("Client ID,Name\n1,Acme\n", encoding="utf-8")
    app = look_at(visit, tmp_path)
    assert app.selectbox(key=f"file of clients in {tmp_path}").value == "Client list.csv"
    press(press(app, "Read these files"), "Use this and load it")
    assert practice.practice.settings.local["tables"] == {"clients": {"file": "Client list.csv"}}


def test_a_trackers_export_needs_no_columns(practice: Workspace, visit: Visit, tmp_path: Path) -> None:
    row = "Ann,Acme,BAS,2026-11-19,09:00:00,10:30:00,01:30:00,No,Call\n"
    headers = "User,Client,Project,Start date,Start time,End time,Duration,Billable,Description\n"
    (tmp_path / "Toggl_time_entries.csv").write_text(headers + row, encoding="utf-8")
    app = press(press(look_at(visit, tmp_path), "Read these files"), "Use this and load it")
    assert not app.error
    assert practice.practice.settings.local["derive"] == ["clients", "staff", "processes"]
    assert practice.sides.read_local().frames["actual_times"]["minutes"].tolist() == [90]


def test_an_order_of_dates_is_asked_once_and_can_be_corrected(visit: Visit, tmp_path: Path) -> None:
    lines = "id,staff_id,client_id,date,minutes\nE1,S1,C1,03/04/2026,30\nE2,S1,C1,13/04/2026,30\n"
    (tmp_path / "actual_times.csv").write_text(lines, encoding="utf-8")
    app = look_at(visit, tmp_path)
    assert any("can be read in two orders" in box.value for box in app.warning)
    app = press(press_radio(app, "mdy"), "Read it so")
    assert "no date in the declared order month/day/year" in app.error[0].value
    next(box for box in app.selectbox if box.label == "Dates are written").set_value("dmy")
    app = press(app, "Read it so")
    assert not app.error
    assert "Mon 13 Apr 2026" in " ".join(str(frame.value.to_dict()) for frame in app.dataframe)


def test_what_was_looked_at_goes_with_its_folder(visit: Visit, tmp_path: Path) -> None:
    app = look_at(visit, tmp_path / "gone")
    assert app.error
    assert not app.text_input(key="local path").input(str(tmp_path)).run().error


def test_a_needed_column_cannot_be_left_out(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text("Number,Wer\n1,Acme\n", encoding="utf-8")
    app = press(look_at(visit, tmp_path), "Use these columns")
    assert any("Choose the header for: Name." in box.value for box in app.error)


def test_the_password_of_a_database_is_never_shown(practice: Workspace, visit: Visit) -> None:
    kept = {
        "type": "sql",
        "url": "postgresql://reader:s3cret@127.0.0.1:9/x",
        "tables": {"clients": {"query": "select 1"}},
    }
    practice.store.practices.save_settings("small", practice.practice.settings.with_values(local=kept))
    app = visit("connection")
    assert app.text_input(key="local url").value == "postgresql://reader:•••@127.0.0.1:9/x"
    app = press(app, "Look at it")
    assert "s3cret" not in app.error[0].value
    assert "no connection" in app.error[0].value


def test_what_went_wrong_at_xero_is_a_sentence(practice: Workspace) -> None:
    assert practice.practice_id == "small"
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.query_params["problem"] = "denied"
    app.switch_page("connection.py").run()
    assert any("did not give its consent" in box.value for box in app.error)


def test_a_connected_practice_hears_that_its_connection_stays(practice: Workspace) -> None:
    connect(practice)
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.query_params["problem"] = "refused"
    app.switch_page("connection.py").run()
    assert app.error[0].proto.title == "The connection stays as it was"


def test_after_connecting_the_last_step_is_the_open_one(empty_store: Store, settings: Settings) -> None:
    create_practice(empty_store, "Birds", "Australia/Sydney", "Margaret")
    opened = Workspace.open("birds", settings=settings, store=empty_store)
    kept = opened.practice.settings.with_values(local={"type": "folder", "path": "/no/such"})
    empty_store.practices.save_settings("birds", kept)
    assert open_steps(open_page("today").switch_page("connection.py").run()) == ["XPM"]
    connect(opened)
    app = open_page("today").switch_page("connection.py").run()
    assert open_steps(app) == ["First sync and matching"]
    assert any(button.label == "Sync and match" for button in app.button)


def test_a_practice_that_is_set_up_is_told_what_is_next(practice: Workspace, visit: Visit) -> None:
    practice.store.practices.save_settings("small", practice.practice.settings.with_values(local={"type": "folder"}))
    connect(practice)
    assert open_steps(visit("connection")) == ["First sync and matching both sides are read"]


def test_rows_that_could_not_be_read_are_listed_with_their_line(visit: Visit) -> None:
    frames = [frame.value for frame in visit("connection").dataframe]
    problems = next(frame for frame in frames if "sentence" in frame)
    assert problems[["file", "line"]].iloc[0].tolist() == ["times.csv", 7]


def test_a_changed_setting_is_kept_and_logged(practice: Workspace, visit: Visit) -> None:
    app = visit("connection")
    next(one for one in app.number_input if one.label.startswith("Calls XPM")).set_value(1000)
    press(app, "Save the settings")
    assert practice.practice.settings.day_limit == 1000
    assert practice.store.events.list("small")["after"].iloc[0] == "day_limit 1000"


def look_at(visit: Visit, folder: Path) -> AppTest:
    """The Connection page after a look at this folder."""
    app = visit("connection")
    app.text_input(key="local path").input(str(folder)).run()
    return press(app, "Look at it")


def press_radio(app: AppTest, choice: str) -> AppTest:
    """Choose in the one radio of the page."""
    app.radio[0].set_value(choice)
    return app


def connect(practice: Workspace) -> None:
    """Put a connection into the store, as a consent would."""
    made = Connection(ConnectionState.CONNECTED, "t1", "Birds", connected_by="Ann", connected_at=practice.clock.now())
    assert TokenRows(practice.store.tokens).swap_connection(practice.practice_id, made, expected=0)


def open_steps(app: AppTest) -> list[str]:
    """The titles of the unfolded steps, without markup."""
    shown = [one for one in app.expander if one.proto.expanded and one.label.startswith("**")]
    return [re.sub(r"[*\\]|:small\[|\]", "", one.label) for one in shown]


def press(app: AppTest, label: str) -> AppTest:
    """Click the button of this label."""
    return next(button for button in app.button if button.label == label).click().run()


def write_clients(folder: Path) -> None:
    (folder / "clients.csv").write_text("Client ID,Name\n1,Acme\n2,Banksia\n", encoding="utf-8")
