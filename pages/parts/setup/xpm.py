"""Step three: the way to the connection, as somebody new to it goes: the right, the consent, the account, saving it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import streamlit as st

from core.workspace import Workspace
from core.workspace.connecting import Account
from core.workspace.founding import begin_first_sync
from pages.parts.doorway import practices, workspace
from pages.parts.messages import act
from pages.parts.words import count, plain

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

#: The stations of the way: title, and what happens there.
_WAY = (
    ("The right", "Somebody with the XPM right **Connect third-party add-ons** signs in: in XPM the staff record, then "
    "Permissions, Practice Administration. An XPM administrator can tick it."),
    ("The consent", "Xero asks whether Tieout may read the practice, and write jobs and time. Nothing else is asked "
    "for: no clients or staff are changed, ever."),
    ("The account", "One sign-in may open several XPM accounts. You choose which one is this practice."),
    ("Save", "The first sync and matching begin by themselves. Nothing is sent to XPM before you push."),
)  # fmt: skip
#: What saving does for a practice that was connected before.
_COMING_BACK = "Everything goes on where it stood. Nothing is sent to XPM before you push."


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
    """The way to Xero's consent page and back, each thing to do standing at its station."""
    offered = ws.connection.offered(st.query_params.get("choose", ""))
    reached = 2 if offered else 0
    _tell_lost(ws)
    _show_station(0, reached)
    _show_station(1, reached)
    if not offered:
        offer_consent("Connect to XPM")
    _show_station(2, reached)
    chosen = _ask_account(ws, offered) if offered else None
    _show_station(3, reached, _COMING_BACK if ws.connection.view().tenant_id else "")
    if offered:
        _offer_saving(ws, chosen)


def offer_consent(label: str) -> None:
    """The button to Xero's consent page; the browser comes back to this page."""
    address = st.session_state.pop(_CONSENT, "")
    kind: Literal["primary", "secondary"] = "secondary" if address else "primary"
    st.button(label, key="connect", icon=":material/link:", on_click=act, args=(_prepare,), type=kind)
    if address:
        st.link_button("Continue on Xero's page", address, icon=":material/open_in_new:", type="primary")
        st.caption("The sign-in is kept open for ten minutes; the browser comes back here by itself.")


def _show_station(place: int, reached: int, other_words: str = "") -> None:
    """One station: ticked when it lies behind, else with its number."""
    title, words = _WAY[place][0], other_words or _WAY[place][1]
    icon = ":green[:material/check_circle:]" if place < reached else f":material/counter_{place + 1}:"
    st.markdown(f"{icon} **{title}.** " + (f":gray[{words}]" if place < reached else words))


def _ask_account(ws: Workspace, offered: Sequence[Account]) -> Account | None:
    """Which of the accounts this practice is. Time in another practice is hard to take back, so nothing is guessed."""
    accounts, former = {one.tenant_id: one for one in offered}, ws.connection.view().tenant_id
    names = {tenant_id: one.name for tenant_id, one in accounts.items()}
    labels = _tell_apart(names)
    chosen = st.radio(
        "Which XPM account is this practice?",
        list(labels),
        _find_likely(names, ws.practice.name, former),
        format_func=lambda one: plain(labels[one]) + (" (connected before)" if one == former else ""),
    )
    return accounts.get(str(chosen))


def _offer_saving(ws: Workspace, chosen: Account | None) -> None:
    former = ws.connection.view().tenant_id
    moves = chosen is not None and former not in ("", chosen.tenant_id)
    if chosen is not None:
        _tell_shared(ws, chosen)
    may_save = chosen is not None and (not moves or _ask_move(ws, chosen.name))
    st.button(
        "Move to this account" if moves else "Save and begin" if not former else "Save",
        type="primary",
        icon=":material/save:",
        on_click=act,
        args=(partial(_choose, chosen.tenant_id if chosen else "", moves),),
        disabled=not may_save,
    )
    if ws.connection.view().is_connected:
        st.button("Keep it as it is", type="tertiary", icon=":material/close:", on_click=_leave_choice)


def _leave_choice() -> None:
    st.query_params.pop("choose", None)


def _find_likely(accounts: dict[str, str], practice: str, former: str) -> int | None:
    """The account chosen beforehand: the former one, or the only one of the practice's name."""
    if former in accounts:
        return list(accounts).index(former)
    alike = [place for place, name in enumerate(accounts.values()) if name.casefold() == practice.casefold()]
    return alike[0] if len(alike) == 1 else None


def _tell_apart(accounts: dict[str, str]) -> dict[str, str]:
    names = list(accounts.values())
    return {one: name if names.count(name) == 1 else f"{name} ({one[:8]})" for one, name in accounts.items()}


def _tell_shared(ws: Workspace, account: Account) -> None:
    others = ws.connection.shared_with(account.tenant_id)
    if others:
        words = f"{account.name} is also connected to {', '.join(others)} here. Time of all of them would go into it."
        st.warning(plain(words), title="This account is in use", icon=":material/group_work:")


def _ask_move(ws: Workspace, name: str) -> bool:
    """Whether this practice may go to another account than before, and the person wants that."""
    former, stakes = ws.connection.view().tenant_name, ws.connection.stakes()
    if not stakes.may_move:
        held = f"{count(stakes.timesheets, 'timesheet')} and {count(stakes.jobs, 'job')} of this practice are there"
        words = (
            f"This practice belongs to {former}: {held}. Choose it again, or set up a practice of its own for {name}."
        )
        st.error(plain(words), title="Not this account", icon=":material/block:")
        return False
    words = f"This practice was connected to {former}. Nothing of it is there yet, so it may move: "
    words += f"{count(stakes.links, 'link')} to {former} are opened again, and {name} is read anew."
    st.warning(plain(words), title="Another account than before", icon=":material/swap_horiz:")
    return st.checkbox(plain(f"Yes, this practice is {name}"), key="move account")


def _tell_lost(ws: Workspace) -> None:
    """Why a practice that was connected has to be connected again, and that it loses nothing by that."""
    view = ws.connection.view()
    if view.state in LOST:
        words = f"{LOST[view.state]} to {view.tenant_name} any more. Syncs and pushes wait; nothing is lost."
        st.warning(plain(words), title="Connect again", icon=":material/key_off:")
    elif view.tenant_id and not view.is_connected:
        words = f"This practice was connected to {view.tenant_name}. Connect the same account again, and everything "
        words += "goes on where it stood: links, ledger, drafts and schedules are all here."
        st.info(plain(words), title="Disconnected", icon=":material/link_off:")


def _prepare() -> str:
    st.session_state[_CONSENT] = workspace().connection.consent_url()
    return "Ready: continue on Xero's page."


def _choose(tenant_id: str, moves: bool) -> str:
    ws = workspace()
    connection = ws.connection.choose(st.query_params["choose"], tenant_id, move=moves)
    st.query_params.pop("choose", None)
    began = begin_first_sync(ws)
    return f"Connected to {connection.tenant_name}." + (" The first sync has begun." if began else "")
