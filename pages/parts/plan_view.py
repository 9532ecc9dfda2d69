"""The plan of a push: what it would send, what it costs, the dry run to take away, and the button that asks for it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.model import RunKind
from core.push.rules import Choice
from core.reports import to_csv, to_xlsx
from core.reports.tieout import show_hours
from core.workspace import Workspace
from core.workspace.reporting import UNDER_WAY, Plan
from pages.parts.doorway import read, workspace
from pages.parts.messages import act
from pages.parts.words import count, hours, moment, plain

PUSH, CONFIRM, LIFT_WHY = "push", "push_confirm", "lift_why"


def show_plan(choice: Choice) -> None:
    """The plan under this choice, and its buttons."""
    ws = workspace()
    # Calls left and the time of the end move on without any change of the practice, so a plan is kept for a minute.
    plan = read(f"plan {choice.to_json()} {ws.clock.now():%H:%M}", lambda one: one.time.plan(choice))
    halted = ws.time.halt_reason()
    with st.container(border=True, key="plan"):
        st.markdown(_headline(plan))
        st.table(_describe(ws, plan), border="horizontal", hide_header=True, alt="The plan of the next push")
        for warning in plan.warnings:
            st.warning(plain(warning))
        if halted:
            _show_halt(halted)
        busy = any(run.state in UNDER_WAY for run in ws.reports.runs(RunKind.PUSH, limit=1))
        if busy:
            st.caption(
                ":material/hourglass_empty: A push is under way. The next one can be asked for when it has ended."
            )
        confirmed = not busy and _confirm_all(plan, choice)
        _show_buttons(ws, plan, choice, not plan.is_empty and not halted and confirmed)


def _headline(plan: Plan) -> str:
    if plan.is_empty:
        return "**Nothing is ready to push**"
    return f"**Next push: {count(plan.create, 'timesheet')}, {plain(hours(plan.minutes))}**"


def _describe(ws: Workspace, plan: Plan) -> dict[str, str]:
    done = moment(plan.finish_at.isoformat(), ws.practice.zone) if plan.finish_at else "–"
    return {
        "Waits for somebody": count(plan.hold, "entry"),
        "Left as it is": count(plan.skip, "entry"),
        "Calls to XPM": f"{plan.calls:,} of {plan.quota_left:,} left today",
        "Done about": plain(done),
    }


def _confirm_all(plan: Plan, choice: Choice) -> bool:
    """A push that nothing narrows is confirmed by typing its number of entries."""
    if plan.is_empty or choice != Choice():
        return True
    label = f"Nothing narrows this push: type {plan.create} to allow it"
    typed = st.number_input(label, value=None, min_value=0, step=1, key=CONFIRM, placeholder=str(plan.create))
    return typed == plan.create


def _show_buttons(ws: Workspace, plan: Plan, choice: Choice, is_ready: bool) -> None:
    label = f"Push {count(plan.create, 'entry')} ({show_hours(plan.minutes)})"
    with st.container(horizontal=True):
        st.button(
            label,
            key=PUSH,
            type="primary",
            icon=":material/upload:",
            disabled=not is_ready,
            on_click=act,
            args=(partial(request_push, ws, plan, choice),),
        )
        with st.popover("Dry run", help="The same plan, nothing sent"):
            st.caption("What this push would do, entry by entry. Nothing is sent.")
            name = f"dry-run-{ws.today}"
            st.download_button(
                "XLSX", partial(_dry_run_xlsx, ws, plan), f"{name}.xlsx", on_click="ignore", key="dry_xlsx"
            )
            st.download_button("CSV", partial(_dry_run_csv, ws, plan), f"{name}.csv", on_click="ignore", key="dry_csv")


def _dry_run_xlsx(ws: Workspace, plan: Plan) -> bytes:
    return to_xlsx(ws.reports.plan_sheets(plan))


def _dry_run_csv(ws: Workspace, plan: Plan) -> bytes:
    return to_csv(ws.reports.plan_sheets(plan)["To create"])


def request_push(ws: Workspace, plan: Plan, choice: Choice) -> str:
    """Queue the push of the plan that was shown; a second click finds the first one's run. Sends nothing itself."""
    known = {run.id for run in ws.reports.runs(RunKind.PUSH)}
    run = ws.time.request_push(plan, choice)
    asked = moment(run.asked_at, ws.practice.zone)
    st.session_state[CONFIRM] = None
    if run.id in known:
        return f"Already queued by {run.actor}, {asked}. Nothing was added."
    return f"{count(plan.create, 'entry')} queued. The worker sends them; you may close this page."


def _show_halt(reason: str) -> None:
    st.error(f"{plain(reason)}. Look at the entries in XPM first.", title="Pushing is halted", icon=":material/block:")
    with st.popover("Lift the halt"):
        st.text_input("What did you check in XPM?", key=LIFT_WHY, max_chars=300)
        st.button("Allow pushing again", key="lift_halt", on_click=_lift, disabled=not st.session_state.get(LIFT_WHY))


def _lift() -> None:
    why = str(st.session_state[LIFT_WHY])
    act(lambda: _allow(why))


def _allow(why: str) -> str:
    workspace().time.lift_halt(why)
    return "Pushing is allowed again."
