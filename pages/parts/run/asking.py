"""Runs on the pages: asking for one, watching it, and the list of the last ones."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.model import RunKind, RunState
from core.workspace import Workspace
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, say
from pages.parts.words import RUN_LOOKS, RUN_TITLES, actor_name, moment, plain

_ACTIVE = (RunState.QUEUED, RunState.RUNNING)
_LOOK_EVERY = 1.5
#: What a sync from a page does beside reading: match anew, and accept what is certain.
FULL_SYNC = {"propose": True, "accept": True}


def request_run(kind: RunKind, parameters: dict[str, Any] | None = None) -> None:
    """Queue a run, as a button's callback. While one of the kind is waiting or under way, that one is named instead."""
    act(lambda: _queue(kind, parameters or {}))


def _queue(kind: RunKind, parameters: dict[str, Any]) -> str:
    ws = workspace()
    for run in (*ws.store.runs.queued(ws.practice_id), *ws.store.runs.running(ws.practice_id)):
        if run.kind is kind:
            return f"{RUN_TITLES[kind]} was already asked for by {run.actor}."
    ws.store.runs.queue(ws.practice_id, kind, ws.actor, parameters)
    return f"{RUN_TITLES[kind]}: asked for."


def find_active(ws: Workspace) -> pd.DataFrame:
    """The runs that wait or are under way, newest first; as `Runs.list`."""
    runs = ws.store.runs.list(ws.practice_id, limit=10)
    return runs[runs["state"].isin(_ACTIVE)]


def watch_runs(active: pd.DataFrame) -> None:
    """The progress of what is under way; looks again by itself and reloads the page when it is over.

    active: as `find_active`, read in this run of the page.
    """
    known = [active]
    st.fragment(_show_active, run_every=_LOOK_EVERY if len(active) else None)(not active.empty, known)


def _show_active(was_active: bool, known: list[pd.DataFrame]) -> None:
    # The first look is the page's own; each later one of the fragment reads anew.
    active = known.pop() if known else find_active(workspace())
    for run in active.itertuples():
        title = RUN_TITLES[run.kind]
        if run.state is RunState.QUEUED:
            st.caption(f":material/hourglass_empty: {title}: waiting for the worker")
        else:
            share = min(run.done / run.total, 1.0) if run.total else 0.0
            st.progress(share, text=plain(run.message or title))
    if was_active and active.empty:
        _say_outcome()
        st.rerun(scope="app")


def _say_outcome() -> None:
    ws = workspace()
    last = next(ws.store.runs.list(ws.practice_id, limit=1).itertuples())
    say(f"{RUN_TITLES[last.kind]}: {RUN_LOOKS[last.state].title.lower()}.")


def list_last_runs(limit: int = 8) -> pd.DataFrame:
    """The last runs as people read them: columns when, what, state, result, by; index run id."""
    return read(f"last runs {limit}", lambda ws: _name_runs(ws, limit))


def _name_runs(ws: Workspace, limit: int) -> pd.DataFrame:
    runs = ws.store.runs.list(ws.practice_id, limit=limit)
    zone = ws.practice.zone
    return pd.DataFrame(
        {
            "when": [moment(at, zone) for at in runs["asked_at"]],
            "what": [RUN_TITLES[kind] for kind in runs["kind"]],
            "state": [[RUN_LOOKS[state].title] for state in runs["state"]],
            "result": [tell_counts(c, m) for c, m in zip(runs["counts"], runs["message"], strict=True)],
            "by": [actor_name(actor) for actor in runs["actor"]],
        },
        index=runs.index,
    )


def tell_counts(counts: dict[str, int], message: str) -> str:
    """What a run counted, in words: the message first, then the counts that are not zero.

    Rows of XPM's parts are left out; Connection lists them.
    """
    shown = {name: number for name, number in counts.items() if number and not name.startswith("xpm ")}
    told = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in shown.items())
    return " · ".join(part for part in (message, told) if part) or "nothing to do"


def show_runs(runs: pd.DataFrame) -> None:
    """A table of runs from `list_last_runs`."""
    looks = {look.title: look.colour for look in RUN_LOOKS.values()}
    st.dataframe(
        runs,
        hide_index=True,
        column_config={
            "when": st.column_config.TextColumn("Asked for", width=140),
            "what": st.column_config.TextColumn("What", width=150),
            "state": st.column_config.MultiselectColumn(
                "State", options=list(looks), color=list(looks.values()), width=110
            ),
            "result": st.column_config.TextColumn("Result", width="large"),
            "by": st.column_config.TextColumn("By", width=110),
        },
        alt="The last runs",
    )
