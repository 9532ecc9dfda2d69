"""Spreadsheets of jobs: read as carefully as the local side's files, and an example of what one may hold."""

from __future__ import annotations

import pandas as pd

from core.jobs.sheet import COLUMNS, COST_COLUMNS, SheetTable, SheetUnusable
from core.local.config import TableConfig
from core.local.csv_text import read_csv_table
from core.local.sheet import read_sheet_table

#: Rows of a file; a run of so many jobs takes weeks already.
_MOST_ROWS = 20_000
_JOB = {"client": "Tui & Tawa Bakery Ltd", "template": "Annual accounts", "period": "FY2027", "start": "2026-07-01"}
_JOB |= {"due": "2026-12-15", "staff": "Aroha Ngata; Ben Okafor", "manager": "Ben Okafor", "budget": "2500.00"}
_LINE = {"cost description": "Companies Office fee", "code": "FEE", "billable": "yes", "quantity": "1"}
_LINE |= {"unit cost": "45.00", "unit price": "52.50"}
_MORE = {"cost description": "Courier", "billable": "no", "quantity": "2", "unit cost": "6.00", "unit price": "9.00"}


def read_table(file: str, data: bytes) -> SheetTable:
    """A file's cells as text; a workbook is unpacked in a process of its own. Raises SheetUnusable, FileRefused."""
    suffix = file.casefold().rpartition(".")[2]
    if suffix not in ("csv", "xlsx"):
        raise SheetUnusable(file, "it is neither .csv nor .xlsx")
    read = read_sheet_table if suffix == "xlsx" else read_csv_table
    table = read(data, file, TableConfig(), limit=_MOST_ROWS)
    if table.flaws:
        flaw = table.flaws[0]
        raise SheetUnusable(file, f"line {flaw.line} cannot be read: {flaw.sentence}")
    rows = {int(line): cells for line, cells in zip(table.cells.index, table.cells.to_numpy().tolist(), strict=True)}
    return SheetTable(file, table.headers, rows)


def make_example() -> pd.DataFrame:
    """What a file may hold: every column, a job, and a second cost line of it below."""
    return pd.DataFrame([_JOB | _LINE, _MORE], columns=[*COLUMNS, *COST_COLUMNS]).fillna("")
