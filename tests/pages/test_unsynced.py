"""Unsynced time: what is shown of it, under names, and the entries behind a group."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.workspace import Workspace
from pages.parts.unsynced_view import GROUP, SHOWN
from tests.pages.conftest import open_page
from tests.pages.linked_practice import link_all, tick, write_entries, write_timesheets


@pytest.fixture
def mixed(practice: Workspace) -> Workspace:
    """One entry ready, one draft, one whose client is open."""
    link_all(practice)
    other = {"task_id": "", "client_id": "C2", "minutes": 120}
    write_entries(practice, {"E1": {}, "E2": {"status": "draft", "minutes": 60}, "E3": other})
    return practice


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def open_unsynced() -> AppTest:
    app = open_page("unsynced")
    assert not app.exception
    return app


@pytest.mark.usefixtures("mixed")
def test_the_totals_count_what_is_not_in_xpm() -> None:
    shown = metrics(open_unsynced())
    assert (shown["Not in XPM"], shown["Entries"], shown["Clients"]) == ("3:30 h", "3", "2")


@pytest.mark.usefixtures("mixed")
def test_only_the_picked_standings_are_counted() -> None:
    app = open_unsynced()
    app.button_group(key=SHOWN).set_value(["draft"]).run()
    assert (metrics(app)["Not in XPM"], app.dataframe[0].value.index.tolist()) == ("1:00 h", ["Not committed"])


@pytest.mark.parametrize(("group", "first"), [("Client", "Banksia Trust"), ("Staff", "Ann Lee"), ("Process", "BAS")])
@pytest.mark.usefixtures("mixed")
def test_groups_carry_names(group: str, first: str) -> None:
    app = open_unsynced()
    app.button_group(key=GROUP).set_value(group).run()
    assert app.dataframe[0].value.index[0] == first


@pytest.mark.usefixtures("mixed")
def test_a_ticked_group_shows_its_entries() -> None:
    app = open_unsynced()
    app.button_group(key=GROUP).set_value("Client").run()
    tick(app, "unsynced_groups_client_", app.dataframe[0].value, [0])
    assert app.dataframe[1].value["client"].unique().tolist() == ["Banksia Trust"]


@pytest.mark.usefixtures("mixed")
def test_a_tick_is_gone_in_another_grouping() -> None:
    app = open_unsynced()
    tick(app, "unsynced_groups_reason_", app.dataframe[0].value, [0])
    assert len(app.dataframe) == 2
    assert len(app.button_group(key=GROUP).set_value("Client").run().dataframe) == 1


def test_when_everything_is_in_xpm_the_page_says_so(practice: Workspace) -> None:
    link_all(practice)
    write_entries(practice, {"E1": {}})
    write_timesheets(practice, {"hand-1": {}})
    practice.time.choose(["E1"], "same_work", xpm_time_id="hand-1")
    assert any("Everything is in XPM" in text.value for text in open_unsynced().markdown)
