"""Where one room meets another: XPM as the push and the job creation want it, and the stored steps of a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from core import jobs
from core.push import ports as push
from core.store.jobs import JobDrafts
from core.xpm.client import XpmClient
from core.xpm.drafts import Assignment, CostDraft, TimeDraft
from core.xpm.drafts import JobDraft as XpmJobDraft
from core.xpm.outcome import Cause, Outcome, OutcomeKind
from core.xpm.records import NewId


class XpmTimes:
    """XPM as the push needs it: the client's own reads, and its writes of time."""

    def __init__(self, client: XpmClient) -> None:
        self.list_times = client.list_times
        self.list_staff_times = client.list_staff_times
        self.get_time = client.get_time
        self.delete_time = client.delete_time
        self._client = client

    def add_time(self, draft: push.TimeDraft, refuse: Callable[[], str]) -> Outcome:
        """Add a timesheet, once; nothing leaves when `refuse` has a reason."""
        return self._client.add_time(TimeDraft(**vars(draft)), refuse)

    def update_time(self, uuid: str, draft: push.TimeDraft, refuse: Callable[[], str]) -> Outcome:
        """Replace a timesheet, once; nothing leaves when `refuse` has a reason."""
        return self._client.update_time(uuid, TimeDraft(**vars(draft)), refuse)


_BECAME = {
    OutcomeKind.APPLIED: jobs.Became.APPLIED,
    OutcomeKind.NOT_SENT: jobs.Became.MUST_WAIT,
    OutcomeKind.IN_DOUBT: jobs.Became.IN_DOUBT,
}


def _sent(outcome: Outcome, remote_id: str = "") -> jobs.Sent:
    became = _BECAME.get(outcome.kind, jobs.Became.REFUSED)
    if became is jobs.Became.REFUSED and outcome.cause in (Cause.LIMIT, Cause.TOKEN, Cause.FORBIDDEN):
        became = jobs.Became.MUST_WAIT
    return jobs.Sent(became, remote_id, outcome.words, outcome.retry_after or 60.0)


class XpmJobs:
    """XPM as creating a job needs it."""

    def __init__(self, client: XpmClient) -> None:
        self._client = client

    def add_job(self, draft: jobs.JobDraft, description: str) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.add_job`."""
        assert draft.start is not None, "a draft is checked before it is created"  # noqa: S101  check_draft
        assert draft.due is not None, "a draft is checked before it is created"  # noqa: S101  check_draft
        outcome = self._client.add_job(
            XpmJobDraft(
                name=draft.name,
                client_id=draft.client_id,
                start=draft.start,
                due=draft.due,
                description=description,
                client_order_number=draft.client_order_number,
                template_id=draft.template_id,
                category_id=draft.category_id,
                budget=draft.budget,
            )
        )
        return _sent(outcome, getattr(outcome.record, "number", ""))

    def list_client_jobs(self, client_id: str) -> Sequence[jobs.FoundJob]:
        """See `core.jobs.ports.JobSender.list_client_jobs`."""
        return [jobs.FoundJob(job.number, job.description) for job in self._client.list_client_jobs(client_id)]

    def list_costs(self, job: str) -> Sequence[jobs.HeldCost]:
        """See `core.jobs.ports.JobSender.list_costs`."""
        return [
            jobs.HeldCost(
                xpm_id=cost.uuid,
                date=cost.date,
                description=cost.description,
                code=cost.code,
                note=cost.note,
                quantity=cost.quantity,
                unit_cost=cost.unit_cost,
                unit_price=cost.unit_price,
                billable=cost.billable,
            )
            for cost in self._client.list_job_costs(job)
        ]

    def add_cost(self, job: str, line: jobs.CostLine, note: str) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.add_cost`."""
        outcome = self._client.add_job_cost(job, _cost(line, note))
        return _sent(outcome, _new_id(outcome))

    def update_cost(self, xpm_id: str, line: jobs.CostLine) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.update_cost`."""
        return _sent(self._client.update_job_cost(xpm_id, _cost(line, line.note)), xpm_id)

    def assign(self, job: str, staff_ids: Sequence[str], manager_id: str, partner_id: str) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.assign`."""
        assignment = Assignment([(staff, "") for staff in staff_ids], manager=manager_id, partner=partner_id)
        return _sent(self._client.assign_job(job, assignment))

    def set_state(self, job: str, code: str) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.set_state`."""
        return _sent(self._client.set_job_state(job, code))


def _new_id(outcome: Outcome) -> str:
    record = outcome.record
    return record.uuid if isinstance(record, NewId) else record if isinstance(record, str) else ""


def _cost(line: jobs.CostLine, note: str) -> CostDraft:
    return CostDraft(
        date=line.date,
        description=line.description,
        quantity=line.quantity,
        unit_cost=line.unit_cost,
        unit_price=line.unit_price,
        code=line.code,
        note=note,
        billable=line.billable,
    )


class StoredSteps:
    """The steps of one draft, kept in the store."""

    def __init__(self, drafts: JobDrafts, practice: str, draft_id: str) -> None:
        self._drafts = drafts
        self._practice = practice
        self._draft_id = draft_id

    def list(self) -> list[jobs.Step]:
        """See `core.jobs.ports.Steps.list`."""
        return [_read_step(dict(row)) for row in self._drafts.read_steps(self._draft_id)]

    def add(self, steps: Sequence[jobs.Step], *, done: int | None = None) -> None:
        """See `core.jobs.ports.Steps.add`."""
        rows = [
            {
                "draft": self._draft_id,
                "n": step.n,
                "op": str(step.op),
                "practice": self._practice,
                "payload": jobs.JobDraft(costs=(step.payload,) if step.payload else ()).to_json(),
                "marker": step.marker,
                "state": str(step.state),
            }
            for step in steps
        ]
        self._drafts.add_steps(rows, None if done is None else (self._draft_id, done))

    def move(
        self, step: jobs.Step, to: jobs.StepState, *, remote_id: str = "", words: str = "", absent: bool = False
    ) -> jobs.Step:
        """See `core.jobs.ports.Steps.move`."""
        sending = to is jobs.StepState.SENDING
        moved = self._drafts.move_step(
            self._draft_id,
            step.n,
            str(step.state),
            lambda row: {
                "state": str(to),
                "remote_id": remote_id or row["remote_id"],
                "xpm_words": words,
                "attempts": row["attempts"] + sending,
                "absences": 0 if sending else row["absences"] + absent,
            },
        )
        if not moved:
            raise jobs.StepMoved(step.n)
        return next(one for one in self.list() if one.n == step.n)


def _read_step(row: dict[str, object]) -> jobs.Step:
    costs = jobs.JobDraft.from_json(str(row["payload"])).costs
    return jobs.Step(
        n=int(str(row["n"])),
        op=jobs.StepOp(str(row["op"])),
        state=jobs.StepState(str(row["state"])),
        payload=costs[0] if costs else None,
        marker=str(row["marker"]),
        remote_id=str(row["remote_id"]),
        words=str(row["xpm_words"]),
        attempts=int(str(row["attempts"])),
        absences=int(str(row["absences"])),
        changed_at=datetime.fromisoformat(str(row["changed_at"])),
    )
