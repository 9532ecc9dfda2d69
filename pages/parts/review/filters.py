"""Which rows of a review are shown: by state or band, by words, by group, partner and manager, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from core.model import Band, Kind
from core.workspace import Workspace
from core.workspace.reviewing import list_names, narrow_to, write_narrowing
from core.workspace.sampling import BY_SAMPLE
from pages.parts.doorway import read
from pages.parts.review.counts import TO_DECIDE


@dataclass(frozen=True)
class Filter:
    """A choice of rows."""

    name: str
    title: str
    takes: Callable[[pd.DataFrame], pd.Series]
    means: str = ""
    kinds: tuple[Kind, ...] = tuple(Kind)


def _in_state(*states: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows["state"].isin(states)


def _in_band(band: Band) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows["state"].eq("proposed") & rows["band"].eq(band.value)


def _are_twins(rows: pd.DataFrame) -> pd.Series:
    return rows["twin_id"].ne("") & ~rows["state"].isin(("excluded", "archived"))


def _are_sampled(rows: pd.DataFrame) -> pd.Series:
    return rows["state"].isin(("linked", "broken")) & rows["decided_by"].eq(BY_SAMPLE)


_TIE = "Two or more in XPM fit about as well: choose in the panel. None of these is ever accepted in bulk."
_NONE = (
    "XPM seems to have none of these. Create it there and sync, choose one by hand in the panel, or exclude it. "
    "The order 'Surest to be missing in XPM' puts the clear cases first."
)
_BROKEN = "What these were linked to is gone from XPM. Choose another one, or exclude the record."
_SAMPLED = "Nobody looked at these: they were accepted after a sample of their band was checked. Undo opens them again."
_TWINS = (
    "Two local records look like one, entered twice. Link both to the same XPM record, so that the time of both "
    "arrives; or exclude the one nobody uses."
)

FILTERS = (
    Filter("todo", "To decide", _in_state(*TO_DECIDE)),
    Filter("certain", "Certain", _in_band(Band.CERTAIN)),
    Filter("likely", "Likely", _in_band(Band.LIKELY)),
    Filter("possible", "Possible", _in_band(Band.POSSIBLE)),
    Filter("tie", "Tie", _in_band(Band.TIE), _TIE),
    Filter("open", "No proposal", _in_state("open"), _NONE),
    Filter("twins", "Duplicates", _are_twins, _TWINS, (Kind.CLIENT, Kind.STAFF)),
    Filter("broken", "Broken", _in_state("broken"), _BROKEN),
    Filter("linked", "Linked", _in_state("linked")),
    Filter("sampled", "By sample", _are_sampled, _SAMPLED),
    Filter("excluded", "Excluded", _in_state("excluded")),
    Filter("archived", "Archived", _in_state("archived")),
    Filter("all", "All", lambda rows: rows["state"].ne("")),
)
_BY_NAME = {one.name: one for one in FILTERS}
#: What a filter means for tasks, where that is something else.
_FOR_TASKS = {
    "open": "These wait for something: each row names it, and the panel leads there. Put the commonest right first.",
    "tie": "Several job tasks fit one task equally well: choose in the panel. None of these is ever accepted in bulk.",
}
_ANY_REASON = "Any reason"

#: Title of an order -> the columns it sorts by and whether upwards.
ORDERS: dict[str, tuple[list[str], list[bool]]] = {
    "Most unsynced time first": (["minutes_at_stake", "name"], [False, True]),
    "Name": (["name"], [True]),
    "Highest score first": (["score", "name"], [False, True]),
    "Lowest score first": (["score", "name"], [True, True]),
    "Surest to be missing in XPM": (["no_partner", "name"], [False, True]),
    "Decided last": (["decided_at", "name"], [False, True]),
}
#: What clients can be narrowed by -> the choice that narrows by nothing.
_ALL = {"group": "All client groups", "partner": "All partners", "manager": "All managers"}


@dataclass(frozen=True)
class Filtered:
    """The rows let through in their order, by which filter, and whether words, a group or a person narrowed them."""

    rows: pd.DataFrame
    by: Filter
    narrowed: bool


def filter_rows(kind: Kind, rows: pd.DataFrame) -> Filtered:
    """The filters of a review page, and what they let through."""
    chosen = _BY_NAME[_choose_filter(kind, rows)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Search",
            key=f"{kind} search",
            placeholder="Search names and details, here and in XPM",
            icon=":material/search:",
            label_visibility="collapsed",
        )
        grouped = _narrow(kind, rows)
        order = st.selectbox("Order", list(ORDERS), key=f"{kind} order", label_visibility="collapsed", width=215)
    shown = grouped[chosen.takes(grouped) & _holds(grouped, words)]
    means = _FOR_TASKS.get(chosen.name, chosen.means) if kind is Kind.TASK else chosen.means
    if means and len(shown):
        st.caption(means)
    columns, upwards = ORDERS[order]
    ordered = shown.sort_values(columns, ascending=upwards, kind="stable", na_position="last")
    if chosen.name == "twins":
        ordered = _pair_up(ordered)
    return Filtered(ordered, chosen, bool(words.split()) or len(grouped) < len(rows))


def _pair_up(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows in their order, but each record entered twice right behind the other one."""
    place = {str(one): number for number, one in enumerate(rows.index)}
    first = [min(place[str(one)], place.get(twin, len(place))) for one, twin in rows["twin_id"].items()]
    return rows.iloc[pd.Series(first).sort_values(kind="stable").index]


