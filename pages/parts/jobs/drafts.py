"""The list of job drafts and of the jobs made from them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.reports.entries import mark_shown
from pages.parts.doorway import read, workspace
from pages.parts.jobs.state import new_draft, open_draft
from pages.parts.messages import empty_state
from pages.parts.words import moment, money

#: A draft's state: its words and colour.
STATES = {
    "draft": ("Draft", "gray"),
    "queued": ("Queued", "blue"),
    "creating": ("Under way", "blue"),
    "review": ("Review its costs", "orange"),
    "created": ("Created", "green"),
    "sent": ("Costs sent", "green"),
    "incomplete": ("Incomplete", "orange"),
    "discarded": ("Put away", "gray"),
}


def show_list() -> None:
    """Every draft and created job; a tick opens one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Drafts are kept as you type. Nothing reaches XPM before you confirm.", width="stretch")
        st.button("New job", key="job_new", type="primary", icon=":material/add:", on_click=new_draft)
    drafts = read("job drafts", lambda ws: ws.drafting.listed())
    if drafts.empty:
        empty_state("No jobs yet", "Start one with New job: client, template, dates, costs.", ":material/work:")
        return
    picked = _show_table(drafts[drafts["state"].isin(_choose_states(drafts))])
    if picked:
        open_draft(picked)
        st.rerun()


SHOW = "jobs_shown"
GROUPS = {
    "All": tuple(STATES),
    "Drafts": ("draft",),
    "Under way": ("queued", "creating"),
    "Needs you": ("review", "incomplete"),
    "Created": ("created", "sent"),
}


def _choose_states(drafts: pd.DataFrame) -> tuple[str, ...]:
    """The states of the group that is shown; groups without a job are not offered."""
    counts = {name: int(drafts["state"].isin(states).sum()) for name, states in GROUPS.items()}
    offered = [name for name, number in counts.items() if number]
    if len(offered) < 3:
        return GROUPS["All"]
    chosen = st.pills(
        "Show",
        offered,
        default="All",
        key=SHOW,
        format_func=lambda name: f"{name} ({counts[name]})",
        required=True,
        label_visibility="collapsed",
    )
    return GROUPS[chosen]


def _show_table(drafts: pd.DataFrame) -> str:
    ws = workspace()
    zone = ws.practice.zone
    shown = drafts.assign(
        state=[[STATES[state][0]] for state in drafts["state"]],
        price=drafts["price"].map(money),
        changed_at=[moment(at, zone) for at in drafts["changed_at"]],
        open=ws.weblinks.jobs(list(drafts["job"])),
    )
    words, colours = zip(*STATES.values(), strict=True)
    event = st.dataframe(
        shown,
        key=f"job_drafts_{mark_shown(drafts)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_order=["name", "client", "state", "lines", "price", "job", "open", "changed_at", "made_by"],
        column_config={
            "name": st.column_config.TextColumn("Name", width=250),
            "client": st.column_config.TextColumn("Client", width=170),
            "state": st.column_config.MultiselectColumn("State", options=words, color=list(colours), width=115),
            "lines": st.column_config.NumberColumn("Lines", width=55),
            "price": st.column_config.TextColumn("Charged", width=80, alignment="right"),
            "job": st.column_config.TextColumn("Job", width=75),
            "open": st.column_config.LinkColumn("", display_text="Open in XPM", width=95),
            "changed_at": st.column_config.TextColumn("Changed", width=135),
            "made_by": st.column_config.TextColumn("By", width=75),
        },
        placeholder="",
        alt="Job drafts and created jobs",
    )
    rows = event["selection"]["rows"]
    return str(drafts.index[rows[0]]) if rows else ""
