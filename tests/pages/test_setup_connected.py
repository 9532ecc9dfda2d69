"""A connection as it stands: since when, by whom, its rights, and what leaving it means."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.model import RunKind, RunState
from core.store.run_items import Item
from core.workspace import Workspace
from core.workspace.rights import LACKING, THERE
from core.xpm.token_rows import TokenRows
from core.xpm.tokens import Connection, ConnectionState
from tests.pages.conftest import open_page
from tests.pages.linked_practice import boxes, link_all
from tests.pages.test_setup_xpm import button, press, words


@pytest.fixture
def connected(practice: Workspace) -> Workspace:
    """The practice with its local side declared, connected by Ann."""
    kept = practice.practice.settings.with_values(local={"type": "folder", "path": "/no/such"})
    practice.store.practices.save_settings("small", kept)
    made = Connection(ConnectionState.CONNECTED, "t1", "Birds", connected_by="Ann", connected_at=practice.clock.now())
    assert TokenRows(practice.store.tokens).swap_connection("small", made, expected=0)
    practice.store.events.add("small", "Ann", "connected", "connection", "Birds")
    return practice


def tables(app: AppTest) -> str:
    return " ".join(str(one.value.to_dict()) for one in (*app.table, *app.dataframe)).replace("\\", "")


def keep_test(ws: Workspace, **outcomes: str) -> None:
    """A test of the rights as a worker leaves it; the sentence of each right, empty when it is there."""
    run = ws.store.runs.queue("small", RunKind.CHECK, "Ben", {})
    items = [
        Item(f"{n:02d}", LACKING if said else THERE, said, content={"right": name.replace("_", " "), "purpose": "to"})
        for n, (name, said) in enumerate(outcomes.items())
    ]
    ws.store.run_items.replace(run.id, "small", items)
    ws.store.runs.start(run.id, "w")
    ws.store.runs.finish(run.id, RunState.DONE, {}, "Missing: write time.", owner="w")


def test_since_when_by_whom_and_the_last_sync_are_told(connected: Workspace) -> None:
    run = connected.store.runs.queue("small", RunKind.SYNC, "Ben", {})
    connected.store.runs.start(run.id, "w")
    connected.store.runs.finish(run.id, RunState.DONE, {}, owner="w")
    shown = tables(open_page("connection"))
    assert "Birds (the sandbox: nothing reaches the real XPM)" in shown
    assert "by Ann" in shown
    assert "by Ben: done" in shown


def test_a_practice_that_was_never_synced_says_so(connected: Workspace) -> None:
    assert "never" in tables(open_page("connection"))
    assert connected.overview.last_sync() is None


def test_the_rights_are_tested_by_a_run_and_never_by_the_page(connected: Workspace) -> None:
    press(open_page("connection"), "Test the rights")
    runs = connected.store.runs.list("small")
    assert runs["kind"].tolist() == [RunKind.CHECK]
    assert runs["state"].tolist() == [RunState.QUEUED]
    assert "Testing the rights" in words(open_page("connection"))


def test_a_lacking_right_stands_with_what_to_do(connected: Workspace) -> None:
    keep_test(connected, read_time="", write_time="Connect again and leave every box ticked.")
    frames = [one.value for one in open_page("connection").dataframe]
    rights = next(frame for frame in frames if "right" in frame)
    assert rights["state"].tolist() == [["There"], ["Missing"]]
    assert rights["sentence"].tolist() == ["", "Connect again and leave every box ticked."]


def test_a_test_that_found_nothing_says_why(connected: Workspace) -> None:
    run = connected.store.runs.queue("small", RunKind.CHECK, "Ben", {})
    connected.store.runs.start(run.id, "w")
    connected.store.runs.finish(run.id, RunState.STOPPED, message="Xero no longer accepts it.", owner="w")
    assert "Xero no longer accepts it." in boxes(open_page("connection"))


def test_what_leaving_means_is_told_in_numbers_before_it_is_done(connected: Workspace) -> None:
    link_all(connected)
    connected.store.jobs.create("small", "D1", "TO-1", "{}", "Ann")
    told = words(open_page("connection"))
    for said in ("4 links", "1 job draft", "2 ready entries", "0 timesheets", "Connect the same account again"):
        assert said in told.replace("\\", "")


def test_leaving_forgets_the_sign_in_and_keeps_links_and_drafts(connected: Workspace) -> None:
    link_all(connected)
    connected.store.jobs.create("small", "D1", "TO-1", "{}", "Ann")
    sealed = TokenRows(connected.store.tokens).read_connection("small")
    assert sealed is not None
    app = press(open_page("connection"), "Disconnect now")
    # Nothing was sealed here, so there is nothing to take back at Xero.
    assert "is not connected to XPM" in boxes(app)
    assert len(connected.store.jobs.list_drafts("small")) == 1
    assert connected.connection.stakes().links == 4


def test_who_connected_when_stays_on_record(connected: Workspace) -> None:
    frames = [one.value for one in open_page("connection").dataframe]
    history = next(frame for frame in frames if "XPM account" in frame)
    assert history[["Who", "What", "XPM account"]].values.tolist() == [["Ann", "Connected", "Birds"]]


def test_somebody_else_may_sign_in_anew_while_it_is_connected(connected: Workspace) -> None:
    assert connected.connection.view().is_connected
    assert button(open_page("connection"), "Go to Xero's consent")


def test_the_run_of_a_test_names_each_right(connected: Workspace) -> None:
    keep_test(connected, read_time="", write_time="Connect again.")
    run = connected.store.runs.list("small").index[0]
    items = connected.running.items(str(run))
    assert items[["work", "words"]].values.tolist() == [["read time", "Needed to."], ["write time", "Connect again."]]
    assert isinstance(items, pd.DataFrame)
