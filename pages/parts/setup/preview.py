"""How a local source reads: rows per table, what could not be read, and what was done on the way."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.workspace.sides import TABLES, LocalLoad
from pages.parts.words import count, day, hours, plain


def show_preview(load: LocalLoad) -> None:
    """A load that nothing was kept of yet."""
    problems = load.frames["problems"]
    broken = problems["table"].value_counts()
    rows = pd.DataFrame(
        {
            "Table": [table.replace("_", " ").capitalize() for table in TABLES],
            "Rows read": [len(load.frames[table]) for table in TABLES],
            "Rows with a problem": [int(broken.get(table, 0)) for table in TABLES],
        }
    )
    st.dataframe(rows, hide_index=True, height="content", width="content", alt="Rows per table")
    _tell_time(load.frames["actual_times"])
    show_problems(problems)
    for title, sentences in (("Looks odd", load.warnings), ("What was done on the way", load.notes)):
        if sentences:
            # What looks odd is read before it is confirmed; so is how rows without an id are told apart.
            is_open = sentences is load.warnings or any("without an id" in sentence for sentence in sentences)
            with st.expander(f"{title} ({len(sentences)})", expanded=is_open):
                st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))


def _tell_time(times: pd.DataFrame) -> None:
    days = times["date"].dropna()
    if len(days):
        span = f"from {day(days.min().date())} to {day(days.max().date())}"
        st.caption(f":material/schedule: {plain(hours(int(times['minutes'].sum())))} of actual time, {span}.")


def show_problems(problems: pd.DataFrame) -> None:
    """Rows that could not be read, with file, line and what to do; nothing when all could."""
    if problems.empty:
        st.caption(":material/check: Every row could be read.")
        return
    st.markdown(f"**{count(len(problems), 'row')} could not be read.** The others are not held up by them.")
    st.dataframe(
        problems[["file", "line", "column", "value", "sentence"]],
        hide_index=True,
        height="content" if len(problems) < 10 else "auto",
        column_config={
            "file": st.column_config.TextColumn("File", width=140),
            "line": st.column_config.NumberColumn("Line", width=60),
            "column": st.column_config.TextColumn("Column", width=90),
            "value": st.column_config.TextColumn("As found", width=130),
            "sentence": st.column_config.TextColumn("What is wrong, and what to do", width="large"),
        },
        alt="Rows that could not be read",
    )
