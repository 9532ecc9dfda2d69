from __future__ import annotations

from pathlib import Path

import pytest

from core.local import ConfigWrong, FileRefused
from core.local.folder import FileNamed, FolderMissing, NoTables, TwoFiles
from tests.local.builders import load_folder, write_side


def test_without_declared_tables_files_named_like_them_are_read(tmp_path: Path) -> None:
    load = load_folder(write_side(tmp_path))
    assert {name: len(frame) for name, frame in load.frames.items()} == {
        "clients": 2,
        "staff": 2,
        "processes": 2,
        "tasks": 2,
        "actual_times": 1,
        "documents": 0,
        "problems": 0,
    }


def test_a_folder_without_known_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        NoTables, match=r"holds no file named like a table \(clients.*which file is which on Connection"
    ):
        load_folder(tmp_path)


def test_two_files_for_one_table_are_asked_about(tmp_path: Path) -> None:
    write_side(tmp_path)
    (tmp_path / "staff.tsv").write_text("id\tname\n")
    with pytest.raises(TwoFiles, match=r"staff.csv and staff.tsv, and both could be the table staff"):
        load_folder(tmp_path)


@pytest.mark.parametrize("name", ["../clients.csv", "/etc/passwd", "a\\b.csv", "a\x00.csv"])
def test_a_file_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigWrong, match="leaves the folder"):
        load_folder(tmp_path, tables={"clients": {"file": name}})


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.csv").write_text("id,name\n1,x\n")
    (inside / "clients.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(ConfigWrong, match="points outside"):
        load_folder(inside, tables={"clients": {"file": "clients.csv"}})


def test_a_missing_file_stops_the_load(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing, match=r"'clients.csv' for clients cannot be read"):
        load_folder(tmp_path, tables={"clients": {"file": "clients.csv"}})


def test_a_missing_folder_stops_the_load(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing):
        load_folder(tmp_path / "gone")


def test_a_file_named_in_the_place_of_its_folder_is_said(tmp_path: Path) -> None:
    write_side(tmp_path)
    with pytest.raises(FileNamed, match="Name the folder it lies in"):
        load_folder(tmp_path / "clients.csv")


def test_capitals_in_a_file_name_do_not_hide_a_table(tmp_path: Path) -> None:
    write_side(tmp_path)
    (tmp_path / "clients.csv").rename(tmp_path / "Clients.CSV")
    assert len(load_folder(tmp_path).frames["clients"]) == 2


def test_a_folder_named_like_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clients.csv").mkdir()
    with pytest.raises(FileRefused, match="no plain file"):
        load_folder(tmp_path, tables={"clients": {"file": "clients.csv"}})


def test_several_files_of_one_table_are_read_together(tmp_path: Path) -> None:
    write_side(tmp_path)
    for month in ("09", "10"):
        row = f"E{month},S1,T1,2026-{month}-01,60\n"
        (tmp_path / f"times-{month}.csv").write_text("id,staff_id,task_id,date,minutes\n" + row)
    load = load_folder(tmp_path, tables={"actual_times": {"file": "times-*.csv"}})
    assert load.frames["actual_times"].index.tolist() == ["E09", "E10"]
    assert sorted(load.hashes) == ["times-09.csv", "times-10.csv"]


def test_an_id_in_two_files_is_doubled(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"clients-{name}.csv").write_text(f"id,name\nC1,{name}\n")
    load = load_folder(tmp_path, tables={"clients": {"file": "clients-*.csv"}})
    assert load.frames["problems"]["file"].tolist() == ["clients-a.csv", "clients-b.csv"]


def test_a_pickle_named_like_a_table_is_never_loaded(tmp_path: Path) -> None:
    (tmp_path / "clients.pkl").write_bytes(b"\x80\x04.")
    with pytest.raises(FileRefused, match=r"\.pkl cannot be read"):
        load_folder(tmp_path, tables={"clients": {"file": "clients.pkl"}})
