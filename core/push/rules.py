"""Which Actual Times: the choice of what a push may take, and the reason for each entry it leaves out.

A choice is made of parts that are asked in the order of `PARTS`; the first that leaves an entry out gives the reason.
Two parts name single entries: `entries` for a push of only those, `missing` for time that was held while its date was
still within the look-back, and goes now though it no longer is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from core.model import Reason, TieoutError

#: The parts of a choice that a person sets together, and the fields of each; in the order in which they are asked.
PARTS: Mapping[str, tuple[str, ...]] = {
    "entries": ("entries",),
    "dates": ("start", "end", "look_back_days", "missing"),
    "staff": ("staff",),
    "clients": ("clients",),
    "client_groups": ("client_groups",),
    "processes": ("processes",),
    "billable": ("billable",),
    "task_statuses": ("task_statuses",),
    "committed": ("committed",),
    "approved": ("approved",),
    "min_minutes": ("min_minutes",),
    "has_note": ("has_note",),
}
#: Lists of a choice, the column each is compared with, and why an entry is left out by it.
_LISTS: Mapping[str, tuple[str, Reason]] = {
    "staff": ("staff_id", Reason.RULE_STAFF),
    "clients": ("client_id", Reason.RULE_CLIENTS),
    "client_groups": ("client_group", Reason.RULE_GROUPS),
    "processes": ("process_id", Reason.RULE_PROCESSES),
    "task_statuses": ("task_status", Reason.RULE_STATUS),
}
_DATES, _FLAGS = ("start", "end"), ("billable", "committed", "approved", "has_note")
_NUMBERS = ("look_back_days", "min_minutes")


class BadChoice(TieoutError):
    """A saved choice cannot be read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This Which Actual Times rule cannot be used: {what}. Open it on Time and save it again.")


