"""A running Timer on every page: what it counts since when, so that nobody forgets it."""

from __future__ import annotations

import streamlit as st

from core.workspace import Workspace
from core.workspace.timekeeping import TimerState
from pages.parts.places import link_to
from pages.parts.timer.clock import tell_since
from pages.parts.timer.who import find_who
from pages.parts.words import plain


def show_badge(ws: Workspace) -> None:
    """The Timer of whoever is here, while it runs or is paused; nothing else."""
    if not ws.practice.settings.actual_time:
        return
    who = find_who()
    view = ws.timer.view(who) if who else None
    if view is None or view.state is TimerState.IDLE:
        return
    state = "Running" if view.state is TimerState.RUNNING else "Paused"
    colour, icon = ("orange", "timer_pause") if state == "Paused" else ("green", "timer")
    st.markdown(f":{colour}-badge[:material/{icon}: {state}] {tell_since(view)}  \n:small[{plain(view.work.name(ws))}]")
    link_to("timer", "Open the Timer")
