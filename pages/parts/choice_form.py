"""Which Actual Times: the form of a choice by name, the saved choices, and what each part lets through.

The widgets of a page that is left forget their values, so the choice is also kept under a key of its own.
"""

from __future__ import annotations

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from core.model import TieoutError
from core.push.rules import Choice
from core.workspace import Workspace
from core.workspace.reporting import check_period
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, show_error
from pages.parts.words import count, hours, plain

KEPT = "choice"
SAVED, NAME = "choice_saved", "choice_name"
DATES, DAYS, FROM, TO = "choice_dates", "choice_days", "choice_from", "choice_to"
BILLABLE = "choice_billable"
#: Part of the choice -> key of its widget and its title.
LISTS = {
    "staff": ("choice_staff", "Staff"),
    "clients": ("choice_clients", "Clients"),
    "processes": ("choice_processes", "Processes"),
    "task_statuses": ("choice_statuses", "Task status"),
}
ALL_DATES, LAST_DAYS, BETWEEN = "All", "Last days", "Dates"
ANY = "Any"
BILLABLE_WORDS = {ANY: None, "Yes": True, "No": False}


def choose_times() -> Choice:
    """The choice on the screen. The page stops here, saying why, while its dates are no period."""
    _restore()
    choice = _read_form()
    counts = read(f"let through {choice.to_json()}", lambda ws: ws.reports.let_through(choice))
    with st.container(border=True, key="which_actual_times"):
        _show_saved(choice, counts)
        _show_dates(counts)
        _show_lists(choice, counts)
    st.session_state[KEPT] = choice.to_json()
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
    state[BILLABLE] = next(word for word, value in BILLABLE_WORDS.items() if value is choice.billable)
    state.update({key: list(getattr(choice, part)) for part, (key, _) in LISTS.items()})
    state[KEPT] = choice.to_json()


def _restore() -> None:
    if DATES not in st.session_state:
        put_choice(Choice.from_json(st.session_state.get(KEPT, "{}")))


def _read_form() -> Choice:
    state = st.session_state
    lists = {part: tuple(state.get(key, ())) for part, (key, _) in LISTS.items()}
    start = end = look_back = None
    if state[DATES] == BETWEEN:
        start, end = state.get(FROM), state.get(TO)
    elif state[DATES] == LAST_DAYS:
        look_back = int(state.get(DAYS) or 1)
    billable = BILLABLE_WORDS[state[BILLABLE]]
    return Choice(start=start, end=end, look_back_days=look_back, billable=billable, **lists)


def _show_saved(choice: Choice, counts: pd.DataFrame) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        through, there = counts.loc["all"], counts.loc["open"]
        told = f"**{count(through['entries'], 'open entry')}** of {there['entries']:,} · {hours(through['minutes'])}"
        st.markdown(f"**Which Actual Times**  \n:small[lets through {told}]", width="stretch")
        rules = {rule.name: rule for rule in workspace().time.rules()}
        st.selectbox(
            "Saved choice",
            list(rules),
            index=None,
            key=SAVED,
            placeholder="Load a saved choice",
            on_change=_load,
            label_visibility="collapsed",
            width=190,
        )
        with st.popover("Save", icon=":material/bookmark_add:"):
            st.text_input("Name", key=NAME, placeholder="This week's client work", max_chars=80)
            st.button("Save this choice", key="choice_save", on_click=_save, args=(choice,), type="primary")
        st.button("Clear", key="choice_clear", on_click=_clear, type="tertiary")


def _load() -> None:
    name = st.session_state[SAVED]
    if name:
        act(lambda: _take(name))


def _take(name: str) -> str:
    put_choice(workspace().time.find_choice(name))
    return f"“{name}” is chosen."


def _save(choice: Choice) -> None:
    act(lambda: _keep(str(st.session_state.get(NAME) or "").strip(), choice))


def _keep(name: str, choice: Choice) -> str:
    if not name:
        raise NamelessChoice
    workspace().time.save_rule(name, choice)
    st.session_state[SAVED] = name
    return f"Saved as “{name}”."


class NamelessChoice(TieoutError):
    """A choice is saved under a name."""

    def __init__(self) -> None:
        super().__init__("Type the name under which to save this choice.")


def _clear() -> None:
    put_choice(Choice())
    st.session_state[SAVED] = None


def _show_dates(counts: pd.DataFrame) -> None:
    dates, first, second, billable = st.columns([2.5, 1.2, 1.2, 2.7], vertical_alignment="bottom")
    state = st.session_state
    with dates:
        words = [ALL_DATES, LAST_DAYS, BETWEEN]
        st.segmented_control(
            _label("Dates", "dates", counts, state[DATES] != ALL_DATES), words, key=DATES, required=True
        )
    if state[DATES] == LAST_DAYS:
        first.number_input("Days, today included", min_value=1, max_value=400, step=1, key=DAYS)
    elif state[DATES] == BETWEEN:
        first.date_input("From", key=FROM, value=None, format="DD/MM/YYYY", min_value=date(2000, 1, 1))
        second.date_input("To", key=TO, value=None, format="DD/MM/YYYY", min_value=date(2000, 1, 1))
    with billable:
        label = _label("Billable", "billable", counts, state[BILLABLE] != ANY)
        st.segmented_control(label, list(BILLABLE_WORDS), key=BILLABLE, required=True)


def _show_lists(choice: Choice, counts: pd.DataFrame) -> None:
    known = read("names to choose from", _list_names)
    for column, (part, (key, title)) in zip(st.columns(4), LISTS.items(), strict=True):
        chosen = getattr(choice, part)
        # What a saved choice names stays in it even when the record is gone: dropping it would let more through.
        lost = [one for one in chosen if one not in known[part]]
        column.multiselect(
            _label(title, part, counts, bool(chosen)),
            [*known[part], *lost],
            key=key,
            format_func=partial(_name, known[part]),
            placeholder="All",
        )


def _list_names(ws: Workspace) -> dict[str, dict[str, str]]:
    """By part: id -> name, sorted by name."""
    names, statuses = ws.reports.names(), ws.reports.task_statuses()
    known = {"staff": names.staff, "clients": names.clients, "processes": names.processes}
    named = {part: {str(one): str(name) for one, name in of.sort_values().items()} for part, of in known.items()}
    return named | {"task_statuses": {one: one for one in statuses}}


def _name(names: dict[str, str], one: str) -> str:
    return names.get(one) or f"{one} (no longer there)"


def _label(title: str, part: str, counts: pd.DataFrame, is_set: bool) -> str:
    if not is_set:
        return title
    return f"{plain(title)} :small[:blue[· {int(counts.loc[part, 'entries']):,} pass]]"
