"""Text becomes values: each column by its kind, each row that cannot be read held with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

import pandas as pd

from core.local.columns import find_columns
from core.local.config import SourceConfig, TableConfig, known_columns
from core.local.convert import Converted, convert_column
from core.local.dates import NO_DATE, read_clock, read_dates
from core.local.durations import Durations, read_durations
from core.local.joined import join_pieces
from core.local.table import RowFlaw, TextTable, count_words, show_text
from core.local.words import clean_control, find_control, read_claim, read_status, says_approved
from core.model import LOCAL_FRAMES, Column

#: What an empty cell claims, by column.
_BLANK_CLAIM = {"active": True, "billable": True, "archived": False, "approved": False, "correction": False}
_KIND_WORDS = {
    "e": "holds an error of the spreadsheet",
    "f": "is a formula without a stored value",
    "m": "lies in merged cells",
    "l": "is a number of more than 15 digits, of which a spreadsheet has lost the last",
}
_KIND_STEPS = {
    "e": "Open the file in Excel, correct the cell and save.",
    "f": "Open the file in Excel and save it, so that the value is stored.",
    "m": "Unmerge the cells and write the value into each row.",
    "l": "Format the column as text before entering it, and export again.",
}


@dataclass(frozen=True)
class TableRules:
    """What converting needs to know beside the text."""

    source: SourceConfig
    table: str
    zone: str
    today: date

    @property
    def config(self) -> TableConfig:
        """The table's own part."""
        return self.source.tables[self.table]


@dataclass
class ReadCells:
    """A table with converted columns.

    `values` has index line and the columns found, named ours; times of day come as `start_seconds`, `start_date`,
    `end_seconds`, `end_date`. `flaws` holds one flaw per line that cannot be read; the line's readable values stay in
    `values`. `held_notes` are lines whose note had control characters: line -> sentence.
    """

    file: str
    values: pd.DataFrame
    flaws: dict[int, RowFlaw] = field(default_factory=dict)
    held_notes: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    rounded: int = 0
    rounding: Fraction = Fraction(0)


def read_cells(text: TextTable, rules: TableRules) -> ReadCells:
    """The table's columns by their declared formats.

    Raises ColumnsRefused when columns are missing, and what the readers of dates and durations raise for a whole file.
    """
    text = join_pieces(text, rules.config.columns)
    positions = find_columns(text.headers, rules.table, rules.config, text.file, rules.source.remembered)
    reader = _CellReader(text, rules, positions)
    return reader.read()


