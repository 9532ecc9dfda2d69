"""What stands on a page while there is nothing to show yet: what is under way, or what to do next."""

from __future__ import annotations

import streamlit as st

from core.workspace import Workspace
from pages.parts.doorway import read
from pages.parts.messages import empty_state
from pages.parts.places import link_to
from pages.parts.run.asking import find_active
from pages.parts.words import start_upper


def show_first_steps(ws: Workspace, *needed: str) -> bool:
    """Whether the sides needed (none named: both) were read at least once; when not, say what is missing and where."""
    sides = read("sides", lambda one: one.overview.sides())
    if sides.loc[list(needed) or ["local", "xpm"], "read_at"].ne("").all():
        return True
    if not find_active(ws).empty:
        empty_state(
            "The first sync is under way",
            "Both sides are being read and matched; this page fills by itself. The sidebar shows how far it is.",
            ":material/sync:",
        )
        return False
    missing = {"local": "the local side was not loaded yet", "xpm": "XPM was not read yet"}
    told = " and ".join(words for side, words in missing.items() if not sides.loc[side, "read_at"])
    empty_state("Nothing to show yet", f"{start_upper(told)}. Follow the steps on Connection.", ":material/cable:")
    with st.container(horizontal=True):
        link_to("connection", "Go on with the set-up")
    return False
