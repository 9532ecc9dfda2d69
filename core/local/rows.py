"""Rows of cells become a table of text: the header is taken, what is no data is skipped and counted, odd rows are held.

Skipped: blank rows, repeated headers, totals after the last row. Held: rows with too few or too many cells, sub-totals.
Refused: two tables in one, too many rows, so many odd rows that the delimiter must be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from core.local.columns import is_usual_header
from core.local.table import CHUNK_ROWS, FileRefused, NoRows, Progress, RowFlaw, count_words, show_text

_TOTAL = re.compile(r"(grand |sub[- ]?)?totals?( for .*)?|sum", re.IGNORECASE)
_TOTAL_LETTERS = frozenset("tTgGsS")
_FIGURE = re.compile(r"[\d.,:$€£()+\- ]+(h|hrs|hours|min|mins|minutes)?", re.IGNORECASE)
#: Share of odd lines from which the whole file is doubted.
_ODD_SHARE = 0.05

Row = tuple[int, Sequence[str]]


class WrongShape(FileRefused):
    """So many lines have the wrong number of cells that the columns cannot be trusted."""

    def __init__(self, file: str, odd: int, rows: int, first_line: int) -> None:
        super().__init__(
            file,
            f"{odd:,} of {rows:,} lines do not have the header's number of cells, the first is line {first_line}",
            "Is it the delimiter or the quotes? Check how the file was exported, or declare its delimiter.",
        )


class SeveralTables(FileRefused):
    """A second header stands below the first table."""

    def __init__(self, file: str, line: int, cells: Sequence[str]) -> None:
        shown = ", ".join(show_text(cell) for cell in cells if cell)
        super().__init__(
            file, f"a second table begins in line {line} ({shown})", "Put each table into its own file or sheet."
        )


class TooManyRows(FileRefused):
    """The file is larger than what is read at once."""

    def __init__(self, file: str, limit: int) -> None:
        super().__init__(file, f"it has more than {limit:,} rows", "Split it, for example by year, and load the parts.")


@dataclass
class CutRows:
    """What cutting leaves: the header, the data in columns by position with index `line`, the flaws and the counts."""

    headers: tuple[str, ...]
    cells: pd.DataFrame
    flaws: list[RowFlaw] = field(default_factory=list)
    blank: int = 0
    repeated: int = 0
    footers: int = 0

    def notes(self, file: str) -> list[str]:
        """One sentence per kind of skipped row."""
        counted = ((self.blank, "blank row"), (self.repeated, "repeated header"), (self.footers, "total row"))
        return [f"{file}: {count_words(count, noun)} skipped." for count, noun in counted if count]


def cut_rows(rows: Iterable[Row], file: str, *, limit: int, on_progress: Progress | None = None) -> CutRows:
    """Cut numbered rows into a header and data; the first row that is not blank is the header.

    rows: (line, cells), cells as text. Raises NoRows, WrongShape, SeveralTables or TooManyRows.
    """
    source = iter(rows)
    blank, header = _take_header(source, file)
    cutter = _Cutter(file, tuple(header), limit, on_progress)
    for line, cells in source:
        cutter.take(line, cells)
    return cutter.finish(blank)


def _take_header(rows: Iterator[Row], file: str) -> tuple[int, Sequence[str]]:
    for blank, (_, cells) in enumerate(rows):
        if any(cell.strip() for cell in cells):
            return blank, cells
    raise NoRows(file)


class _Cutter:
    """Takes row after row; packs a chunk at a time so that a million rows stay small."""

    def __init__(self, file: str, headers: tuple[str, ...], limit: int, on_progress: Progress | None) -> None:
        self._file = file
        self._headers = headers
        self._limit = limit
        self._on_progress = on_progress
        self._lines: list[int] = []
        self._rows: list[Sequence[str]] = []
        self._chunks: list[pd.DataFrame] = []
        self._after_blank = False
        self._trailing: list[RowFlaw] = []
        self._taken = 0
        self._odd = 0
        self._first_odd = 0
        self._cut = CutRows(headers, pd.DataFrame())

    def take(self, line: int, cells: Sequence[str]) -> None:
        """Keep, hold or skip one row."""
        if not any(cells) or not any(cell.strip() for cell in cells):
            self._cut.blank += 1
            self._after_blank = True
            return
        if self._after_blank:
            self._check_second_table(line, cells)
        if len(cells) == len(self._headers) and cells[0] == self._headers[0] and tuple(cells) == self._headers:
            self._cut.repeated += 1
        elif _is_total(cells):
            self._trailing.append(_subtotal(line, cells))
        else:
            self._keep(line, cells)

    def finish(self, blank: int) -> CutRows:
        """The whole table; what looked like totals at the very end was a footer."""
        self._pack()
        rows = self._taken + self._odd
        if rows and self._odd / rows > _ODD_SHARE and (self._odd > 1 or rows == 1):
            raise WrongShape(self._file, self._odd, rows, self._first_odd)
        self._cut.blank += blank
        self._cut.footers = len(self._trailing)
        if self._chunks:
            self._cut.cells = pd.concat(self._chunks)
        elif not self._cut.flaws:
            raise NoRows(self._file)
        else:
            self._cut.cells = _pack_columns([], [], len(self._headers))
        return self._cut

    def _keep(self, line: int, cells: Sequence[str]) -> None:
        if self._trailing:
            self._cut.flaws += self._trailing
            self._trailing = []
        if len(cells) != len(self._headers):
            self._odd += 1
            self._first_odd = self._first_odd or line
            self._cut.flaws.append(_wrong_count(line, cells, len(self._headers)))
            return
        self._lines.append(line)
        self._rows.append(cells)
        self._taken += 1
        if self._taken > self._limit:
            raise TooManyRows(self._file, self._limit)
        if len(self._rows) == CHUNK_ROWS:
            self._pack()

    def _check_second_table(self, line: int, cells: Sequence[str]) -> None:
        self._after_blank = False
        filled = [cell for cell in cells if cell.strip()]
        usual = sum(is_usual_header(cell) for cell in filled)
        if usual >= 2 and usual * 2 > len(filled) and tuple(cells) != self._headers:
            raise SeveralTables(self._file, line, cells)

    def _pack(self) -> None:
        if not self._rows:
            return
        self._chunks.append(_pack_columns(self._lines, self._rows, len(self._headers)))
        self._lines, self._rows = [], []
        if self._on_progress:
            self._on_progress(self._file, self._taken)


def _pack_columns(lines: list[int], rows: list[Sequence[str]], width: int) -> pd.DataFrame:
    columns = zip(*rows, strict=True) if rows else ([] for _ in range(width))
    index = pd.Index(lines, dtype="int64", name="line")
    return pd.DataFrame({i: pd.Series(list(column), index=index, dtype="str") for i, column in enumerate(columns)})


def _is_total(cells: Sequence[str]) -> bool:
    filled = (cell.strip() for cell in cells if cell.strip())
    first = next(filled, "")
    if first[:1] not in _TOTAL_LETTERS or not _TOTAL.fullmatch(first.rstrip(":")):
        return False
    # beside the word only figures: a client may be called Total
    return all(_FIGURE.fullmatch(cell) for cell in filled)


def _subtotal(line: int, cells: Sequence[str]) -> RowFlaw:
    return RowFlaw(
        line, "", " | ".join(cells)[:200], "This row looks like a sub-total between the data. Remove it in the export."
    )


def _wrong_count(line: int, cells: Sequence[str], expected: int) -> RowFlaw:
    sentence = f"The line has {len(cells)} cells, the header has {expected}. Check its delimiters and quotes."
    return RowFlaw(line, "", " | ".join(cells)[:200], sentence)
