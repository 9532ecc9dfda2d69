from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from core.matching.files import (
    ListColumnDoubled,
    ListColumnMissing,
    ListIdsDoubled,
    ListIdsEmpty,
    ListNamesEmpty,
    ListRowTooLong,
    ListUnreadable,
    NoWayToWrite,
    load_list,
    match_files,
    read_list,
    write_matches,
)
from core.matching.grids import SHEET_ROWS, say_sheet

TEXT = "id,name,email\n007,Acacia Welding Pty Ltd,a@example.com\n1e5,NA,\n"


def write(folder: Path, text: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_ids_and_names_stay_text(tmp_path: Path) -> None:
    frame = read_list(write(tmp_path, TEXT))
    assert frame.index.tolist() == ["007", "1e5"]
    assert frame["name"].tolist() == ["Acacia Welding Pty Ltd", "NA"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.tsv"])
def test_other_formats_read_alike(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"ID": ["1", "2"], "Name": ["Acacia", "=Banksia"]})
    path = tmp_path / name
    if name.endswith("xlsx"):
        frame.to_excel(
            path, index=False, engine="xlsxwriter", engine_kwargs={"options": {"strings_to_formulas": False}}
        )
    elif name.endswith("parquet"):
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, sep="\t", index=False)
    assert read_list(path)["name"].to_dict() == {"1": "Acacia", "2": "=Banksia"}


def test_a_semicolon_file_is_understood(tmp_path: Path) -> None:
    assert read_list(write(tmp_path, "id;name\n1;Acacia, Ltd\n")).loc["1", "name"] == "Acacia, Ltd"


def test_blanks_before_a_quoted_cell_do_not_matter(tmp_path: Path) -> None:
    frame = read_list(write(tmp_path, 'id, name, phone\n1, "Smith, J", 5\n'))
    assert frame.loc["1"].tolist() == ["Smith, J", "5"]


def test_a_missing_column_is_named_with_those_found(tmp_path: Path) -> None:
    with pytest.raises(ListColumnMissing, match=r"no column 'id'.*number, name"):
        read_list(write(tmp_path, "number,name\n1,Acacia\n"))


def test_doubled_ids_are_named_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(ListIdsDoubled, match=r"'1' more than once, in lines 2 and 4"):
        read_list(write(tmp_path, "id,name\n1,Acacia\n2,Banksia\n1,Correa\n"))


def test_rows_without_id_are_counted(tmp_path: Path) -> None:
    with pytest.raises(ListIdsEmpty, match=r"1 row without id, the first in line 3"):
        read_list(write(tmp_path, "id,name\n1,Acacia\n,Banksia\n"))


def test_a_list_without_any_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListNamesEmpty):
        read_list(write(tmp_path, "id,name\n1,\n2, \n"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"id,name\n1,Acacia,extra\n", "line 2 has 3 cells"),
        (b'id,name\n1,Acacia\n2,"Banksia\n3,Correa\n', "quotation mark that opens in line 3"),
        (b"id,name\n1,Caf\xc3\xa9\n2,Dani\xc3\xable\n3,J\xe9r\n", "broken character in line 4"),
        (b"PK\x03\x04 and so on", "Excel workbook"),
        ("id,name\n1,Acacia\n".encode("utf-16-le"), "UTF-16"),
    ],
)
def test_a_broken_file_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises((ListUnreadable, ListRowTooLong), match=why):
        read_list(path)


def test_an_old_excel_export_is_read_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,name\n1,Café Müller – O’Brien\n".encode("cp1252"))
    found = load_list(path)
    assert found.frame["name"].tolist() == ["Café Müller – O’Brien"]
    assert "Windows-1252" in found.notes[0]


def test_both_missing_columns_are_named_with_what_they_may_be_called(tmp_path: Path) -> None:
    path = write(tmp_path, "Client ID,Client Name,Paid\n1,Acacia,yes\n")
    with pytest.raises(ListColumnMissing, match=r"Rename 'Client ID' to 'id' and 'Client Name' to 'name'\."):
        read_list(path)


