"""The desk a creation works at: its draft and seams, what of XPM it looked at, and the reasons for which it rests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.jobs.draft import JobDraft
from core.jobs.ports import Change, FoundJob, HeldCost, JobSender, Journal, Refuse, Step, StepOp, Steps, StepState
from core.model import Clock, PersonNeeded

#: Seconds for which a list of costs counts as what XPM holds right before one of them is changed.
FRESH = 60.0
#: A clock that is more wrong than this is a clock of another world (a sandbox with a day of its own).
MOST_SKEW = 3600.0


@dataclass(frozen=True)
class Waits:
    """Seconds before a lost answer may count as never applied, and between two looks."""

    quiet: float = 900.0
    between_looks: float = 60.0


class JobWaits(PersonNeeded):
    """The run cannot go on now and goes on by itself at `resume_at`; `for_all`: neither can any other job's."""

    def __init__(self, resume_at: datetime, why: str, *, for_all: bool = True) -> None:
        self.resume_at = resume_at
        self.for_all = for_all
        super().__init__(f"The job goes on by itself at {resume_at:%H:%M} UTC: {why}. Nothing is lost.")


class JobStopped(PersonNeeded):
    """Nothing goes on before a person did something: signed in again, looked at XPM, lifted a halt."""

    def __init__(self, why: str) -> None:
        told = why.rstrip(".") or "a person has to look"
        super().__init__(f"Nothing more is sent now: {told}. Going on later repeats nothing that is done.")


class StepMoved(PersonNeeded):
    """Another worker moved a step meanwhile."""

    def __init__(self, n: int) -> None:
        super().__init__(f"Step {n} of this job was moved by another worker meanwhile. Look at the job again.")


@dataclass(frozen=True)
class Seams:
    """What a creation works with.

    refuse: asked right before each request leaves; a sentence (the run is somebody else's now, writing is halted) stops
    it. halt: stop all writing to this practice, with the reason. rest: called between steps; may raise to stop there.
    new_jobs: jobs XPM has got since the draft was begun. known: numbers of the client's jobs that are surely in XPM: a
    list without one of them is not whole. first_state: the state XPM gives new jobs, empty when unknown.
    states: interface code -> display name, as far as known; checked: codes of which XPM's answer was looked at before;
    note_state: told what XPM made of a code that was not; says if it is wrong.
    """

    steps: Steps
    sender: JobSender
    clock: Clock
    waits: Waits = Waits()
    journal: Journal | None = None
    refuse: Refuse = lambda: ""
    halt: Callable[[str], None] = lambda _reason: None
    rest: Callable[[], None] = lambda: None
    new_jobs: Callable[[], Sequence[FoundJob]] = lambda: ()
    known: Collection[str] = ()
    first_state: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    checked: Collection[str] = ()
    note_state: Callable[[str, str], str] = lambda _code, _state: ""


class Desk:
    """One creation under way."""

    def __init__(self, draft: JobDraft, reference: str, seams: Seams) -> None:
        self.draft = draft
        self.reference = reference
        self.seams = seams
        self._costs: list[HeldCost] = []
        self._read_at: float | None = None
        self._asked = False

    @property
    def job(self) -> str:
        """The job's number; empty before it exists."""
        made = (step.remote_id for step in self.seams.steps.list() if step.op is StepOp.JOB)
        return self.draft.existing or next(made, "")

    def move(self, step: Step, to: StepState, *, words: str = "", remote_id: str = "", **change: bool | int) -> Step:
        """Write down the step's next state, by XPM's clock."""
        changed = Change(remote_id, words, **change, at=self.tell_time())  # type: ignore[arg-type]  # absent, counts
        return self.seams.steps.move(step, to, changed)

    def tell_time(self) -> datetime:
        """Now by XPM's clock, as far as its answers told it; else by this computer's."""
        skew = self.seams.sender.read_skew() or 0.0
        return self.seams.clock.now() - timedelta(seconds=skew if abs(skew) <= MOST_SKEW else 0.0)

    def learn_time(self) -> None:
        """See that XPM's clock is known, by a read where nothing was asked yet: stored waits are counted by it."""
        if self.seams.sender.read_skew() is None and not self._asked:
            self._asked = True
            if self.job:
                self.read_costs()
            else:
                self.seams.sender.list_client_jobs(self.draft.client_id)

    def read_costs(self) -> list[HeldCost]:
        """The job's costs as XPM lists them now."""
        self._costs = list(self.seams.sender.list_costs(self.job))
        self._read_at = self.seams.clock.monotonic()
        return self._costs

    def fresh_costs(self) -> list[HeldCost]:
        """The same, read again when the last look is too long ago."""
        if self._read_at is None or self.seams.clock.monotonic() - self._read_at > FRESH:
            return self.read_costs()
        return self._costs

    def wait(self, seconds: float, why: str, *, for_all: bool) -> None:
        """Stop here; the run goes on by itself then."""
        raise JobWaits(self.seams.clock.now() + timedelta(seconds=seconds), why, for_all=for_all)
