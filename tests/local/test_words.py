from __future__ import annotations

from pathlib import Path

import pytest

from core.local.words import read_claim, read_status
from tests.local.builders import load_clients, load_entries


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("Yes", "billable", True),
        ("0", "billable", False),
        ("Non-billable", "billable", False),
        ("Inactive", "active", False),
        ("Inactive", "archived", True),
        ("Active", "archived", False),
        ("TRUE", "archived", True),
        ("", "archived", False),
    ],
)
def test_yes_and_no_are_read_as_the_column_claims(text: str, column: str, expected: bool) -> None:
    assert read_claim(text, column, blank=False).value is expected


def test_an_unclear_yes_or_no_holds_the_row(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name,archived\nC1,Abel,maybe\nC2,Beth,no\n")
    assert load.frames["clients"].index.tolist() == ["C2"]
    assert "'maybe' is neither yes nor no" in load.frames["problems"]["sentence"].iloc[0]


@pytest.mark.parametrize(("text", "expected"), [("Draft", "draft"), ("Approved", "committed"), ("", "committed")])
def test_usual_status_words_are_known(text: str, expected: str) -> None:
    assert read_status(text, {}).value == expected


def test_a_status_word_is_never_guessed(tmp_path: Path) -> None:
    header = "id,staff_id,task_id,date,minutes,status"
    row = "E1,S1,T1,2026-11-13,60,Gesperrt"
    load = load_entries(tmp_path, row, header=header)
    assert "'Gesperrt' is not known. Say on Connection whether" in load.frames["problems"]["sentence"].iloc[0]
    load = load_entries(tmp_path, row, header=header, statuses={"gesperrt": "draft"})
    assert load.frames["actual_times"].loc["E1", "status"] == "draft"


def test_a_name_with_control_characters_is_held_with_the_cleaned_text(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name\nC1,A\x00be\x07l\nC2,Beth\n")
    problem = load.frames["problems"].iloc[0]
    assert load.frames["clients"].index.tolist() == ["C2"]
    assert problem["value"] == r"A\x00be\x07l"
    assert r"'A\x00be\x07l'. Cleaned it reads 'Abel'" in problem["sentence"]


def test_a_note_with_control_characters_holds_its_entry_but_keeps_its_minutes(tmp_path: Path) -> None:
    load = load_entries(tmp_path, "E1,S1,T1,2026-11-13,60,bell\x07")
    entry = load.frames["actual_times"].loc["E1"]
    assert (entry["minutes"], entry["problem"], entry["note"]) == (60, "odd entry", "bell")
    assert r"'bell\x07'" in entry["problem_sentence"]


def test_cleaning_can_be_accepted_once_for_the_table(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name\nC1,A\x00bel\n", clean_text=True)
    assert load.frames["clients"].loc["C1", "name"] == "Abel"
    assert "clients.csv: 1 text in 'name' freed of control characters." in load.notes


@pytest.mark.parametrize(
    "text", ["😀 🏳️‍🌈", "שלום \u200f", "e\u0301", "𝔘𝔫𝔦", "<b>&]]>", "=1+1", "a\tb", "NA", "None", "null", "nan", " x "]
)
def test_text_is_kept_byte_exact(tmp_path: Path, text: str) -> None:
    load = load_entries(tmp_path, f'E1,S1,T1,2026-11-13,60,"{text}"')
    assert load.frames["actual_times"].loc["E1", "note"] == text
    assert load.frames["actual_times"].loc["E1", "problem"] == ""


def test_line_breaks_and_long_notes_stay_whole(tmp_path: Path) -> None:
    note = "first\r\nsecond\n" + "x" * 10_000
    load = load_entries(tmp_path, f'E1,S1,T1,2026-11-13,60,"{note}"')
    assert load.frames["actual_times"].loc["E1", "note"] == note
