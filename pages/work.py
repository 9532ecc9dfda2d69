"""Work: which process is which XPM task type, by which rules, and which task is which job task."""

import streamlit as st

from core.model import Kind
from pages.parts.doorway import workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.label_help import show_label_help
from pages.parts.processes.internal import show_internal
from pages.parts.processes.rules import show_rules
from pages.parts.review.table import review

KINDS = {"Processes": Kind.PROCESS, "Rules": None, "Tasks": Kind.TASK}
ABOUT = {
    "Processes": "Each kind of work is an XPM task type, or is excluded from XPM. Open ones hold back their time.",
    "Rules": "Where a process is not always the same XPM task: narrow it by client, group, person, date or words.",
    "Tasks": "Each task is a job task of its client in XPM, found by process and period; link those first.",
}

st.title("Work")
if show_first_steps(workspace()):
    tab = st.segmented_control(
        "Show",
        list(KINDS),
        default="Processes",
        required=True,
        key="show",
        label_visibility="collapsed",
        bind="query-params",
    )
    kind = KINDS[tab]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(ABOUT[tab], width="content")
        if kind is Kind.TASK:
            show_label_help()
    if kind is None:
        show_rules()
    else:
        review(kind)
    if kind is Kind.PROCESS:
        show_internal()
