"""One practice as a call sees it: looking records up, refusing what does not exist, and noting what changes."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from core.sandbox import errors
from core.sandbox.body import read_uuid
from core.sandbox.errors import UnknownRecord
from core.sandbox.recent import RecentChanges
from core.sandbox.state import Client, Job, JobState, JobTask, Staff, Tenant, Time
from core.sandbox.switches import LengthRule, Switches
from core.sandbox.time_index import TimeIndex
from core.sandbox.world import Sandbox

T = TypeVar("T")
BY_API = "api"
BY_PERSON = "person"


@dataclass(frozen=True)
class Practice:
    """A tenant together with the sandbox's clock, randomness and switches.

    by:  who changes things, for the truth.
    lag: seconds by which reads of this call are behind.
    """

    sandbox: Sandbox
    tenant: Tenant
    by: str = BY_API
    lag: float = 0.0

    @property
    def switches(self) -> Switches:
        return self.sandbox.switches

    @property
    def today(self) -> date:
        """The present day in the practice's zone."""
        return self.sandbox.clock.today(self.tenant.zone)

    @property
    def index(self) -> TimeIndex:
        """The times by day and job, built when first needed and after a restore."""
        index = self.sandbox.time_indexes.get(self.tenant.id)
        if index is None or not index.fits(self.tenant):
            index = self.sandbox.time_indexes[self.tenant.id] = TimeIndex(self.tenant)
        return index

    @property
    def recent(self) -> RecentChanges:
        """What reads may not see yet."""
        return self.sandbox.recent_changes.setdefault(self.tenant.id, RecentChanges())

    def new_uuid(self) -> str:
        return self.sandbox.new_uuid()

    def local_time(self) -> str:
        """The present moment as answers show it: UTC, without zone."""
        return self.sandbox.clock.now().strftime("%Y-%m-%dT%H:%M:%S")

    def record(self, op: str, record_uuid: str, **fields: Any) -> None:
        """Write a change into the truth."""
        self.sandbox.record(op, self.tenant, record_uuid, fields, self.by)

    def web_url(self, kind: str, key: str) -> str:
        """The address of a record in the product."""
        return f"{self.sandbox.practice_url}/{kind}/{key}"

    def remember_job(self, job: Job) -> None:
        """To be called before a job changes, so that late reads still see it as it was."""
        self._remember("job", job.number, copy.deepcopy(job))

    def remember_new_job(self, number: str) -> None:
        """To be called when a job comes to be."""
        self._remember("job", number, None)

    def remember_time(self, time: Time) -> None:
        """To be called before a time changes or goes."""
        self._remember("time", time.uuid, copy.copy(time))

    def remember_new_time(self, time_uuid: str) -> None:
        """To be called when a time comes to be."""
        self._remember("time", time_uuid, None)

    def _remember(self, kind: str, key: str, before: Any) -> None:
        self.recent.note(kind, key, before, self.sandbox.clock.now().timestamp())

    def hidden(self, kind: str) -> dict[str, Any]:
        """Records that this read sees as they were, by key; counts as a read of the kind."""
        now = self.sandbox.clock.now().timestamp()
        seen = self.recent.hidden(kind, now, self.switches.read_after_write_delay, self.lag)
        self.recent.count_read(kind)
        return seen

    def visible_jobs(self) -> dict[str, Job]:
        """Job number to job, as reads see them."""
        hidden = self.hidden("job")
        if not hidden:
            return self.tenant.jobs
        jobs = {number: job for number, job in self.tenant.jobs.items() if number not in hidden}
        return jobs | {number: job for number, job in hidden.items() if job}

    def find_client(self, text: str) -> Client:
        """The client, archived or deleted as it may be."""
        return find_record(self.tenant.clients, text, errors.INVALID_CLIENT)

    def find_staff(self, text: str, complaint: str = errors.INVALID_STAFF, *, recorded: bool = False) -> Staff:
        """A staff member who was not deleted."""
        staff = find_record(self.tenant.staff, text, complaint, recorded=recorded)
        if staff.deleted:
            raise UnknownRecord(complaint, recorded=recorded)
        return staff

    def find_job(self, number: str, *, recorded: bool = False) -> Job:
        """The job of that visible number."""
        if number not in self.tenant.jobs:
            raise UnknownRecord(errors.INVALID_JOB, recorded=recorded)
        return self.tenant.jobs[number]

    def find_job_of_task(self, text: str) -> tuple[Job, JobTask]:
        """The job task of that UUID in whatever job."""
        task_uuid = read_uuid(text, errors.INVALID_TASK)
        for job in self.tenant.jobs.values():
            for task in job.tasks:
                if task.uuid == task_uuid:
                    return job, task
        raise UnknownRecord(errors.INVALID_TASK)

    def state_of(self, job: Job) -> JobState | None:
        """None for a job whose state the practice no longer has."""
        return next((state for state in self.tenant.states if state.name == job.state), None)

    def is_current(self, job: Job) -> bool:
        """Whether the job's state is an open one; an unknown state is."""
        state = self.state_of(job)
        return state is None or state.kind == "open"

    def fit_name(self, element: str, text: str) -> str:
        """A name, label or code under the switch name_max."""
        return fit_text(element, text, self.switches.name_max)

    def fit_note(self, element: str, text: str) -> str:
        """A note or description under the switch note_max."""
        return fit_text(element, text, self.switches.note_max)

    def order(self, rows: Iterable[T], key: Any) -> list[T]:
        """Rows in their recorded order, or shuffled when the switch says so."""
        ordered = sorted(rows, key=key)
        if self.switches.list_order == "shuffled":
            self.sandbox.random.shuffle(ordered)
        return ordered


def find_record(records: Mapping[str, T], text: str, complaint: str, *, recorded: bool = False) -> T:
    """The record of that UUID, in any case; UnknownRecord or MalformedUuid otherwise."""
    record_uuid = read_uuid(text, complaint)
    if record_uuid not in records:
        raise UnknownRecord(complaint, recorded=recorded)
    return records[record_uuid]


def fit_text(element: str, text: str, rule: LengthRule) -> str:
    """The text under a length rule: whole, cut, or TooLong."""
    if rule.limit is None or len(text) <= rule.limit:
        return text
    if rule.on_excess == "error":
        raise errors.TooLong(element, rule.limit)
    return text[: rule.limit]


def by_name(record: Any) -> str:
    """The recorded order of most lists: names ignoring case."""
    return str(record.name).lower()
