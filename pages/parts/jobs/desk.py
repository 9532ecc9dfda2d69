"""The desk of Jobs: every draft and job made here, many jobs at once, the costs of any job, and the states' codes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.doorway import workspace
from pages.parts.jobs.bulk import show_bulk
from pages.parts.jobs.drafts import show_list
from pages.parts.jobs.panel import read_choices
from pages.parts.jobs.state import open_draft
from pages.parts.jobs.states import show_defaults, show_states
from pages.parts.messages import act
from pages.parts.words import moment

TAB, JOB = "tab", "costs_job"
STATES = "States and defaults"
TABS = ("Jobs", "Costs of a job", "Many at once", STATES)


def show_desk() -> None:
    """One of the tabs."""
    tab = st.segmented_control(
        "Show",
        TABS,
        default=TABS[0],
        key=TAB,
        label_visibility="collapsed",
        bind="query-params",
        required=True,
    )
    if tab == "Costs of a job":
        _show_costs()
    elif tab == STATES:
        show_states()
        show_defaults()
    elif tab == "Many at once":
        show_bulk()
    else:
        show_list()


def _show_costs() -> None:
    """Any job's costs, read from XPM and edited in a draft of their own."""
    st.caption("Read the costs of a job as XPM holds them, edit them, and see every difference before it is sent.")
    names = read_choices().jobs
    job = st.selectbox(
        "Job", list(names), index=None, key=JOB, format_func=names.__getitem__, placeholder="Type a number or a name"
    )
    read = partial(_edit, str(job or ""))
    st.button("Read its costs", key="costs_read", type="primary", disabled=not job, on_click=act, args=(read,))


def _edit(job: str) -> str:
    stored = workspace().costing.edit_job(job)
    open_draft(stored.id)
    read = moment(stored.changed_at, workspace().practice.zone)
    return f"The costs of {job}, as XPM held them on {read} or as somebody edited them since."
