"""Exceptions: what waits for somebody, whose it is, since when, what it is worth, and the fix beside it."""

import streamlit as st

from core.push.rules import Choice
from pages.parts.doorway import read, workspace
from pages.parts.exceptions_view import choose_owner, choose_reason, show_entries, show_totals, tell_unreadable
from pages.parts.first_steps import show_first_steps
from pages.parts.jobs.incomplete import show_incomplete
from pages.parts.messages import empty_state, guard
from pages.parts.packs.doubts import show_doubts
from pages.parts.task.conflicts import show_conflicts

st.title("Exceptions")
st.caption("What needs somebody before it can go, or after it went. What is being read back from XPM is not among it.")
if not show_first_steps(workspace()):
    st.stop()
with guard():
    show_conflicts()
with guard():
    show_doubts()
with guard():
    show_incomplete()
with guard():
    waiting = read("exceptions", lambda ws: ws.exceptions.frame())
    tell_unreadable()
    if waiting.empty:
        empty_state("Nothing waits for anybody", "Every entry is in XPM, ready, or left out on purpose.")
        st.stop()
    mine = choose_owner(waiting)
    show_totals(mine)
    shown = choose_reason(mine)
    show_entries(shown, Choice())
