"""The month at one look, on Today: its equation, its days, and what of it waits; or that time is switched off."""

from __future__ import annotations

import streamlit as st

from pages.parts.charts import show_days, show_equation
from pages.parts.doorway import read, workspace
from pages.parts.inbox import show_inbox
from pages.parts.messages import empty_state
from pages.parts.places import link_to
from pages.parts.words import day


def show_month() -> None:
    """Where every minute of this month is."""
    start, end = workspace().overview.month()
    st.subheader(f"{start:%B %Y}: where every minute is", help=f"Work dates from {day(start)} to {day(end)}.")
    tie = read("equation of the month", lambda one: one.time.tie_out(start, end))
    show_equation(tie)
    if not tie.is_complete:
        st.caption(":orange[One side was not read whole, so this is no verdict yet. Sync again.]")
    days = read("days of the month", lambda one: one.overview.days(start, end))
    if not days.empty:
        show_days(days)


def show_waiting() -> None:
    """The reasons that keep time from XPM, with their fixes."""
    inbox = read("inbox", lambda one: one.overview.inbox())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Needs a person", width="stretch")
        link_to("exceptions", "Every entry of it")
    if inbox.empty:
        empty_state("Nothing waits for anybody", "Every entry is in XPM, ready, or left out on purpose.")
    else:
        show_inbox(inbox)


def tell_time_off() -> None:
    """What stands in the place of time while Actual Time is off."""
    empty_state(
        "Actual Time is off", "No time is captured or pushed. Links and jobs work as ever.", ":material/timer_off:"
    )
    link_to("sending", "Switch it on at How time is sent")
