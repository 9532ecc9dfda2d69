"""The work of a made-up practice: jobs in all states with labelled tasks and costs, and a year of time on them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from core.sandbox import names
from core.sandbox.seed_catalogue import JobKind, find_task, list_kinds, list_open_states
from core.sandbox.state import Client, Job, JobCost, JobTask, Staff, Tenant, Time

_MONTHS = calendar.month_name[1:]
_MINUTES = (6, 12, 15, 18, 24, 30, 30, 36, 45, 60, 60, 75, 90, 90, 105, 120, 120, 150, 180)
_NOTES = (
    "Bank reconciliation",
    "Phone call with client",
    "Prepared workpapers",
    "Reviewed & sent",
    "Queries answered",
    "Data entry",
    "Coding of receipts",
    "Meeting\nNotes on file",
    "Checked against last year",
    "Corrections after review",
)

#: Job numbers a practice typed by hand, which no pattern describes.
_ODD_NUMBERS = ("A/B 1", "O'Neil-7", "00012")


@dataclass(frozen=True)
class Load:
    """How much work: open jobs, closed jobs, times, and over how many days back the times are spread."""

    open_jobs: int
    closed_jobs: int
    times: int
    days: int
    odd: bool


@dataclass
class _Desk:
    """One person's jobs, and how far their current day is filled."""

    staff: Staff
    jobs: list[Job] = field(default_factory=list)
    day: date = date.min
    minute: int = 0


def make_jobs(rng: Random, tenant: Tenant, load: Load, today: date) -> None:
    """Fill the tenant's jobs: one internal job first, then the open and then the closed ones."""
    staff = list(tenant.staff.values())
    clients = [client for client in tenant.clients.values() if not client.is_deleted]
    active = [client for client in clients if not client.is_archived]
    _add_internal_job(rng, tenant, active[0], today)
    kinds = list_kinds(tenant)
    for at in range(load.open_jobs - 1):
        # every 25th open job is older than a year: no single window of the job list shows it
        age = rng.randrange(400, 800) if at % 25 == 3 else rng.randrange(330)
        job = _add_job(rng, tenant, rng.choice(active), kinds[at % len(kinds)], today - timedelta(days=age))
        _staff_job(rng, tenant, job, [member for member in staff if not member.deleted])
        _open_job(rng, tenant, job)
    for at in range(load.closed_jobs):
        start = today - timedelta(days=rng.randrange(30, 700))
        job = _add_job(rng, tenant, rng.choice(clients), kinds[at % len(kinds)], start)
        _staff_job(rng, tenant, job, staff)
        _close_job(rng, job, today)
    if load.odd:
        _make_odd(tenant)


def _make_odd(tenant: Tenant) -> None:
    """Two open jobs of one name for one client, and numbers that are no sequence."""
    regular = [job for job in list(tenant.jobs.values())[1:] if job.completed_date is None]
    first = regular[0]
    twin = next(job for job in regular[1:] if job.tasks[0].name == first.tasks[0].name)
    twin.client, twin.name = first.client, first.name
    for number, job in zip(_ODD_NUMBERS, (job for job in regular[5:] if job is not twin), strict=False):
        del tenant.jobs[job.number]
        job.number = number
        tenant.jobs[number] = job


def _next_number(tenant: Tenant) -> str:
    number = f"{tenant.job_prefix}{tenant.next_job:06d}"
    tenant.next_job += 1
    return number


def _start_job(rng: Random, tenant: Tenant, client: Client, name: str, start: date, due: date) -> Job:
    number = _next_number(tenant)
    job = Job(number, names.draw_uuid(rng), name, client.uuid, "Planned", start, due, created=start)
    tenant.jobs[number] = job
    return job


def _add_internal_job(rng: Random, tenant: Tenant, client: Client, today: date) -> None:
    """Leave, idle and admin time in one job; the billable flag of one task does not follow its name, as in life."""
    job = _start_job(rng, tenant, client, "Internal time", date(today.year - 1, 7, 1), date(today.year + 1, 6, 30))
    job.state = "In Progress"
    for name in ("Leave (internal)", "Idle (internal)", "Administration (internal)"):
        job.tasks.append(_make_task(rng, tenant, name, name.removesuffix(" (internal)")))
    job.tasks[1].billable = True
    job.assigned = list(tenant.staff)


def _add_job(rng: Random, tenant: Tenant, client: Client, kind: JobKind, start: date) -> Job:
    due = start + timedelta(days=rng.choice((30, 60, 90, 180, 365)))
    title = kind.title.format(year=_financial_year(start), month=_MONTHS[start.month - 1])
    job = _start_job(rng, tenant, client, title, start, due)
    job.tasks = _make_tasks(rng, tenant, kind, start)
    job.category = next((uuid for uuid, item in tenant.categories.items() if item.name == kind.category), None)
    if rng.random() < 0.4:
        job.budget = Decimal(rng.randrange(4, 80)) * 50
    if rng.random() < 0.3:
        job.client_order_number = f"PO-{rng.randrange(1000, 9999)}"
    job.costs = [_make_cost(rng, tenant, start) for _ in range(rng.choice((0, 0, 0, 1, 2)))]
    return job


def _financial_year(day: date) -> int:
    return day.year + (day.month >= 7)


