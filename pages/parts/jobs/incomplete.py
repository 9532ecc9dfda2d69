"""Jobs that were begun and are not whole, or wait for a review: listed among the exceptions, settled on Jobs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.doorway import read, workspace
from pages.parts.jobs.drafts import STATES
from pages.parts.jobs.state import OPEN
from pages.parts.picking import fingerprint
from pages.parts.places import link_to
from pages.parts.words import count, moment, plain


def show_incomplete() -> None:
    """The jobs, longest waiting first, with the way to the one that is ticked; nothing while there are none."""
    rows: pd.DataFrame = read("open jobs", lambda ws: ws.batches.open_jobs())
    if rows.empty:
        return
    zone = workspace().practice.zone
    words, colours = zip(*STATES.values(), strict=True)
    column = st.column_config
    with st.container(border=True, key="jobs_incomplete"):
        st.markdown(f":material/work_alert: **{plain(count(len(rows), 'job'))} not whole in XPM, or to be reviewed**")
        st.caption("What is done stays done; going on sends only what is missing. Nothing comes twice.")
        shown = rows.assign(
            state=[[STATES[one][0]] for one in rows["state"]], since=[moment(at, zone) for at in rows["since"]]
        )
        event = st.dataframe(
            shown[["name", "client", "state", "job", "missing", "words", "since"]],
            key=f"jobs_incomplete_{fingerprint(rows.index)}",
            hide_index=True,
            height=min(5, len(rows)) * 35 + 38,
            on_select="rerun",
            selection_mode="single-row",
            column_config={
                "name": column.TextColumn("Job", width=190),
                "client": column.TextColumn("Client", width=160),
                "state": column.MultiselectColumn("State", options=words, color=list(colours), width=130),
                "job": column.TextColumn("In XPM", width=80),
                "missing": column.NumberColumn("Steps missing", width=100),
                "words": column.TextColumn("Why", width="large"),
                "since": column.TextColumn("Since", width=130),
            },
            placeholder="",
            alt="Jobs that are not whole",
        )
        places = [place for place in event["selection"]["rows"] if place < len(rows)]
        draft_id = str(rows.index[places[0] if places else 0])
        link_to("jobs", f"Open “{plain(rows.loc[draft_id, 'name'])}”", **{OPEN: draft_id})
