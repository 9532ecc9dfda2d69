from __future__ import annotations

from datetime import date

import pytest

from core.matching.periods import Period, PeriodKind, split_periods

YEAR24 = Period(date(2023, 7, 1), date(2024, 6, 30), PeriodKind.YEAR)
JUNE_QUARTER = Period(date(2025, 4, 1), date(2025, 6, 30), PeriodKind.QUARTER)


def parse_periods(text: str, year_end_month: int = 6) -> list[Period]:
    """The periods a text names, in the order they stand there."""
    return list(split_periods(text, year_end_month).periods)


@pytest.mark.parametrize(
    "text",
    [
        "FY24",
        "FY 2024",
        "2024",
        "2023/24",
        "2023-24",
        "FY2023-24",
        "30 June 2024",
        "30/6/24",
        "Year end 30 June 2024",
    ],
)
def test_one_financial_year_has_many_names(text: str) -> None:
    assert parse_periods(f"Tax return {text}") == [YEAR24]


@pytest.mark.parametrize(
    "text",
    [
        "Q4 FY25",
        "Q4 2025",
        "4th quarter 2025",
        "Jun 25 qtr",
        "June qtr 2025",
        "Apr-Jun 2025",
        "quarter ended June 2025",
    ],
)
def test_one_quarter_has_many_names(text: str) -> None:
    assert parse_periods(f"BAS - {text}") == [JUNE_QUARTER]


def test_a_month_is_a_month() -> None:
    assert parse_periods("Payroll Mar 26") == [Period(date(2026, 3, 1), date(2026, 3, 31), PeriodKind.MONTH)]


def test_a_week_ends_on_its_day() -> None:
    assert parse_periods("Payroll w/e 12/09/2025")[0].start == date(2025, 9, 6)


def test_the_year_end_moves_years_and_quarters() -> None:
    assert parse_periods("FY24", year_end_month=3)[0].end == date(2024, 3, 31)
    assert parse_periods("Q1 FY24", year_end_month=3)[0].end == date(2023, 6, 30)


def test_a_quarter_may_cross_the_turn_of_the_year() -> None:
    period = parse_periods("Nov 2025 - Jan 2026")[0]
    assert (period.start, period.end) == (date(2025, 11, 1), date(2026, 1, 31))


def test_the_words_of_the_period_are_taken_out() -> None:
    assert split_periods("prep BAS Q4 FY24 review").rest == "prep BAS review"


@pytest.mark.parametrize(
    "text", ["2026-7", "29/02/2027", "", "J002079", "Tax return", "31/02/2024", "99/99/9999", "7-Eleven", "\x00" * 300]
)
def test_text_without_period_names_none(text: str) -> None:
    assert parse_periods(text) == []


def test_two_periods_come_in_their_order() -> None:
    assert [period.end.year for period in parse_periods("FY25 and FY24")] == [2025, 2024]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1Q25 BAS", date(2024, 7, 1), date(2024, 9, 30)),
        ("FY25Q1", date(2024, 7, 1), date(2024, 9, 30)),
        ("FY25 BAS Q1", date(2024, 7, 1), date(2024, 9, 30)),
        ("BAS Sep Qtr FY25", date(2024, 7, 1), date(2024, 9, 30)),
        ("QE Sep 24", date(2024, 7, 1), date(2024, 9, 30)),
        ("Q1 - Sep 24", date(2024, 7, 1), date(2024, 9, 30)),
        ("1/7/24 - 30/9/24", date(2024, 7, 1), date(2024, 9, 30)),
        ("Oct 24 - Dec 24", date(2024, 10, 1), date(2024, 12, 31)),
        ("H1 FY25", date(2024, 7, 1), date(2024, 12, 31)),
        ("6 months to 31 Mar 25", date(2024, 10, 1), date(2025, 3, 31)),
        ("Payroll P03 FY25", date(2024, 9, 1), date(2024, 9, 30)),
        ("Mth 12 2024/25", date(2025, 6, 1), date(2025, 6, 30)),
        ("Oct24", date(2024, 10, 1), date(2024, 10, 31)),
        ("2024-10 wages", date(2024, 10, 1), date(2024, 10, 31)),
        ("BAS 01 - Sep 2024", date(2024, 9, 1), date(2024, 9, 30)),
        ("w/e 15 Nov 24", date(2024, 11, 9), date(2024, 11, 15)),
        ("F/N 15 Nov 24", date(2024, 11, 2), date(2024, 11, 15)),
        ("y/e 31.3.25", date(2024, 4, 1), date(2025, 3, 31)),
        ("YE25", date(2024, 7, 1), date(2025, 6, 30)),
        ("June 30, 2025", date(2024, 7, 1), date(2025, 6, 30)),
        ("HY Dec 2025", date(2025, 7, 1), date(2025, 12, 31)),
        ("half year ended 31 December 2025", date(2025, 7, 1), date(2025, 12, 31)),
        ("2nd half 2025", date(2025, 1, 1), date(2025, 6, 30)),
        ("First quarter FY27", date(2026, 7, 1), date(2026, 9, 30)),
        ("Jul/Aug/Sep 2026", date(2026, 7, 1), date(2026, 9, 30)),
        ("Jul 1 - Sep 30, 2026", date(2026, 7, 1), date(2026, 9, 30)),
        ("31 Aug - 13 Sep 2026", date(2026, 8, 31), date(2026, 9, 13)),
        ("1-14 Sep 2026", date(2026, 9, 1), date(2026, 9, 14)),
        ("01/09/2026-14/09/2026", date(2026, 9, 1), date(2026, 9, 14)),
        ("28 Dec - 10 Jan 2027", date(2026, 12, 28), date(2027, 1, 10)),
        ("week of 31 Aug 2026", date(2026, 8, 31), date(2026, 9, 6)),
        ("June 2026 year end", date(2025, 7, 1), date(2026, 6, 30)),
        ("March YE 2027", date(2026, 4, 1), date(2027, 3, 31)),
        ("12 months ended March 2027", date(2026, 4, 1), date(2027, 3, 31)),
        ("three months to 30 Sep 2026", date(2026, 7, 1), date(2026, 9, 30)),
        ("two-monthly Sep 2026", date(2026, 8, 1), date(2026, 9, 30)),
        ("CY2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("ITR_2024", date(2023, 7, 1), date(2024, 6, 30)),
    ],
)
def test_other_systems_write_periods_in_these_ways(text: str, start: date, end: date) -> None:
    assert [(period.start, period.end) for period in parse_periods(text)] == [(start, end)]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("BAS Sep Qtr", (7, 9)),
        ("Q1 BAS", (7, 9)),
        ("Mth 3 payroll", (9, 9)),
        ("Oct wages", (10, 10)),
        ("HY Dec", (7, 12)),
        ("Jul/Aug/Sep", (7, 9)),
        ("H1", (7, 12)),
    ],
)
def test_a_period_without_its_year_is_a_season(text: str, months: tuple[int, int]) -> None:
    found = split_periods(text.lower())
    assert found.periods == ()
    assert [(season.start.month, season.end.month) for season in found.seasons] == [months]


def test_a_day_alone_only_says_when_something_ended() -> None:
    assert [period.kind for period in parse_periods("BAS 30 Sep 2024")] == [PeriodKind.UNTIL]


def test_numbered_months_count_from_the_start_of_the_year() -> None:
    assert parse_periods("M01 FY25", year_end_month=3)[0].start == date(2024, 4, 1)


def test_the_british_tax_year_ends_in_april() -> None:
    assert parse_periods("SA100 5 April 2025", year_end_month=3)[0].end == date(2025, 3, 31)
