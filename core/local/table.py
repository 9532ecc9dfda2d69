"""A table as it stands in a file: every cell is text, every row knows its line.

All readers (CSV, spreadsheet, Parquet, SQL) end here, so that nothing is guessed before the declared formats are
applied. What could not even be cut into cells is a flaw with its line, never a missing row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from core.model import PersonNeeded, TieoutError

#: Rows read before the caller hears of progress and before a chunk is packed into columns.
CHUNK_ROWS = 100_000

#: Told the file and how many rows were read so far.
Progress = Callable[[str, int], None]


class FileRefused(TieoutError):
    """The file is not taken and nothing changed. The sentence names the file, the place and the next step."""

    def __init__(self, file: str, what: str, next_step: str) -> None:
        super().__init__(f"{file} was not taken: {what}. {next_step}")
        self.file = file
        self.what = what


class FileAsks(PersonNeeded):
    """The file has two readings; nothing is taken until a person has said which, once per source.

    `what` is the question, `setting` the name in the table's config that holds the answer, `choices` the valid answers
    with a few lines of how the file reads under each.
    """

    def __init__(self, file: str, what: str, setting: str, choices: dict[str, str]) -> None:
        shown = "; ".join(f"{choice}: {preview}" if preview else choice for choice, preview in choices.items())
        super().__init__(f"{file} waits for an answer: {what}. Answer it on Connection, step The local side ({shown}).")
        self.file = file
        self.what = what
        self.setting = setting
        self.choices = choices


class NoRows(FileRefused):
    """An empty file is a question, not an order to delete everything."""

    def __init__(self, file: str) -> None:
        super().__init__(
            file,
            "it has no rows",
            "The last good load stays. Check the export; if the table is meant to be empty, say so on Connection, step "
            "The local side.",
        )


@dataclass(frozen=True)
class RowFlaw:
    """A row that is held because it could not be read; `column` is empty when the whole row is meant."""

    line: int
    column: str
    value: str
    sentence: str


@dataclass(frozen=True)
class TextTable:
    """One file or query result as text.

    `cells` has one row per data row, index `line` (1-based line or row number in the file, unique), and one column per
    header, named by position 0, 1, 2... `kinds`, when a spreadsheet was read, has the same index and one letter per
    cell: `s` text, `n` number, `l` number that lost digits, `d` date or time, `b` boolean, `e` error, `f` formula
    without a stored value, `m` inside a merged range.
    """

    file: str
    headers: tuple[str, ...]
    cells: pd.DataFrame
    sha256: str
    flaws: list[RowFlaw] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kinds: pd.Series | None = None
    epoch_1904: bool = False


def escape_text(value: str) -> str:
    """The text on one line, with what cannot be shown or stored (NUL, control characters) written as an escape."""
    return "".join(c if c.isprintable() or c == " " else c.encode("unicode_escape").decode("ascii") for c in value)


def show_text(value: str, limit: int = 60) -> str:
    """The text as it may stand in a sentence: in quotes, escaped, cut with `...`."""
    escaped = escape_text(value)
    return f"'{escaped}'" if len(escaped) <= limit else f"'{escaped[:limit]}...'"


def count_words(count: int, noun: str) -> str:
    """`1 row`, `3 rows`: the count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
