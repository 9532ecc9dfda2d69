"""The writes to XPM: each is sent once and gives an Outcome.

Every write takes `refuse`, a last check asked right before the bytes leave; a sentence from it stops the write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from core.xpm import drafts
from core.xpm.calls import Call, Caller
from core.xpm.drafts import Assignment, CostDraft, DocumentDraft, JobDraft, JobTaskDraft, Message, NoteDraft, TimeDraft
from core.xpm.outcome import Outcome, OutcomeKind, echo_differs, job_echo_differs
from core.xpm.reading import JOB, TIME
from core.xpm.records import JobRecord, NewId, Nothing, Record, TimeRecord, normalise_uuid
from core.xpm.transport import LONG_PATIENCE, SHORT_PATIENCE
from core.xpm.wire import Shape

Refuse: TypeAlias = "Callable[[], str] | None"

NEW_ID = Shape(NewId, "", "the new record's id", many=False)
DONE = Shape(Nothing, "", "the confirmation", many=False)


class Writing:
    """The writes."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def add_time(self, draft: TimeDraft, refuse: Refuse = None) -> Outcome:
        """Post one timesheet. `record` is the TimeRecord XPM holds; `differs` where it is not what was sent."""
        outcome = self._write("POST", ("time.api", "add"), TIME, drafts.write_time(draft), refuse)
        return _compare_time(outcome, draft)

    def update_time(self, uuid: str, draft: TimeDraft, refuse: Refuse = None) -> Outcome:
        """Replace one timesheet whole; XPM may clear what is left out, so nothing is."""
        message = drafts.write_time(draft, normalise_uuid(uuid))
        outcome = self._write("PUT", ("time.api", "update"), TIME, message, refuse)
        return _compare_time(outcome, draft, normalise_uuid(uuid))

    def delete_time(self, uuid: str, refuse: Refuse = None) -> Outcome:
        """Remove one timesheet. A refusal may mean that it is gone already; only a read tells."""
        return self._write("DELETE", ("time.api", "delete", normalise_uuid(uuid)), DONE, None, refuse)

    def add_job(self, draft: JobDraft, refuse: Refuse = None) -> Outcome:
        """Create a job, from a template when the draft names one. `record` is the JobRecord."""
        outcome = self._write("POST", ("job.api", "add"), JOB, drafts.write_job(draft), refuse)
        return _compare_job(outcome, draft)

    def update_job(self, number: str, draft: JobDraft, refuse: Refuse = None) -> Outcome:
        """Replace the header fields of a job; its client cannot change."""
        outcome = self._write("PUT", ("job.api", "update"), JOB, drafts.write_job_update(number, draft), refuse)
        return _compare_job(outcome, replace(draft, number=number))

    def set_job_state(self, number: str, code: str, refuse: Refuse = None) -> Outcome:
        """Move a job to the state with this interface code, which is not the name XPM shows."""
        return self._write("PUT", ("job.api", "state"), DONE, drafts.write_job_state(number, code), refuse)

    def assign_job(self, number: str, assignment: Assignment, refuse: Refuse = None) -> Outcome:
        """Put staff on a job or take them off, and set manager and partner. `record` is the JobRecord."""
        return self._write("PUT", ("job.api", "assign"), JOB, drafts.write_assignment(number, assignment), refuse)

    def add_job_task(self, draft: JobTaskDraft, refuse: Refuse = None) -> Outcome:
        """Put a task on a job; the same catalogue task twice makes two. `record` is the new job task's UUID."""
        return self._write("POST", ("job.api", "task"), NEW_ID, drafts.write_job_task(draft), refuse)

    def complete_job_task(self, uuid: str, refuse: Refuse = None) -> Outcome:
        """Tick a job task."""
        return self._write("PUT", ("job.api", "task", normalise_uuid(uuid), "complete"), DONE, None, refuse)

    def reopen_job_task(self, uuid: str, refuse: Refuse = None) -> Outcome:
        """Untick a job task."""
        return self._write("PUT", ("job.api", "task", normalise_uuid(uuid), "reopen"), DONE, None, refuse)

    def add_job_cost(self, job: str, draft: CostDraft, refuse: Refuse = None) -> Outcome:
        """Add a cost line; XPM has no way to delete it. `record` is its UUID."""
        return self._write("POST", ("job.api", "cost"), NEW_ID, drafts.write_cost(draft, job=job), refuse)

    def update_job_cost(self, uuid: str, draft: CostDraft, refuse: Refuse = None) -> Outcome:
        """Replace a cost line whole. `record` is its UUID."""
        return self._write("PUT", ("job.api", "cost"), NEW_ID, drafts.write_cost(draft, uuid=uuid), refuse)

    def add_job_note(self, draft: NoteDraft, refuse: Refuse = None) -> Outcome:
        """Put a note on a job."""
        return self._write("POST", ("job.api", "note"), DONE, drafts.write_note(draft), refuse)

    def add_job_document(self, draft: DocumentDraft, refuse: Refuse = None) -> Outcome:
        """Attach a file to a job; the same file twice makes two. XPM gives no id of it."""
        message = drafts.write_document(draft)
        # Taking in a large file may keep XPM busy for long.
        return self._write("POST", ("job.api", "document"), DONE, message, refuse, patience=LONG_PATIENCE)

    def _write(
        self,
        method: str,
        path: tuple[str, ...],
        shape: Shape[Record],
        message: Message | None,
        refuse: Refuse,
        patience: float = SHORT_PATIENCE,
    ) -> Outcome:
        outcome = self._caller.write(Call(method, path, shape, message=message, patience=patience), refuse)
        if isinstance(outcome.record, NewId):
            return replace(outcome, record=outcome.record.uuid)
        return outcome


def _compare_time(outcome: Outcome, draft: TimeDraft, uuid: str = "") -> Outcome:
    if outcome.kind is not OutcomeKind.APPLIED or not isinstance(outcome.record, TimeRecord):
        return outcome
    differs = echo_differs(draft, outcome.record)
    if uuid and outcome.record.uuid != uuid:
        differs = ["uuid", *differs]
    return replace(outcome, differs=tuple(differs))


def _compare_job(outcome: Outcome, draft: JobDraft) -> Outcome:
    if outcome.kind is not OutcomeKind.APPLIED or not isinstance(outcome.record, JobRecord):
        return outcome
    return replace(outcome, differs=tuple(job_echo_differs(draft, outcome.record)))
