"""Ways to fill the cost table: an earlier job, a preset, XPM's catalogue, a spreadsheet."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.jobs import JobDraft
from core.jobs.costs import TITLES
from core.jobs.pasted import ORDER, Pasted
from core.model import TieoutError
from core.workspace import Workspace
from core.workspace.drafting import JobChoices
from pages.parts.doorway import read, workspace
from pages.parts.jobs.cost_presets import show_presets
from pages.parts.jobs.state import new_key, read_sheet, replace_draft
from pages.parts.messages import act, show_error
from pages.parts.words import count, plain

JOB, COSTS, PASTED = "fill_job", "fill_costs", "fill_pasted"


def show_fills(draft: JobDraft, choices: JobChoices, *, adds_only: bool = False) -> None:
    """The ways, side by side; each keeps what it adds at once. adds_only: none that replaces the table."""
    ws = workspace()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        if not adds_only:
            _show_last(ws, draft)
            _show_other(ws, choices)
        show_presets(draft)
        _show_catalogue(ws)
        _show_paste(draft)


def _show_last(ws: Workspace, draft: JobDraft) -> None:
    last = read(f"last job {draft.template_id}", lambda one: one.costing.last_job(draft.template_id))
    st.button(
        f"Fill from {plain(last)}" if last else "Fill from last job",
        key="fill_last",
        icon=":material/history:",
        disabled=not last,
        help=_tell_last(draft.template_id, last),
        on_click=act,
        args=(partial(_fill_job, ws, last),),
    )


def _tell_last(template_id: str, last: str) -> str:
    if last:
        return f"The costs of {last}, the last job made with this template, take the table's place. Asks XPM once."
    return "No job made with this template is known." if template_id else "Choose a template first."


def _show_other(ws: Workspace, choices: JobChoices) -> None:
    other = st.popover("From another job", key="fill_other_open", on_change="rerun")
    # The list of all jobs is long; it is made only for those who look at it.
    if other.open:
        with other:
            names = choices.jobs
            st.selectbox("Job", list(names), index=None, key=JOB, format_func=partial(_name, names))
            st.button("Take its costs", key="fill_other", on_click=act, args=(partial(_fill_chosen, ws),))
            st.caption("They take the place of the table. Asks XPM once.")


def _show_catalogue(ws: Workspace) -> None:
    opened = st.popover("From the catalogue", key="fill_catalogue_open", on_change="rerun")
    if not opened.open:
        return
    with opened:
        catalogue = read("catalogue", lambda one: one.costing.catalogue())
        if not catalogue:
            st.caption("XPM's cost catalogue is empty, or was not read yet. Sync on Connection reads it.")
        st.multiselect("Costs", list(catalogue), key=COSTS, format_func=partial(_name, catalogue))
        st.button("Add these lines", key="fill_catalogue", on_click=act, args=(partial(_fill_catalogue, ws),))


def _name(names: dict[str, str], one: str) -> str:
    return names.get(one, one)


def _fill_job(ws: Workspace, job: str) -> str:
    draft = ws.costing.fill_from_job(read_sheet().draft, job)
    replace_draft(draft)
    return f"{count(len(draft.costs), 'cost line')} taken from {job}, dated today."


def _fill_chosen(ws: Workspace) -> str:
    job = st.session_state.get(JOB)
    return _fill_job(ws, str(job)) if job else "Choose a job first."


def _fill_catalogue(ws: Workspace) -> str:
    chosen = list(st.session_state.get(COSTS) or [])
    if not chosen:
        return "Choose costs first."
    replace_draft(ws.costing.fill_from_catalogue(read_sheet().draft, chosen, new_key()))
    st.session_state[COSTS] = []
    return f"{count(len(chosen), 'cost line')} added from XPM's catalogue."


def _show_paste(draft: JobDraft) -> None:
    opened = st.popover("Paste from a spreadsheet", key="fill_paste_open", on_change="rerun")
    if not opened.open:
        return
    with opened:
        columns = ", ".join(TITLES[name] for name in ORDER)
        st.caption(f"Copy cells in Excel and paste them here. With a heading row any order; else: {plain(columns)}.")
        text = st.text_area("Cells", key=PASTED, height=120, label_visibility="collapsed", placeholder=_EXAMPLE)
        if not text.strip():
            return
        try:
            pasted = workspace().costing.read_paste(draft, text, "paste")
        except TieoutError as error:
            show_error(error)
            return
        _show_pasted(pasted)


_EXAMPLE = "Description\tQuantity\tUnit cost\tUnit price\nCompanies Office fee\t1\t45.00\t52.50"


def _show_pasted(pasted: Pasted) -> None:
    heads = "below a heading row" if pasted.has_headings else "without a heading row"
    left = f", {count(pasted.rows - len(pasted.lines), 'row')} cannot" if pasted.problems else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"Add {count(len(pasted.lines), 'line')}"
        off = not pasted.lines
        st.button(label, key="fill_paste", type="primary", disabled=off, on_click=act, args=(_fill_pasted,))
        st.caption(f"{count(pasted.rows, 'row')} {heads}: {len(pasted.lines)} can be added{left}.")
    if pasted.problems:
        rows = [(int(p.line), TITLES.get(p.column, p.column), p.value, p.sentence) for p in pasted.problems]
        table = pd.DataFrame(rows, columns=["Row", "Column", "Found", "What is wrong"])
        st.dataframe(table, hide_index=True, alt="Cells that cannot be read")


def _fill_pasted() -> str:
    ws, draft = workspace(), read_sheet().draft
    pasted = ws.costing.read_paste(draft, str(st.session_state.get(PASTED) or ""), new_key())
    replace_draft(draft.with_costs((*draft.costs, *pasted.lines)))
    left = len({problem.line for problem in pasted.problems})
    st.session_state[PASTED] = ""
    told = f" {count(left, 'row')} left out: correct and paste again." if left else ""
    return f"{count(len(pasted.lines), 'cost line')} added.{told}"
