"""The label grammar: which days texts are about, and when they leave it open."""

from __future__ import annotations

from datetime import date

import pytest

from core.mapping.labels import Conventions, Reading, hide_client, read_label
from core.mapping.spans import Span, months_span

OCTOBER_5 = Span(date(2026, 10, 5), date(2026, 10, 5))
JOB = Span(date(2026, 7, 1), date(2027, 8, 25))
LAST, FIRST = Conventions(), Conventions(quarter_named_by="first")


def read(*texts: str, near: Span | None = OCTOBER_5, conventions: Conventions = LAST) -> Reading:
    return read_label(texts, near, conventions)


@pytest.mark.parametrize(
    ("text", "near", "words"),
    [
        ("Payroll - October", OCTOBER_5, "Oct 2026"),
        ("Payroll - Oct", OCTOBER_5, "Oct 2026"),
        ("Payroll- Oct", OCTOBER_5, "Oct 2026"),
        ("Payroll - Dec", Span(date(2027, 1, 4), date(2027, 1, 4)), "Dec 2026"),
        ("Payroll - Jan", Span(date(2026, 12, 20), date(2026, 12, 20)), "Jan 2027"),
        ("PAYG – february", Span(date(2028, 2, 1), date(2028, 2, 1)), "Feb 2028"),
        ("BAS - Quarter September", Span(date(2026, 7, 1), date(2026, 7, 1)), "Jul to Sep 2026"),
        ("BAS - Quarter Sept", OCTOBER_5, "Jul to Sep 2026"),
        ("BAS Sep Qtr 2026", None, "Jul to Sep 2026"),
        ("Annual accounts FY2026", None, "the year to 30 Jun 2026"),
        ("Payroll w/e 2 Jan", OCTOBER_5, "27 Dec 2026 to 2 Jan 2027"),
    ],
)
def test_a_label_is_about_these_days(text: str, near: Span | None, words: str) -> None:
    found = read(text, near=near)
    assert (found.words, found.is_sure) == (words, True)


@pytest.mark.parametrize("text", ["Annual accounts", "Payroll - Octopus", "Query (may need help)", "", "Div 7A loan"])
def test_text_without_a_period_says_nothing(text: str) -> None:
    assert read(text) == Reading()


@pytest.mark.parametrize("text", ["Report HY26", "BAS 9/26", "Payroll 2026-7"])
def test_figures_that_look_like_a_period_are_told(text: str) -> None:
    assert read(text).unread == text.split()[-1]


def test_a_label_without_any_year_stays_without() -> None:
    found = read("Payroll - Oct", near=None)
    assert (found.words, found.yearless, found.is_sure) == ("Oct", True, False)


@pytest.mark.parametrize("label", ["BAS - Quarter July", "BAS - Quarter Jul", "BAS - Qtr July"])
def test_a_quarter_may_be_named_by_its_first_month(label: str) -> None:
    assert read(label, near=JOB, conventions=FIRST).words == "Jul to Sep 2026"


@pytest.mark.parametrize(("month", "conventions"), [("July", LAST), ("August", LAST), ("September", FIRST)])
def test_a_quarter_named_against_the_convention_is_in_doubt(month: str, conventions: Conventions) -> None:
    found = read(f"BAS - Quarter {month}", near=JOB, conventions=conventions)
    assert f"{month} is not the {conventions.quarter_named_by} month of a quarter" in found.doubt


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("Sep Qtr 2026", "BAS - Sep Qtr 2026"), "Jul to Sep 2026"),
        (("Sep Qtr 2026", "BAS Sep"), "Jul to Sep 2026"),
        (("FY2027", "Payroll - Oct"), "Oct 2026"),
        (("Payroll - Jun", "Payroll FY2027"), "Jun 2027"),
        (("Payroll - Jul", "Payroll 2026-27"), "Jul 2026"),
        (("Payroll - Oct", "Payroll 2026"), "Oct 2026"),
        (("Payroll - Feb", "Payroll FY2028"), "Feb 2028"),
        (("BAS - Q1 Sep",), "Jul to Sep 2026"),
        (("2026", "ASIC annual review 2026"), "the year to 30 Jun 2026"),
    ],
)
def test_texts_that_agree_are_read_together(texts: tuple[str, ...], words: str) -> None:
    found = read(*texts, near=JOB)
    assert (found.words, found.is_sure) == (words, True)


