"""Who works on a job: staff, manager and partner, changed by a list of instructions in one call."""

from __future__ import annotations

from collections.abc import Callable

from core.sandbox import errors
from core.sandbox.ask import Ask
from core.sandbox.body import Part
from core.sandbox.jobs import show_changed_job
from core.sandbox.practice import Practice
from core.sandbox.state import Job, JobTask
from core.sandbox.times import find_task
from core.sandbox.wire import Payload

Change = Callable[[], None]


def assign_staff(practice: Practice, ask: Ask) -> Payload:
    """All instructions, or none when one of them is refused."""
    job = practice.find_job(ask.body.text_of("ID").strip(), recorded=True)
    changes = [read_instruction(practice, job, part) for part in ask.body.children]
    practice.remember_job(job)
    for change in changes:
        change()
    practice.record("job.assign", job.uuid, number=job.number, assigned=list(job.assigned), manager=job.manager)
    return show_changed_job(practice, job)


def read_instruction(practice: Practice, job: Job, part: Part) -> Change:
    """What one instruction will do; elements that are none do nothing."""
    match part.name:
        case "add":
            return read_add(practice, job, part)
        case "remove":
            return read_remove(practice, job, part)
        case "add-manager":
            manager = find_assigned(practice, part, errors.INVALID_MANAGER)
            return lambda: setattr(job, "manager", manager)
        case "remove-manager":
            return lambda: setattr(job, "manager", None)
        case "add-partner":
            partner = find_assigned(practice, part, errors.INVALID_PARTNER)
            return lambda: setattr(job, "partner", partner)
        case "remove-partner":
            return lambda: setattr(job, "partner", None)
    return lambda: None


def find_assigned(practice: Practice, part: Part, complaint: str) -> str:
    """The UUID of the staff member an instruction names."""
    return practice.find_staff(part.attribute("uuid"), complaint, recorded=True).uuid


def read_add(practice: Practice, job: Job, part: Part) -> Change:
    """Assigning to a task assigns to the job as well; doing so again changes nothing and is no error."""
    staff_uuid = find_assigned(practice, part, errors.INVALID_STAFF_FOR_ADD)
    task = read_task(job, part)

    def add() -> None:
        for assigned in (job.assigned, task.assigned if task else []):
            if staff_uuid not in assigned:
                assigned.append(staff_uuid)

    return add


def read_remove(practice: Practice, job: Job, part: Part) -> Change:
    """From the task when one is named, otherwise from the job and all its tasks."""
    staff_uuid = find_assigned(practice, part, errors.INVALID_STAFF_FOR_REMOVE)
    task = read_task(job, part)

    def remove() -> None:
        lists = [task.assigned] if task else [job.assigned, *[one.assigned for one in job.tasks]]
        for assigned in lists:
            assigned[:] = [uuid for uuid in assigned if uuid != staff_uuid]

    return remove


def read_task(job: Job, part: Part) -> JobTask | None:
    """The job task an instruction names; None when it is about the whole job."""
    text = part.attribute("task-uuid")
    return find_task(job, text) if text else None
