"""Step one: the practice's name and time zone."""

from __future__ import annotations

from zoneinfo import available_timezones

import streamlit as st

from core.running import settings_in_force
from core.workspace import Workspace
from core.workspace.founding import create_practice
from pages.parts.doorway import PRACTICE, installation
from pages.parts.messages import act

_FIRST = ("Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane", "Australia/Adelaide", "Australia/Perth")
_NAME, _ZONE = "new practice name", "new practice zone"


def ask_practice() -> None:
    """The form for a new practice."""
    st.caption(
        "Tieout keeps the two sides of one practice apart from any other. Work dates are dates in its time zone."
    )
    with st.form("new practice", border=False):
        st.text_input("Name of the practice", key=_NAME, placeholder="Banksia & Wren Accountants")
        st.selectbox("Time zone", _list_zones(), key=_ZONE)
        st.form_submit_button("Create the practice", type="primary", on_click=act, args=(_create,))


def show_practice(ws: Workspace) -> None:
    """What was set."""
    practice = ws.practice
    st.text(f"{practice.name}, {practice.zone}")


def _create() -> str:
    name, zone = str(st.session_state[_NAME]), str(st.session_state[_ZONE])
    st.session_state[PRACTICE] = create_practice(installation(), name, zone, settings_in_force().actor)
    return f"{name} is created. Next: its local side."


@st.cache_resource(show_spinner=False)
def _list_zones() -> list[str]:
    near = sorted(zone for zone in available_timezones() if zone.startswith(("Australia/", "Pacific/")))
    rest = sorted(available_timezones() - set(near))
    return list(dict.fromkeys((*_FIRST, "Pacific/Auckland", *near, *rest)))
