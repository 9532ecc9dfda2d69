"""What became of a step whose answer was lost: found in XPM by its marker, or proved absent, or put before a person.

Absent is what two complete lists do not hold, a minute apart and both after the quiet time. A list is complete when it
holds everything that is surely there (the client's known jobs, the job's costs that XPM confirmed); what is missing is
asked for by itself, since a person may have deleted it. What looks like ours without its marker is put before a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.jobs.desk import Desk
from core.jobs.draft import CostLine
from core.jobs.ports import FoundJob, HeldCost, People, Step, StepOp, StepState
from core.jobs.steps import Edit, carries, describe, holds, is_marked, judge_edit, people_of
from core.jobs.twins import fold_name

LOOKS = 2  # how often a lost step must be absent before it may be sent again
SENT_AGAIN = "it never reached XPM; it is sent again"


STORED_OTHERWISE = " · stored with another "
FOUND = "found in XPM after its answer was lost"
#: How many times the quiet time a list may lack what is surely there, before a person has to look.
_PATIENCE = 3


class ListNotWhole(Exception):
    """Something that surely exists is missing from a list: it decides nothing."""


@dataclass(frozen=True)
class Look:
    """What a list shows of a step: ids of what carries its marker, and what looks like it without."""

    found: tuple[str, ...]
    alike: tuple[str, ...] = ()
    words: str = FOUND


class ReadBack:
    """Settles steps in doubt."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def settle(self, step: Step) -> None:
        """Move the step on as far as XPM shows. Raises JobWaits until it may be judged."""
        if step.op in (StepOp.ASSIGN, StepOp.STATE):
            self._settle_job(step)
        elif step.op is StepOp.COST_UPDATE:
            self._settle_update(step)
        else:
            self._settle_add(step)

    # -- what is added ------------------------------------------------------------------------------------------------

    def _settle_add(self, step: Step) -> None:
        desk = self._desk
        try:
            look = self._look(step)
        except ListNotWhole as gap:
            self._wait_for_whole(step, gap)
            return
        if len(look.found) > 1:
            self._ask(step, f"XPM has it more than once: {', '.join(look.found)}")
        elif look.found:
            # That it was looked for is kept: somebody may have worked on it before it was found.
            desk.move(step, StepState.DONE, remote_id=look.found[0], words=look.words, absent=True)
        else:
            self._judge_absence(step, look)

    def _wait_for_whole(self, step: Step, gap: ListNotWhole) -> None:
        desk, waits = self._desk, self._desk.seams.waits
        now = desk.tell_time()
        if now - (step.changed_at or now) > timedelta(seconds=_PATIENCE * waits.quiet):
            self._ask(step, f"its answer was lost, and {gap}; look there whether it came")
            return
        desk.wait(waits.between_looks, f"{gap}; it is read again", for_all=False)

    def _judge_absence(self, step: Step, look: Look) -> None:
        desk, waits = self._desk, self._desk.seams.waits
        now = desk.tell_time()
        due = (step.changed_at or now) + timedelta(seconds=waits.between_looks if step.absences else waits.quiet)
        if now < due:
            why = "an answer of XPM was lost; it is read back first"
            desk.wait((due - now).total_seconds(), why, for_all=False)
        elif look.alike:
            self._ask(step, f"its answer was lost, and XPM has one like it without our mark: {', '.join(look.alike)}")
        elif step.absences + 1 < LOOKS:
            desk.move(step, StepState.UNKNOWN, words=step.words, absent=True)
        else:
            desk.move(step, StepState.READY, words=SENT_AGAIN)

    def _look(self, step: Step) -> Look:
        if step.op is StepOp.JOB:
            return self._look_for_job()
        return self._look_for_document(step) if step.op is StepOp.DOCUMENT else self._look_for_cost(step)

    def _look_for_job(self) -> Look:
        desk = self._desk
        jobs = desk.seams.sender.list_client_jobs(desk.draft.client_id)
        listed = {job.number for job in jobs}
        if any(self._is_of_client(number) for number in sorted(desk.seams.known) if number not in listed):
            raise ListNotWhole("XPM's list of the client's jobs was not whole")
        ours = [job for job in jobs if carries(job.description, desk.reference)]
        alike = tuple(job.number for job in jobs if self._is_alike(job))
        state = desk.seams.first_state or (ours[0].state if ours else "")
        return Look(tuple(job.number for job in ours), alike, state)

    def _is_of_client(self, number: str) -> bool:
        job = self._desk.seams.sender.get_job(number)
        return job is not None and job.client_id == self._desk.draft.client_id

    def _is_alike(self, job: FoundJob) -> bool:
        """A job that appeared under our name, without a mark of ours: perhaps somebody took the mark off."""
        desk = self._desk
        is_new = job.number not in desk.seams.known
        return is_new and not is_marked(job.description) and fold_name(job.name) == fold_name(desk.draft.name)

    def _look_for_cost(self, step: Step) -> Look:
        desk, line = self._desk, line_of(step)
        costs = desk.read_costs()
        done = {one.remote_id for one in desk.seams.steps.list() if one.op is StepOp.COST_ADD and one.remote_id}
        if done - {cost.xpm_id for cost in costs}:
            raise ListNotWhole("XPM's list of the job's costs lacks some that it confirmed")
        new = [cost for cost in costs if cost.xpm_id not in done | {one.xpm_id for one in desk.draft.held}]
        alike = tuple(describe(cost) for cost in new if _is_like(line, cost) and not is_marked(cost.note))
        return Look(tuple(cost.xpm_id for cost in costs if carries(cost.note, step.marker)), alike)

    def _look_for_document(self, step: Step) -> Look:
        desk = self._desk
        documents = desk.seams.sender.list_documents(desk.job)
        sure = [one for one in desk.seams.steps.list() if one.op is StepOp.DOCUMENT and one.state is StepState.DONE]
        if not all(any(carries(held.text, one.marker) for held in documents) for one in sure):
            raise ListNotWhole("XPM's list of the job's documents lacks some that it confirmed")
        return Look(tuple(one.file_name for one in documents if carries(one.text, step.marker)))

    # -- what is changed ----------------------------------------------------------------------------------------------

    def _settle_update(self, step: Step) -> None:
        """An update states the whole line: what XPM holds now says whether it came, and sending it again is safe."""
        line = line_of(step)
        now = next((cost for cost in self._desk.read_costs() if cost.xpm_id == line.xpm_id), None)
        conflict = judge_edit(Edit(line, step.before), now) if step.before else ""
        if holds(now, line):
            self._desk.move(step, StepState.DONE, remote_id=line.xpm_id)
        elif conflict:
            self._ask(step, conflict)
        else:
            self._desk.move(step, StepState.READY, words=SENT_AGAIN)

    def _settle_job(self, step: Step) -> None:
        if not self.leave_be(step):
            self._desk.move(step, StepState.READY, words=SENT_AGAIN)

    def leave_be(self, step: Step) -> bool:
        """Whether people or state of the job, as XPM has it now, need nothing of us: they are as wanted, or somebody
        set others meanwhile, which a person decides about. Nobody is overwritten."""
        job = self._read_job()
        return self._leave_people(step, job) if step.op is StepOp.ASSIGN else self._leave_state(step, job)

    def _leave_people(self, step: Step, job: FoundJob | None) -> bool:
        wanted = people_of(self._desk.draft)
        others = [name for name, ours, theirs in _pair_roles(wanted, job) if theirs and ours not in ("", theirs)]
        if has_people(wanted, job):
            self._desk.move(step, StepState.DONE)
        elif others:
            self._ask(step, f"not sent: XPM has another {' and '.join(others)} on the job by now")
        else:
            return False
        return True

    def _leave_state(self, step: Step, job: FoundJob | None) -> bool:
        """Only while the job still is in the state it was created in may its state be set."""
        desk, first = self._desk, self._first_state()
        wanted = desk.seams.states.get(desk.draft.state_code, "")
        state = job.state if job else ""
        if wanted and fold_name(state) == fold_name(wanted):
            desk.move(step, StepState.DONE, words=f"XPM shows {state}")
        elif fold_name(state) == fold_name(first):
            return False
        elif wanted or step.state is StepState.READY:
            self._ask(step, f"not sent: XPM shows the state {state or 'of no job'}; somebody set it meanwhile")
        else:
            desk.move(step, StepState.DONE, words=f"XPM shows {state}")
        return True

    def _first_state(self) -> str:
        """The state the job was in before ours was set."""
        job = (step.words for step in self._desk.seams.steps.list() if step.op is StepOp.JOB)
        return next(job, "").partition(STORED_OTHERWISE)[0]

    def _read_job(self) -> FoundJob | None:
        return self._desk.seams.sender.get_job(self._desk.job)

    def _ask(self, step: Step, why: str) -> None:
        self._desk.move(step, StepState.NEEDS_PERSON, words=why)


def line_of(step: Step) -> CostLine:
    """The cost line of a step about costs."""
    assert step.payload is not None, f"step {step.n} has no cost line"  # noqa: S101  the plan always gives one
    return step.payload


def has_people(wanted: People, job: FoundJob | None) -> bool:
    """Whether everybody who was wanted is on the job."""
    if job is None:
        return False
    roles = all(not ours or ours == theirs for _, ours, theirs in _pair_roles(wanted, job))
    return roles and set(wanted.staff_ids) <= set(job.staff_ids)


def _pair_roles(wanted: People, job: FoundJob | None) -> Sequence[tuple[str, str, str]]:
    held = job or FoundJob("", "")
    return ("manager", wanted.manager_id, held.manager_id), ("partner", wanted.partner_id, held.partner_id)


def _is_like(line: CostLine, cost: HeldCost) -> bool:
    return fold_name(line.description) == fold_name(cost.description) and fold_name(line.code) == fold_name(cost.code)
