"""A job's client that has no XPM client yet: the link, made on the spot by the same decision as on Clients."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.jobs import JobDraft
from core.workspace.comparing import say_chance
from core.workspace.drafting import Contact
from pages.parts.doorway import read, workspace
from pages.parts.jobs.state import keep
from pages.parts.messages import act
from pages.parts.places import link_to
from pages.parts.words import plain


def show_contact(draft: JobDraft) -> None:
    """What the chosen local client lacks, and the way to link it; nothing when it is linked."""
    if not draft.contact_id:
        return
    if draft.client_id:
        name = workspace().xpm("clients")["name"].get(draft.client_id, draft.client_id)
        st.caption(f":material/link: In XPM: **{plain(name)}**")
        return
    contact = read(f"contact {draft.contact_id}", lambda ws: ws.drafting.contact(draft.contact_id))
    with st.container(border=True, key="job_contact"):
        if contact.is_excluded:
            st.markdown(f"**{plain(contact.name)}** is excluded from XPM.")
            st.caption("Somebody decided that nothing of this client goes to XPM. Undo that on Clients first.")
            link_to("clients", "Open Clients")
            return
        st.markdown(f"**{plain(contact.name)}** is not linked to an XPM client yet.")
        _show_link(contact)


def _show_link(contact: Contact) -> None:
    key = f"job_link {contact.local_id} {contact.best}"
    chosen = st.selectbox(
        "Is this XPM client",
        list(contact.candidates),
        index=list(contact.candidates).index(contact.best) if contact.best else None,
        key=key,
        format_func=lambda one: contact.candidates.get(one, one),
        placeholder="Type to search XPM's clients",
    )
    if chosen and chosen == contact.best and contact.score is not None:
        st.caption(f"{plain(say_chance(contact.score))} sure, by its name and numbers.")
    with st.container(horizontal=True, vertical_alignment="center"):
        job = partial(_link, contact, str(chosen or ""))
        st.button("Link and use", key="job_link_use", type="primary", disabled=not chosen, on_click=act, args=(job,))
        link_to("clients", "Compare on Clients")
    st.caption("It counts from now on for time as well, as on Clients. Not in XPM at all? Create it there and sync.")


def _link(contact: Contact, xpm_id: str) -> str:
    name = workspace().drafting.link_contact(contact.local_id, xpm_id, contact.seen)
    keep()
    return f"“{contact.name}” is linked to “{name}”."
