"""Bytes become text by declaration or by proof, never by a guess.

UTF-8 is strict enough to prove itself, and so is a byte order mark. One-byte encodings read anything as something: they
are asked about with names from the file, and refused when the file proves to be UTF-8 after all.
"""

from __future__ import annotations

import codecs
import re

from core.local.table import FileAsks, FileRefused, show_text

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_ONE_BYTE = ("cp1252", "cp1250", "mac_roman")
#: A whole UTF-8 character of more than one byte: proof of UTF-8 in a file that is not UTF-8 everywhere.
_UTF8_CHARACTER = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class EncodingBroken(FileRefused):
    """A byte does not belong to the file's encoding."""

    def __init__(self, file: str, encoding: str, line: int, byte: int, why: str = "") -> None:
        super().__init__(
            file,
            f"line {line} holds the byte 0x{byte:02X}, which is no {encoding}{why}",
            "Export the file again as UTF-8.",
        )


class EncodingAsked(FileAsks):
    """The file is in a one-byte encoding; the preview shows names under each."""

    def __init__(self, file: str, previews: dict[str, str]) -> None:
        super().__init__(file, "it is not UTF-8, and its encoding cannot be told for certain", "encoding", previews)


def decode_text(data: bytes, file: str, declared: str = "") -> tuple[str, str]:
    """The text and what to say of its encoding.

    declared: one of utf-8, utf-16, cp1252, cp1250, mac_roman, or empty. Raises EncodingAsked when only a person can
    tell, EncodingBroken with line and byte when the encoding is contradicted.
    """
    if data[:4] in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise FileRefused(file, "it is UTF-32", "Export the file again as UTF-8.")
    for bom, codec, words in _BOMS:
        if data.startswith(bom):
            return _decode_strictly(data, codec, file), words
    if declared in _ONE_BYTE:
        return _decode_declared(data, declared, file), declared
    if data[:400].count(0) > len(data[:400]) // 4:
        raise FileRefused(file, "it looks like UTF-16 without a byte order mark", "Export the file again as UTF-8.")
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        if declared or _UTF8_CHARACTER.search(data):
            why = "" if declared else ", though the rest of the file is"
            raise EncodingBroken(file, "UTF-8", _line_of(data, error.start), data[error.start], why) from error
        raise EncodingAsked(file, {encoding: _preview(data, encoding) for encoding in _ONE_BYTE}) from error


def _decode_strictly(data: bytes, codec: str, file: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(codec, errors="ignore").count("\n") + 1
        raise EncodingBroken(file, codec.removesuffix("-sig").upper(), line, data[error.start]) from error


def _decode_declared(data: bytes, declared: str, file: str) -> str:
    if _reads_as_utf8(data):
        raise FileAsks(
            file, f"it is declared {declared} but reads as UTF-8 throughout", "encoding", {"utf-8": "", "": "detect"}
        )
    try:
        return data.decode(declared)
    except UnicodeDecodeError as error:
        raise EncodingBroken(file, declared, _line_of(data, error.start), data[error.start]) from error


def _reads_as_utf8(data: bytes) -> bool:
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _line_of(data: bytes, position: int) -> int:
    before = data[:position]
    return before.count(b"\n") + 1 if b"\n" in data else before.count(b"\r") + 1


def _preview(data: bytes, encoding: str) -> str:
    odd_lines = [line for line in data.splitlines() if not line.isascii()][:3]
    return ", ".join(show_text(_around_odd(line).decode(encoding, errors="replace"), 40) for line in odd_lines)


def _around_odd(line: bytes) -> bytes:
    cells = re.split(rb'[,;\t|"]', line)
    return next(cell for cell in cells if not cell.isascii())
