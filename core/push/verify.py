"""Verification: a period of XPM's time read back and compared with the ledger, timesheet by timesheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from core.model import utc_text
from core.push.book import Book
from core.push.compare import find_differences
from core.push.listing import MARGIN, IncompleteList, Listing, Scope, read_complete
from core.push.marker import find_markers
from core.push.ports import Bundle, Seams, Timesheet
from core.push.settle import DELETED_REMOTELY, DOUBLE, settle_listing
from core.push.states import IN_DOUBT as DOUBTFUL
from core.push.states import State

#: Results of the comparison. In doubt is neither: whether XPM has it is being read back.
EQUAL = "equal"
DIFFERENT = "different"
MISSING = "missing"
EXTRA = "extra"
IN_DOUBT = "in doubt"
RESULTS = (EQUAL, DIFFERENT, MISSING, EXTRA, IN_DOUBT)

#: A difference that is none of XPM's fields: the timesheet is there a second time.
TWICE = "twice"
#: A stranger that carries a marker of ours.
MARKED = "marked"

_PLACE = ["staff_id", "job", "task_id", "date", "minutes", "note"]
COLUMNS = ["bundle_id", "entry_id", "result", "differs", *_PLACE, *(f"xpm_{name}" for name in _PLACE)]
COLUMNS += ["invoiced", "by_hand", "state", "shares"]

#: States in which XPM should hold a timesheet of the bundle.
_EXPECTED = (State.POSTED, State.CONFIRMED, State.DRIFTED, State.NEEDS_PERSON, State.HELD)


@dataclass(frozen=True)
class Verified:
    """What a verification found. `rows`: one per timesheet, index its UUID; see verify_period."""

    start: date
    end: date
    rows: pd.DataFrame

    def count(self) -> dict[str, int]:
        """Timesheets by result: equal, different, missing, extra; and those in doubt when there are any."""
        counts = {str(result): int(count) for result, count in self.rows["result"].value_counts().items()}
        always = {result: counts.get(result, 0) for result in (EQUAL, DIFFERENT, MISSING, EXTRA)}
        return always | ({"in_doubt": counts[IN_DOUBT]} if IN_DOUBT in counts else {})


def verify_period(start: date, end: date, seams: Seams, book: Book) -> Verified:
    """Read the period back whole and bring the ledger in line: confirmed, drifted, deleted remotely.

    One row per timesheet that XPM or the ledger has in the period, index its UUID (the bundle's id while it has none):
    bundle_id and entry_id (empty for extra ones, comma-joined for several), result (one of RESULTS; extra: not ours,
    typed by hand), differs (fields, comma; `twice`, and `marked` for an extra one with our mark), what was sent
    (staff_id, job, task_id, date, minutes, note; 0 minutes for extra), what XPM holds (the same with xpm_, 0 minutes
    when missing), invoiced, by_hand, state, and shares: entry id -> minutes of its own and as sent.

    Reads only; nothing is sent. Raises IncompleteList or OutsideFailed when the period cannot be read whole; the
    ledger is unchanged then.
    """
    listing = _read_period(start, end, seams, book)
    asking = _Asking(seams)
    settle_listing(listing, book, utc_text(seams.clock.now()), asking.ask)
    found = _find_ours(start, end, seams, book)
    _settle_unseen(found, listing, asking, book)
    sheets = asking.correct(listing.by_uuid)
    there = {uuid: sheet for uuid, sheet in sheets.items() if start <= sheet.date <= end}
    moved_in = seams.ledger.find_by(book.practice, "remote_uuid", there)
    ids = dict.fromkeys(bundle.id for bundle in (*found, *moved_in))
    ours = list(seams.ledger.find_by(book.practice, "id", ids))
    shares = _read_shares(ours, seams)
    rows = {bundle.remote_uuid or bundle.id: _compare(bundle, sheets, shares.get(bundle.id, {})) for bundle in ours}
    rows |= {uuid: _note_extra(sheet) for uuid, sheet in there.items() if uuid not in rows}
    return Verified(start, end, _make_frame(rows))


@dataclass
class _Asking:
    """Timesheets asked by their id, once each: a list may lag behind what we wrote, an answer by id does not."""

    seams: Seams
    answers: dict[str, Timesheet | None] = field(default_factory=dict)

    def ask(self, uuid: str) -> Timesheet | None:
        """The timesheet as it is there now; None when it is gone."""
        if uuid not in self.answers:
            self.answers[uuid] = self.seams.sender.get_time(uuid)
        return self.answers[uuid]

    def correct(self, listed: Mapping[str, Timesheet]) -> dict[str, Timesheet]:
        """What a list showed, with what was asked by id in its place."""
        answers = {**listed, **self.answers}
        return {uuid: sheet for uuid, sheet in answers.items() if sheet is not None}


def _make_frame(rows: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(dict(rows), orient="index", columns=COLUMNS)
    for name in ("date", "xpm_date"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame.rename_axis("xpm_time_id")


def _read_period(start: date, end: date, seams: Seams, book: Book) -> Listing:
    """The period's list; when XPM reads windows by creation date, the list up to today, which holds the same."""
    try:
        return read_complete(seams.sender, seams.ledger, book.practice, Scope(start, end))
    except IncompleteList:
        today = seams.clock.now().date()
        longer = Scope(start - MARGIN, max(end, today) + MARGIN)
        return read_complete(seams.sender, seams.ledger, book.practice, longer)


def _find_ours(start: date, end: date, seams: Seams, book: Book) -> list[Bundle]:
    """Bundles of the period of which XPM should hold a timesheet, or may."""
    bundles = seams.ledger.find(book.practice, start=start, end=end)
    return [one for one in bundles if (one.state in _EXPECTED and one.remote_uuid) or one.state in DOUBTFUL]


def _settle_unseen(bundles: Sequence[Bundle], listing: Listing, asking: _Asking, book: Book) -> None:
    """What XPM gave a UUID for but did not list is asked by it, and needs a person when it is gone."""
    unseen = [bundle for bundle in bundles if bundle.remote_uuid and bundle.remote_uuid not in listing.by_uuid]
    asked = [bundle for bundle in unseen if bundle.state in (State.POSTED, State.DRIFTED)]
    gone = [bundle for bundle in asked if asking.ask(bundle.remote_uuid) is None]
    why = "XPM no longer has it"
    book.make([book.plan(bundle, State.NEEDS_PERSON, why, reason=DELETED_REMOTELY) for bundle in gone])


def _read_shares(bundles: Iterable[Bundle], seams: Seams) -> dict[str, dict[str, list[int]]]:
    """Bundle id -> entry id -> the entry's own minutes and its share of the timesheet."""
    members = seams.ledger.members_of([bundle.id for bundle in bundles])
    return {
        owner: {entry: [member.minutes, member.sent_minutes] for entry, member in entries.items()}
        for owner, entries in members.items()
    }


def _compare(bundle: Bundle, sheets: Mapping[str, Timesheet], shares: Mapping[str, list[int]]) -> dict[str, Any]:
    sheet = sheets.get(bundle.remote_uuid)
    wrong = find_differences(bundle, sheet) if sheet else []
    wrong += [TWICE] if bundle.reason == DOUBLE else []
    result = MISSING if sheet is None else DIFFERENT if wrong else EQUAL
    sent = {"staff_id": bundle.staff_id, "job": bundle.job, "task_id": bundle.task_id, "date": bundle.date}
    sent |= {"minutes": bundle.minutes, "note": bundle.note_sent, "shares": dict(shares)}
    facts: dict[str, Any] = {"bundle_id": bundle.id, "entry_id": ",".join(shares), "state": str(bundle.state)}
    facts |= {"by_hand": bundle.by_hand, "differs": ",".join(wrong)}
    facts |= {"result": IN_DOUBT if bundle.state in DOUBTFUL else result}
    return {**_describe(sheet, bundle.date), **sent, **facts}


def _note_extra(sheet: Timesheet) -> dict[str, Any]:
    blank = {"bundle_id": "", "entry_id": "", "state": "", "by_hand": False, "shares": {}, "note": "", "minutes": 0}
    place = {"staff_id": sheet.staff_id, "job": sheet.job, "task_id": sheet.task_id, "date": sheet.date}
    marked = MARKED if find_markers(sheet.note) else ""
    return {**_describe(sheet, sheet.date), **blank, **place, "result": EXTRA, "differs": marked}


def _describe(sheet: Timesheet | None, day: date) -> dict[str, Any]:
    """What XPM holds; empty texts and no minutes when it holds nothing."""
    if sheet is None:
        empty = dict.fromkeys(("xpm_staff_id", "xpm_job", "xpm_task_id", "xpm_note"), "")
        return empty | {"xpm_date": day, "xpm_minutes": 0, "invoiced": False}
    there = {f"xpm_{name}": getattr(sheet, name) for name in _PLACE}
    return there | {"invoiced": bool(sheet.invoiced)}
