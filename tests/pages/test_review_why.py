"""What the review says of a pair and of a record without one: why, what would change it, who is entered twice."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.model import LOCAL_FRAMES, XPM_FRAMES, Kind, Verdict, shape_frame
from core.workspace import Workspace
from pages.parts.picking import grid_key
from pages.parts.words import plain
from tests.pages.conftest import Visit, decided

LOCAL = {
    "C1": {"name": "Acacia Welding Pty Ltd", "email": "office@acacia.example", "code": "ACA1"},
    "C2": {"name": "ACACIA WELDING P/L", "email": "office@acacia.example"},
    "C3": {"name": "Quokka Family Trust"},
    "C4": {"name": "Zebra Crossing Signs"},
    "C5": {"name": "Numbat Holdings Pty Ltd"},
}
XPM = {
    "X1": {"name": "Acacia Welding Pty Limited", "email": "office@acacia.example"},
    "X3": {"name": "Quokka Family Trust"},
    "X4": {"name": "The Quokka Family Trust"},
    "X5": {"name": "Numbat Holdings Limited", "deleted": True},
    "X6": {"name": "Orchid Dental Care"},
}


def write(practice: Workspace, side: str, contracts: Any, rows: Any) -> None:
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
    practice.store.frames.write(side, "clients", "small", shape_frame(frame, contracts["clients"]))


@pytest.fixture
def matched(practice: Workspace, visit: Visit) -> Visit:
    """The small practice with clients that are hard to tell apart, matched for real."""
    write(practice, "local", LOCAL_FRAMES, LOCAL)
    write(practice, "xpm", XPM_FRAMES, XPM)
    practice.store.frames.mark_part("small", "local", "clients", True, len(LOCAL), "", "")
    practice.proposing.propose([Kind.CLIENT])
    return visit


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning)
    return " ".join(str(one.value) for elements in kinds for one in elements)


def open_only(app: AppTest, words: str) -> AppTest:
    app.text_input(key="client search").input(words).run()
    return app


def test_both_of_a_client_entered_twice_are_shown_and_accepted(practice: Workspace, matched: Visit) -> None:
    app = matched("clients")
    app.button_group(key="client filter").set_value("twins").run()
    assert set(app.dataframe[0].value.index) == {"C1", "C2"}
    assert "entered twice" in app.info[0].value
    app.button(key="client linked").click().run()
    app.button(key="client linked").click().run()
    assert decided(practice, Kind.CLIENT) == {"C1": ("linked", "X1"), "C2": ("linked", "X1")}


def test_a_client_that_xpm_has_twice_says_so(matched: Visit) -> None:
    app = open_only(matched("clients"), "Quokka")
    assert app.dataframe[0].value.loc["C3", "standing"] == ["Tie"]
    assert "XPM has this client twice" in app.info[0].value


def test_a_record_without_partner_says_how_sure_that_is(matched: Visit) -> None:
    app = open_only(matched("clients"), "Zebra")
    assert app.dataframe[0].value.loc["C4", "xpm_name"].startswith("Not in XPM: ")
    assert "Create it in XPM and sync" in said(app)


def test_a_client_deleted_in_xpm_is_no_riddle(matched: Visit) -> None:
    app = open_only(matched("clients"), "Numbat")
    assert "client of this name was deleted" in said(app)


def test_records_surely_missing_come_first_in_their_order(matched: Visit) -> None:
    app = matched("clients")
    app.selectbox(key="client order").set_value("Surest to be missing in XPM").run()
    chances = app.session_state["client order"], list(app.dataframe[0].value["xpm_name"])
    assert chances[1][0].startswith("Not in XPM: ")


def test_the_waterfall_tells_its_steps_to_those_who_cannot_see_it(matched: Visit) -> None:
    app = open_only(matched("clients"), "Acacia Welding Pty")
    told = str(app.get("vega_lite_chart")[0].proto)
    assert "before comparing" in told
    assert "E-mail agrees" in told


def test_the_panel_says_what_would_change_the_pair(matched: Visit) -> None:
    app = open_only(matched("clients"), "Quokka")
    assert "What would change this" in said(app)
    assert "link the one that stays in use" in said(app)


def test_a_pair_chosen_by_hand_is_explained_on_its_own(matched: Visit) -> None:
    app = open_only(matched("clients"), "Zebra")
    app.selectbox(key="client choice C4 ").set_value("X6").run()
    assert "compared on their own" in said(app)


def test_the_names_are_shown_taken_apart_when_they_differ(matched: Visit) -> None:
    app = open_only(matched("clients"), "Zebra")
    app.selectbox(key="client choice C4 ").set_value("X3").run()
    assert "The names, as they are read" in said(app)
    assert "family trust" in said(app)


def test_a_list_that_is_all_decided_says_so(practice: Workspace, visit: Visit) -> None:
    practice.review.decide(Kind.STAFF, Verdict.LINKED, {"S1": "XS1"}, seen={"S1": 0})
    assert "All staff are decided" in said(visit("staff"))


def test_a_search_without_hits_asks_for_another_one(visit: Visit) -> None:
    assert "Clear the search" in said(open_only(visit("clients"), "nobody of that name"))


def test_the_slower_of_two_people_reads_names_and_the_time_of_the_practice(practice: Workspace, visit: Visit) -> None:
    app = visit("clients")
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={"C1": 0})
    app.button(key="client excluded").click().run()
    told = app.warning[0].value
    assert plain("'Acme Pty Ltd' was decided about meanwhile: Margaret linked it to 'Acme Pty Limited' on ") in told
    assert "UTC" not in told


def test_time_at_stake_reads_as_on_every_other_page(visit: Visit) -> None:
    assert visit("clients").dataframe[0].value.loc["C1", "stake"] == "1:30 h"


def test_both_of_a_client_entered_twice_are_accepted_in_bulk(practice: Workspace, matched: Visit) -> None:
    app = matched("clients")
    app.button_group(key="client filter").set_value("twins").run()
    shown = app.dataframe[0].value
    key = grid_key("client grid", practice.review.rows(Kind.CLIENT).loc[list(shown.index)])
    app.session_state[key] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    app.run().button(key="client bulk linked").click().run()
    assert {xpm_id for _, xpm_id in decided(practice, Kind.CLIENT).values()} == {"X1"}
    assert len(decided(practice, Kind.CLIENT)) == 2
