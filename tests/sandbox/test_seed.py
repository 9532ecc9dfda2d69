"""The made-up practices: their sizes, the awkward records they must have, and that a seed repeats them."""

from collections import Counter
from datetime import UTC, date, datetime
from functools import cache

import pytest

from core.sandbox.seed import SIZES, UnknownSizeError, build_tenants
from core.sandbox.snapshot import dump_state
from core.sandbox.state import PRACTICE_MANAGER, Tenant

TODAY = date(2026, 11, 22)


@cache
def build(size: str) -> dict[str, Tenant]:
    return build_tenants(size, 1, TODAY)


def pick_practice(size: str) -> Tenant:
    return next(tenant for tenant in build(size).values() if tenant.type == PRACTICE_MANAGER)


def test_one_seed_gives_the_same_bytes_every_time() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    first, second = (dump_state(build_tenants("small", 7, TODAY).values(), noon) for _ in range(2))
    assert first == second != dump_state(build_tenants("small", 8, TODAY).values(), noon)


def test_other_kinds_of_account_stand_among_the_practices() -> None:
    assert [tenant.type for tenant in build("small").values()] == [
        "ORGANISATION",
        "PRACTICEMANAGER",
        "PRACTICE",
        "PRACTICEMANAGER",
        "PRACTICEMANAGER",
    ]
    assert list(build("small").values())[-1].clients == {}


def test_the_small_practice_is_quick_to_read() -> None:
    small = pick_practice("small")
    assert (len(small.staff), len(small.clients), len(small.jobs), len(small.times)) == (4, 12, 15, 200)


def test_the_medium_practice_has_the_promised_counts() -> None:
    medium = pick_practice("medium")
    assert (len(medium.clients), len(medium.jobs), len(medium.times)) == (300, 400, 20_000)
    assert (len(medium.templates), len(medium.catalogue_tasks), len(medium.catalogue_costs)) == (12, 25, 1200)
    assert sum(client.is_archived for client in medium.clients.values()) == 25
    assert sum(client.is_deleted for client in medium.clients.values()) == 10


def test_three_clients_share_a_name() -> None:
    counts = Counter(client.name for client in pick_practice("medium").clients.values())
    assert counts.most_common(2)[0][1] == 3
    assert counts.most_common(2)[1][1] == 1


def test_persons_are_stored_family_name_first() -> None:
    people = [client for client in pick_practice("medium").clients.values() if client.first_name]
    assert len(people) > 50
    assert all(person.name == f"{person.last_name}, {person.first_name}" for person in people)


def test_the_staff_hold_a_disabled_a_nameless_mail_and_two_of_one_name() -> None:
    staff = [member for member in pick_practice("medium").staff.values() if not member.deleted]
    assert len(staff) == 12
    assert sum(member.disabled for member in staff) == 1
    assert sum(not member.email for member in staff) == 1
    assert Counter(member.name for member in staff).most_common(1)[0][1] == 2


def test_jobs_come_in_all_states_some_of_them_open_for_over_a_year() -> None:
    jobs = pick_practice("medium").jobs.values()
    assert {job.state for job in jobs} == {"Planned", "In Progress", "On Hold", "Completed", "Cancelled"}
    assert sum((TODAY - job.created).days > 366 and job.state == "In Progress" for job in jobs) >= 3


def test_two_open_jobs_of_one_client_have_one_name() -> None:
    jobs = [job for job in pick_practice("medium").jobs.values() if job.completed_date is None]
    assert max(Counter((job.client, job.name) for job in jobs).values()) >= 2


def test_some_job_numbers_follow_no_pattern() -> None:
    assert {"A/B 1", "O'Neil-7", "00012"} <= set(pick_practice("medium").jobs)


def test_the_internal_job_has_a_billable_flag_against_its_name() -> None:
    internal = next(iter(pick_practice("medium").jobs.values()))
    assert [(task.name, task.billable) for task in internal.tasks] == [
        ("Leave", False),
        ("Idle", True),
        ("Administration", False),
    ]


def test_times_are_of_every_kind() -> None:
    times = pick_practice("medium").times.values()
    assert any(time.minutes < 0 for time in times)
    assert any(time.start and time.end for time in times)
    assert any(time.invoice_task for time in times)
    assert any(not time.note for time in times)
    assert max(time.date for time in times) < TODAY


@pytest.mark.parametrize("size", ["small", "medium"])
def test_every_reference_resolves_and_actual_minutes_add_up(size: str) -> None:
    practice = pick_practice(size)
    spent: Counter[str] = Counter()
    for time in practice.times.values():
        assert time.staff in practice.staff
        assert time.task in {task.uuid for task in practice.jobs[time.job].tasks}
        spent[time.task] += time.minutes
    assert all(
        job.client in practice.clients and set(job.assigned) <= set(practice.staff) for job in practice.jobs.values()
    )
    assert all(task.actual_minutes == spent[task.uuid] for job in practice.jobs.values() for task in job.tasks)


def test_people_who_left_have_no_recent_time() -> None:
    practice = pick_practice("medium")
    gone = {member.uuid for member in practice.staff.values() if member.deleted or member.disabled}
    days = [time.date for time in practice.times.values() if time.staff in gone]
    assert (TODAY - max(days)).days > 100
    assert len(gone) == 2


def test_families_of_look_alikes_are_grouped() -> None:
    medium = pick_practice("medium")
    assert len(medium.groups) > 5
    assert all(len(group.clients) > 1 and set(group.clients) <= set(medium.clients) for group in medium.groups.values())


def test_the_large_practice_keeps_its_measures_on_paper() -> None:
    large = SIZES["large"]
    assert (large.circle.staff, large.circle.clients) == (150, 8000)
    assert (large.load.open_jobs, large.load.times) == (12_000, 260_000)


def test_an_unknown_size_names_the_known_ones() -> None:
    with pytest.raises(UnknownSizeError, match="small, medium, large"):
        build_tenants("huge", 1, TODAY)
