"""Time captured with the Timer: from stretches between two instants to entries of a day, and on to actual times.

The Timer keeps instants in UTC, so that neither a changed clock nor a journey disturbs it. A day's time is what really
passed while it was that day where the practice is: a stretch over midnight is cut there, and an hour that the clocks
skip or repeat counts as it was lived. Seconds become whole minutes once, on the running sum, so that the entries of one
run add up to its rounded total.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import pandas as pd

from core.local.ids import hash_text, join_content
from core.local.times import HASHED
from core.model import LOCAL_FRAMES, TieoutError, empty_frame, shape_frame, utc_text

#: What stands in the column `file` of actual times that were captured here, and how their ids begin.
FILE = "Timer"
PREFIX = "timer:"
MIDNIGHT = "24:00"


class Capture(StrEnum):
    """What the Timer keeps of a run: how long it was, or from when to when."""

    DURATION = "duration"
    SPANS = "start and end"


class ForeignTimerIds(TieoutError):
    """A file or query brings entries under ids that only the Timer gives."""

    def __init__(self, found: int, example: str) -> None:
        super().__init__(
            f"{found} of the source's time entries have ids of the Timer, for example {example!r}. They were exported "
            "from here: leave them out of the source, or they would count twice."
        )


@dataclass(frozen=True)
class Stretch:
    """A time during which the Timer ran, in UTC; without an end it still runs."""

    start: datetime
    end: datetime | None = None

    def close(self, at: datetime) -> Stretch:
        """The stretch ended at this instant when it has no end yet; never before its start."""
        return self if self.end is not None else replace(self, end=max(at, self.start))


@dataclass(frozen=True)
class Piece:
    """What one entry holds of a run. `start` and `end` (HH:MM, 24:00 for midnight) are empty for a mere duration."""

    date: date
    minutes: int
    start: str = ""
    end: str = ""


def read_stretches(pairs: Iterable[Sequence[str]]) -> tuple[Stretch, ...]:
    """Stretches from pairs of UTC texts; an empty end is one that runs."""
    return tuple(
        Stretch(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None) for start, end in pairs
    )


def write_stretches(stretches: Iterable[Stretch]) -> list[list[str]]:
    """The same as pairs of texts again."""
    return [[utc_text(one.start), utc_text(one.end) if one.end else ""] for one in stretches]


def count_seconds(stretches: Iterable[Stretch], now: datetime) -> int:
    """How long the Timer has run, in whole seconds; pauses do not count."""
    passed = sum((_length(one.close(now)) for one in stretches), timedelta())
    return int(passed.total_seconds())


def cut_stretches(stretches: Sequence[Stretch], at: datetime) -> tuple[Stretch, ...]:
    """What had passed by this instant: later stretches are gone, and the one around it ends there."""
    before = [one for one in stretches if one.start < at]
    return tuple(replace(one, end=at) if one.end is None or one.end > at else one for one in before)


def measure(stretches: Sequence[Stretch], zone: str, capture: Capture) -> list[Piece]:
    """The entries a run makes, oldest first; none when it rounds to nothing.

    stretches: all of them ended. zone: the practice's IANA zone. As durations there is one piece per day; as spans one
    per stretch and day, of which those that touch in the same minute are one.
    """
    if capture is Capture.SPANS:
        return _measure_spans(stretches, ZoneInfo(zone))
    return _measure_days(stretches, ZoneInfo(zone))


def _measure_days(stretches: Sequence[Stretch], zone: ZoneInfo) -> list[Piece]:
    passed: dict[date, timedelta] = {}
    for stretch in stretches:
        for part in _split_midnights(stretch, zone):
            day = part.start.astimezone(zone).date()
            passed[day] = passed.get(day, timedelta()) + _length(part)
    pieces, total, told = [], timedelta(), 0
    for day in sorted(passed):
        total += passed[day]
        whole = _round_minutes(total)
        pieces.append(Piece(day, whole - told))
        told = whole
    return [piece for piece in pieces if piece.minutes]


def _measure_spans(stretches: Sequence[Stretch], zone: ZoneInfo) -> list[Piece]:
    rounded = [Stretch(_round_instant(one.start), _round_instant(_end(one))) for one in stretches]
    parts = [part for one in _join_touching(rounded) for part in _split_midnights(one, zone)]
    return [_tell_span(part, zone) for part in parts if _length(part)]


def _join_touching(stretches: Sequence[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for one in stretches:
        if joined and _end(joined[-1]) >= one.start:
            joined[-1] = replace(joined[-1], end=max(_end(joined[-1]), _end(one)))
        else:
            joined.append(one)
    return joined


def _tell_span(part: Stretch, zone: ZoneInfo) -> Piece:
    start, end = part.start.astimezone(zone), _end(part).astimezone(zone)
    until = f"{end:%H:%M}" if end.date() == start.date() else MIDNIGHT
    return Piece(start.date(), _round_minutes(_length(part)), f"{start:%H:%M}", until)


def _split_midnights(stretch: Stretch, zone: ZoneInfo) -> Iterator[Stretch]:
    start, end = stretch.start, _end(stretch)
    while start < end:
        tomorrow = start.astimezone(zone).date() + timedelta(days=1)
        midnight = datetime.combine(tomorrow, time(), zone).astimezone(UTC)
        yield Stretch(start, min(end, midnight))
        start = midnight


def _end(stretch: Stretch) -> datetime:
    return stretch.start if stretch.end is None else stretch.end


def _length(stretch: Stretch) -> timedelta:
    return max(_end(stretch) - stretch.start, timedelta())


def _round_minutes(length: timedelta) -> int:
    """Whole minutes, half a minute counting as one."""
    return (int(length.total_seconds()) + 30) // 60


def _round_instant(at: datetime) -> datetime:
    return datetime.fromtimestamp((int(at.timestamp()) + 30) // 60 * 60, UTC)


# -- actual times -----------------------------------------------------------------------------------------------------


def make_actual_times(entries: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    """Captured entries as rows of the contract `actual_times` under their own ids; deleted ones are left out.

    entries: index id (PREFIX and more); columns staff_id, task_id, client_id, process_id, date (dates), minutes, start,
    end, note, billable, status. tasks: LOCAL_FRAMES tasks; an entry of one of them has its client and process.
    """
    rows = entries[entries["status"].ne("deleted")].copy()
    if rows.empty:
        return empty_frame(LOCAL_FRAMES["actual_times"])
    for column in ("client_id", "process_id"):
        theirs = rows["task_id"].map(tasks[column]) if len(tasks) else pd.Series("", index=rows.index)
        theirs = theirs.fillna("").astype("object")
        rows[column] = theirs.where(theirs.ne(""), rows[column].astype("object"))
    rows["content_hash"] = join_content(rows[list(HASHED)]).map(hash_text)
    rows["date"] = pd.to_datetime(rows["date"]).astype("datetime64[s]")
    rows["file"] = FILE
    return shape_frame(rows, LOCAL_FRAMES["actual_times"])


def refuse_timer_ids(times: pd.DataFrame) -> None:
    """Raise ForeignTimerIds when actual times of a source carry ids that only the Timer gives."""
    found = times.index[times.index.str.startswith(PREFIX)]
    if len(found):
        raise ForeignTimerIds(len(found), str(found[0]))