@pytest.mark.parametrize(
    ("texts", "doubt"),
    [
        (("Sep Qtr 2026", "BAS Dec Qtr 2026"), "names both Jul to Sep 2026 and Oct to Dec 2026"),
        (("", "BAS Q1, Q2 FY27"), "names both Oct to Dec 2026 and Jul to Sep"),
        (("", "BAS Sep & Dec Qtr 2026"), "names both Oct to Dec 2026 and Sep"),
        (("FY2026", "Payroll - Oct"), "names Oct 2025, far from its dates"),
        (("Payroll - Apr",), "names Apr, and no such time is near its dates"),
        (("BAS - Sep", "Activity Sep Qtr 2026"), "names both Sep 2026 and Jul to Sep 2026"),
    ],
)
def test_texts_that_contradict_each_other_are_in_doubt(texts: tuple[str, ...], doubt: str) -> None:
    assert read(*texts).doubt == doubt


def test_a_year_without_its_mark_may_be_financial_or_not() -> None:
    found = read("Payroll - Oct", "Payroll 2026", near=None)
    assert (found.words, found.is_sure) == ("Oct 2025 or Oct 2026", False)


def test_a_job_over_several_years_leaves_the_year_open() -> None:
    found = read("Payroll - Oct", near=Span(date(2024, 7, 1), date(2027, 6, 30)))
    assert (len(found.spans), found.doubt) == (3, "names Oct, which its dates hold more than once")


@pytest.mark.parametrize(
    ("label", "words"),
    [("Payroll - Jul", "Jul 2026 or Jul 2027"), ("Payroll - Sep", "Sep 2026"), ("Payroll - Jun", "Jun 2027")],
)
def test_a_job_opened_late_leaves_the_months_before_it_open(label: str, words: str) -> None:
    found = read(label, near=Span(date(2026, 8, 20), date(2027, 7, 15)))
    assert (found.words, found.is_sure) == (words, " or " not in words)


@pytest.mark.parametrize(("label", "words"), [("BAS - Quarter June", "Apr to Jun 2026"), ("Payroll - Jul", "Jul 2025")])
def test_a_job_lends_the_year_that_lies_inside_it(label: str, words: str) -> None:
    found = read(label, near=Span(date(2025, 7, 1), date(2026, 8, 31)))
    assert (found.words, found.is_sure) == (words, True)


def test_a_day_alone_may_end_a_year_a_quarter_or_a_month() -> None:
    assert read("BAS 30 Sep 2026").words == "Jul to Sep 2026 or Sep 2026"
    assert read("Accounts 30 June 2026").words == "the year to 30 Jun 2026 or Apr to Jun 2026 or Jun 2026"


@pytest.mark.parametrize(
    ("text", "client", "left"),
    [
        ("June Wilson - Bookkeeping", "Wilson, June", "- Bookkeeping"),
        ("Bookkeeping June Wilson Oct 2026", "June Wilson", "Bookkeeping Oct 2026"),
        ("Payroll - June", "Wilson, June", "Payroll - June"),
        ("Payroll - Oct", "Harbour Pty Ltd", "Payroll - Oct"),
    ],
)
def test_a_client_named_like_a_month_is_no_period(text: str, client: str, left: str) -> None:
    assert hide_client(text, client).strip() == left


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (months_span(2026, 9, 1), "Sep 2026"),
        (months_span(2027, 1, 3), "Nov 2026 to Jan 2027"),
        (months_span(2026, 6, 12), "the year to 30 Jun 2026"),
        (Span(date(2026, 9, 5), date(2026, 9, 5)), "5 Sep 2026"),
        (Span(date(2026, 8, 30), date(2026, 9, 5)), "30 Aug to 5 Sep 2026"),
    ],
)
def test_a_stretch_is_said_as_people_say_it(span: Span, words: str) -> None:
    assert span.words == words


def test_a_stretch_moves_to_another_year_with_its_leap_day() -> None:
    assert months_span(2000, 2, 1).moved_to(2028).end == date(2028, 2, 29)
    assert months_span(2000, 2, 1).moved_to(2027).end == date(2027, 2, 28)
