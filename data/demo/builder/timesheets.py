"""XPM's timesheets: what was pushed, with our marker, what people changed since, and what they typed by hand."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from core.push.marker import compose_note, entry_marker
from core.sandbox.state import Client, Job, Time
from data.demo.builder.diary import Entry, list_workdays
from data.demo.builder.numbers import derive_uuid
from data.demo.builder.register import Register
from data.demo.builder.team import BY_ID, RETIRED_PARTNER

TENANT = derive_uuid("tenant", "Banksia & Wren Accountants")
#: Minutes by which somebody changed the timesheet, or the file, after the push.
_EDITED = {"edit_here": 18, "edit_there": 30}


def number_entries(entries: list[Entry], rng: Random) -> None:
    """Sort by day and person and give ids; gaps are the lines that were deleted before anybody pushed them."""
    entries.sort(key=lambda entry: (entry.day, entry.staff))
    number = 84_000
    for entry in entries:
        number += rng.choice((1, 1, 1, 1, 2, 3))
        entry.id = f"TE-{number}"
    for entry in entries:
        if entry.twin:
            entry.id = entry.twin.id


def write_timesheets(entries: list[Entry], rng: Random) -> list[Time]:
    """One timesheet for each entry in XPM, and one typed by hand for each that somebody typed instead."""
    times = [_push(entry, rng) for entry in entries if entry.in_xpm]
    moved = [
        time for time, entry in zip(times, (e for e in entries if e.in_xpm), strict=True) if entry.fate == "edit_there"
    ]
    # The first keeps its day and has other minutes; the second has its minutes and another day.
    moved[1].minutes -= _EDITED["edit_there"]
    moved[1].date += timedelta(days=1 if moved[1].date.weekday() < 4 else 3)
    return times + [_type(entry) for entry in entries if entry.fate == "type_twice"]


def _push(entry: Entry, rng: Random) -> Time:
    piece = entry.piece
    if piece is None or piece.job is None or piece.job_task is None:
        raise ValueError(f"{entry.id} is marked as pushed, but XPM has no task for it")
    note = compose_note(entry.note, entry_marker(TENANT, entry.id)).text
    time = Time(
        derive_uuid("time", entry.id),
        piece.job.number,
        piece.job_task.uuid,
        BY_ID[entry.staff].xpm_id,
        entry.day,
        entry.minutes,
        note,
    )
    time.minutes += _EDITED.get(entry.fate, 0)
    time.billable = piece.job_task.billable
    time.created = min(entry.day + timedelta(days=rng.choice((0, 0, 0, 1))), date(2026, 11, 19))
    if piece.job.state == "Completed" and entry.day < date(2026, 10, 1) and not entry.fate and rng.random() < 0.6:
        time.invoice_task = derive_uuid("invoice", piece.job_task.uuid)
    return time


def _type(entry: Entry) -> Time:
    """The work of this entry as a person typed it in XPM: no marker, a note of its own."""
    time = _push(entry, Random(entry.id))
    time.uuid, time.note, time.by_person = derive_uuid("typed", entry.id), "typed in XPM", True
    return time


def open_foreign_jobs(register: Register, clients: list[Client]) -> list[Job]:
    """Jobs of clients that only XPM has."""
    jobs = []
    for client in [client for client in clients if not client.is_prospect and not client.is_deleted][:12]:
        span = (date(2026, 7, 1), date(2027, 5, 15))
        job = Job(
            "",
            derive_uuid("job", client.uuid),
            "2026 Annual Accounts & Tax Return",
            client.uuid,
            "In Progress",
            *span,
            span[0],
        )
        job.partner = RETIRED_PARTNER
        register.add_job_task(job, "Annual Accounts", minutes=300)
        jobs.append(job)
    register.jobs += jobs
    return jobs


def type_by_hand(foreign: list[Job], rng: Random) -> list[Time]:
    """Timesheets without a local partner: of people the local system does not know, and of Margaret."""
    notes = ("Review", "Meeting with client", "Call", "Accounts reviewed and signed", "")
    days = [day for day in list_workdays() if day < date(2026, 11, 6)]
    staff = (RETIRED_PARTNER, RETIRED_PARTNER, derive_uuid("staff", "X2"), BY_ID["U01"].xpm_id)
    times = []
    for number in range(26):
        job, who, day = rng.choice(foreign), rng.choice(staff), rng.choice(days)
        uuid = derive_uuid("by hand", number)
        time = Time(uuid, job.number, job.tasks[0].uuid, who, day, rng.choice((15, 30, 45, 60, 90)), rng.choice(notes))
        time.created, time.by_person = day, True
        times.append(time)
    return times
