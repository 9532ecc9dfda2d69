"""The columns of one file: what was taken for what, how the file is written, and changing either."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.workspace.sides import LocalLoad, Peek
from pages.parts.doorway import workspace
from pages.parts.words import batched, count, day, plain

COLUMN_TITLES = {
    "id": "Id (unique, stays the same)",
    "name": "Name",
    "entity_type": "Entity type",
    "email": "E-mail",
    "phone": "Phone",
    "tax_number": "Tax number (ABN, IRD)",
    "company_number": "Company number",
    "code": "Client code",
    "archived": "Archived",
    "client_group": "Client group",
    "partner": "Partner",
    "manager": "Manager",
    "active": "Active",
    "description": "Description",
    "client_id": "Client (its id)",
    "process_id": "Process (its id)",
    "assignee_id": "Assignee (staff id)",
    "staff_id": "Staff member (id)",
    "task_id": "Task (its id)",
    "start": "Start",
    "end": "End",
    "due": "Due",
    "status": "Status",
    "period": "Period",
    "date": "Work date",
    "minutes": "Duration",
    "billable": "Billable",
    "approved": "Approved",
    "note": "Note",
    "correction": "Correction",
    "path": "File (below the folder)",
    "kind": "Kind of document",
}
ORDER_TITLES = {"dmy": "day / month / year", "mdy": "month / day / year", "ymd": "year - month - day"}
UNIT_TITLES = {
    "minutes": "minutes (90)",
    "hours": "hours (1.5)",
    "h:mm": "hours and minutes (1:30)",
    "1h30m": "words (1h 30m)",
    "iso": "ISO 8601 (PT1H30M)",
    "excel": "Excel time (0.0625)",
}
DOT_TITLES = {"decimal": "1.30 is 1.3 hours", "minutes": "1.30 is 1 h 30"}
_NEEDED = {
    "clients": ("name",),
    "staff": ("name",),
    "processes": ("name",),
    "tasks": ("client_id", "name"),
    "actual_times": ("staff_id",),
    "documents": ("client_id", "path"),
}
_WITH_DATES = ("tasks", "actual_times", "documents")
_EXAMPLES = 3

Table = dict[str, Any]


def show_columns(peek: Peek, declared: Table, load: LocalLoad) -> Table | None:
    """What was taken for what in a file that reads; the table's new settings once they were changed."""
    rows = len(load.frames[peek.table])
    st.caption(f"{plain(peek.file)}: {count(rows, 'row')} read. Is every column the right one?")
    st.dataframe(
        _list_columns(peek, load),
        hide_index=True,
        height="content",
        column_config={
            "column": st.column_config.TextColumn("Column", width=190),
            "header": st.column_config.TextColumn("Header in the file", width=170),
            "written": st.column_config.TextColumn("As written", width="medium"),
            "read": st.column_config.TextColumn("As read", width="medium"),
        },
        alt=f"Columns of {peek.file}",
    )
    with st.expander(f"Change how {plain(peek.file)} is read", icon=":material/tune:"):
        return ask_columns(peek, declared)


def ask_columns(peek: Peek, declared: Table) -> Table | None:
    """The form of one file: a header for each of our columns and how values are written; the new settings once sent."""
    st.dataframe(peek.rows.head(5), hide_index=True, height="content", alt=f"First rows of {peek.file}")
    offered = peek.found or {one.column: one.header for one in peek.proposals}
    headers = [header for header in peek.rows.columns if header]
    with st.form(f"columns of {peek.file}"):
        st.caption("Which header is which column? Leave out what the file does not have; columns with \\* are needed.")
        columns: dict[str, str] = {}
        for row in batched(workspace().sides.columns(peek.table), 3):
            for place, column in zip(st.columns(3), row, strict=False):
                with place:
                    columns[column] = _ask_header(peek, column, headers, offered.get(column)) or ""
        written = _ask_writing(peek, declared)
        if not st.form_submit_button("Use these columns", type="primary"):
            return None
    missing = [COLUMN_TITLES[column] for column in _NEEDED[peek.table] if not columns[column]]
    if missing:
        st.error(f"Choose the header for: {', '.join(missing)}.", title="A column is missing", icon=":material/error:")
        return None
    return {**declared, **written, "columns": columns}


