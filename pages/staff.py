"""Staff: which local staff member is which XPM staff member."""

import streamlit as st

from core.model import Kind
from pages.parts.doorway import workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.review.learned import show_learned
from pages.parts.review.table import review

st.title("Staff")
if show_first_steps(workspace()):
    st.caption("Who is who in XPM. Time of people who are not linked waits; shared accounts are best excluded.")
    review(Kind.STAFF)
    show_learned(Kind.STAFF)
