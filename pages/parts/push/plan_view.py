"""The plan of a push: what it would create, update and delete, what it costs, and the button that asks for it."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import RunKind
from core.push.rules import Choice
from core.reports import to_csv, to_xlsx
from core.reports.tieout import show_hours
from core.workspace import Workspace
from core.workspace.change_words import Parts, Plan, name_changes
from pages.parts.doorway import read, workspace
from pages.parts.messages import act
from pages.parts.places import link_to
from pages.parts.push.hindrance_view import show_hindrances
from pages.parts.words import count, hours, moment, plain

PUSH, CONFIRM = "push", "push_confirm"
UPDATES, DELETES = "push_updates", "push_deletes"
_OPS = {"update": ("Update", "blue"), "delete": ("Delete", "orange")}


def show_plan(choice: Choice) -> None:
    """The plan under this choice with what is in its way, and its buttons."""
    ws = workspace()
    with st.container(border=True, key="plan"):
        whole = read_plan(ws, choice, Parts())
        parts = _choose_parts(whole)
        plan = whole if parts == Parts() else read_plan(ws, choice, parts)
        st.markdown(headline(plan))
        st.table(describe(ws, plan), border="horizontal", hide_header=True, alt="The plan of the next push")
        if plan.update + plan.delete:
            _show_changes(plan)
        for warning in plan.warnings:
            st.warning(plain(warning))
        halted = show_hindrances(ws)
        busy = bool(ws.reports.under_way(RunKind.PUSH))
        if busy:
            st.caption(":material/hourglass_empty: The next push can be asked for when the present one has ended.")
        confirmed = not busy and _confirm_all(plan, choice)
        _show_buttons(ws, plan, choice, not plan.is_empty and not halted and confirmed)


def read_plan(ws: Workspace, choice: Choice, parts: Parts) -> Plan:
    """The plan of now; calls left and the time of the end move on by themselves, so it is kept for a minute."""
    asked = f"{choice.to_json()} {parts} {ws.clock.now():%H:%M}"
    return read(f"plan {asked}", lambda one: one.time.plan(choice, parts))


def _choose_parts(whole: Plan) -> Parts:
    """A switch for each part beside the new timesheets, while there is anything of it."""
    updates = deletes = True
    with st.container(horizontal=True):
        if whole.update:
            updates = st.toggle(f"Update {whole.update:,}", True, key=UPDATES, help="What was edited here since.")
        if whole.delete:
            deletes = st.toggle(f"Delete {whole.delete:,}", True, key=DELETES, help="Whose entry is gone here.")
    return Parts(update=updates, delete=deletes)


def headline(plan: Plan) -> str:
    """What the push would do, in one bold line."""
    if plan.is_empty:
        return "**Nothing is ready to push**"
    parts = [count(plan.create, "new timesheet")] if plan.create else []
    parts += [count(plan.update, "update")] if plan.update else []
    parts += [count(plan.delete, "deletion")] if plan.delete else []
    return f"**Next push: {', '.join(parts)}**"


def describe(ws: Workspace, plan: Plan) -> dict[str, str]:
    """The plan's figures in words."""
    done = moment(plan.finish_at.isoformat(), ws.practice.zone) if plan.finish_at else "–"
    told = {"New": f"{count(plan.create, 'timesheet')}, {hours(plan.minutes)}"}
    if len(plan.rows) != plan.create:
        told["Of entries"] = f"{len(plan.rows):,}"
    told |= {"Updated": count(plan.update, "timesheet")} if plan.update else {}
    told |= {"Deleted": count(plan.delete, "timesheet")} if plan.delete else {}
    told |= {
        "Waits for somebody": count(plan.hold, "entry"),
        "Left as it is": count(plan.skip, "entry"),
        "Calls to XPM": f"{plan.calls:,} of {plan.quota_left:,} left today",
        "Done about": done,
    }
    return {title: plain(words) for title, words in told.items()}


def _show_changes(plan: Plan) -> None:
    changes = read(f"changes {plan.fingerprint}", lambda one: name_changes(one, plan))
    with st.expander(f"What changes in XPM ({len(changes):,})"):
        shown = changes.assign(op=[[_OPS[op][0]] for op in changes["op"]])
        words, colours = zip(*_OPS.values(), strict=True)
        st.dataframe(
            shown[["op", "was", "becomes", "date", "staff", "client", "job"]],
            hide_index=True,
            height=min(36 * len(shown) + 38, 300),
            column_config={
                "op": st.column_config.MultiselectColumn("", options=words, color=list(colours), width=80),
                "was": st.column_config.TextColumn("In XPM now", width=130),
                "becomes": st.column_config.TextColumn("Becomes", width=130),
                "date": st.column_config.DateColumn("Date", format="DD/MM/YYYY", width=85),
                "staff": st.column_config.TextColumn("Staff", width=110),
                "client": st.column_config.TextColumn("Client", width=150),
                "job": st.column_config.TextColumn("Job", width=180),
            },
            alt="What the push changes in XPM",
        )


def _confirm_all(plan: Plan, choice: Choice) -> bool:
    """A push that nothing narrows is confirmed by typing its number of timesheets."""
    if plan.is_empty or choice != Choice():
        return True
    label = f"Nothing narrows this push: type {plan.size} to allow it"
    typed = st.number_input(label, value=None, min_value=0, step=1, key=CONFIRM, placeholder="The number, typed")
    return typed == plan.size


def _show_buttons(ws: Workspace, plan: Plan, choice: Choice, is_ready: bool) -> None:
    with st.container(horizontal=True):
        st.button(
            push_label(plan),
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
        link_to("sending", "How time is sent")


def push_label(plan: Plan) -> str:
    """The button's words: how much it sends."""
    if plan.update + plan.delete == 0:
        return f"Push {count(plan.create, 'timesheet')} ({show_hours(plan.minutes)})"
    return f"Push {count(plan.size, 'timesheet')}"


def dry_run_sheets(ws: Workspace, plan: Plan) -> dict[str, pd.DataFrame]:
    """The plan as a workbook, with what it would change."""
    changes = {"To change": name_changes(ws, plan)} if plan.update + plan.delete else {}
    return ws.reports.plan_sheets(plan) | changes


def _dry_run_xlsx(ws: Workspace, plan: Plan) -> bytes:
    return to_xlsx(dry_run_sheets(ws, plan))


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
    return f"{count(plan.size, 'timesheet')} queued. The worker sends them; you may close this page."
