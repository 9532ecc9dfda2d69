"""Creating a job: one resumable run of small steps, each written down before it is sent.

A job has no reference of ours in XPM but its description, so its marker stands on the description's last line; a
cost's marker ends its note, a document's its text. A step whose answer was lost is looked for by that marker; only
when it is absent twice, a minute apart and after the quiet time, is it sent again (see core.jobs.readback). A step is
never sent after its deadline, nor by a worker whose run was taken over: what is still on its way then is waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from core.jobs.desk import FRESH, Desk, JobStopped, Seams
from core.jobs.draft import JobDraft
from core.jobs.ports import Became, FoundJob, NotThere, Refuse, Sent, Step, StepOp, StepState
from core.jobs.readback import STORED_OTHERWISE, ReadBack, line_of
from core.jobs.steps import (
    Edit,
    carries,
    holds,
    judge_edit,
    mark_description,
    mark_note,
    people_of,
    plan_after_reading,
    plan_steps,
)
from core.jobs.twins import fold_name

MOST_ATTEMPTS = 5
#: Seconds after its intent in which a request may leave; others may already have looked for a later one in vain.
DEADLINE = 60.0
TOO_LATE = "its deadline has passed"
_OPEN = (StepState.READY, StepState.SENDING, StepState.UNKNOWN)
#: Later steps need these done.
_NEEDED = (StepOp.JOB, StepOp.READ_COSTS, StepOp.REVIEW)
_ADDS = (StepOp.JOB, StepOp.COST_ADD, StepOp.DOCUMENT)


@dataclass(frozen=True)
class Creation:
    """How a run ended: the job's number, and its steps."""

    job: str
    steps: tuple[Step, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the job exists with everything that was asked for."""
        return all(step.state is StepState.DONE for step in self.steps)

    @property
    def waits_for_review(self) -> bool:
        """Whether a person has to confirm the costs before it goes on."""
        return any(step.state is StepState.WAITING for step in self.steps)


def create_job(
    draft: JobDraft, reference: str, seams: Seams, *, on_step: Callable[[int, int], None] = lambda _done, _total: None
) -> Creation:
    """Carry out every open step, and go on where an earlier call stopped.

    reference: the job's marker, unique in the practice. Stops at the first step XPM refuses when later ones need it;
    a refused cost leaves the others alone. Raises JobWaits when limits or a lost answer need time, JobStopped when
    a person has to act, and what `seams.rest` raises.
    """
    steps = seams.steps
    if not steps.list():
        steps.add(plan_steps(draft, reference))
    worker = _Worker(Desk(draft, reference, seams))
    while (step := worker.next_step()) is not None:
        seams.rest()
        worker.carry_on(step)
        listed = steps.list()
        on_step(sum(s.state is StepState.DONE for s in listed), len(listed))
    return Creation(worker.desk.job, tuple(steps.list()))


class _Worker:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._seams = desk.seams
        self._read_back = ReadBack(desk)
        self._before = dict(desk.seams.journal.attempts()) if desk.seams.journal else {}

    def next_step(self) -> Step | None:
        """The first step still to do; None when all are settled, or a needed one is not done.

        The state comes last and only to a whole job: one that is completed may take nothing any more.
        """
        is_whole = True
        for step in self._seams.steps.list():
            if step.state in _OPEN:
                return step if is_whole or step.op is not StepOp.STATE else None
            is_whole = is_whole and step.state is StepState.DONE
            if step.op in _NEEDED and not is_whole:
                return None
        return None

    def carry_on(self, step: Step) -> None:
        """Carry one step on. A job that XPM hides for a while, as it may right after making it, is waited for."""
        try:
            self.perform(step)
        except NotThere as hidden:
            now = next(one for one in self._seams.steps.list() if one.n == step.n)
            made = next((one.changed_at for one in self._seams.steps.list() if one.op is StepOp.JOB), None)
            age = (self.desk.tell_time() - made).total_seconds() if made else self._seams.waits.quiet
            if age < self._seams.waits.quiet:
                self.desk.wait(self._seams.waits.between_looks, "XPM does not show the new job yet", for_all=False)
            self.desk.move(now, StepState.NEEDS_PERSON, words=str(hidden))

    def perform(self, step: Step) -> None:
        """Carry one step on by one move: send it, settle what its lost answer meant, or plan the costs."""
        if step.state is StepState.SENDING:
            self.desk.learn_time()
            step = self.desk.move(step, StepState.UNKNOWN, words="the answer was lost")
        if step.state is StepState.UNKNOWN:
            self._read_back.settle(step)
        elif step.op is StepOp.READ_COSTS:
            self._read_costs(step)
        elif step.attempts >= MOST_ATTEMPTS:
            self.desk.move(step, StepState.NEEDS_PERSON, words="it was tried too often; look in XPM")
        elif self._was_sent_before(step):
            words = "the database is older than what was sent; XPM is read again first"
            self.desk.learn_time()
            self.desk.move(step, StepState.UNKNOWN, words=words, counts=1)
        elif not self._stands_in_the_way(step):
            self._send(step)

    # -- before it is sent --------------------------------------------------------------------------------------------

    def _was_sent_before(self, step: Step) -> bool:
        """Whether the journal knows of a request that an older, restored database does not."""
        return step.op in _ADDS and self._before.pop(step.marker, 0) > step.attempts

    def _stands_in_the_way(self, step: Step) -> bool:
        """Whether XPM's present content decides the step without sending anything; then it is written down."""
        if step.op is StepOp.JOB:
            return self._is_there(step)
        if step.op in (StepOp.ASSIGN, StepOp.STATE):
            return self._is_old() and self._read_back.leave_be(step)
        return step.op is StepOp.COST_UPDATE and self._was_changed(step)

    def _is_old(self) -> bool:
        """Whether somebody may have worked on the job: it was made a while ago, or found after its answer was lost."""
        made = next((one for one in self._seams.steps.list() if one.op is StepOp.JOB), None)
        if made is None or made.changed_at is None or made.absences:
            return True
        return (self.desk.tell_time() - made.changed_at).total_seconds() > FRESH

    def _is_there(self, step: Step) -> bool:
        """The job is in XPM already, by our mark; or somebody made one of this name since the draft was begun."""
        jobs = [job for job in self._seams.new_jobs() if job.client_id == self.desk.draft.client_id]
        ours = [job for job in jobs if carries(job.description, self.desk.reference)]
        if len(ours) > 1:
            named = ", ".join(job.number for job in ours)
            self.desk.move(step, StepState.NEEDS_PERSON, words=f"XPM has it more than once: {named}")
        elif ours:
            state = self._seams.first_state or ours[0].state
            self.desk.move(step, StepState.DONE, remote_id=ours[0].number, words=state, absent=True)
        elif twins := [] if step.attempts else self._find_new_twins(jobs):
            words = f"not sent: XPM has {', '.join(twins)} of this name for this client. Allow another one, or discard."
            self.desk.move(step, StepState.REJECTED, words=words)
        else:
            return False
        return True

    def _find_new_twins(self, jobs: list[FoundJob]) -> list[str]:
        draft = self.desk.draft
        if draft.twin_allowed:
            return []
        return [job.number for job in jobs if fold_name(job.name) == fold_name(draft.name)]

    def _was_changed(self, step: Step) -> bool:
        line = line_of(step)
        now = next((cost for cost in self.desk.fresh_costs() if cost.xpm_id == line.xpm_id), None)
        if holds(now, line):
            self.desk.move(step, StepState.DONE, remote_id=line.xpm_id)
        elif conflict := judge_edit(Edit(line, step.before), now) if step.before else "":
            self.desk.move(step, StepState.NEEDS_PERSON, words=conflict)
        else:
            return False
        return True

    # -- sending ------------------------------------------------------------------------------------------------------

    def _send(self, step: Step) -> None:
        self.desk.learn_time()
        step = self.desk.move(step, StepState.SENDING, counts=1)
        if self._seams.journal and step.op in _ADDS:
            self._seams.journal.note(step.marker, step.attempts)
        self._take(step, self._call(step, self._make_deadline()))

    def _make_deadline(self) -> Refuse:
        """By both clocks of this computer: one stands still while it sleeps, the other may be set back."""
        clock = self._seams.clock
        until, ticks = clock.now() + timedelta(seconds=DEADLINE), clock.monotonic() + DEADLINE

        def refuse() -> str:
            if clock.now() >= until or clock.monotonic() >= ticks:
                return TOO_LATE
            return self._seams.refuse()

        return refuse

    def _take(self, step: Step, sent: Sent) -> None:
        """Write down what became of the request, and what follows for the run."""
        if sent.halts:
            self._seams.halt(sent.halts)
        if sent.became is Became.APPLIED:
            self._take_applied(step, sent)
        elif sent.became is Became.REFUSED:
            self._note_not_sent(step)
            self.desk.move(step, StepState.REJECTED, words=sent.words)
        elif sent.became is Became.IN_DOUBT:
            self.desk.move(step, StepState.UNKNOWN, words=sent.words)
        else:
            self._put_back(step, sent)
        if sent.halts:
            raise JobStopped(sent.words or sent.halts)

    def _put_back(self, step: Step, sent: Sent) -> None:
        """Nothing was applied and no attempt is counted."""
        self._note_not_sent(step)
        self.desk.move(step, StepState.READY, words=sent.words, counts=-1)
        if sent.became is Became.MUST_WAIT:
            self.desk.wait(sent.wait_seconds, sent.words or "XPM could not be reached", for_all=True)
        if sent.became is Became.NEEDS_PERSON:
            raise JobStopped(sent.words)
        if sent.words != TOO_LATE:
            raise JobStopped(sent.words)

    def _note_not_sent(self, step: Step) -> None:
        if self._seams.journal and step.op in _ADDS:
            self._seams.journal.note(step.marker, step.attempts - 1)

    def _take_applied(self, step: Step, sent: Sent) -> None:
        differs = f"{STORED_OTHERWISE}{', '.join(sent.differs)}" if sent.differs else ""
        words = f"{sent.state}{differs}" if step.op is StepOp.JOB else sent.words
        if step.op is StepOp.STATE:
            words = self._check_state()
        self.desk.move(step, StepState.DONE, remote_id=sent.remote_id, words=words)

    def _check_state(self) -> str:
        """What XPM made of a state code that it gets for the first time; empty when the code is known to be right."""
        code = self.desk.draft.state_code
        if code in self._seams.checked:
            return ""
        job = self._seams.sender.get_job(self.desk.job)
        state = job.state if job else ""
        told = self._seams.note_state(code, state)
        return told or (f"XPM shows {state}" if state else "")

    def _call(self, step: Step, refuse: Refuse) -> Sent:
        draft, sender, job = self.desk.draft, self._seams.sender, self.desk.job
        if step.op is StepOp.JOB:
            return sender.add_job(draft, mark_description(draft.description, self.desk.reference), refuse)
        if step.op is StepOp.ASSIGN:
            return sender.assign(job, people_of(draft), refuse)
        if step.op is StepOp.STATE:
            return sender.set_state(job, draft.state_code, refuse)
        if step.op is StepOp.DOCUMENT:
            assert step.document is not None, f"step {step.n} has no document"  # noqa: S101  the plan gives one
            return sender.add_document(job, step.document, mark_note(step.document.title, step.marker), refuse)
        line = line_of(step)
        if step.op is StepOp.COST_ADD:
            return sender.add_cost(job, line, mark_note(line.note, step.marker), refuse)
        return sender.update_cost(line.xpm_id, line, refuse)

    # -- what a template brought, or an existing job has --------------------------------------------------------------

    def _read_costs(self, step: Step) -> None:
        """Plan the rest of the run by the costs there are, in the same transaction."""
        draft, today = self.desk.draft, self._seams.clock.now().date()
        held = self.desk.read_costs()
        planned = plan_after_reading(draft, self.desk.reference, held, after=step.n, today=today)
        self._seams.steps.add(planned.steps, done=step.n, words=planned.words)
