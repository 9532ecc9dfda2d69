"""What needs a person: one line per reason, with the page that fixes it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.places import link_to_fix
from pages.parts.words import count, day, hours, plain, reason_title

_WIDTHS = (3.6, 1.2, 1.2, 1.8, 2.4)


def show_inbox(inbox: pd.DataFrame) -> None:
    """The reasons of `Overview.inbox`, most time first."""
    with st.container(border=True, gap="xxsmall", key="inbox"):
        for column, title in zip(
            st.columns(_WIDTHS), ("Reason", "Entries", "Time", "Oldest", "Fix it on"), strict=True
        ):
            column.caption(title)
        for reason, row in inbox.iterrows():
            _show_reason(str(reason), row)


def _show_reason(reason: str, row: pd.Series) -> None:
    title, entries, time, oldest, page = st.columns(_WIDTHS, vertical_alignment="center")
    title.markdown(f"**{reason_title(reason)}**", help=plain(row["example"]))
    entries.markdown(count(row["entries"], "entry" if row["page"] != "connection" else "row"))
    time.markdown(hours(row["minutes"]))
    oldest.markdown("–" if pd.isna(row["oldest"]) else day(row["oldest"]))
    with page:
        link_to_fix(row["page"], reason)
