"""The sidebar of every page: whose practice, how old the data, what XPM's limits leave, and Sync now."""

from __future__ import annotations

import streamlit as st

from core.model import RunKind, practice_today
from core.workspace import Workspace
from core.workspace.connecting import ConnectionView
from pages.parts.doorway import PRACTICE, practices, read, workspace
from pages.parts.run.asking import FULL_SYNC, find_active, request_run, watch_runs
from pages.parts.timer.badge import show_badge
from pages.parts.words import ago, day, plain

_SIDES = {"local": "Local", "xpm": "XPM"}
_STATES = {
    "connected": ":green-badge[:material/link: Connected]",
    "needs_consent": ":orange-badge[:material/key: Sign in again]",
    "lost_right": ":orange-badge[:material/key_off: Right lost]",
    "disconnected": ":gray-badge[:material/link_off: Disconnected]",
    "": ":gray-badge[:material/link_off: Not connected]",
}


def show_sidebar() -> None:
    """Everything below the navigation."""
    ws = workspace()
    # Read once: every rerun of every page pays for each question the sidebar asks.
    view, active = ws.connection.view(), find_active(ws)
    with st.sidebar:
        _show_practice(ws)
        show_badge(ws)
        _show_connection(view)
        _show_data(ws)
        if view.tenant_id:
            _show_meter(ws, view.tenant_id)
        st.button(
            "Sync now",
            key="sync_now",
            icon=":material/sync:",
            width="stretch",
            disabled=not active.empty or not view.is_connected,
            help="Reads both sides as far as they changed, matches anew and accepts what is certain.",
            on_click=request_run,
            args=(RunKind.SYNC, FULL_SYNC),
        )
        watch_runs(active)


def _show_practice(ws: Workspace) -> None:
    known = practices()
    if len(known) > 1:
        names = _tell_apart(known)
        here = list(names).index(ws.practice_id)
        st.selectbox("Practice", list(names), here, format_func=names.__getitem__, key=PRACTICE)
    practice = ws.practice
    today = day(practice_today(ws.clock, practice.zone, practice.as_of))
    told = f"The demo lives on {today}" if practice.as_of else today
    st.markdown(f"**{plain(practice.name)}**  \n:small[{told}]")


def _tell_apart(known: dict[str, str]) -> dict[str, str]:
    """Id -> name; practices of one name also show their id, because a choice travels as its text."""
    names = list(known.values())
    return {one: f"{name} ({one})" if names.count(name) > 1 else name for one, name in known.items()}


def _show_connection(view: ConnectionView) -> None:
    badges = [_STATES.get(view.state, _STATES[""])]
    if view.is_sandbox:
        badges.insert(0, ":red-badge[:material/science: Sandbox]")
    st.markdown(" ".join(badges), help=_tell_connection(view.tenant_name, view.is_sandbox))


def _tell_connection(tenant: str, is_sandbox: bool) -> str:
    where = f"XPM account: {plain(tenant)}. " if tenant else "No XPM account is connected. "
    return where + ("This is a rehearsal: nothing here reaches the real XPM." if is_sandbox else "")


def _show_data(ws: Workspace) -> None:
    sides = read("sides", lambda one: one.overview.sides())
    now = ws.clock.now()
    lines = [
        f"{_SIDES[str(name)]}: {ago(side['read_at'], now)}{_tell_whole(side['read_at'], side['broken'])}"
        for name, side in sides.iterrows()
    ]
    st.caption("  \n".join([":material/database: **Data read**", *lines]))


def _tell_whole(read_at: str, broken: str) -> str:
    if not read_at:
        return ""
    return f", :orange[not whole: {plain(broken.replace('_', ' '))}]" if broken else ", whole"


def _show_meter(ws: Workspace, tenant: str) -> None:
    meter = ws.connection.gate.meter(tenant)
    limit = max(meter.day_used + meter.day_left, 1)
    text = f":small[{meter.day_left:,} of {limit:,} calls to XPM left today]"
    st.progress(meter.day_left / limit, text=text)
    if meter.paused_until is not None:
        st.caption(f":orange[Waiting for XPM: {plain(meter.pause_reason)}]")
