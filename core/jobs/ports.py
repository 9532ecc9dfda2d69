"""What creating a job needs from outside: a sender to XPM, and a place where every step is written down first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from core.jobs.draft import CostLine, JobDraft


class Became(StrEnum):
    """What became of one write to XPM."""

    APPLIED = "applied"
    NOT_SENT = "not_sent"  # may be sent again at once
    MUST_WAIT = "must_wait"  # a limit or the sign-in: nothing was applied, go on later
    REFUSED = "refused"  # XPM said no, in words
    IN_DOUBT = "in_doubt"  # read back before anything else


@dataclass(frozen=True)
class Sent:
    """One answer. `remote_id` is the job number or the cost's UUID; `words` are XPM's; `wait_seconds` for limits."""

    became: Became
    remote_id: str = ""
    words: str = ""
    wait_seconds: float = 60.0


@dataclass(frozen=True)
class FoundJob:
    """A job as XPM shows it: number and description, enough to recognise our own."""

    number: str
    description: str


@dataclass(frozen=True)
class HeldCost:
    """A cost line as XPM holds it."""

    xpm_id: str
    date: date | None
    description: str
    code: str
    note: str
    quantity: Decimal
    unit_cost: Decimal
    unit_price: Decimal
    billable: bool


class JobSender(Protocol):
    """XPM, as far as creating a job goes. Writes never raise for what XPM answers; reads raise TieoutErrors."""

    def add_job(self, draft: JobDraft, description: str) -> Sent:
        """Create the job with this description, once; the answer's id is the job number."""
        ...

    def list_client_jobs(self, client_id: str) -> Sequence[FoundJob]:
        """Every job of a client, closed ones too; raises when the list is not whole."""
        ...

    def list_costs(self, job: str) -> Sequence[HeldCost]:
        """Every cost on a job, those its template brought included; raises when the list is not whole."""
        ...

    def add_cost(self, job: str, line: CostLine, note: str) -> Sent:
        """Add a line with this note, once; the answer's id is the cost's UUID."""
        ...

    def update_cost(self, xpm_id: str, line: CostLine) -> Sent:
        """Replace a cost whole."""
        ...

    def assign(self, job: str, staff_ids: Sequence[str], manager_id: str, partner_id: str) -> Sent:
        """Put people on the job; empty ids leave manager or partner alone. Saying it twice changes nothing."""
        ...

    def set_state(self, job: str, code: str) -> Sent:
        """Set the state by its interface code. Saying it twice changes nothing."""
        ...


class StepOp(StrEnum):
    """What one step does, in the order of a run."""

    JOB = "job"
    READ_COSTS = "read_costs"
    REVIEW = "review"  # a person confirms the costs, the template's among them
    COST_ADD = "cost_add"
    COST_UPDATE = "cost_update"
    ASSIGN = "assign"
    STATE = "state"
    DOCUMENT = "document"


class StepState(StrEnum):
    """Where a step is. `sending` found at a start means that its answer was lost: it becomes `unknown`."""

    READY = "ready"
    WAITING = "waiting"  # for a person's review
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    REJECTED = "rejected"
    NEEDS_PERSON = "needs_person"


@dataclass(frozen=True)
class Step:
    """One row of the run. `payload` is a CostLine for costs, None otherwise; `marker` is how our own is recognised."""

    n: int
    op: StepOp
    state: StepState
    payload: CostLine | None = None
    marker: str = ""
    remote_id: str = ""
    words: str = ""
    attempts: int = 0
    absences: int = 0
    changed_at: datetime | None = None


class Steps(Protocol):
    """The steps of one draft, kept durably; each method is one transaction."""

    def list(self) -> list[Step]:
        """All steps, in order."""
        ...

    def add(self, steps: Sequence[Step], *, done: int | None = None) -> None:
        """Add steps; and mark step number `done` as done in the same transaction."""
        ...

    def move(self, step: Step, to: StepState, *, remote_id: str = "", words: str = "", absent: bool = False) -> Step:
        """Change a step's state if it still is as given; returns it as stored. Raises when somebody else moved it."""
        ...
