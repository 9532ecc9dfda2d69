"""Jobs: drafts with their cost tables, creating them in XPM, and what became of each."""

import streamlit as st

from core.model import TieoutError
from pages.parts.cost_table import show_costs
from pages.parts.doorway import read, workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.job_creation import show_confirm, show_creation
from pages.parts.job_form import show_form
from pages.parts.job_list import show_list
from pages.parts.job_state import OPEN, read_sheet, restore
from pages.parts.job_view import show_head, show_summary
from pages.parts.messages import show_error

ws = workspace()
st.title("Jobs")
if not show_first_steps(ws):
    st.stop()
draft_id = st.query_params.get(OPEN, "")
if not draft_id:
    show_list()
    st.stop()

try:
    restore(draft_id)
except TieoutError as error:
    show_error(error)
    show_list()
    st.stop()
stored = ws.jobs.get(draft_id)
choices = read("job choices", lambda one: one.drafting.choices())
show_head(stored, choices)
is_editable = ws.jobs.is_editable(stored)
if stored.state != "draft":
    show_creation(stored, is_editable)
if is_editable:
    sheet = read_sheet()
    show_form(sheet, choices)
    show_costs(sheet, choices)
    show_confirm(draft_id, sheet, choices)
else:
    show_summary(stored, choices)
