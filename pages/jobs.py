"""Jobs: drafts with their cost tables, creating them in XPM, and what became of each."""

import streamlit as st

from core.model import TieoutError
from pages.parts.doorway import workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.jobs.desk import show_desk
from pages.parts.jobs.open import show_open
from pages.parts.jobs.state import OPEN
from pages.parts.messages import show_error

st.title("Jobs")
if not show_first_steps(workspace()):
    st.stop()
draft_id = st.query_params.get(OPEN, "")
if not draft_id:
    show_desk()
    st.stop()
try:
    show_open(draft_id)
except TieoutError as error:
    show_error(error)
    show_desk()
