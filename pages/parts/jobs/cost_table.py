"""The cost table of a job: the grid with its totals worked out beside what is typed, and what is wrong in its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.jobs.costs import TITLES
from core.jobs.grid import PICK, copy_rows, show_rows, take_out
from pages.parts.jobs.state import GRID, ROWS, Sheet, change_rows, keep, new_key, note_shown
from pages.parts.words import count, plain

#: Beyond so many rows the grid scrolls.
_ALL_SHOWN = 18
_NUMBER = r"^\s*\$?\s*\d[\d, ]*(\.\d+)?\s*$|^\s*\$?\.\d+\s*$"
_PERCENT = r"^\s*\d+(\.\d+)?\s*%?\s*$"


def show_table(sheet: Sheet, against: Mapping[str, str] | None = None) -> None:
    """The grid, what can be done with its ticked rows, and its sums.

    against: by line key, how a line stands against what XPM holds; None where nothing is held yet.
    """
    _show_grid(sheet, against)
    _show_row_actions(sheet, holds=against is not None)
    _show_sums(sheet)
    if sheet.cells:
        _show_problems(sheet)


_PRICED = ("billable", "quantity", "unit_cost", "markup_percent", "unit_price")
_DRAFTED = ("date", "description", "code", *_PRICED, "tax_percent", "line_price", "line_cost", "line_tax", "note")
#: The order where the difference from XPM is what people look at.
_HELD = (
    "against",
    "description",
    *_PRICED,
    "line_price",
    "line_cost",
    "date",
    "code",
    "tax_percent",
    "line_tax",
    "note",
)


def _show_grid(sheet: Sheet, against: Mapping[str, str] | None) -> None:
    """The grid over the rows of this opening; its edits become line keys in `read_sheet`, before anything else."""
    shown = show_rows(st.session_state[ROWS], sheet.table, against)
    order = [PICK, *(["wrong"] if sheet.cells else []), *(_DRAFTED if against is None else _HELD)]
    st.data_editor(
        shown,
        key=st.session_state[GRID],
        on_change=keep,
        num_rows="fixed",
        hide_index=True,
        height="content" if len(shown) <= _ALL_SHOWN else 35 * (_ALL_SHOWN + 1),
        column_order=order,
        column_config=_columns(),
        placeholder="",
        alt="The cost table of this job",
    )
    note_shown()


def _columns() -> dict[str, Any]:
    column = st.column_config
    money: dict[str, Any] = {"alignment": "right", "validate": _NUMBER, "width": 92}
    shown: dict[str, Any] = {"alignment": "right", "disabled": True, "width": 80}
    return {
        PICK: column.CheckboxColumn("", width=32, help="Tick lines to duplicate them or to take them out."),
        "wrong": column.TextColumn("To correct", width=190, disabled=True),
        "against": column.TextColumn("Against XPM", width=205, disabled=True),
        "date": column.DateColumn(TITLES["date"], format="DD/MM/YYYY", width=94, help="Empty: the job's start."),
        "description": column.TextColumn(TITLES["description"], width=175, max_chars=2000),
        "code": column.TextColumn(TITLES["code"], width=72),
        "billable": column.CheckboxColumn("Billable", width=86, help="Whether the client is charged for it."),
        "quantity": column.TextColumn("Qty", alignment="right", validate=_NUMBER, width=62),
        "unit_cost": column.TextColumn(TITLES["unit_cost"], help="What the practice pays, each.", **money),
        "markup_percent": column.TextColumn(
            TITLES["markup_percent"],
            alignment="right",
            validate=_PERCENT,
            width=98,
            help="Type a mark-up and the price follows the cost; or type the price and the mark-up is worked out.",
        ),
        "unit_price": column.TextColumn(TITLES["unit_price"], help="What the client pays, each, before tax.", **money),
        "tax_percent": column.TextColumn(
            TITLES["tax_percent"],
            alignment="right",
            validate=_PERCENT,
            width=72,
            help="For the totals here. XPM's costs hold no tax: its invoice adds it.",
        ),
        "note": column.TextColumn(TITLES["note"], width=110),
        "line_cost": column.TextColumn("Cost", help="Quantity × unit cost.", **shown),
        "line_price": column.TextColumn("Price", help="Quantity × unit price, before tax.", **shown),
        "line_tax": column.TextColumn("Tax", **shown),
    }


def _show_row_actions(sheet: Sheet, *, holds: bool) -> None:
    picked = sheet.picked
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Duplicate {count(len(picked), 'line')}" if picked else "Duplicate",
            key="cost_duplicate",
            icon=":material/content_copy:",
            disabled=not picked,
            on_click=lambda: change_rows(lambda table: copy_rows(table.rows, table.picked, new_key())),
        )
        st.button(
            f"Take out {count(len(picked), 'line')}" if picked else "Take out",
            key="cost_remove",
            icon=":material/remove:",
            disabled=not picked,
            on_click=lambda: change_rows(lambda table: take_out(table.rows, table.picked)),
        )
        st.button(
            "More empty lines",
            key="cost_more",
            icon=":material/add:",
            type="tertiary",
            on_click=lambda: change_rows(lambda table: table.rows),
        )
        told = "Type into an empty line to add one. Tick lines to duplicate them or to take them out."
        if holds:
            told = "XPM cannot delete a cost: taken out, it gets quantity 0 and is not billable. New lines are added."
        st.caption(told, width="stretch")


def _show_sums(sheet: Sheet) -> None:
    totals = sheet.totals
    percent = "" if totals.margin_percent is None else f"{totals.margin_percent} %"
    sums = {
        "Lines": (f"{len(sheet.table.lines):,}", None, None),
        "Cost to the practice": (f"{totals.cost:,.2f}", None, "Quantity × unit cost of all lines."),
        "Price, all lines": (f"{totals.price:,.2f}", None, "Quantity × unit price, billable or not, before tax."),
        "Charged, before tax": (f"{totals.billable_price:,.2f}", None, "Billable lines only."),
        "Margin": (f"{totals.margin:,.2f}", percent or None, "Charged before tax, less the cost of all lines."),
        "Tax": (f"{totals.tax:,.2f}", None, "Of billable lines, rounded line by line. XPM's invoice adds its own."),
        "Charged, with tax": (f"{totals.charged:,.2f}", None, None),
    }
    with st.container(horizontal=True, gap="medium", key="cost_sums"):
        for label, (value, delta, told) in sums.items():
            st.metric(
                label, value, delta, delta_arrow="off", delta_color="off", help=told, width="content", height="content"
            )


def _show_problems(sheet: Sheet) -> None:
    """Every marked cell by line and column; nothing is sent while there is one."""
    lines = {key: n for n, key in enumerate(sheet.rows, 1)}
    problems = pd.DataFrame(
        [(lines.get(p.line, 0), TITLES.get(p.column, p.column), p.value, p.sentence) for p in sheet.cells],
        columns=["Line", "Column", "Typed", "What is wrong"],
    )
    marked = count(len(problems), "cell")
    st.error(f"{marked} cannot be sent. Nothing is created until they are corrected.", icon=":material/error:")
    st.dataframe(problems, hide_index=True, alt="Cells of the cost table that cannot be sent")


def tell_removed(sheet: Sheet) -> None:
    """Lines that a template brings and the person took out, and what becomes of them."""
    removed = sheet.draft.removed
    if removed:
        names = ", ".join(line.description for line in removed)
        told = f"{count(len(removed), 'line')} taken out: {names}. If the template brings them, they get quantity 0, "
        st.caption(f":material/remove_circle: {plain(told)}not billable: XPM cannot delete a cost.")
