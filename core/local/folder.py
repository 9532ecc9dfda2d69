"""A folder of CSV, TSV, XLSX and Parquet files: found, bounded, read once, and checked not to change meanwhile."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core.local.config import TABLES, ConfigWrong, SourceConfig, TableConfig
from core.local.csv_text import LARGEST_CSV, read_csv_table
from core.local.parquet import read_parquet_table
from core.local.sheet import LARGEST_XLSX, read_sheet_table
from core.local.table import FileRefused, NoRows, Progress, TextTable
from core.model import OutsideFailed, TieoutError

TEXT_KINDS = (".csv", ".tsv", ".tab", ".txt")
KINDS = (*TEXT_KINDS, ".xlsx", ".parquet")
_LARGEST = {".xlsx": LARGEST_XLSX}
_HOW_TO_SAVE = "Open it in its program and save it as XLSX or as CSV (UTF-8)."


class FolderMissing(OutsideFailed):
    """The folder or one of its files cannot be reached."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} cannot be read. Check that it exists and that this account may read it, then load again."
        )


class FileNamed(TieoutError):
    """A file was named where its folder is wanted."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path!r} is a file. Name the folder it lies in; the files in it are chosen next.")


class NoTables(TieoutError):
    """None of the folder's files is named like one of our tables, and nobody has said which is which."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"The folder {path!r} holds no file named like a table ({', '.join(TABLES)}). Say which file is which on "
            "Connection, step The local side, or name the files so."
        )


class TwoFiles(TieoutError):
    """Two files are named like one table."""

    def __init__(self, table: str, names: list[str]) -> None:
        super().__init__(
            f"The folder holds {' and '.join(names)}, and both could be the table {table}. Say which one it is on "
            "Connection, step The local side, or move the other one away."
        )


def read_folder(config: SourceConfig, on_progress: Progress | None = None) -> dict[str, list[TextTable]]:
    """Table name -> its files as text; empty tables that may be empty are absent.

    Raises FolderMissing, FileRefused or FileAsks.
    """
    folder = open_folder(config)
    texts: dict[str, list[TextTable]] = {}
    for table, declared in config.tables.items():
        files = list(_find_files(folder, table, declared))
        parts = [_read_file(path, table, config, on_progress) for path in files]
        texts[table] = [part for part in parts if part is not None]
        if not texts[table]:
            del texts[table]
    return texts


def find_tables(config: SourceConfig) -> SourceConfig:
    """The configuration itself, or, when it declares no tables, with the files that are named like our tables."""
    if config.tables:
        return config
    folder = open_folder(config)
    found = {}
    for table in TABLES:
        names = sorted(
            path.name
            for path in folder.iterdir()
            if path.stem.casefold() == table and path.suffix.casefold() in KINDS and path.is_file()
        )
        if len(names) > 1:
            raise TwoFiles(table, names)
        if names:
            found[table] = TableConfig(file=names[0])
    if not found:
        raise NoTables(config.path)
    return replace(config, tables=found)


def open_folder(config: SourceConfig) -> Path:
    """The folder itself; `~` is the account's own. Raises FolderMissing."""
    try:
        folder = (config.base / Path(config.path).expanduser()).resolve()
        is_folder, is_file = folder.is_dir(), folder.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        raise FolderMissing(f"The folder {config.path!r}") from error
    if is_file:
        raise FileNamed(config.path)
    if not is_folder:
        raise FolderMissing(f"The folder {config.path!r}")
    return folder


def _find_files(folder: Path, table: str, declared: TableConfig) -> Iterator[Path]:
    name = declared.file or f"{table}.csv"
    if Path(name).is_absolute() or ".." in Path(name).parts or "\\" in name or "\x00" in name:
        raise ConfigWrong(f"tables.{table}.file", f"{name!r} leaves the folder")
    paths = sorted(folder.glob(name)) if any(c in name for c in "*?[") else [folder / name]
    if not paths or not paths[0].exists():
        raise FolderMissing(f"The file {name!r} for {table}")
    for path in paths:
        if not path.resolve().is_relative_to(folder):
            raise ConfigWrong(f"tables.{table}.file", f"{path.name!r} points outside the folder")
        yield path


def _read_file(path: Path, table: str, config: SourceConfig, on_progress: Progress | None) -> TextTable | None:
    kind = path.suffix.casefold()
    if kind not in KINDS:
        raise FileRefused(path.name, f"{kind or 'a file without extension'} cannot be read", _HOW_TO_SAVE)
    data = _read_bytes(path, _LARGEST.get(kind, LARGEST_CSV))
    declared, limit = config.tables[table], config.row_limit
    try:
        if kind in TEXT_KINDS:
            return read_csv_table(data, path.name, declared, limit=limit, on_progress=on_progress)
        if kind == ".xlsx":
            return read_sheet_table(data, path.name, declared, limit=limit, table=table, on_progress=on_progress)
        return read_parquet_table(data, path.name, limit=limit)
    except NoRows:
        if declared.may_be_empty:
            return None
        raise


def _read_bytes(path: Path, largest: int) -> bytes:
    """The whole file, refused when it is too large, no plain file, or changed while it was read."""
    try:
        before = path.stat()
        if not stat.S_ISREG(before.st_mode):
            raise FileRefused(path.name, "it is no plain file", _HOW_TO_SAVE)
        if before.st_size > largest:
            raise FileRefused(
                path.name, f"it is larger than {largest // 1024 // 1024} MB", "Split it, for example by year."
            )
        data = path.read_bytes()
        after = path.stat()
    except OSError as error:
        raise FolderMissing(f"The file {path.name!r}") from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise FileRefused(path.name, "it changed while it was read", "Load again when the export is finished.")
    return data
