"""Names of jobs from patterns."""

from __future__ import annotations

from datetime import date

import pytest

from core.jobs.naming import UnknownPlaceholder, fill_name

DAY = date(2026, 8, 15)


def name(pattern: str, *, period: str = "", start: date | None = DAY, year_end: int = 6) -> str:
    return fill_name(pattern, client="Acme & Co", template="BAS", period=period, start=start, year_end_month=year_end)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{client}: {template}", "Acme & Co: BAS"),
        ("{template} {month} {year}", "BAS August 2026"),
        ("{TEMPLATE} { fy }", "BAS FY2027"),
        ("{template} {quarter} {year}", "BAS Sep Qtr 2026"),
        ("Annual accounts 2026", "Annual accounts 2026"),
        ("  Tidy   blanks ", "Tidy blanks"),
        ("Ends in a dash -", "Ends in a dash -"),
        ("{client", "{client"),
    ],
)
def test_a_pattern_is_filled(pattern: str, expected: str) -> None:
    assert name(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{template} {period}", "BAS"),
        ("{template} - {period}", "BAS"),
        ("{template} ({period})", "BAS"),
        ("{period}: {template}", "BAS"),
        ("{template} - {period} - {client}", "BAS - Acme & Co"),
        ("{period}", ""),
    ],
)
def test_an_empty_placeholder_leaves_nothing_behind(pattern: str, expected: str) -> None:
    assert name(pattern) == expected


def test_the_date_words_are_empty_without_a_start() -> None:
    assert name("{template} {month} {fy} {quarter}", start=None) == "BAS"


@pytest.mark.parametrize(
    ("start", "year_end", "expected"),
    [
        (date(2026, 6, 30), 6, "FY2026 Jun Qtr"),
        (date(2026, 7, 1), 6, "FY2027 Sep Qtr"),
        (date(2026, 3, 31), 3, "FY2026 Mar Qtr"),
        (date(2026, 4, 1), 3, "FY2027 Jun Qtr"),
        (date(2026, 12, 31), 12, "FY2026 Dec Qtr"),
        (date(2026, 11, 2), 2, "FY2027 Nov Qtr"),
        (date(2026, 12, 2), 1, "FY2027 Jan Qtr"),
    ],
)
def test_years_and_quarters_follow_the_practices_year_end(start: date, year_end: int, expected: str) -> None:
    assert name("{fy} {quarter}", start=start, year_end=year_end) == expected


def test_a_hostile_client_name_is_not_read_as_a_pattern() -> None:
    filled = fill_name("{client}", client="{year} {x}", template="", period="", start=DAY, year_end_month=6)
    assert filled == "{year} {x}"


def test_an_unknown_placeholder_names_those_there_are() -> None:
    with pytest.raises(UnknownPlaceholder, match=r"\{partner\}.*\{client\}, \{template\}"):
        name("{template} {partner}")
