"""Reading XPM into the snapshot: each part committed when whole, so that a stopped sync goes on where it was.

Only clients can be asked for changes; everything else is read again and compared by the store. A first sync of a
practice takes about nine calls and one per month of time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

import pandas as pd

from core.model import TieoutError, utc_text
from core.xpm import frames
from core.xpm.calls import AccessLost, CallRefused, XpmFailed
from core.xpm.client import XpmClient
from core.xpm.records import Client, TimeRecord
from core.xpm.snapshot import Snapshot, SnapshotStore, SuspiciousAnswer, join_frames
from core.xpm.sync_jobs import add_named_jobs, read_jobs, refresh_job
from core.xpm.sync_times import list_months, month_part, read_month
from core.xpm.transport import AnswerLost, AnswerTooBig
from core.xpm.wire import AnswerNotWhole, AnswerUnreadable

__all__ = ["PartReport", "SyncReport", "refresh_client", "refresh_job", "sync_practice"]

Progress: TypeAlias = Callable[[str, int, int], None]

_DAILY = timedelta(hours=24)
#: Overlap of two reads of changes, for clocks that differ and writes that were under way.
_OVERLAP = timedelta(minutes=15)
#: What spoils one part only. Limits, sign-in, lost access and a network that is down stop the whole sync.
_PART_FAULTS = (
    AnswerNotWhole,
    AnswerUnreadable,
    AnswerLost,
    AnswerTooBig,
    CallRefused,
    XpmFailed,
    SuspiciousAnswer,
)


@dataclass(frozen=True)
class PartReport:
    """How one part went. `rows` is what is stored of it now; `skipped` parts were whole already."""

    part: str
    complete: bool
    rows: int = 0
    error: str = ""
    skipped: bool = False


@dataclass(frozen=True)
class SyncReport:
    """How a sync went, part by part in the order read, and how many requests it took."""

    parts: tuple[PartReport, ...]
    calls: int

    @property
    def is_complete(self) -> bool:
        """Whether every part is whole, so that what is missing in XPM may be called missing."""
        return all(part.complete for part in self.parts)


def sync_practice(
    client: XpmClient,
    store: SnapshotStore,
    practice: str,
    *,
    window: tuple[date, date],
    on_progress: Progress | None = None,
    accept_shrink: Collection[str] = (),
    fresh_since: datetime | None = None,
) -> SyncReport:
    """Read XPM into the store, time for the whole months that touch `window`.

    Parts read whole at or after `fresh_since` are skipped, which resumes a stopped sync. A part that fails is marked
    and the others go on; limits, a lost sign-in or right and a dead network are raised after the part is marked.
    """
    snapshot = Snapshot(store, practice, accept_shrink)
    steps = _list_steps(client, snapshot, window)
    report_progress = on_progress or (lambda *_: None)
    before, reports = client.calls, []
    for done, (part, read) in enumerate(steps):
        report_progress(part, done, len(steps))
        if fresh_since is not None and snapshot.is_whole_since(part, fresh_since):
            reports.append(PartReport(part, complete=True, skipped=True))
        else:
            reports.append(_read_part(snapshot, part, read))
    report_progress("", len(steps), len(steps))
    return SyncReport(tuple(reports), client.calls - before)


def refresh_client(client: XpmClient, store: SnapshotStore, practice: str, uuid: str) -> bool:
    """Read one client anew into the store; False when XPM has no such client, which leaves the stored row."""
    record = client.get_client(uuid)
    if record is None:
        return False
    snapshot = Snapshot(store, practice)
    snapshot.write("clients", join_frames(snapshot.read("clients"), frames.make_clients_frame([record])))
    return True


#: A step reads and writes one part and gives its number of rows.
Step: TypeAlias = tuple[str, Callable[[], int]]


def _list_steps(client: XpmClient, snapshot: Snapshot, window: tuple[date, date]) -> list[Step]:
    def whole(part: str, make: Callable[[], pd.DataFrame]) -> Step:
        return part, lambda: _write_whole(snapshot, part, make())

    seen: dict[str, TimeRecord] = {}
    months = list_months(*window)
    # Newest first: an entry is written on or after its day, so a later month may bring entries of an earlier one.
    times: list[Step] = [
        (month_part(month), lambda month=month: read_month(client, snapshot, month, seen))  # type: ignore[misc]
        for month in reversed(months)
    ]
    return [
        ("staff", lambda: _read_staff(client, snapshot)),
        ("clients", lambda: _read_clients(client, snapshot)),
        whole("task_types", lambda: frames.make_task_types_frame(client.list_task_types())),
        whole("templates", lambda: frames.make_named_frame("templates", client.list_templates())),
        whole("categories", lambda: frames.make_named_frame("categories", client.list_categories())),
        ("costs", lambda: _read_costs(client, snapshot)),
        ("jobs", lambda: read_jobs(client, snapshot)),
        ("job_states", lambda: _read_job_states(client, snapshot)),
        *times,
        ("named_by_time", lambda: _read_named(client, snapshot, months)),
    ]


def _read_part(snapshot: Snapshot, part: str, read: Callable[[], int]) -> PartReport:
    try:
        return PartReport(part, complete=True, rows=read())
    except _PART_FAULTS as fault:
        snapshot.mark_broken(part, str(fault))
        return PartReport(part, complete=False, error=str(fault))
    except TieoutError as stop:
        snapshot.mark_broken(part, str(stop))
        raise


def _write_whole(snapshot: Snapshot, part: str, frame: pd.DataFrame) -> int:
    snapshot.question_shrink(part, len(snapshot.read(part)), len(frame))
    snapshot.write(part, frame)
    snapshot.mark_whole(part, len(frame))
    return len(frame)


def _read_staff(client: XpmClient, snapshot: Snapshot) -> int:
    """Staff who are no longer listed stay, marked as such: old time still names them."""
    stored, listed = snapshot.read("staff"), frames.make_staff_frame(client.list_staff())
    snapshot.question_shrink("staff", int(stored["listed"].sum()), len(listed))
    snapshot.write("staff", join_frames(stored.assign(listed=False), listed))
    snapshot.mark_whole("staff", len(listed))
    return len(listed)


def _read_clients(client: XpmClient, snapshot: Snapshot) -> int:
    """Changes since the last read; all of them once a day, as deletions and groups may not count as changes."""
    now = client.clock.now()
    since, _, full_at = snapshot.read_cursor("clients").partition(" ")
    stored = snapshot.read("clients")
    if not full_at or now - datetime.fromisoformat(full_at) >= _DAILY:
        clients = frames.make_clients_frame(_list_all_clients(client))
        snapshot.question_shrink("clients", len(stored), len(clients))
        full_at = utc_text(now)
    else:
        changed = client.list_clients(datetime.fromisoformat(since))
        clients = join_frames(stored, frames.make_clients_frame(changed))
    snapshot.write("clients", clients)
    snapshot.mark_whole("clients", len(clients), f"{utc_text(now - _OVERLAP)} {full_at}")
    return len(clients)


def _list_all_clients(client: XpmClient) -> list[Client]:
    try:
        return client.list_clients()
    except AnswerTooBig:
        # Without detail the list has no groups and notes, which are most of its weight.
        return client.list_clients(detailed=False)


def _read_costs(client: XpmClient, snapshot: Snapshot) -> int:
    """The catalogue takes two calls at least, and prices seldom change: once a day."""
    if snapshot.is_whole_since("costs", client.clock.now() - _DAILY):
        return len(snapshot.read("costs"))
    return _write_whole(snapshot, "costs", frames.make_costs_frame(client.list_costs()))


def _read_job_states(client: XpmClient, snapshot: Snapshot) -> int:
    """The call is not in all of Xero's documentation; without it the states the jobs have must do."""
    try:
        return _write_whole(snapshot, "job_states", frames.make_named_frame("job_states", client.list_job_states()))
    except (CallRefused, AccessLost):
        states = frames.make_state_names_frame(snapshot.read("jobs")["state"])
        snapshot.write("job_states", states)
        snapshot.mark_whole("job_states", len(states), remark="XPM does not tell its job states; taken from the jobs.")
        return len(states)


def _read_named(client: XpmClient, snapshot: Snapshot, months: list[date]) -> int:
    """Jobs and staff that only the time names: closed long ago, or left the practice."""
    if not months:
        return 0
    times = snapshot.read("times", start=months[0], end=_last_day(months[-1]))
    staff = snapshot.read("staff")
    unknown = times[~times["staff_id"].isin(staff.index)]
    if not unknown.empty:
        pairs = zip(unknown["staff_id"], unknown["staff_name"], strict=True)
        snapshot.write("staff", join_frames(staff, frames.make_former_staff_frame(pairs)))
    added = add_named_jobs(client, snapshot, set(times["job"]) - {""})
    snapshot.mark_whole("named_by_time", added + unknown["staff_id"].nunique())
    return added


def _last_day(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
