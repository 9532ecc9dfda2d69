"""Verification: a period of XPM's time read back and compared with the ledger, timesheet by timesheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from core.model import utc_text
from core.push.book import Book
from core.push.compare import find_differences
from core.push.listing import MARGIN, IncompleteList, Listing, Scope, read_complete
from core.push.ports import Bundle, Seams, Timesheet
from core.push.settle import DELETED_REMOTELY, settle_listing
from core.push.states import State

#: Results of the comparison.
EQUAL = "equal"
DIFFERENT = "different"
MISSING = "missing"
EXTRA = "extra"

COLUMNS = ["entry_id", "result", "differs", "staff_id", "job", "task_id", "date", "minutes", "xpm_minutes", "state"]

#: States in which XPM should hold a timesheet of the bundle.
_EXPECTED = (State.POSTED, State.CONFIRMED, State.DRIFTED, State.NEEDS_PERSON, State.HELD)


@dataclass(frozen=True)
class Verified:
    """What a verification found. `rows`: one per timesheet, index its UUID; see verify_period."""

    start: date
    end: date
    rows: pd.DataFrame

    def count(self) -> dict[str, int]:
        """Timesheets by result: equal, different, missing, extra."""
        counts = self.rows["result"].value_counts()
        return {result: int(counts.get(result, 0)) for result in (EQUAL, DIFFERENT, MISSING, EXTRA)}


def verify_period(start: date, end: date, seams: Seams, book: Book) -> Verified:
    """Read the period back whole and bring the ledger in line: confirmed, drifted, deleted remotely.

    One row per timesheet that XPM or the ledger has in the period, index its UUID: entry_id (empty for extra ones),
    result (equal, different, missing, or extra: not ours, typed by hand), differs (fields, comma), staff_id, job,
    task_id, date, minutes (the ledger's, 0 for extra), xpm_minutes (0 for missing), state. Reads only; nothing is
    sent. Raises IncompleteList or OutsideFailed when the period cannot be read whole; the ledger is unchanged then.
    """
    listing = _read_period(start, end, seams, book)
    settle_listing(listing, book, utc_text(seams.clock.now()))
    expected = [bundle for bundle in seams.ledger.find(book.practice, start=start, end=end) if _is_expected(bundle)]
    _settle_posted(expected, listing, seams, book)
    expected = list(seams.ledger.find_by(book.practice, "id", (bundle.id for bundle in expected)))
    entries = seams.ledger.entries_of(bundle.id for bundle in expected)
    rows = {bundle.remote_uuid: _compare(bundle, listing, ",".join(entries.get(bundle.id, ()))) for bundle in expected}
    strangers = [sheet for sheet in listing.sheets if sheet.uuid not in rows and start <= sheet.date <= end]
    rows |= {sheet.uuid: _note_extra(sheet) for sheet in _leave_out_known(strangers, book)}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    return Verified(start, end, frame.rename_axis("xpm_time_id"))


def _read_period(start: date, end: date, seams: Seams, book: Book) -> Listing:
    """The period's list; when XPM reads windows by creation date, the list up to today, which holds the same."""
    try:
        return read_complete(seams.sender, seams.ledger, book.practice, Scope(start, end))
    except IncompleteList:
        today = seams.clock.now().date()
        longer = Scope(start - MARGIN, max(end, today) + MARGIN)
        return read_complete(seams.sender, seams.ledger, book.practice, longer)


def _is_expected(bundle: Bundle) -> bool:
    return bundle.state in _EXPECTED and bool(bundle.remote_uuid)


def _settle_posted(expected: Sequence[Bundle], listing: Listing, seams: Seams, book: Book) -> None:
    """What XPM answered with a UUID but never listed is asked by it: gone, or only listed late."""
    unseen = [bundle for bundle in expected if bundle.remote_uuid not in listing.by_uuid]
    asked = [bundle for bundle in unseen if bundle.state in (State.POSTED, State.DRIFTED)]
    gone = [bundle for bundle in asked if seams.sender.get_time(bundle.remote_uuid) is None]
    why = "XPM no longer has it"
    book.make([book.plan(bundle, State.NEEDS_PERSON, why, reason=DELETED_REMOTELY) for bundle in gone])


def _compare(bundle: Bundle, listing: Listing, entry_id: str) -> list[object]:
    sheet = listing.by_uuid.get(bundle.remote_uuid)
    wrong = find_differences(bundle, sheet) if sheet else []
    elsewhere = sheet is None and bundle.state == State.DRIFTED
    result = DIFFERENT if wrong or elsewhere else MISSING if sheet is None else EQUAL
    place = [bundle.staff_id, bundle.job, bundle.task_id, bundle.date, bundle.minutes]
    return [entry_id, result, ",".join(wrong), *place, sheet.minutes if sheet else 0, bundle.state]


def _note_extra(sheet: Timesheet) -> list[object]:
    return ["", EXTRA, "", sheet.staff_id, sheet.job, sheet.task_id, sheet.date, 0, sheet.minutes, ""]


def _leave_out_known(sheets: Sequence[Timesheet], book: Book) -> list[Timesheet]:
    """Those whose UUID no bundle has: a timesheet of ours that moved into the period is no extra one."""
    known = book.ledger.find_by(book.practice, "remote_uuid", (sheet.uuid for sheet in sheets))
    ours = {bundle.remote_uuid for bundle in known}
    return [sheet for sheet in sheets if sheet.uuid not in ours]
