"""Adoption: timesheets in XPM that carry our marker but are not in the ledger become bundles again.

This is how a first sync finds history that an earlier installation pushed, and how a restored ledger catches up. The
marker of every local entry can be computed, so a marker in XPM names its entry without any record of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.push.book import Book
from core.push.compare import describe
from core.push.listing import Listing, Scope
from core.push.marker import compose_note, entry_key, find_markers, make_marker
from core.push.ports import Bundle, Member, Timesheet, Wanted
from core.push.settings import PushSettings
from core.push.settle import ADOPT_DIFFERS, ORPHAN, settle_listing
from core.push.states import IN_XPM, State

#: So many timesheets of one key may have been sent since a backup.
_AHEAD = 3


@dataclass(frozen=True)
class Adopted:
    """How many timesheets: taken over as equal, held because they differ, ours without an entry; and how many the
    ledger had, but otherwise than XPM shows them now."""

    equal: int = 0
    differing: int = 0
    orphans: int = 0
    changed: int = 0


@dataclass(frozen=True)
class _Sheet:
    """A row of the times frame as a Timesheet."""

    uuid: str
    job: str
    task_id: str
    staff_id: str
    date: Any
    minutes: int
    note: str
    invoiced: bool


def read_sheets(times: pd.DataFrame) -> list[Timesheet]:
    """The rows of XPM_FRAMES times as timesheets."""
    names = ["job", "task_id", "staff_id", "date", "minutes", "note", "invoiced"]
    rows = zip(times.index, *(times[name] for name in names), strict=True)
    return [
        _Sheet(str(uuid), job, task, staff, day.date(), int(minutes), note, bool(invoiced))
        for uuid, job, task, staff, day, minutes, note, invoiced in rows
    ]


def adopt_history(
    times: pd.DataFrame, entries: pd.DataFrame, book: Book, seen_at: str, source: str = "local"
) -> Adopted:
    """Take timesheets with our marker into the ledger, after each sync and before standings are shown.

    times:   XPM_FRAMES times as synced; only presence counts, so it need not be complete.
    entries: all local entries, index entry id: date, minutes, content_hash, and as far as links are made already job,
             job_task_id, xpm_staff_id (empty text while unknown, then not compared).

    Equal minutes, date, staff and job: confirmed. Otherwise held for a person. A marker that no entry has is kept as an
    orphan, which a person sees as withdrawn time. Nothing happens while there are no local entries: before the first
    load everything would look like an orphan.
    """
    if entries.empty or times.empty:
        return Adopted()
    entry_of = {make_marker(book.tenant, source, entry_key(str(entry_id)), 1): entry_id for entry_id in entries.index}
    _claim_orphans(entries, entry_of, book)
    sheets = read_sheets(_pick_news(times, book.ledger.frame(book.practice)))
    if not sheets:
        return Adopted()
    scope = Scope(min(sheet.date for sheet in sheets), max(sheet.date for sheet in sheets))
    settled = settle_listing(Listing(scope, sheets), book, seen_at)
    rows = _make_rows(settled.orphans, entries, entry_of, book, seen_at)
    if rows:
        book.ledger.add_bundles(book.practice, rows, actor=book.actor, why="found in XPM by its marker")
    reasons = [row["reason"] for row in rows]
    changed = len({*settled.arrived, *settled.drifted, *settled.doubled})
    return Adopted(reasons.count(""), reasons.count(ADOPT_DIFFERS), reasons.count(ORPHAN), changed)


def _pick_news(times: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """The timesheets worth a look: ours that are not as the ledger is sure of, and unknown ones with a marker."""
    held = ledger[ledger["remote_uuid"].ne("")].set_index("remote_uuid").reindex(times.index)
    known = held["state"].notna().to_numpy()
    sure = held["state"].eq(State.CONFIRMED.value).to_numpy(dtype=bool, copy=True)
    for name in ("minutes", "date", "staff_id", "job", "task_id"):
        sure &= held[name].to_numpy() == times[name].to_numpy()
    notes = zip(times["note"], held["marker"].fillna(""), held["by_hand"].eq(True), strict=True)
    sure &= [by_hand or f"~{marker}" in note for note, marker, by_hand in notes]
    marked = times["note"].str.contains("[~\uff5e&]", regex=True).to_numpy(dtype=bool, copy=True)
    marked &= [looks and bool(find_markers(note)) for looks, note in zip(marked, times["note"], strict=True)]
    return times[np.where(known, ~sure, marked)]


def record_orphans(orphans: Sequence[Timesheet], book: Book, seen_at: str) -> None:
    """Keep timesheets whose marker nobody knows, so that each is noticed once and shown from then on."""
    rows = [_orphan_row(sheet, book, seen_at) for sheet in orphans]
    if rows:
        _separate_markers(rows, book)
        book.ledger.add_bundles(book.practice, rows, actor=book.actor, why="a marker that no entry has")


def adopt_wanted(
    orphans: Sequence[Timesheet],
    wanted: Sequence[Wanted],
    book: Book,
    source: str,
    settings: PushSettings,
    seen_at: str,
) -> list[Timesheet]:
    """Give timesheets whose marker the ledger lacks to the timesheets that are wanted now; the rest is given back.

    This is what a lost ledger leaves: the entry is to be sent, and XPM shows that it was.
    """
    by_marker = _expect_markers(wanted, book, source)
    owners = book.ledger.bundles_of(book.practice, [entry_id for want in wanted for entry_id in want.entries])
    there = {entry_id for entry_id, held in owners.items() if any(one.state in IN_XPM for one in held)}
    rows: dict[str, dict[str, Any]] = {}
    left: list[Timesheet] = []
    for sheet in orphans:
        found = find_markers(sheet.note)
        want, seq = by_marker.get(found[0], (None, 0)) if len(found) == 1 else (None, 0)
        # Of several timesheets of one key nobody knows which entry is in which.
        if want is None or want.group_key in rows or there.intersection(want.entries):
            left.append(sheet)
        else:
            rows[want.group_key] = _wanted_row(sheet, want, book, settings, seen_at) | {"seq": seq}
    if rows:
        book.ledger.add_bundles(book.practice, list(rows.values()), actor=book.actor, why="found in XPM by its marker")
    return left


def _expect_markers(wanted: Sequence[Wanted], book: Book, source: str) -> dict[str, tuple[Wanted, int]]:
    """The markers these timesheets would get, each with its number: the next ones of their keys."""
    last: dict[str, int] = {}
    for bundle in book.ledger.find_by(book.practice, "group_key", _keys(wanted)):
        last[bundle.group_key] = max(last.get(bundle.group_key, 0), bundle.seq)
    return {
        make_marker(book.tenant, source, want.group_key, seq): (want, seq)
        for want in wanted
        for seq in range(last.get(want.group_key, 0) + 1, last.get(want.group_key, 0) + 1 + _AHEAD)
    }


def _keys(wanted: Sequence[Wanted]) -> list[str]:
    return [want.group_key for want in wanted]


def _wanted_row(sheet: Timesheet, want: Wanted, book: Book, settings: PushSettings, seen_at: str) -> dict[str, Any]:
    row = _sheet_row(sheet, book, seen_at) | {"group_key": want.group_key, "entries": want.entries}
    names = ("job", "task_id", "staff_id", "date", "minutes", "content_hash")
    local = {name: getattr(want, name) for name in names}
    local["note_sent"] = compose_note(want.note, row["marker"], settings.note_limit).text
    same = all(row[name] == local[name] for name in ("job", "staff_id", "date", "minutes"))
    # The ledger keeps what was wanted; a note or task that differs shows as drift in the next list.
    state = {"state": State.CONFIRMED.value} if same else {"state": State.HELD.value, "reason": ADOPT_DIFFERS}
    return row | local | state


def _make_rows(
    sheets: Sequence[Timesheet], entries: pd.DataFrame, entry_of: Mapping[str, Any], book: Book, seen_at: str
) -> list[dict[str, Any]]:
    """A row per timesheet: of its entry, or an orphan's when no entry has the marker or its bundle is another one."""
    owners = [
        next((entry_of[found] for found in find_markers(sheet.note) if found in entry_of), None) for sheet in sheets
    ]
    keys = {entry_key(str(owner)) for owner in owners if owner is not None}
    busy = {bundle.group_key for bundle in book.ledger.find_by(book.practice, "group_key", keys)}
    wanted = entries.loc[list(dict.fromkeys(owner for owner in owners if owner is not None))].to_dict("index")
    rows = []
    for sheet, owner in zip(sheets, owners, strict=True):
        key = entry_key(str(owner))
        if owner is None or key in busy:
            rows.append(_orphan_row(sheet, book, seen_at))
        else:
            busy.add(key)
            rows.append(_entry_row(sheet, owner, wanted[owner], book, seen_at))
    _separate_markers(rows, book)
    return rows


