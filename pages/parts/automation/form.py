"""The chores of the worker: each with its switch, its times of day, what it did last and when it is due next.

Every change holds at once: a switch that has to be saved is a switch that somebody forgets to save.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.workspace import Workspace
from core.workspace.automating import Chore, ChoreState
from pages.parts.automation.last import show_last, tell_next
from pages.parts.automation.tasks import show_tasks
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, guard
from pages.parts.places import link_to
from pages.parts.words import count, hours, plain

KEY = "auto_"
_HALF_HOURS = [f"{hour:02}:{minute}" for hour in range(24) for minute in ("00", "30")]
TITLES = {
    Chore.SYNC: (":material/sync:", "Read both sides"),
    Chore.PUSH: (":material/send:", "Push to XPM"),
    Chore.SWEEP: (":material/fact_check:", "Look through what was sent"),
}


def show_chores(ws: Workspace) -> None:
    """One card per chore, side by side."""
    states = {state.chore: state for state in ws.automating.chores()}
    left, right = st.columns(2, gap="large")
    with left:
        _show_card(ws, states[Chore.PUSH], _ask_push)
        with guard():
            show_tasks(ws)
    with right:
        _show_card(ws, states[Chore.SYNC], _ask_sync)
        _show_card(ws, states[Chore.SWEEP], _ask_sweep)


def _show_card(ws: Workspace, state: ChoreState, ask: Callable[[Workspace, ChoreState], None]) -> None:
    icon, title = TITLES[state.chore]
    with st.container(border=True):
        badge = ":green-badge[On]" if state.times else ":gray-badge[Off]"
        st.markdown(f"#### {icon} {title} {badge}")
        ask(ws, state)
        st.caption(tell_next(state, ws))
        show_last(ws, state)


# -- pushing ----------------------------------------------------------------------------------------------------------


def _ask_push(ws: Workspace, state: ChoreState) -> None:
    settings = ws.practice.settings
    st.caption("Both sides are read first. Only what is certain goes; everything else waits on Exceptions.")
    _switch("automatic_push", "Push by itself", settings.automatic_push, _switch_push)
    _ask_rule(ws)
    _ask_times(state.chore, settings.automatic_push_at)
    _switch(
        "automatic_changes",
        "Update and delete as well",
        settings.automatic_changes,
        lambda: workspace().options.change(automatic_changes=_held("automatic_changes")),
        "Without it only new timesheets are made; what was edited or deleted here since waits for a person.",
    )
    with guard():
        _show_preview(ws)


def _ask_rule(ws: Workspace) -> None:
    names, rule = ws.automating.rules(), ws.automating.rule()
    if not names:
        st.caption(":orange[No choice of Which Actual Times is saved yet, so nothing goes by itself.]")
        link_to("time", "Save one on Time")
        return
    st.session_state[f"{KEY}rule"] = rule.name if rule else None
    st.selectbox(
        "Which Actual Times",
        names,
        key=f"{KEY}rule",
        placeholder="Choose a saved one",
        on_change=lambda: act(_choose_rule),
    )


def _choose_rule() -> str:
    name = st.session_state[f"{KEY}rule"]
    if name is None:
        return ""
    workspace().automating.choose_rule(name)
    return f"Automatic pushing goes by “{name}”."


def _switch_push() -> int:
    return workspace().automating.switch_push(on=_held("automatic_push"))


def _show_preview(ws: Workspace) -> None:
    if ws.automating.rule() is None:
        return
    found = read("automatic push", lambda one: one.automating.next_push())
    plan = found.plan
    told = f"{count(plan.create, 'timesheet')}, {hours(plan.minutes)}" if plan.create else "nothing"
    more = f", and {count(plan.update + plan.delete, 'change')}" if plan.update or plan.delete else ""
    st.markdown(f"Now it would send **{told}**{more}. {count(plan.hold, 'entry')} would wait.")
    if found.near:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{count(found.near, 'ready entry')} left out: XPM holds other time of that day on the job.")
            link_to("time", "Look at the plan")
    if plan.hold:
        link_to("exceptions", "See what waits, and why")


# -- reading, sweeping ------------------------------------------------------------------------------------------------


def _ask_sync(ws: Workspace, state: ChoreState) -> None:
    settings = ws.practice.settings
    st.caption("Reads the local side and XPM as far as they changed, and matches anew.")
    _ask_times(state.chore, settings.automatic_sync_at)
    share = f"{settings.accept_at:.0%}"
    _switch(
        "automatic_mapping",
        "Map by itself what is certain",
        settings.automatic_mapping,
        lambda: workspace().options.change(automatic_mapping=_held("automatic_mapping")),
        f"Proposals of {share} and more are accepted, never a tie. Each can be undone on its page.",
    )


def _ask_sweep(ws: Workspace, state: ChoreState) -> None:
    settings = ws.practice.settings
    st.caption(
        "Reads back what was sent, finds what was edited, deleted or doubled in XPM, and settles what is in doubt."
    )
    _ask_times(state.chore, (settings.sweep_at,) if settings.sweep_at else ())
    st.session_state[f"{KEY}days"] = settings.sweep_days
    st.number_input(
        "Days looked through",
        1,
        400,
        key=f"{KEY}days",
        width=150,
        on_change=lambda: act(lambda: _tell(workspace().options.change(sweep_days=st.session_state[f"{KEY}days"]))),
    )


# -- widgets ----------------------------------------------------------------------------------------------------------


def _switch(name: str, label: str, value: bool, change: Callable[[], int], help_text: str = "") -> None:
    # The widget shows what is saved, also after a change that was refused.
    st.session_state[f"{KEY}{name}"] = value
    st.toggle(label, key=f"{KEY}{name}", help=help_text or None, on_change=lambda: act(lambda: _tell(change())))


def _held(name: str) -> bool:
    return bool(st.session_state[f"{KEY}{name}"])


def _ask_times(chore: Chore, times: tuple[str, ...]) -> None:
    key = f"{KEY}{chore}_times"
    st.session_state[key] = list(times)
    st.multiselect(
        "At" if chore is not Chore.SWEEP else "At, once a day",
        sorted({*_HALF_HOURS, *times}),
        key=key,
        max_selections=1 if chore is Chore.SWEEP else None,
        accept_new_options=True,
        placeholder="Never",
        help="Choose times of day, or type others like 17:45. Without any it is never done.",
        on_change=lambda: act(lambda: _tell(workspace().automating.set_times(chore, st.session_state[key]))),
    )


def _tell(changed: int) -> str:
    return plain("Saved.") if changed else ""
