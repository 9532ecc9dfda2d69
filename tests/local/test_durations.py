from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from core.local import LocalLoad
from core.local.durations import DotAsked, UnitAsked, UnitsMixed, read_duration, round_minutes
from tests.local.builders import load_entries

HEADER = "id,staff_id,task_id,date,duration"


def load(folder: Path, *durations: str, **table: str) -> LocalLoad:
    rows = [f'E{i},S1,T1,2026-11-{i:02d},"{text}"' for i, text in enumerate(durations, start=1)]
    return load_entries(folder, *rows, header=HEADER, **table)


def minutes_of(load: LocalLoad) -> list[int]:
    return list(load.frames["actual_times"]["minutes"])


@pytest.mark.parametrize(
    ("unit", "texts", "minutes"),
    [
        ("minutes", ["90", "5"], [90, 5]),
        ("minutes", ["90.0", "12.5"], [90, 13]),
        ("hours", ["1.5", "2", "0.75"], [90, 120, 45]),
        ("hours", ["1,5", "0,75"], [90, 45]),
        ("h:mm", ["1:30", "0:05", "24:00", "1:30:29"], [90, 5, 1440, 90]),
        ("iso", ["PT1H30M", "PT45M", "P1D", "PT90S"], [90, 45, 1440, 2]),
        ("excel", ["0.0625", "1", "1:30"], [90, 1440, 90]),
        ("1h30m", ["1h30", "90m", "1h 30m", "1.5h", "2 hours", "5 min"], [90, 90, 90, 90, 120, 5]),
    ],
)
def test_a_column_is_read_in_its_declared_unit(tmp_path: Path, unit: str, texts: list[str], minutes: list[int]) -> None:
    assert minutes_of(load(tmp_path, *texts, unit=unit)) == minutes


@pytest.mark.parametrize(
    ("unit", "texts"),
    [
        ("minutes", ["90", "1:30"]),
        ("minutes", ["90", "1.5"]),
        ("hours", ["1.5", "1h30"]),
        ("hours", ["1.5", "1,5"]),
        ("h:mm", ["1:30", "90"]),
        ("iso", ["PT1H", "1:00"]),
        ("1h30m", ["1h30", "90"]),
        ("minutes", ["1:30", "0:45"]),
    ],
)
def test_a_column_that_mixes_forms_is_refused_with_an_example_of_each(
    tmp_path: Path, unit: str, texts: list[str]
) -> None:
    with pytest.raises(UnitsMixed) as refused:
        load(tmp_path, *texts, unit=unit)
    assert f"declared as {unit}" in str(refused.value)
    assert f"'{texts[0]}' (line 2)" in str(refused.value)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("minutes", "ninety"),
        ("h:mm", "1:75"),
        ("h:mm", "1:5"),
        ("minutes", "1,500"),
        ("iso", "P"),
        ("minutes", "99999999999"),
    ],
)
def test_an_unreadable_duration_is_held_with_its_date(tmp_path: Path, unit: str, text: str) -> None:
    problem = load(tmp_path, text, unit=unit).frames["problems"].iloc[0]
    assert (problem["value"], problem["minutes"], str(problem["date"].date())) == (text, 0, "2026-11-01")
    assert f"is no duration in {unit}" in problem["sentence"]


def test_an_undeclared_unit_is_asked_with_what_the_numbers_would_mean(tmp_path: Path) -> None:
    with pytest.raises(UnitAsked) as asked:
        load(tmp_path, "90", "30")
    assert asked.value.choices["minutes"] == "90 = 90 minutes, 30 = 30 minutes"
    assert "90 = 5400 minutes" in asked.value.choices["hours"]
    assert "h:mm" not in asked.value.choices


@pytest.mark.parametrize(("header", "minutes"), [("Minutes", 2), ("Time (hours)", 120), ("Duration mins", 2)])
def test_a_header_that_names_its_unit_declares_it(tmp_path: Path, header: str, minutes: int) -> None:
    columns = {"minutes": header}
    loaded = load_entries(
        tmp_path, "E1,S1,T1,2026-11-01,2", header=f"id,staff_id,task_id,date,{header}", columns=columns
    )
    assert minutes_of(loaded) == [minutes]


def test_one_point_thirty_is_asked_once(tmp_path: Path) -> None:
    with pytest.raises(DotAsked) as asked:
        load(tmp_path, "2", "1.30", unit="hours")
    assert asked.value.setting == "hours_dot"
    assert asked.value.choices == {"decimal": "1.30 is 1.30 hours", "minutes": "1.30 is 1 h 30"}


@pytest.mark.parametrize(("answer", "minutes"), [("decimal", 78), ("minutes", 90)])
def test_the_answer_to_one_point_thirty_holds(tmp_path: Path, answer: str, minutes: int) -> None:
    assert minutes_of(load(tmp_path, "1.30", unit="hours", hours_dot=answer)) == [minutes]


def test_hundredths_beyond_59_prove_decimal_hours(tmp_path: Path) -> None:
    assert minutes_of(load(tmp_path, "1.30", "0.75", unit="hours")) == [78, 45]


def test_rounding_is_half_up_and_its_difference_shown(tmp_path: Path) -> None:
    loaded = load(tmp_path, "0.33", "0.33", "1", unit="hours")
    assert minutes_of(loaded) == [20, 20, 60]
    assert (loaded.rounded, loaded.rounding) == (2, Decimal("0.4"))
    assert "actual_times: 2 durations rounded half-up to whole minutes, together +0.4 minutes." in loaded.notes


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("19.8", 20), ("0", 0)]
)
def test_halves_round_away_from_zero(exact: str, rounded: int) -> None:
    assert round_minutes(Fraction(exact)) == rounded


def test_a_long_number_is_no_duration() -> None:
    assert read_duration("9" * 5000, "minutes").flaw
    assert read_duration("PT" + "9" * 5000 + "H", "iso").flaw
