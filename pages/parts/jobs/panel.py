"""The whole panel of a drafted job: its form and its cost table, for Jobs and for every page that drafts one."""

from __future__ import annotations

import streamlit as st

from core.workspace.drafting import JobChoices
from pages.parts.doorway import read
from pages.parts.jobs.cost_fill import show_fills
from pages.parts.jobs.cost_table import show_table, tell_removed
from pages.parts.jobs.form import show_form
from pages.parts.jobs.state import Sheet, field_key, keep, read_sheet, restore


def show_panel(draft_id: str) -> Sheet:
    """The panel of a draft that can still be changed, and what it holds now. Raises NoSuchDraft.

    One draft at a time is open in a browser; another one's widgets are filled anew.
    """
    restore(draft_id)
    return show_drafting(read_choices())


def read_choices() -> JobChoices:
    """What a form chooses from, as it is now."""
    return read("job choices", lambda ws: ws.drafting.choices())


def show_drafting(choices: JobChoices) -> Sheet:
    """Form and cost table of the draft that is restored already."""
    sheet = read_sheet()
    show_form(sheet, choices)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Costs", width="stretch")
        show_fills(sheet.draft, choices)
    if sheet.draft.template_id and not sheet.draft.costs:
        st.caption(
            "XPM shows a template's costs only once the job exists. Fill the table from the last job, a preset or the "
            "catalogue if you want to set them now, or leave it empty and review them then."
        )
    show_table(sheet)
    tell_removed(sheet)
    if sheet.draft.template_id:
        told = (
            "XPM tells nobody what a template holds, and cannot delete a cost. With the review, the job is made first; "
            "then you see what the template brought beside your table, and confirm. Without it, your table is taken as "
            "it stands, and what the template brings beyond it stays."
        )
        st.toggle("Review the costs once the template's are known", key=field_key("review"), on_change=keep, help=told)
    return sheet
