"""CSV and its relatives: bytes to a table of text, with true line numbers.

A thin layer over the standard reader: it numbers physical lines (a note may span several), detects the delimiter or
asks, and names the line of a quote that never closes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import re
from collections.abc import Iterator

from core.local.config import DELIMITERS, TableConfig
from core.local.encoding import decode_text
from core.local.rows import Row, cut_rows
from core.local.table import FileAsks, FileRefused, NoRows, Progress, TextTable

LARGEST_CSV = 100 * 1024 * 1024

_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_SAMPLE_ROWS = 50
_NAMES = {character: name for name, character in DELIMITERS.items()}
#: First bytes of things that are no text, whatever the file is called.
_NOT_TEXT = {
    b"PK\x03\x04": "a zip or spreadsheet file",
    b"\xd0\xcf\x11\xe0": "an old Excel or password-protected file",
    b"PAR1": "a Parquet file",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"%PDF": "a PDF",
    b"SQLite format 3\x00": "a SQLite database",
    b"\x1f\x8b": "a compressed file",
}


class QuoteOpen(FileRefused):
    """A quotation mark opens and does not close where it should."""

    def __init__(self, file: str, line: int, detail: str) -> None:
        super().__init__(
            file,
            f"the quotes in line {line} do not fit ({detail})",
            "Close or double the quotation mark there, or export the file again.",
        )


class DelimiterAsked(FileAsks):
    """Two delimiters fit the file equally well."""

    def __init__(self, file: str, previews: dict[str, str]) -> None:
        super().__init__(file, "more than one delimiter fits", "delimiter", previews)


def read_csv_table(
    data: bytes, file: str, config: TableConfig, *, limit: int, on_progress: Progress | None = None
) -> TextTable:
    """The file's rows as text, index line = first physical line of the row.

    data: the whole file. Raises FileRefused or FileAsks with the file, the line and the next step.
    """
    check_text_bytes(data, file)
    text, encoding = decode_text(data, file, config.encoding)
    skip, delimiter, why = _choose_delimiter(text, file, config)
    rows = _number_rows(text, delimiter, file, skip)
    cut = cut_rows(rows, file, limit=limit, on_progress=on_progress)
    read_as = f"{file}: read as {encoding}, delimiter {_NAMES.get(delimiter, delimiter)} ({why})."
    notes = [read_as, *([f"{file}: the sep= line was skipped."] if skip else []), *cut.notes(file)]
    return TextTable(file, cut.headers, cut.cells, hashlib.sha256(data).hexdigest(), cut.flaws, notes)


def check_text_bytes(data: bytes, file: str) -> None:
    """Refuse what is no text by its first bytes, and what is larger than the limit, before parsing anything."""
    if len(data) > LARGEST_CSV:
        raise FileRefused(file, "it is larger than 100 MB", "Split it, for example by year, and load the parts.")
    for signature, what in _NOT_TEXT.items():
        if data.startswith(signature):
            raise FileRefused(file, f"it is {what}, not text", "Export it as CSV or save it as XLSX.")
    if re.match(rb"\s*<(!doctype|html|table|\?xml)", data[:200], re.IGNORECASE):
        raise FileRefused(file, "it is a web page or XML, not CSV", "Open it in Excel and save it as XLSX or CSV.")
    if not data.strip():
        raise NoRows(file)


def _choose_delimiter(text: str, file: str, config: TableConfig) -> tuple[int, str, str]:
    """Lines to skip, the delimiter, and how it was found."""
    first_line = text[: text.find("\n") + 1] or text
    sep = _SEP_LINE.fullmatch(first_line.splitlines()[0] if first_line else "")
    skip = 1 if sep else 0
    if config.separator:
        return skip, config.separator, "declared"
    if sep:
        return skip, sep.group(1), "from the sep= line"
    if file.casefold().endswith((".tsv", ".tab")):
        return skip, "\t", "from the file's extension"
    return skip, _detect_delimiter(text, file), "detected"


def _detect_delimiter(text: str, file: str) -> str:
    samples = {delimiter: _sample_rows(text, delimiter) for delimiter in DELIMITERS.values()}
    split = {delimiter: rows for delimiter, rows in samples.items() if rows and len(rows[0]) > 1}
    if not split:
        return ","
    even = [delimiter for delimiter, rows in split.items() if all(len(row) == len(rows[0]) for row in rows)]
    if len(even) > 1:
        raise DelimiterAsked(file, {_NAMES[d]: " | ".join(split[d][0])[:60] for d in even})
    return even[0] if even else max(split, key=lambda delimiter: len(split[delimiter][0]))


def _sample_rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows.extend(row for row in itertools.islice(reader, _SAMPLE_ROWS) if any(cell.strip() for cell in row))
    except csv.Error:
        # the reading proper names the line; here the sample just ends
        return rows
    return rows


def _number_rows(text: str, delimiter: str, file: str, skip: int) -> Iterator[Row]:
    lines = io.StringIO(text, newline="")
    for _ in range(skip):
        lines.readline()
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = skip + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise QuoteOpen(file, start, _say_error(error)) from error
        yield start, cells
        start = skip + reader.line_num + 1


def _say_error(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text or "unexpected end" in text:
        return "opened there and never closed"
    return "text follows a closing quotation mark" if "expected after" in text else text
