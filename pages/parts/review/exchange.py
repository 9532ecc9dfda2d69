"""Deciding in a spreadsheet: the list goes out as a workbook, comes back filled in, and is shown as changes first."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.model import Kind
from core.workspace.exchanging import Answers
from pages.parts.doorway import workspace
from pages.parts.messages import act, guard
from pages.parts.words import KIND_NAMES, count, plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 200


def offer_exchange(kind: Kind, shown: pd.DataFrame) -> None:
    """A button that opens both ways: the rows shown as a workbook to fill in, and the way back in."""
    with st.popover("Decide in Excel", icon=":material/table_view:", type="tertiary", key=f"{kind} exchange"):
        several = KIND_NAMES[kind][1]
        st.caption(
            f"Take the {len(shown):,} {several} shown here along as a workbook, write link, reject, exclude or undo in "
            "its column Decision, and bring it back. You see every change before it is made."
        )
        st.download_button(
            f"Workbook of {len(shown):,} {several}",
            lambda: workspace().exchange.write(kind, shown),
            f"{several}-to-decide.xlsx",
            _XLSX,
            key=f"{kind} exchange out",
            icon=":material/download:",
            on_click="ignore",
            disabled=shown.empty,
        )
        file = st.file_uploader("The filled-in workbook", type=["xlsx", "csv"], key=_key(kind))
        if file is not None:
            with guard():
                _show_answers(workspace().exchange.read(kind, file.getvalue(), file.name))


def _key(kind: Kind) -> str:
    """A new one after each import, so that the file that was taken is gone from the page."""
    return f"{kind} exchange in {st.session_state.get(f'{kind} exchanged', 0)}"


def _show_answers(answers: Answers) -> None:
    changes, problems = answers.changes.changes, answers.changes.problems
    same = f", {answers.changes.same:,} stand already" if answers.changes.same else ""
    st.markdown(f"**{count(len(changes), 'change')}**{same}")
    if len(changes):
        columns = {"name": "Local", "before": "Now", "after": "Becomes", "note": "Note"}
        table = changes.head(_SHOWN)[[*columns]].rename(columns=columns)
        st.dataframe(table, hide_index=True, alt="What the workbook changes", key=f"{answers.kind} changes")
    if len(problems):
        told = problems.rename(columns={"name": "Local", "sentence": "Why it is left out"}).rename_axis("Line")
        st.warning(f"{count(len(problems), 'line')} cannot be taken; the others can.")
        st.dataframe(told.head(_SHOWN), alt="Lines that cannot be taken", key=f"{answers.kind} problems")
    st.button(
        f"Make {count(len(changes), 'change')}",
        key=f"{answers.kind} exchange apply",
        type="primary",
        disabled=changes.empty,
        on_click=act,
        args=(partial(_apply, answers),),
    )


def _apply(answers: Answers) -> str:
    saved = workspace().exchange.apply(answers)
    key = f"{answers.kind} exchanged"
    st.session_state[key] = st.session_state.get(key, 0) + 1
    return f"{count(saved, 'decision')} taken from {plain(answers.file)}."
