"""Creating a job: one resumable run of small steps, each written down before it is sent.

Order: the job itself, reading what its template brought, the costs one by one, the assignment, the state. A job has no
reference of ours in XPM but its description, so its marker stands on the description's last line; a cost's marker ends
its note. A step whose answer was lost is looked for by that marker; only when it is absent twice, a minute apart and
after the quiet time, is it sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.jobs.draft import CostLine, JobDraft
from core.jobs.merge import is_equal, merge_costs
from core.jobs.ports import Became, JobSender, Sent, Step, StepOp, Steps, StepState
from core.model import Clock, PersonNeeded

LOOKS = 2  # how often a lost step must be absent before it may be sent again
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class Waits:
    """Seconds before a lost answer may count as never applied, and between two looks."""

    quiet: float = 900.0
    between_looks: float = 60.0


class JobWaits(PersonNeeded):
    """The run cannot go on now and goes on by itself at `resume_at`."""

    def __init__(self, resume_at: datetime, why: str) -> None:
        self.resume_at = resume_at
        super().__init__(f"The job goes on by itself at {resume_at:%H:%M} UTC: {why}. Nothing is lost.")


class StepMoved(PersonNeeded):
    """Another worker moved a step meanwhile."""

    def __init__(self, n: int) -> None:
        super().__init__(f"Step {n} of this job was moved by another worker meanwhile. Look at the job again.")


@dataclass(frozen=True)
class Creation:
    """How a run ended: the job's number, and whether every step is done."""

    job: str
    steps: tuple[Step, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the job exists with everything that was asked for."""
        return all(step.state is StepState.DONE for step in self.steps)


def plan_steps(reference: str) -> list[Step]:
    """The steps known before the job exists; cost steps are added once its template's costs are read."""
    ops = [StepOp.JOB, StepOp.READ_COSTS]
    return [Step(n, op, StepState.READY, marker=reference) for n, op in enumerate(ops, 1)]


def create_job(
    draft: JobDraft,
    reference: str,
    steps: Steps,
    sender: JobSender,
    clock: Clock,
    *,
    waits: Waits = Waits(),
    on_step: Callable[[int, int], None] = lambda _done, _total: None,
) -> Creation:
    """Carry out every open step, and go on where an earlier call stopped.

    reference: the job's marker, unique in the practice. Stops at the first step XPM refuses when later ones need it;
    a refused cost leaves the others alone. Raises JobWaits when limits, the sign-in or a lost answer need time.
    """
    worker = _Worker(draft, reference, steps, sender, clock, waits)
    if not steps.list():
        steps.add(plan_steps(reference))
    while (step := worker.next_step()) is not None:
        worker.perform(step)
        listed = steps.list()
        on_step(sum(s.state is StepState.DONE for s in listed), len(listed))
    return Creation(worker.job_number(), tuple(steps.list()))


@dataclass
class _Worker:
    draft: JobDraft
    reference: str
    steps: Steps
    sender: JobSender
    clock: Clock
    waits: Waits

    def next_step(self) -> Step | None:
        """The first step still to do; None when all are settled or a needed one was refused."""
        listed = self.steps.list()
        for step in listed:
            if step.state in (StepState.READY, StepState.SENDING, StepState.UNKNOWN):
                return step
            if step.op in (StepOp.JOB, StepOp.READ_COSTS) and step.state is not StepState.DONE:
                return None
        return None

    def job_number(self) -> str:
        """The number of the created job; empty before it exists."""
        return next((s.remote_id for s in self.steps.list() if s.op is StepOp.JOB), "")

    def perform(self, step: Step) -> None:
        """Carry one step on by one move: send it, settle what its lost answer meant, or plan the costs."""
        if step.state is StepState.SENDING:
            step = self.steps.move(step, StepState.UNKNOWN, words="the answer was lost")
        if step.state is StepState.UNKNOWN:
            self._settle(step)
        elif step.op is StepOp.READ_COSTS:
            self._read_costs(step)
        elif step.attempts >= MOST_ATTEMPTS:
            self.steps.move(step, StepState.NEEDS_PERSON, words="it was tried too often; look in XPM")
        else:
            self._send(step)

    def _send(self, step: Step) -> None:
        step = self.steps.move(step, StepState.SENDING)
        sent = self._call(step)
        if sent.became is Became.APPLIED:
            self.steps.move(step, StepState.DONE, remote_id=sent.remote_id)
        elif sent.became is Became.REFUSED:
            self.steps.move(step, StepState.REJECTED, words=sent.words)
        elif sent.became is Became.IN_DOUBT:
            self.steps.move(step, StepState.UNKNOWN, words=sent.words)
        else:
            self.steps.move(step, StepState.READY, words=sent.words)
            self._wait(sent.wait_seconds, sent.words or "XPM could not be reached")

    def _call(self, step: Step) -> Sent:
        job = self.job_number()
        if step.op is StepOp.JOB:
            return self.sender.add_job(self.draft, mark_description(self.draft.description, self.reference))
        if step.op is StepOp.ASSIGN:
            return self.sender.assign(job, self.draft.staff_ids, self.draft.manager_id, self.draft.partner_id)
        if step.op is StepOp.STATE:
            return self.sender.set_state(job, self.draft.state_code)
        line = _line_of(step)
        if step.op is StepOp.COST_ADD:
            return self.sender.add_cost(job, line, mark_note(line.note, step.marker))
        return self.sender.update_cost(line.xpm_id, line)

    def _read_costs(self, step: Step) -> None:
        """Read what the template brought, and plan the rest of the run in the same transaction."""
        merge = merge_costs(self.draft.costs, self.draft.removed, self.sender.list_costs(self.job_number()))
        planned = [(StepOp.COST_UPDATE, line) for line in merge.update] + [
            (StepOp.COST_ADD, line) for line in merge.add
        ]
        later = [
            Step(n, op, StepState.READY, line, f"{self.reference}/{line.key}")
            for n, (op, line) in enumerate(planned, step.n + 1)
        ]
        if self.draft.staff_ids or self.draft.manager_id or self.draft.partner_id:
            later.append(Step(step.n + len(later) + 1, StepOp.ASSIGN, StepState.READY))
        if self.draft.state_code:
            later.append(Step(step.n + len(later) + 1, StepOp.STATE, StepState.READY))
        self.steps.add(later, done=step.n)

    def _settle(self, step: Step) -> None:
        """Find out what became of a step whose answer was lost."""
        if step.op in (StepOp.ASSIGN, StepOp.STATE):
            # They state a whole value, so saying it again changes nothing.
            self.steps.move(step, StepState.READY)
        elif step.op is StepOp.COST_UPDATE:
            self._settle_update(step)
        else:
            self._settle_add(step)

    def _settle_update(self, step: Step) -> None:
        line = _line_of(step)
        held = {cost.xpm_id: cost for cost in self.sender.list_costs(self.job_number())}
        landed = line.xpm_id in held and is_equal(line, held[line.xpm_id])
        self.steps.move(step, StepState.DONE if landed else StepState.READY)

    def _settle_add(self, step: Step) -> None:
        found = self._find(step)
        if len(found) == 1:
            self.steps.move(step, StepState.DONE, remote_id=found[0])
        elif found:
            self.steps.move(step, StepState.NEEDS_PERSON, words=f"XPM holds it more than once: {', '.join(found)}")
        else:
            self._count_absence(step)

    def _count_absence(self, step: Step) -> None:
        since = step.changed_at or self.clock.now()
        due = since + timedelta(seconds=self.waits.between_looks if step.absences else self.waits.quiet)
        if self.clock.now() < due:
            self._wait((due - self.clock.now()).total_seconds(), "an answer of XPM was lost; it is read back first")
        if step.absences + 1 < LOOKS:
            self.steps.move(step, StepState.UNKNOWN, words=step.words, absent=True)
        else:
            self.steps.move(step, StepState.READY, words="it never reached XPM; it is sent again")

    def _find(self, step: Step) -> list[str]:
        if step.op is StepOp.JOB:
            jobs = self.sender.list_client_jobs(self.draft.client_id)
            return [job.number for job in jobs if carries(job.description, self.reference)]
        return [cost.xpm_id for cost in self.sender.list_costs(self.job_number()) if carries(cost.note, step.marker)]

    def _wait(self, seconds: float, why: str) -> None:
        raise JobWaits(self.clock.now() + timedelta(seconds=seconds), why)


def _line_of(step: Step) -> CostLine:
    assert step.payload is not None, f"step {step.n} has no cost line"  # noqa: S101  plan_steps always gives one
    return step.payload


def mark_description(description: str, reference: str) -> str:
    """The job's description with our reference as its last line."""
    return f"{description.rstrip()}\n~{reference}".lstrip("\n")


def mark_note(note: str, marker: str) -> str:
    """The cost's note with its marker at the end."""
    return f"{note.strip()} ~{marker}".strip()


def carries(text: str, marker: str) -> bool:
    """Whether the text ends in this marker, whatever XPM did to case and blanks."""
    return text.casefold().split()[-1:] == [f"~{marker}".casefold()]
