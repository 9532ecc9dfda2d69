"""Two files in, one file of pairs out: what `tieout match` does."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from core.model import TieoutError

from .grids import SHEET_ROWS, SUFFIXES, Grid, ListUnreadable, read_grid
from .headings import find_column, find_header, suggest_headings, tidy_heading
from .kinds import choose_method, guess_year_end_month
from .parallel import collect_later, count_cores
from .progress import Progress, say_nothing
from .records import KNOWN_COLUMNS

__all__ = ["ListUnreadable", "match_files", "read_list", "write_matches"]

FILE_COLUMNS = ["left_id", "right_id", "score", "band", "explanation"]


def count_rows(count: int) -> str:
    """A number of rows in words."""
    return "1 row" if count == 1 else f"{count} rows"


class ListColumnMissing(TieoutError):
    """A list to match lacks the column id, or name, or both."""

    def __init__(self, path: Path, missing: list[str], found: list[str]) -> None:
        columns = ", ".join(heading for heading in found if heading)
        super().__init__(
            f"{path.name} has no column {' and no column '.join(map(repr, missing))}. Its columns are "
            f"{columns or 'none'}. Rename {' and '.join(self._advise(column, found) for column in missing)}."
        )

    @staticmethod
    def _advise(column: str, found: list[str]) -> str:
        meant = " or ".join(map(repr, suggest_headings(column, found)))
        return f"{meant or f'the one that holds the {column}'} to {column!r}"


class ListColumnDoubled(TieoutError):
    """A list to match has two columns that may be its id or name."""

    def __init__(self, path: Path, column: str) -> None:
        super().__init__(f"{path.name} has more than one column {column!r}. Keep one, and rename or remove the others.")


class ListRowTooLong(TieoutError):
    """A row has more cells than the header."""

    def __init__(self, path: Path, unit: str, line: int, cells: int, header: int) -> None:
        super().__init__(
            f"{path.name} cannot be read: {unit} {line} has {cells} cells, the header {header}. "
            f"A name with a comma in it needs quotation marks around it."
        )


class ListIdsDoubled(TieoutError):
    """Two rows of a list to match carry the same id."""

    def __init__(self, path: Path, unit: str, doubled: str, lines: list[int], count: int) -> None:
        where = " and ".join(map(str, lines[:3])) + (" and more" if len(lines) > 3 else "")
        more = f" ({count} ids are doubled in all)" if count > 1 else ""
        super().__init__(
            f"{path.name} has the id {doubled!r} more than once, in {unit}s {where}{more}. Make ids unique."
        )


class ListIdsEmpty(TieoutError):
    """Rows of a list to match carry no id."""

    def __init__(self, path: Path, unit: str, lines: list[int]) -> None:
        rows = count_rows(len(lines))
        super().__init__(f"{path.name} has {rows} without id, the first in {unit} {lines[0]}. Fill them in.")


class ListNamesEmpty(TieoutError):
    """No row of a list to match has a name."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} has no names: the column 'name' is empty in every row.")


class NoWayToWrite(TieoutError):
    """Matches cannot be written to that file."""

    def __init__(self, path: Path, why: str = "") -> None:
        why = why or f"choose a name that ends in {', '.join(SUFFIXES)}"
        super().__init__(f"{path.name} cannot be written: {why}.")


@dataclass(frozen=True)
class MatchSummary:
    """What a file match found.

    left, right: rows of each list. bands: left records with a partner, by the band of the best. without: left records
    without any. duplicates: left records that repeat another one of their list. empty_names: rows of both lists that
    could not be matched. out: the file that was written. notes: what a person should know of the files.
    """

    left: int
    right: int
    bands: dict[str, int]
    without: int
    duplicates: int
    empty_names: int
    out: str
    notes: list[str] = field(default_factory=list)

    def to_sentence(self) -> str:
        """The summary in words."""
        bands = ", ".join(f"{count} {band}" for band, count in self.bands.items() if count)
        return (
            f"{self.left} and {self.right} records: {bands or 'no pairs'}; {self.without} without a partner, "
            f"{self.duplicates} that look like a duplicate of another. See {self.out}."
        )


@dataclass(frozen=True)
class ReadList:
    """A list to match, index id, and what was noticed when it was read."""

    frame: pd.DataFrame
    notes: list[str]


