"""Step four: the first sync and matching as it goes, what came of it, and where to go from there."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.model import Kind, RunKind, RunState
from core.workspace import Workspace
from core.workspace.stages import list_stages
from pages.parts.doorway import workspace
from pages.parts.places import link_to
from pages.parts.review.counts import read_link_counts
from pages.parts.run.asking import FULL_SYNC, find_active, request_run, tell_counts
from pages.parts.words import KIND_NAMES, RUN_LOOKS, lasting, plain

_LOOK_EVERY = 1.5
_ICONS = {
    "done": ":green[:material/check_circle:]",
    "now": ":blue[:material/progress_activity:]",
    "next": ":gray[:material/radio_button_unchecked:]",
}
#: Each kind with the page that decides it, what the link says, and the view to open there.
_NEXT = {
    Kind.CLIENT: ("clients", "Link clients", ""),
    Kind.STAFF: ("staff", "Link staff", ""),
    Kind.PROCESS: ("work", "Map processes", "Processes"),
    Kind.TASK: ("work", "Check tasks", "Tasks"),
}


def ask_sync(ws: Workspace) -> None:
    """The button for the first sync, or how it goes."""
    active = find_active(ws)
    running = active[active["kind"].isin((RunKind.SYNC, RunKind.LOAD))]
    if not running.empty:
        show_processing(str(running.index[0]))
        return
    st.caption(
        "Both sides are read and matched: clients by their numbers and names, staff as the users of both systems. "
        "Only certain matches are accepted; every one is listed and can be undone."
    )
    show_trouble(ws)
    st.button(
        "Sync and match", type="primary", icon=":material/sync:", on_click=request_run, args=(RunKind.SYNC, FULL_SYNC)
    )


def show_processing(run_id: str) -> None:
    """How far a sync is, stage by stage; looks again by itself, and reloads the page when it is over."""
    st.fragment(_show_processing, run_every=_LOOK_EVERY)(run_id)


def _show_processing(run_id: str) -> None:
    ws = workspace()
    run = ws.store.runs.get(run_id)
    share = min(run.done / run.total, 1.0) if run.total else 0.0
    waits = run.state is RunState.QUEUED
    words = "Waits for the worker; it may take a second." if waits else run.message or "Beginning"
    st.progress(share, text=plain(words))
    st.markdown("  \n".join(f"{_ICONS[stage.state]} {plain(stage.title)}" for stage in list_stages(run.message)))
    since = lasting(run.started_at, ws.clock.now().isoformat())
    told = f"Under way for {since}. " if since else ""
    st.caption(f"{told}You may close this page: it goes on by itself, and nothing is sent to XPM.")
    if run.state not in (RunState.QUEUED, RunState.RUNNING):
        st.rerun(scope="app")


def show_synced(_ws: Workspace) -> None:
    """What matching found, in numbers, and what is next."""
    counts = read_link_counts()
    found, following = st.columns([3, 2], gap="medium")
    with found:
        st.markdown("**What matching found**")
        _show_counts(counts)
    with following:
        st.markdown("**What to do next**")
        _show_next(counts)


def _show_counts(counts: pd.DataFrame) -> None:
    config = st.column_config
    numbers = {
        "linked": ("Linked", "This local record is that XPM record."),
        "automatic": ("By itself", "Of the linked ones: accepted by a rule, not one by one. Each can be undone."),
        "proposed": ("Proposed", "A partner is proposed; somebody decides."),
        "open": ("Open", "No counterpart was found; choose one, exclude it, or create it in XPM."),
        "broken": ("Broken", "What it was linked to is gone from XPM."),
        "excluded": ("Excluded", "Somebody keeps it out of XPM."),
    }
    shown = [name for name in numbers if name != "broken" or counts[name].any()]
    kinds = [KIND_NAMES[Kind(kind)][1].capitalize() for kind in counts.index]
    st.dataframe(
        counts[shown].assign(kind=kinds)[["kind", *shown]],
        hide_index=True,
        height="content",
        column_config={"kind": config.TextColumn("", width=90)}
        | {name: config.NumberColumn(numbers[name][0], help=numbers[name][1], format="localized") for name in shown},
        alt="What matching found",
    )


def _show_next(counts: pd.DataFrame) -> None:
    for kind, (page, label, show) in _NEXT.items():
        todo, total = int(counts.at[kind, "to_decide"]), int(counts.at[kind, "total"])
        told = f"{label}: **{todo:,} of {total:,} to decide**" if todo else f"{label}: all {total:,} decided"
        link_to(page, told, **({"show": show} if show else {}))
    link_to("time", "Look at the time, then push")


def show_trouble(ws: Workspace) -> None:
    """The last load or sync when it did not end well: why, and what may be answered."""
    runs = ws.store.runs.list(ws.practice_id, limit=10)
    runs = runs[runs["kind"].isin((RunKind.LOAD, RunKind.SYNC))]
    last = next(runs.itertuples(), None)
    if last is None or last.state not in (RunState.FAILED, RunState.STOPPED):
        return
    title = f"{RUN_LOOKS[last.state].title}: the last {last.kind}"
    st.warning(plain(tell_counts({}, last.message)), title=title, icon=":material/sync_problem:")
    questioned = ws.sides.asked_about_size(last.message)
    if questioned is not None:
        st.button(
            "The smaller answer is right: take it",
            key="accept smaller",
            help="Only if rows or records were really deleted. Otherwise correct the export or XPM, and sync again.",
            on_click=request_run,
            args=(RunKind.SYNC, {**FULL_SYNC, "accept_shrink": True, "accept_parts": questioned}),
        )