class _CellReader:
    def __init__(self, text: TextTable, rules: TableRules, positions: Mapping[str, int]) -> None:
        self._text = text
        self._rules = rules
        self._positions = positions
        self._done = ReadCells(text.file, pd.DataFrame(index=text.cells.index), notes=list(text.notes))
        self._done.flaws.update({flaw.line: flaw for flaw in text.flaws})

    def read(self) -> ReadCells:
        self._hold_kinds()
        kinds = {column.name: column for column in LOCAL_FRAMES[self._rules.table].columns}
        for name in known_columns(self._rules.table):
            if name in self._positions:
                self._read_column(name, kinds.get(name, Column(name, "text" if name == "id" else "bool", "")))
        if self._rules.table == "actual_times" and "status" in self._positions and "approved" not in self._positions:
            self._done.values["approved"] = convert_column(self._texts("status"), says_approved).values
        return self._done

    def _read_approved(self) -> None:
        """Unlike other claims it holds no row: whoever made the file may have meant a date, or whose approval it is."""
        texts = self._texts("approved")
        read = convert_column(texts, lambda text: read_claim(text, "approved", False))
        unknown = texts[read.values.isna()]
        self._done.values["approved"] = read.values.where(read.values.notna(), False)
        if len(unknown):
            words = show_text(unknown.iloc[0])
            told = f"{count_words(len(unknown), 'row')} with {words} or the like in {self._header('approved')!r}"
            self._done.notes.append(f"{self._text.file}: {told} count as not approved; write yes or no.")

    def _read_column(self, name: str, column: Column) -> None:
        if name == "status" and self._rules.table == "actual_times":
            self._keep(name, convert_column(self._texts(name), lambda t: read_status(t, self._rules.config.statuses)))
        elif column.kind == "text":
            self._read_text(name)
        elif name == "approved":
            self._read_approved()
        elif column.kind == "bool":
            self._keep(name, convert_column(self._texts(name), lambda t: read_claim(t, name, _BLANK_CLAIM[name])))
        elif column.kind == "date":
            self._read_date(name)
        elif column.kind == "time":
            self._read_time(name)
        else:
            self._read_minutes(name)

    def _texts(self, name: str) -> pd.Series:
        return self._text.cells[self._positions[name]]

    def _header(self, name: str) -> str:
        return self._text.headers[self._positions[name]]

    def _keep(self, name: str, converted: Converted) -> None:
        self._done.values[name] = converted.values
        flawed = converted.flaws[converted.flaws != ""]
        texts = self._texts(name)
        for line, sentence in flawed.items():
            self._hold(int(line), name, texts.at[line], sentence)

    def _hold(self, line: int, name: str, value: str, sentence: str) -> None:
        self._done.flaws.setdefault(line, RowFlaw(line, self._header(name), value, sentence))

    def _read_text(self, name: str) -> None:
        texts = self._texts(name)
        dirty = find_control(texts)
        if not dirty.any():
            self._done.values[name] = texts
            return
        cleaned = clean_control(texts)
        self._done.values[name] = cleaned
        if self._rules.config.clean_text:
            count = count_words(int(dirty.sum()), "text")
            self._done.notes.append(
                f"{self._text.file}: {count} in {self._header(name)!r} freed of control characters."
            )
            return
        for line in texts.index[dirty]:
            self._hold_dirty(int(line), name, texts.at[line], cleaned.at[line])

    def _hold_dirty(self, line: int, name: str, value: str, cleaned: str) -> None:
        sentence = (
            f"Column {self._header(name)!r} holds control characters: {show_text(value)}. "
            f"Cleaned it reads {show_text(cleaned)}; correct it, or set 'clean_text' for this table."
        )
        if name == "note":
            self._done.held_notes[line] = sentence
        else:
            self._hold(line, name, value, sentence)

    def _read_date(self, name: str) -> None:
        rules = self._rules
        moments = read_dates(
            self._serials_as_dates(name),
            self._header(name),
            self._text.file,
            rules.source.order_of(rules.table),
            zone=rules.zone,
            today=rules.today if rules.table == "actual_times" else None,
            sure=rules.config.date_order_sure,
        )
        self._keep(name, moments.dates())
        self._done.notes += moments.notes(self._text.file, self._header(name), rules.zone)

    def _read_time(self, name: str) -> None:
        moments = convert_column(self._serials_as_clock(name), lambda text: read_clock(text, self._rules.zone))
        self._keep(name, moments)
        values = self._done.values.pop(name)
        self._done.values[f"{name}_seconds"] = [None if m is None else m.seconds for m in values]
        dates = [None if m is None or m.date == NO_DATE else m.date for m in values]
        self._done.values[f"{name}_date"] = pd.Series(dates, index=values.index, dtype="object")

    def _read_minutes(self, name: str) -> None:
        config = self._rules.config
        read: Durations = read_durations(
            self._texts(name), self._header(name), self._text.file, config.unit, config.hours_dot
        )
        self._keep(name, read.minutes)
        self._done.rounded += read.rounded
        self._done.rounding += read.difference

    def _hold_kinds(self) -> None:
        kinds = self._text.kinds
        if kinds is None:
            return
        for name, position in self._positions.items():
            letters = kinds.str[position]
            for line in letters.index[letters.isin(list(_KIND_WORDS))]:
                kind = letters.at[line]
                sentence = f"The cell in column {self._header(name)!r} {_KIND_WORDS[kind]}. {_KIND_STEPS[kind]}"
                self._hold(int(line), name, self._texts(name).at[line], sentence)

    def _serials_as_dates(self, name: str) -> pd.Series:
        """Cells that are numbers in a date column are a spreadsheet's day numbers; text cells stay as written."""
        return self._replace_numbers(name, self._date_of_serial)

    def _serials_as_clock(self, name: str) -> pd.Series:
        return self._replace_numbers(name, _clock_of_serial)

    def _replace_numbers(self, name: str, write: Callable[[str], str]) -> pd.Series:
        texts = self._texts(name)
        kinds = self._text.kinds
        if kinds is None:
            return texts
        numbers = kinds.str[self._positions[name]] == "n"
        if not numbers.any():
            return texts
        return texts.where(~numbers, texts[numbers].map(write))

    def _date_of_serial(self, text: str) -> str:
        days = Fraction(text)
        if not 1 <= days < 200_000:
            return text
        start = datetime(1904, 1, 1) if self._text.epoch_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
        moment = start + timedelta(seconds=round(float(days) * 86400))
        return moment.isoformat() if days % 1 else moment.date().isoformat()


def _clock_of_serial(text: str) -> str:
    seconds = round(Fraction(text) % 1 * 86400) if Fraction(text) != 1 else 86400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
