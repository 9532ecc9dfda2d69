"""Batches of jobs: how far each is, and one row per job with its outcome."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import RunState, TieoutError
from core.workspace import Workspace
from core.workspace.reporting import UNDER_WAY, Run
from pages.parts.doorway import read, workspace
from pages.parts.exports import offer_export
from pages.parts.jobs.bulk_plan import VERDICTS
from pages.parts.jobs.drafts import STATES
from pages.parts.jobs.state import open_draft
from pages.parts.messages import act, show_error
from pages.parts.picking import fingerprint
from pages.parts.run.progress import watch_run
from pages.parts.words import count, moment, plain

BATCH = "batch"
#: Seconds between two looks at a batch that is under way.
LOOK_EVERY = 3.0
#: What a row of a batch may be: as a draft, or as it was planned.
OUTCOMES = {
    **STATES,
    "draft": ("To do", "gray"),
    **{name: look for name, look in VERDICTS.items() if name not in STATES},
}


def show_batches() -> None:
    """The newest batches; a tick opens one."""
    batches = read("job batches", lambda ws: ws.batches.listed())
    if batches.empty:
        return
    st.subheader("Batches so far")
    zone = workspace().practice.zone
    event = st.dataframe(
        batches.assign(made_at=[moment(at, zone) for at in batches["made_at"]]),
        key=f"batches {fingerprint(batches.index)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_order=["name", "jobs", "created", "open", "made_at", "made_by"],
        column_config={
            "name": st.column_config.TextColumn("Batch", width=330),
            "jobs": st.column_config.NumberColumn("Jobs", width=70),
            "created": st.column_config.NumberColumn("Created", width=80),
            "open": st.column_config.NumberColumn("Open", width=70, help="Not created yet, or for a person."),
            "made_at": st.column_config.TextColumn("Asked for", width=150),
            "made_by": st.column_config.TextColumn("By", width=100),
        },
        placeholder="",
        alt="Batches of jobs, the newest first",
    )
    rows = event["selection"]["rows"]
    if rows and rows[0] < len(batches):
        st.query_params[BATCH] = str(batches.index[rows[0]])
        st.rerun()


def show_batch(batch_id: str) -> None:
    """One batch: its run, and what became of each row."""
    ws = workspace()
    try:
        batch = ws.batches.get(batch_id)
    except TieoutError as error:
        show_error(error)
        st.query_params.pop(BATCH, None)
        return
    run = ws.store.runs.get(batch.run) if batch.run else None
    rows = ws.batches.rows(batch_id)
    with st.container(horizontal=True, vertical_alignment="center"):
        made = moment(batch.made_at, ws.practice.zone)
        told = f"{count(len(rows), 'row')} · asked for by {batch.made_by}, {made}"
        st.markdown(f"**{plain(batch.name)}**  \n:small[{plain(told)}]", width="stretch")
        _offer_more(ws, batch_id, run, rows)
        st.button("All batches", key="batch_all", icon=":material/list:", on_click=_close)
    if run is not None:
        watch_run(run.id, "job")
    under_way = run is not None and run.state in UNDER_WAY
    st.fragment(_show_outcomes, run_every=LOOK_EVERY if under_way else None)(batch_id)


def _show_outcomes(batch_id: str) -> None:
    """The rows as they are now."""
    ws = workspace()
    rows = ws.batches.rows(batch_id)
    counted = rows["state"].value_counts()
    st.markdown(" ".join(f":{OUTCOMES[one][1]}-badge[{n:,} {OUTCOMES[one][0].lower()}]" for one, n in counted.items()))
    _show_rows(ws, rows)


def _offer_more(ws: Workspace, batch_id: str, run: Run | None, rows: pd.DataFrame) -> None:
    """Going on with what is left, pausing, or nothing when everything is done."""
    if run is not None and run.state is RunState.RUNNING:
        pause = partial(_pause, ws, run.id)
        st.button("Pause", key="batch_pause", icon=":material/pause:", on_click=act, args=(pause,))
    elif run is not None and run.state is RunState.PAUSED:
        resume = partial(_resume, ws, run.id)
        st.button("Go on", key="batch_resume", icon=":material/play_arrow:", on_click=act, args=(resume,))
    elif (run is None or run.state not in UNDER_WAY) and rows["state"].isin(("draft", "incomplete", "queued")).any():
        again = partial(_go_on, ws, batch_id)
        st.button("Go on with the rest", key="batch_go_on", type="primary", on_click=act, args=(again,))


def _show_rows(ws: Workspace, rows: pd.DataFrame) -> None:
    words, colours = zip(*dict(OUTCOMES.values()).items(), strict=True)
    shown = rows.assign(
        state=[[OUTCOMES[one][0]] for one in rows["state"]],
        through=(rows["done"].astype("str") + " of " + rows["steps"].astype("str")).where(rows["steps"].gt(0), ""),
        open=ws.weblinks.jobs(list(rows["job"])),
    )
    column = st.column_config
    columns = ["name", "client", "state", "through", "job", "open", "words"]
    event = st.dataframe(
        shown,
        key=f"batch rows {fingerprint(rows.index)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height=min(38 + 35 * len(rows), 560),
        column_order=["line", *columns] if rows["line"].any() else columns,
        column_config={
            "line": column.NumberColumn("Line", width=50),
            "name": column.TextColumn("Job", width=230),
            "client": column.TextColumn("Client", width=200),
            "state": column.MultiselectColumn("Outcome", options=words, color=list(colours), width=130),
            "through": column.TextColumn("Steps", width=75),
            "job": column.TextColumn("Job in XPM", width=90),
            "open": column.LinkColumn("", display_text="Open in XPM", width=95),
            "words": column.TextColumn("Why", width=330),
        },
        placeholder="",
        alt="What became of each row of the batch",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Tick a row to open its job here: its steps, and what to do about it.", width="stretch")
        offer_export("jobs-batch", rows)
    picked = event["selection"]["rows"]
    if picked and picked[0] < len(rows) and rows["steps"].iloc[picked[0]]:
        st.query_params.pop(BATCH, None)
        open_draft(str(rows.index[picked[0]]))
        st.rerun(scope="app")


def _close() -> None:
    st.query_params.pop(BATCH, None)


def _pause(ws: Workspace, run_id: str) -> str:
    ws.running.pause(run_id)
    return "Asked to pause. The step on its way is finished first."


def _resume(ws: Workspace, run_id: str) -> str:
    ws.running.resume(run_id)
    return "Going on."


def _go_on(ws: Workspace, batch_id: str) -> str:
    run = ws.batches.go_on(batch_id)
    return f"Asked for by {run.actor}: what is done stays done, the rest is tried."
