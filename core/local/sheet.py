"""XLSX: checked as a zip before anything opens it, read in a child process, values by the type of each cell."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from core.local.config import TableConfig
from core.local.rows import Row, cut_rows
from core.local.table import FileRefused, Progress, TextTable, count_words

LARGEST_XLSX = 25 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 200
#: Above this unpacked size the packing ratio is limited too.
RATIO_FROM = 50 * 1024 * 1024
HIGHEST_RATIO = 100

_CHILD = Path(__file__).with_name("sheet_child.py")
_CHILD_MEMORY = 3 * 1024**3
_CHILD_SECONDS = 120
_SAVE = "Open it in its program and save it as XLSX or CSV."


class SheetRefused(FileRefused):
    """The file is no workbook that is read here, or a dangerous one."""


def read_sheet_table(
    data: bytes, file: str, config: TableConfig, *, limit: int, table: str = "", on_progress: Progress | None = None
) -> TextTable:
    """The rows of one sheet as text, index line = row number of the sheet.

    Numbers come in plain digits, dates as YYYY-MM-DD, durations as hh:mm; `kinds` tells the type of each cell. The
    sheet is the declared one, else the only visible one, else the one named like the table.
    """
    check_workbook_bytes(data, file)
    head, rows = _read_in_child(data, file, config.sheet, table)
    kinds: dict[int, str] = {}
    cut = cut_rows(_collect_kinds(rows, kinds), file, limit=limit, on_progress=on_progress)
    letters = pd.Series(kinds, dtype="str").reindex(cut.cells.index)
    notes = [*_say_sheets(head, file), *cut.notes(file)]
    sha256 = hashlib.sha256(data).hexdigest()
    return TextTable(file, cut.headers, cut.cells, sha256, cut.flaws, notes, letters, head["epoch_1904"])


def check_workbook_bytes(data: bytes, file: str) -> None:
    """Refuse by first bytes, parts and unpacked size, before anything is unpacked."""
    if len(data) > LARGEST_XLSX:
        raise SheetRefused(file, "it is larger than 25 MB", "Split it, or save it as CSV.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        what = "it is protected by a password" if locked else "it is an old Excel file (XLS)"
        raise SheetRefused(file, what, _SAVE)
    if re.match(rb"\s*(<|mime-version)", data[:200], re.IGNORECASE):
        raise SheetRefused(file, "it is a web page with another name", _SAVE)
    if not data.startswith(b"PK\x03\x04"):
        raise SheetRefused(file, "it is no workbook", _SAVE)
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile as error:
        raise SheetRefused(file, "the workbook is damaged", _SAVE) from error
    _check_parts(parts, len(data), file)


def _check_parts(parts: list[zipfile.ZipInfo], packed: int, file: str) -> None:
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS:
        raise SheetRefused(file, f"it has {len(parts)} parts, more than {MOST_PARTS}", _SAVE)
    if any(".." in Path(name).parts or name.startswith(("/", "\\")) or "\\" in name for name in names):
        raise SheetRefused(file, "one of its parts leaves the archive", "Do not open it.")
    if unpacked > LARGEST_UNPACKED or (unpacked > RATIO_FROM and unpacked > packed * HIGHEST_RATIO):
        raise SheetRefused(file, f"it unpacks to {unpacked // 1024 // 1024} MB", "Split it, or save it as CSV.")
    if any(part.flag_bits & 1 for part in parts):
        raise SheetRefused(file, "it is protected by a password", _SAVE)
    for name, what in (
        ("xl/workbook.bin", "a binary workbook (XLSB)"),
        ("xl/vbaProject.bin", "a workbook with macros (XLSM)"),
        ("content.xml", "an OpenDocument file (ODS)"),
        ("Index/Document.iwa", "a Numbers file"),
    ):
        if name in names:
            raise SheetRefused(file, f"it is {what}", _SAVE)
    if "xl/workbook.xml" not in names:
        raise SheetRefused(file, "it is a zip file but no workbook", _SAVE)


def _read_in_child(data: bytes, file: str, sheet: str, table: str) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    # -P: the script's own folder must not become the first place to import from
    command = [sys.executable, "-P", str(_CHILD), sheet, table, str(_CHILD_MEMORY)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_CHILD_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise SheetRefused(file, f"it takes longer than {_CHILD_SECONDS} s to read", "Save it as CSV.") from error
    lines = io.BytesIO(done.stdout)
    first = lines.readline()
    if done.returncode or not first:
        raise SheetRefused(file, "it needs more memory than is allowed or is damaged", "Save it as CSV.")
    head = json.loads(first)
    if "refused" in head:
        raise SheetRefused(file, *head["refused"])
    return head, (_load_row(line, file) for line in lines)


def _load_row(line: bytes, file: str) -> list[Any]:
    row = json.loads(line)
    if isinstance(row, dict):
        raise SheetRefused(file, *row["refused"])
    return list(row)


def _collect_kinds(rows: Iterator[list[Any]], kinds: dict[int, str]) -> Iterator[Row]:
    for number, letters, cells in rows:
        kinds[number] = letters
        yield number, cells


def _say_sheets(head: dict[str, Any], file: str) -> list[str]:
    hidden = [name for name, shown in head["sheets"] if not shown and name != head["sheet"]]
    notes = [f"{file}: sheet {head['sheet']!r} was read."]
    if hidden:
        notes.append(f"{file}: {count_words(len(hidden), 'hidden sheet')} not read: {', '.join(hidden)}.")
    if (head["sheet"], False) in [tuple(sheet) for sheet in head["sheets"]]:
        notes.append(f"{file}: the sheet {head['sheet']!r} is hidden.")
    if head["hidden_rows"]:
        notes.append(f"{file}: {count_words(head['hidden_rows'], 'hidden or filtered row')} were used like the others.")
    return notes
