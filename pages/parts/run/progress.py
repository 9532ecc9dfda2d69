"""One run on its page: how far it is, what became of each entry so far, cancelling; and the runs before it.

The run is the worker's. A page only looks at the store: closing it, reloading it or opening it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.model import RunKind, RunState
from core.workspace import Workspace
from core.workspace.reporting import UNDER_WAY, Run
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.places import link_to
from pages.parts.run.badges import MOVES_TIME, tell_badges
from pages.parts.words import RUN_LOOKS, RUN_TITLES, actor_name, count, moment, plain

LOOK_EVERY = 1.0


def show_run(kinds: Sequence[RunKind]) -> None:
    """The newest run of these kinds, with its progress while it is under way; nothing when there was none."""
    run = _find_newest(kinds)
    if run is not None:
        watch_run(run.id, "entry")


def watch_run(run_id: str, noun: str) -> None:
    """One run, which counts in this noun; looks again by itself while it is under way."""
    run = workspace().store.runs.get(run_id)
    st.fragment(_show, run_every=LOOK_EVERY if run.state in UNDER_WAY else None)(run.id, run.state, noun)


def _find_newest(kinds: Sequence[RunKind]) -> Run | None:
    runs = [run for kind in kinds for run in workspace().reports.runs(kind, limit=1)]
    return max(runs, key=lambda run: run.asked_at, default=None)


def _show(run_id: str, was: RunState, noun: str) -> None:
    ws = workspace()
    run = ws.store.runs.get(run_id)
    with st.container(border=True, key="run"):
        _show_head(ws, run)
        if run.state in UNDER_WAY:
            _show_way(ws, run, noun)
        elif run.message:
            st.caption(plain(run.message))
        badges = tell_badges(ws, run)
        if badges:
            st.markdown(badges)
    if run.state is not was:
        st.rerun(scope="app")


def _show_head(ws: Workspace, run: Run) -> None:
    asked = moment(run.asked_at, ws.practice.zone)
    title = f"**{RUN_TITLES[run.kind]}** {RUN_LOOKS[run.state].badge}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{title}  \n:small[{plain(f'asked for by {actor_name(run.actor)}, {asked}')}]", width="stretch")
        link_to("runs", "Every row of it", run=run.id)
        if run.state in UNDER_WAY:
            asked_already = run.cancel_asked
            label = "Stopping" if asked_already else "Stop"
            help_text = "Ends after the entry on its way. What was not sent stays ready; push again to go on."
            st.button(label, key="run_cancel", help=help_text, on_click=_cancel, args=(run.id,), disabled=asked_already)


def _show_way(ws: Workspace, run: Run, noun: str) -> None:
    if run.state is RunState.QUEUED:
        st.progress(0.0, text="Waits for the worker. It may take a second; without one, start `tieout worker`.")
        return
    done, total = ws.running.progress(run) if run.kind in MOVES_TIME else (run.done, run.total)
    st.progress(min(done / total, 1.0) if total else 0.0, text=f"{done:,} of {plain(count(total, noun))}")
    if run.state is RunState.PAUSED:
        resume = moment(run.resume_at, ws.practice.zone)
        told = f"Goes on by itself at {resume}." if resume else "Goes on when somebody resumes it, on its page."
        st.caption(f":material/pause_circle: {plain(run.message)} {plain(told)}")
    elif run.message:
        st.caption(plain(run.message))


def _cancel(run_id: str) -> None:
    act(lambda: _ask_to_stop(run_id))


def _ask_to_stop(run_id: str) -> str:
    workspace().running.cancel(run_id)
    return "Asked to stop. Nothing that was sent is undone."
