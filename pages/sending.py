"""How time is sent: rounding, merging, notes, closed periods and checks, with a real day as the example."""

import streamlit as st

from pages.parts.doorway import workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import guard
from pages.parts.sending.example import show_example
from pages.parts.sending.form import ask_settings, show_save
from pages.parts.time_switch import show_switch

st.title("How time is sent")
st.caption("What becomes of an entry on its way into XPM. What was recorded is kept as it is, beside what was sent.")
has_time = False
with guard():
    has_time = show_switch()
if not has_time or not show_first_steps(workspace()):
    st.stop()
form, example = st.columns([1.25, 1], gap="large")
with form:
    draft = ask_settings()
with example:
    with guard():
        show_example(draft)
    with guard():
        show_save(draft)
