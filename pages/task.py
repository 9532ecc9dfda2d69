"""Task: one piece of work, where its time goes in XPM, since when and why; or what is missing, and the fix."""

import streamlit as st

from pages.parts.doorway import workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import guard
from pages.parts.task.card import show_task
from pages.parts.task.finder import choose_task

st.title("Task")
st.caption("One piece of work: where its time goes in XPM, since when and why; or what is missing, and the fix.")
if not show_first_steps(workspace()):
    st.stop()
finder, card = st.columns([5, 9], gap="medium")
with finder, guard():
    task_id = choose_task()
if task_id:
    with card, guard():
        show_task(task_id)
