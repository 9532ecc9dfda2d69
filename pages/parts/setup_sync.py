"""Step four: the first sync and matching, and where to go from there."""

from __future__ import annotations

import streamlit as st

from core.model import RunKind, RunState
from core.workspace import Workspace
from pages.parts.places import link_to
from pages.parts.review_counts import show_review_counts
from pages.parts.runs import FULL_SYNC, find_active, request_run, tell_counts
from pages.parts.words import RUN_LOOKS, plain


def ask_sync(ws: Workspace) -> None:
    """The button for the first sync, and how it goes."""
    st.caption("Both sides are read, matched, and certain matches accepted. Every one is listed and can be undone.")
    if not find_active(ws).empty:
        st.info("It is under way; the sidebar shows how far it is. You may close this page.", icon=":material/sync:")
        return
    show_trouble(ws)
    st.button(
        "Sync and match", type="primary", icon=":material/sync:", on_click=request_run, args=(RunKind.SYNC, FULL_SYNC)
    )


def show_synced(_ws: Workspace) -> None:
    """What is next."""
    left, right = st.columns(2)
    with left:
        show_review_counts()
    with right:
        st.caption("Next: decide what matching was not sure about, then look at the time.")
        for page in ("clients", "staff", "work", "time"):
            link_to(page)


def show_trouble(ws: Workspace) -> None:
    """The last load or sync when it did not end well: why, and what may be answered."""
    runs = ws.store.runs.list(ws.practice_id, limit=10)
    runs = runs[runs["kind"].isin((RunKind.LOAD, RunKind.SYNC))]
    last = next(runs.itertuples(), None)
    if last is None or last.state not in (RunState.FAILED, RunState.STOPPED):
        return
    title = f"{RUN_LOOKS[last.state].title}: the last {last.kind}"
    st.warning(plain(tell_counts({}, last.message)), title=title, icon=":material/sync_problem:")
    questioned = ws.sides.asked_about_size(last.message)
    if questioned is not None:
        st.button(
            "The smaller answer is right: take it",
            key="accept smaller",
            help="Only if rows or records were really deleted. Otherwise correct the export or XPM, and sync again.",
            on_click=request_run,
            args=(RunKind.SYNC, {**FULL_SYNC, "accept_shrink": True, "accept_parts": questioned}),
        )
