from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.local.builders import load_entries, load_folder, write_side

SPANS = "id,staff_id,task_id,date,start,end"
MOMENTS = "id,staff_id,task_id,start,end"


def times(folder: Path, *rows: str, **rules: Any) -> pd.DataFrame:
    return load_entries(folder, *rows, **rules).frames["actual_times"]


def test_client_and_process_come_from_the_task(tmp_path: Path) -> None:
    entry = times(tmp_path, "E1,S1,T2,2026-11-13,60,x").loc["E1"]
    assert (entry["client_id"], entry["process_id"]) == ("C2", "P2")


def test_an_entry_may_name_client_and_process_itself(tmp_path: Path) -> None:
    entry = times(tmp_path, "E1,S1,C1,P2,2026-11-13,60", header="id,staff_id,client_id,process_id,date,minutes").loc[
        "E1"
    ]
    assert (entry["task_id"], entry["client_id"], entry["process_id"], entry["problem"]) == ("", "C1", "P2", "")


def test_an_entry_that_contradicts_its_task_is_held(tmp_path: Path) -> None:
    entry = times(tmp_path, "E1,S1,T1,C2,2026-11-13,60", header="id,staff_id,task_id,client_id,date,minutes").loc["E1"]
    assert entry["problem"] == "odd entry"
    assert "names client 'C2', its task belongs to 'C1'" in entry["problem_sentence"]


def test_unknown_staff_clients_and_tasks_are_left_as_they_are(tmp_path: Path) -> None:
    entry = times(tmp_path, "E1,S9,T9,2026-11-13,60,x").loc["E1"]
    assert (entry["staff_id"], entry["task_id"], entry["client_id"], entry["problem"]) == ("S9", "T9", "", "")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [("0", "zero minutes"), ("-30", "negative and not marked"), ("1441", "more than 24 hours"), ("-1500", "24 hours")],
)
def test_odd_minutes_are_held_with_their_minutes(tmp_path: Path, minutes: str, words: str) -> None:
    entry = times(tmp_path, f"E1,S1,T1,2026-11-13,{minutes},x").loc["E1"]
    assert (entry["problem"], entry["minutes"]) == ("odd minutes", int(minutes))
    assert words in entry["problem_sentence"]


def test_a_whole_day_is_not_odd(tmp_path: Path) -> None:
    assert times(tmp_path, "E1,S1,T1,2026-11-13,1440,x").loc["E1", "problem"] == ""


def test_a_negative_entry_marked_as_correction_passes(tmp_path: Path) -> None:
    header = "id,staff_id,task_id,date,minutes,correction"
    entry = times(tmp_path, "E1,S1,T1,2026-11-13,-30,yes", header=header).loc["E1"]
    assert (entry["problem"], entry["minutes"]) == ("", -30)


def test_a_day_of_more_than_24_hours_holds_all_its_entries(tmp_path: Path) -> None:
    rows = ["E1,S1,T1,2026-11-13,800,x", "E2,S1,T1,2026-11-13,700,x", "E3,S1,T1,2026-11-12,700,x"]
    frame = times(tmp_path, *rows)
    assert frame["problem"].tolist() == ["over day total", "over day total", ""]
    assert "S1 on 2026-11-13 adds up to 1,500 minutes" in frame.loc["E1", "problem_sentence"]


def test_a_row_held_already_does_not_hold_the_rest_of_its_day(tmp_path: Path) -> None:
    frame = times(tmp_path, "E1,S1,T1,2026-11-13,3000,x", "E2,S1,T1,2026-11-13,60,x")
    assert frame["problem"].tolist() == ["odd minutes", ""]


@pytest.mark.parametrize(
    ("day", "words"), [("2026-12-22", "more than 31 days ahead"), ("2025-10-15", "older than 400 days")]
)
def test_dates_far_off_are_held(tmp_path: Path, day: str, words: str) -> None:
    entry = times(tmp_path, f"E1,S1,T1,{day},60,x").loc["E1"]
    assert entry["problem"] == "odd entry"
    assert words in entry["problem_sentence"]


@pytest.mark.parametrize("day", ["2026-12-21", "2025-10-16"])
def test_dates_just_inside_pass(tmp_path: Path, day: str) -> None:
    assert times(tmp_path, f"E1,S1,T1,{day},60,x").loc["E1", "problem"] == ""


