"""The files that the documents table names, and the folder they lie in: listed and read, never written.

A path comes from a table that anybody may have edited. So it must stay inside the folder, take no way round through a
link, and end at a plain file of bounded size.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from core.local.config import TABLES, SourceConfig
from core.local.folder import KINDS, FolderMissing, open_folder
from core.local.table import show_text
from core.model import OutsideFailed, TieoutError

LARGEST_PAPER = 25 * 1024 * 1024
#: A folder with more files than these is listed as far as that.
MOST_LISTED = 5_000
_DEEPEST = 8


class PaperOutside(TieoutError):
    """A path leads out of the folder of documents, or through a link."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The document {show_text(path)} is not read: {why}. Correct its path, or upload the file.")


class PaperGone(OutsideFailed):
    """There is no such file any more, or it cannot be read."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The document {show_text(path)} cannot be read: {why}. Check the folder of documents.")


class PaperTooLarge(TieoutError):
    """The file is larger than anything that is packed."""

    def __init__(self, path: str, size: int) -> None:
        limit = LARGEST_PAPER // 1024 // 1024
        super().__init__(f"The document {show_text(path)} has {size / 1e6:,.0f} MB; at most {limit} MB can be packed.")


@dataclass(frozen=True)
class Paper:
    """One file in the folder of documents: its path there with `/`, its size in bytes, its day of change in UTC."""

    path: str
    size: int
    changed: date


def papers_folder(config: SourceConfig) -> Path:
    """The folder of documents: the declared one, else the source's own. Raises FolderMissing."""
    named = config.documents or (config.path if config.type == "folder" else "")
    if not named:
        raise FolderMissing("The folder of documents (none is named)")
    try:
        folder = (config.base / Path(named).expanduser()).resolve()
        is_folder = folder.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise FolderMissing(f"The folder of documents {named!r}") from error
    if not is_folder:
        raise FolderMissing(f"The folder of documents {named!r}")
    return folder


def list_papers(config: SourceConfig, kinds: tuple[str, ...]) -> list[Paper]:
    """The plain files of these endings in the folder and below, by path; links and hidden files are passed over."""
    folder = papers_folder(config)
    found = []
    for path, told in _walk(folder, _DEEPEST):
        if path.suffix.casefold() in kinds:
            changed = datetime.fromtimestamp(told.st_mtime, UTC).date()
            found.append(Paper(path.relative_to(folder).as_posix(), told.st_size, changed))
        if len(found) == MOST_LISTED:
            break
    return sorted(found, key=lambda paper: paper.path.casefold())


def is_table_file(config: SourceConfig, path: str) -> bool:
    """Whether a file of the folder of documents is one of the source's tables, or would be read as one."""
    name = PurePosixPath(path.replace("\\", "/"))
    declared = [table.file for table in config.tables.values() if table.file]
    is_named = len(name.parts) == 1 and name.stem.casefold() in TABLES and name.suffix.casefold() in KINDS
    if config.type != "folder" or not (is_named or any(fnmatchcase(str(name), pattern) for pattern in declared)):
        return False
    return papers_folder(config) == open_folder(config)


def _walk(folder: Path, deep: int) -> Iterator[tuple[Path, os.stat_result]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        # A part that this account may not read holds nothing that it could pack.
        return
    for entry in entries:
        if entry.name.startswith((".", "~$")) or entry.is_symlink():
            continue
        if entry.is_file(follow_symlinks=False):
            yield Path(entry.path), entry.stat(follow_symlinks=False)
        elif deep and entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), deep - 1)


def read_paper(config: SourceConfig, path: str) -> bytes:
    """One file of the folder of documents, whole. Raises PaperOutside, PaperGone, PaperTooLarge, FolderMissing."""
    folder = papers_folder(config)
    place = folder.joinpath(*_split(path))
    try:
        _refuse_links(folder, place, path)
        with open(place, "rb", opener=_open_plain) as file:
            told = os.fstat(file.fileno())
            if not stat.S_ISREG(told.st_mode):
                raise PaperOutside(path, "it is no plain file")
            if told.st_size > LARGEST_PAPER:
                raise PaperTooLarge(path, told.st_size)
            data = file.read(LARGEST_PAPER + 1)
    except OSError as error:
        raise PaperGone(path, (error.strerror or type(error).__name__).lower()) from error
    if len(data) != told.st_size:
        raise PaperGone(path, "it changed while it was read")
    return data


def _split(path: str) -> tuple[str, ...]:
    """The parts of a path as written on any system. Raises PaperOutside for one that is absolute or climbs."""
    if not path.strip() or not path.isprintable():
        raise PaperOutside(path, "the path is empty or holds characters that no path has")
    given = PurePosixPath(path.strip().replace("\\", "/"))
    if given.is_absolute() or not given.parts or ".." in given.parts or ":" in given.parts[0]:
        raise PaperOutside(path, "the path leads out of the folder of documents")
    return given.parts


def _refuse_links(folder: Path, place: Path, path: str) -> None:
    """A link may lead anywhere, and may lead elsewhere a moment later; documents are packed from where they lie."""
    step = folder
    for part in place.relative_to(folder).parts:
        step = step / part
        if stat.S_ISLNK(step.lstat().st_mode):
            raise PaperOutside(path, "a link stands in its path")
    if not place.resolve().is_relative_to(folder):
        raise PaperOutside(path, "the path leads out of the folder of documents")


def _open_plain(path: str, flags: int) -> int:
    # A link put there since it was looked at is not followed, and a pipe does not keep us waiting for its writer.
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
