"""Who is timing: the staff member this person is, asked once and remembered."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.doorway import workspace
from pages.parts.messages import act, empty_state
from pages.parts.places import link_to

WHO = "timer_who"


def find_who() -> str:
    """Who sits at this browser: whom they chose here, else whom Tieout remembers of this user; empty when unknown."""
    timer = workspace().timer
    chosen = str(st.session_state.get(_key(), ""))
    return chosen if chosen in timer.people() else timer.who()


def ask_who() -> str:
    """The staff member whose Timer is shown; empty while nobody is chosen."""
    people, known = workspace().timer.people(), find_who()
    if st.session_state.get(WHO, "") != known:
        st.session_state[WHO] = known or None
    st.selectbox(
        "I am",
        list(people),
        index=None,
        key=WHO,
        format_func=lambda one: people[one],
        placeholder="Choose your name",
        on_change=_choose,
    )
    return known


def _key() -> str:
    # Not the widget's own key: that is forgotten on every other page, and means other people in another practice.
    return f"timer_me {workspace().practice_id}"


def tell_who() -> None:
    """What stands on the page while nobody is chosen."""
    if workspace().timer.people():
        told = "Choose your name at the top right. It is remembered for you on this computer."
        empty_state("Who are you?", told, ":material/badge:")
        return
    empty_state("Nobody to time", "The local side has no active staff member. Load it first.", ":material/badge:")
    link_to("connection", "Load the local side")


def _choose() -> None:
    chosen = st.session_state[WHO]
    if chosen:
        act(partial(_take, chosen))


def _take(staff_id: str) -> str:
    workspace().timer.choose_who(staff_id)
    st.session_state[_key()] = staff_id
    return ""