def test_the_window_of_dates_can_be_widened(tmp_path: Path) -> None:
    write_side(tmp_path, actual_times="id,staff_id,task_id,date,minutes\nE1,S1,T1,2020-01-01,60\n")
    assert load_folder(tmp_path, oldest_days=5000).frames["actual_times"].loc["E1", "problem"] == ""


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [("09:00", "10:30", 90), ("22:00", "06:00", 480), ("22:00", "24:00", 120), ("9:00 am", "1:15 pm", 255)],
)
def test_a_span_counts_by_wall_clock(tmp_path: Path, start: str, end: str, minutes: int) -> None:
    entry = times(tmp_path, f"E1,S1,T1,2026-11-13,{start},{end}", header=SPANS).loc["E1"]
    assert (entry["minutes"], str(entry["date"].date()), entry["problem"]) == (minutes, "2026-11-13", "")


def test_a_night_with_a_clock_change_counts_by_wall_clock(tmp_path: Path) -> None:
    """On 27 September 2026 New Zealand's clocks skip an hour; people write 8 hours for 22:00 to 06:00."""
    assert times(tmp_path, "E1,S1,T1,2026-09-26,22:00,06:00", header=SPANS).loc["E1", "minutes"] == 480


def test_spans_over_midnight_are_counted_and_said(tmp_path: Path) -> None:
    load = load_entries(tmp_path, "E1,S1,T1,2026-11-13,22:00,06:00", header=SPANS)
    assert "actual_times.csv: 1 span over midnight, counted by wall clock for the day they began." in load.notes


def test_a_span_over_midnight_is_split_when_that_is_set(tmp_path: Path) -> None:
    frame = times(tmp_path, "E1,S1,T1,2026-11-13,22:00,06:00", header=SPANS, split_midnight=True)
    rows = [(row.Index, str(row.date.date()), row.start, row.end, row.minutes) for row in frame.itertuples()]
    assert rows == [("E1", "2026-11-13", "22:00", "24:00", 120), ("E1/2", "2026-11-14", "00:00", "06:00", 360)]


def test_a_span_of_moments_brings_its_date(tmp_path: Path) -> None:
    entry = times(tmp_path, "E1,S1,T1,2026-11-13T09:00,2026-11-13T10:00", header=MOMENTS).loc["E1"]
    assert (str(entry["date"].date()), entry["start"], entry["end"], entry["minutes"]) == (
        "2026-11-13",
        "09:00",
        "10:00",
        60,
    )


def test_a_span_of_zoned_moments_is_read_where_the_practice_is(tmp_path: Path) -> None:
    entry = times(tmp_path, "E1,S1,T1,2026-11-12T20:00Z,2026-11-12T21:00Z", header=MOMENTS).loc["E1"]
    assert (str(entry["date"].date()), entry["start"], entry["minutes"]) == ("2026-11-13", "09:00", 60)


def test_a_span_that_ends_before_it_begins_is_held(tmp_path: Path) -> None:
    entry = times(tmp_path, "E1,S1,T1,2026-11-13T09:00,2026-11-12T10:00", header=MOMENTS).loc["E1"]
    assert entry["problem"] == "odd minutes"


def test_an_entry_dated_otherwise_than_it_starts_is_held(tmp_path: Path) -> None:
    row = "E1,S1,T1,2026-11-12,2026-11-13T09:00,2026-11-13T10:00"
    entry = times(tmp_path, row, header=SPANS).loc["E1"]
    assert entry["problem"] == "odd entry"
    assert "dated 2026-11-12 but starts on 2026-11-13" in entry["problem_sentence"]


def test_more_minutes_than_the_span_are_a_warning_and_fewer_are_a_break(tmp_path: Path) -> None:
    header = "id,staff_id,task_id,date,minutes,start,end"
    rows = ["E1,S1,T1,2026-11-13,75,09:00,10:00", "E2,S1,T1,2026-11-13,45,11:00,12:00"]
    load = load_entries(tmp_path, *rows, header=header)
    assert load.frames["actual_times"]["minutes"].to_dict() == {"E1": 75, "E2": 45}
    assert load.frames["actual_times"]["problem"].tolist() == ["", ""]
    assert load.warnings == [
        "actual_times: 1 duration longer than from start to end, for example in actual_times.csv line 2."
    ]


