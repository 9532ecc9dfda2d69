"""Unsynced time: what is not in XPM, why, how old it is, and whose it is."""

from functools import partial

import streamlit as st

from core.reports import to_csv, to_xlsx
from pages.parts.doorway import read, workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import empty_state, guard
from pages.parts.unsynced_view import choose_standings, show_groups, show_totals

ws = workspace()
st.title("Unsynced time")
if not show_first_steps(ws):
    st.stop()

with guard():
    everything = read("unsynced", lambda one: one.reports.unsynced())
    if everything.empty:
        empty_state("Everything is in XPM", "No entry waits, is excluded or in doubt.", ":material/check_circle:")
        st.stop()
    rows = choose_standings(everything)
    show_totals(rows, read("problems", lambda one: one.reports.problems()))
    if not rows.empty:
        show_groups(rows)
    with st.container(horizontal=True):
        name = f"unsynced-time-{ws.today}"
        workbook = partial(lambda shown: to_xlsx(ws.reports.unsynced_sheets(shown)), rows)
        table = partial(lambda shown: to_csv(ws.reports.unsynced_sheets(shown)["Unsynced time"]), rows)
        st.download_button("Export XLSX", workbook, f"{name}.xlsx", on_click="ignore", icon=":material/download:")
        st.download_button("Export CSV", table, f"{name}.csv", on_click="ignore", icon=":material/download:")