def ask_writing(peek_file: str, table: str, declared: Table) -> Table | None:
    """How a file is written, where that alone has to be corrected; the table's new settings once sent."""
    with st.form(f"writing of {peek_file}"):
        written = _ask_values(peek_file, table, declared)
        if st.form_submit_button("Read it so", type="primary"):
            return {**declared, **written}
    return None


def _ask_header(peek: Peek, column: str, headers: list[str], offered: str | None) -> str | None:
    title = COLUMN_TITLES.get(column, column)
    chosen: str | None = st.selectbox(
        f"{title} \\*" if column in _NEEDED[peek.table] else title,
        headers,
        headers.index(offered) if offered in headers else None,
        key=f"header of {column} in {peek.file}",
        placeholder="not in the file",
    )
    return chosen


def _ask_writing(peek: Peek, declared: Table) -> Table:
    if peek.table not in _WITH_DATES:
        return {}
    return _ask_values(peek.file, peek.table, declared)


def _ask_values(file: str, table: str, declared: Table) -> Table:
    """Order of dates, unit of durations, words of a status: only what the table can have, and only what was said."""
    left, middle, right = st.columns(3)
    answers: Table = {}
    with left:
        answers["date_order"] = _choose(file, "Dates are written", ORDER_TITLES, declared.get("date_order"))
    if table == "actual_times":
        with middle:
            answers["unit"] = _choose(file, "Durations are written in", UNIT_TITLES, declared.get("unit"))
        with right:
            answers["hours_dot"] = _choose(file, "Hours with a dot", DOT_TITLES, declared.get("hours_dot"))
        answers["statuses"] = _ask_statuses(file, declared.get("statuses", {}))
    empty = st.checkbox("The file may be empty", declared.get("may_be_empty", False), key=f"empty {file}")
    answers["may_be_empty"] = empty
    return {name: value for name, value in answers.items() if value or name in declared}


def _choose(file: str, label: str, titles: dict[str, str], now: str | None) -> str:
    places = list(titles)
    chosen = st.selectbox(
        label,
        places,
        places.index(now) if now in places else None,
        format_func=titles.__getitem__,
        key=f"{label} {file}",
        placeholder="as the file itself tells",
    )
    return str(chosen or "")


def _ask_statuses(file: str, now: dict[str, str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for place, (status, label) in zip(
        st.columns(2),
        (("committed", "Words that mean committed"), ("draft", "Words that mean draft")),
        strict=True,
    ):
        words = ", ".join(word for word, meant in now.items() if meant == status)
        with place:
            given = st.text_input(label, words, key=f"{label} {file}", placeholder="separated by commas")
        told |= {word.strip(): status for word in given.split(",") if word.strip()}
    return told


def _list_columns(peek: Peek, load: LocalLoad) -> pd.DataFrame:
    frame = load.frames[peek.table]
    rows = []
    for column, header in peek.found.items():
        values = frame.index.to_series() if column == "id" else frame.get(column, pd.Series(dtype="object"))
        rows.append(
            {
                "column": COLUMN_TITLES.get(column, column),
                "header": header,
                "written": _examples(peek.rows[header] if header in peek.rows else pd.Series(dtype="object")),
                "read": _examples(values.map(_show)),
            }
        )
    return pd.DataFrame(rows, columns=["column", "header", "written", "read"])


def _examples(values: pd.Series) -> str:
    texts = [text for text in values.astype("str").str.strip().drop_duplicates() if text]
    return " · ".join(texts[:_EXAMPLES])


def _show(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return day(value.date())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value} min"
    return "" if value is pd.NaT else str(value)
