"""The head of a run's page: what it is and what may be done with it, then its plan, its progress and its result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from core.model import RunKind, RunState
from core.push.rules import Choice
from core.workspace import Workspace
from core.workspace.reporting import UNDER_WAY, Run
from pages.parts.choice.words import tell_choice
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.places import link_to
from pages.parts.run.asking import tell_counts
from pages.parts.run.badges import tell_badges
from pages.parts.run.history import open_run
from pages.parts.words import (
    RUN_LOOKS,
    RUN_TITLES,
    actor_name,
    count,
    hours,
    lasting,
    moment,
    plain,
)

LOOK_EVERY = 1.5


def show_head(run: Run) -> None:
    """Which run this is, how it stands, and what may be done with it."""
    ws = workspace()
    with st.container(horizontal=True, vertical_alignment="center", key="run_head"):
        asked = f"asked for by {actor_name(run.actor)}, {moment(run.asked_at, ws.practice.zone)} · run {run.id[:8]}"
        title = f"**{RUN_TITLES[run.kind]}** {RUN_LOOKS[run.state].badge}  \n:small[{plain(asked)}]"
        st.markdown(title, width="stretch")
        for key, label, icon, means, is_off, job in _list_deeds(ws, run):
            st.button(label, key=f"run_{key}", icon=icon, help=means, disabled=is_off, on_click=act, args=(job,))
        if run.kind is RunKind.PACK:
            link_to("documents", "Open the pack", pack=str(run.parameters.get("pack", "")))
        st.button("All runs", key="run_all", icon=":material/list:", on_click=open_run, args=("",))


Deed = tuple[str, str, str, str, bool, Callable[[], str]]


def _list_deeds(ws: Workspace, run: Run) -> list[Deed]:
    """Key, label, icon, help, whether it is off, and the callback of what may be done with the run now."""
    deeds: list[Deed] = []
    if run.kind is RunKind.PUSH and run.state in (RunState.QUEUED, RunState.RUNNING):
        label = "Pausing" if run.pause_asked else "Pause"
        means = "Rests after the entry on its way, until you resume it. Nothing is undone."
        deeds.append(("pause", label, ":material/pause:", means, run.pause_asked, partial(_pause, ws, run.id)))
    # A mail that stopped does not go on by being resumed: its pack asks what a person found.
    if run.state in (RunState.PAUSED, RunState.STOPPED) and run.kind is not RunKind.PACK:
        means = "Goes on where it rested; what was sent is not sent again."
        deeds.append(("resume", "Resume", ":material/play_arrow:", means, False, partial(_resume, ws, run.id)))
    if run.state in UNDER_WAY:
        label = "Stopping" if run.cancel_asked else "Stop"
        means = "Ends after the entry on its way. What was not sent stays ready; push again to go on."
        deeds.append(("cancel", label, ":material/stop:", means, run.cancel_asked, partial(_cancel, ws, run.id)))
    return deeds


def _pause(ws: Workspace, run_id: str) -> str:
    ws.running.pause(run_id)
    return "Asked to rest. What is on its way is finished first."


def _resume(ws: Workspace, run_id: str) -> str:
    ws.running.resume(run_id)
    return "It goes on where it rested."


def _cancel(ws: Workspace, run_id: str) -> str:
    ws.running.cancel(run_id)
    return "Asked to stop. Nothing that was sent is undone."


def show_steps(run: Run) -> None:
    """Plan, progress and result side by side; looks again by itself while the run is under way."""
    st.fragment(_show_steps, run_every=LOOK_EVERY if run.state in UNDER_WAY else None)(run.id, run.state)


def _show_steps(run_id: str, was: RunState) -> None:
    ws = workspace()
    run = ws.running.get(run_id)
    plan, progress, result = st.columns(3, gap="small")
    with plan.container(border=True, key="run_plan", height="stretch"):
        st.markdown("**1 Plan**")
        st.table(list_plan(ws, run), border="horizontal", hide_header=True, alt="What was asked for")
    with progress.container(border=True, key="run_progress", height="stretch"):
        st.markdown("**2 Progress**")
        _show_progress(ws, run)
    with result.container(border=True, key="run_result", height="stretch"):
        st.markdown("**3 Result**")
        _show_result(ws, run)
    if run.state is not was:
        st.rerun(scope="app")


def list_plan(ws: Workspace, run: Run) -> dict[str, str]:
    """What was asked for, in words."""
    asked: dict[str, Any] = run.parameters
    told = {title: count(asked[name], noun) for name, (title, noun) in _COUNTED.items() if asked.get(name)}
    if "minutes" in asked:
        told["Time"] = hours(asked["minutes"])
    if "choice" in asked:
        told["Which Actual Times"] = tell_choice(ws, ws.choices.name(Choice.from_json(asked["choice"])))
    if asked.get("of"):
        told["Undoes"] = f"run {str(asked['of'])[:8]}"
    told |= {title: str(asked[name]) for name, title in {"from": "From", "to": "To"}.items() if asked.get(name)}
    if asked.get("propose"):
        told["Then"] = "match, and accept what is certain" if asked.get("accept") else "match"
    return {title: plain(words) for title, words in told.items()} or {
        "What": _WHOLE.get(run.kind, "nothing narrows it")
    }


_WHOLE = {
    RunKind.PACK: "one mail, and then the job of its pack",
    RunKind.FOLLOW: "each job task is read first, and changed unless somebody changed it in XPM",
    RunKind.JOB: "each job with its costs, step by step",
    RunKind.CHECK: "one call for each right that is needed",
}
_COUNTED = {
    "create": ("Create", "timesheet"),
    "update": ("Update", "timesheet"),
    "delete": ("Delete", "timesheet"),
}


def _show_progress(ws: Workspace, run: Run) -> None:
    zone = ws.practice.zone
    if run.state is RunState.QUEUED:
        st.progress(0.0, text="Waits for the worker. It may take a second; without one, start `tieout worker`.")
        return
    done, total = ws.running.progress(run)
    if total:
        st.progress(min(done / total, 1.0), text=f"{done:,} of {total:,} settled")
    told = {"Started": moment(run.started_at, zone), "Ended": moment(run.ended_at, zone)}
    told["Took"] = lasting(run.started_at, run.ended_at)
    left = ws.running.seconds_left(run)
    if left is not None:
        told["Left, about"] = f"{left / 60:.0f} min" if left > 90 else f"{left:.0f} s"
    if run.state is RunState.PAUSED:
        told["Goes on"] = moment(run.resume_at, zone) or "when somebody resumes it"
    shown = {title: plain(words) for title, words in told.items() if words}
    st.table(shown, border="horizontal", hide_header=True, alt="How far it is")


def _show_result(ws: Workspace, run: Run) -> None:
    badges = tell_badges(ws, run)
    if badges:
        st.markdown(badges)
    elif run.state not in UNDER_WAY:
        st.markdown(plain(tell_counts(run.counts, "")))
    if run.message:
        st.caption(plain(run.message))
    if not badges and run.state in UNDER_WAY and not run.message:
        st.caption("Nothing to tell yet.")