def _staff_job(rng: Random, tenant: Tenant, job: Job, staff: list[Staff]) -> None:
    client = tenant.clients[job.client]
    job.manager = client.job_manager if rng.random() < 0.9 else None
    job.partner = client.account_manager
    job.assigned = [member.uuid for member in rng.sample(staff, min(len(staff), rng.choice((1, 2, 2, 3))))]


def _open_job(rng: Random, tenant: Tenant, job: Job) -> None:
    job.state = rng.choice([state.name for state in list_open_states(tenant)] + ["In Progress"] * 3)
    for task in job.tasks:
        task.completed = rng.random() < 0.08


def _close_job(rng: Random, job: Job, today: date) -> None:
    cancelled = rng.random() < 0.12
    job.state = "Cancelled" if cancelled else "Completed"
    if not cancelled:
        job.completed_date = min(job.created + timedelta(days=rng.randrange(10, 200)), today)
        for task in job.tasks:
            task.completed = True


def _make_tasks(rng: Random, tenant: Tenant, kind: JobKind, start: date) -> list[JobTask]:
    if kind.rhythm == "monthly":
        months = [(start.month - 1 + step) % 12 for step in range(12)]
        spelled = [_MONTHS[month] if rng.random() < 0.9 else _MONTHS[month][:3] for month in months]
        return [_make_task(rng, tenant, kind.tasks[0], f"{kind.tasks[0]} - {month}") for month in spelled]
    if kind.rhythm == "quarterly":
        return [
            _make_task(rng, tenant, kind.tasks[0], f"{kind.tasks[0]} - Quarter {month}")
            for month in ("September", "December", "March", "June")
        ]
    return [_make_task(rng, tenant, name, name) for name in kind.tasks]


def _make_task(rng: Random, tenant: Tenant, name: str, label: str) -> JobTask:
    catalogue = find_task(tenant, name)
    return JobTask(
        uuid=names.draw_uuid(rng),
        catalogue_uuid=catalogue.uuid,
        name=label,
        estimated_minutes=rng.choice((0, 60, 120, 240, 600)),
        billable=catalogue.billable,
    )


def _make_cost(rng: Random, tenant: Tenant, start: date) -> JobCost:
    item = rng.choice(list(tenant.catalogue_costs.values())[:12])
    return JobCost(
        uuid=names.draw_uuid(rng),
        date=start + timedelta(days=rng.randrange(20)),
        description=item.description,
        code=item.code,
        quantity=Decimal(rng.choice((1, 1, 1, 2, 3))),
        unit_cost=item.unit_cost,
        unit_price=item.unit_price,
    )


def make_times(rng: Random, tenant: Tenant, load: Load, today: date) -> None:
    """Exactly `load.times` entries, dealt evenly over people and working days; people who left have none of late."""
    desks = _open_desks(tenant)
    staying = [desk for desk in desks if not desk.staff.deleted and not desk.staff.disabled]
    days = [day for day in (today - timedelta(days=back) for back in range(load.days, 0, -1)) if day.weekday() < 5]
    rounds = -(-load.times // len(desks))
    internal = next(iter(tenant.jobs.values()))
    for at in range(load.times):
        seats = desks if at < load.times // 2 else staying
        day = days[at // len(desks) * len(days) // rounds]
        time = _make_time(rng, seats[at % len(seats)], internal, day, today)
        tenant.times[time.uuid] = time


def _open_desks(tenant: Tenant) -> list[_Desk]:
    desks = {member.uuid: _Desk(member) for member in tenant.staff.values()}
    for job in tenant.jobs.values():
        for uuid in job.assigned:
            desks[uuid].jobs.append(job)
    return list(desks.values())


def _make_time(rng: Random, desk: _Desk, internal: Job, day: date, today: date) -> Time:
    job = _pick_job(rng, desk, internal, day)
    task = rng.choice(job.tasks)
    minutes = rng.choice(_MINUTES)
    start, end = _fill_day(desk, day, minutes) if rng.random() < 0.1 else ("", "")
    if not start and rng.random() < 0.004:
        minutes = -minutes
    time = Time(names.draw_uuid(rng), job.number, task.uuid, desk.staff.uuid, day, minutes, start=start, end=end)
    time.note = "" if rng.random() < 0.12 else rng.choice(_NOTES)
    time.billable = task.billable
    time.created = day
    if task.billable and (today - day).days > 60 and rng.random() < 0.6:
        time.invoice_task = names.draw_uuid(rng)
    task.actual_minutes += minutes
    return time


def _pick_job(rng: Random, desk: _Desk, internal: Job, day: date) -> Job:
    for _ in range(6):
        job = rng.choice(desk.jobs) if desk.jobs else internal
        if job.created <= day <= (job.completed_date or day) and job.state != "Cancelled":
            return job
    return internal


def _fill_day(desk: _Desk, day: date, minutes: int) -> tuple[str, str]:
    """The next free span of the person's day as HH:mm, from 8:30 on."""
    if desk.day != day:
        desk.day, desk.minute = day, 8 * 60 + 30
    begin, desk.minute = desk.minute, desk.minute + minutes
    return f"{begin // 60:02d}:{begin % 60:02d}", f"{desk.minute // 60:02d}:{desk.minute % 60:02d}"
