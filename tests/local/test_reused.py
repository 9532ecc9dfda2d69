from __future__ import annotations

from pathlib import Path

import pytest

from tests.local.builders import load_folder, load_times, write_side

HEADER = "id,staff_id,task_id,date,minutes,note\n"
NO_IDS = "staff_id,task_id,date,minutes,note\n"


@pytest.mark.parametrize("row", ["E1,S2,T1,2026-11-13,60,x", "E1,S1,T1,2026-11-12,60,x"])
def test_an_id_used_again_for_other_staff_or_date_is_held(tmp_path: Path, row: str) -> None:
    before = load_times(tmp_path, HEADER + "E1,S1,T1,2026-11-13,60,x\n").frames
    entry = load_times(tmp_path, HEADER + row + "\n", previous=before).frames["actual_times"].loc["E1"]
    assert entry["problem"] == "doubled id"
    assert "used for other work before: staff 'S1' on 2026-11-13" in entry["problem_sentence"]


def test_a_changed_note_or_duration_is_just_an_edit(tmp_path: Path) -> None:
    before = load_times(tmp_path, HEADER + "E1,S1,T1,2026-11-13,60,x\n").frames
    entry = load_times(tmp_path, HEADER + "E1,S1,T1,2026-11-13,75,y\n", previous=before).frames["actual_times"]
    assert entry["problem"].tolist() == [""]


def test_a_reused_id_stays_held_until_it_is_released(tmp_path: Path) -> None:
    first = load_times(tmp_path, HEADER + "E1,S1,T1,2026-11-13,60,x\n").frames
    second = load_times(tmp_path, HEADER + "E1,S2,T1,2026-11-13,60,x\n", previous=first).frames
    third = load_folder(tmp_path, previous=second).frames
    assert third["actual_times"].equals(second["actual_times"])
    released = load_folder(tmp_path, previous=third, accepted=frozenset({"E1"})).frames
    assert released["actual_times"]["problem"].tolist() == [""]
    configured = load_folder(tmp_path, previous=third, released=["E1"]).frames
    assert configured["actual_times"]["problem"].tolist() == [""]


def test_an_edit_of_a_row_without_id_is_held(tmp_path: Path) -> None:
    before = load_times(tmp_path, NO_IDS + "S1,T1,2026-11-13,60,x\nS1,T1,2026-11-12,60,x\n").frames
    after = load_times(tmp_path, NO_IDS + "S1,T1,2026-11-13,75,x\nS1,T1,2026-11-12,60,x\n", previous=before).frames
    assert after["actual_times"]["problem"].tolist() == ["odd entry", ""]
    assert (
        "looks like an edit of a row of that day with 60 minutes" in after["actual_times"]["problem_sentence"].iloc[0]
    )


def test_a_new_row_without_id_on_a_free_day_passes(tmp_path: Path) -> None:
    before = load_times(tmp_path, NO_IDS + "S1,T1,2026-11-13,60,x\n").frames
    after = load_times(tmp_path, NO_IDS + "S1,T1,2026-11-13,60,x\nS1,T1,2026-11-14,60,x\n", previous=before).frames
    assert after["actual_times"]["problem"].tolist() == ["", ""]


def test_loading_the_same_files_again_changes_nothing(tmp_path: Path) -> None:
    write_side(tmp_path)
    first = load_folder(tmp_path)
    second = load_folder(tmp_path, previous=first.frames)
    assert second.sources_hash == first.sources_hash
    assert all(second.frames[name].equals(frame) for name, frame in first.frames.items())
