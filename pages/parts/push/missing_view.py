"""Missing time: what was held back and can go now, over any look-back, shown before one button pushes it."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import RunKind
from core.workspace import Workspace
from core.workspace.change_words import Plan
from pages.parts.doorway import read, workspace
from pages.parts.entry_columns import entry_columns
from pages.parts.messages import act
from pages.parts.picking import show_page
from pages.parts.words import count, hours, moment, plain, reason_title

BACK, DAYS, PUSH = "missing_back", "missing_days", "missing_push"
#: How far back is looked: days, None for what automatic pushing owes.
BACKS: dict[str, int | None] = {"As automatic pushing": None, "30 days": 30, "90 days": 90, "Other": 0}


def show_missing() -> None:
    """What a push of missing time would send over the look-back chosen, and the button."""
    ws = workspace()
    st.caption(
        "What was held back by a missing link, a closed job, a wrong exclusion, an outage or the day's calls goes by "
        "itself with the next automatic push once its cause is gone. Here it is pushed at once."
    )
    back = _choose_back()
    entries = read(f"missing {back}", lambda one: one.missing.frame(back))
    plan = read(f"missing plan {back} {ws.clock.now():%H:%M}", lambda one: one.missing.plan(back))
    if plan.is_empty:
        st.markdown(":material/check_circle: Nothing is missing over this look-back.")
        return
    _show_entries(entries)
    _show_button(ws, plan, back)


def _choose_back() -> int | None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control("Look back", list(BACKS), default="As automatic pushing", key=BACK, required=True)
        back = BACKS[chosen or "As automatic pushing"]
        if back == 0:
            back = int(st.number_input("Days, today included", 1, 800, 180, key=DAYS, width=170))
    return back


def _show_entries(entries: pd.DataFrame) -> None:
    zone = workspace().practice.zone
    slot = st.container()
    page = show_page(entries, "missing")
    shown = page.assign(
        was=[_tell_cause(reason) for reason in page["was"]], since=[moment(at, zone) for at in page["since"]]
    )
    slot.dataframe(
        shown[["date", "staff", "client", "work", "hours", "was", "since"]],
        hide_index=True,
        height=min(36 * len(page) + 38, 330),
        column_config={
            **entry_columns(),
            "was": st.column_config.TextColumn("What held it", width="medium"),
            "since": st.column_config.TextColumn("First seen missing", width=140),
        },
        alt="Missing time that can go now",
    )


def _tell_cause(reason: str) -> str:
    if not reason:
        return "nothing"
    return "it should have gone already" if reason == "due" else reason_title(reason)


def _show_button(ws: Workspace, plan: Plan, back: int | None) -> None:
    busy = bool(ws.reports.under_way(RunKind.PUSH))
    halted = bool(ws.time.halt_reason())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Push missing time ({count(plan.size, 'timesheet')})",
            key=PUSH,
            type="primary",
            icon=":material/upload:",
            disabled=busy or halted,
            on_click=act,
            args=(partial(request_missing, ws, plan, back),),
        )
        told = (
            f"{count(plan.create, 'new timesheet')}, {hours(plan.minutes)}, {plan.calls:,} calls of {plan.quota_left:,}"
        )
        st.caption(plain(f"{told} left today."), width="stretch")


def request_missing(ws: Workspace, plan: Plan, back: int | None) -> str:
    """Queue the push of missing time as it was shown."""
    run = ws.missing.request(plan, back)
    return f"{count(plan.size, 'timesheet')} queued (run {run.id[:8]}). Its page is under Runs."
