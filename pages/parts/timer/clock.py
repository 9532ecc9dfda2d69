"""The running Timer: what is timed and for how long, where it would go, and pausing, going on and stopping it.

The Timer is the database's. The page looks at it each second, so that what another tab does is seen here at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

import streamlit as st

from core.model import Standing
from core.workspace.timekeeping import Stopped, TimerState, TimerView, Work
from core.workspace.timer_entries import read_time
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, empty_state
from pages.parts.places import link_to, title_of
from pages.parts.words import count, day, hours, plain

LOOK_EVERY = 1.0
NOTE, BILLABLE = "timer_note", "timer_billable"
ENDED_ON, ENDED_AT, BEGAN_AT = "timer_ended_on", "timer_ended_at", "timer_began_at"


def show_clock(who: str) -> None:
    """The card of this person's Timer."""
    view = workspace().timer.view(who)
    if view.state is TimerState.IDLE:
        empty_state("Nothing is being timed", "Choose a task below and start.", ":material/timer:")
        _watch(view)
        return
    with st.container(border=True, key="timer_clock"):
        clock, what, buttons = st.columns([1, 2.4, 1.5], gap="medium", vertical_alignment="center")
        with clock:
            _watch(view)
        with what:
            _show_work(view)
        with buttons:
            _show_buttons(view)
        if view.is_forgotten:
            _ask_end(view)
        _show_words(view)


def _watch(view: TimerView) -> None:
    """The time that has passed; looks again each second, and redraws the page when the Timer is another one by now."""
    st.fragment(_tick, run_every=LOOK_EVERY)(view.staff_id, view.revision, view.is_forgotten)


def _tick(who: str, revision: int, was_forgotten: bool) -> None:
    view = workspace().timer.view(who)
    if (view.revision, view.is_forgotten) != (revision, was_forgotten):
        st.rerun(scope="app")
    if view.begun is None:
        return
    pauses = f", {count(view.pauses, 'pause')}" if view.pauses else ""
    st.title(tell_seconds(view.seconds), anchor=False)
    st.caption(f"{view.state.capitalize()} {tell_since(view)}{pauses}")


def tell_since(view: TimerView) -> str:
    """When the run began, with the day when that was not today; empty while nothing is timed."""
    if view.begun is None:
        return ""
    today = view.begun.date() == workspace().timer.today()
    return f"since {view.begun:%H:%M}" if today else f"since {view.begun:%a %H:%M}"


