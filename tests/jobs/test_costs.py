"""The cost table takes what people type, and marks what it cannot be sure of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.jobs.costs import CostTable, add_up, find_markup, read_costs
from core.jobs.draft import CostLine

TODAY = date(2026, 11, 20)


def read(**cells: Any) -> CostTable:
    return read_costs({"a": {"description": "Companies Office fee", **cells}}, TODAY)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("45", "45"), ("1,234.50", "1234.50"), ("$52.50", "52.50"), (12.5, "12.5"), (3, "3"), (" 7 ", "7")],
)
def test_a_number_typed_the_usual_way_is_read_exactly(typed: Any, number: str) -> None:
    assert read(unit_price=typed).lines[0].unit_price == Decimal(number)


@pytest.mark.parametrize("typed", ["1.234,50", "abc", "1e9", "-5", "99999999999", "1.123456789", "1,23"])
def test_a_number_that_is_not_sure_marks_its_cell(typed: str) -> None:
    table = read(unit_price=typed)
    assert table.lines == ()
    assert [(p.line, p.column, p.value) for p in table.problems] == [("a", "unit_price", typed)]


def test_an_empty_row_is_dropped_without_a_word() -> None:
    assert read_costs({"a": {"description": "", "quantity": 1, "billable": True}}, TODAY) == CostTable((), ())


def test_a_row_with_a_price_but_no_description_is_marked() -> None:
    assert [p.column for p in read_costs({"a": {"unit_price": 5}}, TODAY).problems] == ["description"]


def test_left_out_cells_get_the_defaults_the_page_states() -> None:
    line = read().lines[0]
    assert (line.date, line.quantity, line.unit_cost, line.billable) == (TODAY, Decimal(1), Decimal(0), True)


def test_all_wrong_cells_of_a_row_are_marked_at_once() -> None:
    assert [p.column for p in read(quantity="x", date="31/11/2026", unit_cost="y").problems] == [
        "date",
        "quantity",
        "unit_cost",
    ]


def line(quantity: str, cost: str, price: str, billable: bool = True) -> CostLine:
    return CostLine("k", TODAY, "d", Decimal(quantity), Decimal(cost), Decimal(price), billable)


def test_only_billable_lines_are_charged() -> None:
    totals = add_up([line("2", "6.00", "9.00"), line("1", "5.00", "50.00", billable=False)])
    assert (totals.cost, totals.price, totals.billable_price, totals.margin) == (
        Decimal("17.00"),
        Decimal("68.00"),
        Decimal("18.00"),
        Decimal("1.00"),
    )


def test_tax_is_on_billable_lines_and_rounded_line_by_line() -> None:
    taxed = [replace(line("1", "0", "0.05"), tax_percent=Decimal(10)) for _ in range(2)]
    totals = add_up([*taxed, replace(line("1", "0", "99", billable=False), tax_percent=Decimal(10))])
    assert (totals.billable_price, totals.tax, totals.charged) == (Decimal("0.10"), Decimal("0.02"), Decimal("0.12"))


def test_a_mark_up_makes_the_price_to_the_cent_whatever_the_price_cell_holds() -> None:
    [marked] = read(unit_cost="9.99", markup_percent="33.3 %", unit_price="abc").lines
    assert (marked.unit_price, marked.markup_percent) == (Decimal("13.32"), Decimal("33.3"))


@pytest.mark.parametrize(("cost", "price", "expected"), [("10", "15", "50"), ("10", "9", "-10"), ("0", "9", None)])
def test_the_mark_up_of_a_price_is_found(cost: str, price: str, expected: str | None) -> None:
    assert find_markup(Decimal(cost), Decimal(price)) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("column", "typed"), [("tax_percent", "101"), ("markup_percent", "10001"), ("tax_percent", "x")]
)
def test_a_percentage_nobody_means_is_marked(column: str, typed: str) -> None:
    assert [(p.column, p.value) for p in read(**{column: typed}).problems] == [(column, typed)]


def test_an_empty_table_has_no_margin_percentage() -> None:
    assert add_up([]).margin_percent is None
