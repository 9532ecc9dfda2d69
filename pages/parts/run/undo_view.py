"""Undoing a push: first what would be taken back and what stays with the reason, then the button, typed for."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import RunKind
from core.workspace import Workspace
from core.workspace.reporting import UNDER_WAY, Run
from core.workspace.running import Outcome, UndoPlan
from pages.parts.doorway import read, workspace
from pages.parts.entry_columns import entry_columns
from pages.parts.messages import act
from pages.parts.run.history import open_run
from pages.parts.words import count, hours, plain

OPENED, CONFIRM = "undo_opened", "undo_confirm"
_COLUMNS = ["date", "staff", "client", "work", "hours"]
#: What the plan says of a row that is taken back.
GOES = "delete"
_IN_XPM = (Outcome.IN_XPM, Outcome.SENT, Outcome.DIFFERS)


def offer_undo(run: Run) -> None:
    """The button that asks what undoing this push would do, while any of its timesheets may be in XPM."""
    if run.kind is not RunKind.PUSH or run.state in UNDER_WAY:
        return
    ws = workspace()
    there = ws.running.outcomes(run.id)
    if not any(there.get(one) for one in _IN_XPM):
        return
    if st.session_state.get(OPENED) != run.id:
        st.button("Undo this push", key="undo_open", icon=":material/undo:", on_click=_open, args=(run.id,))
        return
    with st.container(border=True, key="undo"):
        _show_preview(ws, run)


def _open(run_id: str) -> None:
    st.session_state[OPENED] = run_id


def _close() -> None:
    st.session_state.pop(OPENED, None)
    st.session_state.pop(CONFIRM, None)


def _show_preview(ws: Workspace, run: Run) -> None:
    plan = read(f"undo {run.id}", lambda one: one.undoing.plan(run.id))
    named = read(f"rows {run.id}", lambda one: one.running.rows(run.id))
    rows = plan.rows[["what", "refusal"]].join(named[_COLUMNS])
    stays = rows["what"].ne(GOES)
    told = f"takes back {count(plan.delete, 'timesheet')}, {hours(plan.minutes)}, in {count(plan.calls, 'call')}"
    left = f"; {count(plan.refused, 'timesheet')} cannot be taken back" if plan.refused else ""
    st.markdown(f"**Undoing this push** {plain(told + left)}.")
    if plan.refused:
        st.caption("What stays in XPM, and why")
        _show_rows(rows[stays], "Timesheets that stay in XPM")
    if plan.delete:
        st.caption("What is taken back. Its entries wait here until you send them again or exclude them.")
        _show_rows(rows[~stays], "Timesheets that are taken back")
    _show_buttons(ws, plan)


def _show_rows(rows: pd.DataFrame, alt: str) -> None:
    st.dataframe(
        rows,
        hide_index=True,
        height=min(36 * len(rows) + 38, 260),
        column_config={
            **entry_columns(),
            "refusal": st.column_config.TextColumn("Why it stays", width="large"),
        },
        column_order=[
            "date",
            "staff",
            "client",
            "work",
            "hours",
            *(["refusal"] if rows["refusal"].ne("").any() else []),
        ],
        alt=alt,
    )


def _show_buttons(ws: Workspace, plan: UndoPlan) -> None:
    typed = None
    if plan.delete:
        label = f"Type {plan.delete} to allow it"
        typed = st.number_input(
            label, value=None, min_value=0, step=1, key=CONFIRM, placeholder="The number, typed", width=220
        )
    with st.container(horizontal=True):
        st.button(
            f"Take back {count(plan.delete, 'timesheet')}",
            key="undo_do",
            type="primary",
            icon=":material/undo:",
            disabled=not plan.delete or typed != plan.delete,
            on_click=act,
            args=(partial(request_undo, ws, plan),),
        )
        st.button("Not now", key="undo_close", on_click=_close)


def request_undo(ws: Workspace, plan: UndoPlan) -> str:
    """Queue the undo as it was shown, and show its own page."""
    undo = ws.undoing.request(plan)
    _close()
    open_run(undo.id)
    return "The undo is queued. This is its page; the worker carries it out."
