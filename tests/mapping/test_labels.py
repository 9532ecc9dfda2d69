"""The label grammar: which days a label is about, and when it says nothing."""

from __future__ import annotations

from datetime import date

import pytest

from core.mapping.labels import Conventions, MonthLabel, Span, name_span, read_month_label

SEPTEMBER_QUARTER = Span(date(2026, 7, 1), date(2026, 9, 30))
OCTOBER = Span(date(2026, 10, 1), date(2026, 10, 31))
AUGUST = Span(date(2026, 8, 1), date(2026, 8, 31))
IN_OCTOBER = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Payroll - October", MonthLabel("Payroll", 10, False)),
        ("Payroll - Oct", MonthLabel("Payroll", 10, False)),
        ("Payroll- Oct", MonthLabel("Payroll", 10, False)),
        ("BAS - Quarter September", MonthLabel("BAS", 9, True)),
        ("BAS - Quarter Sept", MonthLabel("BAS", 9, True)),
        ("PAYG – february", MonthLabel("PAYG", 2, False)),
        ("Annual accounts", None),
        ("Payroll - Octopus", None),
        ("October", None),
    ],
)
def test_the_grammar_reads_task_and_month(text: str, label: MonthLabel | None) -> None:
    assert read_month_label(text) == label


@pytest.mark.parametrize(
    ("text", "near", "span"),
    [
        ("Payroll - Oct", IN_OCTOBER, OCTOBER),
        ("Payroll - Dec", date(2027, 1, 4), Span(date(2026, 12, 1), date(2026, 12, 31))),
        ("Payroll - Jan", date(2026, 12, 20), Span(date(2027, 1, 1), date(2027, 1, 31))),
        ("Payroll - Feb", date(2028, 2, 1), Span(date(2028, 2, 1), date(2028, 2, 29))),
        ("BAS - Quarter September", date(2026, 7, 1), SEPTEMBER_QUARTER),
        ("BAS - Quarter September", IN_OCTOBER, SEPTEMBER_QUARTER),
        ("BAS Sep Qtr 2026", None, SEPTEMBER_QUARTER),
        ("Annual accounts FY2026", None, Span(date(2025, 7, 1), date(2026, 6, 30))),
        ("Payroll - Oct", None, None),
        ("Bookkeeping", IN_OCTOBER, None),
    ],
)
def test_a_label_is_about_these_days(text: str, near: date | None, span: Span | None) -> None:
    assert name_span((text,), Span(near, near) if near else None, Conventions()) == span


def test_a_quarter_may_be_named_by_its_first_month() -> None:
    conventions = Conventions(quarter_named_by="first")
    assert name_span(("BAS - Quarter July",), AUGUST, conventions) == SEPTEMBER_QUARTER


def test_the_first_text_that_names_a_period_decides() -> None:
    assert name_span(("Sep Qtr 2026", "Payroll - Oct"), OCTOBER, Conventions()) == SEPTEMBER_QUARTER


@pytest.mark.parametrize(
    ("label", "span"),
    [
        ("BAS - Quarter June", Span(date(2026, 4, 1), date(2026, 6, 30))),
        ("BAS - Quarter September", Span(date(2025, 7, 1), date(2025, 9, 30))),
        ("Payroll - Jul", Span(date(2025, 7, 1), date(2025, 7, 31))),
    ],
)
def test_a_job_lends_the_year_that_lies_inside_it(label: str, span: Span) -> None:
    job = Span(date(2025, 7, 1), date(2026, 8, 31))
    assert name_span((label,), job, Conventions()) == span
