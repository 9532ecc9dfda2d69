"""A file is kept under its hash: once, unchanged, and under no name that a person chose."""

from __future__ import annotations

import hashlib
import stat
import sys
from pathlib import Path

import pytest

from core.store.uploads import CannotKeep, NotKept, Uploads


def test_what_was_kept_is_read(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    sha256 = uploads.keep(b"accounts")
    assert sha256 == hashlib.sha256(b"accounts").hexdigest()
    assert uploads.read(sha256) == b"accounts"


def test_the_same_file_is_kept_once(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    assert uploads.keep(b"same") == uploads.keep(b"same")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in another way")
def test_a_kept_file_is_its_owners_alone(tmp_path: Path) -> None:
    Uploads(tmp_path).keep(b"secret")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()}
    assert modes == {0o600}


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_no_name_but_a_hash_is_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotKept, match="is no kept file"):
        Uploads(tmp_path).read(name)


def test_a_file_that_is_gone_or_changed_is_not_handed_out(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    sha256 = uploads.keep(b"whole")
    place = next(path for path in tmp_path.rglob("*") if path.is_file())
    place.write_bytes(b"other")
    with pytest.raises(NotKept, match="was changed"):
        uploads.read(sha256)
    place.unlink()
    with pytest.raises(NotKept, match="no longer"):
        uploads.read(sha256)


def test_a_folder_that_takes_nothing_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "uploads"
    blocked.write_text("a file in the place of the folder")
    with pytest.raises(CannotKeep, match="Nothing was changed"):
        Uploads(blocked).keep(b"x")
