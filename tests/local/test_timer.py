"""From instants to entries: midnight, clocks that jump, rounding, and rows of the contract."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from core.local.timer import (
    Capture,
    ForeignTimerIds,
    Piece,
    Stretch,
    count_seconds,
    cut_stretches,
    make_actual_times,
    measure,
    read_stretches,
    refuse_timer_ids,
    write_stretches,
)
from core.model import LOCAL_FRAMES

SYDNEY = "Australia/Sydney"
DAY = date(2026, 11, 19)


def at(text: str, zone: str = SYDNEY, fold: int = 0) -> datetime:
    """`2026-11-19 09:00:10` on that zone's clocks, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def run(*pairs: tuple[str, str], zone: str = SYDNEY) -> list[Stretch]:
    return [Stretch(at(start, zone), at(end, zone)) for start, end in pairs]


def durations(stretches: list[Stretch], zone: str = SYDNEY) -> list[tuple[str, int]]:
    return [(piece.date.isoformat(), piece.minutes) for piece in measure(stretches, zone, Capture.DURATION)]


def spans(stretches: list[Stretch], zone: str = SYDNEY) -> list[tuple[str, int, str, str]]:
    pieces = measure(stretches, zone, Capture.SPANS)
    return [(piece.date.isoformat(), piece.minutes, piece.start, piece.end) for piece in pieces]


@pytest.mark.parametrize(("seconds", "minutes"), [(29, []), (30, [1]), (89, [1]), (90, [2]), (2_730, [46])])
def test_half_a_minute_counts_as_one_and_less_as_nothing(seconds: int, minutes: list[int]) -> None:
    start = at("2026-11-19 09:00:00")
    made = measure([Stretch(start, start + timedelta(seconds=seconds))], SYDNEY, Capture.DURATION)
    assert [piece.minutes for piece in made] == minutes


def test_pauses_do_not_count() -> None:
    morning = run(("2026-11-19 09:00:00", "2026-11-19 09:20:20"), ("2026-11-19 10:00:00", "2026-11-19 10:10:20"))
    assert durations(morning) == [("2026-11-19", 31)]


def test_a_run_over_midnight_makes_an_entry_on_each_day() -> None:
    night = run(("2026-11-19 22:30:00", "2026-11-20 01:15:00"))
    assert durations(night) == [("2026-11-19", 90), ("2026-11-20", 75)]
    assert spans(night) == [("2026-11-19", 90, "22:30", "24:00"), ("2026-11-20", 75, "00:00", "01:15")]


def test_the_days_of_a_run_add_up_to_its_rounded_total() -> None:
    # 25 s, then 30 min 35 s: each day by itself would lose or win; together they are 31 minutes.
    assert durations(run(("2026-11-19 23:59:35", "2026-11-20 00:30:35"))) == [("2026-11-20", 31)]


def test_a_run_over_a_whole_day_has_three_entries() -> None:
    long = run(("2026-11-18 23:00:00", "2026-11-20 01:00:00"))
    assert durations(long) == [("2026-11-18", 60), ("2026-11-19", 1_440), ("2026-11-20", 60)]


def test_midnight_is_that_of_the_practice() -> None:
    stretch = [Stretch(datetime(2026, 11, 19, 12, tzinfo=UTC), datetime(2026, 11, 19, 14, tzinfo=UTC))]
    assert durations(stretch) == [("2026-11-19", 60), ("2026-11-20", 60)]
    assert durations(stretch, "America/New_York") == [("2026-11-19", 120)]


def test_an_hour_the_clocks_skip_is_not_counted() -> None:
    # On 4 October 2026 it is 3:00 in Sydney right after 1:59.
    night = run(("2026-10-04 01:30:00", "2026-10-04 03:30:00"))
    assert durations(night) == [("2026-10-04", 60)]
    assert spans(night) == [("2026-10-04", 60, "01:30", "03:30")]


def test_an_hour_the_clocks_repeat_counts_twice() -> None:
    # On 5 April 2026 the hour from 2:00 to 3:00 comes twice in Sydney.
    assert durations(run(("2026-04-05 01:30:00", "2026-04-05 03:30:00"))) == [("2026-04-05", 180)]


def test_a_day_whose_midnight_does_not_exist_begins_after_it() -> None:
    # In Beirut the clocks go from 23:59 to 1:00 on 29 March 2026.
    night = run(("2026-03-28 23:30:00", "2026-03-29 01:30:00"), zone="Asia/Beirut")
    assert durations(night, "Asia/Beirut") == [("2026-03-28", 30), ("2026-03-29", 30)]


