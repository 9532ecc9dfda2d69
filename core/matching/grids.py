"""A file as a grid of texts: CSV, TSV, XLSX (first sheet) and Parquet, each row with the line it stands in.

Nothing is guessed silently: what was taken for granted, such as an old encoding, is told in the notes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

from core.model import TieoutError

SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet")
#: Rows of a sheet, header included: https://support.microsoft.com/office, "Excel specifications and limits".
SHEET_ROWS = 1_048_576
_DELIMITERS = ",;\t|"
#: First bytes of files that are something else than their name says.
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: A cell may be long, but not as long as a file whose quotation mark was never closed.
_LONGEST_CELL = 1_000_000


class ListUnreadable(TieoutError):
    """A list to match cannot be read at all."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name} cannot be read: {why}")


@dataclass(frozen=True)
class Grid:
    """Rows that are not empty, all as long as the longest; lines: where each stands in the file, from 1.

    unit: what the file calls a line, "line" or "row".
    """

    rows: list[list[str]]
    lines: list[int]
    notes: list[str]
    unit: str


def read_grid(path: Path) -> Grid:
    """The rows of a file in its order, header included. Raises ListUnreadable."""
    suffix = path.suffix.lower()
    if suffix == ".xls":
        raise ListUnreadable(path, "it is in Excel's old format. Save it as .xlsx or as 'CSV UTF-8'.")
    if suffix not in SUFFIXES:
        raise ListUnreadable(path, f"files that end in {', '.join(SUFFIXES)} are understood.")
    if path.is_dir() or not path.exists():
        raise ListUnreadable(path, "it is a folder." if path.is_dir() else f"there is no such file at {path}.")
    readers = {".xlsx": _read_xlsx, ".parquet": _read_parquet}
    grid = readers.get(suffix, _read_csv)(path)
    if not grid.rows:
        raise ListUnreadable(path, "it is empty.")
    return grid


def _fill_rows(numbered: Iterator[tuple[int, list[str]]], notes: list[str], unit: str) -> Grid:
    """Rows without any text left out, shorter ones filled up."""
    kept = [(line, row) for line, row in numbered if any(cell and not cell.isspace() for cell in row)]
    width = max((len(row) for _, row in kept), default=0)
    for _, row in kept:
        row.extend([""] * (width - len(row)))
    return Grid([row for _, row in kept], [line for line, _ in kept], notes, unit)


def _read_csv(path: Path) -> Grid:
    text, notes = _decode(path, _read_bytes(path))
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _guess_delimiter(text)
    return _fill_rows(_cut_rows(path, text, delimiter), notes, "line")


def _read_bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ListUnreadable(path, f"{(error.strerror or 'it cannot be opened').lower()}.") from error
    if content.startswith((_ZIP, _OLD_EXCEL)):
        raise ListUnreadable(path, "it is an Excel workbook, not text. Save it as 'CSV UTF-8', or name it .xlsx.")
    return content


def _decode(path: Path, content: bytes) -> tuple[str, list[str]]:
    """The text of a CSV file: UTF-8, UTF-16 with its mark, or else the Windows encoding that Excel's plain CSV has."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace"), []
    if content[:400].count(0) > len(content[:400]) // 4:
        raise ListUnreadable(path, "it looks like UTF-16 without its mark. Save it as 'CSV UTF-8'.")
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        return _decode_windows(path, content, error)


def _decode_windows(path: Path, content: bytes, error: UnicodeDecodeError) -> tuple[str, list[str]]:
    line = content[: error.start].count(b"\n") + 1
    lenient = content.decode("utf-8", errors="replace")
    proper = sum(ord(char) > 127 for char in lenient if char != "\ufffd")
    if proper > lenient.count("\ufffd"):
        raise ListUnreadable(path, f"it is UTF-8 with a broken character in line {line}. Save it as 'CSV UTF-8'.")
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        why = f"it is not UTF-8 (line {line}) and no Windows-1252 either. Save it as 'CSV UTF-8'."
        raise ListUnreadable(path, why) from error
    return text, [f"{path.name} is not UTF-8 (line {line}), so it was read as Windows-1252, as Excel saves plain CSV."]


def _guess_delimiter(text: str) -> str:
    """The delimiter that the line naming id and name uses; without such a line, the commonest of the first lines."""
    head = text[:20_000].splitlines()[:20]
    for line in head:
        for delimiter in _DELIMITERS:
            cells = {cell.strip(' "').lower() for cell in line.split(delimiter)}
            if {"id", "name"} <= cells:
                return delimiter
    return max(_DELIMITERS, key=lambda each: sum(line.count(each) for line in head))


def _cut_rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    before = csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    start = 1
    try:
        for row in reader:
            yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        why = f"a quotation mark that opens in line {start} is not closed, or text follows the closing one."
        raise ListUnreadable(path, f"{why} Inside a quoted cell a quotation mark is written twice.") from error
    finally:
        csv.field_size_limit(before)


def _read_xlsx(path: Path) -> Grid:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
        rows = enumerate(sheet.to_python(skip_empty_area=False), start=1)
    except (python_calamine.CalamineError, OSError, IndexError) as error:
        raise ListUnreadable(path, "it is no Excel workbook, or it is protected by a password.") from error
    texts = ((line, [write_cell(cell) for cell in row]) for line, row in rows)
    grid = _fill_rows(texts, [], "row")
    return replace(grid, notes=say_sheet(path.name, book.sheet_names, grid.lines[-1] if grid.lines else 0))


def say_sheet(name: str, sheets: list[str], last: int) -> list[str]:
    """What a person should know of a workbook whose first sheet ends in row `last`."""
    notes = []
    if len(sheets) > 1:
        notes.append(f"{name} has {len(sheets)} sheets; only the first, {sheets[0]!r}, was read.")
    if last >= SHEET_ROWS:
        notes.append(f"{name} fills its sheet to the last row: what did not fit was lost when it was saved.")
    return notes


def _read_parquet(path: Path) -> Grid:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise ListUnreadable(path, "it is no Parquet file.") from error
    columns = ([write_cell(value) for value in column.to_pylist()] for column in table.columns)
    header = [str(name) for name in table.column_names]
    rows = enumerate([header, *map(list, zip(*columns, strict=True))])
    return _fill_rows(rows, [], "row")


def write_cell(cell: Any) -> str:
    """A typed cell as text: whole numbers without a fraction, days without a time, nothing for a missing value."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    return cell.decode("utf-8", errors="replace") if isinstance(cell, bytes) else str(cell)
