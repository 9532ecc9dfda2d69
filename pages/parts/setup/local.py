"""Step two: where the practice's own records are, a look at how they read, and the first load."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Any

import streamlit as st

from core.model import RunKind
from core.workspace import Workspace
from core.workspace.sides import TABLES, ColumnsRefused, FileAsks, FileRefused, LocalLoad, Peek, Survey
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, show_error
from pages.parts.run.asking import request_run
from pages.parts.setup.columns import DOT_TITLES, ORDER_TITLES, UNIT_TITLES, ask_columns, ask_writing, show_columns
from pages.parts.setup.files import TABLE_TITLES, ask_files
from pages.parts.setup.preview import show_preview
from pages.parts.words import plain

Source = dict[str, Any]

#: The source as declared so far, while it is on the screen; it is kept for good once it is confirmed.
_DRAFT, _LOOKS = "local draft", "local looks"
_CHOICES = {"date_order": ORDER_TITLES, "unit": UNIT_TITLES, "hours_dot": DOT_TITLES}
#: A password is neither shown nor lost: an address that comes back with these stars is the one kept before.
_PASSWORD, _STARS = re.compile(r"(?<=://)([^:/@]*):([^@]*)@"), r"\1:•••@"
_SETTINGS = {
    "date_order": "Order of day and month",
    "unit": "What the numbers count",
    "hours_dot": "What stands behind the dot",
    "delimiter": "What separates the columns",
    "encoding": "Which names look right",
}
_TYPES = {"folder": "A folder of files", "sql": "A database"}


def ask_local(ws: Workspace) -> None:
    """The form for the local source, its preview, and the confirmation."""
    draft = _declare(ws.practice.settings.local)
    if st.button("Look at it", icon=":material/visibility:", disabled=not _is_whole(draft)):
        _keep(draft)
    shown = json.loads(st.session_state.get(_DRAFT, "{}"))
    if shown and _place(shown) == _place(draft):
        _show_draft(shown)


def _keep(draft: Source) -> None:
    """From now on this draft is on the screen; its files are looked at anew."""
    st.session_state[_DRAFT] = json.dumps(draft)
    st.session_state[_LOOKS] = st.session_state.get(_LOOKS, 0) + 1


def _place(source: Source) -> tuple[str, str]:
    return str(source.get("type", "")), str(source.get("path") or source.get("url") or "")


def _declare(now: Source) -> Source:
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


def _declare_folder(now: Source) -> Source:
    path = st.text_input(
        "Folder on this computer",
        now.get("path", ""),
        key="local path",
        placeholder="/home/practice/exports",
        help="As the file manager shows it, for example by Copy as path.",
    )
    st.caption(
        "It holds what the other system exports, as CSV, TSV, XLSX or Parquet: clients, staff, kinds of work, tasks "
        "and time entries, or a detailed export of Toggl Track, Clockify or Harvest. Files and columns may have any "
        "name."
    )
    path = path.strip().strip("\"'").strip()
    same = path == now.get("path") and now.get("type") == "folder"
    return dict(now) if same else {"type": "folder", "path": path}


def _declare_database(now: Source) -> Source:
    kept = str(now.get("url", ""))
    hidden = _PASSWORD.sub(_STARS, kept)
    typed = st.text_input(
        "Address of the database",
        hidden,
        key="local url",
        placeholder="postgresql://reader@host/practice",
        help="Use an account that may only read. Every query runs in one read-only transaction.",
    )
    url = kept if typed == hidden else typed
    known = now.get("tables", {})
    st.caption("One SELECT per table; leave out what there is not.")
    queries = {
        table: st.text_area(table.replace("_", " ").capitalize(), known.get(table, {}).get("query", ""), height=70)
        for table in TABLES
    }
    tables = {table: {**known.get(table, {}), "query": query.strip()} for table, query in queries.items()}
    kept_folder = {"documents": now["documents"]} if now.get("documents") else {}
    return {
        **kept_folder,
        "type": "sql",
        "url": url.strip(),
        "tables": {name: one for name, one in tables.items() if one["query"]},
    }


def _is_whole(source: Source) -> bool:
    return bool(source.get("path") or (source.get("url") and source.get("tables")))


def _show_draft(source: Source) -> None:
    """Which file is which, then how they read; whatever stands in the way is asked for where it is said."""
    looked = f"{json.dumps(source)} {st.session_state[_LOOKS]}"
    if source["type"] == "folder" and not source.get("tables"):
        survey: Survey = read(f"local survey {looked}", lambda ws: ws.sides.survey(source))
        if not survey.is_plain:
            answered = ask_files(source, survey)
            if answered is not None:
                _keep(answered)
                st.rerun()
            return
    try:
        load: LocalLoad = read(f"local preview {looked}", lambda ws: ws.sides.read_local(source))
    except ColumnsRefused as refused:
        st.warning(plain(f"{refused.file}: {refused.what}."), title="Which column is which?", icon=":material/help:")
        _correct_columns(source, refused.file, looked)
    except FileAsks as question:
        st.warning(plain(f"{question.file}: {question.what}."), title="How is it meant?", icon=":material/help:")
        _ask_setting(source, question)
    except FileRefused as refused:
        show_error(refused)
        _correct_writing(source, refused.file)
    else:
        _show_load(source, load, looked)
    _offer_other_files(source)


def _show_load(source: Source, load: LocalLoad, looked: str) -> None:
    show_preview(load)
    st.button("Use this and load it", type="primary", on_click=act, args=(lambda: _confirm(source),))
    peeks: list[Peek] = read(f"local peek {looked}", lambda ws: ws.sides.peek(source))
    tabs = st.tabs([TABLE_TITLES[peek.table] for peek in peeks])
    for tab, peek in zip(tabs, peeks, strict=True):
        with tab:
            changed = show_columns(peek, _tables(source).get(peek.table, {}), load)
        if changed is not None:
            _amend(source, peek.table, peek.file, changed)


def _correct_columns(source: Source, file: str, looked: str) -> None:
    peeks: list[Peek] = read(f"local peek {looked}", lambda ws: ws.sides.peek(source))
    peek = next((one for one in peeks if one.file == file), None)
    if peek is None:
        return
    changed = ask_columns(peek, _tables(source).get(peek.table, {}))
    if changed is not None:
        _amend(source, peek.table, file, changed)


def _correct_writing(source: Source, file: str) -> None:
    """A refused file may be refused for what was said of it: the order of its dates, its unit, its being empty."""
    table = _find_table(source, file)
    if table not in TABLES:
        return
    changed = ask_writing(file, table, _tables(source).get(table, {}))
    if changed is not None:
        _amend(source, table, file, changed)


def _ask_setting(source: Source, question: FileAsks) -> None:
    """How one file is to be read, as it cannot be told from the file itself."""
    table = _find_table(source, question.file)
    with st.form(f"reading {question.file}"):
        answer = st.radio(
            _SETTINGS.get(question.setting, question.setting.replace("_", " ")),
            list(question.choices),
            format_func=lambda choice: _CHOICES.get(question.setting, {}).get(choice, choice),
            captions=[plain(preview) for preview in question.choices.values()],
        )
        if not st.form_submit_button("Read it so", type="primary"):
            return
    declared = _tables(source).get(table, {})
    # The order that was doubted is confirmed: it is not asked about again.
    sure = question.setting == "date_order" and answer == (declared.get("date_order") or source.get("date_order"))
    _amend(
        source,
        table,
        question.file,
        {**declared, question.setting: answer, **({"date_order_sure": True} if sure else {})},
    )


def _offer_other_files(source: Source) -> None:
    if source["type"] == "folder" and source.get("tables"):
        anew = {"type": "folder", "path": source["path"]}
        st.button("Choose the files anew", icon=":material/folder_open:", on_click=_keep, args=(anew,), type="tertiary")


def _tables(source: Source) -> dict[str, Source]:
    return dict(source.get("tables") or workspace().sides.find_tables(source))


def _find_table(source: Source, file: str) -> str:
    """The table a file fills: as declared, else by its name."""
    declared = {str(one.get("file")): table for table, one in source.get("tables", {}).items()}
    alike = (table for name, table in declared.items() if fnmatchcase(file, name))
    return declared.get(file) or next(alike, "") or PurePath(file).stem.casefold()


def _amend(source: Source, table: str, file: str, settings: Source) -> None:
    """Go on with other settings of one table."""
    tables = _tables(source)
    place = {} if source["type"] == "sql" else {"file": tables.get(table, {}).get("file", file)}
    _keep({**source, "tables": {**tables, table: {**tables.get(table, {}), **settings, **place}}})
    st.rerun()


def _confirm(source: Source) -> str:
    workspace().sides.set_local(source)
    request_run(RunKind.LOAD)
    del st.session_state[_DRAFT]
    return "The local side is set and being loaded."
