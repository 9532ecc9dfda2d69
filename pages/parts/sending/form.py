"""The settings of how time is sent, as widgets: nothing holds before it is saved, and every cell says what is wrong."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from core.model import TieoutError
from core.workspace.options import PLACEHOLDERS, Settings, check_template, read_rate
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.words import count, plain

#: Prefix of the widgets' keys; the rest is the setting's name.
KEY = "send_"
ROUNDINGS = {"none": "Not at all", "nearest": "To the nearest", "up": "Up"}
SCOPES = {"entry": "Each entry", "day": "The day, with carry"}
MERGINGS = {"none": "Per entry", "day": "Per task and day", "one line": "One line a day"}
MERGING_MEANS = {
    "none": "Every entry becomes a timesheet of its own.",
    "day": "Entries of one person, day, job task become one timesheet; later ones a further timesheet.",
    "one line": "Entries of one person, day, job task become one timesheet; later ones are added to it.",
}
CAPTURES = {"duration": "How long it was", "start and end": "From when to when"}
ENTRY_MODES = {"duration": "Minutes", "start and end": "Start and end"}
CLOSINGS = {"none": "Never", "week": "Each week", "month": "Each month"}
STEPS = (1, 5, 6, 10, 15)
#: Settings whose widget holds the value as it is kept.
_PLAIN: tuple[str, ...] = ("rounding", "rounding_minutes", "rounding_scope", "merging", "note_template", "marker")
_PLAIN += ("period_closed_until", "period_close", "grace_days", "over_day_tolerance_minutes", "remove_doubles")
_PLAIN += ("timer_mode", "entry_mode")
RATE = f"{KEY}hourly_rate"


def ask_settings() -> dict[str, Any]:
    """The settings as the widgets hold them; what cannot be read keeps its saved value and is said beside its cell."""
    saved = workspace().practice.settings
    _seed(saved)
    _ask_capture()
    _ask_rounding()
    _ask_merging()
    _ask_note()
    _ask_periods()
    _ask_checks()
    return _read(saved)


def _seed(saved: Settings) -> None:
    state = st.session_state
    if f"{KEY}rounding" not in state:
        state.update({f"{KEY}{name}": getattr(saved, name) for name in _PLAIN})
        state[RATE] = "" if saved.hourly_rate is None else str(saved.hourly_rate)


def _read(saved: Settings) -> dict[str, Any]:
    state = st.session_state
    draft = {name: state[f"{KEY}{name}"] for name in _PLAIN}
    draft["hourly_rate"] = saved.hourly_rate
    try:
        draft["hourly_rate"] = read_rate(state[RATE])
    except TieoutError:
        draft["hourly_rate"] = saved.hourly_rate
    return draft


def _ask_capture() -> None:
    st.subheader("Start and end")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spans = "With starts and ends, each stretch between two pauses is an entry of its own."
        _choose("The Timer keeps", "timer_mode", CAPTURES, help=f"Seconds are rounded to whole minutes. {spans}")
        minutes = "What was merged, lasts until midnight or spans a change of the clocks goes as minutes."
        _choose("XPM gets", "entry_mode", ENTRY_MODES, help=f"For entries that have a start and an end. {minutes}")


def _ask_rounding() -> None:
    st.subheader("Rounding")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mode = _choose("Round minutes", "rounding", ROUNDINGS)
        off = mode == "none"
        st.segmented_control(
            "To multiples of",
            STEPS,
            key=f"{KEY}rounding_minutes",
            required=True,
            format_func=lambda step: f"{step} min",
            disabled=off,
        )
        help_text = "With carry, each entry gets what the rounded day still lacks, so that the rows add up to the day."
        _choose("What is rounded", "rounding_scope", SCOPES, disabled=off, help=help_text)


def _choose(label: str, name: str, words: dict[str, str], **how: Any) -> str:
    return str(
        st.segmented_control(
            label, list(words), key=f"{KEY}{name}", required=True, format_func=words.__getitem__, **how
        )
    )


def _ask_merging() -> None:
    st.subheader("Timesheets")
    st.caption(MERGING_MEANS[_choose("Timesheets", "merging", MERGINGS, label_visibility="collapsed")])


def _ask_note() -> None:
    st.subheader("Note")
    template = st.text_input("What the note says", key=f"{KEY}note_template", max_chars=300)
    st.caption("May hold " + ", ".join(f"`{{{name}}}`" for name in PLACEHOLDERS) + " and any text around them.")
    _say_wrong(partial(check_template, str(template)))
    st.checkbox(
        "Mark our timesheets",
        key=f"{KEY}marker",
        help="Eleven characters at the end of the note find a timesheet again when an answer of XPM was lost. "
        "Without it, whatever is in doubt waits for a person.",
    )


def _ask_periods() -> None:
    st.subheader("Closed periods")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input("Closed until", key=f"{KEY}period_closed_until", value=None, format="DD/MM/YYYY", width=150)
        close = _choose("Closes by itself", "period_close", CLOSINGS)
        st.number_input("Grace days", 0, 90, step=1, key=f"{KEY}grace_days", disabled=close == "none", width=130)


def _ask_checks() -> None:
    st.subheader("Checks and values")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            "Tolerated minutes over a day",
            0,
            1440,
            step=1,
            key=f"{KEY}over_day_tolerance_minutes",
            help="How much more XPM may hold of a person's day than was recorded here before it is questioned.",
            width=210,
        )
        st.text_input("Hourly rate", key=RATE, help="Values in lists are hours at this rate. Empty: none.", width=150)
    _say_wrong(partial(read_rate, str(st.session_state[RATE])))
    st.checkbox(
        "Delete the second copy of a timesheet of ours",
        key=f"{KEY}remove_doubles",
        help="Only when it is untouched and not invoiced. Off: it waits for a person.",
    )


def _say_wrong(check: Any) -> None:
    """What is wrong with a cell, right below it."""
    try:
        check()
    except TieoutError as error:
        st.caption(f":red[{plain(error)}]")


def show_save(draft: dict[str, Any]) -> None:
    """How much is different from what holds, and the buttons that save it or put it back."""
    saved = workspace().practice.settings
    changed = {name: value for name, value in draft.items() if getattr(saved, name) != value}
    typed = str(st.session_state[RATE]).strip()
    with st.container(horizontal=True, vertical_alignment="center", key="sending_save"):
        label = f"Save {count(len(changed), 'change')}" if changed else "Saved"
        st.button(
            label,
            key="send_save",
            type="primary",
            disabled=not changed,
            on_click=act,
            args=(partial(save, draft, typed),),
        )
        st.button("Put back", key="send_back", disabled=not changed, on_click=put_back)
    if changed:
        st.caption("It holds from the next plan on. What was sent stays as it was sent.")


def save(draft: dict[str, Any], rate: str) -> str:
    """Set what the widgets hold. Raises what is wrong with it; nothing is set then."""
    changed = workspace().options.change(**draft | {"hourly_rate": read_rate(rate)})
    return f"{count(changed, 'setting')} changed." if changed else "Nothing was different."


def put_back() -> None:
    """Show what holds now."""
    for key in [key for key in st.session_state if str(key).startswith(KEY)]:
        del st.session_state[key]
