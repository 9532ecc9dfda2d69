"""Runs: everything that was ever asked for, and one run with its plan, its progress and what became of every row."""

import streamlit as st

from core.model import RunState, TieoutError
from pages.parts.doorway import workspace
from pages.parts.messages import guard, show_error
from pages.parts.push.hindrance_view import show_hindrances
from pages.parts.run.history import OPEN, show_history
from pages.parts.run.outcome import show_rows
from pages.parts.run.undo_view import offer_undo
from pages.parts.run.view import show_head, show_steps

ws = workspace()
st.title("Runs")
run_id = st.query_params.get(OPEN, "")
if not run_id:
    st.caption("Everything that was asked for, newest first: by whom, when, and what became of it.")
    with guard():
        show_history()
    st.stop()
try:
    run = ws.running.get(run_id)
except TieoutError as error:
    show_error(error)
    show_history()
    st.stop()
with guard():
    show_head(run)
    if run.state is RunState.STOPPED:
        show_hindrances(ws)
    show_steps(run)
    offer_undo(run)
with guard():
    show_rows(run)
