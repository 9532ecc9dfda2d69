"""Clients by their group, partner and manager in XPM, and the way to each of them there."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.model import XPM_FRAMES, Kind, Verdict, shape_frame
from core.workspace import Workspace
from tests.pages.conftest import open_page

CLIENTS = {
    "XC1": {"name": "Acme Pty Limited", "client_group": "Birds, Bees", "partner": "Pia", "manager": "Mo"},
    "XC2": {"name": "Banksia Family Trust", "partner": "Lee, Ann"},
}


class Addresses:
    """XPM that tells where its records are."""

    def get_client_address(self, uuid: str) -> str:
        return f"https://practice.example/client/{uuid}"

    def get_job_address(self, number: str) -> str:
        return f"https://practice.example/job/{number}"


@pytest.fixture
def peopled(practice: Workspace) -> Workspace:
    """The practice whose XPM clients have people; C1 is linked, C2 proposed to the second one."""
    rows = pd.DataFrame.from_dict(CLIENTS, orient="index").rename_axis("id").fillna("")
    practice.store.frames.write("xpm", "clients", "small", shape_frame(rows, XPM_FRAMES["clients"]))
    practice.store.frames.mark_part("small", "xpm", "clients", True, len(rows), "peopled", "")
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={})
    return practice


def grid(app: AppTest) -> pd.DataFrame:
    """The table of clients as it is shown, index local id."""
    return next(one.value for one in app.dataframe if "xpm_name" in one.value)


def show_all(**chosen: str) -> AppTest:
    app = open_page("clients")
    app.session_state["client filter"] = "all"
    for facet, name in chosen.items():
        app.selectbox(key=f"client {facet}").set_value(name)
    return app.run()


def test_clients_show_group_partner_and_manager_of_xpm(peopled: Workspace) -> None:
    shown = grid(show_all())
    assert peopled.review.rows(Kind.CLIENT).at["C1", "xpm_group"] == "Birds, Bees"
    assert shown.loc["C1", ["xpm_group", "xpm_partner", "xpm_manager"]].tolist() == ["Birds, Bees", "Pia", "Mo"]
    assert shown.at["C4", "xpm_partner"] == ""


@pytest.mark.parametrize(
    ("facet", "name", "found"),
    [
        ("group", "Bees", {"C1"}),
        ("group", "Birds", {"C1", "C2", "C3", "C6"}),
        ("partner", "Pia", {"C1"}),
        ("manager", "Mo", {"C1"}),
    ],
)
def test_clients_are_narrowed_by_what_either_side_says(
    peopled: Workspace, facet: str, name: str, found: set[str]
) -> None:
    assert peopled.practice_id == "small"
    assert set(grid(show_all(**{facet: name})).index) == found


def test_a_partner_is_offered_under_the_name_of_the_linked_staff_member(peopled: Workspace) -> None:
    assert "Lee, Ann" in show_all().selectbox(key="client partner").options
    peopled.review.decide(Kind.STAFF, Verdict.LINKED, {"S1": "XS1"}, seen={})
    app = show_all(partner="Ann Lee")
    assert "Lee, Ann" not in app.selectbox(key="client partner").options
    assert grid(app).index.tolist() == ["C2"]


def test_each_client_links_to_its_page_in_xpm(peopled: Workspace) -> None:
    peopled.weblinks.learn(Addresses())
    app = show_all()
    assert grid(app)["web"].to_dict()["C1"] == "https://practice.example/client/XC1"
    assert grid(app)["web"].isna().to_dict()["C4"]


def test_the_panel_opens_the_chosen_client_in_xpm(peopled: Workspace) -> None:
    peopled.weblinks.learn(Addresses())
    app = show_all(manager="Mo")
    link = next(one for one in app.get("link_button") if one.proto.label == "Open the client in XPM")
    assert link.proto.url == "https://practice.example/client/XC1"


def test_without_known_addresses_there_is_no_link(peopled: Workspace) -> None:
    assert peopled.weblinks.client("XC1") == ""
    assert not [one for one in show_all(manager="Mo").get("link_button") if one.proto.label.endswith("in XPM")]


def test_a_task_leads_to_the_job_it_lies_on(peopled: Workspace) -> None:
    peopled.weblinks.learn(Addresses())
    assert peopled.review.addresses(Kind.TASK, ["XT1", "gone", ""]) == ["https://practice.example/job/J1", "", ""]
    assert peopled.review.addresses(Kind.STAFF, ["XS1"]) == [""]
