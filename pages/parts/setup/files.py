"""Which file of a folder is which table: offered by the files' names, said once by a person."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import streamlit as st

from core.workspace.sides import PRESETS, TABLES, Survey, configure_preset
from pages.parts.words import batched, count

TABLE_TITLES = {
    "clients": "Clients",
    "staff": "Staff",
    "processes": "Processes",
    "tasks": "Tasks",
    "actual_times": "Actual times",
    "documents": "Documents",
}
_PRESET_TITLES = {"": "A file of our own", "toggl": "Toggl Track", "clockify": "Clockify", "harvest": "Harvest"}
#: Tables whose rows can be made of the names that the time entries use.
_FROM_NAMES = ("clients", "staff", "processes")


def ask_files(source: dict[str, Any], survey: Survey) -> dict[str, Any] | None:
    """The form; the source with its tables once it was answered."""
    st.markdown(f"**{count(len(survey.files), 'file')} found. Which file is which?**")
    st.caption(
        "Leave out what there is not: lists of clients, staff and processes can be made of the names in the time."
    )
    path = source["path"]
    with st.form(f"files of {path}"):
        chosen = {}
        for row in batched(TABLES, 3):
            places = st.columns(3)
            for place, table in zip(places, row, strict=False):
                with place:
                    chosen[table] = _ask_file(path, table, survey)
        preset = places[2].selectbox(
            "The actual times were written by",
            ["", *PRESETS],
            ["", *PRESETS].index(survey.preset),
            format_func=lambda one: _PRESET_TITLES.get(one, one),
            key=f"preset of {path}",
            help="A tracker's detailed export brings everything itself; the other files are left out then.",
        )
        if not st.form_submit_button("Read these files", type="primary"):
            return None
    named = {table: file for table, file in chosen.items() if file}
    if not named:
        st.error("Choose the file of at least one table.", title="Nothing is chosen yet", icon=":material/error:")
        return None
    if preset and "actual_times" in named:
        return configure_preset(preset, path, named["actual_times"])
    return _declare(source, named)


def _ask_file(path: str, table: str, survey: Survey) -> str | None:
    offered = survey.tables.get(table)
    chosen: str | None = st.selectbox(
        TABLE_TITLES[table],
        survey.files,
        survey.files.index(offered) if offered else None,
        key=f"file of {table} in {path}",
        placeholder="not there",
    )
    return chosen


def _declare(source: dict[str, Any], named: dict[str, str]) -> dict[str, Any]:
    """Several months of one export, named alike, are read together: what was said of one file holds for it alone."""
    lists = [table for table in _FROM_NAMES if table not in named] if "actual_times" in named else []
    derive = {"derive": lists} if lists else {}
    return {**source, **derive, "tables": {table: {"file": PurePath(file).name} for table, file in named.items()}}
