"""The sandbox's seed: the practice in XPM, a second tiny practice, and an accounting file that is no practice."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from core.sandbox.snapshot import list_default_states
from core.sandbox.state import Client, ClientGroup, Job, JobCost, Staff, Tenant, Time
from data.demo.builder.catalogue import category_id, list_categories, list_costs, list_task_types, list_templates
from data.demo.builder.numbers import derive_uuid
from data.demo.builder.register import Register
from data.demo.builder.team import list_xpm_staff
from data.demo.builder.timesheets import TENANT

CLOCK = "2026-11-20T05:30:00+00:00"  # half past four on Friday afternoon in Sydney


def make_tenants(
    register: Register, clients: list[Client], groups: list[ClientGroup], times: list[Time]
) -> list[Tenant]:
    practice = Tenant(TENANT, "Banksia & Wren Accountants", zone="Australia/Sydney")
    practice.staff = {one.uuid: one for one in list_xpm_staff()}
    practice.clients = {one.uuid: one for one in sorted(clients, key=lambda one: (one.name.lower(), one.uuid))}
    practice.groups = {one.uuid: one for one in groups}
    practice.catalogue_tasks = {one.uuid: one for one in list_task_types()}
    practice.catalogue_costs = {one.uuid: one for one in list_costs()}
    practice.categories = {one.uuid: one for one in list_categories()}
    practice.states = list_default_states(TENANT)
    practice.templates = {one.uuid: one for one in list_templates()}
    practice.jobs = {one.number: one for one in register.jobs}
    practice.times = {one.uuid: one for one in sorted(times, key=lambda one: (one.date, one.staff, one.uuid))}
    _sum_minutes(practice)
    practice.next_job = 1 + max(int(number.removeprefix("J")) for number in practice.jobs)
    return [practice, _make_second(), Tenant(derive_uuid("tenant", "file"), "Wren Holdings Pty Ltd", "ORGANISATION")]


def add_costs(register: Register, rng: Random) -> None:
    """What the templates brought to jobs: the ASIC fee, document packs, the auditor."""
    costs = {cost.code: cost for cost in list_costs()}
    codes = {"ASIC Annual Review 2026": "ASIC-R", "SMSF Annual 2026": "AUDIT", "2026 Individual Tax Return": "EFILE"}
    for job in register.jobs:
        code = codes.get(job.name, "DOC" if job.name.startswith("2026") else "")
        if not code or rng.random() > 0.6:
            continue
        cost = costs[code]
        line = JobCost(derive_uuid("job cost", job.uuid), job.start_date, cost.description, code)
        line.unit_cost, line.unit_price = cost.unit_cost, cost.unit_price
        line.invoiced = job.state == "Completed"
        job.costs.append(line)


def _sum_minutes(practice: Tenant) -> None:
    tasks = {task.uuid: task for job in practice.jobs.values() for task in job.tasks}
    for time in practice.times.values():
        tasks[time.task].actual_minutes += time.minutes


def _make_second() -> Tenant:
    """Another practice that the same consent could grant: choosing the wrong one must be visible at once."""
    tenant = Tenant(derive_uuid("tenant", "second"), "Wharf Street Bookkeeping", zone="Australia/Sydney")
    who = Staff(derive_uuid("staff", "second"), "Ingrid Solberg", "ingrid@wharfstreet.example")
    client = Client(derive_uuid("client", "second"), "Smith Family Trust", business_structure="Trust")
    other = Client(derive_uuid("client", "second other"), "Gannet Rock Oysters Pty Ltd", business_structure="Company")
    register = Register()
    day = date(2026, 7, 1)
    job = Job("J000001", derive_uuid("job", "second"), "Bookkeeping FY2027", other.uuid, "In Progress", day, day, day)
    task = register.add_job_task(job, "Bookkeeping")
    job.category = category_id("Bookkeeping")
    tenant.staff, tenant.clients = {who.uuid: who}, {client.uuid: client, other.uuid: other}
    tenant.catalogue_tasks = {one.uuid: one for one in list_task_types() if one.name == "Bookkeeping"}
    tenant.categories = {one.uuid: one for one in list_categories() if one.name == "Bookkeeping"}
    tenant.states, tenant.jobs, tenant.next_job = list_default_states(tenant.id), {job.number: job}, 2
    time = Time(derive_uuid("time", "second"), job.number, task.uuid, who.uuid, date(2026, 11, 12), 45, "Month end")
    tenant.times, task.actual_minutes = {time.uuid: time}, 45
    return tenant


def slim_record(record: Any) -> dict[str, Any]:
    """The record's fields in the seed's JSON form, without those at their default."""
    slim = {}
    for item in fields(record):
        value = getattr(record, item.name)
        if not _is_default(item, value):
            slim[item.name] = _slim_value(value)
    return slim


def _is_default(item: Field[Any], value: Any) -> bool:
    if item.default is not MISSING:
        return bool(value == item.default)
    return item.default_factory is not MISSING and bool(value == item.default_factory())


def _slim_value(value: Any) -> Any:
    if is_dataclass(value):
        return slim_record(value)
    if isinstance(value, dict):
        return [_slim_value(item) for item in value.values()]
    if isinstance(value, list):
        return [_slim_value(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
