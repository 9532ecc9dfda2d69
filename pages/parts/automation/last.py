"""What a chore did last, and when it is due next, in words."""

from __future__ import annotations

import streamlit as st

from core.workspace import Workspace
from core.workspace.automating import ChoreState, Run
from pages.parts.places import link_to
from pages.parts.run.asking import tell_counts
from pages.parts.words import RUN_LOOKS, moment, plain


def tell_next(state: ChoreState, ws: Workspace) -> str:
    """When the chore is due next, in the practice's zone."""
    if state.next_at is None:
        return ":material/event_busy: Not done by itself."
    return f":material/event: Next on {moment(state.next_at.isoformat(), ws.practice.zone)}."


def show_last(ws: Workspace, state: ChoreState) -> None:
    """The last run of the chore, with its outcome and a way to its rows."""
    if state.last is None:
        st.caption(":material/history: It has not run yet.")
        return
    # Not a caption: that would pale the badge of the outcome.
    st.markdown(f":small[:material/history: {_describe(state.last, ws.practice.zone)}]")
    link_to("runs", "See this run", run=state.last.id)


def _describe(run: Run, zone: str) -> str:
    look = RUN_LOOKS[run.state]
    return f"Last on {moment(run.asked_at, zone)}: {look.badge} {plain(tell_counts(run.counts, run.message))}"
