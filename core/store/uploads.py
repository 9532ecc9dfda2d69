"""Files that people hand over, kept beside the database under the hash of their content.

The hash is the name, so the same file is kept once, no name of a user ever becomes a path, and what is read is known to
be what was kept. Nothing here is ever changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from pathlib import Path

from core.model import OutsideFailed, TieoutError

_HASH = re.compile(r"[0-9a-f]{64}")


class NotKept(TieoutError):
    """A file of a pack is not where it was kept, for example after a restore on another computer."""

    def __init__(self, sha256: str, why: str) -> None:
        super().__init__(
            f"The file {sha256[:12]} {why}. Backups of the database do not hold it: take it out of the pack and add "
            "it again."
        )


class CannotKeep(OutsideFailed):
    """The data folder does not take the file."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The file could not be kept in the data folder: {why}. Nothing was changed; make room there.")


class Uploads:
    """The kept files of an installation; `folder` is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: bytes) -> str:
        """Keep the content; gives its sha256 in hex, by which it is read. Raises CannotKeep."""
        sha256 = hashlib.sha256(data).hexdigest()
        place = self._place(sha256)
        if not place.exists():
            try:
                _write_whole(place, data)
            except OSError as error:
                raise CannotKeep(error.strerror or type(error).__name__) from error
        return sha256

    def read(self, sha256: str) -> bytes:
        """The content that was kept under this hash. Raises NotKept when it is gone or not what it was."""
        if not _HASH.fullmatch(sha256):
            raise NotKept(sha256, "is no kept file")
        try:
            data = self._place(sha256).read_bytes()
        except OSError as error:
            raise NotKept(sha256, "is no longer in the data folder") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise NotKept(sha256, "was changed in the data folder")
        return data

    def _place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _write_whole(place: Path, data: bytes) -> None:
    """The whole file or none, on the disk before it has its name, readable by its owner alone."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = place.with_name(f".{place.name}.{uuid.uuid4().hex}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(place)
    finally:
        new.unlink(missing_ok=True)
