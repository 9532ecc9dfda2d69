"""Two files in, one file of pairs out: what `tieout match` does."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.model import TieoutError

from .progress import Progress, say_nothing

FILE_COLUMNS = ["left_id", "right_id", "score", "band", "explanation"]
SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet")


class ListUnreadable(TieoutError):
    """A list to match cannot be read at all."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name} cannot be read: {why}")


class ListColumnMissing(TieoutError):
    """A list to match lacks the column id or name."""

    def __init__(self, path: Path, column: str, found: list[str]) -> None:
        super().__init__(
            f"{path.name} has no column {column!r}. Its columns are {', '.join(found) or 'none'}. "
            f"Rename the one that holds the {column} to {column!r}."
        )


class ListIdsDoubled(TieoutError):
    """Two rows of a list to match carry the same id."""

    def __init__(self, path: Path, doubled: str, lines: list[int], count: int) -> None:
        where = " and ".join(map(str, lines[:3]))
        more = f" ({count} ids are doubled in all)" if count > 1 else ""
        super().__init__(f"{path.name} has the id {doubled!r} more than once, in lines {where}{more}. Make ids unique.")


class ListIdsEmpty(TieoutError):
    """Rows of a list to match carry no id."""

    def __init__(self, path: Path, lines: list[int]) -> None:
        super().__init__(f"{path.name} has {len(lines)} rows without id, the first in line {lines[0]}. Fill them in.")


class ListNamesEmpty(TieoutError):
    """No row of a list to match has a name."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} has no names: the column 'name' is empty in every row.")


class NoWayToWrite(TieoutError):
    """Matches cannot be written to a file of that kind."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} cannot be written: choose a name that ends in {', '.join(SUFFIXES)}.")


@dataclass(frozen=True)
class MatchSummary:
    """What a file match found: rows of each list, left records with a partner by band, left records without."""

    left: int
    right: int
    bands: dict[str, int]
    without: int
    empty_names: int

    def to_sentence(self) -> str:
        """The summary in words."""
        bands = ", ".join(f"{count} {band}" for band, count in self.bands.items() if count)
        nameless = f" {self.empty_names} rows without a name were not matched." if self.empty_names else ""
        return f"{self.left} and {self.right} records: {bands or 'no pairs'}, {self.without} without partner.{nameless}"


def match_files(
    left: Path,
    right: Path,
    kind: str,
    out: Path,
    on_progress: Progress = say_nothing,
) -> MatchSummary:
    """Match two files and write the pairs to a third; the summary counts rank-one pairs by band.

    Raises the errors of `read_list`, UnknownKind, and NoWayToWrite before anything is read.
    """
    from . import match

    _check_suffix(out)
    mine, theirs = read_list(left), read_list(right)
    found = match(kind, mine, theirs, on_progress=on_progress)
    write_matches(out, found)
    best = found[found["rank"] == 1]
    counts = best["band"].value_counts()
    bands = {band: int(counts.get(band, 0)) for band in ("certain", "likely", "possible", "tie")}
    empty = int((mine["name"] == "").sum() + (theirs["name"] == "").sum())
    return MatchSummary(len(mine), len(theirs), bands, len(mine) - len(best), empty)


def read_list(path: Path) -> pd.DataFrame:
    """A list to match from CSV, TSV, XLSX (first sheet) or Parquet: index id, all columns as stripped text.

    Column names are taken in lower case. Raises ListUnreadable, ListColumnMissing, ListIdsDoubled, ListIdsEmpty or
    ListNamesEmpty; single rows without a name are kept and simply find no partner.
    """
    frame = _read_texts(Path(path))
    frame.columns = pd.Index([str(column).strip().lower() for column in frame.columns])
    for column in ("id", "name"):
        if column not in frame.columns:
            raise ListColumnMissing(path, column, list(frame.columns))
    frame = frame.loc[:, ~frame.columns.duplicated()]
    frame = frame.apply(lambda texts: texts.str.strip())
    _check_ids(path, frame["id"])
    if len(frame) and not (frame["name"] != "").any():
        raise ListNamesEmpty(path)
    return frame.set_index("id")


def _check_ids(path: Path, ids: pd.Series) -> None:
    empty = [place + 2 for place, value in enumerate(ids) if value == ""]
    if empty:
        raise ListIdsEmpty(path, empty)
    if not ids.is_unique:
        doubled = ids[ids.duplicated()].unique()
        lines = [place + 2 for place, value in enumerate(ids) if value == doubled[0]]
        raise ListIdsDoubled(path, str(doubled[0]), lines, len(doubled))


def _read_texts(path: Path) -> pd.DataFrame:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ListUnreadable(path, f"files that end in {', '.join(SUFFIXES)} are understood.")
    if not path.is_file():
        raise ListUnreadable(path, "there is no such file.")
    if suffix == ".xlsx":
        return _read_xlsx(path)
    return _read_parquet(path) if suffix == ".parquet" else _read_csv(path, "\t" if suffix == ".tsv" else "")


def _read_csv(path: Path, delimiter: str) -> pd.DataFrame:
    content = path.read_bytes()
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        why = f"it is not UTF-8 (byte {error.start + 1}). Save it as 'CSV UTF-8'."
        raise ListUnreadable(path, why) from error
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _guess_delimiter(text)))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise ListUnreadable(path, "it is empty.")
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise ListUnreadable(path, f"line {line} has {len(row)} cells, the header {len(rows[0])}.")
    return pd.DataFrame(rows[1:], columns=rows[0], dtype="str")


def _guess_delimiter(text: str) -> str:
    header = text.splitlines()[0] if text.strip() else ""
    return max(",;\t|", key=header.count)


def _read_xlsx(path: Path) -> pd.DataFrame:
    import python_calamine

    try:
        rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except (python_calamine.CalamineError, OSError) as error:
        raise ListUnreadable(path, "it is no Excel workbook, or it is protected by a password.") from error
    if not rows:
        raise ListUnreadable(path, "its first sheet is empty.")
    texts = [[_cell_text(cell) for cell in row] for row in rows]
    return pd.DataFrame([row for row in texts[1:] if any(row)], columns=texts[0], dtype="str")


def _cell_text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _read_parquet(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        frame = parquet.read_table(path).to_pandas().reset_index()
    except (pa.ArrowException, OSError) as error:
        raise ListUnreadable(path, "it is no Parquet file.") from error
    texts = {str(column): ["" if _is_missing(v) else _cell_text(v) for v in frame[column]] for column in frame.columns}
    return pd.DataFrame(texts, dtype="str")


def _is_missing(value: object) -> bool:
    return value is None or value != value


def write_matches(path: Path, found: pd.DataFrame) -> None:
    """Write the pairs of `match` as CSV, TSV, XLSX or Parquet by the file's suffix, in FILE_COLUMNS."""
    path = Path(path)
    _check_suffix(path)
    frame = found[FILE_COLUMNS]
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        frame.to_parquet(path, index=False)
    elif suffix == ".xlsx":
        # Names begin with "=" at times: they must stay text.
        options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
        frame.to_excel(path, index=False, engine="xlsxwriter", engine_kwargs=options)
    else:
        frame.to_csv(path, index=False, sep="\t" if suffix == ".tsv" else ",")


def _check_suffix(path: Path) -> None:
    if Path(path).suffix.lower() not in SUFFIXES:
        raise NoWayToWrite(Path(path))