def test_each_stretch_is_a_span_of_its_own() -> None:
    day = run(("2026-11-19 09:00:20", "2026-11-19 10:14:40"), ("2026-11-19 10:30:00", "2026-11-19 11:00:00"))
    assert spans(day) == [("2026-11-19", 75, "09:00", "10:15"), ("2026-11-19", 30, "10:30", "11:00")]


def test_a_pause_of_less_than_a_minute_leaves_one_span() -> None:
    day = run(("2026-11-19 09:00:00", "2026-11-19 09:29:50"), ("2026-11-19 09:30:20", "2026-11-19 10:00:00"))
    assert spans(day) == [("2026-11-19", 60, "09:00", "10:00")]


def test_a_span_that_rounds_to_nothing_makes_no_entry() -> None:
    assert spans(run(("2026-11-19 09:00:05", "2026-11-19 09:00:25"))) == []


def test_a_clock_set_back_never_takes_time_away() -> None:
    start = at("2026-11-19 09:00:00")
    assert count_seconds([Stretch(start)], start - timedelta(hours=1)) == 0
    assert Stretch(start).close(start - timedelta(hours=1)).end == start


def test_what_runs_counts_until_now() -> None:
    start = at("2026-11-19 09:00:00")
    done = Stretch(start - timedelta(hours=2), start - timedelta(hours=1))
    assert count_seconds([done, Stretch(start)], start + timedelta(seconds=90)) == 3_690


def test_a_run_can_be_cut_where_it_really_ended() -> None:
    day = [*run(("2026-11-19 09:00:00", "2026-11-19 10:00:00")), Stretch(at("2026-11-19 16:00:00"))]
    assert durations(list(cut_stretches(day, at("2026-11-19 17:30:00")))) == [("2026-11-19", 150)]
    assert durations(list(cut_stretches(day, at("2026-11-19 09:30:00")))) == [("2026-11-19", 30)]


def test_stretches_come_back_from_their_texts() -> None:
    kept = (*run(("2026-11-19 09:00:00", "2026-11-19 10:00:00")), Stretch(at("2026-11-19 16:00:00")))
    assert read_stretches(write_stretches(kept)) == kept


def entries(**values: object) -> pd.DataFrame:
    row = {"staff_id": "S1", "task_id": "T1", "client_id": "", "process_id": "", "date": DAY, "minutes": 45}
    row |= {"start": "", "end": "", "note": "Call", "billable": True, "status": "draft"} | values
    return pd.DataFrame([row], index=pd.Index(["timer:a"], name="id"))


TASKS = pd.DataFrame({"client_id": ["C1"], "process_id": ["P1"]}, index=pd.Index(["T1"], name="id"))


def test_an_entry_is_an_actual_time_with_client_and_process_of_its_task() -> None:
    made = make_actual_times(entries(), TASKS)
    row = made.loc["timer:a"]
    assert (row["client_id"], row["process_id"], row["minutes"], row["status"]) == ("C1", "P1", 45, "draft")
    assert (row["file"], row["problem"], row["date"]) == ("Timer", "", pd.Timestamp(DAY))
    assert list(made.columns) == LOCAL_FRAMES["actual_times"].names


def test_an_entry_keeps_its_own_client_when_its_task_is_gone() -> None:
    made = make_actual_times(entries(client_id="C7", process_id="P7"), TASKS.iloc[:0])
    assert made.loc["timer:a", "client_id"] == "C7"


def test_a_deleted_entry_is_no_actual_time() -> None:
    assert make_actual_times(entries(status="deleted"), TASKS).empty


@pytest.mark.parametrize(
    "change", [{"minutes": 46}, {"note": "Mail"}, {"start": "09:00"}, {"date": date(2026, 11, 18)}]
)
def test_what_reaches_xpm_changes_the_content_hash(change: dict[str, object]) -> None:
    before, after = make_actual_times(entries(), TASKS), make_actual_times(entries(**change), TASKS)
    assert before.loc["timer:a", "content_hash"] != after.loc["timer:a", "content_hash"]


def test_committing_does_not_change_the_content() -> None:
    before, after = make_actual_times(entries(), TASKS), make_actual_times(entries(status="committed"), TASKS)
    assert before.loc["timer:a", "content_hash"] == after.loc["timer:a", "content_hash"]


def test_a_source_may_not_bring_ids_of_the_timer() -> None:
    times = pd.DataFrame({"minutes": [1, 2]}, index=pd.Index(["E1", "timer:9"], dtype="str", name="id"))
    with pytest.raises(ForeignTimerIds, match="timer:9"):
        refuse_timer_ids(times)


def test_a_piece_of_a_duration_has_no_clock() -> None:
    assert measure(run(("2026-11-19 09:00:00", "2026-11-19 09:10:00")), SYDNEY, Capture.DURATION) == [Piece(DAY, 10)]
