"""The review of links: what a click writes, and that nothing ticked in one list reaches the next."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.model import Kind, Verdict
from core.reports import to_csv
from core.workspace import Workspace
from pages.parts.picking import grid_key
from pages.parts.words import plain
from tests.pages.conftest import Visit, decided

TICKS: dict[str, list[int]] = {"columns": [], "cells": []}


def tick(app: AppTest, practice: Workspace, ids: list[str], places: list[int]) -> AppTest:
    """Tick the rows at these places of the client grid that shows these ids."""
    key = grid_key("client grid", practice.review.rows(Kind.CLIENT).loc[ids])
    app.session_state[key] = {"selection": {"rows": places, **TICKS}}
    return app.run()


def shown_ids(app: AppTest) -> list[str]:
    return [str(one) for one in app.dataframe[0].value.index]


def test_accepting_in_the_panel_links_the_proposed_partner(practice: Workspace, visit: Visit) -> None:
    visit("clients").button(key="client linked").click().run()
    assert decided(practice, Kind.CLIENT) == {"C1": ("linked", "XC1")}


def test_after_a_decision_the_next_record_is_open(visit: Visit) -> None:
    app = visit("clients")
    second = app.dataframe[0].value["name"].iloc[1]
    app.button(key="client linked").click().run()
    assert any(plain(second) in str(text.value) for text in app.markdown)


def test_a_rejected_pair_is_not_shown_again(practice: Workspace, visit: Visit) -> None:
    app = visit("clients").button(key="client rejected").click().run()
    row = app.dataframe[0].value.loc["C1"]
    assert (row["xpm_name"], decided(practice, Kind.CLIENT)) == ("", {})


def test_excluding_keeps_the_note(practice: Workspace, visit: Visit) -> None:
    app = visit("clients")
    app.text_input(key="client note C1").input("pro bono")
    app.button(key="client excluded").click().run()
    history = practice.store.decisions.history("small", Kind.CLIENT, "C1")
    assert history[["verdict", "why"]].iloc[0].tolist() == ["excluded", "pro bono"]


def test_undo_opens_the_record_again(practice: Workspace, visit: Visit) -> None:
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={"C1": 0})
    app = visit("clients")
    app.button_group(key="client filter").set_value("linked").run()
    app.button(key="client reopened").click().run()
    assert decided(practice, Kind.CLIENT) == {}


def test_ticked_rows_are_accepted_by_their_ids(practice: Workspace, visit: Visit) -> None:
    app = visit("clients")
    ids = shown_ids(app)
    tick(app, practice, ids, [ids.index("C2"), ids.index("C3")]).button(key="client bulk linked").click().run()
    assert decided(practice, Kind.CLIENT) == {"C2": ("linked", "XC2"), "C3": ("linked", "XC3")}


def test_a_tie_is_never_accepted_in_bulk(practice: Workspace, visit: Visit) -> None:
    app = visit("clients")
    ids = shown_ids(app)
    tick(app, practice, ids, list(range(len(ids)))).button(key="client bulk linked").click().run()
    assert "C5" not in decided(practice, Kind.CLIENT)


def test_nothing_ticked_is_carried_over_to_another_filter(practice: Workspace, visit: Visit) -> None:
    app = visit("clients")
    tick(app, practice, shown_ids(app), [0, 1])
    assert app.button(key="client bulk excluded").label == "Exclude 2"
    app.button_group(key="client filter").set_value("likely").run()
    assert [app.button(key=f"client bulk {one}").disabled for one in ("linked", "excluded")] == [True, True]


def test_nothing_ticked_is_carried_over_to_a_list_of_equal_length(practice: Workspace, visit: Visit) -> None:
    app = visit("clients")
    app.button_group(key="client filter").set_value("certain").run()
    tick(app, practice, ["C1"], [0])
    app.button_group(key="client filter").set_value("tie").run()
    assert app.button(key="client bulk excluded").disabled


def test_the_second_of_two_people_is_told_who_was_faster(practice: Workspace, visit: Visit) -> None:
    app = visit("clients")
    practice.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {"C1": ""}, seen={"C1": 0})
    app.button(key="client linked").click().run()
    assert "decided about meanwhile" in app.warning[0].value
    assert decided(practice, Kind.CLIENT) == {"C1": ("excluded", "")}


def test_all_certain_proposals_are_accepted_at_once(practice: Workspace, visit: Visit) -> None:
    button = visit("clients").button(key="client accept certain")
    assert button.label == "Accept all certain (1)"
    button.click().run()
    assert decided(practice, Kind.CLIENT) == {"C1": ("linked", "XC1")}


def test_another_partner_can_be_chosen(practice: Workspace, visit: Visit) -> None:
    app = visit("clients")
    app.selectbox(key="client choice C1 XC1").set_value("XC3").run()
    app.button(key="client linked").click().run()
    assert decided(practice, Kind.CLIENT) == {"C1": ("linked", "XC3")}


def test_markup_in_a_name_is_shown_as_text(visit: Visit) -> None:
    app = visit("clients")
    app.text_input(key="client search").input("script").run()
    head = next(str(text.value) for text in app.markdown if "script" in str(text.value))
    assert "\\<script\\>" in head
    assert ":red[" not in head
    assert "](https" not in head


def test_search_takes_words_as_they_are(visit: Visit) -> None:
    app = visit("clients")
    app.text_input(key="client search").input("[link](").run()
    assert shown_ids(app) == ["C5"]


def test_a_filter_without_rows_says_so(visit: Visit) -> None:
    app = visit("clients")
    app.button_group(key="client filter").set_value("archived").run()
    assert any("No clients here" in str(text.value) for text in app.markdown)


def test_work_shows_processes_and_tasks(visit: Visit) -> None:
    app = visit("work")
    assert shown_ids(app) == ["P1"]
    app.button_group(key="show").set_value("Tasks").run()
    assert shown_ids(app) == ["T1"]


def test_staff_are_linked_by_the_same_review(practice: Workspace, visit: Visit) -> None:
    app = visit("staff")
    app.selectbox(key="staff choice S1 ").set_value("XS1").run()
    app.button(key="staff linked").click().run()
    assert decided(practice, Kind.STAFF) == {"S1": ("linked", "XS1")}


def test_a_broken_link_is_shown_with_its_successor(practice: Workspace, visit: Visit) -> None:
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C2": "XGONE"}, seen={"C2": 0})
    app = visit("clients")
    app.button_group(key="client filter").set_value("broken").run()
    assert app.dataframe[0].value.loc["C2", "sign"] == "!"
    assert "no longer in XPM" in app.warning[0].value
    app.button(key="client linked").click().run()
    assert decided(practice, Kind.CLIENT)["C2"] == ("linked", "XC2")


def test_a_task_of_an_excluded_process_is_excluded_with_it(practice: Workspace, visit: Visit) -> None:
    practice.review.decide(Kind.PROCESS, Verdict.EXCLUDED, {"P1": ""}, seen={"P1": 0})
    app = visit("work")
    app.button_group(key="show").set_value("Tasks").run()
    app.button_group(key="task filter").set_value("excluded").run()
    assert app.dataframe[0].value.loc["T1", "explanation"] == "its process is excluded from XPM"


def test_a_workbook_brought_back_is_shown_before_it_is_made(practice: Workspace, visit: Visit) -> None:
    sheet = practice.exchange.sheet(Kind.CLIENT)
    sheet.loc["C4", "Decision"] = "exclude"
    app = visit("clients")
    app.file_uploader(key="client exchange in 0").set_value(("clients.csv", to_csv(sheet), "text/csv")).run()
    shown = next(one.value for one in app.dataframe if "Becomes" in one.value)
    assert shown["Becomes"].tolist() == ["excluded from XPM"]
    assert decided(practice, Kind.CLIENT) == {}
    app.button(key="client exchange apply").click().run()
    assert decided(practice, Kind.CLIENT) == {"C4": ("excluded", "")}
