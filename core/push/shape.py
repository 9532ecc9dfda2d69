"""Shaping: from standings to the timesheets of a push, and to the changes of those that are in XPM already.

The standings say which entries go, which timesheet each belongs to and how many minutes it brings. Here they become
whole timesheets: minutes added up, notes joined, one fingerprint of the content of all members.
"""

from __future__ import annotations

import hashlib
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from core.model import Standing
from core.push.correct import shape_corrections
from core.push.edited import DELETE, SURE, UPDATE
from core.push.marker import LENGTH
from core.push.notes import join_notes
from core.push.ports import Change, Current, Member, Wanted
from core.push.recorded import Recorded
from core.push.settings import PushSettings

#: Columns of a shaped timesheet.
SHEET_COLUMNS = ["job", "task_id", "staff_id", "date", "minutes", "note", "start", "end", "content_hash", "day_minutes"]
_FROM = {"job_task_id": "task_id", "xpm_staff_id": "staff_id", "sent_minutes": "minutes", "sheet_note": "note"}
_ORDER = ["group_key", "start", "entry_id"]
_DAY = 24 * 60
#: The entry mode in which XPM gets starts and ends.
SPANS = "start and end"
_MEMBER = ["group_key", "job", "job_task_id", "xpm_staff_id", "date", "minutes", "sent_minutes", "sheet_note", "start"]
_MEMBER += ["end", "content_hash", "day_minutes"]
#: What is known of an entry of a timesheet in XPM: as it is now, and as it was sent.
_PART = ["bundle", "bundle_id", "entry_id", "change", "job", "job_task_id", "xpm_staff_id", "date", "minutes"]
_PART += ["sent_minutes", "xpm_minutes", "start", "end", "sheet_note", "day_minutes", "content_hash", "sealed"]
_PART += ["sent_job", "sent_task_id", "sent_staff_id", "sent_date", "sent_content_hash"]


@dataclass(frozen=True)
class Shaped:
    """What a push would do, as frames.

    `members`: the entries that go, index entry id, by timesheet and in its order: group_key, minutes (as recorded),
    sent_minutes, content_hash, and `row`, its place in the standings. `sheets`: the timesheets to create, index group
    key, SHEET_COLUMNS. `changes`: what would become of timesheets in XPM, by bundle id. `joining`: entries that go by a
    change instead of a timesheet of their own, entry id -> bundle id. `corrections`: timesheets beside invoiced ones,
    also in `sheets`, by group key; their entries are no members.
    """

    members: pd.DataFrame
    sheets: pd.DataFrame
    changes: Mapping[str, Change]
    joining: Mapping[str, str]
    corrections: Mapping[str, Wanted] = field(default_factory=dict)

    @cached_property
    def wanted(self) -> Mapping[str, Wanted]:
        """The timesheets to create by group key, in the order of `sheets`; each is made when it is asked for."""
        own = _Sheets(self.sheets.drop(list(self.corrections)), self.members)
        return ChainMap(dict(self.corrections), own) if self.corrections else own  # type: ignore[arg-type]  # only read

    def current(self) -> Current:
        """The same as a run asks for it."""
        return Current(self.wanted, self.changes)


