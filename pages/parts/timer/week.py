"""A person's week: sums by task and day, what is missing, and the drafts to commit."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from core.workspace.time_week import Week
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, empty_state
from pages.parts.timer.entry import show_entries
from pages.parts.words import count, hours, plain

MONDAY = "timer_monday"
#: More rows than this scroll, so that the entries below stay in sight.
_ROWS, _HEIGHT = 12, 460


def show_week(who: str) -> None:
    """The week that is shown, its sums and its entries."""
    monday = _choose_week()
    week = read(f"timer week {who} {monday}", lambda ws: ws.timer.entries.week(who, monday))
    _show_head(week)
    if week.entries.empty:
        told = "Time you stop or type appears here, beside what your own system recorded."
        empty_state("Nothing recorded in this week", told, ":material/event:")
        return
    _show_grid(week)
    _show_gaps(week)
    show_entries(who, week)


def _choose_week() -> date:
    today = workspace().timer.today()
    this = today - timedelta(days=today.weekday())
    monday: date = st.session_state.setdefault(MONDAY, this)
    sunday = monday + timedelta(days=6)
    with st.container(horizontal=True, vertical_alignment="center"):
        told = f"{monday.day} {monday:%b} to {sunday.day} {sunday:%b %Y}"
        st.subheader("This week" if monday == this else f"Week of {told}", width="stretch", help=told)
        st.button("", key="timer_earlier", icon=":material/chevron_left:", help="Week before", on_click=_go, args=(-7,))
        st.button("", key="timer_later", icon=":material/chevron_right:", help="Week after", on_click=_go, args=(7,))
        st.button("This week", key="timer_this", disabled=monday == this, on_click=_go, args=((this - monday).days,))
    return monday


def _go(days: int) -> None:
    st.session_state[MONDAY] += timedelta(days=days)


def _show_head(week: Week) -> None:
    drafted = int(week.entries.loc[list(week.drafts), "minutes"].sum())
    with st.container(horizontal=True, gap="large", vertical_alignment="center"):
        st.metric("Recorded", hours(week.minutes), width="content")
        st.metric("In drafts", hours(drafted), width="content", help="Drafts stay here until you commit them.")
        commit = partial(_commit, dict(week.drafts))
        label = f"Commit {count(len(week.drafts), 'draft')}" if week.drafts else "Nothing to commit"
        st.button(
            label,
            key="timer_commit",
            type="primary",
            icon=":material/done_all:",
            disabled=not week.drafts,
            on_click=act,
            args=(commit,),
        )
    if week.earlier_drafts:
        told = f"{count(week.earlier_drafts, 'draft')} of yours lie before this week, and are not pushed either."
        st.caption(f":material/history: :orange[{plain(told)}]")


def _commit(drafts: dict[str, int]) -> str:
    done = workspace().timer.entries.commit(drafts)
    return f"{count(done, 'entry')} committed. The next push may take them."


def _show_grid(week: Week) -> None:
    """The sums by day, and the tasks below them."""
    tasks = week.tasks.reset_index()
    days = [column for column in week.tasks.columns if column != "total"]
    sums = {"client": "All of it", "work": ""} | {column: week.tasks[column].sum() for column in week.tasks.columns}
    shown = pd.concat([pd.DataFrame([sums]), tasks], ignore_index=True)
    for column in [*days, "total"]:
        shown[column] = [hours(minutes).removesuffix(" h") if minutes else "" for minutes in shown[column]]
    names = {one: f"{one:%a} {one.day}" for one in days}
    config = {
        "client": st.column_config.TextColumn("Client", width=140),
        "work": st.column_config.TextColumn("Task", width=145),
        "total": st.column_config.TextColumn("All (h)", width=60, alignment="right"),
    }
    config |= {name: st.column_config.TextColumn(name, width=52, alignment="right") for name in names.values()}
    st.dataframe(
        shown.rename(columns=names),
        hide_index=True,
        height="content" if len(shown) <= _ROWS else _HEIGHT,
        column_config=config,
        alt="Hours of the week by task and day",
    )


def _show_gaps(week: Week) -> None:
    notes = week.days["note"]
    told = [f"**{one:%a} {one.day}** {plain(note)}" for one, note in notes[notes.ne("")].items()]
    if told:
        st.markdown(":orange-badge[:material/event_busy: Gaps] " + " · ".join(told))
