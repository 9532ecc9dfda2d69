"""Whether a timesheet in XPM is what the ledger says we sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from core.push.marker import find_markers, notes_equal
from core.push.ports import Bundle, Timesheet

#: What must agree before a timesheet with our marker is taken as ours.
IDENTITY = ("minutes", "date", "staff", "job")
#: Everything we send. Billable is XPM's own: it comes from the job task.
ALL_FIELDS = (*IDENTITY, "task", "note", "marker")


class Sent(Protocol):
    """What a timesheet of ours holds as it was sent: a bundle, or a bundle with the content it is to get."""

    @property
    def marker(self) -> str: ...
    @property
    def by_hand(self) -> bool: ...
    @property
    def job(self) -> str: ...
    @property
    def task_id(self) -> str: ...
    @property
    def staff_id(self) -> str: ...
    @property
    def date(self) -> date: ...
    @property
    def minutes(self) -> int: ...
    @property
    def note_sent(self) -> str: ...


@dataclass(frozen=True)
class Expected:
    """The content a bundle is to get, to be compared before the ledger has it."""

    marker: str
    job: str
    task_id: str
    staff_id: str
    date: date
    minutes: int
    note_sent: str
    by_hand: bool = False


def expect(bundle: Bundle, content: Mapping[str, Any]) -> Expected:
    """The bundle with other content, for find_differences."""
    names = ("job", "task_id", "staff_id", "date", "minutes", "note_sent")
    return Expected(bundle.marker, **{name: content[name] for name in names})


def find_differences(bundle: Sent, sheet: Timesheet, among: tuple[str, ...] = ALL_FIELDS) -> list[str]:
    """Names of the fields in which XPM's timesheet is not what was sent; empty when it is equal.

    A timesheet adopted from a person's own typing has no note and no marker of ours to compare.
    """
    agrees = {
        "minutes": bundle.minutes == sheet.minutes,
        "date": bundle.date == sheet.date,
        "staff": bundle.staff_id == sheet.staff_id,
        "job": bundle.job == sheet.job,
        "task": bundle.task_id == sheet.task_id,
        "note": bundle.by_hand or notes_equal(bundle.note_sent, sheet.note),
        "marker": bundle.by_hand or not sends_marker(bundle) or bundle.marker in find_markers(sheet.note),
    }
    return [name for name in among if not agrees[name]]


def sends_marker(bundle: Sent) -> bool:
    """Whether the bundle's note carries its marker; practices may switch that off."""
    return bundle.marker in find_markers(bundle.note_sent)


def is_as_seen(bundle: Bundle, sheet: Timesheet) -> bool:
    """Whether XPM still shows what it showed at the last look; invoicing does not count."""
    if not bundle.last_seen:
        return not find_differences(bundle, sheet)
    seen = json.loads(bundle.last_seen)
    now = json.loads(describe(sheet))
    same = ("uuid", "job", "task_id", "staff_id", "date", "minutes")
    return all(seen[name] == now[name] for name in same) and notes_equal(seen["note"], now["note"])


def describe(sheet: Timesheet) -> str:
    """The timesheet as the ledger keeps its last look: one JSON object."""
    facts = {"uuid": sheet.uuid, "job": sheet.job, "task_id": sheet.task_id, "staff_id": sheet.staff_id}
    facts |= {"date": sheet.date.isoformat(), "minutes": str(sheet.minutes), "note": sheet.note}
    return json.dumps(facts | {"invoiced": str(bool(sheet.invoiced)).lower()}, ensure_ascii=False, sort_keys=True)