class _Sheets(Mapping[str, Wanted]):
    """Timesheets by group key; a push asks for some hundred of many thousand at a time."""

    def __init__(self, sheets: pd.DataFrame, members: pd.DataFrame) -> None:
        self._facts = dict(zip(sheets.index.tolist(), sheets[SHEET_COLUMNS].itertuples(index=False), strict=True))
        self._entries: dict[str, list[tuple[str, Member]]] = {}
        names = ("minutes", "sent_minutes", "content_hash")
        values = zip(
            members.index.tolist(), members["group_key"].tolist(), *(members[n].tolist() for n in names), strict=True
        )
        for entry_id, key, *held in values:
            self._entries.setdefault(key, []).append((entry_id, Member(*held)))

    def __getitem__(self, key: str) -> Wanted:
        return make_wanted(key, dict(self._entries[key]), self._facts[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def make_wanted(key: str, entries: Mapping[str, Member], facts: Any) -> Wanted:
    """One timesheet from its SHEET_COLUMNS."""
    job, task, staff, day, minutes, note, start, end, content, total = facts
    return Wanted(key, entries, job, task, staff, day.date(), int(minutes), note, start, end, content, int(total))


def shape_push(standings: pd.DataFrame, recorded: Recorded, settings: PushSettings) -> Shaped:
    """What a push of everything ready would create, update and delete; standings of assign_standings.

    Entries that are ready while a timesheet of their place is on its way are left for the next plan. With one line a
    day, entries join the timesheet their place has, unless it was invoiced or is not surely as we sent it.
    """
    goes = standings["standing"].eq(Standing.READY.value) & standings["group_key"].ne("")
    ready = standings.loc[goes, _MEMBER].assign(row=np.flatnonzero(goes))
    joining = _find_lines(ready, recorded.entries) if settings.merging == "one line" else pd.Series(dtype="object")
    alone = ready[~ready.index.isin(joining.index)] if len(joining) else ready
    # Where every entry has its own timesheet, their order means nothing.
    members = alone if settings.merging == "none" else alone.assign(entry_id=alone.index).sort_values(_ORDER)
    changes = _shape_changes(standings, joining, recorded.entries, settings)
    columns = ["group_key", "minutes", "sent_minutes", "content_hash", "row"]
    corrections = {want.group_key: want for want in shape_corrections(standings, recorded, settings.rounds)}
    sheets = _add_corrections(_shape_sheets(members, settings), corrections)
    return Shaped(members[columns], sheets, changes, joining.to_dict(), corrections)


def _add_corrections(sheets: pd.DataFrame, corrections: Mapping[str, Wanted]) -> pd.DataFrame:
    if not corrections:
        return sheets
    rows = {key: {name: getattr(want, name) for name in SHEET_COLUMNS} for key, want in corrections.items()}
    added = pd.DataFrame.from_dict(rows, orient="index", columns=SHEET_COLUMNS)
    added["date"] = pd.to_datetime(added["date"])
    return pd.concat([sheets, added.astype(sheets.dtypes.to_dict())]).rename_axis("group_key")


def _find_lines(ready: pd.DataFrame, entries: pd.DataFrame) -> pd.Series:
    """The bundle each ready entry can join, index entry id."""
    fit = entries["state"].isin(SURE) & ~entries["invoiced"] & ~entries["by_hand"] & entries["reason"].eq("")
    lines = entries[fit & entries["group_key"].str.startswith("day:")].sort_values("seq")
    newest = lines.drop_duplicates("group_key", keep="last").set_index("group_key")["bundle_id"]
    return ready["group_key"].map(newest).dropna()


def _shape_sheets(members: pd.DataFrame, settings: PushSettings) -> pd.DataFrame:
    """One row per timesheet from its entries in order."""
    spans = _shape_spans(members, settings) if (members["start"] != "").any() else members
    named = spans[["group_key", "job", "job_task_id", "xpm_staff_id", "date", "sent_minutes", "sheet_note"]]
    named = named.rename(columns=_FROM).assign(start=spans["start"], end=spans["end"])
    named = named.assign(content_hash=members["content_hash"], day_minutes=members["day_minutes"])
    first = ~named["group_key"].duplicated()
    sheets = named[first].set_index("group_key")[SHEET_COLUMNS]
    if first.all():
        return sheets
    merged = named[named["group_key"].duplicated(keep=False)]
    sums = {str(key): _merge(group, settings) for key, group in merged.groupby("group_key", sort=False)}
    for column in ("minutes", "note", "start", "end", "content_hash"):
        values = pd.Series({key: facts[column] for key, facts in sums.items()})
        sheets.loc[values.index, column] = values.astype(sheets[column].dtype)
    return sheets


def _merge(group: pd.DataFrame, settings: PushSettings) -> dict[str, Any]:
    """What several entries make together: a sum has no start and end of its own."""
    hashes = dict(zip(group.index.tolist(), group["content_hash"].tolist(), strict=True))
    note = join_notes(group["note"].tolist(), settings.note_limit - LENGTH - 2)
    return {
        "minutes": int(group["minutes"].sum()),
        "note": note,
        "start": "",
        "end": "",
        "content_hash": sum_up(hashes),
    }


def sum_up(hashes: Mapping[str, str]) -> str:
    """One content hash for the entries of a timesheet, in any order; a single one keeps its own."""
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    return hashlib.sha256("\n".join(f"{one}:{hashes[one]}" for one in sorted(hashes)).encode()).hexdigest()


def _shape_spans(members: pd.DataFrame, settings: PushSettings) -> pd.DataFrame:
    """The members with start and end as XPM gets them, empty where it gets minutes."""
    if settings.entry_mode != SPANS:
        return members.assign(start="", end="")
    moved = _move_ends(members)
    facts = zip(moved["start"], moved["end"], moved["sent_minutes"], strict=True)
    kept = [_is_span(str(start), str(end), int(minutes)) for start, end, minutes in facts]
    return moved.assign(start=moved["start"].where(kept, ""), end=moved["end"].where(kept, ""))


def _is_span(start: str, end: str, minutes: int) -> bool:
    """Whether XPM would count these minutes from start to end: not over midnight, nor when the clocks changed."""
    if not start or not end or end >= "24:00":
        return False
    hours, rest = int(end[:2]) - int(start[:2]), int(end[3:]) - int(start[3:])
    return hours * 60 + rest == minutes


def _move_ends(members: pd.DataFrame) -> pd.DataFrame:
    """Spans whose minutes were rounded: the start stays, the end follows; past midnight there is no span."""
    rounded = members["start"].ne("") & members["minutes"].ne(members["sent_minutes"])
    if not rounded.any():
        return members
    begin = pd.to_timedelta(members.loc[rounded, "start"] + ":00").dt.total_seconds() // 60
    until = (begin + members.loc[rounded, "sent_minutes"]).astype("int64")
    fits = until.lt(_DAY) & until.ge(begin)
    ends = [f"{minute // 60:02d}:{minute % 60:02d}" if fit else "" for minute, fit in zip(until, fits, strict=True)]
    moved = members.assign(start=members["start"].astype("object"), end=members["end"].astype("object"))
    moved.loc[rounded, "end"] = ends
    moved.loc[rounded & moved["end"].eq(""), "start"] = ""
    return moved


# -- changes ----------------------------------------------------------------------------------------------------------


def _shape_changes(
    standings: pd.DataFrame, joining: pd.Series, entries: pd.DataFrame, settings: PushSettings
) -> dict[str, Change]:
    changed = standings.loc[standings["change"].ne(""), "bundle_id"]
    affected = list(dict.fromkeys([*sorted(set(changed)), *joining.tolist()]))
    if not affected:
        return {}
    rows = standings[standings["bundle_id"].isin(affected) | standings.index.isin(joining.index)]
    rows = rows.assign(entry_id=rows.index, bundle=joining.reindex(rows.index).fillna(rows["bundle_id"]))
    sent = entries.reindex(rows.index)
    rows = rows.assign(
        **{f"sent_{name}": sent[name] for name in ("job", "task_id", "staff_id", "date", "content_hash")}
    )
    rows = rows.assign(sealed=sent["sealed_minutes"])
    groups: dict[str, list[_Part]] = {}
    # One pass over all rows: a frame for each timesheet would take a hundred times as long.
    for row in rows.sort_values(["bundle", "start", "entry_id"])[_PART].itertuples(index=False):
        parts = groups.setdefault(str(row.bundle), [])
        if row.change != DELETE:
            parts.append(_Part(row, settings))
    keys = _name_keys(entries, affected)
    return {bundle: _shape_change(bundle, keys[bundle], parts, settings) for bundle, parts in groups.items()}


def _name_keys(entries: pd.DataFrame, bundles: Sequence[str]) -> dict[str, str]:
    found = entries[entries["bundle_id"].isin(bundles)]
    return dict(zip(found["bundle_id"], found["group_key"], strict=True))


def _shape_change(bundle: str, key: str, stays: Sequence[_Part], settings: PushSettings) -> Change:
    """The timesheet with what stays of its members, as they are now; without any it is to be deleted."""
    if not stays:
        return Change(bundle, DELETE)
    place = _choose_place(stays)
    parts = [part for part in stays if part.place == place]
    hashes = {part.entry_id: part.member.content_hash for part in parts}
    notes = [part.note for part in parts]
    note = notes[0] if len(parts) == 1 else join_notes(notes, settings.note_limit - LENGTH - 2)
    start, end = parts[0].span if len(parts) == 1 else ("", "")
    minutes = sum(part.member.sent_minutes for part in parts)
    facts = (*place, minutes, note, start, end, sum_up(hashes), parts[0].day_minutes)
    entries = {part.entry_id: part.member for part in parts}
    return Change(bundle, UPDATE, make_wanted(key, entries, facts))


class _Part:
    """One entry of a timesheet in XPM: as it is now when the push may change it, else as it was sent."""

    def __init__(self, row: Any, settings: PushSettings) -> None:
        joins, follows = row.bundle_id != row.bundle, row.change == UPDATE
        self.entry_id = str(row.entry_id)
        self.note = str(row.sheet_note)
        self.day_minutes = int(row.day_minutes)
        span = (str(row.start), str(row.end))
        kept = settings.entry_mode == SPANS and _is_span(*span, int(row.sent_minutes))
        self.span = span if kept else ("", "")
        if joins or follows:
            self.place = (row.job, row.job_task_id, row.xpm_staff_id, row.date)
            self.member = Member(int(row.minutes), int(row.sent_minutes), str(row.content_hash))
        else:
            self.place = (row.sent_job, row.sent_task_id, row.sent_staff_id, row.sent_date)
            self.member = Member(int(row.sealed), int(row.xpm_minutes), str(row.sent_content_hash))


def _choose_place(parts: Sequence[_Part]) -> tuple[Any, ...]:
    """Where the timesheet belongs: where most of its minutes are, so that what moved alone leaves it."""
    minutes: dict[tuple[Any, ...], int] = {}
    for part in parts:
        minutes[part.place] = minutes.get(part.place, 0) + abs(part.member.sent_minutes)
    return max(minutes, key=lambda place: minutes[place])
