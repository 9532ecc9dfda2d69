"""The local side, read whole: config in, frames by contract out, with everything said that was done on the way.

Nothing is written anywhere. Either all tables come back or the first refusal is raised, so the last good load stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from core.local.cells import ReadCells, Settings, read_cells
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

_REFERENCES = (
    ("tasks", "client_id", "clients"),
    ("tasks", "process_id", "processes"),
    ("tasks", "assignee_id", "staff"),
    ("actual_times", "staff_id", "staff"),
    ("actual_times", "task_id", "tasks"),
    ("actual_times", "client_id", "clients"),
    ("actual_times", "process_id", "processes"),
)


@dataclass
class LocalLoad:
    """One load of the local side.

    frames: all of LOCAL_FRAMES by name, shaped; tables that are not declared are empty.
    notes: what was done (encodings, skipped rows, rounding), warnings: what looks odd but stands; sentences.
    hashes: file or query -> sha256 of its content; the same hashes mean the same load.
    rounded, rounding: how many durations were no whole minutes, and what rounding added in all, in minutes.
    """

    frames: dict[str, pd.DataFrame]
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    rounded: int = 0
    rounding: Decimal = Decimal(0)

    @property
    def sources_hash(self) -> str:
        """One hash over all sources."""
        return hash_text("\n".join(f"{name} {self.hashes[name]}" for name in sorted(self.hashes)))

    @property
    def counts(self) -> dict[str, int]:
        """Rows per table, held and unreadable ones included: what `check_shrink` compares."""
        per_table = self.frames["problems"]["table"].value_counts()
        return {table: len(self.frames[table]) + int(per_table.get(table, 0)) for table in TABLES}


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
    looked at and released from that. on_progress: told file and rows read.

    Raises TieoutError with file, line and next step when a file or query cannot be taken; then nothing is returned.
    """
    if config.type == "sql":
        texts = read_database(config, on_progress)
    else:
        config = find_tables(config)
        texts = read_folder(config, on_progress)
    load = LocalLoad({name: empty_frame(contract) for name, contract in LOCAL_FRAMES.items()})
    problems: list[pd.DataFrame] = []
    rounding = Fraction(0)
    for table in TABLES:
        if table not in texts:
            continue
        settings = Settings(config, table, zone, today)
        parts = [read_cells(text, settings) for text in texts[table]]
        if config.type == "sql":
            check_keys(parts[0])
        rounding += sum((part.rounding for part in parts), Fraction(0))
        _note_parts(load, texts[table], parts)
        problems.append(_take_table(load, table, parts, settings))
    load.frames["problems"] = _shape_problems(problems)
    _note_rounding(load, rounding)
    _note_references(load)
    former = (previous or {}).get("actual_times")
    if former is not None and not former.empty:
        load.frames["actual_times"] = hold_reused(load.frames["actual_times"], former, accepted)
    return load


def check_keys(part: ReadCells) -> None:
    """Refuse a query result in which a row has no id: a view without a key would change its rows at every load."""
    if "id" not in part.values or (part.values["id"].str.strip() == "").any():
        raise FileRefused(part.file, "a row has no id", "Select the table's key as id.")


def _note_parts(load: LocalLoad, texts: list[TextTable], parts: list[ReadCells]) -> None:
    load.hashes.update({text.file: text.sha256 for text in texts})
    for part in parts:
        load.notes += part.notes
        load.rounded += part.rounded


def _take_table(load: LocalLoad, table: str, parts: list[ReadCells], settings: Settings) -> pd.DataFrame:
    """Put the table's frame into the load; gives back its problem rows."""
    if table == "actual_times":
        times = build_times(parts, load.frames["tasks"], settings)
        load.frames[table] = times.frame
        load.notes += times.notes
        load.warnings += times.warnings
        return times.flaws
    problems = [flaw_rows(part, table) for part in parts]
    rows = pd.concat([_readable(part) for part in parts], ignore_index=True)
    if rows.empty:
        return pd.concat(problems)
    identified = identify_rows(rows, table)
    load.notes += identified.notes
    load.warnings += identified.warnings
    held = identified.sentences != ""
    problems.append(_doubled_rows(rows[held], identified.sentences[held], table))
    rows.index = pd.Index(identified.ids, dtype="str", name="id")
    load.frames[table] = shape_frame(_fill_defaults(rows[~held.to_numpy()], table), LOCAL_FRAMES[table])
    return pd.concat(problems)


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


def _note_rounding(load: LocalLoad, rounding: Fraction) -> None:
    load.rounding = Decimal(str(round(float(rounding), 3)))
    if load.rounded:
        load.notes.append(
            f"actual_times: {count_words(load.rounded, 'duration')} rounded half-up to whole minutes, "
            f"together {load.rounding:+} minutes."
        )


def _note_references(load: LocalLoad) -> None:
    for table, column, other in _REFERENCES:
        ids = load.frames[other].index
        if len(ids) and len(load.frames[table]):
            load.warnings += warn_near_references(load.frames[table][column], ids, column, table)
