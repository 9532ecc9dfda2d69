"""The sandbox's seed is whole: what is referred to exists, and days are as long as days are."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

from core.sandbox.snapshot import load_state
from core.sandbox.state import Tenant
from data.demo.build import Demo
from data.demo.builder.team import BY_ID


def test_the_seed_loads_into_the_sandbox_with_all_three_tenants(folder: Path) -> None:
    moment, tenants = load_state(json.loads((folder / "xpm.json").read_text("utf-8")))
    assert [one.type for one in tenants.values()] == ["PRACTICEMANAGER", "PRACTICEMANAGER", "ORGANISATION"]
    assert moment is not None
    assert moment.date() == date(2026, 11, 20)


def test_every_time_is_on_a_task_of_its_job_by_known_staff(xpm: Tenant) -> None:
    tasks = {(job.number, task.uuid) for job in xpm.jobs.values() for task in job.tasks}
    astray = [one.uuid for one in xpm.times.values() if (one.job, one.task) not in tasks or one.staff not in xpm.staff]
    assert astray == []


def test_every_job_refers_to_known_clients_task_types_and_staff(xpm: Tenant) -> None:
    staff = {None, *xpm.staff}
    for job in xpm.jobs.values():
        assert job.client in xpm.clients
        assert job.category in xpm.categories or job.category is None
        assert {job.manager, job.partner, *job.assigned} <= staff
        assert {task.catalogue_uuid for task in job.tasks} <= set(xpm.catalogue_tasks)


def test_the_actual_minutes_of_a_job_task_are_those_of_its_times(xpm: Tenant) -> None:
    spent: Counter[str] = Counter()
    for time in xpm.times.values():
        spent[time.task] += time.minutes
    tasks = [task for job in xpm.jobs.values() for task in job.tasks]
    assert all(task.actual_minutes == spent[task.uuid] for task in tasks)


def test_no_day_in_xpm_is_longer_than_a_day(xpm: Tenant) -> None:
    days: Counter[tuple[str, date]] = Counter()
    for time in xpm.times.values():
        days[time.staff, time.date] += time.minutes
    assert max(days.values()) <= 24 * 60


def test_time_is_billable_as_its_job_task_is(xpm: Tenant) -> None:
    billable = {task.uuid: task.billable for job in xpm.jobs.values() for task in job.tasks}
    assert all(time.billable is billable[time.task] for time in xpm.times.values())


def test_all_states_of_jobs_have_their_interface_codes(xpm: Tenant) -> None:
    codes = {state.name: state.code for state in xpm.states}
    assert codes["In Progress"] == "INPROGRESS"
    assert {job.state for job in xpm.jobs.values()} <= set(codes)


def test_only_the_leaver_is_missing_from_the_list_of_staff(xpm: Tenant, demo: Demo) -> None:
    gone = [one.name for one in xpm.staff.values() if one.deleted]
    assert gone == [BY_ID["U10"].xpm_name]
    assert any(entry.staff == "U10" and entry.in_xpm for entry in demo.entries)
