"""Timer: time a task, see where its time would go in XPM, look at the week, and commit it."""

import streamlit as st

from pages.parts.doorway import workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import guard
from pages.parts.timer.clock import show_clock
from pages.parts.timer.pick import show_picker
from pages.parts.timer.week import show_week
from pages.parts.timer.who import ask_who, tell_who

head, me = st.columns([3, 1], vertical_alignment="bottom")
with head:
    st.title("Timer")
    st.caption("Time your work as you do it. What you stop is a draft; only what you commit is ever pushed to XPM.")
if not show_first_steps(workspace(), "local"):
    st.stop()
with me:
    who = ask_who()
if not who:
    tell_who()
    st.stop()
with guard():
    show_clock(who)
with guard():
    show_picker(who)
with guard():
    show_week(who)
