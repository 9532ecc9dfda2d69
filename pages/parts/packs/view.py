"""The head of an open pack, the question about a mail in doubt, and what was done with the pack so far."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import RunState
from pages.parts.doorway import read, workspace
from pages.parts.messages import act
from pages.parts.packs.list import STATES
from pages.parts.packs.state import OpenPack, field_key, keep, open_pack, show_size, shown_revision
from pages.parts.run.progress import watch_run
from pages.parts.words import actor_name, count, moment, plain

WHAT = {"download": "Download", "mail": "Mail", "job": "Job in XPM", "attach": "Documents on the job"}
OUTCOMES = {
    "begun": ("Begun", "blue"),
    "done": ("Done", "green"),
    "refused": ("Not done", "red"),
    "in doubt": ("In doubt", "violet"),
}


def show_head(opened: OpenPack) -> None:
    """Which pack this is, how it stands, and the ways out."""
    stored, pack = opened.stored, opened.pack
    client = read("client names", lambda ws: ws.local("clients")["name"]).get(pack.client_id, pack.client_id)
    words, colour = ("Being sent", "blue") if opened.is_busy else STATES.get(stored.state, (stored.state, "gray"))
    kept = moment(stored.changed_at, workspace().practice.zone)
    files = f"{count(len(pack.files), 'file')}, {show_size(pack.size)}" if pack.files else "no files yet"
    with st.container(horizontal=True, vertical_alignment="center"):
        told = plain(f"{files} · kept {kept} · begun by {actor_name(stored.made_by)}")
        st.markdown(f"**{plain(client)}** :{colour}-badge[{words}]  \n:small[{told}]", width="stretch")
        st.text_input(
            "Period",
            key=field_key("period"),
            on_change=keep,
            label_visibility="collapsed",
            placeholder="Period",
            disabled=not opened.is_draft,
            width=160,
            max_chars=60,
        )
        if opened.is_draft:
            st.button(
                "Discard", key="pack_discard", type="tertiary", on_click=act, args=(partial(_discard, stored.id),)
            )
        else:
            st.button("Make a copy", key="pack_copy", type="tertiary", on_click=act, args=(partial(_copy, stored.id),))
        st.button("All packs", key="pack_all", icon=":material/list:", on_click=open_pack, args=("",))
    if opened.in_doubt:
        _ask_fate(opened)
    elif stored.run and workspace().store.runs.get(stored.run).state is not RunState.DONE:
        watch_run(stored.run, "mail")


def _discard(pack_id: str) -> str:
    workspace().packs.discard(pack_id, shown_revision(pack_id))
    open_pack("")
    return "The pack is put away."


def _copy(pack_id: str) -> str:
    open_pack(workspace().packs.copy(pack_id).id)
    return "A copy with the same files and message. Nobody has it yet."


def _ask_fate(opened: OpenPack) -> None:
    """Only somebody who looks can tell; until then nothing is sent again and no job is made."""
    pack_id = opened.stored.id
    words = str(workspace().delivery.history(pack_id)["words"].iloc[-1])
    then = "it is not sent again" + (" and its job is not created" if opened.stored.draft else "")
    told = f"{words} Look into the sent mail or ask the client. Until you say what you found, {then}."
    st.warning(plain(told), title="Did the mail arrive?", icon=":material/help:")
    with st.container(horizontal=True):
        arrived = partial(_settle, pack_id, arrived=True)
        label = "It arrived" + (", create the job" if opened.stored.draft else "")
        st.button(label, key="pack_arrived", icon=":material/mark_email_read:", on_click=act, args=(arrived,))
        lost = partial(_settle, pack_id, arrived=False)
        st.button("It did not arrive", key="pack_lost", icon=":material/unsubscribe:", on_click=act, args=(lost,))


def _settle(pack_id: str, *, arrived: bool) -> str:
    return workspace().mailing.settle(pack_id, shown_revision(pack_id), arrived=arrived)


def show_history(opened: OpenPack) -> None:
    """What was done with the pack, newest first; nothing while nothing was."""
    history: pd.DataFrame = workspace().delivery.history(opened.stored.id)
    if history.empty:
        return
    st.subheader("What happened")
    zone = workspace().practice.zone
    shown = pd.DataFrame(
        {
            "at": [moment(at, zone) for at in history["at"]],
            "what": history["what"].map(WHAT),
            "outcome": [[OUTCOMES[one][0]] for one in history["outcome"]],
            "words": history["words"],
            "actor": history["actor"].map(actor_name),
        }
    ).iloc[::-1]
    words, colours = zip(*OUTCOMES.values(), strict=True)
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            "at": st.column_config.TextColumn("When", width=145),
            "what": st.column_config.TextColumn("What", width=160),
            "outcome": st.column_config.MultiselectColumn("Outcome", options=words, color=list(colours), width=95),
            "words": st.column_config.TextColumn("In words", width="large"),
            "actor": st.column_config.TextColumn("By", width=95),
        },
        alt="What was done with this pack",
    )
