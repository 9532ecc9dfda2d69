from __future__ import annotations

from pathlib import Path

import pytest

from core.local import FileAsks, FileRefused
from core.local.encoding import EncodingAsked
from tests.local.builders import load_clients

NAMES = "id,name\nC1,Zoë Müller\nC2,Renée\nC3,Māui 😀\n"
LATIN = "id,name\nC1,Zoë Müller\nC2,Renée\nC3,Åse\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_are_read_byte_exact(tmp_path: Path, encoding: str) -> None:
    load = load_clients(tmp_path, NAMES.encode(encoding))
    assert load.frames["clients"]["name"].tolist() == ["Zoë Müller", "Renée", "Māui 😀"]


def test_big_endian_utf_16_with_a_mark_is_read(tmp_path: Path) -> None:
    load = load_clients(tmp_path, b"\xfe\xff" + NAMES.encode("utf-16-be"))
    assert "C3" in load.frames["clients"].index


def test_a_one_byte_encoding_is_asked_with_three_names_in_each(tmp_path: Path) -> None:
    with pytest.raises(EncodingAsked) as asked:
        load_clients(tmp_path, LATIN.encode("cp1252"))
    assert asked.value.choices["cp1252"] == "'Zoë Müller', 'Renée', 'Åse'"
    assert set(asked.value.choices) == {"cp1252", "cp1250", "mac_roman"}


@pytest.mark.parametrize("encoding", ["cp1252", "cp1250", "mac_roman"])
def test_a_declared_one_byte_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    load = load_clients(tmp_path, "id,name\nC1,Müller\n".encode(encoding), encoding=encoding)
    assert load.frames["clients"].loc["C1", "name"] == "Müller"


def test_utf_8_is_not_garbled_by_a_declared_one_byte_encoding(tmp_path: Path) -> None:
    with pytest.raises(FileAsks, match="declared cp1252 but reads as UTF-8"):
        load_clients(tmp_path, NAMES.encode(), encoding="cp1252")


def test_mixed_encodings_are_refused_with_line_and_byte(tmp_path: Path) -> None:
    mixed = "id,name\nC1,Müller\n".encode() + "C2,Renée\n".encode("cp1252")
    with pytest.raises(FileRefused, match="line 3 holds the byte 0xE9, which is no UTF-8"):
        load_clients(tmp_path, mixed)


def test_a_byte_that_the_declared_encoding_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="line 2 holds the byte 0x81, which is no cp1252"):
        load_clients(tmp_path, b"id,name\nC1,a\x81b\xe9\n", encoding="cp1252")


def test_utf_16_without_a_mark_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="UTF-16 without a byte order mark"):
        load_clients(tmp_path, NAMES.replace("😀", "").encode("utf-16-le"))


def test_utf_32_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="UTF-32"):
        load_clients(tmp_path, NAMES.encode("utf-32"))


def test_a_cut_utf_16_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="which is no UTF-16"):
        load_clients(tmp_path, NAMES.encode("utf-16")[:-1])
