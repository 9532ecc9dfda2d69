"""Which Actual Times: the form of a choice by name, the saved choices, and what each part and option lets through.

The widgets of a page that is left forget their values, so the choice is also kept under a key of its own. Counts stand
beside the widgets, never in their options: an option whose words change would lose its tick, and let more through.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.model import TieoutError
from core.push.rules import Choice
from core.workspace import Workspace
from core.workspace.reporting import check_period
from pages.parts.choice_saved import NAME, SAVED, show_saved
from pages.parts.doorway import read
from pages.parts.messages import show_error
from pages.parts.words import hours, plain

__all__ = ["NAME", "SAVED", "choose_times", "put_choice"]

KEPT = "choice"
DATES, DAYS, FROM, TO = "choice_dates", "choice_days", "choice_from", "choice_to"
MINUTES = "choice_min_minutes"
#: Part of the choice -> key of its widget and its title.
LISTS = {
    "staff": ("choice_staff", "Staff"),
    "clients": ("choice_clients", "Clients"),
    "client_groups": ("choice_groups", "Client groups"),
    "processes": ("choice_processes", "Processes"),
    "task_statuses": ("choice_statuses", "Task status"),
}
ALL_DATES, LAST_DAYS, BETWEEN = "All", "Last days", "Dates"
ANY = "Any"
#: Part of the choice -> key of its widget, its title, and its words with what they mean.
FLAGS: Mapping[str, tuple[str, str, Mapping[str, bool | None]]] = {
    "billable": ("choice_billable", "Billable", {ANY: None, "Yes": True, "No": False}),
    "committed": ("choice_committed", "Entry", {ANY: None, "Committed": True, "Draft": False}),
    "approved": ("choice_approved", "Approved", {ANY: None, "Yes": True, "No": False}),
    "has_note": ("choice_note", "Note", {ANY: None, "With": True, "Without": False}),
}
BILLABLE = FLAGS["billable"][0]
#: Options of a list whose counts are told below it; the table of all of them is one click away.
_TOLD = 3


def choose_times() -> Choice:
    """The choice on the screen. The page stops here, saying why, while its dates are no period."""
    _restore()
    choice = _read_form()
    asked = choice.to_json()
    counts = read(f"let through {asked}", lambda ws: ws.reports.let_through(choice))
    options = read(f"options of a choice {asked}", lambda ws: ws.reports.count_options(choice))
    with st.container(border=True, key="which_actual_times"):
        show_saved(choice, counts, put_choice)
        _show_dates(counts, options)
        known = read("names to choose from", _list_names)
        _show_lists(choice, counts, options, known)
        _show_entry_parts(counts, options)
        _show_counts(options, known)
    st.session_state[KEPT] = asked
    try:
        check_period(choice.start, choice.end)
    except TieoutError as error:
        show_error(error)
        st.stop()
    return choice


def put_choice(choice: Choice) -> None:
    """Put a choice into the form; in a callback, or before the form is drawn."""
    state = st.session_state
    has_dates = choice.start is not None or choice.end is not None
    state[DATES] = BETWEEN if has_dates else LAST_DAYS if choice.look_back_days is not None else ALL_DATES
    state[FROM], state[TO], state[DAYS] = choice.start, choice.end, choice.look_back_days or 7
    state[MINUTES] = choice.min_minutes
    for part, (key, _, words) in FLAGS.items():
        state[key] = next(word for word, value in words.items() if value is getattr(choice, part))
    state.update({key: list(getattr(choice, part)) for part, (key, _) in LISTS.items()})
    state[KEPT] = choice.to_json()


def _restore() -> None:
    if DATES not in st.session_state:
        put_choice(Choice.from_json(st.session_state.get(KEPT, "{}")))


def _read_form() -> Choice:
    state = st.session_state
    parts: dict[str, Any] = {part: tuple(state.get(key, ())) for part, (key, _) in LISTS.items()}
    parts |= {part: words[state.get(key) or ANY] for part, (key, _, words) in FLAGS.items()}
    start = end = look_back = None
    if state[DATES] == BETWEEN:
        start, end = state.get(FROM), state.get(TO)
    elif state[DATES] == LAST_DAYS:
        look_back = int(state.get(DAYS) or 1)
    minutes = state.get(MINUTES) or None
    return Choice(start=start, end=end, look_back_days=look_back, min_minutes=minutes, **parts)


def _show_dates(counts: pd.DataFrame, options: pd.DataFrame) -> None:
    dates, first, second, billable = st.columns([2.5, 1.2, 1.2, 2.7], vertical_alignment="top")
    state = st.session_state
    with dates:
        words = [ALL_DATES, LAST_DAYS, BETWEEN]
        label = _label("Dates", "dates", counts, state[DATES] != ALL_DATES)
        st.segmented_control(label, words, key=DATES, required=True)
    if state[DATES] == LAST_DAYS:
        first.number_input("Days, today included", min_value=1, max_value=400, step=1, key=DAYS)
    elif state[DATES] == BETWEEN:
        first.date_input("From", key=FROM, value=None, format="DD/MM/YYYY", min_value=date(2000, 1, 1))
        second.date_input("To", key=TO, value=None, format="DD/MM/YYYY", min_value=date(2000, 1, 1))
    with billable:
        _show_flag("billable", counts, options)


def _show_flag(part: str, counts: pd.DataFrame, options: pd.DataFrame) -> None:
    key, title, words = FLAGS[part]
    label = _label(title, part, counts, st.session_state[key] != ANY)
    st.segmented_control(label, list(words), key=key, required=True)
    told = _count_options(options, part)
    st.caption(" · ".join(f"{word} {told.get(value, 0):,}" for word, value in words.items() if value is not None))


def _show_lists(choice: Choice, counts: pd.DataFrame, options: pd.DataFrame, known: dict[str, dict[str, str]]) -> None:
    for column, (part, (key, title)) in zip(st.columns(len(LISTS)), LISTS.items(), strict=True):
        chosen = getattr(choice, part)
        # What a saved choice names stays in it even when the record is gone: dropping it would let more through.
        lost = [one for one in chosen if one not in known[part]]
        with column:
            st.multiselect(
                _label(title, part, counts, bool(chosen)),
                [*known[part], *lost],
                key=key,
                format_func=partial(_name, known[part]),
                placeholder="All",
            )
            _tell_list(_count_options(options, part), known[part])


def _tell_list(told: dict[object, int], names: dict[str, str]) -> None:
    """The options with most time, and how many entries each would let through."""
    first = [f"{plain(names.get(str(one), one) or 'none')} {number:,}" for one, number in list(told.items())[:_TOLD]]
    more = len(told) - _TOLD
    st.caption(" · ".join([*first, *([f"{more} more"] if more > 0 else [])]) or "no open entry")


def _show_entry_parts(counts: pd.DataFrame, options: pd.DataFrame) -> None:
    first, second, third, minutes = st.columns([2.6, 1.9, 2.3, 1.6], vertical_alignment="top")
    for column, part in ((first, "committed"), (second, "approved"), (third, "has_note")):
        with column:
            _show_flag(part, counts, options)
    is_set = bool(st.session_state.get(MINUTES))
    minutes.number_input(
        _label("Minutes, at least", "min_minutes", counts, is_set),
        min_value=0,
        max_value=1440,
        step=1,
        value=None,
        key=MINUTES,
        placeholder="Any",
    )


def _show_counts(options: pd.DataFrame, known: dict[str, dict[str, str]]) -> None:
    """Every option of the lists with its entries and hours, beside what the other parts let through."""
    with st.popover("Count by option", icon=":material/format_list_numbered:"):
        st.caption("How many open entries each option lets through, given everything else that is chosen.")
        for tab, (part, (_, title)) in zip(st.tabs([title for _, title in LISTS.values()]), LISTS.items(), strict=True):
            if part in options.index.get_level_values("part"):
                tab.container(height=280, border=False).markdown(_write_table(title, options.loc[part], known[part]))
            else:
                tab.caption("No open entry.")


def _write_table(title: str, rows: pd.DataFrame, names: dict[str, str]) -> str:
    lines = [f"| {title} | Entries | Time |", "|---|--:|--:|"]
    for one, row in rows.iterrows():
        name = plain(_name(names, str(one))) if one else "*none*"
        lines.append(f"| {name} | {int(row['entries']):,} | {hours(row['minutes'])} |")
    return "\n".join(lines)


def _count_options(options: pd.DataFrame, part: str) -> dict[object, int]:
    """Option -> its entries, most time first."""
    if part not in options.index.get_level_values("part"):
        return {}
    return {option: int(number) for option, number in options.loc[part, "entries"].items()}


def _list_names(ws: Workspace) -> dict[str, dict[str, str]]:
    """By part: id -> name, sorted by name."""
    names, statuses = ws.reports.names(), ws.reports.task_statuses()
    known = {"staff": names.staff, "clients": names.clients, "processes": names.processes}
    named = {part: {str(one): str(name) for one, name in of.sort_values().items()} for part, of in known.items()}
    groups = sorted(set(ws.local("clients")["client_group"]) - {""})
    return named | {"client_groups": {one: one for one in groups}, "task_statuses": {one: one for one in statuses}}


def _name(names: dict[str, str], one: str) -> str:
    return names.get(one) or f"{one} (no longer there)"


def _label(title: str, part: str, counts: pd.DataFrame, is_set: bool) -> str:
    if not is_set:
        return title
    return f"{plain(title)} :small[:blue[· {int(counts.loc[part, 'entries']):,} pass]]"
