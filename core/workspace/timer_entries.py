"""Entries captured here, by hand or by stopping a Timer: checked, changed, committed, and seen as a week.

A draft stays here. A committed entry is local time like any other: it is pushed by the rules, and what is changed or
deleted after that goes the ordinary way of changed time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from core.local.timer import MIDNIGHT
from core.model import TieoutError
from core.reports.tieout import show_hours
from core.store import EntryChange, EntryMovedOn
from core.store.events import NewEvent
from core.workspace.actual_time import require_actual_time
from core.workspace.time_targets import Work
from core.workspace.time_week import Week, read_week

if TYPE_CHECKING:
    from core.workspace import Workspace
    from core.workspace.timekeeping import Timekeeping

__all__ = ["EntryDraft", "EntryWrong", "TimerEntries", "read_length", "read_time"]

DAY = 24 * 60
#: Work may be entered so many days back and ahead of today.
_DAYS_BACK, _DAYS_AHEAD = 400, 31
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
_LENGTH = re.compile(r"(?:(\d+(?:[.,]\d+)?)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?", re.IGNORECASE)


class EntryWrong(TieoutError):
    """What was typed for an entry cannot be kept; `field` names the cell: date, minutes, start, end or work."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class EntryDraft:
    """An entry as typed. Either `length` (1:30, 1.5 h, 90 min) or `start` and `end` (9:00, 24:00) says how long."""

    work: Work
    date: date
    length: str = ""
    start: str = ""
    end: str = ""
    note: str = ""
    billable: bool = True


def read_length(text: str) -> int:
    """Minutes of a typed length: 1:30, 1.5, 1h30 or 45m; a whole number alone is minutes. Raises EntryWrong."""
    typed = text.strip().replace(",", ".")
    clock = re.fullmatch(r"(\d{1,2}):(\d{2})", typed)
    if clock and int(clock[2]) < 60:
        return int(clock[1]) * 60 + int(clock[2])
    if typed.isdecimal():
        return int(typed)
    if re.fullmatch(r"\d*\.\d+", typed):
        return int(float(typed) * 60 + 0.5)
    parts = _LENGTH.fullmatch(typed) or re.fullmatch(r"(\d+)\s*h\s*(\d+)", typed, re.IGNORECASE)
    if typed and parts:
        return int(float(parts[1] or 0) * 60 + 0.5) + int(parts[2] or 0)
    wrong = f"{text!r} is no length." if typed else "No length was typed."
    raise EntryWrong("minutes", f"{wrong} Type one like 1:30, 1.5 h or 45 min.")


def read_time(text: str, field: str) -> str:
    """A time of day as HH:MM; 24:00 is the end of the day. Raises EntryWrong."""
    found = _CLOCK.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour == 24 and minute == 0 and field == "end":
        return MIDNIGHT
    if hour > 23 or minute > 59:
        raise EntryWrong(field, f"{text!r} is no time of day. Type one like 9:00 or 17:45.")
    return f"{hour:02d}:{minute:02d}"


