"""The head of an open job, and a job as it was asked for, once it can no longer be edited."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.jobs import JobDraft, add_up
from core.jobs.grid import make_grid
from core.workspace.drafting import JobChoices
from core.workspace.jobbing import StoredDraft
from pages.parts.cost_table import TITLES
from pages.parts.doorway import workspace
from pages.parts.job_list import STATES
from pages.parts.job_state import STALE, open_again, open_draft
from pages.parts.messages import act, guard
from pages.parts.words import count, day, moment, plain


def show_head(stored: StoredDraft, choices: JobChoices) -> None:
    """Which job this is, how it stands, and the ways out."""
    draft = JobDraft.from_json(stored.content)
    words, colour = STATES.get(stored.state, (stored.state.capitalize(), "gray"))
    changed = moment(stored.changed_at, workspace().practice.zone)
    client = choices.clients.get(draft.client_id, "")
    with st.container(horizontal=True, vertical_alignment="center"):
        number = f" {plain(stored.job)}" if stored.job else ""
        told = " · ".join(one for one in (client, f"kept {changed}", f"begun by {stored.made_by}") if one)
        title = f"**{plain(draft.name or 'Untitled')}**{number} :{colour}-badge[{words}]  \n:small[{plain(told)}]"
        st.markdown(title, width="stretch")
        if st.session_state.get(STALE):
            st.button("Open it again", key="job_again", icon=":material/refresh:", on_click=open_again)
        if stored.state == "draft":
            discard = partial(_discard, stored.id)
            st.button("Discard", key="job_discard", type="tertiary", on_click=act, args=(discard,))
        st.button("All jobs", key="job_all", icon=":material/list:", on_click=open_draft, args=("",))


def _discard(draft_id: str) -> str:
    workspace().jobs.discard(draft_id)
    open_draft("")
    return "The draft is put away."


def show_summary(stored: StoredDraft, choices: JobChoices) -> None:
    """What was asked for."""
    draft = JobDraft.from_json(stored.content)
    left, right = st.columns([1, 2.2], gap="medium")
    with left:
        st.subheader("The job")
        st.table(_list_fields(draft, choices), border="horizontal", hide_header=True, alt="What was asked for")
    with right:
        st.subheader("Costs")
        grid = make_grid(draft.costs)[[*TITLES]].rename(columns=TITLES)
        config = {"Date": st.column_config.DateColumn(format="DD/MM/YYYY")}
        st.dataframe(grid, hide_index=True, column_config=config, alt="The costs that were asked for")
        totals = add_up(draft.costs)
        st.caption(f"Cost {totals.cost:,.2f} · charged {totals.billable_price:,.2f} · margin {totals.margin:,.2f}")
        if stored.job:
            _show_held(stored.job)


def _show_held(job: str) -> None:
    """The costs XPM holds now, those of the template among them, for whoever asks; one call."""
    if st.button("Read its costs from XPM", key="job_held", icon=":material/cloud_download:"):
        with guard():
            held = workspace().drafting.held_costs(job)
            st.caption(f"{count(len(held), 'cost')} in XPM, what the template brought included.")
            config = {"Date": st.column_config.DateColumn(format="DD/MM/YYYY")}
            shown = held[[*TITLES]].rename(columns=TITLES)
            st.dataframe(shown, hide_index=True, column_config=config, alt="The costs of the job in XPM")


def _list_fields(draft: JobDraft, choices: JobChoices) -> dict[str, str]:
    staff = ", ".join(str(choices.staff.get(one, one)) for one in draft.staff_ids)
    fields = {
        "Client": choices.clients.get(draft.client_id, draft.client_id),
        "Template": choices.templates.get(draft.template_id, draft.template_id),
        "Category": choices.categories.get(draft.category_id, draft.category_id),
        "Start": day(draft.start) if draft.start else "",
        "Due": day(draft.due) if draft.due else "",
        "Staff": staff,
        "Manager": choices.staff.get(draft.manager_id, draft.manager_id),
        "Partner": choices.staff.get(draft.partner_id, draft.partner_id),
        "Budget": "" if draft.budget is None else f"{draft.budget:,.2f}",
        "Order number": draft.client_order_number,
        "State code": draft.state_code,
        "Description": draft.description,
    }
    return {name: plain(value) for name, value in fields.items() if value}
