"""What a person does in Practice Manager by hand, behind the back of every client: for the control path and for tests.

Each function changes one practice at once, is written into the truth as done by a person, and is not bound by the
switches. References are as in `state.py`: jobs by number, all else by UUID. What does not exist raises the Refusal that
the API would answer.
"""

from __future__ import annotations

from datetime import date, timedelta

from core.sandbox import errors
from core.sandbox.clients import note_change
from core.sandbox.errors import BusinessError
from core.sandbox.jobs import move_job
from core.sandbox.practice import BY_PERSON, Practice, find_record
from core.sandbox.staff import disable_member
from core.sandbox.state import JobState, Time
from core.sandbox.times import Entry, change_time, enter_time, find_task, remove_time
from core.sandbox.world import Sandbox


def at_work(sandbox: Sandbox, tenant_id: str) -> Practice:
    """The practice as a person changes it."""
    return Practice(sandbox, sandbox.tenants[tenant_id], by=BY_PERSON)


def type_time(
    sandbox: Sandbox, tenant_id: str, *, job: str, task: str, staff: str, day: date, minutes: int, note: str = ""
) -> Time:
    """Enter time by hand; `task` is a job task of that job."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        record = practice.find_job(job)
        entry = Entry(record, find_task(record, task), practice.find_staff(staff), day, minutes, note)
        return enter_time(practice, entry)


def edit_time(
    sandbox: Sandbox,
    tenant_id: str,
    time_uuid: str,
    *,
    minutes: int | None = None,
    note: str | None = None,
    day: date | None = None,
    job: str | None = None,
    task: str | None = None,
    staff: str | None = None,
) -> Time:
    """Change what is named, keep the rest; moving an entry to another job needs a task of that job."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        time = find_time(practice, time_uuid)
        record = practice.find_job(job or time.job)
        entry = Entry(
            job=record,
            task=find_task(record, task or time.task),
            staff=practice.find_staff(staff or time.staff),
            date=day or time.date,
            minutes=time.minutes if minutes is None else minutes,
            note=time.note if note is None else note,
            start=time.start if minutes is None else "",
            end=time.end if minutes is None else "",
        )
        change_time(practice, time, entry)
        return time


def delete_time(sandbox: Sandbox, tenant_id: str, time_uuid: str) -> None:
    """Remove the entry, invoiced or not."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        remove_time(practice, find_time(practice, time_uuid))


def invoice_time(sandbox: Sandbox, tenant_id: str, time_uuid: str) -> Time:
    """Put the entry on an invoice."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        time = find_time(practice, time_uuid)
        practice.remember_time(time)
        time.invoice_task = practice.new_uuid()
        practice.record("time.invoice", time.uuid, invoice_task=time.invoice_task)
        return time


def find_time(practice: Practice, time_uuid: str) -> Time:
    return find_record(practice.tenant.times, time_uuid, errors.INVALID_TIME)


def lock_week(sandbox: Sandbox, tenant_id: str, staff_uuid: str, day: date, *, locked: bool = True) -> date:
    """Submit (or give back) the person's timesheet of the week that holds `day`; the Monday of that week."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        staff = practice.find_staff(staff_uuid)
        monday = day - timedelta(days=day.weekday())
        staff.locked_weeks = [week for week in staff.locked_weeks if week != monday] + ([monday] if locked else [])
        practice.record("week.lock" if locked else "week.unlock", staff.uuid, monday=monday.isoformat())
        return monday


def set_job_state(sandbox: Sandbox, tenant_id: str, number: str, state: str) -> None:
    """Move the job into the state of that display name or interface code."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        found = [one for one in practice.tenant.states if state in {one.name, one.code}]
        if not found:
            raise BusinessError(errors.INVALID_STATE)
        move_job(practice, practice.find_job(number), found[0])


def complete_job(sandbox: Sandbox, tenant_id: str, number: str) -> None:
    """Move the job into the practice's first completed state."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        move_job(practice, practice.find_job(number), completed_state(practice))


def completed_state(practice: Practice) -> JobState:
    """The practice's first completed state; BusinessError when it has none."""
    found = [state for state in practice.tenant.states if state.kind == "completed"]
    if not found:
        raise BusinessError(errors.INVALID_STATE)
    return found[0]


def delete_job(sandbox: Sandbox, tenant_id: str, number: str) -> None:
    """Delete the job and with it, unlike through the API, all of its time."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        job = practice.find_job(number)
        for time_uuid in practice.index.of_job(number):
            remove_time(practice, practice.tenant.times[time_uuid])
        practice.remember_job(job)
        del practice.tenant.jobs[number]
        practice.record("job.delete", job.uuid, number=number)


def complete_task(sandbox: Sandbox, tenant_id: str, task_uuid: str, *, completed: bool = True) -> None:
    """Tick the job task off, or open it again."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        job, task = practice.find_job_of_task(task_uuid)
        practice.remember_job(job)
        task.completed = completed
        practice.record("task.complete" if completed else "task.reopen", task.uuid, job=job.number)


def rename_task(sandbox: Sandbox, tenant_id: str, task_uuid: str, name: str) -> None:
    """Give the job task another name."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        job, task = practice.find_job_of_task(task_uuid)
        practice.remember_job(job)
        task.name = name
        practice.record("task.update", task.uuid, job=job.number, name=name)


def move_task(sandbox: Sandbox, tenant_id: str, task_uuid: str, number: str) -> None:
    """Put the job task, with its UUID, on another job; its time stays where it was typed."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        job, task = practice.find_job_of_task(task_uuid)
        goal = practice.find_job(number)
        practice.remember_job(job)
        practice.remember_job(goal)
        job.tasks.remove(task)
        goal.tasks.append(task)
        practice.record("task.move", task.uuid, job=goal.number, before=job.number)


def delete_task(sandbox: Sandbox, tenant_id: str, task_uuid: str) -> None:
    """Delete the job task, which the API cannot; its time stays."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        job, task = practice.find_job_of_task(task_uuid)
        practice.remember_job(job)
        job.tasks.remove(task)
        practice.record("task.delete", task.uuid, job=job.number)


def rename_client(sandbox: Sandbox, tenant_id: str, client_uuid: str, name: str) -> None:
    """Give the client another name."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        client = practice.find_client(client_uuid)
        client.name = name
        note_change(practice, client, "client.rename")


def archive_client(sandbox: Sandbox, tenant_id: str, client_uuid: str, *, archived: bool = True) -> None:
    """Archive the client, or bring it back."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        client = practice.find_client(client_uuid)
        client.is_archived = archived
        note_change(practice, client, "client.archive" if archived else "client.restore")


def delete_client(sandbox: Sandbox, tenant_id: str, client_uuid: str) -> None:
    """Mark the client deleted; its jobs stay."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        client = practice.find_client(client_uuid)
        client.is_deleted = True
        note_change(practice, client, "client.delete")


def disable_staff(sandbox: Sandbox, tenant_id: str, staff_uuid: str, *, disabled: bool = True) -> None:
    """Disable the staff member, or enable again; the time stays."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        disable_member(practice, practice.find_staff(staff_uuid), disabled=disabled)


def delete_staff(sandbox: Sandbox, tenant_id: str, staff_uuid: str) -> None:
    """Mark the staff member deleted; the time stays."""
    with sandbox.lock:
        practice = at_work(sandbox, tenant_id)
        staff = practice.find_staff(staff_uuid)
        staff.deleted = True
        practice.record("staff.delete", staff.uuid)
