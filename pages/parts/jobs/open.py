"""One job, opened: drafted, under way, in review, created, or the costs of a job that was there before."""

from __future__ import annotations

import streamlit as st

from core.jobs import JobDraft
from core.workspace.jobbing import StoredDraft
from pages.parts.doorway import workspace
from pages.parts.jobs.creation import show_confirm, show_creation
from pages.parts.jobs.panel import read_choices, show_drafting
from pages.parts.jobs.review import restore_review, show_editing, show_review
from pages.parts.jobs.state import restore
from pages.parts.jobs.view import show_head, show_summary
from pages.parts.places import link_to


def show_open(draft_id: str) -> None:
    """The draft as it stands. Raises NoSuchDraft."""
    ws = workspace()
    stored = ws.jobs.get(draft_id)
    choices = read_choices()
    show_head(stored, choices)
    is_editable = ws.jobs.is_editable(stored)
    if stored.state != "draft":
        show_creation(stored, is_editable)
    if stored.state == "review":
        restore_review(draft_id)
        show_review(stored)
    elif not is_editable:
        show_summary(stored, choices)
    elif JobDraft.from_json(stored.content).existing:
        restore(draft_id)
        show_editing(stored, choices)
    else:
        _show_draft(restore(draft_id))


def _show_draft(stored: StoredDraft) -> None:
    choices = read_choices()
    sheet = show_drafting(choices)
    pack = workspace().packs.of_draft(stored.id)
    if pack:
        st.caption("This job belongs to a pack of documents: it is created when the pack is downloaded or sent.")
        link_to("documents", "Open the pack", pack=pack)
    else:
        show_confirm(stored.id, sheet, choices)
