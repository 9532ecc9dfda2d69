"""Connection: the set-up in four steps, then how both sides, the limits and the settings stand."""

import streamlit as st

from pages.parts.doorway import practices, read, workspace
from pages.parts.messages import guard
from pages.parts.setup.connected import show_connected, tell_connected
from pages.parts.setup.local import ask_local
from pages.parts.setup.practice import ask_practice, show_practice
from pages.parts.setup.state import show_state
from pages.parts.setup.steps import Step, show_steps
from pages.parts.setup.sync import ask_sync, show_synced, show_trouble
from pages.parts.setup.xpm import ask_xpm, show_return

st.title("Connection")
show_return()
if not practices():
    st.caption(
        "Welcome. Tieout ties your own work records out with Xero Practice Manager (XPM) and accounts for every "
        "minute. Four steps set it up; nothing is sent to XPM before you push."
    )
    later = [Step(title, "", lambda: None) for title in ("The local side", "XPM", "First sync and matching")]
    show_steps([Step("The practice", "", ask_practice), *later])
    st.stop()

ws = workspace()
view = ws.connection.view()
is_choosing = bool(ws.connection.offered(st.query_params.get("choose", "")))
is_settled = view.is_connected and not is_choosing
sides = read("sides", lambda one: one.overview.sides())
loaded, synced = sides["read_at"].ne("")
if not (synced and loaded):
    st.caption("Four steps set the practice up; nothing is sent to XPM before you push.")
else:
    st.caption("How both sides are connected, how fresh and how whole they are, and what is set.")
local = ws.practice.settings.local
where = local.get("path") or ("a database" if local else "")
show_steps(
    [
        Step("The practice", ws.practice.name, lambda: show_practice(ws)),
        Step("The local side", where, lambda: ask_local(ws)),
        Step(
            "XPM",
            tell_connected(ws, view) if is_settled else "",
            lambda: show_connected(ws) if is_settled else ask_xpm(ws),
        ),
        Step(
            "First sync and matching",
            "both sides are read" if synced and loaded else "",
            lambda: show_synced(ws) if synced else ask_sync(ws),
        ),
    ]
)
if synced or loaded:
    with guard():
        if synced:
            show_trouble(ws)
        show_state(ws)
