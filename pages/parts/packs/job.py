"""The job that goes with a pack: wanted or not, its panel while it is drafted, and how it stands afterwards."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.doorway import workspace
from pages.parts.jobs.drafts import STATES
from pages.parts.jobs.panel import show_panel
from pages.parts.jobs.twins import show_twins
from pages.parts.messages import act
from pages.parts.packs.state import OpenPack, field_key, keep, note_revision, shown_revision
from pages.parts.places import link_to
from pages.parts.run.progress import watch_run
from pages.parts.words import count, plain

_WANTED = "pack_wants_job"
#: What is next, by the state of the job's draft.
_NEXT = {
    "queued": "The worker creates it; you may close this page.",
    "creating": "The worker creates it; you may close this page.",
    "review": "It exists; its costs wait for your review.",
    "created": "It was created with everything that was asked for.",
    "incomplete": "Some of its steps are missing. What is done stays done; go on there.",
}


def show_job(opened: OpenPack) -> None:
    """The toggle and the panel; once the pack is handed over, how its job stands."""
    st.subheader("2 · Job")
    if opened.stored.draft and workspace().jobs.get(opened.stored.draft).run:
        _show_standing(opened)
    elif opened.is_draft:
        _show_toggle(opened)
    elif opened.stored.draft and (opened.is_busy or opened.in_doubt):
        st.caption("Its job is asked for once the mail is there. Nothing of it is in XPM yet.")
    elif opened.stored.draft:
        _offer_job(opened)
    else:
        st.caption("No job goes with this pack.")


def _show_toggle(opened: OpenPack) -> None:
    draft = opened.stored.draft
    st.session_state[_WANTED] = bool(draft)
    st.toggle("Add job to Xero Practice Manager", key=_WANTED, on_change=partial(_want, opened.stored.id))
    if not draft:
        st.caption("Off: the files are handed over and nothing is created.")
        return
    sheet = show_panel(draft)
    show_twins(draft, sheet.draft)
    st.toggle(
        f"Attach the documents to the job ({count(len(opened.pack.files), 'file')})",
        key=field_key("attaches"),
        on_change=keep,
        help="They are put on the job in XPM one by one, each as it is, and are not shown to the client there.",
    )


def _want(pack_id: str) -> None:
    wanted = bool(st.session_state[_WANTED])
    act(partial(_set_wanted, pack_id, wanted=wanted))


def _set_wanted(pack_id: str, *, wanted: bool) -> str:
    note_revision(workspace().packs.want_job(pack_id, shown_revision(pack_id), wanted=wanted))
    return "" if wanted else "The draft of the job is put away."


def _show_standing(opened: OpenPack) -> None:
    ws = workspace()
    draft = ws.jobs.get(opened.stored.draft)
    words, colour = STATES.get(draft.state, (draft.state, "gray"))
    with st.container(horizontal=True, vertical_alignment="center"):
        number = f"**{plain(draft.job)}** " if draft.job else ""
        st.markdown(f"{number}:{colour}-badge[{words}]  \n:small[{_NEXT.get(draft.state, '')}]", width="stretch")
        address = ws.weblinks.job(draft.job) if draft.job else ""
        if address:
            st.link_button("Open in XPM", address, icon=":material/open_in_new:")
        link_to("jobs", "Open the job", draft=draft.id)
    if draft.state in ("queued", "creating"):
        watch_run(draft.run, "step")


def _offer_job(opened: OpenPack) -> None:
    """The pack is with somebody and its job was not asked for: what kept it is in the history."""
    st.warning(
        "The files were handed over, and the job was not created. The history below says why.",
        title="The job is missing",
    )
    sheet = show_panel(opened.stored.draft)
    show_twins(opened.stored.draft, sheet.draft)
    ask = partial(workspace().delivery.ask_job, opened.stored.id)
    label = "Create the job now"
    st.button(label, key="pack_ask_job", type="primary", disabled=not sheet.is_clean, on_click=act, args=(ask,))