def _choose_filter(kind: Kind, rows: pd.DataFrame) -> str:
    offered = [one for one in FILTERS if kind in one.kinds]
    counts = {one.name: int(one.takes(rows).sum()) for one in offered}
    return st.pills(
        "Show",
        list(counts),
        default="todo",
        required=True,
        format_func=lambda name: f"{_BY_NAME[name].title} {counts[name]:,}",
        key=f"{kind} filter",
        label_visibility="collapsed",
    )


def read_chosen(kind: Kind) -> str:
    """What the page narrows its clients by, as `write_narrowing` writes it."""
    chosen = {facet: str(st.session_state.get(f"{kind} {facet}", title)) for facet, title in _ALL.items()}
    return write_narrowing({facet: name for facet, name in chosen.items() if name != _ALL[facet]})


def _narrow(kind: Kind, rows: pd.DataFrame) -> pd.DataFrame:
    """The clients of one group, partner and manager, XPM's word first; tasks that wait for one reason."""
    if kind is Kind.TASK:
        return _narrow_by_reason(rows)
    if kind is not Kind.CLIENT:
        return rows
    for facet, everything in _ALL.items():
        names = read(f"{kind} {facet} names", partial(_list_names, rows, facet))
        if names:
            st.selectbox(
                everything,
                [everything, *names],
                key=f"{kind} {facet}",
                label_visibility="collapsed",
                width=150,
            )
    return narrow_to(rows, read_chosen(kind))


def _narrow_by_reason(rows: pd.DataFrame) -> pd.DataFrame:
    """The tasks that wait for what is chosen, the commonest reason first."""
    counts = rows.loc[rows["gap"].ne(""), "gap"].value_counts()
    if len(counts) < 2:
        return rows
    titles = {_ANY_REASON: _ANY_REASON} | {str(title): f"{title} ({n:,})" for title, n in counts.items()}
    chosen = st.selectbox(
        "What they wait for",
        list(titles),
        format_func=lambda title: titles[title],
        key="task reason",
        label_visibility="collapsed",
        width=200,
    )
    return rows if chosen == _ANY_REASON else rows[rows["gap"].eq(chosen)]


def _list_names(rows: pd.DataFrame, facet: str, _ws: Workspace) -> list[str]:
    return list_names(rows, facet)


def _holds(rows: pd.DataFrame, words: str) -> pd.Series:
    """Whether every word occurs somewhere in the row, as plain text."""
    texts = rows["name"] + " " + rows["detail"] + " " + rows["xpm_name"]
    held = pd.Series(True, index=rows.index)
    for word in words.split():
        held &= texts.str.contains(word, case=False, regex=False)
    return held
