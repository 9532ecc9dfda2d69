"""What people do behind a client's back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.sandbox import person
from core.sandbox.errors import BusinessError, UnknownRecord
from tests.sandbox.kowhai import (
    AROHA,
    BEN,
    JOB,
    KIND_PREPARE,
    KOWHAI,
    NOBODY,
    PREPARE,
    TIME,
    TUI,
    add_time,
    make_sandbox,
    read,
    refusal,
    texts,
    write,
)

FRIDAY = date(2026, 11, 20)


def test_typed_time_is_read_by_clients_and_known_as_a_persons() -> None:
    sandbox = make_sandbox()
    typed = person.type_time(sandbox, KOWHAI, job=JOB, task=PREPARE, staff=BEN, day=FRIDAY, minutes=12, note="By hand")
    assert typed.by_person
    assert texts(read(sandbox, f"time.api/get/{typed.uuid}"), "Time/Note") == ["By hand"]
    assert [(event.op, event.by) for event in sandbox.truth] == [("time.add", "person")]


def test_an_edit_keeps_what_it_does_not_name() -> None:
    sandbox = make_sandbox()
    edited = person.edit_time(sandbox, KOWHAI, TIME, minutes=80)
    assert (edited.minutes, edited.note, edited.date) == (80, "Bank reconciliation", FRIDAY)
    assert sandbox.tenants[KOWHAI].jobs[JOB].tasks[0].actual_minutes == 80


def test_a_deleted_entry_is_gone_from_every_list() -> None:
    sandbox = make_sandbox()
    person.delete_time(sandbox, KOWHAI, TIME)
    assert read(sandbox, f"time.api/job/{JOB}").endswith("<Times /></Response>")


def test_people_are_not_bound_by_the_switches() -> None:
    sandbox = make_sandbox()
    person.complete_job(sandbox, KOWHAI, JOB)
    person.lock_week(sandbox, KOWHAI, AROHA, FRIDAY)
    person.invoice_time(sandbox, KOWHAI, TIME)
    assert person.edit_time(sandbox, KOWHAI, TIME, note="Corrected").note == "Corrected"


def test_people_cannot_use_a_catalogue_task_either() -> None:
    with pytest.raises(UnknownRecord, match="Invalid task identifier"):
        person.type_time(make_sandbox(), KOWHAI, job=JOB, task=KIND_PREPARE, staff=BEN, day=FRIDAY, minutes=12)


def test_an_invoiced_entry_refuses_the_clients_change() -> None:
    sandbox = make_sandbox()
    person.invoice_time(sandbox, KOWHAI, TIME)
    assert refusal(write(sandbox, "DELETE", f"time.api/delete/{TIME}")).startswith("Time that has been invoiced")


def test_a_week_is_locked_from_monday_to_sunday_for_one_person() -> None:
    sandbox = make_sandbox()
    assert person.lock_week(sandbox, KOWHAI, AROHA, FRIDAY) == date(2026, 11, 16)
    said = [refusal(add_time(sandbox, Date=f"202611{day}")) for day in ("15", "16", "22", "23")]
    assert [bool(one) for one in said] == [False, True, True, False]
    assert refusal(add_time(sandbox, StaffUUID=BEN)) == ""
    person.lock_week(sandbox, KOWHAI, AROHA, FRIDAY, locked=False)
    assert refusal(add_time(sandbox, Date="20261116")) == ""


@pytest.mark.parametrize("state", ["On Ice", "on hold"])
def test_a_state_that_the_practice_does_not_have_is_refused(state: str) -> None:
    with pytest.raises(BusinessError, match="Invalid state code"):
        person.set_job_state(make_sandbox(), KOWHAI, JOB, state)


def test_a_state_is_set_by_name_or_code() -> None:
    sandbox = make_sandbox()
    person.set_job_state(sandbox, KOWHAI, JOB, "Cancelled")
    assert refusal(add_time(sandbox)) == "Time cannot be recorded on a cancelled job"
    person.set_job_state(sandbox, KOWHAI, JOB, "INPROGRESS")
    assert refusal(add_time(sandbox)) == ""


def test_a_deleted_job_takes_its_time_along() -> None:
    sandbox = make_sandbox()
    person.delete_job(sandbox, KOWHAI, JOB)
    assert sandbox.tenants[KOWHAI].times == {}
    assert [event.op for event in sandbox.truth] == ["time.delete", "job.delete"]


def test_a_renamed_archived_or_deleted_client_counts_as_modified() -> None:
    sandbox = make_sandbox()
    person.rename_client(sandbox, KOWHAI, TUI, "Tui Bakery Ltd")
    person.archive_client(sandbox, KOWHAI, TUI)
    person.delete_client(sandbox, KOWHAI, TUI)
    shown = read(sandbox, "client.api/list?modifiedsince=2026-11-21T00:00:00")
    assert [texts(shown, f"Clients/Client/{name}") for name in ("Name", "IsArchived", "IsDeleted")] == [
        ["Tui Bakery Ltd"],
        ["Yes"],
        ["Yes"],
    ]


def test_staff_can_be_disabled_and_deleted() -> None:
    sandbox = make_sandbox()
    person.disable_staff(sandbox, KOWHAI, AROHA)
    assert refusal(add_time(sandbox)) == "Staff member is disabled"
    person.delete_staff(sandbox, KOWHAI, AROHA)
    assert refusal(add_time(sandbox)) == "Invalid staff identifier"


def test_a_completed_task_can_be_reopened() -> None:
    sandbox = make_sandbox(time_on_completed_task="reject")
    person.complete_task(sandbox, KOWHAI, PREPARE)
    assert refusal(add_time(sandbox)) == "Time cannot be recorded on a completed task"
    person.complete_task(sandbox, KOWHAI, PREPARE, completed=False)
    assert refusal(add_time(sandbox)) == ""


def test_a_person_acting_on_nothing_changes_nothing() -> None:
    sandbox = make_sandbox()
    with pytest.raises(UnknownRecord):
        person.delete_time(sandbox, KOWHAI, NOBODY)
    assert sandbox.truth == []


def test_a_job_task_is_renamed_moved_and_deleted_by_hand_under_its_own_id() -> None:
    sandbox = make_sandbox()
    practice, other = person.at_work(sandbox, KOWHAI), "J000413"
    practice.tenant.jobs[other] = replace(practice.find_job(JOB), number=other, uuid=practice.new_uuid(), tasks=[])
    person.rename_task(sandbox, KOWHAI, PREPARE, "Renamed")
    person.move_task(sandbox, KOWHAI, PREPARE, other)
    job, task = practice.find_job_of_task(PREPARE)
    assert (job.number, task.name) == (other, "Renamed")
    person.delete_task(sandbox, KOWHAI, PREPARE)
    assert "Renamed" not in read(sandbox, f"job.api/get/{other}")
    assert [event.op for event in sandbox.truth] == ["task.update", "task.move", "task.delete"]
