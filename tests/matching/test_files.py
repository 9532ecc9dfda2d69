from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.matching.files import (
    ListColumnMissing,
    ListIdsDoubled,
    ListIdsEmpty,
    ListNamesEmpty,
    ListUnreadable,
    NoWayToWrite,
    match_files,
    read_list,
    write_matches,
)

AS_TEXT = {"options": {"strings_to_formulas": False}}
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


def test_a_missing_column_is_named_with_those_found(tmp_path: Path) -> None:
    with pytest.raises(ListColumnMissing, match=r"no column 'id'.*number, name"):
        read_list(write(tmp_path, "number,name\n1,Acacia\n"))


def test_doubled_ids_are_named_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(ListIdsDoubled, match=r"'1' more than once, in lines 2 and 4"):
        read_list(write(tmp_path, "id,name\n1,Acacia\n2,Banksia\n1,Correa\n"))


def test_rows_without_id_are_counted(tmp_path: Path) -> None:
    with pytest.raises(ListIdsEmpty, match=r"1 rows without id, the first in line 3"):
        read_list(write(tmp_path, "id,name\n1,Acacia\n,Banksia\n"))


def test_a_list_without_any_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListNamesEmpty):
        read_list(write(tmp_path, "id,name\n1,\n2, \n"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"id,name\n1,Caf\xe9\n", "UTF-8"),
        (b"id,name\n1,Acacia,extra\n", "line 2 has 3 cells"),
    ],
)
def test_a_broken_file_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(ListUnreadable, match=why):
        read_list(path)


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


def test_an_unwritable_suffix_is_refused_before_reading(tmp_path: Path) -> None:
    with pytest.raises(NoWayToWrite, match=r"out\.pdf"):
        match_files(tmp_path / "no.csv", tmp_path / "no.csv", "clients", tmp_path / "out.pdf")
    with pytest.raises(NoWayToWrite):
        write_matches(tmp_path / "out", pd.DataFrame())
