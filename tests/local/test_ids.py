from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.local.ids import warn_near_references
from tests.local.builders import load_clients, load_entries, load_folder, write_side


@pytest.mark.parametrize(
    "text", ["00123", "0123", "1e5", "123.0", "12345678901234567890", "NA", "None", "null", " a ", "é"]
)
def test_an_id_stays_exactly_as_written(tmp_path: Path, text: str) -> None:
    load = load_clients(tmp_path, f"id,name\n{text},Abel\n")
    assert load.frames["clients"].index.tolist() == [text]


def test_one_missing_id_does_not_turn_the_others_into_numbers(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name\n00123,Abel\n,Beth\n")
    first, second = load.frames["clients"].index
    assert first == "00123"
    assert second.startswith("~")


def test_a_person_called_na_is_kept(tmp_path: Path) -> None:
    write_side(tmp_path, staff="id,name\nS1,NA\nS2,null\n")
    assert load_folder(tmp_path).frames["staff"]["name"].tolist() == ["NA", "null"]


def test_nearly_equal_ids_stay_apart_and_are_pointed_out(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name\n00123,Abel\n123.0,Beth\nc1,Carl\nC1,Dora\n")
    assert len(load.frames["clients"]) == 4
    assert "clients: 4 ids are nearly equal, for example '00123' and '123.0'; they stay different." in load.warnings


def test_a_reference_that_nearly_fits_is_pointed_out_and_left_alone(tmp_path: Path) -> None:
    load = load_entries(tmp_path, "E1,s1,T1,2026-11-13,60,x")
    assert load.frames["actual_times"].loc["E1", "staff_id"] == "s1"
    assert any("staff_id nearly equal a known id, for example 's1' and 'S1'" in warning for warning in load.warnings)


def test_missing_ids_are_derived_from_content_and_order_and_said_loudly(tmp_path: Path) -> None:
    rows = ["S1,T1,2026-11-13,60,x", "S1,T1,2026-11-13,60,x", "S2,T1,2026-11-13,30,y"]
    load = load_entries(tmp_path, *rows, header="staff_id,task_id,date,minutes,note")
    again = load_entries(tmp_path, *reversed(rows), header="staff_id,task_id,date,minutes,note")
    ids = load.frames["actual_times"].index
    assert ids[0][:-1] == ids[1][:-1]
    assert set(ids) == set(again.frames["actual_times"].index)
    assert any(note.startswith("actual_times: 3 rows without an id; ids were derived") for note in load.notes)


def test_a_client_without_id_keeps_its_derived_one_when_its_details_change(tmp_path: Path) -> None:
    before = load_clients(tmp_path, "name,phone\nAbel,1\nBeth,2\n").frames["clients"]
    after = load_clients(tmp_path, "name,phone\nBeth,3\nAbel,4\n").frames["clients"]
    assert before["name"].sort_index().to_dict() == after["name"].sort_index().to_dict()


def test_an_entry_without_id_keeps_its_derived_one_when_committed(tmp_path: Path) -> None:
    header = "staff_id,task_id,date,minutes,status"
    draft = load_entries(tmp_path, "S1,T1,2026-11-13,60,draft", header=header).frames["actual_times"]
    committed = load_entries(tmp_path, "S1,T1,2026-11-13,60,committed", header=header).frames["actual_times"]
    assert draft.index.tolist() == committed.index.tolist()


def test_the_second_of_two_equal_rows_with_one_id_is_held_as_a_copy(tmp_path: Path) -> None:
    row = "E1,S1,T1,2026-11-13,60,x"
    times = load_entries(tmp_path, row, row).frames["actual_times"]
    assert times.index.tolist() == ["E1", "E1#2"]
    assert times["problem"].tolist() == ["", "doubled id"]
    assert "exact copy of actual_times.csv line 2" in times.loc["E1#2", "problem_sentence"]


def test_two_different_rows_with_one_id_are_both_held(tmp_path: Path) -> None:
    times = load_entries(tmp_path, "E1,S1,T1,2026-11-13,60,x", "E1,S2,T1,2026-11-13,60,x").frames["actual_times"]
    assert times["problem"].tolist() == ["doubled id", "doubled id"]
    assert "actual_times.csv line 2, actual_times.csv line 3" in times.loc["E1", "problem_sentence"]


def test_a_made_up_id_never_hits_a_real_one(tmp_path: Path) -> None:
    row = "E1,S1,T1,2026-11-13,60,x"
    times = load_entries(tmp_path, row, row, "E1#2,S1,T1,2026-11-13,5,y").frames["actual_times"]
    assert sorted(times.index) == ["E1", "E1#2", "E1#3"]


def test_two_clients_with_one_id_are_both_held(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name\nC1,Abel\nC1,Beth\nC2,Carl\n")
    assert load.frames["clients"].index.tolist() == ["C2"]
    assert load.frames["problems"]["line"].tolist() == [2, 3]


def test_a_client_written_twice_counts_once(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name\nC1,Abel\nC1,Abel\n")
    assert load.frames["clients"].index.tolist() == ["C1"]
    assert "exact copy" in load.frames["problems"]["sentence"].iloc[0]


def test_references_to_nothing_known_are_pointed_out() -> None:
    warnings = warn_near_references(pd.Series(["C1", "c1", "Acme"]), pd.Index(["C1"]), "client_id", "actual_times")
    assert "1 value of client_id nearly equal a known id" in warnings[0]
    assert "1 value of client_id stand in no row" in warnings[1]
