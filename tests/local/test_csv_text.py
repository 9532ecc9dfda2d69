from __future__ import annotations

from pathlib import Path

import pytest

from core.local import ConfigWrong, FileRefused, NoRows, TableConfig, csv_text
from core.local.csv_text import DelimiterAsked, QuoteOpen, read_csv_table
from tests.local.builders import load_clients, load_folder, load_times, write_side


def read(text: str | bytes, **config: str) -> list[list[str]]:
    data = text.encode() if isinstance(text, str) else text
    table = read_csv_table(data, "a.csv", TableConfig(**config), limit=1000)  # type: ignore[arg-type]
    return [list(row) for row in table.cells.itertuples(index=False)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_detected_and_shown(tmp_path: Path, delimiter: str) -> None:
    load = load_clients(tmp_path, f"id{delimiter}name\nC1{delimiter}Abel\n")
    assert load.frames["clients"].loc["C1", "name"] == "Abel"
    assert any("delimiter" in note and "detected" in note for note in load.notes)


def test_two_delimiters_that_fit_are_asked_about(tmp_path: Path) -> None:
    with pytest.raises(DelimiterAsked) as asked:
        load_clients(tmp_path, "id;x,name\nC1;y,Abel\n")
    assert set(asked.value.choices) == {"comma", "semicolon"}


@pytest.mark.parametrize("declared", ["semicolon", ";"])
def test_a_declared_delimiter_is_not_asked_about(declared: str) -> None:
    assert read("id;x,name\nC1;y,Abel\n", delimiter=declared) == [["C1", "y,Abel"]]


def test_an_unknown_delimiter_is_refused_in_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigWrong, match="Valid: comma"):
        load_clients(tmp_path, "id:name\nC1:Abel\n", delimiter=":")


def test_commas_inside_a_semicolon_file_stay_text() -> None:
    assert read("id;hours\nC1;1,5\n") == [["C1", "1,5"]]


def test_a_sep_line_is_obeyed_skipped_and_counted(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "sep=;\r\nid;name\r\nC1;Abel\r\n;\r\n")
    assert load.frames["clients"].loc["C1", "name"] == "Abel"
    assert "clients.csv: the sep= line was skipped." in load.notes


def test_lines_are_numbered_as_the_file_counts_them() -> None:
    text = 'sep=;\n\nid;name\nC1;"two\nlines"\n\nC2;x\n'
    table = read_csv_table(text.encode(), "a.csv", TableConfig(), limit=10)
    assert table.cells.index.tolist() == [4, 7]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_all_line_endings_are_read(ending: str) -> None:
    assert read(f"id,name{ending}C1,Abel{ending}C2,Beth{ending}") == [["C1", "Abel"], ["C2", "Beth"]]


def test_an_unclosed_quote_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(QuoteOpen, match=r"quotes in line 3 do not fit \(opened there and never closed\)"):
        load_clients(tmp_path, 'id,name\nC1,Abel\nC2,"Beth\nC3,Carl\n')


def test_a_quote_closed_by_a_later_one_is_refused_with_its_first_line(tmp_path: Path) -> None:
    with pytest.raises(QuoteOpen, match="quotes in line 3"):
        load_clients(tmp_path, 'id,name\nC1,Abel\nC2,"Beth\nC3,"Carl"\n')


def test_an_endless_quote_is_refused_as_unclosed(tmp_path: Path) -> None:
    with pytest.raises(QuoteOpen, match="line 2"):
        load_clients(tmp_path, 'id,name\nC1,"' + "x\n" * 100_000)


@pytest.mark.parametrize("text", ["", "\n\n \n", "id,name\n", "id,name\n,\n,\n"])
def test_a_file_without_rows_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(NoRows, match=r"no rows.*The last good load stays"):
        load_clients(tmp_path, text)


def test_a_table_that_may_be_empty_is_empty(tmp_path: Path) -> None:
    load = load_times(tmp_path, "id,staff_id,task_id,date,minutes\n", may_be_empty=True)
    assert load.frames["actual_times"].empty


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MZ\x90\x00", "a program"),
        (b"PK\x03\x04xxxx", "a zip or spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel"),
        (b"%PDF-1.7", "a PDF"),
        (b"  <!DOCTYPE html><table>", "a web page"),
        (b"<html><table>", "a web page"),
    ],
)
def test_what_is_no_text_is_refused_by_its_first_bytes(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        load_clients(tmp_path, data)


def test_a_csv_over_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(FileRefused, match="larger than 100 MB"):
        csv_text.check_text_bytes(bytes(csv_text.LARGEST_CSV + 1), "a.csv")


def test_more_rows_than_the_limit_are_refused(tmp_path: Path) -> None:
    write_side(tmp_path, clients="id,name\n" + "".join(f"C{i},x\n" for i in range(11)))
    with pytest.raises(FileRefused, match="more than 10 rows"):
        load_folder(tmp_path, tables={"clients": {"file": "clients.csv"}}, row_limit=10)


def test_tabs_are_expected_in_a_tsv_file(tmp_path: Path) -> None:
    (tmp_path / "clients.tsv").write_text("id\tname\nC1\tAbel, Beth\n")
    load = load_folder(tmp_path, tables={"clients": {"file": "clients.tsv"}})
    assert load.frames["clients"].loc["C1", "name"] == "Abel, Beth"
