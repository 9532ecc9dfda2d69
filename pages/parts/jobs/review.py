"""Costs that XPM holds already, edited: after a template brought some, and on any job there is.

What XPM holds is one side, the table the other; every difference is marked in its row and listed before it is sent.
"""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.jobs import JobDraft
from core.jobs.merge import Difference, Mark, tell_differences
from core.workspace import Workspace
from core.workspace.drafting import JobChoices
from core.workspace.jobbing import StoredDraft
from pages.parts.doorway import workspace
from pages.parts.jobs.cost_fill import show_fills
from pages.parts.jobs.cost_table import show_table
from pages.parts.jobs.state import CONFIRM, REVISION, Sheet, read_sheet, replace_draft, restore
from pages.parts.messages import act
from pages.parts.words import count, plain

#: How a line stands against XPM, in a word, and what will be done about it.
MARKS = {
    Mark.SAME: ("As in XPM", "as in XPM"),
    Mark.NEW: ("New", "to be added"),
    Mark.CHANGED: ("Changed", "to be changed"),
    Mark.SILENCED: ("Taken out", "to count for nothing, as XPM deletes none"),
    Mark.UNASKED: ("From the template", "left as the template has it"),
}


def restore_review(draft_id: str) -> StoredDraft:
    """Put the review of a job's costs into the widgets: what was asked for, met with what the template brought."""
    ws = workspace()
    return restore(draft_id, lambda draft: ws.costing.lay_out_review(draft, ws.jobs.review_lines(draft_id)))


def show_review(stored: StoredDraft) -> None:
    """What the template brought merged with the table; Confirm goes on with the creation."""
    sheet = read_sheet()
    brought = count(len(sheet.draft.held), "cost")
    st.subheader("Review the costs")
    st.caption(
        f"{plain(stored.job)} exists, with {brought} from its template. Below they are merged with your table. "
        "Nothing of it is changed in XPM before you confirm."
    )
    found = show_differences(sheet)
    told = _tell_counts(found)
    with st.container(horizontal=True, vertical_alignment="center"):
        job = partial(_confirm, workspace(), stored.id)
        st.button(
            "Confirm these costs",
            key="job_confirm",
            type="primary",
            disabled=bool(sheet.cells),
            on_click=act,
            args=(job,),
        )
        st.caption(plain(told))


def show_differences(sheet: Sheet) -> list[Difference]:
    """The table with each line's mark; every line against what XPM holds."""
    is_existing = bool(sheet.draft.existing)
    found = [_name_kept(one, is_existing) for one in tell_differences(sheet.draft.costs, sheet.draft.held)]
    show_table(sheet, {one.key: _describe(one) for one in found})
    return found


def _name_kept(found: Difference, is_existing: bool) -> Difference:
    """On a job that was there before, nothing is told to be the template's."""
    if is_existing and found.mark is Mark.UNASKED:
        return Difference(found.key, Mark.SAME, found.description)
    return found


def _describe(found: Difference) -> str:
    title = MARKS[found.mark][0]
    return f"{title}: {found.words}" if found.words and found.mark is not Mark.NEW else title


def _tell_counts(found: list[Difference]) -> str:
    numbers = {mark: sum(one.mark is mark for one in found) for mark in MARKS}
    told = [f"{count(n, 'line')} {MARKS[mark][1]}" for mark, n in numbers.items() if n]
    return "; ".join(told) + "." if told else "No lines."


def _confirm(ws: Workspace, draft_id: str) -> str:
    sheet = read_sheet()
    ws.jobs.confirm(draft_id, sheet.draft.costs, st.session_state[REVISION])
    return "Confirmed. The worker carries the costs over; you may close this page."


def show_editing(stored: StoredDraft, choices: JobChoices) -> None:
    """The costs of a job that is in XPM: read, edited, and what would change before anything is sent."""
    sheet = read_sheet()
    st.caption("As XPM holds them, with your changes. Nothing is changed in XPM before you send it.")
    with st.container(horizontal=True, vertical_alignment="center"):
        again = partial(_read_again, workspace(), stored.id)
        st.button("Read them again", key="costs_again", icon=":material/refresh:", on_click=act, args=(again,))
        show_fills(sheet.draft, choices, adds_only=True)
    found = show_differences(sheet)
    changes = [one for one in found if one.mark not in (Mark.SAME, Mark.UNASKED)]
    _show_sending(stored, sheet, changes)


def _read_again(ws: Workspace, draft_id: str) -> str:
    draft = ws.costing.read_again(JobDraft.from_json(ws.jobs.get(draft_id).content))
    replace_draft(draft)
    return f"{count(len(draft.costs), 'cost')} as XPM holds them now. What was edited here is gone."


def _show_sending(stored: StoredDraft, sheet: Sheet, changes: list[Difference]) -> None:
    state = st.session_state
    if not changes:
        st.caption("Nothing differs from XPM. Edit a line, take one out, or add one.")
        return
    if not state.get(CONFIRM):
        with st.container(horizontal=True, vertical_alignment="center"):
            label = f"Show {count(len(changes), 'change')} before sending"
            disabled = bool(sheet.cells)
            st.button(label, key="costs_review", type="primary", disabled=disabled, on_click=_ask)
        return
    with st.container(border=True, key="job_confirm_box"):
        st.markdown("**This will happen in XPM**")
        show_changes(changes)
        st.caption("A line that somebody changed in XPM meanwhile is not overwritten: it is left for you to look at.")
        with st.container(horizontal=True):
            job = partial(_send, workspace(), stored.id)
            label = f"Send {count(len(changes), 'change')}"
            st.button(label, key="costs_send", type="primary", on_click=act, args=(job,))
            st.button("Not yet", key="costs_not_yet", on_click=lambda: state.pop(CONFIRM, None))


def show_changes(changes: list[Difference]) -> None:
    """What would be written, one row each."""
    rows = [(MARKS[one.mark][0], one.description, one.words) for one in changes]
    table = pd.DataFrame(rows, columns=["What", "Line", "How"])
    st.dataframe(table, hide_index=True, height="content", alt="What will be written to XPM")


def _ask() -> None:
    st.session_state[CONFIRM] = True


def _send(ws: Workspace, draft_id: str) -> str:
    ws.jobs.request(draft_id)
    st.session_state.pop(CONFIRM, None)
    return "Asked for. The worker sends the changes; you may close this page."
