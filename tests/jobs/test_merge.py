"""What a template brought met with the table: one line per cost, and every difference told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.jobs import CostLine, HeldCost
from core.jobs.merge import Mark, hold_line, is_equal, lay_out, silence, tell_differences, unhold

DAY, LATER = date(2026, 11, 20), date(2026, 11, 25)


def make_cost(xpm_id: str, words: str, *, price: str = "20", quantity: str = "1", note: str = "") -> HeldCost:
    return HeldCost(xpm_id, DAY, words, "", note, Decimal(quantity), Decimal(10), Decimal(price), billable=True)


def make_line(key: str, words: str, *, price: str = "20", brought: bool = False) -> CostLine:
    return CostLine(key, LATER, words, Decimal(1), Decimal(10), Decimal(price), brought=brought)


HELD = [make_cost("x1", "Search fee"), make_cost("x2", "Document pack"), make_cost("x3", "Courier")]


def test_each_held_cost_is_one_line_of_the_review() -> None:
    laid = lay_out([make_line("a", "search  FEE", price="30"), make_line("b", "Travel")], [], HELD)
    assert [(line.key, line.xpm_id) for line in laid] == [("a", "x1"), ("b", ""), ("x2", "x2"), ("x3", "x3")]


def test_a_line_taken_out_is_silenced_when_the_template_brought_it() -> None:
    laid = lay_out([], [make_line("a", "Courier", brought=True), make_line("b", "Gone")], HELD)
    assert [(line.xpm_id, line.quantity, line.billable) for line in laid] == [
        ("x3", Decimal(0), False),
        ("x1", Decimal(1), True),
        ("x2", Decimal(1), True),
    ]


def test_a_review_laid_out_again_stays_the_same() -> None:
    laid = lay_out([make_line("a", "Search fee"), make_line("b", "Travel")], [make_line("c", "Courier")], HELD)
    assert lay_out(laid, [], HELD) == laid


def test_a_line_from_an_earlier_job_takes_the_date_the_template_gave() -> None:
    typed, taken = (lay_out([make_line("a", "Courier", brought=one)], [], HELD)[0] for one in (False, True))
    assert (typed.date, taken.date) == (LATER, DAY)


def test_two_equal_lines_meet_two_equal_costs() -> None:
    twice = [make_cost("x1", "Search fee"), make_cost("x2", "Search fee")]
    laid = lay_out([make_line("a", "Search fee"), make_line("b", "Search fee")], [], twice)
    assert [line.xpm_id for line in laid] == ["x1", "x2"]


def test_every_kind_of_difference_is_told() -> None:
    held = [hold_line(cost) for cost in HELD]
    silent = silence(held[2], HELD[2])
    mine = replace(held[0], key="a", unit_price=Decimal("20.50"), code="ASIC")
    found = tell_differences([mine, held[1], silent, make_line("n", "Travel")], held)
    assert [(one.mark, one.words) for one in found] == [
        (Mark.CHANGED, "code none → ASIC, unit price 20.00 → 20.50"),
        (Mark.UNASKED, ""),
        (Mark.SILENCED, "quantity 1 → 0, billable yes → no"),
        (Mark.NEW, "1 × 20.00"),
    ]


def test_a_line_of_the_table_that_equals_its_cost_is_the_same() -> None:
    held = hold_line(HELD[0])
    assert [one.mark for one in tell_differences([replace(held, key="a")], [held])] == [Mark.SAME]


def test_a_held_line_stands_for_its_cost() -> None:
    assert [unhold(hold_line(cost)) for cost in HELD] == HELD


@pytest.mark.parametrize(
    "change",
    [
        {"description": "Other"},
        {"code": "X"},
        {"quantity": Decimal(2)},
        {"unit_price": Decimal(21)},
        {"billable": False},
        {"date": LATER},
        {"note": "typed"},
    ],
)
def test_a_met_line_differs_by_any_field_that_xpm_holds(change: dict[str, object]) -> None:
    line = hold_line(HELD[0])
    assert is_equal(line, HELD[0])
    assert not is_equal(replace(line, **change), HELD[0])  # type: ignore[arg-type]


def test_tax_and_mark_up_are_ours_and_no_difference() -> None:
    line = replace(hold_line(HELD[0]), tax_percent=Decimal(10), markup_percent=Decimal(100))
    assert is_equal(line, HELD[0])
    assert tell_differences([line], [hold_line(HELD[0])])[0].mark is Mark.UNASKED
