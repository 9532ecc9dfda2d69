"""The head of an open job, and a job as it was asked for, once it can no longer be edited."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.jobs import CostTable, JobDraft, add_up
from core.jobs.costs import TITLES
from core.jobs.grid import show_rows, write_rows
from core.workspace.drafting import JobChoices, tell_state
from core.workspace.jobbing import StoredDraft
from pages.parts.doorway import read, workspace
from pages.parts.jobs.drafts import STATES
from pages.parts.jobs.state import STALE, open_again, open_draft
from pages.parts.messages import act, guard
from pages.parts.words import count, day, moment, plain


def show_head(stored: StoredDraft, choices: JobChoices) -> None:
    """Which job this is, how it stands, and the ways out."""
    draft = JobDraft.from_json(stored.content)
    words, colour = STATES[tell_state(stored.state, draft.existing)]
    changed = moment(stored.changed_at, workspace().practice.zone)
    client = choices.clients.get(draft.client_id, "")
    with st.container(horizontal=True, vertical_alignment="center"):
        number = f" {plain(stored.job)}" if stored.job else ""
        told = " · ".join(one for one in (client, f"kept {changed}", f"begun by {stored.made_by}") if one)
        name = f"Costs of {draft.existing}" if draft.existing else draft.name or "Untitled"
        title = f"**{plain(name)}**{number} :{colour}-badge[{words}]  \n:small[{plain(told)}]"
        st.markdown(title, width="stretch")
        if st.session_state.get(STALE):
            st.button("Open it again", key="job_again", icon=":material/refresh:", on_click=open_again)
        if stored.state in ("draft", "review"):
            discard = partial(_discard, stored.id)
            stays = f"{stored.job} stays in XPM as it is." if stored.job else "Nothing of it is in XPM."
            st.button("Discard", key="job_discard", type="tertiary", help=stays, on_click=act, args=(discard,))
        address = workspace().weblinks.job(stored.job or draft.existing) if stored.job or draft.existing else ""
        if address:
            st.link_button("Open in XPM", address, icon=":material/open_in_new:")
        st.button("All jobs", key="job_all", icon=":material/list:", on_click=open_draft, args=("",))


def _discard(draft_id: str) -> str:
    workspace().jobs.discard(draft_id)
    open_draft("")
    return "The draft is put away."


def show_summary(stored: StoredDraft, choices: JobChoices) -> None:
    """What was asked for."""
    draft = JobDraft.from_json(stored.content)
    if draft.existing:
        _show_asked(draft)
        _show_held(draft.existing)
        return
    left, right = st.columns([1, 2.2], gap="medium")
    with left:
        st.subheader("The job")
        st.table(_list_fields(draft, choices), border="horizontal", hide_header=True, alt="What was asked for")
    with right:
        _show_asked(draft)
        if stored.job:
            _show_held(stored.job)


def _show_asked(draft: JobDraft) -> None:
    st.subheader("Costs")
    rows = show_rows(write_rows(draft.costs), CostTable(draft.costs, ()))
    grid = rows[[*_ASKED, "line_price"]].rename(columns=TITLES | {"line_price": "Price"})
    right = {name: st.column_config.TextColumn(alignment="right") for name in ("Quantity", "Unit cost", "Unit price")}
    right |= {"Price": st.column_config.TextColumn(alignment="right")}
    st.dataframe(grid, hide_index=True, column_config=right, placeholder="", alt="The costs that were asked for")
    totals = add_up(draft.costs)
    tax = f" · with tax {totals.charged:,.2f}" if totals.tax else ""
    st.caption(f"Cost {totals.cost:,.2f} · charged {totals.billable_price:,.2f}{tax} · margin {totals.margin:,.2f}")


#: What of a line is shown once it was asked for.
_ASKED = ("description", "code", "billable", "quantity", "unit_cost", "unit_price")


def _show_held(job: str) -> None:
    """The costs XPM holds now, those of the template among them, for whoever asks; one call."""
    with st.container(horizontal=True):
        asked = st.button("Read its costs from XPM", key="job_held", icon=":material/cloud_download:")
        edit = partial(_edit, job)
        st.button("Edit its costs", key="job_edit_costs", icon=":material/edit:", on_click=act, args=(edit,))
    if asked:
        with guard():
            held = workspace().costing.held_table(job)
            st.caption(f"{count(len(held), 'cost')} in XPM, what the template brought included.")
            config = {"Date": st.column_config.DateColumn(format="DD/MM/YYYY")}
            shown = held[["date", *_ASKED, "note"]].rename(columns=TITLES)
            numbers = ["Quantity", "Unit cost", "Unit price"]
            shown[numbers] = shown[numbers].astype("float64")
            st.dataframe(shown, hide_index=True, column_config=config, alt="The costs of the job in XPM")


def _edit(job: str) -> str:
    open_draft(workspace().costing.edit_job(job).id)
    return f"The costs of {job} as XPM holds them."


def _list_fields(draft: JobDraft, choices: JobChoices) -> dict[str, str]:
    staff = ", ".join(str(choices.staff.get(one, one)) for one in draft.staff_ids)
    fields = {
        "Client": choices.clients.get(draft.client_id, draft.client_id),
        "Template": choices.templates.get(draft.template_id, draft.template_id),
        "Category": choices.categories.get(draft.category_id, draft.category_id),
        "Period": draft.period,
        "Start": day(draft.start) if draft.start else "",
        "Due": day(draft.due) if draft.due else "",
        "Staff": staff,
        "Manager": choices.staff.get(draft.manager_id, draft.manager_id),
        "Partner": choices.staff.get(draft.partner_id, draft.partner_id),
        "Budget": "" if draft.budget is None else f"{draft.budget:,.2f}",
        "Order number": draft.client_order_number,
        "State": read("state codes", lambda ws: ws.states.codes()).get(draft.state_code, draft.state_code),
        "Documents": ", ".join(one.file_name for one in draft.documents),
        "Description": draft.description,
    }
    return {name: plain(value) for name, value in fields.items() if value}
