"""A folder before anybody has said which file is which table: what it holds, and what each file looks like.

Names and headers only make the offer; a person says which file is which, and what was said is kept in the settings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.local.columns import plain_header
from core.local.config import TABLES, SourceConfig
from core.local.encoding import decode_text
from core.local.folder import KINDS, TEXT_KINDS, open_folder
from core.local.presets import find_preset
from core.local.table import FileAsks, FileRefused

#: Words in a file's name, by the table they speak for, the surest table first.
_WORDS: dict[str, set[str]] = {
    "actual_times": {"time", "times", "timesheet", "timesheets", "hours", "entries", "toggl", "clockify", "harvest"},
    "tasks": {"task", "tasks", "todo", "todos", "assignments"},
    "processes": {"process", "processes", "service", "services", "worktypes", "work"},
    "staff": {"staff", "team", "user", "users", "employee", "employees", "people", "members"},
    "documents": {"document", "documents", "docs", "papers"},
    "clients": {"client", "clients", "customer", "customers", "contact", "contacts"},
}
#: Enough of a text file for its line of headers.
_HEAD_BYTES = 65_536


class FolderEmpty(FileRefused):
    """The folder holds nothing that could be a table."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"The folder {path!r}",
            "it holds no CSV, TSV, XLSX or Parquet file",
            "Export your records into it, or name another folder.",
        )


@dataclass(frozen=True)
class Survey:
    """What a folder holds.

    files: names of the files that could be read, sorted. tables: our table -> the file its name offers for it.
    preset: the tracker that wrote the file offered for actual_times, empty when it is no known one's export.
    """

    files: tuple[str, ...]
    tables: dict[str, str]
    preset: str

    @property
    def is_plain(self) -> bool:
        """Whether every file is named like one of our tables, so that nobody has to be asked."""
        stems = [Path(name).stem.casefold() for name in self.files]
        return set(stems) <= set(TABLES) and len(set(stems)) == len(stems)


def survey_folder(config: SourceConfig) -> Survey:
    """Look at the names of a folder's files, and at the headers of the one offered for the time.

    Raises FolderMissing when the folder cannot be read, FolderEmpty when it holds no file of a known kind.
    """
    folder = open_folder(config)
    names = sorted(path.name for path in folder.iterdir() if path.suffix.casefold() in KINDS and path.is_file())
    names = [name for name in names if not name.startswith((".", "~$"))]
    if not names:
        raise FolderEmpty(config.path)
    tables = dict(_offer_tables(names))
    times = tables.get("actual_times", "")
    return Survey(tuple(names), tables, find_preset(_read_headers(folder / times)) if times else "")


def _offer_tables(names: list[str]) -> Iterator[tuple[str, str]]:
    """Each table with at most one file and each file for at most one table; exact names come first."""
    free = list(names)
    for table in TABLES:
        exact = [name for name in free if Path(name).stem.casefold() == table]
        if exact:
            free.remove(exact[0])
            yield table, exact[0]
    left = {table: words for table, words in _WORDS.items() if not any(_is_named(name, table) for name in names)}
    for table, words in left.items():
        alike = [name for name in free if words & set(plain_header(Path(name).stem).split())]
        if alike:
            free.remove(alike[0])
            yield table, alike[0]


def _is_named(name: str, table: str) -> bool:
    return Path(name).stem.casefold() == table


def _read_headers(path: Path) -> tuple[str, ...]:
    """The first line of a text file as headers; none for other kinds and for what cannot be read as text."""
    if path.suffix.casefold() not in TEXT_KINDS:
        return ()
    try:
        with path.open("rb") as file:
            text, _encoding = decode_text(file.readline(_HEAD_BYTES), path.name)
    except (OSError, FileAsks, FileRefused):
        # an offer only: the load itself says what is wrong with the file
        return ()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    return tuple(rows[0]) if rows else ()