@dataclass(frozen=True)
class Choice:
    """What a push may take. An empty part lets everything through; all parts given must hold.

    `start` and `end` are work dates, both included; `look_back_days` counts back from today, today included, and
    narrows them further, save for the entries in `missing`. `entries`: these and no others. Ids are local ids;
    `client_groups` are names, and a client without a group has none. `task_statuses` are the local words; time without
    a task has none. `committed`: true for committed entries, false for drafts, which are shown but never pushed.
    `min_minutes` are compared with the size of an entry, so that a correction is not left out for being negative.
    `name`: what the choice is saved as, for sentences; it makes no other choice of it.
    """

    start: date | None = None
    end: date | None = None
    look_back_days: int | None = None
    staff: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    billable: bool | None = None
    task_statuses: tuple[str, ...] = ()
    client_groups: tuple[str, ...] = ()
    committed: bool | None = None
    approved: bool | None = None
    min_minutes: int | None = None
    has_note: bool | None = None
    entries: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    name: str = field(default="", compare=False)

    @property
    def title(self) -> str:
        """What sentences call it."""
        return f"Which Actual Times “{self.name}”" if self.name else "Which Actual Times"

    @property
    def narrows(self) -> bool:
        """Whether it may leave anything out."""
        return self != Choice()

    def leaves_out(self, frame: pd.DataFrame, today: date) -> pd.Series:
        """The Reason for each entry left out, empty text for each let through; index that of `frame`.

        frame: index entry id; of the columns date, staff_id, client_id, client_group, process_id, billable,
        task_status, status, approved, minutes and note those that the parts given ask for.
        """
        reasons = np.full(len(frame), "", dtype="object")
        # From the last to the first, so that the first part that leaves an entry out has the last word.
        for part in reversed([name for name in PARTS if self.has(name)]):
            out, reason = self._ask(part, frame, today)
            reasons[out] = reason.value
        return pd.Series(reasons, index=frame.index, dtype="str")

    def has(self, part: str) -> bool:
        """Whether this part of PARTS is set."""
        return any(getattr(self, name) not in (None, ()) for name in PARTS[part])

    def only(self, part: str) -> Choice:
        """The choice with this part of PARTS and no other."""
        return Choice(**{name: getattr(self, name) for name in PARTS[part]})

    def without(self, part: str) -> Choice:
        """The choice with this part of PARTS letting everything through."""
        kept = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in PARTS[part]}
        return Choice(**kept)

    def starts(self, today: date) -> date | None:
        """The first work date it lets through as seen on that day; None when it goes back without end."""
        starts = [self.start] if self.start else []
        if self.look_back_days is not None:
            starts.append(today - timedelta(days=max(self.look_back_days, 1) - 1))
        return max(starts, default=None)

    def _ask(self, part: str, frame: pd.DataFrame, today: date) -> tuple[np.ndarray, Reason]:
        """Which entries this part leaves out, and why."""
        if part in _LISTS:
            column, reason = _LISTS[part]
            return ~frame[column].isin(getattr(self, part)).to_numpy(dtype=bool), reason
        match part:
            case "entries":
                return ~frame.index.isin(self.entries), Reason.RULE_ENTRIES
            case "dates":
                return self._outside_dates(frame, today), Reason.RULE_DATES
            case "billable":
                return _differs(frame["billable"], self.billable), Reason.RULE_BILLABLE
            case "committed":
                return _differs(frame["status"].str.casefold().ne("draft"), self.committed), Reason.RULE_COMMITTED
            case "approved":
                return _differs(frame["approved"], self.approved), Reason.RULE_APPROVED
            case "min_minutes":
                return (frame["minutes"].abs() < (self.min_minutes or 0)).to_numpy(dtype=bool), Reason.RULE_MINUTES
            case _:
                return _differs(frame["note"].str.strip().ne(""), self.has_note), Reason.RULE_NOTE

    def _outside_dates(self, frame: pd.DataFrame, today: date) -> np.ndarray:
        outside = np.zeros(len(frame), dtype=bool)
        start = self.starts(today)
        if start:
            early = (frame["date"] < pd.Timestamp(start)).to_numpy()
            if self.missing:
                early = early & ~self._are_missing(frame)
            outside |= early
        if self.end:
            outside |= (frame["date"] > pd.Timestamp(self.end)).to_numpy()
        return outside

    def _are_missing(self, frame: pd.DataFrame) -> np.ndarray:
        """Entries that the look-back, but not the start, is waived for."""
        start = pd.Timestamp(self.start) if self.start else pd.Timestamp.min
        return np.asarray(frame.index.isin(self.missing) & (frame["date"] >= start).to_numpy(), dtype=bool)

    def to_json(self) -> str:
        """The saved form; only the parts that are set, without the name."""
        parts: dict[str, Any] = {
            name: value for name, value in vars(self).items() if value not in (None, ()) and name != "name"
        }
        return json.dumps(parts, default=date.isoformat, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Choice:
        """Read the saved form; raises BadChoice naming what is wrong."""
        try:
            parts = json.loads(text or "{}")
            return cls(**{name: _read_part(name, value) for name, value in parts.items()})
        except (TypeError, ValueError, AttributeError) as error:
            raise BadChoice(str(error)) from error


def _differs(values: pd.Series, wanted: bool | None) -> np.ndarray:
    return np.asarray(values.to_numpy(dtype=bool) != wanted, dtype=bool)


def _read_part(name: str, value: Any) -> Any:
    if value is None:
        return () if name not in (*_DATES, *_FLAGS, *_NUMBERS) else None
    if name in _DATES:
        return date.fromisoformat(value)
    if name in _FLAGS:
        return _expect(name, value, bool, "true or false")
    if name in _NUMBERS:
        return _expect(name, value, int, "a whole number")
    return tuple(str(item) for item in _expect(name, value, list, "a list"))


def _expect(name: str, value: Any, kind: type, words: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{name} is {value!r}, not {words}")
    return value
