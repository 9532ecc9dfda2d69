"""Mails of packs that may or may not have arrived, for whoever goes through the exceptions."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.doorway import read, workspace
from pages.parts.picking import fingerprint
from pages.parts.places import link_to
from pages.parts.words import count, moment, plain


def show_doubts() -> None:
    """Them all, with the way to the one that is ticked, where a person says what they found; nothing without any."""
    packs: pd.DataFrame = read("packs in doubt", lambda ws: ws.delivery.in_doubt())
    if packs.empty:
        return
    zone = workspace().practice.zone
    with st.container(border=True, key="pack_doubts"):
        st.markdown(f":material/mark_email_unread: **{count(len(packs), 'mail')} with documents in doubt**")
        st.caption(
            "It may have arrived or not. It is not sent again, and its job is not created, before somebody looks."
        )
        event = st.dataframe(
            packs.assign(since=[moment(at, zone) for at in packs["changed_at"]])[
                ["client", "period", "files", "since"]
            ],
            key=f"pack_doubts_{fingerprint(packs.index)}",
            hide_index=True,
            height="content",
            on_select="rerun",
            selection_mode="single-row",
            column_config={
                "client": st.column_config.TextColumn("Client", width=300),
                "period": st.column_config.TextColumn("Period", width=130),
                "files": st.column_config.NumberColumn("Files", width=60),
                "since": st.column_config.TextColumn("Since", width=140),
            },
            alt="Mails in doubt",
        )
        places = [place for place in event["selection"]["rows"] if place < len(packs)]
        pack = packs.iloc[places[0] if places else 0]
        link_to("documents", f"Say what became of the mail to {plain(pack['client'])}", pack=str(pack.name))