@collect_later()
def match_files(left: Path, right: Path, kind: str, out: Path, on_progress: Progress = say_nothing) -> MatchSummary:
    """Match two files and write the pairs to a third.

    Raises the errors of `load_list`, UnknownKind, and NoWayToWrite before anything is read.
    """
    from . import match_lists

    choose_method(kind)
    check_out(out, (left, right))
    mine, theirs = load_list(left, kind), load_list(right, kind)
    matched = match_lists(
        kind,
        mine.frame,
        theirs.frame,
        year_end_month=guess_year_end_month(kind, mine.frame, theirs.frame),
        with_parts=False,
        workers=count_cores(),
        on_progress=on_progress,
    )
    written = write_matches(out, matched.pairs)
    best = matched.pairs[matched.pairs["rank"] == 1]
    counts = best["band"].value_counts()
    return MatchSummary(
        left=len(mine.frame),
        right=len(theirs.frame),
        bands={band: int(counts.get(band, 0)) for band in ("certain", "likely", "possible", "tie")},
        without=len(mine.frame) - len(best),
        duplicates=int((matched.records["twin_of"] != "").sum()),
        empty_names=sum(int((each.frame["name"] == "").sum()) for each in (mine, theirs)),
        out=str(written),
        notes=[*mine.notes, *theirs.notes, *_say_other_file(out, written)],
    )


def read_list(path: Path, kind: str = "") -> pd.DataFrame:
    """The frame of `load_list`."""
    return load_list(path, kind).frame


def load_list(path: Path, kind: str = "") -> ReadList:
    """A list to match from CSV, TSV, XLSX (first sheet) or Parquet: index id, name and KNOWN_COLUMNS as stripped text.

    Headings may be in any case; rows above the one that names id and name are taken for a title. A row without a name
    takes the given name and surname, with kind staff also the e-mail address; without those it is kept and simply
    finds no partner. Raises ListUnreadable, ListColumnMissing, ListColumnDoubled, ListRowTooLong, ListIdsDoubled,
    ListIdsEmpty or ListNamesEmpty.
    """
    path = Path(path)
    grid = read_grid(path)
    place = find_header(grid.rows)
    headings = [cell.strip() for cell in grid.rows[place]]
    frame = _cut_columns(path, grid, place, [tidy_heading(heading) for heading in headings])
    lines = grid.lines[place + 1 :]
    _check_columns(path, frame, headings, kind)
    frame, named = _fill_names(frame, kind)
    _check_ids(path, frame["id"], lines, grid.unit)
    if len(frame) and not (frame["name"] != "").any():
        raise ListNamesEmpty(path)
    notes = [*grid.notes, *_say_title(path, grid, place), *_say_columns(path, headings)]
    notes += [*_say_clients(path, kind, frame), *_say_rows(path, frame, named)]
    return ReadList(frame.set_index("id"), notes)


def _cut_columns(path: Path, grid: Grid, place: int, names: list[str]) -> pd.DataFrame:
    """The columns worth keeping, the first of each name."""
    while names and not names[-1]:
        names.pop()
    rows = grid.rows[place + 1 :]
    for line, row in zip(grid.lines[place + 1 :], rows, strict=True):
        if any(cell.strip() for cell in row[len(names) :]):
            raise ListRowTooLong(path, grid.unit, line, sum(1 for cell in row), len(names))
    doubled = Counter(names)
    for column in ("id", "name"):
        if doubled[column] > 1:
            raise ListColumnDoubled(path, column)
    kept = {name: at for at, name in reversed(list(enumerate(names))) if name in ("id", "name", *KNOWN_COLUMNS)}
    columns = {name: pd.Series([row[at].strip() for row in rows], dtype="str") for name, at in kept.items()}
    return pd.DataFrame(columns, columns=[name for name in dict.fromkeys(names) if name in kept])


def _check_columns(path: Path, frame: pd.DataFrame, headings: list[str], kind: str) -> None:
    """Raises ListColumnMissing unless there is an id and something to call a record by."""
    found = set(frame.columns)
    named = "name" in found or {"given_name", "surname"} <= found or (kind == "staff" and "email" in found)
    missing = [column for column, there in (("id", "id" in found), ("name", named)) if not there]
    if missing:
        raise ListColumnMissing(path, missing, headings)


def _fill_names(frame: pd.DataFrame, kind: str) -> tuple[pd.DataFrame, int]:
    """The frame with names made where there were none, and how many were made."""
    name = frame["name"] if "name" in frame.columns else pd.Series("", index=frame.index, dtype="str")
    empty = name.eq("")
    if {"given_name", "surname"} <= set(frame.columns):
        name = name.where(name.ne(""), (frame["given_name"] + " " + frame["surname"]).str.strip())
    if kind == "staff" and "email" in frame.columns:
        name = name.where(name.ne(""), frame["email"])
    return frame.assign(name=name), int((empty & name.ne("")).sum())