def _entry_row(sheet: Timesheet, entry_id: Any, want: Mapping[str, Any], book: Book, seen_at: str) -> dict[str, Any]:
    held = _sheet_row(sheet, book, seen_at) | {
        "group_key": entry_key(str(entry_id)),
        "entries": {str(entry_id): _make_member(want)},
    }
    local = {"staff_id": want["xpm_staff_id"] or sheet.staff_id, "job": want["job"] or sheet.job}
    local |= {"minutes": int(want["minutes"]), "date": want["date"].date(), "content_hash": want["content_hash"]}
    if all(held[name] == local[name] for name in ("minutes", "date", "staff_id", "job")):
        return held | local | {"state": State.CONFIRMED.value}
    # The ledger keeps what was wanted, so that the difference shows until one side is corrected.
    return held | local | {"state": State.HELD.value, "reason": ADOPT_DIFFERS}


def _orphan_row(sheet: Timesheet, book: Book, seen_at: str) -> dict[str, Any]:
    row = _sheet_row(sheet, book, seen_at) | {"group_key": f"{ORPHAN}:{sheet.uuid}", "entries": {}}
    return row | {"state": State.NEEDS_PERSON.value, "reason": ORPHAN}


def _sheet_row(sheet: Timesheet, book: Book, seen_at: str) -> dict[str, Any]:
    row = {"tenant": book.tenant, "seq": 1, "epoch": 0, "run": book.run, "reason": "", "content_hash": ""}
    row |= {name: getattr(sheet, name) for name in ("job", "task_id", "staff_id", "date", "minutes")}
    row |= {"remote_uuid": sheet.uuid, "note_sent": sheet.note, "last_seen": describe(sheet), "last_seen_at": seen_at}
    return row | {"marker": find_markers(sheet.note)[0]}


