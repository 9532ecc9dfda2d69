"""Actual times: spans and durations become minutes, odd rows are held, every minute stays countable.

A row without a readable date or duration goes to the problems with what could be read. A row that reads well but
cannot be right (zero minutes, 30 hours, a doubled id) stays an actual time with a problem, so that its minutes are
counted as waiting for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from core.local.cells import ReadCells, TableRules
from core.local.ids import hash_text, identify_rows, join_content
from core.local.table import RowFlaw, count_words, escape_text, show_text
from core.model import LOCAL_FRAMES, Reason, empty_frame, shape_frame

DAY = 1440

#: The fields whose change is a change for XPM.
HASHED = ("staff_id", "task_id", "client_id", "process_id", "date", "minutes", "start", "end", "note")


@dataclass(frozen=True)
class Times:
    """Readable entries in a frame by the contract, the others as flaws with their minutes and date."""

    frame: pd.DataFrame
    flaws: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def build_times(parts: list[ReadCells], tasks: pd.DataFrame, rules: TableRules) -> Times:
    """All files of the table together as actual times.

    parts: one per file. tasks: the loaded tasks, index id; client and process come from there when an entry names a
    task. The frame's `problem` is empty or a Reason; `flaws` has the columns of the problems contract.
    """
    notes: list[str] = []
    readable, flawed = [], []
    for part in parts:
        rows = _measure_rows(part, notes)
        bad = rows["line"].isin(part.flaws)
        readable.append(rows[~bad])
        flawed.append(flaw_rows(part, "actual_times", rows[bad]))
    frame = pd.concat(readable, ignore_index=True)
    flaws = pd.concat(flawed)
    if frame.empty:
        return Times(empty_frame(LOCAL_FRAMES["actual_times"]), flaws, notes)
    if rules.config.split_midnight:
        frame = _split_midnight(frame, notes)
    return _finish(frame, flaws, tasks, rules, notes)


def flaw_rows(part: ReadCells, table: str, rows: pd.DataFrame | None = None) -> pd.DataFrame:
    """The flaws of a file as rows of the problems contract; `rows` brings minutes and date of actual times."""
    columns = LOCAL_FRAMES["problems"].names
    records = [
        [table, part.file, flaw.line, flaw.column, escape_text(flaw.value), flaw.sentence, 0, None]
        for flaw in part.flaws.values()
    ]
    index = pd.Index([f"{table}:{part.file}:{line}" for line in part.flaws], dtype="str", name="id")
    frame = pd.DataFrame(records, columns=columns, index=index)
    if rows is not None and not rows.empty:
        known = pd.Index([f"{table}:{part.file}:{line}" for line in rows["line"]], dtype="str")
        frame.loc[known, "minutes"] = rows["minutes"].to_numpy()
        frame.loc[known, "date"] = rows["date"].to_numpy()
    return frame


#: What an entry says of itself, and what it says when nothing is written.
_MARKS: tuple[tuple[str, object], ...] = (
    ("billable", True),
    ("approved", False),
    ("status", "committed"),
    ("correction", False),
)


def _measure_rows(part: ReadCells, notes: list[str]) -> pd.DataFrame:
    """One row per line with all columns of the contract as far as read; lines without date or minutes get a flaw."""
    values = part.values
    rows = pd.DataFrame({"file": part.file, "line": values.index})
    for name in ("id", "staff_id", "task_id", "client_id", "process_id", "note"):
        rows[name] = values[name].to_numpy() if name in values else ""
    for name, blank in _MARKS:
        rows[name] = _filled(values, name, blank)
    start, end = _times_of(values, "start"), _times_of(values, "end")
    rows["date_clash"] = _clash_of_dates(_object(values, "date"), start[1])
    rows["date"] = _first_known(_object(values, "date"), start[1], end[1])
    rows["start"], rows["end"] = _write_clock(start[0]), _write_clock(end[0])
    minutes, overnight = _minutes_of(_object(values, "minutes"), start, end)
    rows["overnight"] = overnight
    rows["span"] = _span_of(start, end)
    rows["sentence_note"] = [part.held_notes.get(line, "") for line in rows["line"]] if part.held_notes else ""
    _flaw_gaps(part, rows["line"], rows["date"], minutes)
    rows["minutes"] = [0 if value is None else value for value in minutes]
    if any(overnight):
        count = count_words(sum(overnight), "span")
        notes.append(f"{part.file}: {count} over midnight, counted by wall clock for the day they began.")
    return rows


def _flaw_gaps(part: ReadCells, lines: pd.Series, dates: pd.Series, minutes: list[int | None]) -> None:
    for line, day, length in zip(lines, dates, minutes, strict=True):
        if day is None and line not in part.flaws:
            part.flaws[line] = RowFlaw(line, "date", "", "The entry has no date. Add it and load again.")
        elif length is None and line not in part.flaws:
            part.flaws[line] = RowFlaw(line, "minutes", "", "The entry has no duration. Add it and load again.")


def _object(values: pd.DataFrame, name: str) -> list[Any]:
    return list(values[name]) if name in values else [None] * len(values)


def _filled(values: pd.DataFrame, name: str, blank: object) -> list[Any]:
    return [blank if value is None else value for value in _object(values, name)]


_Span = tuple[list[int | None], list[date | None]]


def _times_of(values: pd.DataFrame, name: str) -> _Span:
    seconds = [None if s is None or s != s else int(s) for s in _object(values, f"{name}_seconds")]
    return seconds, _object(values, f"{name}_date")


def _first_known(*columns: list[date | None]) -> pd.Series:
    chosen = [next((day for day in days if day is not None), None) for days in zip(*columns, strict=True)]
    return pd.Series(chosen, dtype="object")


def _clash_of_dates(days: list[date | None], starts: list[date | None]) -> list[str]:
    return [
        f"The entry is dated {day} but starts on {start}. Correct one of them."
        if day and start and day != start
        else ""
        for day, start in zip(days, starts, strict=True)
    ]


def _write_clock(seconds: list[int | None]) -> list[str]:
    return ["" if s is None else f"{s // 3600:02d}:{s // 60 % 60:02d}" for s in seconds]


def _minutes_of(minutes: list[int | None], start: _Span, end: _Span) -> tuple[list[int | None], list[bool]]:
    """Minutes as recorded, else from the span; and whether the span ran over midnight."""
    result: list[int | None] = []
    overnight: list[bool] = []
    spans = _span_of(start, end)
    for recorded, span, s, e in zip(minutes, spans, start[0], end[0], strict=True):
        result.append(span if recorded is None else recorded)
        overnight.append(span is not None and s is not None and e is not None and e < s)
    return result, overnight


def _span_of(start: _Span, end: _Span) -> list[int | None]:
    return [
        None if s is None or e is None else _span_minutes(s, e, s_day, e_day)
        for s, s_day, e, e_day in zip(*start, *end, strict=True)
    ]


def _span_minutes(start: int, end: int, start_day: date | None, end_day: date | None) -> int:
    """Wall-clock minutes; an end before its start is the next day, unless both dates are written."""
    if start_day and end_day:
        seconds = (end_day - start_day).days * 86400 + end - start
    else:
        seconds = end - start + (86400 if end < start else 0)
    return (abs(seconds) + 30) // 60 * (1 if seconds >= 0 else -1)


def _split_midnight(frame: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Spans over midnight as two entries, the second with `/2` behind its id and the next day's date."""
    split = frame["overnight"] & (frame["span"] == frame["minutes"])
    if not split.any():
        return frame
    ends = frame.loc[split, "end"].map(lambda text: int(text[:2]) * 60 + int(text[3:])).astype("int64")
    second = frame[split].copy()
    second["id"] = [f"{text}/2" if text.strip() else text for text in second["id"]]
    second["date"] = [day + timedelta(days=1) for day in second["date"]]
    second["start"], second["minutes"] = "00:00", ends
    frame.loc[split, "minutes"] = frame.loc[split, "minutes"].astype("int64") - ends
    frame.loc[split, "end"] = "24:00"
    notes.append(f"actual_times: {count_words(int(split.sum()), 'span')} split at midnight.")
    both = pd.concat([frame, second[second["minutes"] > 0]], ignore_index=True)
    return both.sort_values(["file", "line"], kind="stable", ignore_index=True)


