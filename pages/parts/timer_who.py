"""Who is timing: the staff member this person is, asked once and remembered."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.doorway import workspace
from pages.parts.messages import act, empty_state
from pages.parts.places import link_to

WHO = "timer_who"


def ask_who() -> str:
    """The staff member whose Timer is shown; empty while nobody is chosen."""
    timer = workspace().timer
    people, known = timer.people(), timer.who()
    if not people:
        empty_state("Nobody to time", "The local side has no active staff member. Load it first.", ":material/badge:")
        link_to("connection", "Load the local side")
        return ""
    if known and st.session_state.get(WHO) not in people:
        st.session_state[WHO] = known
    if not known:
        st.info("Choose your name once; it is remembered on this computer.", title="Who are you?")
    st.selectbox(
        "I am",
        list(people),
        index=None,
        key=WHO,
        format_func=lambda one: people[one],
        placeholder="Choose your name",
        on_change=_choose,
        width=320,
    )
    return known


def _choose() -> None:
    chosen = st.session_state[WHO]
    if chosen:
        act(partial(_take, chosen))


def _take(staff_id: str) -> str:
    workspace().timer.choose_who(staff_id)
    return ""
