"""The time of one task: how much stands where, and its entries."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.reports.tieout import COLUMN_OF
from pages.parts.doorway import read
from pages.parts.entry_columns import entry_columns
from pages.parts.exports import offer_export
from pages.parts.places import link_to
from pages.parts.words import COLUMN_LOOKS, count, hours, plain


def show_time(task_id: str) -> None:
    """Its minutes by column of the tie-out, then its entries, newest first."""
    st.markdown("#### Its time")
    rows: pd.DataFrame = read(f"task entries {task_id}", lambda ws: ws.tasks.entries(task_id))
    if rows.empty:
        st.caption("No time was recorded on it yet.")
        return
    columns = {str(standing): column for standing, column in COLUMN_OF.items()}
    named = rows.assign(column=rows["standing"].map(columns))
    sums = named.groupby("column")["minutes"].sum()
    with st.container(horizontal=True, gap="large"):
        st.metric("Recorded", hours(rows["minutes"].sum()), width="content")
        for column in (one for one in COLUMN_LOOKS if one in sums.index):
            look = COLUMN_LOOKS[column]
            st.metric(look.title, hours(sums[column]), width="content", help=look.means)
    titles = {column: look.title for column, look in COLUMN_LOOKS.items()}
    _show_entries(named.assign(stands=[[titles[one]] for one in named["column"]]))


def _show_entries(rows: pd.DataFrame) -> None:
    columns = entry_columns()
    shown = rows[["date", "staff", "hours", "stands", "note", "why"]]
    looks = COLUMN_LOOKS.values()
    st.dataframe(
        shown,
        hide_index=True,
        height=min(7, len(shown)) * 35 + 38,
        column_config={
            **{name: columns[name] for name in ("date", "staff", "hours")},
            "stands": st.column_config.MultiselectColumn(
                "Stands", options=[look.title for look in looks], color=[look.colour for look in looks], width=90
            ),
            "note": st.column_config.TextColumn("Note", width=150),
            "why": st.column_config.TextColumn("Why, and what to do", width="large"),
        },
        alt="Time of this task",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(count(len(rows), "entry")), width="stretch")
        link_to("time", "Push time")
        offer_export("task-time", shown.assign(stands=[one[0] for one in shown["stands"]]))
