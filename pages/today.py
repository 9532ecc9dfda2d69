"""Today: the equation of this month, what needs a person, and what the machine did last."""

import streamlit as st

from pages.parts.doorway import workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import guard
from pages.parts.month_view import show_month, show_waiting, tell_time_off
from pages.parts.places import link_to
from pages.parts.review.counts import show_review_counts
from pages.parts.run.asking import list_last_runs, show_runs
from pages.parts.task.conflicts import tell_conflicts

ws = workspace()
st.title("Today")
st.caption("Where this month's time stands, and what waits for somebody.")
if not show_first_steps(ws):
    st.stop()

has_time = ws.practice.settings.actual_time
if has_time:
    with guard():
        show_month()
left, right = st.columns([3, 1], gap="large")
with left, guard():
    if has_time:
        show_waiting()
    else:
        tell_time_off()
    tell_conflicts()
with right, guard():
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Links to decide")
    show_review_counts()

with st.container(horizontal=True, vertical_alignment="center"):
    st.subheader("What the machine did last", width="stretch")
    link_to("runs", "All runs")
with guard():
    show_runs(list_last_runs())
