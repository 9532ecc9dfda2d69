"""Reads one sheet of a workbook in a process of its own, under a memory limit, and prints it as lines of JSON.

A hostile workbook can grow hundreds of times in memory; here it takes only this process with it. So this script
imports nothing of ours and is started by path. Standard input is the workbook; the first line printed is the head
(`sheets`, `sheet`, `hidden_rows`, `epoch_1904`, or `refused`), each further line is `[row, kinds, cells]`.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

import lxml.etree
import python_calamine

_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
#: Without any of these a sheet has no formula, no error and no hidden row. Plain finds: the parts are large.
_NEEDS_LOOK = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b'="e"', b"='e'", b"hidden=")
_READ = 1 << 20


class Refused(Exception):
    """The workbook is not read; the two texts are what is wrong and the next step."""


def main(argv: list[str]) -> None:
    """Limit, check, read, print."""
    wanted, table, memory = argv[1], argv[2], int(argv[3])
    limit_memory(memory)
    data = sys.stdin.buffer.read()
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    try:
        for line in read_workbook(data, wanted, table):
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    except Refused as refused:
        out.write(json.dumps({"refused": list(refused.args)}) + "\n")
    except python_calamine.PasswordError:
        out.write(json.dumps({"refused": ["it is protected by a password", "Remove the password and save it."]}) + "\n")
    except (python_calamine.CalamineError, zipfile.BadZipFile, lxml.etree.XMLSyntaxError, OSError) as error:
        words = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        out.write(
            json.dumps({"refused": [f"the workbook is damaged ({words})", "Open it in Excel and save it."]}) + "\n"
        )
    out.flush()


def limit_memory(memory: int) -> None:
    """Cap this process's memory where the system can; Windows keeps only the time limit of the caller."""
    if sys.platform != "win32":
        import resource

        # macOS knows the limit but may refuse to set it
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def read_workbook(data: bytes, wanted: str, table: str) -> Iterator[Any]:
    """The head, then the rows of the chosen sheet, from row 1."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _forbid_entities(archive)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(s.name, s.visible == python_calamine.SheetVisibleEnum.Visible) for s in book.sheets_metadata]
        name = _choose_sheet(sheets, wanted, table)
        part, epoch_1904 = _find_part(archive, name)
        marks = _Marks(archive.read(part)) if part else _Marks(b"")
    sheet = book.get_sheet_by_name(name)
    marks.add_merged(sheet.merged_cell_ranges or [])
    yield {"sheets": sheets, "sheet": name, "hidden_rows": marks.hidden_rows, "epoch_1904": epoch_1904}
    # rows come from the first filled column on; the left margin is put back so that positions are the sheet's
    left = sheet.start[1] if sheet.start else 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [""] * left + [_write_cell(value) for value in row]
        kinds = "s" * left + "".join(_kind_of(value) for value in row)
        yield [number, marks.apply(number, kinds), cells]


def _forbid_entities(archive: zipfile.ZipFile) -> None:
    for info in archive.infolist():
        if info.filename.casefold().endswith((".xml", ".rels", ".vml")):
            with archive.open(info) as part:
                if _has_entities(part):
                    raise Refused("it declares XML entities, which no spreadsheet program writes", "Do not open it.")


def _has_entities(part: IO[bytes]) -> bool:
    tail = b""
    while chunk := part.read(_READ):
        # spreadsheet programs write UTF-8; another encoding could hide the words
        if not tail and (b"\x00" in chunk[:4] or chunk[:2] in (b"\xff\xfe", b"\xfe\xff")):
            return True
        if any(word in tail + chunk for word in _FORBIDDEN):
            return True
        tail = chunk[-16:]
    return False


def _choose_sheet(sheets: list[tuple[str, bool]], wanted: str, table: str) -> str:
    names = [name for name, _ in sheets]
    if wanted:
        if wanted not in names:
            raise Refused(f"it has no sheet {wanted!r}; it has {', '.join(names)}", "Declare one of them as 'sheet'.")
        return wanted
    visible = [name for name, shown in sheets if shown]
    named = [name for name in visible if name.casefold().replace(" ", "_") == table]
    if len(visible) == 1 or len(named) == 1:
        return (named or visible)[0]
    raise Refused(
        f"it has {len(visible)} visible sheets: {', '.join(visible)}", "Declare which one to read as 'sheet'."
    )


def _find_part(archive: zipfile.ZipFile, name: str) -> tuple[str, bool]:
    """The sheet's part of the archive, and whether the workbook counts days from 1904."""
    book = _parse(archive.read("xl/workbook.xml"))
    epoch = next((e.get("date1904", "") for e in book.iter("{*}workbookPr")), "")
    relation = next((e.get(_RELATION) for e in book.iter("{*}sheet") if e.get("name") == name), None)
    targets = _parse(archive.read("xl/_rels/workbook.xml.rels"))
    target = next((e.get("Target") for e in targets.iter(f"{_PACKAGE}Relationship") if e.get("Id") == relation), "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return (part if part in archive.namelist() else ""), epoch in ("1", "true")


def _parse(data: bytes) -> Any:
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return lxml.etree.fromstring(data, parser)


class _Marks:
    """Cells whose value cannot be trusted: errors `e`, formulas without a stored value `f`, inside merged ranges `m`.

    The fast reader shows all three as empty, so they are looked up in the sheet's XML, only when it holds such things.
    """

    def __init__(self, xml: bytes) -> None:
        self.hidden_rows = 0
        self._marks: dict[int, list[tuple[int, str]]] = {}
        if any(sign in xml for sign in _NEEDS_LOOK):
            self._look(xml)

    def apply(self, row: int, kinds: str) -> str:
        """The row's kinds with its marked cells."""
        if row not in self._marks:
            return kinds
        letters = list(kinds)
        for column, kind in self._marks[row]:
            if column < len(letters):
                letters[column] = kind
        return "".join(letters)

    def add_merged(self, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        """Mark all cells of merged ranges but the first, which holds the value."""
        for (top, left), (bottom, right) in ranges:
            for row in range(top, min(bottom, top + 100_000) + 1):
                for column in range(left, min(right, left + 200) + 1):
                    if (row, column) != (top, left):
                        self._marks.setdefault(row + 1, []).append((column, "m"))

    def _look(self, xml: bytes) -> None:
        row = 0
        for _, element in lxml.etree.iterparse(io.BytesIO(xml), tag=("{*}row", "{*}c"), resolve_entities=False):
            if lxml.etree.QName(element).localname == "c":
                self._look_at_cell(element)
                continue
            row = int(element.get("r") or row + 1)
            self.hidden_rows += element.get("hidden") in ("1", "true")
            element.clear()

    def _look_at_cell(self, cell: Any) -> None:
        match = re.fullmatch(r"([A-Z]{1,3})(\d+)", cell.get("r") or "")
        if not match:
            return
        value = cell.find("{*}v")
        empty = value is None or not (value.text or "")
        # a formula that gives an empty text is stored as an empty string value, and is fine
        blank_text = cell.get("t") == "str" and value is not None
        kind = (
            "e" if cell.get("t") == "e" else "f" if empty and cell.find("{*}f") is not None and not blank_text else ""
        )
        if kind:
            self._marks.setdefault(int(match[2]), []).append((_column_number(match[1]), kind))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _kind_of(value: Any) -> str:
    if isinstance(value, str):
        return "s"
    if isinstance(value, bool):
        return "b"
    if isinstance(value, (int, float)):
        # a spreadsheet keeps 15 digits; longer ids have lost the rest already
        return "l" if abs(value) >= 1e15 else "n"
    return "d"


def _write_cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return _write_moment(value)
    if isinstance(value, time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second + round(value.microsecond / 1e6)
        return _write_seconds(seconds)
    if isinstance(value, timedelta):
        return _write_seconds(round(value.total_seconds()))
    return value.isoformat() if isinstance(value, date) else str(value)


def _write_moment(value: datetime) -> str:
    if value.year < 1905:
        # hours beyond a day in a cell that shows only h:mm come as a moment of the first days
        first = datetime(1904, 1, 1) if value.year == 1904 else datetime(1899, 12, 31)  # noqa: DTZ001
        return _write_seconds(round((value - first).total_seconds()))
    rounded = value + timedelta(microseconds=500_000)
    rounded = rounded.replace(microsecond=0)
    return rounded.isoformat() if rounded.time() != time(0) else rounded.date().isoformat()


def _write_seconds(seconds: int) -> str:
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(seconds, 3600)
    tail = f":{rest % 60:02d}" if rest % 60 else ""
    return f"{sign}{hours:02d}:{rest // 60:02d}{tail}"


if __name__ == "__main__":
    main(sys.argv)
