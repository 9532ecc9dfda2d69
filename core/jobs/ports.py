"""What creating a job needs from outside: a sender to XPM, and a place where every step is written down first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from core.jobs.draft import Attachment, CostLine, JobDraft
from core.model import TieoutError

#: A last check, asked right before a request leaves; a sentence from it means that it does not.
Refuse = Callable[[], str]


class Became(StrEnum):
    """What became of one write to XPM."""

    APPLIED = "applied"
    NOT_SENT = "not_sent"  # may be sent again at once
    MUST_WAIT = "must_wait"  # a limit: nothing was applied, go on later
    NEEDS_PERSON = "needs_person"  # the sign-in, or the right to write: nothing was applied, nothing goes on by itself
    REFUSED = "refused"  # XPM said no, in words
    IN_DOUBT = "in_doubt"  # read back before anything else


@dataclass(frozen=True)
class Sent:
    """One answer. `remote_id` is the job number or the cost's UUID; `words` are XPM's; `wait_seconds` for limits.

    `differs`: what XPM stored otherwise than it was sent. `halts`: not empty when nothing more may be written to this
    practice before a person looked. `state`: the display name of a new job's state.
    """

    became: Became
    remote_id: str = ""
    words: str = ""
    wait_seconds: float = 60.0
    differs: tuple[str, ...] = ()
    halts: str = ""
    state: str = ""


@dataclass(frozen=True)
class FoundJob:
    """A job as XPM shows it, enough to recognise our own; `state` is a display name, people are ids."""

    number: str
    description: str
    name: str = ""
    client_id: str = ""
    state: str = ""
    staff_ids: tuple[str, ...] = ()
    manager_id: str = ""
    partner_id: str = ""


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


@dataclass(frozen=True)
class HeldDocument:
    """A document of a job as XPM lists it; `text` ends in our marker when it is ours."""

    title: str
    text: str
    file_name: str


@dataclass(frozen=True)
class People:
    """Who is put on a job, by XPM staff ids; empty manager or partner: left alone."""

    staff_ids: tuple[str, ...] = ()
    manager_id: str = ""
    partner_id: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nobody is put on it."""
        return not (self.staff_ids or self.manager_id or self.partner_id)


class NotThere(TieoutError):
    """XPM says that there is no such job, though it gave its number; a job just made may be hidden for a while."""

    def __init__(self, job: str, words: str) -> None:
        super().__init__(f"XPM does not show the job {job} ({words.rstrip('.')}). Look in XPM whether it was deleted.")


class JobSender(Protocol):
    """XPM, as far as creating a job goes. Writes never raise for what XPM answers; reads raise TieoutErrors."""

    def add_job(self, draft: JobDraft, description: str, refuse: Refuse) -> Sent:
        """Create the job with this description, once; the answer's id is the job number."""
        ...

    def get_job(self, number: str) -> FoundJob | None:
        """One job as it is now; None when XPM says that there is none."""
        ...

    def list_client_jobs(self, client_id: str) -> Sequence[FoundJob]:
        """Every job of a client, closed ones too."""
        ...

    def list_new_jobs(self, start: date, end: date) -> Sequence[FoundJob]:
        """Every job created within these days, whatever its state."""
        ...

    def list_costs(self, job: str) -> Sequence[HeldCost]:
        """Every cost on a job, those its template brought included. Raises NotThere."""
        ...

    def add_cost(self, job: str, line: CostLine, note: str, refuse: Refuse) -> Sent:
        """Add a line with this note, once; the answer's id is the cost's UUID."""
        ...

    def update_cost(self, xpm_id: str, line: CostLine, refuse: Refuse) -> Sent:
        """Replace a cost whole."""
        ...

    def assign(self, job: str, people: People, refuse: Refuse) -> Sent:
        """Put people on the job; empty ids leave manager or partner alone. Saying it twice changes nothing."""
        ...

    def set_state(self, job: str, code: str, refuse: Refuse) -> Sent:
        """Set the state by its interface code. Saying it twice changes nothing."""
        ...

    def add_document(self, job: str, attachment: Attachment, text: str, refuse: Refuse) -> Sent:
        """Attach a file with this text, once; XPM tells no id of it."""
        ...

    def list_documents(self, job: str) -> Sequence[HeldDocument]:
        """Every document on a job. Raises NotThere."""
        ...

    def read_skew(self) -> float | None:
        """By how many seconds this computer's clock was ahead of XPM's at the last answer; None when none told."""
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
    """One row of the run. `marker` is how our own is recognised in XPM.

    `payload` is the line of a cost, `before` what XPM held of it when it was shown, `held` all costs as they were read
    for a review, `document` the file to attach. `attempts` counts requests that may have arrived, `absences` complete
    lists without it since the last one. `changed_at` is by XPM's clock as far as it is known.
    """

    n: int
    op: StepOp
    state: StepState
    payload: CostLine | None = None
    before: CostLine | None = None
    held: tuple[CostLine, ...] = ()
    document: Attachment | None = None
    marker: str = ""
    remote_id: str = ""
    words: str = ""
    attempts: int = 0
    absences: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Change:
    """What changes with a step's state. `absent`: one more list without it; `counts`: how many requests more, or less.

    `at`: the moment by XPM's clock; None: by this computer's.
    """

    remote_id: str = ""
    words: str = ""
    absent: bool = False
    counts: int = 0
    at: datetime | None = None


NO_CHANGE = Change()


class Steps(Protocol):
    """The steps of one draft, kept durably; each method is one transaction."""

    def list(self) -> list[Step]:
        """All steps, in order."""
        ...

    def add(self, steps: Sequence[Step], *, done: int | None = None, words: str = "") -> None:
        """Add steps; and mark step number `done` as done, with these words, in the same transaction."""
        ...

    def move(self, step: Step, to: StepState, change: Change = NO_CHANGE) -> Step:
        """Change a step's state if it still is as given; returns it as stored. Raises when somebody else moved it."""
        ...


class Journal(Protocol):
    """A record outside the database of what was about to be sent, so that an older database is known to be older."""

    def note(self, marker: str, attempt: int) -> None:
        """On the disk before this returns: the request with this marker leaves now for the nth time; 0: it did not."""
        ...

    def attempts(self) -> Mapping[str, int]:
        """By marker, how often a request may have left; only those of one draft."""
        ...
