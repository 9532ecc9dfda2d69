"""Unsynced time: what is not in XPM, why, how old it is, and whose it is."""

from functools import partial

import streamlit as st

from pages.parts.doorway import read, workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import empty_state, guard
from pages.parts.unsynced_view import make_table, make_workbook, show_unsynced

ws = workspace()
st.title("Unsynced time")
st.caption("What is not in XPM, why, and where to fix it.")
if not show_first_steps(ws):
    st.stop()

with guard():
    if read("unsynced", lambda one: one.reports.unsynced()).empty:
        empty_state("Everything is in XPM", "No entry waits, is excluded or in doubt.", ":material/check_circle:")
        st.stop()
    picked = show_unsynced()
    with st.container(horizontal=True):
        name = f"unsynced-time-{ws.today}"
        workbook = partial(make_workbook, picked)
        table = partial(make_table, picked)
        st.download_button("Export XLSX", workbook, f"{name}.xlsx", on_click="ignore", icon=":material/download:")
        st.download_button("Export CSV", table, f"{name}.csv", on_click="ignore", icon=":material/download:")
