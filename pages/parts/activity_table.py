"""The activity log as a table, with its filters."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.model import Kind
from core.workspace import Workspace
from pages.parts.doorway import read
from pages.parts.picking import show_page
from pages.parts.words import KIND_NAMES, VERDICT_TITLES, actor_name, count, moment

_EVERYBODY, _EVERYTHING, _ALL_KINDS = "Everybody", "Everything done", "All kinds"


def read_entries() -> pd.DataFrame:
    """The newest entries in people's words: index event id, columns When, Who, Did, Kind, What, Before, After, Why."""
    return read("log entries", _read_log)


def _read_log(ws: Workspace) -> pd.DataFrame:
    log, zone = ws.log.entries(), ws.practice.zone
    kinds = {str(kind): KIND_NAMES[kind][0] for kind in Kind}
    verbs = {str(verdict): title.lower() for verdict, title in VERDICT_TITLES.items()}
    return pd.DataFrame(
        {
            "When": [moment(at, zone) for at in log["at"]],
            "Who": [actor_name(who) for who in log["who"]],
            "Did": log["did"].replace(verbs),
            "Kind": log["kind"].replace(kinds),
            "What": log["what"],
            "Before": log["before"],
            "After": log["after"],
            "Why": log["why"],
        },
        index=log.index,
    )


def filter_entries(entries: pd.DataFrame) -> pd.DataFrame:
    """The filters, and the entries they let through."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Search",
            key="log search",
            placeholder="Search names and reasons",
            icon=":material/search:",
            label_visibility="collapsed",
        )
        shown = entries
        for column, every in (("Who", _EVERYBODY), ("Did", _EVERYTHING), ("Kind", _ALL_KINDS)):
            options = [every, *sorted(set(entries[column]) - {""})]
            chosen = st.selectbox(column, options, key=f"log {column}", label_visibility="collapsed", width=190)
            shown = shown if chosen == every else shown[shown[column].eq(chosen)]
    if not words.strip():
        return shown
    texts = shown["What"] + " " + shown["Before"] + " " + shown["After"] + " " + shown["Why"]
    return shown[texts.str.contains(words.strip(), case=False, regex=False)]


def show_entries(shown: pd.DataFrame) -> None:
    """The entries, a page at a time."""
    st.caption(count(len(shown), "entry"))
    slot = st.container()
    page = show_page(shown, "log")
    slot.dataframe(
        page,
        hide_index=True,
        height=min(600, 35 * (len(page) + 1) + 3),
        column_config={
            "When": st.column_config.TextColumn(width=130),
            "Who": st.column_config.TextColumn(width=120),
            "Did": st.column_config.TextColumn(width=80),
            "Kind": st.column_config.TextColumn(width=85),
            "What": st.column_config.TextColumn(width=190),
            "Before": st.column_config.TextColumn(width=130),
            "After": st.column_config.TextColumn(width=230),
            "Why": st.column_config.TextColumn(width=220),
        },
        alt="Activity log",
    )