def _finish(
    frame: pd.DataFrame, flaws: pd.DataFrame, tasks: pd.DataFrame, rules: TableRules, notes: list[str]
) -> Times:
    frame["minutes"] = frame["minutes"].astype("int64")
    # before the task's client is filled in: a derived id must not change because a task moved
    identified = identify_rows(_content_of(frame), "actual_times", HASHED)
    clash = _fill_from_tasks(frame, tasks)
    holds = _Holds(frame)
    holds.add(identified.sentences != "", Reason.DOUBLED_ID, identified.sentences)
    _hold_minutes(holds, frame)
    _hold_dates(holds, frame, rules)
    holds.add(frame["date_clash"] != "", Reason.ODD_ENTRY, frame["date_clash"])
    holds.add(clash != "", Reason.ODD_ENTRY, clash)
    holds.add(frame["sentence_note"] != "", Reason.ODD_ENTRY, frame["sentence_note"])
    _hold_days(holds, frame)
    frame["problem"], frame["problem_sentence"] = holds.problems, holds.sentences
    frame["content_hash"] = join_content(frame[list(HASHED)]).map(hash_text)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    frame.index = pd.Index(identified.ids, dtype="str", name="id")
    warnings = [*identified.warnings, *_warn_longer(frame), *_warn_overlaps(frame)]
    shaped = shape_frame(frame, LOCAL_FRAMES["actual_times"])
    return Times(shaped, flaws, [*notes, *identified.notes], warnings)


