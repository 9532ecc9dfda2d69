"""One person's day on both sides, for an entry that looks like time in XPM or would make the day too long."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.push.rules import Choice
from pages.parts.doorway import read
from pages.parts.words import day, hours, plain

SHEET = "time_sheet"


def show_day(entry_id: str, choice: Choice) -> str:
    """The day of this entry here and in XPM; gives the timesheet chosen as the same work, empty when none is."""
    here, there = read(f"day {entry_id} {choice.to_json()}", lambda ws: ws.reports.day(entry_id, choice))
    entry = here.loc[entry_id]
    st.markdown(f"**{plain(entry['staff'])}, {plain(day(entry['date']))}**")
    left, right = st.columns(2, gap="medium")
    with left:
        _show_side(here, f"Recorded here: {hours(here['minutes'].sum())}", ["client", "work", "hours", "standing"])
    with right:
        told = f"In XPM: {hours(there['minutes'].sum())}"
        _show_side(
            there.assign(work=there["job_name"], client=there["client_name"]),
            told,
            ["client", "work", "hours", "origin"],
        )
    alike = there[there["alike"] & there["minutes"].eq(entry["minutes"])]
    return _choose_sheet(alike) if len(alike) else ""


def _show_side(rows: pd.DataFrame, title: str, columns: list[str]) -> None:
    st.caption(plain(title))
    if rows.empty:
        st.caption("Nothing on this day, or the staff member is not linked yet.")
        return
    config = {
        "client": st.column_config.TextColumn("Client", width=150),
        "work": st.column_config.TextColumn("Task or job", width=150),
        "hours": st.column_config.TextColumn("Time", width=52, alignment="right"),
        "standing": st.column_config.TextColumn("Standing", width=80),
        "origin": st.column_config.TextColumn("Origin", width=125),
    }
    height = min(36 * len(rows) + 38, 260)
    st.dataframe(rows[columns], hide_index=True, column_config=config, height=height, alt=title)


def _choose_sheet(alike: pd.DataFrame) -> str:
    """Which timesheet is the same work; without a question when only one can be."""
    if len(alike) == 1:
        return str(alike.index[0])
    chosen = st.selectbox(
        "Which timesheet is it?",
        list(alike.index),
        index=None,
        key=SHEET,
        format_func=lambda one: f"{alike.loc[one, 'hours']} · {alike.loc[one, 'note']} · {one[:8]}",
    )
    return str(chosen or "")
