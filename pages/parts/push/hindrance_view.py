"""What keeps a push from sending now, in plain words: who or what ends it, and when."""

from __future__ import annotations

import streamlit as st

from core.workspace import Workspace
from core.workspace.running import Hindered, Hindrance
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.places import link_to
from pages.parts.words import count, moment, plain

LIFT_WHY = "lift_why"


def show_hindrances(ws: Workspace) -> bool:
    """Everything that is in the way, a box each; whether pushing is halted until somebody lifts it."""
    found = ws.running.hindrances()
    for one in found:
        if one.by is Hindrance.HALTED:
            _show_halt(one.why)
        else:
            _show(ws, one)
    return any(one.by is Hindrance.HALTED for one in found)


def _show(ws: Workspace, one: Hindered) -> None:
    until = moment(one.until, ws.practice.zone)
    headline, words = _TOLD[one.by]
    why = count(int(one.why), "time") if one.by is Hindrance.OUTAGE else one.why.removesuffix(".")
    told = words.format(why=why, until=until)
    if one.by is Hindrance.PAUSED:
        told += f" It goes on by itself at {until}." if until else " It goes on when somebody resumes it."
    st.info(plain(told), title=headline, icon=_ICONS[one.by])
    if one.run:
        link_to("runs", "See this push", run=one.run)


_TOLD = {
    Hindrance.RECOVERY: (
        "XPM is read back first",
        "{why}. So the next push sends nothing before it has read back what XPM holds. That happens by itself.",
    ),
    Hindrance.OUTAGE: (
        "XPM is left alone for a while",
        "It did not work {why} in a row. It is asked again at {until}, by itself; nothing is lost.",
    ),
    Hindrance.LIMIT: ("XPM asked to wait", "{why}. Calls go on at {until}, by themselves."),
    Hindrance.PAUSED: ("A push rests", "{why}."),
}
_ICONS = {
    Hindrance.RECOVERY: ":material/manage_search:",
    Hindrance.OUTAGE: ":material/cloud_off:",
    Hindrance.LIMIT: ":material/hourglass_top:",
    Hindrance.PAUSED: ":material/pause_circle:",
}


def _show_halt(reason: str) -> None:
    st.error(f"{plain(reason)}. Look at the entries in XPM first.", title="Pushing is halted", icon=":material/block:")
    with st.popover("Lift the halt"):
        st.text_input("What did you check in XPM?", key=LIFT_WHY, max_chars=300)
        st.button("Allow pushing again", key="lift_halt", on_click=_lift, disabled=not st.session_state.get(LIFT_WHY))


def _lift() -> None:
    why = str(st.session_state[LIFT_WHY])
    act(lambda: _allow(why))


def _allow(why: str) -> str:
    workspace().time.lift_halt(why)
    return "Pushing is allowed again."
