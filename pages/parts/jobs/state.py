"""The open job draft of a browser: which one, what its widgets hold, and keeping every change at once.

The grid's edits belong to the rows it was given. Those rows (`ROWS`) hold what was typed and change only when the grid
gets new ones, and then a new key. What is worked out from them may change under the edits: such a grid keeps them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.jobs import CellProblem, CostTable, FieldProblem, JobDraft, Totals, add_up, check_draft, read_costs
from core.jobs.costs import is_blank
from core.jobs.form import TEXT_FIELDS, read_form, write_client
from core.jobs.grid import EditedTable, Rows, apply_edits, drop_stale, spare_row, take_lines, write_money, write_rows
from core.workspace import Workspace
from core.workspace.jobbing import StoredDraft
from pages.parts.doorway import workspace
from pages.parts.messages import act, say

OPEN = "draft"
_OPENED, REVISION, BASE = "job_opened", "job_revision", "job_base"
#: The grid: its rows by line key, its widget's key, and its edits as they were last seen.
ROWS, GRID, _SEEN = "job_rows", "job_grid", "job_seen_edits"
#: Whether the rows are new, so that their grid was not shown yet.
_NEW = "job_grid_new"
#: Whether the last change could not be kept, and whether the person asked to see what will happen.
STALE, CONFIRM = "job_stale", "job_confirm"
FIELDS = (*TEXT_FIELDS, "client", "start", "due", "staff_ids", "budget", "review", "twin_allowed")
_WRITTEN = ("description", "client_order_number", "name_pattern")
#: Empty rows below the lines, to type into.
SPARE = 3


def field_key(name: str) -> str:
    """The widget key of a form field."""
    return f"job_field_{name}"


@dataclass(frozen=True)
class Sheet:
    """What the form and the grid hold now: the draft as kept, and everything that cannot be read or is missing."""

    draft: JobDraft
    totals: Totals
    table: CostTable
    rows: Rows
    picked: tuple[str, ...]
    fields: tuple[FieldProblem, ...]

    @property
    def cells(self) -> tuple[CellProblem, ...]:
        """Every cell of the cost table that cannot be sent."""
        return self.table.problems

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
    open_draft(ws.drafting.begin().id)
    return "A new draft. Every change is kept at once."


def restore(draft_id: str, lay_out: Callable[[JobDraft], JobDraft] = lambda draft: draft) -> StoredDraft:
    """Put the stored draft into the widgets unless they hold it already; the stored draft. Raises NoSuchDraft.

    lay_out: makes the cost table that is shown, where it is another than the one that is kept.
    """
    stored = workspace().jobs.get(draft_id)
    # What a page does not show, Streamlit forgets: who comes back from another page finds the grid's edits gone.
    is_here = st.session_state.get(_NEW) or st.session_state.get(GRID) in st.session_state
    if st.session_state.get(_OPENED) != draft_id or not is_here:
        _seed(lay_out(JobDraft.from_json(stored.content)), stored.revision)
        st.session_state[_OPENED] = draft_id
    _hold_fields()
    return stored


def _hold_fields() -> None:
    """Keep the values of fields whose widgets this run may not show, as those of a job whose costs alone are edited."""
    for name in FIELDS:
        if field_key(name) in st.session_state:
            st.session_state[field_key(name)] = st.session_state[field_key(name)]


def _seed(draft: JobDraft, revision: int) -> None:
    state = st.session_state
    for name in TEXT_FIELDS:
        state[field_key(name)] = getattr(draft, name) or ("" if name in _WRITTEN else None)
    state[field_key("name_pattern")] = draft.name_pattern or draft.name
    state[field_key("client")] = write_client(draft)
    state[field_key("start")], state[field_key("due")] = draft.start, draft.due
    state[field_key("staff_ids")] = list(draft.staff_ids)
    state[field_key("budget")] = write_money(draft.budget) if draft.budget is not None else ""
    state[field_key("review")], state[field_key("twin_allowed")] = draft.review, draft.twin_allowed
    state[BASE], state[REVISION] = draft.to_json(), revision
    _give_rows(write_rows(draft.costs))
    state.pop(STALE, None)
    state.pop(CONFIRM, None)


def _give_rows(rows: Rows) -> None:
    """Give the grid these rows and a few spare ones; what was edited before is part of them."""
    state = st.session_state
    key = new_key()
    state[GRID] = f"costs_{key}"
    tax = workspace().practice.settings.tax_percent
    kept = {one: row for one, row in rows.items() if not is_blank(row)}
    state[ROWS] = kept | {f"{key}-{n}": spare_row(tax) for n in range(1, SPARE + 1)}
    state[_SEEN], state[_NEW] = {}, True


def note_shown() -> None:
    """The grid was shown: from now on it is missing when the person has been elsewhere."""
    st.session_state[_NEW] = False


def new_key() -> str:
    """What the keys of lines from elsewhere begin with."""
    return uuid.uuid4().hex[:6]


def _read_edits() -> dict[Any, dict[str, Any]]:
    edited: dict[Any, dict[str, Any]] = (st.session_state.get(st.session_state[GRID]) or {}).get("edited_rows", {})
    return edited


def read_sheet() -> Sheet:
    """The form and the grid as they are now."""
    state, ws = st.session_state, workspace()
    base = JobDraft.from_json(state[BASE])
    form = read_form(base, {name: state.get(field_key(name)) for name in FIELDS})
    settled = ws.drafting.settle(form.draft)
    edited = apply_edits(state[ROWS], _read_edits())
    table = read_costs(edited.rows, settled.draft.start or ws.today)
    draft = take_lines(settled.draft, table, edited.rows)
    missing = (*form.problems, *settled.problems, *check_draft(draft))
    return Sheet(draft, add_up(table.lines), table, edited.rows, edited.picked, missing)


def keep() -> None:
    """Keep what the form and the grid hold, as the callback of each of their widgets."""
    st.session_state.pop(CONFIRM, None)
    st.session_state[STALE] = True
    _settle_edits()
    act(_keep)


def _settle_edits() -> None:
    """Of a price and a mark-up typed into one row the newer one stays; and there is always a spare row to type into."""
    state, edits = st.session_state, _read_edits()
    newer = drop_stale(edits, state[_SEEN])
    rows = apply_edits(state[ROWS], edits if newer is None else newer).rows
    if newer is not None or not any(is_blank(row) for row in rows.values()):
        _give_rows(rows)
    else:
        state[_SEEN] = deepcopy(edits)


def _keep() -> str:
    _save(read_sheet().draft)
    st.session_state[STALE] = False
    return ""


def keep_settled() -> None:
    """Keep what followed from choices made elsewhere meanwhile, such as the link of the draft's client."""
    draft, base = read_sheet().draft, JobDraft.from_json(st.session_state[BASE])
    if (draft.client_id, draft.name) != (base.client_id, base.name):
        _save(draft)


def _save(draft: JobDraft) -> int:
    stored = workspace().jobs.save(st.session_state[_OPENED], draft, st.session_state[REVISION])
    st.session_state[REVISION] = stored.revision
    st.session_state[BASE] = stored.content
    return stored.revision


def change_rows(change: Callable[[EditedTable], Rows]) -> None:
    """Give the grid other rows made of its present ones, and keep them."""
    _give_rows(change(apply_edits(st.session_state[ROWS], _read_edits())))
    keep()


def replace_draft(draft: JobDraft) -> None:
    """Keep another content and show it. Rows with a cell that cannot be read stay as they were typed."""
    sheet = read_sheet()
    marked = {problem.line for problem in sheet.cells}
    revision = _save(draft)
    _seed(draft, revision)
    _give_rows(write_rows(draft.costs) | {key: row for key, row in sheet.rows.items() if key in marked})


def open_again() -> None:
    """Show what somebody else kept meanwhile."""
    st.session_state.pop(_OPENED, None)
    say("Opened again as it is kept now.")
