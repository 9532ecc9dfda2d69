"""Activity: who did what, when, and what it was before."""

import streamlit as st

from pages.parts.activity_table import filter_entries, read_entries, show_entries
from pages.parts.doorway import read, workspace
from pages.parts.exports import offer_export
from pages.parts.messages import empty_state

ws = workspace()
st.title("Activity")
st.caption("Who did what, when, and what it was before. Nothing here can be changed or taken away.")
entries = read_entries()
if entries.empty:
    empty_state(
        "Nothing was done yet", "The first load, sync or decision is the first line here.", ":material/history:"
    )
    st.stop()
broken = read("log chain", lambda one: one.log.first_broken())
if broken is None:
    st.markdown(":green-badge[:material/verified: Unbroken] :small[Each entry is sealed with the one before it.]")
else:
    st.error(
        f"Entry {broken} was altered after it was written. Keep a copy of the database and find out who could.",
        title="The log was changed",
    )
shown = filter_entries(entries)
show_entries(shown)
with st.container(horizontal=True):
    offer_export("activity", shown)