def test_an_unreadable_start_keeps_minutes_and_date(tmp_path: Path) -> None:
    header = "id,staff_id,task_id,date,minutes,start,end"
    load = load_entries(tmp_path, "E1,S1,T1,2026-11-13,90,nine,10:00", header=header)
    problem = load.frames["problems"].iloc[0]
    assert (problem["minutes"], str(problem["date"].date()), problem["column"]) == (90, "2026-11-13", "start")


@pytest.mark.parametrize(
    ("row", "words"), [("E1,S1,T1,,60,x", "has no date"), ("E1,S1,T1,2026-11-13,,x", "has no duration")]
)
def test_an_entry_without_date_or_duration_is_listed_as_unreadable(tmp_path: Path, row: str, words: str) -> None:
    load = load_entries(tmp_path, row)
    assert load.frames["actual_times"].empty
    assert words in load.frames["problems"]["sentence"].iloc[0]


def test_overlapping_spans_of_one_person_are_a_warning(tmp_path: Path) -> None:
    rows = [
        "E1,S1,T1,2026-11-13,09:00,11:00",
        "E2,S1,T1,2026-11-13,10:00,12:00",
        "E3,S2,T1,2026-11-13,10:00,12:00",
        "E4,S1,T1,2026-11-13,12:00,13:00",
    ]
    load = load_entries(tmp_path, *rows, header=SPANS)
    assert load.warnings == [
        "actual_times: 1 span overlap an earlier one of the same person, for example in actual_times.csv line 3."
    ]
    assert load.frames["actual_times"]["problem"].tolist() == ["", "", "", ""]


def test_the_content_hash_changes_with_what_reaches_xpm_only(tmp_path: Path) -> None:
    header = "id,staff_id,task_id,date,minutes,note,billable,status"

    def hash_of(row: str) -> str:
        return str(times(tmp_path, row, header=header).loc["E1", "content_hash"])

    first = hash_of("E1,S1,T1,2026-11-13,60,x,yes,draft")
    assert len(first) == 64
    assert first == hash_of("E1,S1,T1,2026-11-13,60,x,no,committed")
    assert first != hash_of("E1,S1,T1,2026-11-13,61,x,yes,draft")
    assert first != hash_of("E1,S1,T1,2026-11-13,60,y,yes,draft")


@pytest.mark.parametrize(("word", "approved"), [("Yes", True), ("Signed off", True), ("pending", False), ("", False)])
def test_an_entry_says_whether_it_was_approved(tmp_path: Path, word: str, approved: bool) -> None:
    header = "id,staff_id,task_id,date,minutes,note,Approved"
    load = load_entries(tmp_path, f"E1,S1,T1,2026-11-13,60,x,{word}", header=header)
    assert load.frames["actual_times"].at["E1", "approved"] == approved


def test_a_status_of_approved_says_so_where_there_is_no_such_column(tmp_path: Path) -> None:
    header = "id,staff_id,task_id,date,minutes,note,status"
    rows = ("E1,S1,T1,2026-11-13,60,x,Approved", "E2,S1,T1,2026-11-13,30,y,Submitted")
    times = load_entries(tmp_path, *rows, header=header).frames["actual_times"]
    assert times["approved"].to_dict() == {"E1": True, "E2": False}


def test_words_that_say_nothing_of_approval_hold_no_row(tmp_path: Path) -> None:
    header = "id,staff_id,task_id,date,minutes,note,approved"
    load = load_entries(tmp_path, "E1,S1,T1,2026-11-13,60,x,17/11 by Kim", header=header)
    assert load.frames["actual_times"][["approved", "problem"]].to_numpy().tolist() == [[False, ""]]
    assert any("count as not approved" in note for note in load.notes)


def test_approval_is_no_change_of_content(tmp_path: Path) -> None:
    header = "id,staff_id,task_id,date,minutes,note,approved"
    hashes = [
        load_entries(tmp_path, f"E1,S1,T1,2026-11-13,60,x,{word}", header=header)
        .frames["actual_times"]
        .at["E1", "content_hash"]
        for word in ("yes", "no")
    ]
    assert hashes[0] == hashes[1]
