"""Linked tasks whose two sides do not agree: listed among the exceptions, settled on the task's own page."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.doorway import read, workspace
from pages.parts.picking import fingerprint
from pages.parts.places import link_to
from pages.parts.words import count, moment, plain


def tell_conflicts() -> None:
    """One line with the way to them; nothing while there are none."""
    rows: pd.DataFrame = read("task conflicts", lambda ws: ws.following.conflicts())
    if rows.empty:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="task_conflicts_told"):
        told = (
            f"{count(len(rows), 'linked task')} in conflict with XPM: both sides changed, and nothing was overwritten."
        )
        st.markdown(f":material/compare_arrows: {plain(told)}", width="content")
        link_to("exceptions", "Decide on Exceptions")


def show_conflicts() -> None:
    """The tasks in conflict, oldest first, with the way to the one that is ticked; nothing while there are none."""
    rows: pd.DataFrame = read("task conflicts", lambda ws: ws.following.conflicts())
    if rows.empty:
        return
    zone = workspace().practice.zone
    with st.container(border=True, key="task_conflicts"):
        st.markdown(f":material/compare_arrows: **{plain(count(len(rows), 'linked task'))} in conflict with XPM**")
        st.caption("Something changed on both sides, or against the link. Nothing was overwritten; a person decides.")
        event = st.dataframe(
            rows.assign(since=[moment(at, zone) for at in rows["since"]])[["task", "client", "words", "since"]],
            key=f"task_conflicts_{fingerprint(rows.index)}",
            hide_index=True,
            height=min(5, len(rows)) * 35 + 38,
            on_select="rerun",
            selection_mode="single-row",
            column_config={
                "task": st.column_config.TextColumn("Task", width=150),
                "client": st.column_config.TextColumn("Client", width=160),
                "words": st.column_config.TextColumn("What happened", width="large"),
                "since": st.column_config.TextColumn("Since", width=130),
            },
            alt="Tasks in conflict",
        )
        places = [place for place in event["selection"]["rows"] if place < len(rows)]
        task_id = str(rows.index[places[0] if places else 0])
        st.caption(plain(rows.loc[task_id, "words"]))
        link_to("task", f"Decide about “{plain(rows.loc[task_id, 'task'])}”", task=task_id)
