"""The switch Actual Time: on or off, and what either means, said before it is done."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.workspace.actual_time import switch_actual_time
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.words import count

_OFF_MEANS = (
    "The pages Timer, Time, Unsynced time and Tie-out are hidden, and running Timers pause.",
    "Nothing is pushed to XPM any more, not by itself either; a push under way stops.",
    "Nothing is lost: drafts, entries, links and what XPM holds stay as they are, and it can be switched on again.",
)


def show_switch() -> bool:
    """Say whether Actual Time is on, and offer the other; whether it is."""
    is_on = workspace().practice.settings.actual_time
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="time_switch"):
        if is_on:
            st.markdown(":green-badge[Actual Time is on] Time is captured here, and pushed to XPM.", width="stretch")
            with st.popover("Switch off", key="time_off_ask"):
                st.markdown("\n".join(f"- {line}" for line in _OFF_MEANS))
                off = partial(_switch, on=False)
                st.button("Switch Actual Time off", key="time_off", type="primary", on_click=act, args=(off,))
        else:
            told = "Links are kept and jobs are made; no time is captured, and none is pushed."
            st.markdown(f":gray-badge[Actual Time is off] {told}", width="stretch")
            on = partial(_switch, on=True)
            st.button("Switch Actual Time on", key="time_on", type="primary", on_click=act, args=(on,))
    return is_on


def _switch(*, on: bool) -> str:
    paused = switch_actual_time(workspace(), on=on)
    if on:
        return "Actual Time is on. Paused Timers wait for their person to go on."
    told = f" {count(paused, 'running Timer')} paused." if paused else ""
    return f"Actual Time is off.{told}"
