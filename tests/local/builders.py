"""Small local sides for the tests: a folder with the five tables, of which a test replaces what it is about."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from core.local import LocalLoad, SourceConfig, load_source

TODAY = date(2026, 11, 20)
ZONE = "Pacific/Auckland"

TABLES = {
    "clients": "id,name\nC1,Abel Ltd\nC2,Beth Trust\n",
    "staff": "id,name\nS1,Ana\nS2,Ben\n",
    "processes": "id,name\nP1,BAS\nP2,Payroll\n",
    "tasks": "id,client_id,process_id,name\nT1,C1,P1,BAS Sep\nT2,C2,P2,Payroll\n",
    "actual_times": "id,staff_id,task_id,date,minutes,note\nE1,S1,T1,2026-11-13,60,first\n",
}


def write_side(folder: Path, **texts: str | bytes) -> Path:
    """The folder with all five CSV files, some replaced."""
    for name, content in {**TABLES, **texts}.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def load_folder(folder: Path, *, previous: Any = None, accepted: frozenset[str] = frozenset(), **raw: Any) -> LocalLoad:
    """Load the folder with these settings of the source."""
    config = SourceConfig.from_dict({"type": "folder", "path": str(folder), **raw})
    return load_source(config, zone=ZONE, today=TODAY, previous=previous, accepted=accepted)


def load_times(folder: Path, text: str | bytes, *, previous: Any = None, **table: Any) -> LocalLoad:
    """Load a side whose actual times are this text, with these settings of that table."""
    write_side(folder, actual_times=text)
    tables = {name: {"file": f"{name}.csv"} for name in TABLES}
    tables["actual_times"].update(table)
    return load_folder(folder, tables=tables, previous=previous)


def load_entries(folder: Path, *rows: str, header: str = "", **table: Any) -> LocalLoad:
    """Load a side with these lines of actual times under the usual header."""
    return load_times(folder, "\n".join([header or "id,staff_id,task_id,date,minutes,note", *rows]) + "\n", **table)


def load_clients(folder: Path, text: str | bytes, **table: Any) -> LocalLoad:
    """Load a side that has nothing but these clients."""
    (folder / "clients.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return load_folder(folder, tables={"clients": {"file": "clients.csv", **table}})


def make_workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    """A workbook of these sheets; text cells, numbers and dates keep their type."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    days = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value, *([days] if isinstance(value, date) else []))
    book.close()
    return buffer.getvalue()
