"""Tables that leave the house: CSV and XLSX that no spreadsheet will run as a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import xlsxwriter

#: A cell that starts so is run or swallowed by a spreadsheet; it gets an apostrophe in front.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")


def guard_text(value: str) -> str:
    """The text, with an apostrophe before anything a spreadsheet would take for a formula."""
    return f"'{value}" if value.startswith(DANGEROUS) else value


def to_csv(frame: pd.DataFrame) -> bytes:
    """The frame with its index as UTF-8 CSV with a byte-order mark, which Excel needs to read accents."""
    text: str = _plain(frame).to_csv(index=False)
    return text.encode("utf-8-sig")


def to_xlsx(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """One workbook, a sheet per frame with its index first; text cells are written as text, never as formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        heading = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, frame in sheets.items():
            _write_sheet(book.add_worksheet(name[:31]), _plain(frame), heading, day)
    return buffer.getvalue()


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    whole = frame.reset_index() if frame.index.name else frame
    return whole.map(_plain_cell)


def _plain_cell(value: Any) -> Any:
    if isinstance(value, str):
        return guard_text(value)
    if isinstance(value, pd.Timestamp):
        return value.date()
    if value is None or value is pd.NaT:
        return ""
    return value


def _write_sheet(sheet: Any, frame: pd.DataFrame, heading: Any, day: Any) -> None:
    sheet.freeze_panes(1, 0)
    _prepare_print(sheet)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    for place, column in enumerate(frame.columns):
        sheet.write_string(0, place, str(column), heading)
        values = frame[column].tolist()
        width = max([len(str(column)), *(len(str(v)) for v in values[:200])])
        sheet.set_column(place, place, min(max(width, 8) + 2, 60))
        for row, value in enumerate(values, 1):
            _write_cell(sheet, row, place, value, day)


def _prepare_print(sheet: Any) -> None:
    """As wide as one page across, its headings on each page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, bool | str):
        sheet.write_string(row, column, str(value))
    elif isinstance(value, int | float | Decimal) and value == value:
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, "" if value != value else str(value))
