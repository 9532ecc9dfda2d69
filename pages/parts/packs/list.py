"""The list of packs, and beginning a new one for a client."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import TieoutError
from pages.parts.doorway import read, workspace
from pages.parts.jobs.drafts import STATES as JOB_STATES
from pages.parts.messages import act, empty_state
from pages.parts.packs.state import open_pack, show_size
from pages.parts.picking import fingerprint
from pages.parts.words import moment

#: A pack's state: its words and colour. In doubt is neither sent nor refused.
STATES = {
    "draft": ("Draft", "gray"),
    "ending": ("In doubt", "violet"),
    "in doubt": ("In doubt", "violet"),
    "delivered": ("Handed over", "green"),
}
_CLIENT, _PERIOD = "pack_new_client", "pack_new_period"


class ClientMissing(TieoutError):
    """A pack is always somebody's."""

    def __init__(self) -> None:
        super().__init__("Choose the client whose documents are packed. A pack stays with its client.")


def show_list() -> None:
    """Beginning a pack, and every pack there is; a tick opens one."""
    st.caption(
        "Pack the documents of a client, then download them or send them by mail. The job in Xero Practice Manager "
        "that goes with them is created at that moment, once, and not before."
    )
    _show_new()
    packs = read("packs", lambda ws: ws.packs.listed())
    if packs.empty:
        told = "Choose a client above. Files come from your documents table, from a folder, or from your computer."
        empty_state("No packs yet", told, ":material/folder_zip:")
        return
    picked = _show_table(packs)
    if picked:
        open_pack(picked)
        st.rerun()


def _show_new() -> None:
    clients = read("pack clients", lambda ws: ws.packs.clients())
    with st.container(horizontal=True, vertical_alignment="bottom", key="pack_new_row"):
        st.selectbox(
            "Client",
            list(clients),
            index=None,
            key=_CLIENT,
            format_func=lambda one: clients.get(one, one),
            placeholder="Type to search your clients",
            width=350,
        )
        st.text_input("Period", key=_PERIOD, placeholder="for example FY2026", width=160, max_chars=60)
        st.button("New pack", key="pack_new", type="primary", icon=":material/add:", on_click=act, args=(_begin,))


def _begin() -> str:
    state = st.session_state
    if not state.get(_CLIENT):
        raise ClientMissing
    open_pack(workspace().packs.new(state[_CLIENT], str(state.get(_PERIOD) or "").strip()).id)
    return "A new pack. Every change is kept at once."


def _show_table(packs: pd.DataFrame) -> str:
    zone = workspace().practice.zone
    shown = packs.assign(
        size=[show_size(size) if size else "" for size in packs["size"]],
        state=[[STATES.get(one, (one, "gray"))[0]] for one in packs["state"]],
        draft_state=[[JOB_STATES[one][0]] if one in JOB_STATES else [] for one in packs["draft_state"]],
        changed_at=[moment(at, zone) for at in packs["changed_at"]],
    )
    words, colours = zip(*dict(STATES.values()).items(), strict=True)
    job_words, job_colours = zip(*JOB_STATES.values(), strict=True)
    badge = partial(st.column_config.MultiselectColumn, width=110)
    event = st.dataframe(
        shown,
        key=f"packs_{fingerprint(packs.index)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "client": st.column_config.TextColumn("Client", width=225),
            "period": st.column_config.TextColumn("Period", width=100),
            "files": st.column_config.NumberColumn("Files", width=55),
            "size": st.column_config.TextColumn("Size", width=75, alignment="right"),
            "state": badge("State", options=words, color=list(colours)),
            "draft_state": badge("Its job", options=job_words, color=list(job_colours)),
            "job": st.column_config.TextColumn("Job in XPM", width=95),
            "changed_at": st.column_config.TextColumn("Changed", width=130),
            "made_by": st.column_config.TextColumn("By", width=85),
        },
        placeholder="",
        alt="Packs of documents",
    )
    rows = event["selection"]["rows"]
    return str(packs.index[rows[0]]) if rows else ""