def _separate_markers(rows: list[dict[str, Any]], book: Book) -> None:
    """A marker may belong to one bundle only: further copies in XPM get one of their own, made from their UUID."""
    asked = [row["marker"] for row in rows]
    taken = {bundle.marker for bundle in book.ledger.find_by(book.practice, "marker", asked)}
    for row in sorted(rows, key=lambda one: one["reason"] == ORPHAN):
        if row["marker"] in taken:
            row["marker"] = make_marker(book.tenant, ORPHAN, row["group_key"], 1)
        taken.add(row["marker"])


def _claim_orphans(entries: pd.DataFrame, entry_of: Mapping[str, Any], book: Book) -> None:
    """Orphans whose entry has come back, in a later load, are given to it."""
    for bundle in book.ledger.find(book.practice, states=(State.NEEDS_PERSON,)):
        if bundle.reason != ORPHAN or bundle.marker not in entry_of:
            continue
        entry_id = entry_of[bundle.marker]
        if not book.ledger.find_by(book.practice, "group_key", [entry_key(str(entry_id))]):
            _claim(bundle, str(entry_id), entries.loc[entry_id], book)


def _claim(bundle: Bundle, entry_id: str, want: pd.Series, book: Book) -> None:
    local = {"minutes": int(want["minutes"]), "date": want["date"].date()}
    local |= {"staff_id": want["xpm_staff_id"] or bundle.staff_id, "job": want["job"] or bundle.job}
    equal = all(getattr(bundle, name) == value for name, value in local.items())
    state, reason = (State.CONFIRMED, "") if equal else (State.HELD, ADOPT_DIFFERS)
    values = {**local, "group_key": entry_key(entry_id), "content_hash": want["content_hash"], "reason": reason}
    move = book.plan(bundle, state, "its entry is here again", **values)
    book.ledger.claim(book.practice, move, {entry_id: _make_member(want)}, actor=book.actor, run=book.run)


def _make_member(want: Any) -> Member:
    """The entry as the one member of its bundle, which keeps what was wanted."""
    minutes = int(want["minutes"])
    return Member(minutes, minutes, str(want["content_hash"]))
