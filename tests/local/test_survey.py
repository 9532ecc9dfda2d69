from __future__ import annotations

from pathlib import Path

import pytest

from core.local.config import SourceConfig
from core.local.folder import FolderMissing
from core.local.survey import FolderEmpty, Survey, survey_folder
from tests.local.builders import write_side

TOGGL = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\n"


def survey(folder: Path, **files: str) -> Survey:
    """What a folder with these files besides is surveyed as; `__` in a name stands for a dot."""
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)
    return survey_folder(SourceConfig(path=str(folder)))


def test_files_are_offered_by_the_words_of_their_names(tmp_path: Path) -> None:
    for name in ("Client list.xlsx", "Team.csv", "Services.csv", "Task list.csv", "Timesheets Oct-Nov.csv"):
        (tmp_path / name).write_text("a,b\n")
    found = survey(tmp_path)
    assert found.tables == {
        "actual_times": "Timesheets Oct-Nov.csv",
        "tasks": "Task list.csv",
        "processes": "Services.csv",
        "staff": "Team.csv",
        "clients": "Client list.xlsx",
    }
    assert not found.is_plain


def test_files_named_like_our_tables_need_no_question(tmp_path: Path) -> None:
    assert survey(write_side(tmp_path)).is_plain


def test_two_files_of_one_name_are_a_question(tmp_path: Path) -> None:
    assert not survey(write_side(tmp_path), staff__tsv="id\tname\n").is_plain


def test_a_trackers_export_is_known_by_its_headers(tmp_path: Path) -> None:
    found = survey(tmp_path, Toggl_time_entries__csv=TOGGL)
    assert (found.tables, found.preset) == ({"actual_times": "Toggl_time_entries.csv"}, "toggl")


def test_lock_files_and_other_kinds_are_not_offered(tmp_path: Path) -> None:
    (tmp_path / "~$Clients.xlsx").write_text("")
    assert survey(tmp_path, clients__csv="id,name\n", readme__pdf="x").files == ("clients.csv",)


def test_a_folder_without_any_table_is_said(tmp_path: Path) -> None:
    with pytest.raises(FolderEmpty, match=r"holds no CSV, TSV, XLSX or Parquet file\. Export your records into it"):
        survey(tmp_path)
    with pytest.raises(FolderMissing):
        survey(tmp_path / "gone")
