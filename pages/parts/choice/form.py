"""Which Actual Times: the form of a choice by name, the saved choices, and what each part and option lets through.

The widgets of a page that is left forget their values, so the choice is also kept under a key of its own. Counts stand
beside the widgets, never in their options: an option whose words change would lose its tick, and let more through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.model import TieoutError
from core.push.rules import Choice
from core.workspace import Workspace
from core.workspace.reporting import check_period
from pages.parts.choice.saved import NAME, SAVED, show_saved
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
_FIRST_LISTS = ("staff", "clients", "processes")
_MORE_LISTS, _MORE_FLAGS = ("client_groups", "task_statuses"), ("committed", "approved", "has_note")


@dataclass(frozen=True)
class Found:
    """What the form tells beside its widgets. `names`: by part, id -> name. Counts as `Reporting` gives them."""

    counts: pd.DataFrame
    options: pd.DataFrame
    names: dict[str, dict[str, str]]


def choose_times() -> Choice:
    """The choice on the screen. The page stops here, saying why, while its dates are no period."""
    _restore()
    choice = _read_form()
    asked = choice.to_json()
    counts = read(f"let through {asked}", lambda ws: ws.reports.let_through(choice))
    options = read(f"options of a choice {asked}", lambda ws: ws.reports.count_options(choice))
    found = Found(counts, options, read("names to choose from", _list_names))
    with st.container(border=True, key="which_actual_times"):
        show_saved(choice, counts, put_choice)
        _show_dates(found)
        *columns, last = st.columns([3, 3, 3, 2])
        for column, part in zip(columns, _FIRST_LISTS, strict=True):
            with column:
                _show_list(part, choice, found)
        with last:
            _show_counts(found)
        _show_more(choice, found)
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


def _show_dates(found: Found) -> None:
    dates, first, second, billable = st.columns([2.5, 1.2, 1.2, 2.7], vertical_alignment="top")
    state = st.session_state
    with dates:
        words = [ALL_DATES, LAST_DAYS, BETWEEN]
        label = _label("Dates", "dates", found.counts, state[DATES] != ALL_DATES)
        st.segmented_control(label, words, key=DATES, required=True)
    if state[DATES] == LAST_DAYS:
        first.number_input("Days to today", min_value=1, max_value=400, step=1, key=DAYS)
    elif state[DATES] == BETWEEN:
        first.date_input("From", key=FROM, value=None, format="DD/MM/YYYY", min_value=date(2000, 1, 1))
        second.date_input("To", key=TO, value=None, format="DD/MM/YYYY", min_value=date(2000, 1, 1))
    with billable:
        _show_flag("billable", found)


def _show_flag(part: str, found: Found) -> None:
    key, title, words = FLAGS[part]
    label = _label(title, part, found.counts, st.session_state[key] != ANY)
    st.segmented_control(label, list(words), key=key, required=True)
    told = _count_options(found.options, part)
    st.caption(" · ".join(f"{word} {told.get(value, 0):,}" for word, value in words.items() if value is not None))


def _show_list(part: str, choice: Choice, found: Found) -> None:
    key, title = LISTS[part]
    chosen = getattr(choice, part)
    # What a saved choice names stays in it even when the record is gone: dropping it would let more through.
    lost = [one for one in chosen if one not in found.names[part]]
    st.multiselect(
        _label(title, part, found.counts, bool(chosen)),
        [*found.names[part], *lost],
        key=key,
        format_func=partial(_name, found.names[part]),
        placeholder="All",
    )
    told = [
        f"{plain(found.names[part].get(str(one), one) or 'none')} {number:,}"
        for one, number in _count_options(found.options, part).items()
    ]
    more = [f"{len(told) - 1:,} more"] if len(told) > 1 else []
    st.caption(" · ".join([*told[:1], *more]) or "no open entry")


def _show_more(choice: Choice, found: Found) -> None:
    """The parts that are seldom set; open while one of them is."""
    is_set = any(choice.has(part) for part in (*_MORE_LISTS, *_MORE_FLAGS, "min_minutes"))
    with st.expander("More: client group, task status, length, entry, approval, note", expanded=is_set):
        first, second, third = st.columns(3)
        for column, part in zip((first, second), _MORE_LISTS, strict=True):
            with column:
                _show_list(part, choice, found)
        third.number_input(
            _label("Minutes, at least", "min_minutes", found.counts, bool(choice.min_minutes)),
            min_value=0,
            max_value=1440,
            step=1,
            value=None,
            key=MINUTES,
            placeholder="Any",
        )
        for column, part in zip(st.columns([3.4, 2.3, 2.9]), _MORE_FLAGS, strict=True):
            with column:
                _show_flag(part, found)


def _show_counts(found: Found) -> None:
    """Every option of the lists with its entries and hours, beside what the other parts let through."""
    st.space("small")
    with st.popover("Counts", help="Open entries by staff member, client, client group, process and task status"):
        st.caption("How many open entries each option lets through, given everything else that is chosen.")
        for tab, (part, (_, title)) in zip(st.tabs([title for _, title in LISTS.values()]), LISTS.items(), strict=True):
            if part in found.options.index.get_level_values("part"):
                tab.container(height=280, border=False).markdown(
                    _write_table(title, found.options.loc[part], found.names[part])
                )
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
