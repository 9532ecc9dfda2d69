"""Whether a timesheet in XPM is what the ledger says we sent."""

from __future__ import annotations

import json

from core.push.marker import find_markers, notes_equal
from core.push.ports import Bundle, Timesheet

#: What must agree before a timesheet with our marker is taken as ours.
IDENTITY = ("minutes", "date", "staff", "job")
#: Everything we send. Billable is XPM's own: it comes from the job task.
ALL_FIELDS = (*IDENTITY, "task", "note", "marker")


def find_differences(bundle: Bundle, sheet: Timesheet, among: tuple[str, ...] = ALL_FIELDS) -> list[str]:
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


def sends_marker(bundle: Bundle) -> bool:
    """Whether the bundle's note carries its marker; practices may switch that off."""
    return bundle.marker in find_markers(bundle.note_sent)


def describe(sheet: Timesheet) -> str:
    """The timesheet as the ledger keeps its last look: one JSON object."""
    facts = {"uuid": sheet.uuid, "job": sheet.job, "task_id": sheet.task_id, "staff_id": sheet.staff_id}
    facts |= {"date": sheet.date.isoformat(), "minutes": str(sheet.minutes), "note": sheet.note}
    return json.dumps(facts | {"invoiced": str(bool(sheet.invoiced)).lower()}, ensure_ascii=False, sort_keys=True)
