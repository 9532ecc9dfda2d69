from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from core.local import LocalLoad
from core.local.dates import DateOrderAsked, DateOrderWrong, read_clock, read_dates, read_moment
from tests.local.builders import load_entries, load_folder, write_side

AUCKLAND = ZoneInfo("Pacific/Auckland")


def entry(day: str, number: int = 1) -> str:
    return f"E{number},S1,T1,{day},60,"


def days_of(load: LocalLoad) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in load.frames["actual_times"]["date"]]


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("03/04/2026", "dmy", date(2026, 4, 3)),
        ("03/04/2026", "mdy", date(2026, 3, 4)),
        ("3.4.2026", "dmy", date(2026, 4, 3)),
        ("3-4-2026", "dmy", date(2026, 4, 3)),
        ("2026-04-03", "dmy", date(2026, 4, 3)),
        ("2026-04-03", "mdy", date(2026, 4, 3)),
        ("2026/4/3", "ymd", date(2026, 4, 3)),
        ("20260403", "dmy", date(2026, 4, 3)),
        ("20260403", "ymd", date(2026, 4, 3)),
        ("03042026", "dmy", date(2026, 4, 3)),
        ("3 Apr 2026", "mdy", date(2026, 4, 3)),
        ("3-Apr-2026", "ymd", date(2026, 4, 3)),
        ("April 3, 2026", "dmy", date(2026, 4, 3)),
        ("3 Sept 2026", "dmy", date(2026, 9, 3)),
        ("Fri, 3 Apr 2026", "dmy", date(2026, 4, 3)),
        ("03/04/2026 23:59", "dmy", date(2026, 4, 3)),
        ("29/02/2028", "dmy", date(2028, 2, 29)),
        (" 2026-04-03 ", "dmy", date(2026, 4, 3)),
    ],
)
def test_a_date_is_read_in_its_declared_order(text: str, order: str, expected: date) -> None:
    reading = read_moment(text, order, AUCKLAND)
    assert reading.value is not None
    assert reading.value.date == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("03/04/26", "a year of two digits"),
        ("31/02/2026", "no day of the calendar"),
        ("29/02/2026", "no day of the calendar"),
        ("00/00/2026", "no day of the calendar"),
        ("01/01/1900", "lies in 1900"),
        ("13/11/2926", "lies in 2926"),
        ("45000", "spreadsheet's day number"),
        ("tomorrow", "is no date"),
        ("3 Foo 2026", "names no month"),
        ("3 Ju 2026", "is no date"),
        ("2026-04-03T25:00", "no time of day"),
        ("2026-04-03T10:75", "no time of day"),
    ],
)
def test_an_impossible_date_is_held_with_its_text_and_reason(tmp_path: Path, text: str, words: str) -> None:
    load = load_entries(tmp_path, entry(text), entry("13/11/2026", 2), date_order="dmy")
    problem = load.frames["problems"].iloc[0]
    assert load.frames["actual_times"].index.tolist() == ["E2"]
    assert (problem["line"], problem["column"], problem["value"], problem["minutes"]) == (2, "date", text, 60)
    assert words in problem["sentence"]


def test_a_weekday_before_the_date_does_not_hide_its_order(tmp_path: Path) -> None:
    with pytest.raises(DateOrderAsked):
        load_entries(tmp_path, entry("Fri 03/04/2026"))


def test_an_undeclared_order_of_day_and_month_is_asked(tmp_path: Path) -> None:
    with pytest.raises(DateOrderAsked) as asked:
        load_entries(tmp_path, entry("03/11/2026"), entry("13/11/2026", 2))
    assert asked.value.setting == "date_order"
    assert asked.value.choices["dmy"] == "03/11/2026 = 03 Nov 2026, 13/11/2026 = 13 Nov 2026"
    assert asked.value.choices["mdy"].startswith("13/11/2026 is impossible")


def test_dates_that_begin_with_the_year_need_no_declaration(tmp_path: Path) -> None:
    assert days_of(load_entries(tmp_path, entry("2026-11-03"))) == ["2026-11-03"]


