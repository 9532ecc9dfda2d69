"""The first sync: its stages while it goes, what came of it, and where to go next."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.model import Kind, RunKind, Verdict
from core.workspace import Workspace
from core.workspace.stages import STAGES, list_stages, tell_loading, tell_matching, tell_reading
from core.xpm.token_rows import TokenRows
from core.xpm.tokens import Connection, ConnectionState
from tests.pages.conftest import open_page
from tests.pages.test_setup_xpm import press, words


@pytest.fixture
def connected(practice: Workspace) -> Workspace:
    """The practice with its local side declared and XPM connected."""
    kept = practice.practice.settings.with_values(local={"type": "folder", "path": "/no/such"})
    practice.store.practices.save_settings("small", kept)
    made = Connection(ConnectionState.CONNECTED, "t1", "Birds", connected_by="Ann", connected_at=practice.clock.now())
    assert TokenRows(practice.store.tokens).swap_connection("small", made, expected=0)
    return practice


def counts_of(app: AppTest) -> dict[str, dict[str, int]]:
    """What matching found, as the page shows it: kind -> column -> number."""
    frame = next(one.value for one in app.dataframe if "automatic" in one.value)
    found: dict[str, dict[str, int]] = frame.set_index("kind").to_dict("index")
    return found


def test_a_practice_that_was_never_synced_is_offered_the_sync(connected: Workspace) -> None:
    connected.store.frames.forget_side("xpm", "small")
    app = open_page("connection")
    assert "clients by their numbers and names, staff as the users of both systems" in words(app)
    press(app, "Sync and match")
    run = connected.store.runs.list("small").iloc[0]
    assert (run["kind"], run["parameters"]) == (RunKind.SYNC, {"propose": True, "accept": True})


def test_a_sync_under_way_tells_its_stages(connected: Workspace) -> None:
    connected.store.frames.forget_side("xpm", "small")
    run = connected.store.runs.queue("small", RunKind.SYNC, "Ann", {"propose": True})
    connected.store.runs.start(run.id, "w")
    connected.store.runs.progress(run.id, 12, 24, message=tell_matching(Kind.CLIENT), owner="w")
    told = words(open_page("connection"))
    assert ":green[:material/check_circle:] Read your own records" in told
    assert ":blue[:material/progress_activity:] Match clients by number" in told
    assert ":gray[:material/radio_button_unchecked:] Match staff" in told
    assert "You may close this page" in told


def test_a_sync_that_waits_for_the_worker_says_so(connected: Workspace) -> None:
    connected.store.frames.forget_side("xpm", "small")
    connected.store.runs.queue("small", RunKind.SYNC, "Ann", {"propose": True})
    app = open_page("connection")
    assert not any(one.label == "Sync and match" for one in app.button)
    assert "Under way" not in words(app)


def test_the_counts_tell_what_was_linked_and_what_by_itself(connected: Workspace) -> None:
    connected.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={})
    connected.proposing.accept_certain(Kind.CLIENT)
    connected.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {"C4": ""}, seen={})
    counts = counts_of(open_page("connection"))
    assert counts["Clients"] == {"linked": 1, "automatic": 0, "proposed": 3, "open": 1, "excluded": 1}
    assert counts["Staff"]["open"] == 1


def test_what_is_left_leads_to_its_page(connected: Workspace) -> None:
    assert connected.overview.links().at[Kind.CLIENT, "to_decide"] == 6
    links = {str(one.proto.label): one.proto.page for one in open_page("connection").get("page_link")}
    assert any(label.startswith("Link clients: **6 of 6 to decide**") for label in links)
    assert any(label.startswith("Link staff") for label in links)


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (tell_loading(), 0),
        (tell_reading("time of 2026-11"), 1),
        (tell_reading(""), 1),
        *((tell_matching(kind), 2 + n) for n, kind in enumerate(Kind)),
    ],
)
def test_each_sentence_of_a_sync_belongs_to_one_stage(message: str, place: int) -> None:
    states = [stage.state for stage in list_stages(message)]
    assert states == ["done"] * place + ["now"] + ["next"] * (len(STAGES) - place - 1)


def test_other_words_are_no_stage() -> None:
    assert {stage.state for stage in list_stages("Waiting for XPM")} == {"next"}
