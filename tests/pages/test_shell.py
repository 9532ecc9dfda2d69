"""The frame around every page: navigation, sidebar, and what happens when nothing can be opened."""

from __future__ import annotations

from core.model import RunKind
from core.running import put_in_force
from core.settings import Settings
from core.workspace import Workspace
from tests.pages.conftest import Visit, open_page


def test_sync_now_queues_one_run(practice: Workspace, visit: Visit) -> None:
    connect(practice)
    app = visit("clients").button(key="sync_now").click().run()
    runs = practice.store.runs.list("small")
    assert [(kind, actor) for kind, actor in zip(runs["kind"], runs["actor"], strict=True)] == [
        (RunKind.SYNC, "Margaret")
    ]
    assert runs["parameters"].iloc[0] == {"propose": True, "accept": True}
    assert app.button(key="sync_now").disabled


def test_a_second_request_names_the_run_that_is_queued(practice: Workspace, visit: Visit) -> None:
    app = visit("clients")
    practice.store.runs.queue("small", RunKind.PROPOSE, "Ann")
    app.button(key="client match again").click().run()
    assert [toast.value for toast in app.toast] == ["Match was already asked for by Ann\\."]
    assert len(practice.store.runs.list("small")) == 1


def test_without_a_connection_there_is_nothing_to_sync(visit: Visit) -> None:
    assert visit("clients").button(key="sync_now").disabled


def test_every_page_says_that_it_is_the_sandbox(visit: Visit) -> None:
    for name in ("today", "clients", "connection", "activity"):
        assert any("Sandbox" in str(text.value) for text in visit(name).sidebar.markdown)


def test_the_sidebar_tells_the_day_of_the_demo_and_the_age_of_the_data(visit: Visit) -> None:
    app = visit("today")
    assert any("lives on Fri 20 Nov 2026" in str(text.value) for text in app.sidebar.markdown)
    assert any("XPM: just now, whole" in str(text.value) for text in app.sidebar.caption)


def test_a_database_that_cannot_be_reached_is_one_box(settings: Settings) -> None:
    put_in_force(settings.model_copy(update={"database_url": "postgresql://u:secret-word@127.0.0.1:9/x"}))
    app = open_page("today")
    assert len(app.error) == 1
    assert "secret-word" not in app.error[0].value
    assert not app.exception


def test_a_second_practice_can_be_chosen(practice: Workspace, visit: Visit) -> None:
    from core.store import Practice

    practice.store.practices.create(Practice("other", "Other", "Pacific/Auckland"))
    app = visit("today")
    app.sidebar.selectbox(key="practice").set_value("other").run()
    assert any("Nothing to show yet" in str(text.value) for text in app.markdown)


def connect(practice: Workspace) -> None:
    """Make the practice look connected; nothing is called."""
    from core.xpm.token_rows import TokenRows
    from core.xpm.tokens import Connection, ConnectionState

    made = Connection(ConnectionState.CONNECTED, tenant_id="T1", tenant_name="Small XPM", connected_by="Ann")
    assert TokenRows(practice.store.tokens).swap_connection("small", made, expected=0)