@pytest.mark.parametrize("title", ["Client list\n\n", "Client list,,\nas of 1 July,,\n"])
def test_a_title_above_the_header_is_left_out_with_a_note(tmp_path: Path, title: str) -> None:
    found = load_list(write(tmp_path, f"{title}Id,Name,Phone\n007,Acacia,1\n"))
    assert found.frame.loc["007", "name"] == "Acacia"
    assert "named in line 3" in found.notes[0]


def test_lines_are_those_of_the_file_whatever_was_skipped(tmp_path: Path) -> None:
    text = 'Title\nid,name\n1,"Acacia\nof two lines"\n\n2,Banksia\n2,Correa\n'
    with pytest.raises(ListIdsDoubled, match="in lines 6 and 7"):
        read_list(write(tmp_path, text))


def test_empty_cells_at_the_end_of_a_row_do_not_matter(tmp_path: Path) -> None:
    frame = read_list(write(tmp_path, "id,name,phone,,\n1,Acacia\n2,Banksia,5,,\n"))
    assert frame["phone"].tolist() == ["", "5"]


def test_two_columns_for_the_name_are_refused_and_for_a_phone_told(tmp_path: Path) -> None:
    with pytest.raises(ListColumnDoubled, match="'name'"):
        read_list(write(tmp_path, "id,name,Name\n1,Acacia,Banksia\n"))
    found = load_list(write(tmp_path, "id,name,phone,Phone\n1,Acacia,5,6\n"))
    assert found.frame.loc["1", "phone"] == "5"
    assert "the first was used" in found.notes[0]


def test_a_heading_that_looks_useful_but_is_not_known_is_told(tmp_path: Path) -> None:
    found = load_list(write(tmp_path, "id,name,ABN,Tax No.,Notes\n1,Acacia,5,6,x\n"))
    assert found.frame.columns.tolist() == ["name", "tax_no"]
    assert found.notes == []
    assert "'ABN' was not used" in load_list(write(tmp_path, "id,name,ABN\n1,Acacia,5\n")).notes[0]


def test_persons_without_a_name_go_by_given_name_and_surname(tmp_path: Path) -> None:
    frame = read_list(write(tmp_path, "id,given_name,surname\n1,Aroha,Ngata\n"))
    assert frame["name"].tolist() == ["Aroha Ngata"]


def test_staff_without_a_name_go_by_their_address(tmp_path: Path) -> None:
    path = write(tmp_path, "id,email\n1,aroha.ngata@practice.example\n")
    found = load_list(path, "staff")
    assert found.frame["name"].tolist() == ["aroha.ngata@practice.example"]
    assert "1 row without a name went by" in found.notes[0]
    with pytest.raises(ListColumnMissing):
        load_list(path, "clients")


