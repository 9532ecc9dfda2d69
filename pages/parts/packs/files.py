"""The files of a pack: their order and titles, and adding more from the documents table, a folder or this computer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Literal

import pandas as pd
import streamlit as st

from core.jobs.packs import LARGEST_FILE, Pack, list_kinds, move_file, remove_files
from core.model import TieoutError
from core.workspace.packing import Added
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, empty_state, say, show_error
from pages.parts.packs.state import UPLOADS, OpenPack, change, note_revision, show_size, shown_revision
from pages.parts.picking import grid_key, pick_rows, show_page
from pages.parts.words import count, plain

_FILES, _TITLE, _FROM, _SEARCH, _FOLDER = "pack_files", "pack_title", "pack_from", "pack_search", "pack_folder"
#: A longer list scrolls in its place.
_MOST_SHOWN = 8
_SOURCES = {"documents": "Documents table", "folder": "Folder", "upload": "This computer"}


def show_files(opened: OpenPack) -> None:
    """The files in their order; while nobody has the pack they can be changed, and others added."""
    st.subheader("1 · Files")
    if opened.pack.files:
        _show_packed(opened)
    elif not opened.is_draft:
        st.caption("No files.")
    if opened.is_draft:
        _show_adding(opened)


def _show_packed(opened: OpenPack) -> None:
    files = opened.pack.files
    shown = pd.DataFrame(
        {
            "title": [one.title for one in files],
            "file_name": [one.file_name for one in files],
            "size": [show_size(one.size) for one in files],
            "origin": [_SOURCES.get(one.origin.partition(":")[0], one.origin) for one in files],
        },
        index=pd.Index([one.key for one in files], dtype="str"),
    )
    columns = {
        "title": st.column_config.TextColumn("Title", width=350),
        "file_name": st.column_config.TextColumn("File", width=380),
        "size": st.column_config.TextColumn("Size", width=80, alignment="right"),
        "origin": st.column_config.TextColumn("From", width=140),
    }
    if not opened.is_draft:
        st.dataframe(shown, hide_index=True, column_config=columns, height="content", alt="Files of the pack")
        return
    picked = pick_rows(shown, _FILES, columns, height="content", alt="Files of the pack")
    if picked:
        _show_changes(opened, picked)
    else:
        st.caption("They are handed over in this order. Tick files to rename, move or take them out.")


def _show_changes(opened: OpenPack, picked: list[str]) -> None:
    pack_id = opened.stored.id
    with st.container(horizontal=True, vertical_alignment="bottom", key="pack_changes"):
        if len(picked) == 1:
            file = next(one for one in opened.pack.files if one.key == picked[0])
            key = f"{_TITLE}_{file.key}"
            rename = partial(_rename, pack_id, file.key, key)
            st.text_input("Title", file.title, key=key, on_change=rename, width=360, max_chars=150)
            for label, icon, places in (("Up", "arrow_upward", -1), ("Down", "arrow_downward", 1)):
                move = partial(_move, opened, file.key, places)
                st.button(label, key=f"pack_{label.lower()}", icon=f":material/{icon}:", on_click=move)
        label = f"Take out ({len(picked)})"
        out = partial(change, pack_id, lambda pack: remove_files(pack, picked))
        st.button(label, key="pack_out", icon=":material/playlist_remove:", on_click=out)


def _rename(pack_id: str, file_key: str, key: str) -> None:
    title = str(st.session_state[key]).strip()

    def edit(pack: Pack) -> Pack:
        files = tuple(replace(one, title=title or one.title) if one.key == file_key else one for one in pack.files)
        return replace(pack, files=files)

    change(pack_id, edit)


def _move(opened: OpenPack, file_key: str, places: int) -> None:
    """Move it, and leave it ticked: somebody who moves a file often moves it further."""
    moved = move_file(opened.pack, file_key, places)
    keys = [one.key for one in moved.files]
    rows = {"selection": {"rows": [keys.index(file_key)], "columns": [], "cells": []}}
    st.session_state[grid_key(_FILES, pd.DataFrame(index=pd.Index(keys, dtype="str")))] = rows
    change(opened.stored.id, lambda pack: move_file(pack, file_key, places))


# -- adding ------------------------------------------------------------------------------------------------------------


def _show_adding(opened: OpenPack) -> None:
    with st.container(border=True, key="pack_adding"):
        source = st.segmented_control(
            "Add files from",
            list(_SOURCES),
            default="documents",
            key=_FROM,
            format_func=_SOURCES.__getitem__,
            required=True,
        )
        try:
            {"documents": _offer_documents, "folder": _offer_folder, "upload": _offer_upload}[source](opened)
        except TieoutError as error:
            show_error(error)


def _offer_documents(opened: OpenPack) -> None:
    client = opened.pack.client_id
    rows: pd.DataFrame = read(f"documents of {client}", lambda ws: ws.papers.documents(client))
    if rows.empty:
        told = "Your documents table names none. Load a table called documents on Connection, or use another source."
        empty_state("No documents of this client", told, ":material/description:")
        return
    packed = {one.origin.removeprefix("documents: ") for one in opened.pack.files}
    shown = rows.assign(packed=["in the pack" if path in packed else "" for path in rows["path"]])
    columns = {
        "name": st.column_config.TextColumn("Document", width=235),
        "packed": st.column_config.TextColumn("", width=80),
        "kind": st.column_config.TextColumn("Kind", width=120),
        "date": st.column_config.DateColumn("Date", format="DD/MM/YYYY", width=85),
        "task": st.column_config.TextColumn("Task", width=180),
        "path": st.column_config.TextColumn("File", width=260),
    }
    # Another grid once files were added: what was ticked for that is done.
    key = f"pack_documents_{client}_{len(opened.pack.files)}"
    picked = pick_rows(shown, key, columns, height=_height(shown), alt="Documents of the client")
    pack_id = opened.stored.id
    _offer_adding(pack_id, picked, lambda ids, revision: workspace().packs.add_documents(pack_id, ids, revision))


def _offer_folder(opened: OpenPack) -> None:
    _ask_folder()
    papers: pd.DataFrame = workspace().papers.in_folder(opened.pack.client_id)
    if papers.empty:
        told = f"It holds no file that is packed: {', '.join(kind.upper() for kind in list_kinds())}."
        empty_state("Nothing in the folder", told, ":material/folder_off:")
        return
    words = str(st.text_input("Search", key=_SEARCH, placeholder="Part of a file's name or folder", width=420) or "")
    found = papers[papers.index.str.casefold().str.contains(words.strip().casefold(), regex=False)]
    page = show_page(found, "pack_papers")
    shown = page.assign(size=page["size"].map(show_size))
    columns = {
        "name": st.column_config.TextColumn("File", width=380),
        "folder": st.column_config.TextColumn("In", width=260),
        "size": st.column_config.TextColumn("Size", width=80, alignment="right"),
        "changed": st.column_config.DateColumn("Changed", format="DD/MM/YYYY", width=95),
    }
    picked = pick_rows(
        shown, f"pack_papers_{len(opened.pack.files)}", columns, height=_height(shown), alt="Files in the folder"
    )
    pack_id = opened.stored.id
    _offer_adding(pack_id, picked, lambda paths, revision: workspace().packs.add_papers(pack_id, paths, revision))


def _ask_folder() -> None:
    ws = workspace()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/folder: {plain(ws.papers.folder())}", width="stretch")
        with st.popover("Another folder", icon=":material/edit:"):
            declared = str(ws.practice.settings.local.get("documents", ""))
            st.text_input("Folder of documents on this computer", declared, key=_FOLDER, width=420)
            st.caption("Empty: the folder of the local side. The documents table's paths are relative to it.")
            st.button("Take documents from there", key="pack_set_folder", on_click=act, args=(_set_folder,))


def _set_folder() -> str:
    return f"Documents are taken from {workspace().papers.set_folder(str(st.session_state.get(_FOLDER) or ''))}."


def _offer_upload(opened: OpenPack) -> None:
    number = st.session_state.setdefault(UPLOADS, 0)
    key = f"pack_upload_{number}"
    kinds = list_kinds()
    st.file_uploader(
        f"{', '.join(kind.upper() for kind in kinds)}; at most {LARGEST_FILE // 1024 // 1024} MB each",
        type=kinds,
        accept_multiple_files=True,
        max_upload_size=LARGEST_FILE // 1024 // 1024,
        key=key,
        on_change=partial(_take_uploads, opened.stored.id, key),
    )
    st.caption("They are kept in Tieout's data folder under the hash of their content, for this pack and its job.")


def _take_uploads(pack_id: str, key: str) -> None:
    given: list[Any] = st.session_state.get(key) or []
    files = [(one.name, one.getvalue()) for one in given]
    act(partial(_add, lambda: workspace().packs.add_uploads(pack_id, files, shown_revision(pack_id))))
    st.session_state[UPLOADS] += 1  # an empty uploader for the next files


def _offer_adding(pack_id: str, picked: list[str], add: Any) -> None:
    label = f"Add {count(len(picked), 'file')}" if picked else "Add"
    work = partial(_add, lambda: add(picked, shown_revision(pack_id)))
    button = partial(st.button, label, key="pack_add", type="primary", icon=":material/add:")
    with st.container(horizontal=True, vertical_alignment="center"):
        button(on_click=act, args=(work,), disabled=not picked)
        if not picked:
            st.caption("Tick the files that belong into the pack.")


def _add(work: Any) -> str:
    added: Added = work()
    note_revision(added.stored)
    for sentence in added.refused:
        say(sentence)
    return f"{count(added.added, 'file')} added." if added.added or not added.refused else ""


def _height(rows: pd.DataFrame) -> int | Literal["content"]:
    return "content" if len(rows) <= _MOST_SHOWN else 35 * _MOST_SHOWN + 55
