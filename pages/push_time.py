"""Time: which actual times go, where every entry stands and why, and the push."""

import streamlit as st

from core.model import RunKind
from pages.parts.charts import show_equation
from pages.parts.choice.form import choose_times
from pages.parts.doorway import read, workspace
from pages.parts.entries_view import show_entries
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import guard
from pages.parts.push.missing_view import show_missing
from pages.parts.push.plan_view import show_plan
from pages.parts.run.progress import show_run
from pages.parts.tieout.verify import show_verify

st.title("Time")
st.caption("Every entry of actual time has one standing; what is ready goes to XPM with the next push.")
if not show_first_steps(workspace()):
    st.stop()

left, right = st.columns([1.9, 1], gap="medium")
with left:
    choice = choose_times()
    with guard():
        show_run((RunKind.PUSH, RunKind.UNDO, RunKind.VERIFY))
with right, guard():
    show_plan(choice)

with guard():
    tie = read(f"equation {choice.to_json()}", lambda ws: ws.reports.equation(choice))
    show_equation(tie)
with guard():
    show_entries(choice)
    show_verify(*read(f"period {choice.to_json()}", lambda ws: ws.time.period(choice.start, choice.end)))
with guard(), st.expander("Missing time: what was held back and can go now", icon=":material/history_toggle_off:"):
    show_missing()
