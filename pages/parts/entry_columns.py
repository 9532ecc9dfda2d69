"""The columns by which every table of entries says whose work of which day it shows."""

from __future__ import annotations

from typing import Any

import streamlit as st


def entry_columns() -> dict[str, Any]:
    """By column name: date, staff, client, work and hours, as wide in one table as in the next."""
    return {
        "date": st.column_config.DateColumn("Date", format="ddd DD/MM/YYYY", width=108),
        "staff": st.column_config.TextColumn("Staff", width=110),
        "client": st.column_config.TextColumn("Client", width=165),
        "work": st.column_config.TextColumn("Task", width=165),
        "hours": st.column_config.TextColumn("Time", width=52, alignment="right"),
    }
