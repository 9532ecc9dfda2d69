"""The way to the connection: the stations, the choice among accounts, and another account than before."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.model import Kind, RunKind, Verdict
from core.store import Store
from core.store.ledger_rows import HeldMember
from core.workspace import Workspace
from core.workspace.founding import create_practice
from core.xpm.secrets import load_vault
from core.xpm.token_rows import TokenRows
from core.xpm.tokens import Connection, ConnectionState, Consent
from tests.pages.conftest import SHELL
from tests.pages.linked_practice import boxes

BIRDS = {"tenant_id": "t1", "name": "Birds", "connection_id": "c1"}
BEES = {"tenant_id": "t2", "name": "Bees", "connection_id": "c2"}
#: A timesheet of ours, as the ledger keeps it.
SHEET: dict[str, Any] = {"tenant": "t1", "group_key": "entry:E1", "seq": 1, "marker": "M1", "state": "confirmed"}
SHEET |= {"job": "J1", "task_id": "XT1", "staff_id": "XS1", "date": date(2026, 11, 19), "minutes": 30, "epoch": 0}
SHEET |= {"note_sent": "", "content_hash": "h", "run": "r1", "entries": {"E1": HeldMember(30, 30, "h")}}


@pytest.fixture
def unread(practice: Workspace) -> Workspace:
    """The practice with its local side declared and XPM never read."""
    practice.store.frames.forget_side("xpm", "small")
    kept = practice.practice.settings.with_values(local={"type": "folder", "path": "/no/such"})
    practice.store.practices.save_settings("small", kept)
    return practice


def offer(ws: Workspace, *accounts: dict[str, str], minutes: int = 1) -> None:
    """Keep a consent that opened these accounts, asked for so many minutes ago, as the return from Xero leaves it."""
    vault = load_vault({}, ws.settings.data_dir)
    now = ws.clock.now()
    packed = {"access": "a", "refresh": "r", "expires_at": (now + timedelta(minutes=30)).isoformat(), "scopes": "s"}
    sealed = vault.seal(json.dumps(packed), ws.connection.signin.seal_context("consent"))
    rows = TokenRows(ws.store.tokens)
    rows.add_consent(Consent("state-1", ws.practice_id, sealed, "Margaret", now - timedelta(minutes=minutes)))
    rows.offer_accounts("state-1", sealed, json.dumps(list(accounts)))


def connect(ws: Workspace, state: ConnectionState = ConnectionState.CONNECTED) -> None:
    made = Connection(state, "t1", "Birds", connected_by="Ann", connected_at=ws.clock.now())
    assert TokenRows(ws.store.tokens).swap_connection(ws.practice_id, made, expected=0)


def visit(**query: str) -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page("connection.py").run()


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def words(app: AppTest) -> str:
    return " ".join(one.value for kind in (app.markdown, app.caption) for one in kind)


def test_a_newcomer_is_told_the_right_the_consent_the_choice_and_what_saving_does(unread: Workspace) -> None:
    told = words(visit())
    assert unread.connection.view().state == ""
    for title in ("The right", "The consent", "The account", "Save"):
        assert f"**{title}.**" in told
    assert "Connect third-party add-ons" in told
    assert "Nothing is sent to XPM before you push." in told


def test_after_connect_the_next_step_is_the_one_that_stands_out(unread: Workspace) -> None:
    app = press(visit(), "Connect to XPM")
    connect = next(button for button in app.button if button.label == "Connect to XPM")
    onward = app.get("link_button")[0].proto
    assert (connect.proto.type, onward.label, onward.type) == ("secondary", "Continue on Xero's page", "primary")


def test_of_several_accounts_none_is_guessed(unread: Workspace) -> None:
    offer(unread, BIRDS, BEES)
    app = visit(choose="state-1")
    assert app.radio[0].options == ["Birds", "Bees"]
    assert (app.radio[0].value, button(app, "Save and begin").disabled) == (None, True)


def test_the_account_of_the_practices_own_name_is_offered_first(unread: Workspace) -> None:
    offer(unread, BIRDS, {**BEES, "name": "small & SONS"})
    assert visit(choose="state-1").radio[0].value == "t2"


def test_saving_the_choice_connects_and_begins_the_first_sync_once(unread: Workspace) -> None:
    offer(unread, BIRDS, BEES)
    app = visit(choose="state-1")
    app.radio[0].set_value("t2").run()
    press(app, "Save and begin")
    assert unread.connection.view().tenant_name == "Bees"
    runs = unread.store.runs.list("small")
    assert runs["kind"].tolist() == [RunKind.SYNC]
    assert runs.iloc[0]["parameters"] == {"propose": True, "accept": True}


def test_a_choice_that_was_left_open_for_long_begins_anew(unread: Workspace) -> None:
    offer(unread, BIRDS, BEES, minutes=61)
    app = visit(choose="state-1")
    assert not app.radio
    assert button(app, "Connect to XPM")


def test_the_former_account_is_named_and_chosen_beforehand(unread: Workspace) -> None:
    connect(unread, ConnectionState.DISCONNECTED)
    offer(unread, BEES, BIRDS)
    app = visit(choose="state-1")
    assert (app.radio[0].value, app.radio[0].options) == ("t1", ["Bees", "Birds (connected before)"])


def test_signing_in_anew_chooses_again_and_keeps_every_link(unread: Workspace) -> None:
    connect(unread)
    unread.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {"C1": ""}, seen={})
    offer(unread, BEES, BIRDS)
    app = press(visit(choose="state-1"), "Save")
    assert not app.radio
    assert (unread.connection.view().tenant_name, unread.connection.view().connected_by) == ("Birds", "Margaret")
    assert "C1" in unread.review.decisions(Kind.CLIENT).index


def test_another_account_is_asked_about_before_the_practice_moves(unread: Workspace) -> None:
    connect(unread, ConnectionState.DISCONNECTED)
    offer(unread, BIRDS, BEES)
    app = visit(choose="state-1")
    app = app.radio[0].set_value("t2").run()
    assert "was connected to Birds. Nothing of it is there yet, so it may move" in boxes(app)
    assert button(app, "Move to this account").disabled
    app.checkbox(key="move account").check().run()
    press(app, "Move to this account")
    assert unread.connection.view().tenant_name == "Bees"
    assert {"moved", "connected"} <= set(unread.connection.history()["did"])


def test_a_practice_with_time_in_the_former_account_stays_with_it(unread: Workspace, empty_store: Store) -> None:
    connect(unread, ConnectionState.DISCONNECTED)
    empty_store.ledger.add_bundles("small", [SHEET], actor="Ann", why="pushed")
    offer(unread, BIRDS, BEES)
    app = visit(choose="state-1")
    app = app.radio[0].set_value("t2").run()
    assert "This practice belongs to Birds: 1 timesheet and 0 jobs" in boxes(app)
    assert button(app, "Move to this account").disabled


def test_an_account_that_another_practice_uses_is_said(unread: Workspace, empty_store: Store) -> None:
    create_practice(empty_store, "Other", "Australia/Sydney", "Margaret")
    other = Connection(ConnectionState.CONNECTED, "t2", "Bees", refresh_token=b"sealed")
    assert TokenRows(empty_store.tokens).swap_connection("other", other, expected=0)
    offer(unread, BIRDS, {**BEES, "name": "Small & Sons"})
    assert "also connected to Other here" in boxes(visit(choose="state-1"))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (ConnectionState.NEEDS_CONSENT, "Xero does not accept the sign-in to Birds any more"),
        (ConnectionState.LOST_RIGHT, "The person who connected has no access to Birds any more"),
        (ConnectionState.DISCONNECTED, "Connect the same account again, and everything goes on where it stood"),
    ],
)
def test_a_lost_connection_says_why_and_that_nothing_is_lost(
    unread: Workspace, state: ConnectionState, said: str
) -> None:
    connect(unread, state)
    app = visit()
    assert said in boxes(app) + " ".join(box.value.replace("\\", "") for box in app.info)


def button(app: AppTest, label: str):  # type: ignore[no-untyped-def]  # Streamlit does not export its widgets' types
    """The button of this label."""
    return next(one for one in app.button if one.label == label)