def tell_seconds(seconds: int) -> str:
    """`0:42:07`."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _show_work(view: TimerView) -> None:
    ws = workspace()
    st.markdown(f"**{plain(view.work.name(ws))}**  \n{plain(view.work.client(ws))}")
    show_target(view.staff_id, view.work)


def show_target(who: str, work: Work) -> None:
    """Where the time would go in XPM, or what is in the way and the page that clears it."""
    key = f"target {who} {work.task_id} {work.client_id} {work.process_id}"
    target = read(key, lambda ws: ws.timer.target(who, work))
    if target.is_ready:
        address = workspace().weblinks.job(target.job)
        job = f"{plain(target.job)} {plain(target.job_name)}"
        job = f"[{job}]({address})" if address else job
        st.markdown(f":green-badge[:material/link: Goes to] {job} · {plain(target.job_task)}")
        if work.task_id:
            link_to("task", "Why there", task=work.task_id)
        return
    is_excluded = target.standing is Standing.EXCLUDED
    badge = ":gray-badge[:material/block: Excluded]" if is_excluded else ":orange-badge[:material/link_off: Would wait]"
    st.markdown(f"{badge} {plain(target.sentence)}")
    if target.fix_page:
        verb = "Change it" if is_excluded else "Fix it"
        link_to(target.fix_page, f"{verb} on {title_of(target.fix_page)}")


def _show_buttons(view: TimerView) -> None:
    timer = workspace().timer
    with st.container(horizontal=True, horizontal_alignment="right"):
        if view.state is TimerState.RUNNING:
            work: Callable[[], str] = partial(_quietly, partial(timer.pause, view.staff_id, view.revision))
            asks = view.is_forgotten
            st.button("Pause", key="timer_pause", icon=":material/pause:", disabled=asks, on_click=act, args=(work,))
        else:
            work = partial(_quietly, partial(timer.go_on, view.staff_id, view.revision))
            st.button("Go on", key="timer_go_on", icon=":material/play_arrow:", on_click=act, args=(work,))
        stop = partial(_stop, view.staff_id, view.revision)
        # A Timer that was forgotten is stopped by the answer to its question.
        asks, icon = view.is_forgotten, ":material/stop:"
        st.button("Stop", key="timer_stop", icon=icon, type="primary", disabled=asks, on_click=act, args=(stop,))
        with st.popover("More", key="timer_more"):
            _show_more(view)


def _show_more(view: TimerView) -> None:
    if view.begun is None:
        return
    st.text_input("It began at", f"{view.begun:%H:%M}", key=f"{BEGAN_AT}_{view.revision}")
    began = partial(_begin_at, view.staff_id, view.revision, view.begun)
    st.button("Correct the start", key="timer_begin", on_click=act, args=(began,))
    st.caption("Throws away what was timed since the start; entries made before stay.")
    discard = partial(_discard, view.staff_id, view.revision)
    st.button("Discard this run", key="timer_discard", icon=":material/delete:", on_click=act, args=(discard,))


def _show_words(view: TimerView) -> None:
    note, billable = st.columns([4, 1], vertical_alignment="bottom")
    # The keys carry the revision: what was typed for an older Timer is never taken for this one.
    keys = (f"{NOTE}_{view.revision}", f"{BILLABLE}_{view.revision}")
    described = partial(_describe, view.staff_id, view.revision, *keys)
    with note:
        st.text_input("Note", view.note, key=keys[0], on_change=act, args=(described,), max_chars=2_000)
    with billable:
        st.toggle("Billable", view.billable, key=keys[1], on_change=act, args=(described,))


def _ask_end(view: TimerView) -> None:
    """What a Timer that nobody stopped is asked, before any of its time is kept."""
    if view.begun is None:
        return
    told = f"{hours(view.seconds // 60)} since {day(view.begun)}, {view.begun:%H:%M}. When did the work end?"
    st.warning(plain(told), title="Was this Timer forgotten?", icon=":material/help:")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input("It ended on", view.begun.date(), key=ENDED_ON, format="DD/MM/YYYY", width=150)
        evening = view.begun.replace(hour=17, minute=0)
        guess = evening if view.begun < evening else view.begun + timedelta(hours=1)
        st.text_input("at", f"{guess:%H:%M}", key=ENDED_AT, width=90)
        end = partial(_stop_at, view.staff_id, view.revision)
        st.button("Stop it there", key="timer_stop_there", type="primary", on_click=act, args=(end,))
        sure = partial(_stop, view.staff_id, view.revision, is_sure=True)
        st.button("It took all this time", key="timer_sure", on_click=act, args=(sure,))


def _quietly(work: Callable[[], None]) -> str:
    work()
    return ""


def _stop(who: str, revision: int, *, is_sure: bool = False) -> str:
    return tell_stopped(workspace().timer.stop(who, revision, is_sure=is_sure))


def _stop_at(who: str, revision: int) -> str:
    clock = time.fromisoformat(read_time(str(st.session_state[ENDED_AT]), "start"))
    ended = datetime.combine(st.session_state[ENDED_ON], clock)
    return tell_stopped(workspace().timer.stop(who, revision, ended_at=ended))


def _begin_at(who: str, revision: int, begun: datetime) -> str:
    clock = time.fromisoformat(read_time(str(st.session_state[f"{BEGAN_AT}_{revision}"]), "start"))
    workspace().timer.begin_at(who, revision, datetime.combine(begun.date(), clock))
    return f"The Timer counts from {clock:%H:%M}."


def _discard(who: str, revision: int) -> str:
    seconds = workspace().timer.discard(who, revision)
    return f"{tell_seconds(seconds)} thrown away."


def _describe(who: str, revision: int, note: str, billable: str) -> str:
    state = st.session_state
    workspace().timer.describe(who, revision, note=str(state[note]), billable=bool(state[billable]))
    return ""


def tell_stopped(stopped: Stopped) -> str:
    """What became of a run: what had passed, and what was kept of it."""
    passed = tell_seconds(stopped.seconds)
    if not stopped.entries:
        return f"{passed} is under half a minute, so nothing was kept."
    drafts = "a draft" if len(stopped.entries) == 1 else f"{len(stopped.entries)} drafts"
    return f"{passed} kept as {hours(stopped.minutes)}, {drafts}. Commit it below when it is right."
