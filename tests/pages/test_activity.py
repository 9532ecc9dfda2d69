"""Activity: names in the place of ids, filters, and a log that shows when it was altered."""

from __future__ import annotations

from core.model import Kind, Verdict
from core.workspace import Workspace
from tests.pages.conftest import Visit


def test_a_decision_is_told_with_the_names_of_both_records(practice: Workspace, visit: Visit) -> None:
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={"C1": 0}, why="known")
    row = visit("activity").dataframe[0].value.iloc[0]
    assert row[["Who", "Did", "Kind", "What", "After", "Why"]].tolist() == [
        "Margaret",
        "linked",
        "client",
        "Acme Pty Ltd",
        "linked Acme Pty Limited",
        "known",
    ]


def test_the_log_narrows_by_what_was_done(practice: Workspace, visit: Visit) -> None:
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={})
    practice.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {"C2": ""}, seen={})
    app = visit("activity")
    app.selectbox(key="log Did").set_value("excluded").run()
    assert app.dataframe[0].value["What"].tolist() == ["Banksia Trust"]


def test_an_empty_log_says_what_will_be_there(visit: Visit) -> None:
    assert any("Nothing was done yet" in str(text.value) for text in visit("activity").markdown)


def test_the_chain_of_the_log_is_marked_as_unbroken(practice: Workspace, visit: Visit) -> None:
    practice.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {"C2": ""}, seen={})
    assert any("Unbroken" in str(text.value) for text in visit("activity").markdown)
