"""A real day as it would be sent with the settings on the screen, before they are saved."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.model import TieoutError
from core.workspace.options import Example
from pages.parts.doorway import read
from pages.parts.messages import empty_state
from pages.parts.words import count, day, hours, plain


def show_example(draft: dict[str, Any]) -> None:
    """The entries of the day, what is sent of each, and the timesheets they become."""
    st.subheader("For example")
    try:
        example = read(f"example {draft}", lambda ws: ws.options.example(**draft))
    except TieoutError:
        # The cell itself says what is wrong.
        st.caption("The example comes back when every cell beside it can be read.")
        return
    if example.entries.empty:
        empty_state("No day to show", "The example is a day of the last weeks; none was recorded.", ":material/event:")
    else:
        _show_day(example)
    closed = (
        f"Closed today: everything until {day(example.closed_until)}" if example.closed_until else "Nothing is closed"
    )
    st.caption(f":material/lock_clock: {plain(closed)}.")


def _show_day(example: Example) -> None:
    entries = example.entries
    st.markdown(
        f"**{plain(entries['staff'].iloc[0])}**: {plain(hours(example.recorded))} recorded, "
        f"**{plain(hours(example.sent))} sent** as {count(len(example.sheets), 'timesheet')}"
    )
    st.dataframe(
        entries.assign(was=entries["recorded"].map(hours), now=entries["sent"].map(hours))[["was", "now", "work"]],
        hide_index=True,
        height="content",
        column_config={
            "was": st.column_config.TextColumn("Recorded", width=70, alignment="right"),
            "now": st.column_config.TextColumn("Sent", width=65, alignment="right"),
            "work": st.column_config.TextColumn("Entry", width="large"),
        },
        alt="The entries of the example",
    )
    st.dataframe(
        example.sheets.assign(time=example.sheets["minutes"].map(hours))[["time", "entries", "note"]],
        hide_index=True,
        height="content",
        column_config={
            "time": st.column_config.TextColumn("Time", width=70, alignment="right"),
            "entries": st.column_config.NumberColumn("Entries", width=65),
            "note": st.column_config.TextColumn("Note of the timesheet in XPM", width="large"),
        },
        alt="The timesheets of the example",
    )
