"""A hint on Work: how time for the practice itself gets into XPM, and which excluded processes could go so."""

from __future__ import annotations

import streamlit as st

from core.workspace.internal import find_internal
from pages.parts.doorway import read
from pages.parts.places import link_to
from pages.parts.words import hours

_HINT = """Leave, training and meetings need nothing special. In XPM, give the practice a client of its own with a job
whose tasks are these kinds of work. Link the practice's own client on Clients, then map each process above to the XPM
task of its kind instead of excluding it: its tasks find that job like any other, and the time goes with the next push.
"""


def show_internal() -> None:
    """The hint, with what is excluded now."""
    rows = read("internal time", find_internal)
    title = "Time for the practice itself: leave, training, meetings"
    with st.expander(title, icon=":material/lightbulb:"):
        st.markdown(_HINT)
        if not rows.empty:
            st.caption("Excluded processes with recorded time, and the open job in XPM that could take it:")
            config = st.column_config
            st.dataframe(
                rows.assign(time=rows["minutes"].map(hours)),
                hide_index=True,
                column_order=["process", "time", "client", "xpm_client", "job", "tasks"],
                column_config={
                    "process": config.TextColumn("Process"),
                    "time": config.TextColumn("Time", alignment="right"),
                    "client": config.TextColumn("Local client"),
                    "xpm_client": config.TextColumn("XPM client"),
                    "job": config.TextColumn("Open job"),
                    "tasks": config.TextColumn("Its open tasks"),
                },
                placeholder="none yet",
                alt="Excluded processes with recorded time",
            )
        with st.container(horizontal=True):
            link_to("clients", "Link the practice's own client")
            link_to("jobs", "Create a job for it")
