"""Clients: which local client is which XPM client."""

import streamlit as st

from core.model import Kind
from pages.parts.doorway import workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.review.learned import show_learned
from pages.parts.review.table import review

st.title("Clients")
if show_first_steps(workspace()):
    st.caption("Which local client is which XPM client. Time of a client that is not linked waits.")
    review(Kind.CLIENT)
    show_learned(Kind.CLIENT)
