"""Finding a task by words of its name, client, process or period; the one looked at stands in the address."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.doorway import read
from pages.parts.messages import empty_state
from pages.parts.picking import fingerprint
from pages.parts.words import count

#: The parameter of the address that names the task.
TASK, WORDS, GRID = "task", "task_words", "task_grid"
_ROWS_SHOWN = 14
_SIGNS = {"linked": "✓", "broken": "!", "excluded": "×"}


_COLUMNS = {
    "sign": st.column_config.TextColumn(
        "XPM", width=40, alignment="center", help="✓ linked, – not linked yet, ! broken, × excluded."
    ),
    "name": st.column_config.TextColumn("Task", width=140),
    "client": st.column_config.TextColumn("Client", width=140),
}


def choose_task() -> str:
    """The task that the address names, else the first one found; empty while there is none."""
    words = st.text_input(
        "Search",
        key=WORDS,
        placeholder="Search by task, client, process or period",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    found: pd.DataFrame = read(f"tasks {words}", lambda ws: ws.tasks.find(words))
    wanted = str(st.query_params.get(TASK, ""))
    if found.empty:
        if words.strip():
            empty_state("No task holds these words", "Try fewer words, or a part of the client's name.")
        else:
            empty_state("There are no tasks yet", "Load the local side on Connection; its tasks are listed here.")
        return wanted
    picked = _pick_found(found, wanted, searched=bool(words.strip())) or wanted
    st.query_params[TASK] = picked
    return picked


def _pick_found(found: pd.DataFrame, wanted: str, *, searched: bool) -> str:
    """The tasks found as a table; the one that is ticked, by the ids of the very rows that are shown.

    At first that is the wanted one, or the first of all while none is wanted or words led away from it.
    """
    first = [found.index.get_loc(wanted)] if wanted in found.index else [0] if searched or not wanted else []
    shown = found[["name", "client"]].assign(sign=found["state"].map(_SIGNS).fillna("–"))
    event = st.dataframe(
        shown,
        key=f"{GRID} {fingerprint(found.index)}",
        hide_index=True,
        height=min(_ROWS_SHOWN, len(shown)) * 35 + 38,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": first}},
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        alt="Tasks found",
    )
    more = " More were found: add words to narrow them." if len(found) >= 100 else ""
    st.caption(f"{count(len(found), 'task')}, most unsynced time first. Tick one to look at it.{more}")
    places = [place for place in event["selection"]["rows"] if place < len(found)]
    return str(found.index[places[0]]) if places else ""
