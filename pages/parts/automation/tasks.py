"""The card by which completions are carried over to XPM: two switches, and what differs already."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.workspace import Workspace
from pages.parts.doorway import read, workspace
from pages.parts.messages import act
from pages.parts.places import link_to
from pages.parts.words import count, plain

_KEY = "auto_tasks_"
_COMPLETE, _REOPEN = "complete_in_xpm", "reopen_in_xpm"
_LABELS = {_COMPLETE: "Complete the job task in XPM", _REOPEN: "Reopen the job task in XPM"}
_HELP = {
    _COMPLETE: "When every task here that goes to a job task is completed, and its time is in XPM.",
    _REOPEN: "When a task here is opened again whose job task is completed.",
}


def show_tasks(ws: Workspace) -> None:
    """Whether completing and reopening is done by itself, and what is out of step."""
    settings = ws.practice.settings
    on = settings.complete_in_xpm or settings.reopen_in_xpm
    with st.container(border=True, key="auto_tasks"):
        badge = ":green-badge[On]" if on else ":gray-badge[Off]"
        st.markdown(f"#### :material/task_alt: Carry completions over {badge}")
        st.caption("After each reading. What somebody changed in XPM meanwhile is left alone and asked about.")
        _switch(_COMPLETE, settings.complete_in_xpm)
        _switch(_REOPEN, settings.reopen_in_xpm)
        _show_out_of_step()


def _switch(name: str, value: bool) -> None:
    # The widget shows what is saved, also after a change that was refused.
    st.session_state[f"{_KEY}{name}"] = value
    st.toggle(_LABELS[name], key=f"{_KEY}{name}", help=_HELP[name], on_change=lambda: act(lambda: _change(name)))


def _change(name: str) -> str:
    changed = workspace().options.change(**{name: bool(st.session_state[f"{_KEY}{name}"])})
    return "Saved." if changed else ""


def _show_out_of_step() -> None:
    """What was completed or reopened before anybody switched this on is carried over only when a person says so."""
    rows: pd.DataFrame = read("tasks out of step", lambda ws: ws.following.out_of_step())
    if rows.empty:
        st.caption(":material/check: Every linked task and its job task say the same.")
        return
    for done, label in ((True, "Complete them in XPM"), (False, "Reopen them in XPM")):
        mine = rows[rows["here"].eq(done)]
        if mine.empty:
            continue
        here, there = ("completed", "open") if done else ("open", "completed")
        st.markdown(plain(f"{count(len(mine), 'linked task')}: {here} here, {there} in XPM."))
        with st.popover("Look at them", icon=":material/list:"):
            st.dataframe(mine[["task", "client"]], hide_index=True, height=300, alt="Tasks that differ")
            st.caption(
                "They were so before the switch was on, or were linked many at once, so nothing was done by itself. "
                "A job task that two of them share is changed once."
            )
            ids = tuple(map(str, mine.index))
            st.button(label, key=f"{_KEY}{done}", type="primary", on_click=lambda ids=ids: act(lambda: _carry(ids)))
        link_to("task", "Look at single tasks")


def _carry(ids: tuple[str, ...]) -> str:
    run = workspace().following.carry_all(ids)
    return f"{count(len(ids), 'task')} on the way to XPM." if run else "Their time has to be in XPM first."