def test_one_date_of_the_other_order_refuses_the_whole_file(tmp_path: Path) -> None:
    with pytest.raises(
        DateOrderWrong, match=r"line 3, column 'date': '11/13/2026' is no date in the declared order day/month/year"
    ):
        load_entries(tmp_path, entry("03/11/2026"), entry("11/13/2026", 2), date_order="dmy")


def test_day_first_dates_in_a_year_first_file_refuse_it(tmp_path: Path) -> None:
    with pytest.raises(DateOrderWrong, match="declared order year-month-day"):
        load_entries(tmp_path, entry("2026-11-03"), entry("13/11/2026", 2), date_order="ymd")


def test_an_ambiguous_file_follows_the_stored_order(tmp_path: Path) -> None:
    assert days_of(load_entries(tmp_path, entry("03/11/2026"), date_order="dmy")) == ["2026-11-03"]


def test_an_ambiguous_file_that_looks_like_the_other_order_is_asked(tmp_path: Path) -> None:
    """2, 3, 4, 5 November written month first, read day first, would be the 11th of four months."""
    rows = [entry(f"11/{day:02d}/2026", day) for day in (2, 3, 4, 5)]
    with pytest.raises(
        DateOrderAsked, match="possible as month/day/year too and look like it, though day/month/year is declared"
    ):
        load_entries(tmp_path, *rows, date_order="dmy")


def test_an_ambiguous_file_that_would_lie_in_the_future_is_asked() -> None:
    column = pd.Series(["03/11/2026", "03/12/2026"], index=[2, 3], dtype="str")
    with pytest.raises(DateOrderAsked):
        read_dates(column, "Date", "a.csv", "dmy", zone="Pacific/Auckland", today=date(2026, 3, 20), sure=False)


def test_tasks_that_start_on_the_first_of_each_month_are_not_doubted(tmp_path: Path) -> None:
    rows = "".join(f"T{month},C1,P1,BAS,01/{month:02d}/2026\n" for month in range(1, 12))
    write_side(tmp_path, tasks="id,client_id,process_id,name,start\n" + rows)
    load = load_folder(tmp_path, date_order="dmy")
    assert load.frames["tasks"].loc["T7", "start"] == pd.Timestamp(2026, 7, 1)


def test_a_confirmed_order_is_not_asked_again(tmp_path: Path) -> None:
    rows = [entry(f"11/{day:02d}/2026", day) for day in (2, 3, 4, 5)]
    load = load_entries(tmp_path, *rows, date_order="dmy", date_order_sure=True)
    assert days_of(load) == ["2026-02-11", "2026-03-11", "2026-04-11", "2026-05-11"]


def test_a_moment_with_a_zone_counts_for_the_practices_date_and_says_so(tmp_path: Path) -> None:
    load = load_entries(tmp_path, entry("2026-11-12T23:30:00Z"), entry("2026-11-12T23:30:00+13:00", 2))
    assert days_of(load) == ["2026-11-13", "2026-11-12"]
    assert (
        "actual_times.csv: 2 values of 'date' carry a zone; they count for the date in Pacific/Auckland (1 moved)."
        in load.notes
    )


def test_a_moment_without_a_zone_keeps_its_written_date(tmp_path: Path) -> None:
    assert days_of(load_entries(tmp_path, entry("2026-11-12 23:59:59"))) == ["2026-11-12"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("9:05", 32_700), ("09:05:30", 32_730), ("9.05", 32_700), ("9:05 pm", 75_900), ("12:00 am", 0), ("24:00", 86_400)],
)
def test_a_time_of_day_is_read(text: str, seconds: int) -> None:
    reading = read_clock(text, "Pacific/Auckland")
    assert reading.value is not None
    assert reading.value.seconds == seconds


@pytest.mark.parametrize("text", ["25:00", "9:60", "13:00 pm", "24:01", "nine", "9"])
def test_what_is_no_time_of_day_is_flawed(text: str) -> None:
    assert read_clock(text, "Pacific/Auckland").flaw
