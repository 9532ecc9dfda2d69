"""The open job draft of a browser: which one, what its widgets hold, and keeping every change at once.

The grid's edits belong to the rows it was given. So these rows are fixed while a draft is open (`BASE`) and are never
made from the grid's own output; only a fill from elsewhere gives the grid new rows, and then a new key.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import streamlit as st

from core.jobs import CellProblem, FieldProblem, JobDraft, Totals, add_up, check_draft, read_costs
from core.jobs.form import TEXT_FIELDS, read_form
from core.jobs.grid import apply_edits, make_grid, take_lines, write_money
from core.workspace import Workspace
from pages.parts.doorway import workspace
from pages.parts.messages import act, say

OPEN = "draft"
_OPENED, REVISION, BASE, GRID = "job_opened", "job_revision", "job_base", "job_grid"
#: Whether the last change could not be kept, and whether the person asked to see what will happen.
STALE, CONFIRM = "job_stale", "job_confirm"
FIELDS = (*TEXT_FIELDS, "start", "due", "staff_ids", "budget")


def field_key(name: str) -> str:
    """The widget key of a form field."""
    return f"job_{name}"


@dataclass(frozen=True)
class Sheet:
    """What the form and the grid hold now: the draft as kept, and everything that cannot be read or is missing."""

    draft: JobDraft
    totals: Totals
    cells: tuple[CellProblem, ...]
    fields: tuple[FieldProblem, ...]

    @property
    def is_clean(self) -> bool:
        """Whether the job can be created."""
        return not self.cells and not self.fields


def open_draft(draft_id: str) -> None:
    """Show this draft; empty shows the list."""
    if draft_id:
        st.query_params[OPEN] = draft_id
    else:
        st.query_params.pop(OPEN, None)
    st.session_state.pop(_OPENED, None)


def new_draft() -> None:
    """Begin a draft that is kept from now on, as a button's callback."""
    ws = workspace()
    act(lambda: _begin(ws))


def _begin(ws: Workspace) -> str:
    open_draft(ws.jobs.new_draft(JobDraft(start=ws.today)).id)
    return "A new draft. Every change is kept at once."


def restore(draft_id: str) -> None:
    """Put the stored draft into the widgets when this browser has not opened it yet. Raises NoSuchDraft."""
    if st.session_state.get(_OPENED) != draft_id:
        stored = workspace().jobs.get(draft_id)
        _seed(stored.content, stored.revision)
        st.session_state[_OPENED] = draft_id


def _seed(content: str, revision: int) -> None:
    state, draft = st.session_state, JobDraft.from_json(content)
    for name in TEXT_FIELDS:
        state[field_key(name)] = getattr(draft, name) or ("" if name in _WRITTEN else None)
    state[field_key("start")], state[field_key("due")] = draft.start, draft.due
    state[field_key("staff_ids")] = list(draft.staff_ids)
    state[field_key("budget")] = write_money(draft.budget) if draft.budget is not None else ""
    state[BASE], state[REVISION], state[GRID] = content, revision, f"costs_{uuid.uuid4().hex[:8]}"
    state.pop(STALE, None)
    state.pop(CONFIRM, None)


_WRITTEN = ("name", "description", "client_order_number", "state_code")


def read_sheet() -> Sheet:
    """The form and the grid as they are now."""
    state = st.session_state
    base = JobDraft.from_json(state[BASE])
    form = read_form(base, {name: state.get(field_key(name)) for name in FIELDS})
    edited = apply_edits(make_grid(base.costs), state.get(state[GRID]) or {}, state[GRID])
    table = read_costs(edited.rows, form.draft.start or workspace().today)
    marked = [problem.line for problem in table.problems]
    draft = take_lines(form.draft, table.lines, edited.removed, marked)
    missing = (*form.problems, *check_draft(draft))
    return Sheet(draft, add_up(table.lines), table.problems, missing)


def keep() -> None:
    """Keep what the form and the grid hold, as the callback of each of their widgets."""
    st.session_state.pop(CONFIRM, None)
    st.session_state[STALE] = True
    act(_keep)


def _keep() -> str:
    _save(read_sheet().draft)
    st.session_state[STALE] = False
    return ""


def _save(draft: JobDraft) -> int:
    stored = workspace().jobs.save(st.session_state[_OPENED], draft, st.session_state[REVISION])
    st.session_state[REVISION] = stored.revision
    return stored.revision


def replace_draft(draft: JobDraft) -> None:
    """Keep another content and show it: the grid gets new rows, and forgets edits that are part of them now."""
    revision = _save(draft)
    _seed(draft.to_json(), revision)


def open_again() -> None:
    """Show what somebody else kept meanwhile."""
    st.session_state.pop(_OPENED, None)
    say("Opened again as it is kept now.")