def test_typed_cells_become_the_text_a_person_sees(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    day = pd.Timestamp("1980-05-14")
    pd.DataFrame({"id": [1.0, 2.0], "name": ["A", None], "dob": [day, None]}).to_parquet(path)
    frame = read_list(path)
    assert frame.index.tolist() == ["1", "2"]
    assert frame["dob"].tolist() == ["1980-05-14", ""]


def test_large_whole_numbers_keep_each_digit(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame({"id": pd.array([9007199254740993, 1], dtype="Int64"), "name": "A"}).to_parquet(path)
    assert read_list(path).index.tolist() == ["9007199254740993", "1"]


def test_a_sheet_filled_to_its_last_row_is_told_of() -> None:
    assert "fills its sheet" in say_sheet("a.xlsx", ["Clients"], SHEET_ROWS)[0]
    assert say_sheet("a.xlsx", ["Clients"], SHEET_ROWS - 1) == []


def test_a_second_sheet_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        for sheet in ("Clients", "Old"):
            pd.DataFrame({"id": ["007"], "name": ["Acacia"]}).to_excel(book, sheet_name=sheet, index=False, startrow=2)
    found = load_list(path)
    assert found.frame.index.tolist() == ["007"]
    assert "only the first, 'Clients'" in found.notes[0]


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.ods", "absent.csv"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name != "absent.csv":
        path.write_bytes(b"not what it says")
    with pytest.raises(ListUnreadable):
        read_list(path)


@pytest.mark.parametrize("name", ["out.csv", "out.tsv", "out.xlsx", "out.parquet"])
def test_two_files_become_one_file_of_pairs(tmp_path: Path, name: str) -> None:
    left, right = write(tmp_path, TEXT, "a.csv"), write(tmp_path, TEXT.replace("Pty Ltd", "P/L"), "b.csv")
    summary = match_files(left, right, "clients", tmp_path / name)
    assert (summary.left, summary.right, sum(summary.bands.values())) == (2, 2, 2 - summary.without)
    assert "2 and 2 records" in summary.to_sentence()
    assert (tmp_path / name).stat().st_size > 0


def test_repeated_records_and_those_without_a_partner_are_counted(tmp_path: Path) -> None:
    mine = "id,name\n1,Wattlebird Bakery Pty Ltd\n2,WATTLEBIRD BAKERY P/L\n3,Quandong Freight Trust\n4,\n"
    left, right = write(tmp_path, mine), write(tmp_path, "id,name\nX,Wattlebird Bakery Pty Ltd\n", "b.csv")
    summary = match_files(left, right, "clients", tmp_path / "out.csv")
    assert (summary.without, summary.duplicates, summary.empty_names) == (2, 1, 1)
    assert "2 without a partner, 1 that look like a duplicate" in summary.to_sentence()
    assert summary.notes == ["a.csv: 1 row without a name could not be matched."]


def test_an_empty_list_on_either_side_gives_no_pairs_and_a_note(tmp_path: Path) -> None:
    full, empty = write(tmp_path, TEXT), write(tmp_path, "id,name\n", "b.csv")
    summary = match_files(full, empty, "clients", tmp_path / "out.csv")
    assert (summary.left, summary.right, summary.without) == (2, 0, 2)
    assert summary.notes == ["b.csv has no rows below its header."]
    assert match_files(empty, full, "clients", tmp_path / "out.csv").without == 0
    assert (tmp_path / "out.csv").read_text().splitlines() == ["left_id,right_id,score,band,explanation"]


def test_tasks_without_their_client_are_told_of(tmp_path: Path) -> None:
    assert "no column 'client'" in load_list(write(tmp_path, "id,name\n1,BAS Q1\n"), "tasks").notes[0]


def test_neither_list_is_overwritten_by_the_pairs(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT)
    with pytest.raises(NoWayToWrite, match="one of the lists"):
        match_files(path, path, "clients", path)
    with pytest.raises(NoWayToWrite, match="no folder"):
        match_files(path, path, "clients", tmp_path / "absent" / "out.csv")


def test_pairs_beyond_the_rows_of_a_sheet_go_to_a_text_file(tmp_path: Path) -> None:
    row = {"left_id": "1", "right_id": "2", "score": 0.5, "band": "possible", "explanation": ""}
    found = pd.DataFrame([row]).loc[[0] * SHEET_ROWS]
    written = write_matches(tmp_path / "out.xlsx", found)
    assert written == tmp_path / "out.xlsx.csv"
    with written.open() as file:
        assert sum(1 for _ in file) == SHEET_ROWS + 1


def test_a_sheet_keeps_ids_and_formulas_as_text(tmp_path: Path) -> None:
    row = {"left_id": "007", "right_id": "=1+1", "score": 0.5, "band": "possible", "explanation": "\x00\x07 😀"}
    write_matches(tmp_path / "out.xlsx", pd.DataFrame([row]))
    rows = CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    assert rows[1][:3] == ["007", "=1+1", 0.5]


def test_an_unwritable_suffix_is_refused_before_reading(tmp_path: Path) -> None:
    with pytest.raises(NoWayToWrite, match=r"out\.pdf"):
        match_files(tmp_path / "no.csv", tmp_path / "no.csv", "clients", tmp_path / "out.pdf")
    with pytest.raises(NoWayToWrite):
        write_matches(tmp_path / "out", pd.DataFrame())
