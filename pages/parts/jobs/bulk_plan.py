"""What a batch of jobs would do, row by row and in calls, and the button that asks for it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.workspace import Workspace
from core.workspace.batching import BatchPlan, BatchRow
from core.workspace.bulk import count_verdicts, mark_plan
from pages.parts.doorway import workspace
from pages.parts.exports import offer_export
from pages.parts.messages import act
from pages.parts.words import count, moment, plain

#: More jobs than this are asked about a second time.
MANY = 20
#: A verdict: its words and colour.
VERDICTS = {
    "create": ("To create", "blue"),
    "created": ("Created before", "green"),
    "exists": ("There is one", "gray"),
    "repeated": ("Repeated", "gray"),
    "not usable": ("Not usable", "orange"),
}


def show_plan(name: str, rows: list[BatchRow]) -> None:
    """The plan, its rows, and the button. A click acts on the plan shown, or says that it has changed."""
    ws = workspace()
    plan = ws.batches.plan(rows)
    with st.container(border=True, key="bulk_plan"):
        st.markdown(f"**{_headline(plan)}**  \n:small[{plain(_tell_cost(ws, plan))}]")
        st.markdown(" ".join(_badge(verdict, number) for verdict, number in count_verdicts(plan).items()))
        _show_rows(ws, plan)
        label = f"Create {count(len(plan.to_create), 'job')} in XPM" if plan.to_create else "Nothing to create"
        is_sure = _ask_whether_sure(plan)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                label,
                key="bulk_create",
                type="primary",
                disabled=not plan.to_create or not is_sure,
                on_click=act,
                args=(partial(_request, ws, name, rows, mark_plan(plan)),),
            )
            st.caption("One run makes them all, each once; it can be paused, and goes on after a restart.")


def _ask_whether_sure(plan: BatchPlan) -> bool:
    """Whether so many jobs are meant: a choice of clients begins with all of them, and XPM shows jobs to others."""
    number = len(plan.to_create)
    return number <= MANY or st.checkbox(f"Yes, all {number:,} jobs of this list", key=f"bulk_sure {mark_plan(plan)}")


def _headline(plan: BatchPlan) -> str:
    return f"Dry run: {count(len(plan.to_create), 'job')} of {count(len(plan.rows), 'row')} to create"


def _tell_cost(ws: Workspace, plan: BatchPlan) -> str:
    if plan.finish_at is None:
        return "No call is made."
    done = moment(plan.finish_at.isoformat(), ws.practice.zone)
    return f"At most {plan.calls:,} calls of {plan.quota_left:,} left today beside the reserve; done about {done}."


def _badge(verdict: str, number: int) -> str:
    words, colour = VERDICTS[verdict]
    return f":{colour}-badge[{number:,} {words[0].lower()}{words[1:]}]"


def _show_rows(ws: Workspace, plan: BatchPlan) -> None:
    """What is not simply created comes first: that is what somebody should look at."""
    rows = ws.batches.show(plan)
    ordered = rows.iloc[rows["verdict"].eq("create").argsort(kind="stable")]
    words, colours = zip(*VERDICTS.values(), strict=True)
    column = st.column_config
    columns = ["name", "client", "costs", "verdict", "job", "words"]
    st.dataframe(
        ordered.assign(verdict=[[VERDICTS[one][0]] for one in ordered["verdict"]]),
        hide_index=True,
        height=min(38 + 35 * len(rows), 320),
        column_order=["line", *columns] if rows["line"].any() else columns,
        column_config={
            "line": column.NumberColumn("Line", width=50),
            "name": column.TextColumn("Job", width=255),
            "client": column.TextColumn("Client", width=225),
            "costs": column.NumberColumn("Costs", width=60),
            "verdict": column.MultiselectColumn("What happens", options=words, color=list(colours), width=125),
            "job": column.TextColumn("Job in XPM", width=85),
            "words": column.TextColumn("Why", width=240),
        },
        placeholder="",
        alt="What becomes of each row",
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        offer_export("jobs-dry-run", ordered)


def _request(ws: Workspace, name: str, rows: list[BatchRow], shown: str) -> str:
    plan = ws.batches.plan(rows)
    if mark_plan(plan) != shown:
        return "The plan has changed meanwhile. Nothing was asked for; look at it again."
    batch, run = ws.batches.request(name or "Jobs", plan)
    st.query_params["batch"] = batch
    return (
        f"{count(len(plan.to_create), 'job')} queued by {run.actor}. The worker creates them; you may close this page."
    )
