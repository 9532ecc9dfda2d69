"""The local side, read whole: config in, frames by contract out, with everything said that was done on the way.

Nothing is written anywhere. Either all tables come back or the first refusal is raised, so the last good load stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from core.local.cells import ReadCells, TableRules, read_cells
from core.local.config import TABLES, SourceConfig
from core.local.folder import find_tables, read_folder
from core.local.ids import hash_text, identify_rows, warn_near_references
from core.local.reused import hold_reused
from core.local.sql import read_database
from core.local.table import FileRefused, Progress, TextTable, count_words
from core.local.times import build_times, flaw_rows
from core.model import LOCAL_FRAMES, empty_frame, shape_frame

#: What a column without a file means, where it is not the contract's blank.
_DEFAULTS = {"staff": {"active": True}}

#: What makes a record without id the same record at the next load: not what people correct, as a phone number.
_LASTING = {
    "clients": ("name",),
    "staff": ("name",),
    "processes": ("name",),
    "tasks": ("client_id", "process_id", "name", "start", "period"),
    "documents": ("client_id", "task_id", "path"),
}

_REFERENCES = (
    ("tasks", "client_id", "clients"),
    ("tasks", "process_id", "processes"),
    ("tasks", "assignee_id", "staff"),
    ("actual_times", "staff_id", "staff"),
    ("actual_times", "task_id", "tasks"),
    ("actual_times", "client_id", "clients"),
    ("actual_times", "process_id", "processes"),
    ("documents", "client_id", "clients"),
    ("documents", "task_id", "tasks"),
)


@dataclass(frozen=True)
class LocalLoad:
    """One load of the local side.

    frames: all of LOCAL_FRAMES by name, shaped; tables that are not declared are empty.
    notes: what was done (encodings, skipped rows, rounding), warnings: what looks odd but stands; sentences.
    hashes: file or query -> sha256 of its content; the same hashes mean the same load.
    rounded, rounding: how many durations were no whole minutes, and what rounding added in all, in minutes.
    """

    frames: dict[str, pd.DataFrame]
    notes: list[str]
    warnings: list[str]
    hashes: dict[str, str]
    rounded: int
    rounding: Decimal

    @property
    def sources_hash(self) -> str:
        """One hash over all sources."""
        return hash_text("\n".join(f"{name} {self.hashes[name]}" for name in sorted(self.hashes)))

    @property
    def counts(self) -> dict[str, int]:
        """Readable rows per table, what `check_shrink` compares: rows that turn unreadable are gone too."""
        return {table: len(self.frames[table]) for table in TABLES}


def load_source(
    config: SourceConfig,
    *,
    zone: str,
    today: date,
    previous: Mapping[str, pd.DataFrame] | None = None,
    accepted: frozenset[str] = frozenset(),
    on_progress: Progress | None = None,
) -> LocalLoad:
    """Read every declared table of the local side.

    zone: the practice's IANA zone; dates are dates there. today: the practice's date, for dates too old or ahead.
    previous: frames of the last good load, to notice ids used again for other work. accepted: entry ids a person has
    looked at and released from that, beside those the configuration names. on_progress: told file and rows read.

    Raises TieoutError with file, line and next step when a file or query cannot be taken; then nothing is returned.
    """
    if config.type == "sql":
        texts = read_database(config, on_progress)
    else:
        config = find_tables(config)
        texts = read_folder(config, on_progress)
    loading = _Loading()
    for table in TABLES:
        if table in texts:
            loading.take(texts[table], TableRules(config, table, zone, today))
    for table in config.derive:
        if table not in texts:
            loading.derive(table)
    former = (previous or {}).get("actual_times")
    if former is not None and not former.empty:
        times = loading.frames["actual_times"]
        loading.frames["actual_times"] = hold_reused(times, former, accepted | set(config.released))
    return loading.finish()


class _Loading:
    """Gathers the tables one after the other; later ones look up earlier ones."""

    def __init__(self) -> None:
        self.frames = {name: empty_frame(contract) for name, contract in LOCAL_FRAMES.items()}
        self._problems: list[pd.DataFrame] = []
        self._notes: list[str] = []
        self._warnings: list[str] = []
        self._hashes: dict[str, str] = {}
        self._rounded = 0
        self._rounding = Fraction(0)

    def take(self, texts: list[TextTable], rules: TableRules) -> None:
        """Convert the files of one table and keep its frame, problems and notes."""
        parts = [read_cells(text, rules) for text in texts]
        if rules.source.type == "sql":
            check_keys(parts[0])
        self._hashes.update({text.file: text.sha256 for text in texts})
        for part in parts:
            self._notes += part.notes
            self._rounded += part.rounded
            self._rounding += part.rounding
        if rules.table == "actual_times":
            self._take_times(parts, rules)
        else:
            self._take_records(parts, rules.table)

    def derive(self, table: str) -> None:
        """Make a table of the names that the others use."""
        used = [self.frames[other][column] for other, column, named in _REFERENCES if named == table]
        names = pd.concat(used).drop_duplicates()
        names = names[names.str.strip() != ""].sort_values()
        frame = pd.DataFrame({"name": names.to_numpy()}, index=pd.Index(names, dtype="str", name="id"))
        self.frames[table] = shape_frame(_fill_defaults(frame, table), LOCAL_FRAMES[table])
        self._notes.append(f"{table}: {count_words(len(names), 'name')} taken from the entries; the name is the id.")

    def finish(self) -> LocalLoad:
        """The whole load, its problems in one frame and its references looked over."""
        self.frames["problems"] = _shape_problems(self._problems)
        rounding = Decimal(str(round(float(self._rounding), 3)))
        if self._rounded:
            count = count_words(self._rounded, "duration")
            self._notes.append(
                f"actual_times: {count} rounded half-up to whole minutes, together {rounding:+} minutes."
            )
        self._warn_references()
        return LocalLoad(self.frames, self._notes, self._warnings, self._hashes, self._rounded, rounding)

    def _take_times(self, parts: list[ReadCells], rules: TableRules) -> None:
        times = build_times(parts, self.frames["tasks"], rules)
        self.frames["actual_times"] = times.frame
        self._problems.append(times.flaws)
        self._notes += times.notes
        self._warnings += times.warnings

    def _take_records(self, parts: list[ReadCells], table: str) -> None:
        self._problems += [flaw_rows(part, table) for part in parts]
        rows = pd.concat([_readable(part) for part in parts], ignore_index=True)
        if rows.empty:
            return
        identified = identify_rows(rows, table, _LASTING[table])
        self._notes += identified.notes
        self._warnings += identified.warnings
        held = identified.sentences != ""
        self._problems.append(_doubled_rows(rows[held], identified.sentences[held], table))
        rows.index = pd.Index(identified.ids, dtype="str", name="id")
        self.frames[table] = shape_frame(_fill_defaults(rows[~held.to_numpy()], table), LOCAL_FRAMES[table])

    def _warn_references(self) -> None:
        for table, column, other in _REFERENCES:
            ids = self.frames[other].index
            if len(ids) and len(self.frames[table]):
                self._warnings += warn_near_references(self.frames[table][column], ids, column, table)


def check_keys(part: ReadCells) -> None:
    """Refuse a query result in which a row has no id: a view without a key would change its rows at every load."""
    if "id" not in part.values or (part.values["id"].str.strip() == "").any():
        raise FileRefused(part.file, "a row has no id", "Select the table's key as id.")


def _readable(part: ReadCells) -> pd.DataFrame:
    rows = part.values.reset_index()
    rows["file"] = part.file
    return rows[~rows["line"].isin(part.flaws)]


def _fill_defaults(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    filled = rows.copy()
    for column in LOCAL_FRAMES[table].columns:
        if column.kind == "date" and column.name in filled:
            filled[column.name] = pd.to_datetime(filled[column.name]).astype("datetime64[s]")
    for name, value in _DEFAULTS.get(table, {}).items():
        if name not in filled:
            filled[name] = value
    return filled


def _doubled_rows(rows: pd.DataFrame, sentences: pd.Series, table: str) -> pd.DataFrame:
    """Held rows of a doubled id as problems: nothing may be linked to an id that means two things."""
    names = [f"{table}:{file}:{line}" for file, line in zip(rows["file"], rows["line"], strict=True)]
    given = rows.get("id", "")
    held = {"table": table, "file": rows["file"], "line": rows["line"], "column": "id", "value": given}
    frame = pd.DataFrame({**held, "sentence": sentences, "minutes": 0, "date": None}, index=rows.index)
    frame.index = pd.Index(names, dtype="str", name="id")
    return frame


def _shape_problems(problems: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in problems if not frame.empty]
    if not filled:
        return empty_frame(LOCAL_FRAMES["problems"])
    frame = pd.concat(filled)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    return shape_frame(frame, LOCAL_FRAMES["problems"])
