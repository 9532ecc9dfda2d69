"""Today: the equation of this month, what needs a person, and what the machine did last."""

import streamlit as st

from pages.parts.charts import show_days, show_equation
from pages.parts.doorway import read, workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.inbox import show_inbox
from pages.parts.messages import empty_state, guard
from pages.parts.places import link_to
from pages.parts.review_counts import show_review_counts
from pages.parts.runs import list_last_runs, show_runs
from pages.parts.words import day

ws = workspace()
st.title("Today")
st.caption("Where this month's time stands, and what waits for somebody.")
if not show_first_steps(ws):
    st.stop()

start, end = ws.overview.month()
st.subheader(f"{start:%B %Y}: where every minute is", help=f"Work dates from {day(start)} to {day(end)}.")
with guard():
    tie = read("equation of the month", lambda one: one.time.tie_out(start, end))
    show_equation(tie)
    if not tie.is_complete:
        st.caption(":orange[One side was not read whole, so this is no verdict yet. Sync again.]")
    days = read("days of the month", lambda one: one.overview.days(start, end))
    if not days.empty:
        show_days(days)

left, right = st.columns([3, 1], gap="large")
with left, guard():
    inbox = read("inbox", lambda one: one.overview.inbox())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Needs a person", width="stretch")
        link_to("exceptions", "Every entry of it")
    if inbox.empty:
        empty_state("Nothing waits for anybody", "Every entry is in XPM, ready, or left out on purpose.")
    else:
        show_inbox(inbox)
with right, guard():
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Links to decide")
    show_review_counts()

with st.container(horizontal=True, vertical_alignment="center"):
    st.subheader("What the machine did last", width="stretch")
    link_to("runs", "All runs")
with guard():
    show_runs(list_last_runs())
