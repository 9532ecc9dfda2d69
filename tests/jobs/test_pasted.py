"""Cost lines pasted from a spreadsheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.jobs import CostLine
from core.jobs.pasted import MOST_ROWS, Pasted, PasteUnusable, read_pasted

DAY = date(2026, 11, 20)
HEADED = "Item\tQty\tUnit price\tBillable\tSupplier\nSearch fee\t2\t$1,234.50\tyes\tASIC\nCourier\t1\t9\tNo\t\n"


def read(text: str) -> Pasted:
    return read_pasted(text, DAY, "paste", Decimal(10))


def test_headings_say_which_cell_is_which_and_others_are_left_out() -> None:
    pasted = read(HEADED)
    assert [(line.key, line.description, line.quantity, line.unit_price, line.billable) for line in pasted.lines] == [
        ("paste-2", "Search fee", Decimal(2), Decimal("1234.50"), True),
        ("paste-3", "Courier", Decimal(1), Decimal(9), False),
    ]
    assert (pasted.rows, pasted.has_headings, pasted.problems) == (2, True, ())


def test_without_headings_the_order_is_that_of_the_table() -> None:
    [line] = read("20/11/2026\tCourier\tCOUR\ty\t3\t6.00\t50%\t\t15\tto the bank").lines
    assert (line.date, line.code, line.quantity, line.unit_cost) == (DAY, "COUR", Decimal(3), Decimal(6))
    assert (line.markup_percent, line.unit_price, line.tax_percent) == (Decimal(50), Decimal(9), Decimal(15))
    assert line.note == "to the bank"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1/2/2026", date(2026, 2, 1)),
        ("01.02.26", date(2026, 2, 1)),
        ("3 Sep 2026", date(2026, 9, 3)),
        ("03-Sep-26", date(2026, 9, 3)),
        ("2026-09-03", date(2026, 9, 3)),
        ("2026-09-03T00:00:00", date(2026, 9, 3)),
        ("", DAY),
    ],
)
def test_dates_are_read_day_first(cell: str, expected: date) -> None:
    assert read(f"{cell}\tCourier").lines[0].date == expected


def test_a_bad_cell_is_told_with_its_row_and_the_others_can_be_taken() -> None:
    pasted = read("31/02/2026\tCourier\n\tTravel\t\tperhaps\t1,5\n\tPrinting")
    assert [(one.line, one.column, one.value) for one in pasted.problems] == [
        ("1", "date", "31/02/2026"),
        ("2", "billable", "perhaps"),
        ("2", "quantity", "1,5"),
    ]
    assert [line.description for line in pasted.lines] == ["Printing"]


def test_a_row_without_tax_takes_the_practices() -> None:
    assert read("\tCourier").lines[0].tax_percent == Decimal(10)


def test_a_line_break_inside_a_quoted_cell_stays_inside() -> None:
    [line] = read('\t"Search fee\nfor two companies"\tASIC').lines
    assert (line.description, line.code) == ("Search fee\nfor two companies", "ASIC")


def test_commas_and_semicolons_part_cells_too() -> None:
    assert read("description,quantity\nCourier,2").lines[0].quantity == Decimal(2)
    assert read("description;unit cost\nCourier;6.50").lines[0].unit_cost == Decimal("6.50")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ("\tx\n" * (MOST_ROWS + 1), "501 rows"),
        ("x" * 200_001, "longer"),
        ("Description\tPrice\tRate\nx\t1\t2", "two columns"),
    ],
)
def test_what_is_no_table_is_refused(text: str, why: str) -> None:
    with pytest.raises(PasteUnusable, match=why):
        read(text)


HELD = (
    CostLine("x1", DAY, "Search fee", Decimal(1), Decimal(10), Decimal(15), code="S", note="~M/k1", xpm_id="x1"),
    CostLine("x2", DAY, "Courier", Decimal(2), Decimal(6), Decimal(9), billable=False, xpm_id="x2"),
)


def read_edited(text: str) -> Pasted:
    return read_pasted(text, DAY, "added", None, HELD)


def test_a_row_with_an_id_is_that_cost_with_its_cells_changed() -> None:
    [line] = read_edited("id,description,unit price\nx1,Search fee,25").lines
    assert line == replace(HELD[0], unit_price=Decimal(25))


def test_a_row_without_an_id_is_a_new_line() -> None:
    [line] = read_edited("id,description,unit price\n,Travel,25").lines
    assert (line.key, line.xpm_id) == ("added-2", "")


def test_an_id_nobody_holds_or_twice_is_told() -> None:
    pasted = read_edited("id,description\nx9,Search fee\nx2,Courier\nx2,Courier")
    assert [(one.line, one.value) for one in pasted.problems] == [("2", "x9"), ("4", "x2")]


def test_ids_mean_nothing_where_no_job_is_edited() -> None:
    [line] = read("id\tdescription\nx1\tSearch fee").lines
    assert (line.key, line.xpm_id) == ("paste-2", "")


def test_what_was_guarded_against_formulas_is_read_as_it_was() -> None:
    assert read("Description\n'=SUM(A1)\n'Tis").lines[0].description == "=SUM(A1)"
    assert read("Description\n'Tis the fee").lines[0].description == "'Tis the fee"
