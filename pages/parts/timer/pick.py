"""Choosing what to time: tasks by words, where their time would go, and starting, or typing the time by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.workspace.timekeeping import Capture, TimerState, Work
from core.workspace.timer_entries import EntryDraft
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, empty_state
from pages.parts.picking import grid_key
from pages.parts.timer.clock import show_target, tell_stopped
from pages.parts.words import plain

WORDS, NEW_NOTE, NEW_BILLABLE = "timer_words", "timer_new_note", "timer_new_billable"
#: The widgets of time typed by hand; the rest of each key is the field's name.
HAND = "timer_hand_"
_SHOWN = 8
KIND, KINDS = "timer_kind", ("A task", "A client without a task")
CLIENT_WORDS, CLIENT, PROCESS = "timer_client_words", "timer_client", "timer_process"


def show_picker(who: str) -> None:
    """The search, what it found, and what to do with the task that is ticked."""
    st.subheader("What are you working on?")
    found, panel = st.columns([1.75, 1], gap="medium")
    with found:
        kind = st.segmented_control(
            "Work", KINDS, default=KINDS[0], required=True, key=KIND, label_visibility="collapsed"
        )
        task = _find_task(who) if kind == KINDS[0] else ""
        work = Work(task) if kind == KINDS[0] else _choose_client()
    with panel:
        if work != Work():
            _show_panel(who, work)
        else:
            told = "Choose work to see its way into XPM, start the Timer on it, or type its time by hand."
            empty_state("Nothing is chosen", told, ":material/arrow_back:")


def _find_task(who: str) -> str:
    words = st.text_input(
        "Find a task",
        key=WORDS,
        placeholder="Client, task, process or period",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    rows = read(f"timer work {who} {words}", lambda ws: ws.timer.find_work(who, words, _SHOWN))
    if rows.empty:
        told = "No task holds all these words." if words.strip() else "No open task is yours. Type a client or a task."
        empty_state("No task found", told, ":material/search_off:")
        return ""
    more = f"The first {_SHOWN} that fit; another word narrows them." if len(rows) == _SHOWN else "All that fit."
    st.caption(more if words.strip() else "Yours: timed lately, or assigned to you.")
    return _tick_one(rows)


def _choose_client() -> Work:
    """Work for which there is no task: a client, found by words, and a kind of work."""
    timer = workspace().timer
    words = st.text_input("Find a client", key=CLIENT_WORDS, placeholder="Client or code", icon=":material/search:")
    clients = read(f"timer clients {words}", lambda ws: ws.timer.find_clients(words))
    client, process = st.columns(2)
    with client:
        chosen = st.selectbox(
            "Client",
            list(clients),
            index=0 if words.strip() and clients else None,
            key=f"{CLIENT}_{words}",
            format_func=clients.__getitem__,
            placeholder="Search above first" if clients else "No client holds these words",
        )
    processes = timer.processes()
    with process:
        kind = st.selectbox("Kind of work", list(processes), None, key=PROCESS, format_func=processes.__getitem__)
    return Work("", chosen, kind) if chosen and kind else Work()


def _tick_one(rows: pd.DataFrame) -> str:
    shown = rows.assign(due=rows["due"].dt.date)[["client", "task", "process", "due"]]
    event = st.dataframe(
        shown,
        key=grid_key("timer_tasks", shown),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height="content",
        placeholder="",
        column_config={
            "client": st.column_config.TextColumn("Client", width=150),
            "task": st.column_config.TextColumn("Task", width=150),
            "process": st.column_config.TextColumn("Process", width=85),
            "due": st.column_config.DateColumn("Due", format="DD/MM/YYYY", width=85),
        },
        alt="Tasks to time",
    )
    places = event["selection"]["rows"]
    return str(shown.index[places[0]]) if places and places[0] < len(shown) else ""


def _show_panel(who: str, work: Work) -> None:
    ws = workspace()
    whole = work.complete(ws)
    with st.container(border=True, key="timer_chosen"):
        st.markdown(f"**{plain(whole.name(ws))}**  \n{plain(whole.client(ws))}")
        show_target(who, whole)
        st.text_input("Note", key=NEW_NOTE, max_chars=2_000, placeholder="What you do, as it shall stand in XPM")
        st.toggle("Billable", True, key=NEW_BILLABLE, help="For your own lists. XPM takes it from its job task.")
        _show_start(who, whole)
    # Known to the server: else it closes over what was typed when a message appears above it.
    with st.expander("Type the time by hand", key="timer_by_hand", icon=":material/edit:", on_change="rerun"):
        _show_hand(who, whole)


def _show_start(who: str, work: Work) -> None:
    view = workspace().timer.view(who)
    if view.state is not TimerState.IDLE and view.work == work:
        st.caption(":material/timer: This is what the Timer above counts.")
        return
    label = "Start" if view.state is TimerState.IDLE else "Stop that, and start this"
    if view.state is not TimerState.IDLE:
        now = plain(f"The time of {view.work.name(workspace())} becomes a draft then.")
        st.caption(f":material/swap_horiz: {now}")
    start = partial(_start, who, work, view.revision)
    with st.container(horizontal=True):
        st.button(label, key="timer_start", icon=":material/play_arrow:", type="primary", on_click=act, args=(start,))
        if view.state is not TimerState.IDLE:
            move = partial(_move, who, work, view.revision)
            told = "What the Timer counts belongs to this task from its start."
            st.button("It was this all along", key="timer_move", help=told, on_click=act, args=(move,))


def _start(who: str, work: Work, revision: int) -> str:
    state = st.session_state
    note, billable = str(state.get(NEW_NOTE, "")), bool(state.get(NEW_BILLABLE, True))
    stopped = workspace().timer.start(who, work, revision, note=note, billable=billable)
    state[NEW_NOTE] = ""
    return tell_stopped(stopped) if stopped.seconds else ""


def _move(who: str, work: Work, revision: int) -> str:
    workspace().timer.move(who, work, revision)
    return f"The Timer counts for {work.name(workspace())}."


def _show_hand(who: str, work: Work) -> None:
    timer = workspace().timer
    with st.form("timer_hand", clear_on_submit=False, border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            ask_time(HAND, {"date": timer.today(), "length": "", "start": "", "end": ""})
        st.caption("The note and the billable flag are those above.")
        add = partial(act, partial(_add, who, work))
        st.form_submit_button("Keep as a draft", key="timer_hand_add", on_click=add)


def ask_time(prefix: str, values: dict[str, Any]) -> None:
    """The date, and the length or start and end as the practice keeps time; their keys are the prefix and the name."""
    st.date_input("Date", values["date"], key=f"{prefix}date", format="DD/MM/YYYY", width=140)
    if workspace().timer.capture is Capture.SPANS or values["start"]:
        st.text_input("From", values["start"], key=f"{prefix}start", placeholder="9:00", width=90)
        st.text_input("To", values["end"], key=f"{prefix}end", placeholder="10:30", width=90)
    else:
        st.text_input("Time", values["length"], key=f"{prefix}length", placeholder="1:30", width=110)


def read_draft(prefix: str, work: Work, note: str, *, billable: bool) -> EntryDraft:
    """What was typed into the widgets of `ask_time`."""
    state = st.session_state
    typed = {name: str(state.get(f"{prefix}{name}", "")) for name in ("length", "start", "end")}
    return EntryDraft(work, state[f"{prefix}date"], **typed, note=note, billable=billable)


def _add(who: str, work: Work) -> str:
    state = st.session_state
    note, billable = str(state.get(NEW_NOTE, "")), bool(state.get(NEW_BILLABLE, True))
    workspace().timer.entries.add(who, read_draft(HAND, work, note, billable=billable))
    typed = [f"{HAND}{name}" for name in ("length", "start", "end")]
    state.update(dict.fromkeys([NEW_NOTE, *(key for key in typed if key in state)], ""))
    return "Kept as a draft. Commit it below when it is right."
