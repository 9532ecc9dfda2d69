"""Step three: the connection to XPM, the choice among its accounts, and leaving again."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from core.workspace import Workspace
from pages.parts.doorway import practices, workspace
from pages.parts.messages import act
from pages.parts.words import day, plain

_CONSENT = "consent url"

#: What can go wrong at Xero; the short words are those of `core.workspace.founding.name_problem`.
PROBLEMS = {
    "denied": "Xero did not give its consent. Begin again, and press Allow access on Xero's page.",
    "scopes": "The consent gave fewer rights than are needed. Begin again and leave every box of Xero's page ticked.",
    "account": "No Practice Manager account was opened: none was ticked on Xero's page, or the person who signed in "
    "lacks the right Connect third-party add-ons. Ask an XPM administrator for it, then begin again.",
    "other": "This is another XPM account than the one this practice's links and pushed time belong to. "
    "Begin again and choose the former account.",
    "refused": "This return from Xero was used before, came too late, or was begun elsewhere. Begin again.",
    "app": "Xero does not accept this installation's app. Check its client id, secret and return address.",
    "outside": "Xero's sign-in did not answer. Begin again in a while.",
    "failed": "Something went wrong on the way back from Xero. Begin again; the log has the details.",
}


#: Why a connection that was made no longer works, by its state.
LOST = {
    "needs_consent": "Xero does not accept the sign-in",
    "lost_right": "The person who connected has no access",
}


def show_return() -> None:
    """What the browser came back from Xero with, once."""
    query = st.query_params
    if problem := query.get("problem"):
        is_connected = bool(practices()) and workspace().connection.view().is_connected
        title = "The connection stays as it was" if is_connected else "XPM is not connected"
        st.error(PROBLEMS.get(problem, PROBLEMS["failed"]), title=title, icon=":material/link_off:")
    if "connected" in query:
        st.toast("XPM is connected.", icon=":material/link:")
    for name in ("problem", "connected"):
        query.pop(name, None)


def ask_xpm(ws: Workspace) -> None:
    """The way to Xero's consent page, or the choice among the accounts it opened."""
    offered = ws.connection.offered(st.query_params.get("choose", ""))
    if offered:
        accounts = {account.tenant_id: account.name for account in offered}
        names = list(accounts.values())
        labels = {one: name if names.count(name) == 1 else f"{name} ({one[:8]})" for one, name in accounts.items()}
        wanted, former = ws.practice.name.casefold(), ws.connection.view().tenant_id
        alike = [n for n, name in enumerate(names) if name.casefold() == wanted]
        alike = [list(accounts).index(former)] if former in accounts else alike
        chosen = st.radio(
            "Which XPM account is this practice?",
            list(labels),
            # Time in another practice is hard to take back: only the former account is offered, or one of its name.
            alike[0] if len(alike) == 1 else None,
            format_func=lambda one: plain(labels[one]),
        )
        choose = partial(_choose, str(chosen))
        st.button("Connect this account", type="primary", on_click=act, args=(choose,), disabled=chosen is None)
        return
    _tell_lost(ws)
    st.markdown(
        "Sign in at Xero as a person who has the XPM right **Connect third-party add-ons** (staff record, Permissions, "
        "Practice Administration). Tieout asks to read the practice, and to write jobs and time; nothing else."
    )
    st.button("Connect to XPM", icon=":material/link:", on_click=act, args=(_prepare,), type="primary")
    if _CONSENT in st.session_state:
        st.link_button("Continue on Xero's page", st.session_state.pop(_CONSENT), icon=":material/open_in_new:")
        st.caption("The sign-in is kept open for ten minutes; the browser comes back here by itself.")


def _tell_lost(ws: Workspace) -> None:
    """Why a practice that was connected has to be connected again."""
    view = ws.connection.view()
    if view.state in LOST:
        words = f"{LOST[view.state]} to {view.tenant_name} any more. Syncs and pushes wait; nothing is lost."
        st.warning(plain(words), title="Connect again", icon=":material/key_off:")


def _prepare() -> str:
    st.session_state[_CONSENT] = workspace().connection.consent_url()
    return "Ready: continue on Xero's page."


def _choose(tenant_id: str) -> str:
    connection = workspace().connection.choose(st.query_params["choose"], tenant_id)
    st.query_params.pop("choose", None)
    return f"Connected to {connection.tenant_name}."


def show_connected(ws: Workspace) -> None:
    """The connection as it stands, and how to leave it."""
    view = ws.connection.view()
    since = day(date.fromisoformat(view.connected_at))
    st.markdown(
        f"**{plain(view.tenant_name)}**, connected since {since} by {plain(view.connected_by)}."
        + (" This is the sandbox: nothing reaches the real XPM." if view.is_sandbox else "")
    )
    with st.popover("Disconnect…", icon=":material/link_off:"):
        st.markdown(
            "Tieout is taken off this XPM account at Xero and forgets its sign-in.\n\n"
            "- Time and jobs that are in XPM stay there.\n"
            "- Links, decisions, the ledger and the log stay here.\n"
            "- Syncs and pushes wait until somebody connects the same account again."
        )
        st.button("Disconnect now", type="primary", on_click=act, args=(_disconnect,))


def _disconnect() -> str:
    farewell = workspace().connection.disconnect()
    return farewell.trouble or "Disconnected from XPM. Nothing that was pushed is touched."
