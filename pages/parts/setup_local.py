"""Step two: where the practice's own records are, a look at how they read, and the first load."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

import streamlit as st

from core.model import RunKind
from core.workspace import Workspace
from core.workspace.sides import TABLES, ColumnsRefused, FileAsks, LocalLoad
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, show_error
from pages.parts.runs import request_run
from pages.parts.setup_preview import show_preview

#: The source as declared so far, while it is on the screen; it is kept for good once it is confirmed.
_DRAFT, _LOOKS = "local draft", "local looks"
_CHOICES = {"dmy": "day / month / year", "mdy": "month / day / year", "ymd": "year / month / day"}
_TYPES = {"folder": "A folder of files", "sql": "A database"}


def ask_local(ws: Workspace) -> None:
    """The form for the local source, its preview, and the confirmation."""
    draft = _declare(ws.practice.settings.local)
    if st.button("Look at it", icon=":material/visibility:", disabled=not _is_whole(draft)):
        st.session_state[_DRAFT] = json.dumps(draft)
        st.session_state[_LOOKS] = st.session_state.get(_LOOKS, 0) + 1
    if _DRAFT in st.session_state:
        _show_draft(json.loads(st.session_state[_DRAFT]))


def _declare(now: dict[str, Any]) -> dict[str, Any]:
    """The source as the form says; column choices made before are kept while the place stays the same."""
    kind = st.segmented_control(
        "Where are the practice's own records?",
        list(_TYPES),
        default=now.get("type", "folder"),
        required=True,
        format_func=_TYPES.__getitem__,
        key="local type",
    )
    return _declare_folder(now) if kind == "folder" else _declare_database(now)


def _declare_folder(now: dict[str, Any]) -> dict[str, Any]:
    path = st.text_input(
        "Folder on this computer",
        now.get("path", ""),
        key="local path",
        placeholder="/home/practice/exports",
        help="CSV, TSV, XLSX or Parquet files named clients, staff, processes, tasks and actual_times.",
    )
    same = path == now.get("path") and now.get("type") == "folder"
    return dict(now) if same else {"type": "folder", "path": path.strip()}


def _declare_database(now: dict[str, Any]) -> dict[str, Any]:
    url = st.text_input(
        "Address of the database",
        now.get("url", ""),
        key="local url",
        placeholder="postgresql://reader@host/practice",
        help="Use an account that may only read. Every query runs in one read-only transaction.",
    )
    known = now.get("tables", {})
    st.caption("One SELECT per table; leave out what there is not.")
    queries = {
        table: st.text_area(table.replace("_", " ").capitalize(), known.get(table, {}).get("query", ""), height=70)
        for table in TABLES
    }
    tables = {table: {**known.get(table, {}), "query": query.strip()} for table, query in queries.items()}
    return {"type": "sql", "url": url.strip(), "tables": {name: one for name, one in tables.items() if one["query"]}}


def _is_whole(source: dict[str, Any]) -> bool:
    return bool(source.get("path") or (source.get("url") and source.get("tables")))


def _show_draft(source: dict[str, Any]) -> None:
    try:
        load: LocalLoad = read(
            f"local preview {json.dumps(source)} {st.session_state[_LOOKS]}", lambda ws: ws.sides.read_local(source)
        )
    except ColumnsRefused as refused:
        show_error(refused)
        _ask_columns(source, refused)
    except FileAsks as question:
        show_error(question)
        _ask_setting(source, question)
    else:
        show_preview(load)
        st.button("Use this and load it", type="primary", on_click=act, args=(lambda: _confirm(source),))


def _ask_columns(source: dict[str, Any], refused: ColumnsRefused) -> None:
    """The column wizard of one file: a header for each of our columns, proposals filled in."""
    table = _find_table(source, refused.file)
    offered = {proposal.column: proposal.header for proposal in refused.proposals}
    headers = [header for header in dict.fromkeys(refused.headers) if header]
    with st.form(f"columns of {refused.file}"):
        st.caption("Which header is which column? Leave out what the file does not have.")
        chosen = {
            column: st.selectbox(
                column.replace("_", " "), headers, headers.index(offered[column]) if column in offered else None
            )
            for column in workspace().sides.columns(table)
        }
        if st.form_submit_button("Use these columns", type="primary"):
            _amend(source, table, refused.file, columns={ours: header for ours, header in chosen.items() if header})


def _ask_setting(source: dict[str, Any], question: FileAsks) -> None:
    """How one file is to be read, as it cannot be told from the file itself."""
    with st.form(f"reading {question.file}"):
        answer = st.radio(
            question.setting.replace("_", " "),
            list(question.choices),
            format_func=lambda choice: _CHOICES.get(choice, choice),
            captions=[str(preview) for preview in question.choices.values()],
        )
        if st.form_submit_button("Read it so", type="primary"):
            _amend(source, _find_table(source, question.file), question.file, **{question.setting: answer})


def _find_table(source: dict[str, Any], file: str) -> str:
    """The table a file fills: as declared, else by its name."""
    declared = {one.get("file"): table for table, one in source.get("tables", {}).items()}
    return str(declared.get(file) or PurePath(file).stem)


def _amend(source: dict[str, Any], table: str, file: str, **more: Any) -> None:
    tables = dict(source.get("tables") or workspace().sides.find_tables(source))
    tables[table] = {**tables.get(table, {"file": file}), **more}
    st.session_state[_DRAFT] = json.dumps({**source, "tables": tables})
    st.rerun()


def _confirm(source: dict[str, Any]) -> str:
    workspace().sides.set_local(source)
    request_run(RunKind.LOAD)
    del st.session_state[_DRAFT]
    return "The local side is set and being loaded."