def _content_of(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[["id", *HASHED, *dict(_MARKS), "file", "line"]]


class _Holds:
    """Collects why rows are held: the first reason counts, all sentences are shown."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.problems = pd.Series("", index=frame.index, dtype="object")
        self.sentences = pd.Series("", index=frame.index, dtype="object")

    def add(self, rows: pd.Series, reason: Reason, sentences: pd.Series | str) -> None:
        """Hold these rows for this reason."""
        if not rows.any():
            return
        chosen = sentences[rows] if isinstance(sentences, pd.Series) else pd.Series(sentences, index=rows.index[rows])
        self.problems[rows] = self.problems[rows].where(self.problems[rows] != "", reason.value)
        self.sentences[rows] = (self.sentences[rows] + " " + chosen).str.strip()


def _fill_from_tasks(frame: pd.DataFrame, tasks: pd.DataFrame) -> pd.Series:
    """Client and process from the task; where the entry itself names another, a sentence instead of a choice."""
    clash = pd.Series("", index=frame.index, dtype="object")
    for column in ("client_id", "process_id"):
        theirs = (
            frame["task_id"].map(tasks[column]).astype("object")
            if not tasks.empty
            else pd.Series(pd.NA, index=frame.index)
        )
        known = theirs.notna() & (theirs != "") & (frame["task_id"] != "")
        differs = known & (frame[column] != "") & (frame[column] != theirs)
        for row in frame.index[differs]:
            noun = column.removesuffix("_id")
            clash[row] = (
                f"The entry names {noun} {show_text(frame.at[row, column])}, its task belongs to "
                f"{show_text(theirs[row])}. Correct one of them."
            )
        take = known & ~differs
        frame[column] = frame[column].astype("object").where(~take, theirs)
    return clash


def _hold_minutes(holds: _Holds, frame: pd.DataFrame) -> None:
    minutes = frame["minutes"]
    holds.add(minutes == 0, Reason.ODD_MINUTES, "The entry has zero minutes. Delete it or enter its time.")
    holds.add(
        (minutes < 0) & ~frame["correction"].astype("bool"),
        Reason.ODD_MINUTES,
        "The entry is negative and not marked as a correction. Mark it in the column 'correction', or correct it.",
    )
    holds.add(
        minutes.abs() > DAY, Reason.ODD_MINUTES, "The entry has more than 24 hours. Correct it or split it by day."
    )


def _hold_dates(holds: _Holds, frame: pd.DataFrame, rules: TableRules) -> None:
    days = pd.to_datetime(frame["date"])
    source, today = rules.source, pd.Timestamp(rules.today)
    future = days > today + pd.Timedelta(days=source.future_days)
    old = days < today - pd.Timedelta(days=source.oldest_days)
    holds.add(future, Reason.ODD_ENTRY, f"The date lies more than {source.future_days} days ahead. Correct it.")
    old_sentence = f"The date is older than {source.oldest_days} days. Correct it, or leave it out of the export."
    holds.add(old, Reason.ODD_ENTRY, old_sentence)


def _hold_days(holds: _Holds, frame: pd.DataFrame) -> None:
    """Hold every entry of a staff member's day that adds up to more than 24 hours; rows held already do not count."""
    counted = frame[(holds.problems == "") & (frame["staff_id"] != "")]
    totals = counted.groupby(["staff_id", "date"])["minutes"].transform("sum")
    over = totals[totals > DAY]
    if over.empty:
        return
    sentences = pd.Series("", index=frame.index, dtype="object")
    for row, total in over.items():
        day = f"{frame.at[row, 'staff_id']} on {frame.at[row, 'date']}"
        sentences[row] = (
            f"The day of {day} adds up to {total:,} minutes, more than 24 hours. Correct one of its entries."
        )
    holds.add(sentences != "", Reason.OVER_DAY_TOTAL, sentences)


def _warn_longer(frame: pd.DataFrame) -> list[str]:
    """One warning when entries count more minutes than their span has; rounding up by a practice's rule does that."""
    longer = frame.index[frame["minutes"] > pd.to_numeric(frame["span"])]
    if longer.empty:
        return []
    count = count_words(len(longer), "duration")
    return [f"actual_times: {count} longer than from start to end, for example in {_place(frame, longer[0])}."]


def _warn_overlaps(frame: pd.DataFrame) -> list[str]:
    """One warning when spans of the same staff member overlap."""
    spans = frame[(frame["start"] != "") & (frame["end"] != "") & (frame["staff_id"] != "")]
    if spans.empty:
        return []
    start = _absolute(spans["date"], spans["start"])
    length = pd.to_numeric(spans["span"]).clip(lower=0).astype("int64")
    ordered = pd.DataFrame({"staff": spans["staff_id"], "start": start, "end": start + length}).sort_values(
        ["staff", "start"], kind="stable"
    )
    latest = ordered.groupby("staff")["end"].cummax().groupby(ordered["staff"]).shift(fill_value=np.iinfo("int64").min)
    hits = ordered.index[ordered["start"] < latest]
    if hits.empty:
        return []
    return [
        f"actual_times: {count_words(len(hits), 'span')} overlap an earlier one of the same person, "
        f"for example in {_place(frame, hits[0])}."
    ]


def _place(frame: pd.DataFrame, entry: str) -> str:
    return f"{frame.at[entry, 'file']} line {frame.at[entry, 'line']}"


def _absolute(days: pd.Series, clock: pd.Series) -> pd.Series:
    of_day = clock.str.slice(0, 2).astype("int64") * 60 + clock.str.slice(3, 5).astype("int64")
    return days.astype("datetime64[s]").astype("int64") // 86_400 * DAY + of_day
