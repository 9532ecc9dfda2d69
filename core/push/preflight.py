"""Right before a batch: what XPM shows of these people and days, and which bundles of the batch must wait for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from core.push.book import Book
from core.push.listing import Listing
from core.push.lookalikes import DAY, GROUP, find_lookalikes, find_over_days
from core.push.ports import Bundle, Move, Timesheet
from core.push.settings import PushSettings
from core.push.settle import ORPHAN
from core.push.states import State

LOOKS_EQUAL = "looks_equal"
OVER_DAY_TOTAL = "over_day_total"


def hold_doubtful(
    batch: Sequence[Bundle],
    listing: Listing,
    book: Book,
    day_minutes: Mapping[str, int],
    released: Iterable[str],
    settings: PushSettings,
) -> list[str]:
    """Hold the bundles of a batch that XPM seems to have already, or whose day would be too full; gives their ids.

    day_minutes: local minutes of the bundle's person and day, by bundle id; without it only the 24 hours count.
    released:    ids of bundles a person called separate work.
    """
    judged = set(released)
    lone = set(hold_orphan_groups([bundle for bundle in batch if bundle.id not in judged], _find_orphans(book), book))
    drafts = _frame_bundles([bundle for bundle in batch if bundle.id not in judged | lone])
    if drafts.empty or not listing.sheets:
        return []
    sheets = _frame_sheets(listing.sheets)
    known = {bundle.remote_uuid for bundle in book.ledger.find_by(book.practice, "remote_uuid", sheets.index)}
    strangers = np.array([uuid not in known for uuid in sheets.index], dtype=bool)
    alike = find_lookalikes(drafts, sheets[strangers])
    local = pd.Series([day_minutes.get(bundle_id, 24 * 60) for bundle_id in drafts.index], index=drafts.index)
    over = find_over_days(drafts, sheets, local, settings.over_day_tolerance)
    by_id = {bundle.id: bundle for bundle in batch}
    moves = [
        book.plan(by_id[bundle_id], State.HELD, f"looks equal to {uuids} in XPM", reason=LOOKS_EQUAL)
        if uuids
        else book.plan(by_id[bundle_id], State.HELD, "the day would hold more than recorded", reason=OVER_DAY_TOTAL)
        for bundle_id, uuids, full in zip(drafts.index, alike, over, strict=True)
        if uuids or full
    ]
    return _keep_moved(moves, book)


def _find_orphans(book: Book) -> list[Bundle]:
    """Timesheets of ours in XPM that no entry explains yet."""
    waiting = book.ledger.find(book.practice, states=(State.NEEDS_PERSON,))
    return [bundle for bundle in waiting if bundle.reason == ORPHAN]


def hold_orphan_groups(
    batch: Sequence[Bundle], orphans: Sequence[Timesheet] | Sequence[Bundle], book: Book
) -> list[str]:
    """Hold bundles of the same person, day, job and task as a timesheet whose marker nobody knows; gives their ids."""
    groups = {(sheet.staff_id, sheet.date, sheet.job, sheet.task_id) for sheet in orphans}
    moves = [
        book.plan(bundle, State.HELD, "XPM has a timesheet of ours there that the ledger lacks", reason=ORPHAN)
        for bundle in batch
        if (bundle.staff_id, bundle.date, bundle.job, bundle.task_id) in groups
    ]
    return _keep_moved(moves, book)


def _keep_moved(moves: Sequence[Move], book: Book) -> list[str]:
    late = set(book.make(moves))
    return [move.bundle for move in moves if move.bundle not in late]


def list_same_day(listing: Listing, bundle: Bundle) -> list[str]:
    """UUIDs listed for the bundle's person and day."""
    return listing.by_day.get((bundle.staff_id, bundle.date), [])


def _frame_bundles(bundles: Sequence[Bundle]) -> pd.DataFrame:
    return _frame(bundles, [bundle.id for bundle in bundles])


def _frame_sheets(sheets: Sequence[Timesheet]) -> pd.DataFrame:
    return _frame(sheets, [sheet.uuid for sheet in sheets])


def _frame(rows: Sequence[Bundle] | Sequence[Timesheet], index: list[str]) -> pd.DataFrame:
    columns = {name: [getattr(row, name) for row in rows] for name in dict.fromkeys([*GROUP, *DAY, "minutes"])}
    return pd.DataFrame(columns, index=pd.Index(index, dtype="object"))
