"""Tie-out: the equation of a period, its items, XPM's side, and the workbook to keep."""

from functools import partial

import streamlit as st

from core.model import RunKind
from core.reports import DoesNotTie, to_csv, to_xlsx
from pages.parts.doorway import read, workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import guard
from pages.parts.period_picker import choose_period
from pages.parts.run_progress import show_run
from pages.parts.tieout_view import show_broken, show_tie_out
from pages.parts.verify import show_verify

ws = workspace()
st.title("Tie-out")
st.caption("Every recorded minute of a period, in exactly one place, and XPM's side of it.")
if not show_first_steps(ws):
    st.stop()

start, end = choose_period(ws.reports.periods())
with guard():
    try:
        tie = read(f"tie-out {start} {end}", lambda one: one.time.tie_out(start, end))
    except DoesNotTie as broken:
        show_broken(broken)
        show_verify(start, end)
        st.stop()
    show_tie_out(tie)
    with st.container(horizontal=True):
        name = f"tie-out-{start}-{end}"
        workbook = partial(lambda shown: to_xlsx(ws.tying.sheets(shown)), tie)
        st.download_button("Export XLSX", workbook, f"{name}.xlsx", on_click="ignore", icon=":material/download:")
        items = partial(to_csv, tie.items)
        st.download_button("Export CSV", items, f"{name}.csv", on_click="ignore", icon=":material/download:")
    show_verify(start, end)
    show_run((RunKind.VERIFY,))
