"""Automation: what the worker does by itself, at which times of day, by which rule, and how it went last."""

import streamlit as st

from pages.parts.automation.form import show_chores
from pages.parts.automation.workers import show_workers
from pages.parts.doorway import workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import guard
from pages.parts.words import plain

ws = workspace()
st.title("Automation")
st.caption(
    f"What is done by itself, with or without a browser open. Times of day are those of {plain(ws.practice.zone)}."
)
if not show_first_steps(ws):
    st.stop()
with guard():
    show_chores(ws)
with guard():
    show_workers(ws)
