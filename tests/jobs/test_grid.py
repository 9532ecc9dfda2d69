"""The cost grid: rows by line key, edits by position turned into keys, and a draft that keeps what it must."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.jobs import CostLine, CostTable, JobDraft, read_costs
from core.jobs.grid import (
    Rows,
    apply_edits,
    copy_rows,
    drop_stale,
    show_rows,
    spare_row,
    take_lines,
    take_out,
    write_money,
    write_number,
    write_rows,
)

DAY = date(2026, 11, 20)


def make_line(key: str, *, brought: bool = False, xpm_id: str = "", markup: Decimal | None = None) -> CostLine:
    line = CostLine(key, DAY, f"Line {key}", Decimal(1), Decimal(8), Decimal(10))
    return CostLine(**vars(line) | {"brought": brought, "xpm_id": xpm_id, "markup_percent": markup})


LINES = (make_line("a"), make_line("b", brought=True), make_line("c"))
ROWS = write_rows(LINES)


def take(rows: Rows, draft: JobDraft | None = None) -> JobDraft:
    return take_lines(draft or JobDraft(costs=LINES), read_costs(rows, DAY), rows)


@pytest.mark.parametrize(
    ("number", "text"), [("2", "2.00"), ("17.5", "17.50"), ("0.1234", "0.1234"), ("1E+3", "1000.00")]
)
def test_money_is_written_with_its_cents(number: str, text: str) -> None:
    assert write_money(Decimal(number)) == text


def test_a_quantity_is_written_without_zeros() -> None:
    assert write_number(Decimal("1.50")) == "1.5"


def test_written_rows_are_read_back_as_the_lines_they_were() -> None:
    marked_up = make_line("m", markup=Decimal(25))
    lines = (*LINES, marked_up)
    assert read_costs(write_rows(lines), DAY) == CostTable(lines, ())


def test_a_spare_row_is_no_line() -> None:
    assert read_costs({"x": spare_row(Decimal(10))}, DAY) == CostTable((), ())


def test_an_edit_by_position_changes_the_line_of_that_key() -> None:
    edited = apply_edits(ROWS, {1: {"quantity": "3"}})
    assert {key: row["quantity"] for key, row in edited.rows.items()} == {"a": "1", "b": "3", "c": "1"}
    assert ROWS["b"]["quantity"] == "1"


def test_ticked_rows_are_told_by_key() -> None:
    assert apply_edits(ROWS, {0: {"pick": True}, 2: {"pick": True, "code": "X"}}).picked == ("a", "c")


def test_edits_beyond_the_rows_are_ignored() -> None:
    assert apply_edits(ROWS, {7: {"quantity": "3"}}).rows == ROWS


def test_a_mark_up_makes_the_price_and_a_typed_price_ends_the_mark_up() -> None:
    marked = apply_edits(ROWS, {0: {"markup_percent": "50 %"}}).rows
    assert take(marked).costs[0].unit_price == Decimal(12)
    priced = apply_edits(marked, {0: {"unit_price": "30"}}).rows
    line = take(priced).costs[0]
    assert (line.unit_price, line.markup_percent) == (Decimal(30), None)


def test_a_marked_up_price_follows_the_cost() -> None:
    rows = apply_edits(write_rows((make_line("a", markup=Decimal(25)),)), {0: {"unit_cost": "20"}}).rows
    assert take(rows).costs[0].unit_price == Decimal(25)


def test_of_a_price_and_a_mark_up_in_one_row_the_newer_one_stays() -> None:
    both = {0: {"unit_price": "30", "markup_percent": "50"}, 1: {"code": "X"}}
    assert drop_stale(both, {0: {"unit_price": "30"}}) == {0: {"markup_percent": "50"}, 1: {"code": "X"}}
    assert drop_stale(both, {0: {"markup_percent": "50"}}) == {0: {"unit_price": "30"}, 1: {"code": "X"}}
    assert drop_stale(both, {}) == {0: {"unit_price": "30"}, 1: {"code": "X"}}
    assert drop_stale({1: {"code": "X"}}, {}) is None


def test_the_grid_shows_totals_the_mark_up_and_what_is_wrong_under_the_lines_key() -> None:
    rows = apply_edits(ROWS, {0: {"quantity": "2", "tax_percent": "10"}, 1: {"quantity": "abc"}}).rows
    shown = show_rows(rows, read_costs(rows, DAY), {"c": "New"})
    assert shown.index.tolist() == ["a", "b", "c"]
    assert shown.loc["a", ["line_cost", "line_price", "line_tax", "markup_percent"]].tolist() == [
        "16.00",
        "20.00",
        "2.00",
        "25",
    ]
    assert shown.loc["b", "wrong"].startswith("Quantity: abc is not a number")
    assert shown.loc["b", "quantity"] == "abc"
    assert shown["against"].tolist() == ["", "", "New"]


def test_an_empty_grid_has_its_columns() -> None:
    assert list(show_rows({}, CostTable((), ())).columns)[:3] == ["pick", "date", "description"]


def test_a_copy_stands_behind_its_line_and_is_unknown_to_xpm() -> None:
    rows = copy_rows(write_rows((make_line("a", brought=True, xpm_id="x1"), LINES[2])), ["a"], "new")
    assert list(rows) == ["a", "new-1", "c"]
    assert (rows["new-1"]["xpm_id"], rows["new-1"]["brought"]) == ("", False)
    assert rows["new-1"]["description"] == "Line a"


def test_taking_out_what_xpm_holds_makes_it_count_for_nothing() -> None:
    rows = take_out(write_rows((make_line("a", xpm_id="x1"), LINES[2])), ["a", "c"])
    assert list(rows) == ["a"]
    assert (rows["a"]["quantity"], rows["a"]["billable"]) == ("0", False)


def test_lines_stand_in_the_order_of_the_rows() -> None:
    rows = {key: ROWS[key] for key in ("c", "a", "b")}
    assert [line.key for line in take(rows).costs] == ["c", "a", "b"]


def test_a_removed_line_of_the_template_is_remembered() -> None:
    draft = take(take_out(ROWS, ["a", "b"]))
    assert ([line.key for line in draft.costs], [line.key for line in draft.removed]) == (["c"], ["b"])


def test_an_emptied_row_is_a_removed_line() -> None:
    rows = apply_edits(ROWS, {1: dict.fromkeys(("description", "code", "unit_cost", "unit_price", "note"), "")}).rows
    assert [line.key for line in take(rows).removed] == ["b"]


def test_a_removed_line_that_comes_back_is_no_longer_removed() -> None:
    draft = take(take_out(ROWS, ["b"]))
    assert take(ROWS, draft).removed == ()


def test_a_line_with_a_marked_cell_keeps_what_the_draft_had() -> None:
    rows = apply_edits(ROWS, {0: {"quantity": "abc"}, 1: {"quantity": "5"}}).rows
    assert [(line.key, line.quantity) for line in take(rows).costs] == [
        ("a", Decimal(1)),
        ("b", Decimal(5)),
        ("c", Decimal(1)),
    ]