def _check_ids(path: Path, ids: pd.Series, lines: list[int], unit: str) -> None:
    empty = [line for line, value in zip(lines, ids, strict=True) if value == ""]
    if empty:
        raise ListIdsEmpty(path, unit, empty)
    if not ids.is_unique:
        doubled = ids[ids.duplicated()].unique()
        places = [line for line, value in zip(lines, ids, strict=True) if value == doubled[0]]
        raise ListIdsDoubled(path, unit, str(doubled[0]), places, len(doubled))


def _say_title(path: Path, grid: Grid, place: int) -> list[str]:
    if not place:
        return []
    return [f"{path.name}: its columns are named in {grid.unit} {grid.lines[place]}; what stands above was left out."]


def _say_columns(path: Path, headings: list[str]) -> list[str]:
    """Which headings were passed over though they look like a column that would help, or came twice."""
    names = [tidy_heading(heading) for heading in headings]
    free = [column for column in KNOWN_COLUMNS if column not in names]
    notes = []
    for heading, name in zip(headings, names, strict=True):
        column = find_column(heading, free) if name and name not in ("id", "name", *KNOWN_COLUMNS) else ""
        if column:
            notes.append(
                f"{path.name}: the column {heading!r} was not used; rename it to {column!r} to have it compared."
            )
    doubled = [column for column, count in Counter(names).items() if count > 1 and column in KNOWN_COLUMNS]
    return [*notes, *(f"{path.name} has more than one column {column!r}; the first was used." for column in doubled)]


def _say_rows(path: Path, frame: pd.DataFrame, named: int) -> list[str]:
    nameless = int((frame["name"] == "").sum())
    said = {
        f"{path.name} has no rows below its header.": not len(frame),
        f"{path.name}: {count_rows(nameless)} without a name could not be matched.": nameless,
        f"{path.name}: {count_rows(named)} without a name went by given name, surname or e-mail address.": named,
    }
    return [sentence for sentence, true in said.items() if true]


def check_out(out: Path, lists: tuple[Path, ...] = ()) -> None:
    """Raise NoWayToWrite when a file of pairs cannot be written there, before any work is done."""
    if out.suffix.lower() not in SUFFIXES:
        raise NoWayToWrite(out)
    folder = out.resolve().parent
    if not folder.is_dir():
        raise NoWayToWrite(out, f"there is no folder {folder}")
    if any(out.resolve() == each.resolve() for each in lists):
        raise NoWayToWrite(out, "it is one of the lists. Choose another name")
    if out.is_dir() or not os.access(out if out.exists() else folder, os.W_OK):
        raise NoWayToWrite(out, "it may not be written to. Close it where it is open, or choose another name")


def write_matches(path: Path, found: pd.DataFrame) -> Path:
    """Write the pairs of `match` as CSV, TSV, XLSX or Parquet by the file's suffix, in FILE_COLUMNS.

    Gives back where: more pairs than a sheet holds go to a CSV file of nearly that name. Raises NoWayToWrite.
    """
    path = Path(path)
    check_out(path)
    frame = found[FILE_COLUMNS]
    if path.suffix.lower() == ".xlsx" and len(frame) >= SHEET_ROWS:
        path = path.with_name(f"{path.name}.csv")
    try:
        _write_frame(path, frame)
    except OSError as error:
        raise NoWayToWrite(path, (error.strerror or type(error).__name__).lower()) from error
    return path


def _write_frame(path: Path, frame: pd.DataFrame) -> None:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        frame.to_parquet(path, index=False)
    elif suffix == ".xlsx":
        _write_sheet(path, frame)
    else:
        frame.to_csv(path, index=False, sep="\t" if suffix == ".tsv" else ",")


def _write_sheet(path: Path, frame: pd.DataFrame) -> None:
    """Row by row, so that a full sheet needs little memory; names begin with "=" at times and must stay text."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("pairs")
    sheet.write_row(0, 0, FILE_COLUMNS)
    for line, row in enumerate(frame.itertuples(index=False), start=1):
        sheet.write_row(line, 0, row)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise NoWayToWrite(path, "it may not be written to. Close it where it is open") from error


def _say_clients(path: Path, kind: str, frame: pd.DataFrame) -> list[str]:
    """Tasks are alike from client to client: without the client, nearly all of them tie."""
    if kind != "tasks" or "client" in frame.columns:
        return []
    return [f"{path.name} has no column 'client', without which tasks of one name cannot be told apart."]


def _say_other_file(wanted: Path, written: Path) -> list[str]:
    if written == Path(wanted):
        return []
    return [f"There are more pairs than the {SHEET_ROWS:,} rows of a sheet: they are in {written.name} instead."]
