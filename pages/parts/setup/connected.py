"""A connection as it stands: since when, by whom, what it may do, and how to leave it or sign in anew."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.model import RunKind, RunState
from core.workspace import Workspace
from core.workspace.connecting import ConnectionView
from pages.parts.doorway import read, workspace
from pages.parts.messages import act
from pages.parts.run.asking import request_run
from pages.parts.setup.xpm import offer_consent
from pages.parts.words import RUN_LOOKS, actor_name, ago, count, hours, moment, plain

_DID = {"connected": "Connected", "disconnected": "Disconnected", "moved": "Moved here"}
_UNDER_WAY = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
_LOOK_EVERY = 1.5


def tell_connected(ws: Workspace, view: ConnectionView) -> str:
    """The connection in one line: the account, since when, by whom."""
    return f"{view.tenant_name}, since {moment(view.connected_at, ws.practice.zone)} by {view.connected_by}"


def show_connected(ws: Workspace) -> None:
    """The connection of the practice."""
    facts, deeds = st.columns([3, 2], gap="medium")
    with facts:
        st.table(_list_facts(ws), border="horizontal", hide_header=True, alt="The connection")
    with deeds:
        _offer_deeds()
    _show_rights(ws)
    _show_history(ws)


def _list_facts(ws: Workspace) -> dict[str, str]:
    view, zone = ws.connection.view(), ws.practice.zone
    kind = " (the sandbox: nothing reaches the real XPM)" if view.is_sandbox else ""
    told = {
        "XPM account": f"{view.tenant_name}{kind}",
        "Connected since": f"{moment(view.connected_at, zone)} by {view.connected_by}",
        "Last sync": _tell_sync(ws),
        "It may": ws.rights.tell_granted(),
    }
    return {title: plain(words) for title, words in told.items()}


def _tell_sync(ws: Workspace) -> str:
    run = ws.overview.last_sync()
    if run is None:
        return "never"
    who, how = actor_name(run.actor), RUN_LOOKS[run.state].title.lower()
    at = run.ended_at or run.started_at or run.asked_at
    return f"{ago(at, ws.clock.now())}, {moment(at, ws.practice.zone)}, by {who}: {how}"


def _offer_deeds() -> None:
    st.button(
        "Test the rights",
        key="test rights",
        icon=":material/verified_user:",
        help="Tries each right by a small read: seven calls. Nothing is written.",
        on_click=request_run,
        args=(RunKind.CHECK,),
        width="stretch",
    )
    with st.popover("Sign in anew…", icon=":material/key:", width="stretch"):
        st.markdown(
            "When somebody else shall stand for the connection, or rights were changed at Xero: sign in again and "
            "choose the same account. Nothing is lost by it, and the former sign-in is forgotten here."
        )
        offer_consent("Go to Xero's consent")
    with st.popover("Disconnect…", icon=":material/link_off:", width="stretch"):
        _show_leaving()


def _show_leaving() -> None:
    """What follows from leaving, with the numbers of this practice, before it is done."""
    stakes = read("stakes", lambda one: one.connection.stakes())
    waits = f"- {count(stakes.ready, 'ready entry')} ({hours(stakes.minutes)}) cannot be pushed until then."
    own = [waits] if stakes.ready else []
    own += [f"- {count(stakes.runs, 'run')} that wait or are under way stop with a reason."] if stakes.runs else []
    own += ["- Automatic syncs and pushes wait; their times stay set."] if stakes.automatic else []
    lines = [
        f"- What is in XPM stays there: {count(stakes.timesheets, 'timesheet')} known here and "
        f"{count(stakes.jobs, 'job')} created from here.",
        f"- {count(stakes.links, 'link')}, every decision, the ledger, {count(stakes.drafts, 'job draft')} and the log "
        "stay here.",
        *own,
        "- Connect the same account again, and everything goes on where it stood.",
    ]
    st.markdown("Tieout is taken off this XPM account at Xero and forgets its sign-in.\n\n" + "\n".join(lines))
    st.button("Disconnect now", type="primary", on_click=act, args=(_disconnect,))


def _disconnect() -> str:
    farewell = workspace().connection.disconnect()
    return farewell.trouble or "Disconnected from XPM. Nothing that was pushed is touched."


def _show_rights(ws: Workspace) -> None:
    tested = ws.rights.last()
    if tested is None:
        return
    st.fragment(_watch_rights, run_every=_LOOK_EVERY if tested.state in _UNDER_WAY else None)(tested.state)


def _watch_rights(was: RunState) -> None:
    """What the last test of the rights found; looks again by itself while one is under way."""
    ws = workspace()
    tested = ws.rights.last()
    if tested is None:
        return
    if tested.state in _UNDER_WAY:
        st.caption(":material/hourglass_empty: Testing the rights: one small read each, a few seconds.")
    elif tested.rights.empty:
        st.warning(plain(tested.message), title="The rights could not be tested", icon=":material/key_off:")
    else:
        when = f"Tested {moment(tested.at, ws.practice.zone)} by {actor_name(tested.by)}. {tested.message}"
        st.caption(f":material/verified_user: {plain(when)}")
        st.dataframe(
            _name_rights(tested.rights),
            hide_index=True,
            height="content",
            column_config={
                "state": st.column_config.MultiselectColumn(
                    "State", options=["There", "Missing"], color=["green", "red"], width=90
                ),
                "right": st.column_config.TextColumn("Right", width=140),
                "purpose": st.column_config.TextColumn("Needed", width=260),
                "sentence": st.column_config.TextColumn("What to do", width="large"),
            },
            alt="Rights of the connection",
        )
    if tested.state is not was:
        st.rerun(scope="app")


def _name_rights(rights: pd.DataFrame) -> pd.DataFrame:
    state = [["There" if ok else "Missing"] for ok in rights["ok"]]
    named = rights.assign(state=state, right=rights["right"].str.capitalize())[
        ["right", "state", "purpose", "sentence"]
    ]
    return named if named["sentence"].ne("").any() else named.drop(columns="sentence")


def _show_history(ws: Workspace) -> None:
    history = read("connections", lambda one: one.connection.history())
    if history.empty:
        return
    with st.expander(f"Who connected and disconnected ({len(history)})", icon=":material/history:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "When": [moment(at, ws.practice.zone) for at in history["at"]],
                    "Who": [actor_name(who) for who in history["who"]],
                    "What": [_DID.get(did, did) for did in history["did"]],
                    "XPM account": history["account"].to_list(),
                    "Note": history["why"].to_list(),
                }
            ),
            hide_index=True,
            height="content",
            alt="Earlier connections",
        )
