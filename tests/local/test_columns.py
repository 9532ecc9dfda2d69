from __future__ import annotations

from pathlib import Path

import pytest

from core.local import ColumnsRefused, FileRefused, TableConfig, propose_columns, sign_headers
from core.local.columns import find_columns
from tests.local.builders import load_clients, load_folder, write_side


def test_usual_headers_are_recognised_in_any_spelling() -> None:
    found = find_columns(("Client ID", "CLIENT_NAME", "eMail", "clientCode"), "clients", TableConfig(), "f")
    assert found == {"id": 0, "name": 1, "email": 2, "code": 3}


def test_a_missing_column_is_refused_with_the_columns_found_and_expected(tmp_path: Path) -> None:
    with pytest.raises(ColumnsRefused) as refused:
        load_clients(tmp_path, "id,phone\nC1,123\n")
    assert "no column for name" in str(refused.value)
    assert "Expected for clients: name" in str(refused.value)
    assert "Found: 'id', 'phone'" in str(refused.value)


def test_a_renamed_column_is_refused_and_the_likely_one_offered(tmp_path: Path) -> None:
    with pytest.raises(ColumnsRefused) as refused:
        load_clients(tmp_path, "id,Clients Name\nC1,Abel\n")
    assert [(p.column, p.header) for p in refused.value.proposals] == [("id", "id"), ("name", "Clients Name")]
    assert "Confirm its columns on Connection" in str(refused.value)


def test_a_declared_column_that_was_renamed_is_not_replaced_by_a_usual_one(tmp_path: Path) -> None:
    with pytest.raises(ColumnsRefused, match="the column 'Kunde' \\(our name\\) is missing or renamed"):
        load_clients(tmp_path, "id,name\nC1,Abel\n", columns={"name": "Kunde"})


def test_a_doubled_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ColumnsRefused, match="'name' is there more than once"):
        load_clients(tmp_path, "id,name,name\nC1,Abel,Beth\n")


def test_a_column_declared_absent_is_not_missed(tmp_path: Path) -> None:
    write_side(tmp_path, tasks="id,client_id,name\nT1,C1,BAS\n")
    load = load_folder(tmp_path, tables={"tasks": {"file": "tasks.csv", "columns": {"process_id": ""}}})
    assert load.frames["tasks"].loc["T1", "process_id"] == ""


def test_a_proposal_uses_each_header_once_surest_first() -> None:
    proposals = propose_columns(["Entry ID", "Staff ID", "Hours", "Work Date", "Colour"], "actual_times")
    assert {p.column: p.header for p in proposals} == {
        "id": "Entry ID",
        "staff_id": "Staff ID",
        "minutes": "Hours",
        "date": "Work Date",
    }
    assert [p.confidence for p in proposals] == sorted((p.confidence for p in proposals), reverse=True)


def test_a_confirmed_mapping_is_remembered_by_the_headers(tmp_path: Path) -> None:
    headers = ["Ref", "Wer"]
    write_side(tmp_path, clients="Ref,Wer\nC1,Abel\n")
    remembered = {sign_headers(headers): {"id": "Ref", "name": "Wer"}}
    load = load_folder(tmp_path, tables={"clients": {"file": "clients.csv"}}, remembered=remembered)
    assert load.frames["clients"].loc["C1", "name"] == "Abel"


def test_a_signature_does_not_depend_on_case_or_punctuation() -> None:
    assert sign_headers(["Client ID", "Name"]) == sign_headers(["client_id", "NAME "])
    assert sign_headers(["Client ID", "Name"]) != sign_headers(["Name", "Client ID"])


def test_more_columns_than_a_sheet_can_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="16,385 columns"):
        load_clients(tmp_path, ",".join(["id", "name", *(f"x{i}" for i in range(16_383))]) + "\nC1,A" + "," * 16_383)


def test_hostile_headers_cost_nothing() -> None:
    """Likeness is measured on bounded text, so thousands of long headers stay quick."""
    assert propose_columns([f"{'x' * 10_000}{i}" for i in range(200)], "actual_times") == []
