"""The cost table of a job draft: the grid, ways to fill it, its sums, and every cell that cannot be sent."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.jobs import JobDraft
from core.jobs.grid import make_grid
from core.workspace import Workspace
from core.workspace.drafting import JobChoices
from pages.parts.doorway import read, workspace
from pages.parts.job_state import BASE, GRID, Sheet, keep, read_sheet, replace_draft
from pages.parts.messages import act
from pages.parts.words import count, plain

JOB, COSTS = "fill_job", "fill_costs"
TITLES = {
    "date": "Date",
    "description": "Description",
    "code": "Code",
    "billable": "Billable",
    "quantity": "Quantity",
    "unit_cost": "Unit cost",
    "unit_price": "Unit price",
    "note": "Note",
}


def show_costs(sheet: Sheet, choices: JobChoices) -> None:
    """The table of the open draft, with its sums."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Costs", width="stretch")
        _show_fills(sheet.draft, choices)
    _show_grid()
    _show_sums(sheet)
    if sheet.cells:
        show_cell_problems(sheet)
    if sheet.draft.removed:
        names = ", ".join(line.description for line in sheet.draft.removed)
        told = f"{count(len(sheet.draft.removed), 'line')} taken out: {names}. If the template brings them, they get "
        st.caption(f":material/remove_circle: {plain(told)} quantity 0, not billable: XPM cannot delete a cost.")


def _show_grid() -> None:
    """The grid over the fixed rows of this opening; its edits become line keys in `read_sheet`, before anything else.

    A grid that takes new rows wants any index but a plain one typed by hand. So the line keys stay outside, which is
    safe only because these rows never change under one widget key.
    """
    state = st.session_state
    column = st.column_config
    st.data_editor(
        make_grid(JobDraft.from_json(state[BASE]).costs).reset_index(drop=True),
        key=state[GRID],
        on_change=keep,
        num_rows="dynamic",
        hide_index=True,
        column_order=list(TITLES),
        column_config={
            "date": column.DateColumn(TITLES["date"], format="DD/MM/YYYY", width=100, help="Empty: the job's start."),
            "description": column.TextColumn(TITLES["description"], width=285, max_chars=2000),
            "code": column.TextColumn(TITLES["code"], width=90),
            "billable": column.CheckboxColumn(TITLES["billable"], width=75, default=True),
            "quantity": column.TextColumn(TITLES["quantity"], width=88, alignment="right"),
            "unit_cost": column.TextColumn(TITLES["unit_cost"], width=95, alignment="right"),
            "unit_price": column.TextColumn(TITLES["unit_price"], width=95, alignment="right"),
            "note": column.TextColumn(TITLES["note"], width=130),
        },
        placeholder="",
        alt="The cost table of this job",
    )


def _show_sums(sheet: Sheet) -> None:
    totals = sheet.totals
    margin = f"{totals.margin:,.2f}"
    percent = "" if totals.margin_percent is None else f"{totals.margin_percent} %"
    with st.container(horizontal=True, gap="large"):
        st.metric("Lines", f"{len(sheet.draft.costs):,}", width="content")
        st.metric("Cost to the practice", f"{totals.cost:,.2f}", width="content")
        st.metric("Price, all lines", f"{totals.price:,.2f}", width="content")
        st.metric(
            "Charged to the client", f"{totals.billable_price:,.2f}", width="content", help="Billable lines only."
        )
        st.metric("Margin", margin, percent or None, delta_arrow="off", delta_color="off", width="content")


def show_cell_problems(sheet: Sheet) -> None:
    """Every marked cell by line and column; nothing is sent while there is one."""
    lines = {key: n for n, key in enumerate(_line_keys(), 1)}
    problems = pd.DataFrame(
        [(lines.get(p.line, 0), TITLES.get(p.column, p.column), p.value, p.sentence) for p in sheet.cells],
        columns=["Line", "Column", "Typed", "What is wrong"],
    )
    marked = count(len(problems), "cell")
    st.error(f"{marked} cannot be sent. Nothing is created until they are corrected.", icon=":material/error:")
    st.dataframe(problems, hide_index=True, alt="Cells of the cost table that cannot be sent")


def _line_keys() -> list[str]:
    state = st.session_state
    kept = [line.key for line in JobDraft.from_json(state[BASE]).costs]
    edits = state.get(state[GRID]) or {}
    gone = {int(n) for n in edits.get("deleted_rows") or ()}
    added = [f"{state[GRID]}-{n}" for n in range(1, len(edits.get("added_rows") or ()) + 1)]
    return [*(key for n, key in enumerate(kept) if n not in gone), *added]


def _show_fills(draft: JobDraft, choices: JobChoices) -> None:
    ws = workspace()
    last = read(f"last job {draft.template_id}", lambda one: one.drafting.last_job(draft.template_id))
    st.button(
        f"Fill from {last}" if last else "Fill from last job",
        key="fill_last",
        icon=":material/history:",
        disabled=not last,
        help="The costs of the last job made with this template; asks XPM once. Choose a template first.",
        on_click=act,
        args=(partial(_fill_job, ws, last),),
    )
    other = st.popover("From another job", key="fill_other_open", on_change="rerun")
    # The list of all jobs is long; it is made only for those who look at it.
    if other.open:
        with other:
            names = choices.jobs
            st.selectbox("Job", list(names), index=None, key=JOB, format_func=partial(_name, names))
            st.button("Take its costs", key="fill_other", on_click=act, args=(partial(_fill_chosen, ws),))
    with st.popover("From the catalogue"):
        catalogue = read("catalogue", lambda one: one.drafting.catalogue())
        st.multiselect("Costs", list(catalogue), key=COSTS, format_func=partial(_name, catalogue))
        st.button("Add these lines", key="fill_catalogue", on_click=act, args=(partial(_fill_catalogue, ws),))


def _name(names: dict[str, str], one: str) -> str:
    return names.get(one, one)


def _fill_job(ws: Workspace, job: str) -> str:
    draft = ws.drafting.fill_from_job(read_sheet().draft, job)
    replace_draft(draft)
    return f"{count(len(draft.costs), 'cost line')} taken from {job}, dated today."


def _fill_chosen(ws: Workspace) -> str:
    job = st.session_state.get(JOB)
    return _fill_job(ws, str(job)) if job else "Choose a job first."


def _fill_catalogue(ws: Workspace) -> str:
    chosen = list(st.session_state.get(COSTS) or [])
    if not chosen:
        return "Choose costs first."
    key = f"{st.session_state[GRID]}-catalogue"
    replace_draft(ws.drafting.fill_from_catalogue(read_sheet().draft, chosen, key))
    st.session_state[COSTS] = []
    return f"{count(len(chosen), 'cost line')} added from XPM's catalogue."
