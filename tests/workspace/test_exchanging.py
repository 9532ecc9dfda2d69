"""The round trip of a review list through a spreadsheet: what comes back is shown as changes, then made whole."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from core.local.table import FileRefused
from core.mapping.exchange import DECISION, ID, NOTE, PARTNER, NotOurSheet
from core.model import Kind, Verdict
from core.reports import to_csv, to_xlsx
from core.settings import Settings
from core.store import Store
from core.workspace import Workspace
from core.workspace.exchanging import Answers
from core.workspace.reviewing import SomebodyWasFaster
from tests.pages.small_practice import HOSTILE, fill_store


@pytest.fixture
def practice(store: Store, tmp_path: Path) -> Workspace:
    fill_store(store)
    return Workspace.open("small", settings=Settings(data_dir=tmp_path, user="Margaret"), store=store)


def fill_in(practice: Workspace, answers: dict[str, dict[str, str]]) -> pd.DataFrame:
    """The exported list of clients with these cells filled in, by local id."""
    sheet = practice.exchange.sheet(Kind.CLIENT).set_index(ID, drop=False)
    for local_id, cells in answers.items():
        for column, value in cells.items():
            sheet.loc[local_id, column] = value
    return sheet.rename_axis(None)


def bring_back(practice: Workspace, answers: dict[str, dict[str, str]]) -> Answers:
    return practice.exchange.read(Kind.CLIENT, to_xlsx({"Review": fill_in(practice, answers)}), "clients.xlsx")


def sentences(answers: Answers) -> list[str]:
    return [str(one) for one in answers.changes.problems["sentence"]]


def test_answers_become_the_decisions_they_name(practice: Workspace) -> None:
    answers = {"C1": {DECISION: "link"}, "C2": {DECISION: "Reject"}, "C4": {DECISION: "exclude", NOTE: "pro bono"}}
    assert practice.exchange.apply(bring_back(practice, answers)) == 3
    decided = practice.review.decisions(Kind.CLIENT)
    assert decided["verdict"].to_dict() == {"C1": "linked", "C4": "excluded"}
    assert (decided.loc["C1", "score"], decided.loc["C4", "why"]) == (0.995, "pro bono")


def test_a_sheet_without_answers_changes_nothing(practice: Workspace) -> None:
    answers = bring_back(practice, {})
    assert (len(answers.changes.changes), len(answers.changes.problems), answers.changes.same) == (0, 0, 0)


def test_another_partner_is_chosen_by_its_name(practice: Workspace) -> None:
    practice.exchange.apply(bring_back(practice, {"C4": {DECISION: "link", PARTNER: "Evil Pty Ltd"}}))
    assert practice.review.decisions(Kind.CLIENT).loc["C4", "xpm_id"] == "XC5"


def test_what_stands_already_is_no_change(practice: Workspace) -> None:
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={"C1": 0})
    answers = bring_back(practice, {"C1": {DECISION: "link"}})
    assert (len(answers.changes.changes), answers.changes.same) == (0, 1)


def test_a_name_that_would_run_in_a_spreadsheet_comes_back_as_itself(practice: Workspace) -> None:
    data = to_csv(fill_in(practice, {"C5": {DECISION: "exclude"}}))
    found = practice.exchange.read(Kind.CLIENT, data, "clients.csv")
    assert found.changes.changes["name"].to_dict() == {"C5": HOSTILE}


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({DECISION: "maybe"}, "'maybe' is no decision"),
        ({DECISION: "link", PARTNER: "Nobody Ltd"}, "no record 'Nobody Ltd'"),
        ({DECISION: "link", PARTNER: ""}, "column XPM is empty"),
        ({DECISION: "undo"}, "nothing to undo"),
        ({DECISION: "link", ID: "C99"}, "no record 'C99' any more"),
        ({DECISION: "link", ID: "C2"}, ""),
    ],
)
def test_a_row_that_cannot_be_taken_is_told(practice: Workspace, cells: dict[str, str], words: str) -> None:
    answers = bring_back(practice, {"C4": cells})
    assert words in " ".join(sentences(answers))
    assert not practice.exchange.apply(answers) or cells.get(ID) == "C2"


def test_a_record_that_stands_twice_in_the_sheet_is_decided_by_neither_row(practice: Workspace) -> None:
    answers = bring_back(practice, {"C1": {DECISION: "link"}, "C2": {DECISION: "exclude", ID: "C1"}})
    assert len(answers.changes.changes) == 0
    assert all("more than once" in one for one in sentences(answers))


def test_a_record_decided_since_the_export_is_left_as_it_is(practice: Workspace) -> None:
    sheet = fill_in(practice, {"C1": {DECISION: "exclude"}})
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={"C1": 0})
    answers = practice.exchange.read(Kind.CLIENT, to_xlsx({"Review": sheet}), "clients.xlsx")
    assert "decided about since the export: linked to Acme Pty Limited" in sentences(answers)[0]


def test_a_decision_between_the_preview_and_the_click_saves_nothing(practice: Workspace) -> None:
    answers = bring_back(practice, {"C1": {DECISION: "link"}, "C2": {DECISION: "link"}})
    practice.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {"C2": ""}, seen={"C2": 0})
    with pytest.raises(SomebodyWasFaster, match="None of the 2 decisions was saved"):
        practice.exchange.apply(answers)
    assert "C1" not in practice.review.decisions(Kind.CLIENT).index


def test_an_archived_record_cannot_be_chosen(practice: Workspace) -> None:
    clients = practice.xpm("clients").copy()
    clients.loc["XC5", "archived"] = True
    practice.store.frames.write("xpm", "clients", "small", clients)
    practice.store.frames.mark_part("small", "xpm", "clients", True, len(clients), "archived")
    answers = bring_back(practice, {"C4": {DECISION: "link", PARTNER: "Evil Pty Ltd"}})
    assert "cannot be linked" in sentences(answers)[0]


def test_the_workbook_says_how_to_fill_it_in(practice: Workspace) -> None:
    book = pd.read_excel(io.BytesIO(practice.exchange.write(Kind.CLIENT)), sheet_name=None, engine="calamine")
    assert list(book) == ["Review", "How to decide"]
    assert len(book["Review"]) == 6


def test_another_file_is_refused_with_the_column_it_lacks(practice: Workspace) -> None:
    with pytest.raises(NotOurSheet, match="'Local id' is missing"):
        practice.exchange.read(Kind.CLIENT, b"a,b\n1,2\n", "other.csv")
    with pytest.raises(FileRefused, match="neither"):
        practice.exchange.read(Kind.CLIENT, b"", "list.pdf")
