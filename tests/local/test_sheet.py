from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from core.local import FileRefused, LocalLoad
from core.local import sheet as sheet_module
from core.local.sheet import SheetRefused, check_workbook_bytes
from tests.local.builders import load_folder, make_workbook, write_side

HEADER = ["id", "staff_id", "task_id", "date", "duration"]


def build(write: Callable[[Any, Any], None], **options: Any) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    write(book, book.add_worksheet("times"))
    book.close()
    return buffer.getvalue()


def load_book(folder: Path, data: bytes, table: str = "actual_times", **settings: Any) -> LocalLoad:
    write_side(folder)
    (folder / "book.xlsx").write_bytes(data)
    names = ("clients", "staff", "processes", "tasks")
    tables: dict[str, Any] = {name: {"file": f"{name}.csv"} for name in names if name != table}
    return load_folder(folder, tables={**tables, table: {"file": "book.xlsx", **settings}})


def repack(data: bytes, named: dict[str, bytes]) -> bytes:
    """The workbook with these parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, content in named.items():
            new.writestr(name, content)
    return out.getvalue()


CLIENTS = make_workbook(("clients", [["id", "name"], ["00123", "Abel"], [123, "Beth"]]))


def test_ids_keep_the_form_their_cell_has(tmp_path: Path) -> None:
    load = load_book(tmp_path, CLIENTS, "clients")
    assert load.frames["clients"].index.tolist() == ["00123", "123"]


def test_dates_are_read_by_cell_and_text_by_declaration(tmp_path: Path) -> None:
    rows = [
        ["E1", "S1", "T1", date(2026, 11, 3), 60],
        ["E2", "S1", "T1", "04/11/2026", 60],
        ["E3", "S1", "T1", 46331, 60],
    ]
    load = load_book(tmp_path, make_workbook(("x", [HEADER, *rows])), date_order="dmy", unit="minutes")
    assert [f"{day:%d%m}" for day in load.frames["actual_times"]["date"]] == ["0311", "0411", "0511"]


def test_workbooks_that_count_from_1904_are_read_alike(tmp_path: Path) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["E1", "S1", "T1"])
        sheet.write(1, 3, datetime(2026, 11, 3), book.add_format({"num_format": "dd/mm/yyyy"}))  # noqa: DTZ001
        sheet.write(1, 4, 60)
        sheet.write_row(2, 0, ["E2", "S1", "T1", 46331 - 1462, 60])

    load = load_book(tmp_path, build(write, date_1904=True), unit="minutes")
    assert [f"{day:%d%m}" for day in load.frames["actual_times"]["date"]] == ["0311", "0511"]


def test_durations_of_all_cell_types_are_day_fractions(tmp_path: Path) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        formats = [book.add_format({"num_format": form}) for form in ("[h]:mm", "h:mm", "General", "h:mm")]
        for row, (value, form) in enumerate(
            zip([25.25 / 24, 0.0625, 0.0625, 25.25 / 24], formats, strict=True), start=1
        ):
            sheet.write_row(row, 0, [f"E{row}", f"S{row}", "T1", "2026-11-03"])
            sheet.write(row, 4, value, form)

    load = load_book(tmp_path, build(write), unit="excel")
    assert load.frames["actual_times"]["minutes"].tolist() == [1515, 90, 90, 1515]


def test_a_formula_without_a_stored_value_holds_its_row(tmp_path: Path) -> None:
    def write(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["E1", "S1", "T1", "2026-11-03"])
        sheet.write_formula(1, 4, "=30+30", None, "")
        sheet.write_row(2, 0, ["E2", "S1", "T1", "2026-11-03"])
        sheet.write_formula(2, 4, "=30+30", None, 60)

    load = load_book(tmp_path, build(write), unit="minutes")
    assert load.frames["actual_times"]["minutes"].tolist() == [60]
    assert (
        "formula without a stored value. Open the file in Excel and save it"
        in load.frames["problems"]["sentence"].iloc[0]
    )
    assert load.frames["problems"]["line"].tolist() == [2]


@pytest.mark.parametrize("error", ["#N/A", "#REF!"])
def test_an_error_cell_holds_its_row(tmp_path: Path, error: str) -> None:
    def write(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["E1", "S1", "T1", "2026-11-03"])
        sheet.write_formula(1, 4, "=NA()", None, error)

    load = load_book(tmp_path, build(write), unit="minutes")
    assert load.frames["actual_times"].empty
    assert "holds an error of the spreadsheet" in load.frames["problems"]["sentence"].iloc[0]


def test_merged_cells_are_never_filled_down(tmp_path: Path) -> None:
    def write(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["id", "name"])
        sheet.write_row(1, 0, ["C1", ""])
        sheet.write_row(2, 0, ["C2", ""])
        sheet.merge_range(1, 1, 2, 1, "Abel")

    load = load_book(tmp_path, build(write), "clients")
    assert load.frames["clients"].index.tolist() == ["C1"]
    assert "merged cells" in load.frames["problems"]["sentence"].iloc[0]


def test_hidden_rows_are_used_and_hidden_sheets_said(tmp_path: Path) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["id", "name"])
        sheet.write_row(1, 0, ["C1", "Abel"])
        sheet.set_row(1, None, None, {"hidden": True})
        book.add_worksheet("old").hide()

    load = load_book(tmp_path, build(write), "clients")
    assert load.frames["clients"].index.tolist() == ["C1"]
    assert "book.xlsx: 1 hidden sheet not read: old." in load.notes
    assert "book.xlsx: 1 hidden or filtered row were used like the others." in load.notes


def test_several_visible_sheets_are_asked_about(tmp_path: Path) -> None:
    two = make_workbook(("a", [["id", "name"], ["C1", "x"]]), ("b", [["id", "name"], ["C2", "x"]]))
    with pytest.raises(SheetRefused, match=r"2 visible sheets: a, b. Declare which one"):
        load_book(tmp_path, two, "clients")
    assert load_book(tmp_path, two, "clients", sheet="b").frames["clients"].index.tolist() == ["C2"]
    with pytest.raises(SheetRefused, match="no sheet 'c'; it has a, b"):
        load_book(tmp_path, two, "clients", sheet="c")


def test_the_sheet_named_like_the_table_is_the_one(tmp_path: Path) -> None:
    two = make_workbook(("Clients", [["id", "name"], ["C1", "x"]]), ("notes", [["hello"]]))
    assert load_book(tmp_path, two, "clients").frames["clients"].index.tolist() == ["C1"]


def test_a_margin_left_and_above_keeps_rows_and_columns_true(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[], [], ["", "id", "name"], ["", "C1", "Abel"], ["", "C2", "A\x07"]]
    load = load_book(tmp_path, make_workbook(("x", rows)), "clients")
    assert load.frames["clients"].index.tolist() == ["C1"]
    assert load.frames["problems"]["line"].tolist() == [5]


def test_an_id_of_more_than_15_digits_as_number_is_held(tmp_path: Path) -> None:
    load = load_book(
        tmp_path, make_workbook(("x", [["id", "name"], [12345678901234567890, "x"], ["1", "y"]])), "clients"
    )
    assert load.frames["clients"].index.tolist() == ["1"]
    assert "more than 15 digits" in load.frames["problems"]["sentence"].iloc[0]


def test_an_empty_sheet_has_no_rows(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no rows"):
        load_book(tmp_path, make_workbook(("x", [])), "clients")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(100), "old Excel file"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"<html><table>", "a web page"),
        (b"id,name\n", "no workbook"),
        (b"PK\x03\x04 broken", "damaged"),
        (repack(CLIENTS, {"xl/workbook.bin": b""}), "XLSB"),
        (repack(CLIENTS, {"xl/vbaProject.bin": b""}), "XLSM"),
        (repack(CLIENTS, {"content.xml": b""}), "ODS"),
        (repack(CLIENTS, {"/etc/passwd": b""}), "leaves the archive"),
        (repack(CLIENTS, {"a/../../x": b""}), "leaves the archive"),
        (repack(CLIENTS, {f"part{i}": b"" for i in range(200)}), "parts, more than 200"),
    ],
)
def test_what_is_no_plain_workbook_is_refused_by_its_bytes(data: bytes, words: str) -> None:
    with pytest.raises(SheetRefused, match=words):
        check_workbook_bytes(data, "a.xlsx")


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.xlsb", "a.ods", "a.numbers", "a"])
def test_other_spreadsheets_are_refused_with_how_to_save_them(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CLIENTS)
    with pytest.raises(FileRefused, match="save it as XLSX or as CSV"):
        load_folder(tmp_path, tables={"clients": {"file": name}})


def test_a_packing_bomb_is_refused_unopened() -> None:
    bomb = repack(CLIENTS, {"bomb": bytes(60 * 1024 * 1024)})
    with pytest.raises(SheetRefused, match="unpacks to 60 MB"):
        check_workbook_bytes(bomb, "a.xlsx")


def test_a_workbook_over_the_limit_is_refused() -> None:
    with pytest.raises(SheetRefused, match="larger than 25 MB"):
        check_workbook_bytes(bytes(sheet_module.LARGEST_XLSX + 1), "a.xlsx")


@pytest.mark.parametrize(
    "entities",
    [
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b"<!DOCTYPE x>",
        b" " * (1 << 20) + b"<!DOCTYPE x>",
    ],
)
def test_entities_in_a_workbook_are_refused(tmp_path: Path, entities: bytes) -> None:
    shared = b'<?xml version="1.0"?>' + entities + b"<sst><si><t>x</t></si></sst>"
    with pytest.raises(SheetRefused, match="XML entities"):
        load_book(tmp_path, repack(CLIENTS, {"xl/sharedStrings.xml": shared}), "clients")


def test_entities_hidden_in_another_encoding_are_refused(tmp_path: Path) -> None:
    shared = '<!DOCTYPE x [<!ENTITY a "ha">]><sst><si><t>&a;</t></si></sst>'.encode("utf-16")
    with pytest.raises(SheetRefused, match="XML entities"):
        load_book(tmp_path, repack(CLIENTS, {"xl/sharedStrings.xml": shared}), "clients")


def test_times_of_day_in_cells_make_a_span(tmp_path: Path) -> None:
    header = ["id", "staff_id", "task_id", "date", "start", "end"]

    def write(book: Any, sheet: Any) -> None:
        clock = book.add_format({"num_format": "hh:mm"})
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, ["E1", "S1", "T1", "2026-11-03"])
        sheet.write(1, 4, 9 / 24, clock)
        sheet.write(1, 5, 0.4375)

    entry = load_book(tmp_path, build(write)).frames["actual_times"].loc["E1"]
    assert (entry["start"], entry["end"], entry["minutes"]) == ("09:00", "10:30", 90)


def test_broken_xml_in_a_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetRefused, match="damaged"):
        load_book(tmp_path, repack(CLIENTS, {"xl/workbook.xml": b"<workbook"}), "clients")


def test_a_sheet_that_grows_beyond_its_memory_takes_only_the_child_with_it(tmp_path: Path) -> None:
    """Two cells in opposite corners: a small file whose grid has seventeen thousand million cells."""

    def write(_book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "id")
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(SheetRefused, match="more memory than is allowed"):
        load_book(tmp_path, build(write), "clients")
