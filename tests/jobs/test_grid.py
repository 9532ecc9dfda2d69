"""The cost grid: rows by line key, edits by position turned into keys, and a draft that keeps what it must."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.jobs import CostLine, JobDraft
from core.jobs.grid import apply_edits, make_grid, take_lines, write_money, write_number

DAY = date(2026, 11, 20)


def make_line(key: str, *, brought: bool = False, quantity: str = "1", price: str = "10") -> CostLine:
    return CostLine(key, DAY, f"Line {key}", Decimal(quantity), Decimal(2), Decimal(price), brought=brought)


LINES = (make_line("a"), make_line("b", brought=True), make_line("c"))


def test_the_grid_is_indexed_by_line_key_and_holds_text() -> None:
    grid = make_grid(LINES[:1])
    assert grid.index.tolist() == ["a"]
    assert grid.loc["a", ["quantity", "unit_cost", "unit_price"]].tolist() == ["1", "2.00", "10.00"]


def test_an_empty_table_has_its_columns() -> None:
    assert list(make_grid(()).columns)[:3] == ["date", "description", "code"]


@pytest.mark.parametrize(
    ("number", "text"), [("2", "2.00"), ("17.5", "17.50"), ("0.1234", "0.1234"), ("1E+3", "1000.00")]
)
def test_money_is_written_with_its_cents(number: str, text: str) -> None:
    assert write_money(Decimal(number)) == text


def test_a_quantity_is_written_without_zeros() -> None:
    assert write_number(Decimal("1.50")) == "1.5"


def test_an_edit_by_position_changes_the_line_of_that_key() -> None:
    edited = apply_edits(make_grid(LINES), {"edited_rows": {1: {"quantity": "3"}}}, "new")
    assert {key: row["quantity"] for key, row in edited.rows.items()} == {"a": "1", "b": "3", "c": "1"}


def test_a_deleted_position_removes_the_line_of_that_key() -> None:
    edited = apply_edits(make_grid(LINES), {"deleted_rows": [1]}, "new")
    assert (list(edited.rows), edited.removed) == (["a", "c"], ("b",))


def test_added_rows_get_keys_of_their_own() -> None:
    edited = apply_edits(make_grid(LINES[:1]), {"added_rows": [{"description": "x"}, {"description": "y"}]}, "new")
    assert list(edited.rows) == ["a", "new-1", "new-2"]


def test_edits_beyond_the_rows_are_ignored() -> None:
    edited = apply_edits(make_grid(LINES[:1]), {"edited_rows": {7: {"quantity": "3"}}, "deleted_rows": [9]}, "new")
    assert (list(edited.rows), edited.removed) == (["a"], ())


def test_a_removed_line_of_the_template_is_remembered() -> None:
    draft = take_lines(JobDraft(costs=LINES), [LINES[0], LINES[2]], ["b"], [])
    assert ([line.key for line in draft.costs], [line.key for line in draft.removed]) == (["a", "c"], ["b"])


def test_a_removed_line_of_ours_is_simply_gone() -> None:
    draft = take_lines(JobDraft(costs=LINES), LINES[1:], ["a"], [])
    assert ([line.key for line in draft.costs], draft.removed) == (["b", "c"], ())


def test_a_line_with_a_marked_cell_keeps_what_the_draft_had() -> None:
    draft = take_lines(JobDraft(costs=LINES), [LINES[0], LINES[2]], [], ["b"])
    assert draft.costs == LINES


def test_a_new_line_with_a_marked_cell_is_not_kept_yet() -> None:
    assert take_lines(JobDraft(costs=LINES), LINES, [], ["new-1"]).costs == LINES
