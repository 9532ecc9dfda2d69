"""The list of all runs: who asked when for what, and what became of it. A tick opens one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.model import RunKind
from core.workspace import Workspace
from pages.parts.doorway import workspace
from pages.parts.exports import offer_export
from pages.parts.messages import empty_state
from pages.parts.picking import fingerprint, show_page
from pages.parts.run.asking import tell_counts
from pages.parts.words import COLUMN_LOOKS, RUN_LOOKS, RUN_TITLES, actor_name, count, lasting, moment

OPEN, KINDS = "run", "runs_kinds"
#: The kinds of runs people look for, by what they are called together.
GROUPS: dict[str, tuple[RunKind, ...]] = {
    "All": tuple(RunKind),
    "Pushes": (RunKind.PUSH, RunKind.UNDO),
    "Checks": (RunKind.VERIFY, RunKind.SWEEP, RunKind.CHECK),
    "Sync and match": (RunKind.LOAD, RunKind.SYNC, RunKind.PROPOSE, RunKind.FOLLOW),
    "Jobs and documents": (RunKind.JOB, RunKind.PACK),
}
#: Shown beside a run's own state while any of its rows is being read back.
DOUBT = COLUMN_LOOKS["in_doubt"]


def show_history() -> None:
    """The runs of the kinds chosen, newest first."""
    # Never kept: a run that was asked for a moment ago changes nothing else.
    ws = workspace()
    runs = ws.running.history()
    if runs.empty:
        empty_state("Nothing ran yet", "The first load, sync or push is the first line here.", ":material/history:")
        return
    chosen = st.segmented_control("Kinds", list(GROUPS), default="All", key=KINDS, label_visibility="collapsed")
    shown = runs[runs["kind"].isin(GROUPS[chosen or "All"])]
    if shown.empty:
        empty_state("No run of this kind yet", "Choose another kind above.", ":material/history:")
        return
    slot = st.container()
    page = show_page(shown, "runs")
    named = name_runs(ws, page)
    with slot:
        picked = _show_table(named)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{count(len(shown), 'run')}. Tick one to see its plan, its progress and every row.", width="stretch"
        )
        offer_export("runs", named.drop(columns="state").assign(state=named["state"].str.join(", ")))
    if picked:
        open_run(picked)
        st.rerun()


def open_run(run_id: str) -> None:
    """Show this run; empty shows the list."""
    if run_id:
        st.query_params[OPEN] = run_id
    else:
        st.query_params.pop(OPEN, None)


def name_runs(ws: Workspace, runs: pd.DataFrame) -> pd.DataFrame:
    """Runs of `Running.history` as people read them: what, state, when, by, took, result; index run id."""
    zone = ws.practice.zone
    states = zip(runs["state"], runs["in_doubt"], strict=True)
    return pd.DataFrame(
        {
            "what": [RUN_TITLES[kind] for kind in runs["kind"]],
            "state": [[RUN_LOOKS[state].title] + [DOUBT.title] * bool(doubts) for state, doubts in states],
            "when": [moment(at, zone) for at in runs["asked_at"]],
            "by": [actor_name(actor) for actor in runs["actor"]],
            "took": [lasting(*ends) for ends in zip(runs["started_at"], runs["ended_at"], strict=True)],
            "result": [tell_counts(c, m) for c, m in zip(runs["counts"], runs["message"], strict=True)],
        },
        index=runs.index,
    )


def _show_table(named: pd.DataFrame) -> str:
    looks = {look.title: look.colour for look in (*RUN_LOOKS.values(), DOUBT)}
    states = st.column_config.MultiselectColumn("State", options=list(looks), color=list(looks.values()), width=140)
    event = st.dataframe(
        named,
        key=f"runs_{fingerprint(named.index)}",
        hide_index=True,
        height=min(36 * len(named) + 38, 640),
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "what": st.column_config.TextColumn("What", width=140),
            "state": states,
            "when": st.column_config.TextColumn("Asked for", width=140),
            "by": st.column_config.TextColumn("By", width=110),
            "took": st.column_config.TextColumn("Took", width=75, alignment="right"),
            "result": st.column_config.TextColumn("Result", width="large"),
        },
        alt="All runs, newest first",
    )
    places = [place for place in event["selection"]["rows"] if place < len(named)]
    return str(named.index[places[0]]) if places else ""