class TimerEntries:
    """The captured entries of one practice."""

    def __init__(self, workspace: Workspace, timer: Timekeeping) -> None:
        self._ws = workspace
        self._timer = timer

    def week(self, staff_id: str, day: date) -> Week:
        """The week around a day of this person: all local time with its standing, sums and gaps."""
        return read_week(self._ws, staff_id, day)

    def add(self, staff_id: str, draft: EntryDraft) -> str:
        """Keep an entry typed by hand, as a draft; returns its id. Raises EntryWrong, WorkUnknown, ActualTimeOff."""
        self._require("Nothing was kept")
        values = self._check(staff_id, draft)
        row = values | {"id": self._timer.new_id(), "staff_id": staff_id, "status": "draft", "made_by": self._ws.actor}
        event = self._event("recorded", row["id"], after=_tell(values))
        self._ws.store.timers.change(self._ws.practice_id, self._timer.edits(added=[row], events=[event]))
        return str(row["id"])

    def get(self, entry_id: str) -> pd.Series:
        """One entry as kept, columns of the table timer_entry. Raises EntryMovedOn when it is deleted."""
        found = self._ws.store.timers.find(self._ws.practice_id, [entry_id])
        if found.empty or found.iloc[0]["status"] == "deleted":
            raise EntryMovedOn(None)
        return found.iloc[0]

    def edit(self, entry_id: str, revision: int, draft: EntryDraft) -> None:
        """Change an entry; a committed one stays committed. Raises EntryWrong, EntryMovedOn, WorkUnknown."""
        self._require("Nothing was changed")
        former = self.get(entry_id)
        values = self._check(str(former["staff_id"]), draft, entry_id)
        event = self._event("changed", entry_id, before=_tell(former), after=_tell(values))
        change = EntryChange(entry_id, revision, values)
        self._ws.store.timers.change(self._ws.practice_id, self._timer.edits(changed=[change], events=[event]))

    def commit(self, entries: Mapping[str, int]) -> int:
        """Commit these drafts (id -> revision seen), all or none: a push may take them then. Raises EntryMovedOn."""
        return self._move(entries, "committed")

    def delete(self, entries: Mapping[str, int]) -> int:
        """Delete these entries (id -> revision seen), all or none; what of them is in XPM counts as withdrawn."""
        return self._move(entries, "deleted")

    def _move(self, entries: Mapping[str, int], status: str) -> int:
        self._require("Nothing was changed")
        former = self._ws.store.timers.find(self._ws.practice_id, list(entries))
        changes = [EntryChange(one, revision, {"status": status}) for one, revision in entries.items()]
        events = [self._event(status, one, before=_tell(former.loc[one])) for one in entries if one in former.index]
        self._ws.store.timers.change(self._ws.practice_id, self._timer.edits(changed=changes, events=events))
        return len(changes)

    # -- what may be kept ----------------------------------------------------------------------------------------------

    def _check(self, staff_id: str, draft: EntryDraft, entry_id: str = "") -> dict[str, Any]:
        """The columns of an entry as typed. Raises EntryWrong, WorkUnknown."""
        work, today = draft.work.complete(self._ws), self._ws.today
        if not today - timedelta(days=_DAYS_BACK) <= draft.date <= today + timedelta(days=_DAYS_AHEAD):
            raise EntryWrong("date", f"{draft.date} is too far from today ({today}). Correct the date.")
        start, end = self._read_span(draft)
        minutes = self._measure(draft.date, start, end) if start else read_length(draft.length)
        if not 0 < minutes <= DAY:
            raise EntryWrong("minutes", f"{minutes} minutes cannot be one entry of a day. Correct the time.")
        self._check_day(staff_id, draft.date, minutes, entry_id)
        kept = {"date": draft.date, "minutes": minutes, "start": start, "end": end}
        return asdict(work) | kept | {"note": draft.note.strip(), "billable": draft.billable}

    def _read_span(self, draft: EntryDraft) -> tuple[str, str]:
        if not (draft.start.strip() or draft.end.strip()):
            return "", ""
        start, end = read_time(draft.start, "start"), read_time(draft.end, "end")
        if end <= start:
            raise EntryWrong("end", f"{end} is not after {start}. Work over midnight is two entries, one on each day.")
        return start, end

    def _measure(self, day: date, start: str, end: str) -> int:
        """The minutes that really passed; they differ from the clocks' on the night these change."""
        zone = ZoneInfo(self._ws.practice.zone)
        began, ended = (_instant(day, told, zone, field) for told, field in ((start, "start"), (end, "end")))
        return int((ended - began).total_seconds() // 60)

    def _check_day(self, staff_id: str, day: date, minutes: int, entry_id: str) -> None:
        times = self._ws.store.frames.read("local", "actual_times", self._ws.practice_id, start=day, end=day)
        same = times["staff_id"].eq(staff_id) & (times.index != entry_id)
        others = int(times.loc[same, "minutes"].sum())
        if others + minutes > DAY:
            told = f"With it the day of {day} would have {show_hours(others + minutes)} hours, more than 24."
            raise EntryWrong("minutes", f"{told} Correct one of its entries.")

    def _require(self, what: str) -> None:
        require_actual_time(self._ws, what)

    def _event(self, verb: str, entry_id: str, *, before: str = "", after: str = "") -> NewEvent:
        return NewEvent(self._ws.practice_id, self._ws.actor, verb, "time entry", entry_id, before, after)


def _instant(day: date, told: str, zone: ZoneInfo, field: str) -> datetime:
    """The instant of a time of day; of an hour that comes twice the first one."""
    at = datetime.combine(
        day + timedelta(days=told == MIDNIGHT), time() if told == MIDNIGHT else time.fromisoformat(told)
    )
    instant = at.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != at:
        raise EntryWrong(field, f"There is no {told} on {day}: the clocks skip that hour. Correct the time.")
    return instant


def _tell(values: Mapping[str, Any] | pd.Series) -> str:
    span = f", {values['start']} to {values['end']}" if values["start"] else ""
    return f"{values['date']}, {show_hours(int(values['minutes']))} h{span}"
