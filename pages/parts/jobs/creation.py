"""Creating a drafted job: what will happen, the request, and what became of each step."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.jobs import JobDraft
from core.workspace import Workspace
from core.workspace.drafting import JobChoices
from core.workspace.jobbing import StoredDraft
from pages.parts.doorway import read, workspace
from pages.parts.jobs.state import CONFIRM, Sheet, keep_settled
from pages.parts.jobs.twins import show_twins
from pages.parts.messages import act
from pages.parts.run.progress import watch_run
from pages.parts.words import count, day, plain

STEPS = {
    "job": "Create the job",
    "read_costs": "Read the costs XPM holds",
    "review": "Review of the costs",
    "cost_add": "Add a cost",
    "cost_update": "Change a cost",
    "assign": "Assign staff, manager and partner",
    "state": "Set the state",
    "document": "Attach a document",
}
#: A step's state: its words and colour. In doubt is neither done nor failed.
OUTCOMES = {
    "ready": ("To do", "gray"),
    "waiting": ("Waits for you", "orange"),
    "sending": ("On its way", "blue"),
    "unknown": ("In doubt, being looked for", "violet"),
    "done": ("Done", "green"),
    "rejected": ("XPM refused it", "red"),
    "needs_person": ("Look in XPM", "orange"),
}


def show_confirm(draft_id: str, sheet: Sheet, choices: JobChoices) -> None:
    """The way to the creation: first what will happen, then the button that asks for it."""
    state = st.session_state
    if not state.get(CONFIRM):
        with st.container(horizontal=True, vertical_alignment="center"):
            label = "Review and create"
            st.button(label, key="job_review", type="primary", disabled=not sheet.is_clean, on_click=_ask)
            st.caption("Nothing is created in XPM before you confirm." if sheet.is_clean else _tell_missing(sheet))
        return
    with st.container(border=True, key="job_confirm_box"):
        st.markdown("**This will happen in XPM**")
        st.markdown("\n".join(f"{n}. {line}" for n, line in enumerate(_list_acts(sheet.draft, choices), 1)))
        is_alone = show_twins(draft_id, sheet.draft)
        with st.container(horizontal=True):
            job = partial(_create, workspace(), draft_id)
            st.button(
                "Create in XPM", key="job_create", type="primary", disabled=not is_alone, on_click=act, args=(job,)
            )
            st.button("Not yet", key="job_not_yet", on_click=lambda: state.pop(CONFIRM, None))


def _tell_missing(sheet: Sheet) -> str:
    cells = f" {count(len(sheet.cells), 'cell')} of the cost table cannot be sent." if sheet.cells else ""
    return plain(" ".join(problem.sentence for problem in sheet.fields) + cells)


def _ask() -> None:
    st.session_state[CONFIRM] = True


def _create(ws: Workspace, draft_id: str) -> str:
    keep_settled()
    return _request(ws, draft_id)


def _request(ws: Workspace, draft_id: str) -> str:
    known = ws.jobs.get(draft_id).run
    run = ws.jobs.request(draft_id)
    st.session_state.pop(CONFIRM, None)
    if run.id == known:
        return f"Already asked for by {run.actor}. Nothing was added."
    return "The job is queued. The worker creates it; you may close this page."


def _list_acts(draft: JobDraft, choices: JobChoices) -> list[str]:
    client, template = (
        choices.clients.get(draft.client_id, draft.client_id),
        choices.templates.get(draft.template_id, ""),
    )
    made_from = f" from the template **{plain(template)}**" if template else ""
    dates = f"{day(draft.start)} to {day(draft.due)}" if draft.start and draft.due else ""
    acts = [f"The job **{plain(draft.name)}** is created for **{plain(client)}**{made_from}, {plain(dates)}."]
    acts += _list_cost_acts(draft, is_from_template=bool(template))
    if draft.removed:
        names = plain(", ".join(line.description for line in draft.removed))
        acts.append(f"Taken out: {names}. XPM cannot delete a cost, so these become quantity 0 and not billable.")
    people = [choices.staff.get(one, one) for one in (*draft.staff_ids, draft.manager_id, draft.partner_id) if one]
    if people:
        acts.append(f"Assigned: {plain(', '.join(dict.fromkeys(people)))}.")
    if draft.documents:
        acts.append(f"{count(len(draft.documents), 'document')} are attached.")
    if draft.state_code:
        name = read("state codes", lambda ws: ws.states.codes()).get(draft.state_code, draft.state_code)
        acts.append(f"The state is set to {plain(name)}.")
    return acts


def _list_cost_acts(draft: JobDraft, *, is_from_template: bool) -> list[str]:
    acts = []
    if is_from_template and draft.review:
        acts.append("The costs the template brings are read. **It then waits for you** to review them with your table.")
    elif is_from_template:
        acts.append("The costs the template brings are read; those your table does not name stay as they are.")
    if draft.costs:
        told = f"{count(len(draft.costs), 'cost line')} added"
        acts.append(f"{told}, or changed where the template brought the same." if is_from_template else f"{told}.")
    unpriced = [line.description for line in draft.costs if line.billable and line.quantity and not line.unit_price]
    if unpriced:
        acts.append(f"**Billable, but without a price:** {plain(', '.join(unpriced))}. The client is charged nothing.")
    return acts


def show_creation(stored: StoredDraft, is_editable: bool) -> None:
    """How far the creation is, step by step; an incomplete one can be carried on, or corrected when it was refused."""
    if stored.run:
        watch_run(stored.run, "step")
    steps = workspace().jobs.steps(stored.id)
    if not steps.empty:
        _show_steps(steps)
    if is_editable:
        st.warning("XPM refused the job, so nothing of it exists there. Correct it below and create it again.")
    elif stored.state == "incomplete":
        left = steps[~steps["state"].eq("done")]
        told = f"{count(len(left), 'step')} of {len(steps)} missing. What is done stays done; going on repeats nothing."
        st.warning(plain(told), title=f"{stored.job or 'The job'} is not complete")
        again = partial(_request, workspace(), stored.id)
        st.button("Go on", key="job_go_on", icon=":material/play_arrow:", on_click=act, args=(again,))


def _show_steps(steps: pd.DataFrame) -> None:
    shown = pd.DataFrame(
        {
            "step": steps["op"].map(STEPS),
            "what": steps["what"],
            "outcome": [[OUTCOMES[state][0]] for state in steps["state"]],
            "words": steps["words"],
            # A cost's id says nothing to people; a job's number does.
            "number": steps["remote_id"].where(steps["op"].eq("job"), ""),
        }
    )
    words, colours = zip(*OUTCOMES.values(), strict=True)
    st.dataframe(
        shown,
        placeholder="",
        column_config={
            "n": st.column_config.NumberColumn("", width=35),
            "step": st.column_config.TextColumn("Step", width=215),
            "what": st.column_config.TextColumn("Line", width=235),
            "outcome": st.column_config.MultiselectColumn("Outcome", options=words, color=list(colours), width=150),
            "words": st.column_config.TextColumn("What was found", width=300),
            "number": st.column_config.TextColumn("In XPM", width=80),
        },
        alt="The steps of the creation and what became of each",
    )
