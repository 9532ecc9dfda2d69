"""The job that is there already: shown with its link before another one is made for the same client and period."""

from __future__ import annotations

import streamlit as st

from core.jobs import JobDraft, Known
from pages.parts.doorway import workspace
from pages.parts.jobs.drafts import STATES
from pages.parts.jobs.state import CONFIRM, OPEN, field_key, keep
from pages.parts.places import link_to
from pages.parts.words import count, plain

_MOST = 4


def show_twins(draft_id: str, draft: JobDraft) -> bool:
    """Those for the same client, template and period, or of the same name; whether the job may be created."""
    twins = workspace().jobs.twins(draft, draft_id)
    if not twins:
        return True
    with st.container(border=True, key="job_twins"):
        st.warning(f"There {'is a job' if len(twins) == 1 else f'are {len(twins)} jobs'} like this one already.")
        for twin in twins[:_MOST]:
            _show_twin(twin)
        if len(twins) > _MOST:
            st.caption(f"And {count(len(twins) - _MOST, 'more job')}.")
        st.checkbox(
            "Make another one all the same",
            key=field_key("twin_allowed"),
            on_change=_allow,
            help="Kept with the draft.",
        )
    return bool(st.session_state.get(field_key("twin_allowed")))


def _allow() -> None:
    """Keep the choice, and stay at the question it answers."""
    keep()
    st.session_state[CONFIRM] = True


def _show_twin(twin: Known) -> None:
    told_state = STATES[twin.state][0] if twin.draft_id and twin.state in STATES else twin.state
    state = f" · {plain(told_state)}" if told_state else ""
    told = f"**{plain(twin.name or 'Untitled')}** {plain(twin.job)}{state}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(told if twin.job else f"{told} · drafted here, on its way to XPM", width="stretch")
        if twin.draft_id:
            link_to("jobs", "Open it", **{OPEN: twin.draft_id})
        address = workspace().weblinks.job(twin.job) if twin.job else ""
        if address:
            st.link_button("Open in XPM", address, icon=":material/open_in_new:")
