"""Which rows of a review are shown: by state or band, by words, by client group, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.model import Band, Kind
from pages.parts.review_counts import TO_DECIDE


@dataclass(frozen=True)
class Filter:
    """A choice of rows."""

    name: str
    title: str
    takes: Callable[[pd.DataFrame], pd.Series]


def _in_state(*states: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows["state"].isin(states)


def _in_band(band: Band) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows["state"].eq("proposed") & rows["band"].eq(band.value)


FILTERS = (
    Filter("todo", "To decide", _in_state(*TO_DECIDE)),
    Filter("certain", "Certain", _in_band(Band.CERTAIN)),
    Filter("likely", "Likely", _in_band(Band.LIKELY)),
    Filter("possible", "Possible", _in_band(Band.POSSIBLE)),
    Filter("tie", "Tie", _in_band(Band.TIE)),
    Filter("open", "No proposal", _in_state("open")),
    Filter("broken", "Broken", _in_state("broken")),
    Filter("linked", "Linked", _in_state("linked")),
    Filter("excluded", "Excluded", _in_state("excluded")),
    Filter("archived", "Archived", _in_state("archived")),
    Filter("all", "All", lambda rows: rows["state"].ne("")),
)
_BY_NAME = {one.name: one for one in FILTERS}

#: Title of an order -> the columns it sorts by and whether upwards.
ORDERS: dict[str, tuple[list[str], list[bool]]] = {
    "Most unsynced time first": (["minutes_at_stake", "name"], [False, True]),
    "Name": (["name"], [True]),
    "Highest score first": (["score", "name"], [False, True]),
    "Lowest score first": (["score", "name"], [True, True]),
    "Decided last": (["decided_at", "name"], [False, True]),
}
_ALL_GROUPS = "All client groups"


def filter_rows(kind: Kind, rows: pd.DataFrame) -> pd.DataFrame:
    """The filters of a review page, and the rows they let through in the chosen order."""
    chosen = _BY_NAME[_choose_filter(kind, rows)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Search",
            key=f"{kind} search",
            placeholder="Search names, details and partners",
            icon=":material/search:",
            label_visibility="collapsed",
        )
        shown = _in_group(kind, rows)
        order = st.selectbox("Order", list(ORDERS), key=f"{kind} order", label_visibility="collapsed", width=240)
    shown = shown[chosen.takes(shown) & _holds(shown, words)]
    columns, upwards = ORDERS[order]
    return shown.sort_values(columns, ascending=upwards, kind="stable", na_position="last")


def _choose_filter(kind: Kind, rows: pd.DataFrame) -> str:
    counts = {one.name: int(one.takes(rows).sum()) for one in FILTERS}
    return st.pills(
        "Show",
        list(_BY_NAME),
        default="todo",
        required=True,
        format_func=lambda name: f"{_BY_NAME[name].title} {counts[name]:,}",
        key=f"{kind} filter",
        label_visibility="collapsed",
    )


def _in_group(kind: Kind, rows: pd.DataFrame) -> pd.DataFrame:
    groups = sorted(set(rows["client_group"]) - {""})
    if kind is not Kind.CLIENT or not groups:
        return rows
    chosen = st.selectbox(
        "Client group", [_ALL_GROUPS, *groups], key=f"{kind} group", label_visibility="collapsed", width=220
    )
    return rows if chosen == _ALL_GROUPS else rows[rows["client_group"].eq(chosen)]


def _holds(rows: pd.DataFrame, words: str) -> pd.Series:
    """Whether every word occurs somewhere in the row, as plain text."""
    texts = rows["name"] + " " + rows["detail"] + " " + rows["xpm_name"]
    held = pd.Series(True, index=rows.index)
    for word in words.split():
        held &= texts.str.contains(word, case=False, regex=False)
    return held
