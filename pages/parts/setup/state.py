"""How the two sides and the limits stand, and what is set."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from core.workspace import Workspace
from pages.parts.doorway import read, workspace
from pages.parts.messages import act
from pages.parts.places import link_to
from pages.parts.setup.preview import show_problems
from pages.parts.words import ago, count, moment, plain

_PARTS = {"named_by_time": "jobs named by time", "costs": "cost catalogue"}
_MONTHS = {month: f"{date(2026, month, 1):%B}" for month in range(1, 13)}


def show_state(ws: Workspace) -> None:
    """Both sides part by part, the rows that could not be read, XPM's limits, and the settings."""
    data, held, limits, settings = st.tabs(["Data", "Rows not read", "Limits of XPM", "Settings"])
    with data:
        show_parts(ws)
    with held:
        show_held_rows()
    with limits:
        show_limits(ws)
    with settings:
        show_settings(ws)


def show_parts(ws: Workspace) -> None:
    """Every part of both sides: how many rows, how old, whether whole."""
    parts: pd.DataFrame = read("parts", lambda one: one.sides.parts().reset_index())
    if parts.empty:
        st.caption("Nothing was read yet.")
        return
    now = ws.clock.now()
    shown = pd.DataFrame(
        {
            "Side": parts["side"].map({"local": "Local", "xpm": "XPM"}),
            "Part": parts["part"].replace(_PARTS).str.replace("_", " ").str.replace("times:", "time of "),
            "Rows": parts["rows"],
            "Whole": parts["complete"].astype("bool"),
            "Read": [ago(at, now) for at in parts["read_at"]],
            "Trouble": parts["error"],
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        height="content" if len(shown) < 30 else 600,
        column_config={"Rows": st.column_config.NumberColumn(format="localized")},
        alt="Parts of both sides",
    )


def show_held_rows() -> None:
    """Rows of the local side that could not be read at the last load."""
    show_problems(read("problems", lambda ws: ws.local("problems")))


def show_limits(ws: Workspace) -> None:
    """XPM's limits as used by this practice."""
    meter = ws.connection.meter()
    with st.container(horizontal=True):
        st.metric("Left today", f"{meter.day_left:,} calls", help=f"{meter.day_used:,} were made today.")
        st.metric("Kept for reading", f"{meter.reserve:,} calls", help="A push stops when only these are left.")
        st.metric("Left this minute", count(meter.minute_left, "call"))
        st.metric("Under way", count(meter.in_flight, "call"))
    if meter.paused_until is not None:
        until = moment(meter.paused_until.isoformat(), ws.practice.zone)
        st.warning(f"XPM asked to wait until {until}: {plain(meter.pause_reason)}.")


def show_settings(ws: Workspace) -> None:
    """The practice's own settings, to change, and those of the installation, to see."""
    now = ws.practice.settings
    with st.form("settings"):
        left, middle, right = st.columns(3)
        limit = left.number_input("Calls XPM allows a day", 1, 1_000_000, now.day_limit)
        month = middle.selectbox("Year ends in", list(_MONTHS), now.year_end_month - 1, format_func=_MONTHS.__getitem__)
        quarter = right.segmented_control(
            "A quarter is named by its",
            ["first", "last"],
            default=now.quarter_convention,
            required=True,
            format_func=lambda which: f"{which} month",
        )
        values = {"day_limit": limit, "year_end_month": month, "quarter_convention": quarter}
        if st.form_submit_button("Save the settings"):
            act(lambda: _save(values))
            st.rerun()
    link_to("sending", "Rounding, notes, closed periods and checks: How time is sent")
    st.dataframe(
        ws.options.in_force(),
        height="content",
        column_config={
            "_index": st.column_config.TextColumn("Of the installation", width=130),
            "value": st.column_config.TextColumn("Value", width="large"),
            "means": st.column_config.TextColumn("What it is", width="medium"),
        },
        alt="Settings of the installation",
    )


def _save(values: dict[str, Any]) -> str:
    changed = workspace().options.change(**values)
    return f"{count(changed, 'setting')} changed." if changed else "Nothing was different."
