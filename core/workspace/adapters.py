"""Where one room meets another: XPM as the push and the job creation want it, and the stored steps of a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from core import jobs
from core.jobs.ports import NO_CHANGE
from core.model import TieoutError, utc_text
from core.push import ports as push
from core.push.journal import JournalFile
from core.store.jobs import JobDrafts
from core.xpm.calls import CallRefused
from core.xpm.client import XpmClient
from core.xpm.drafts import Assignment, CostDraft, DocumentDraft, TimeDraft
from core.xpm.drafts import JobDraft as XpmJobDraft
from core.xpm.outcome import Cause, Outcome, OutcomeKind
from core.xpm.records import JobRecord

T = TypeVar("T")


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


#: Nothing goes on by itself after these: a person signs in again, or gives back a right.
_FOR_A_PERSON = (Cause.TOKEN, Cause.FORBIDDEN)
#: These say that something is wrong with the way to XPM itself: nothing more may be written before a person looked.
_HALTS = {
    Cause.FORBIDDEN: "XPM refused access to the practice",
    Cause.REDIRECT: "XPM's address answered with a redirect",
}


def _sent(outcome: Outcome, remote_id: str = "", state: str = "") -> jobs.Sent:
    """The outcome in the words of job creation. What XPM stored otherwise than it was sent counts as applied."""
    wait = outcome.retry_after or 60.0
    became = _find_became(outcome)
    halts = _HALTS.get(outcome.cause, "")
    return jobs.Sent(became, remote_id, outcome.words, wait, tuple(outcome.differs), halts, state)


def _find_became(outcome: Outcome) -> jobs.Became:
    if outcome.kind is OutcomeKind.APPLIED:
        return jobs.Became.APPLIED
    if outcome.kind is OutcomeKind.IN_DOUBT:
        return jobs.Became.IN_DOUBT
    if outcome.cause in _FOR_A_PERSON:
        return jobs.Became.NEEDS_PERSON
    if outcome.cause is Cause.WITHHELD:
        return jobs.Became.NOT_SENT
    waits = outcome.kind is OutcomeKind.NOT_SENT or outcome.cause is Cause.LIMIT
    return jobs.Became.MUST_WAIT if waits else jobs.Became.REFUSED


class FilesMissing(TieoutError):
    """Documents are to be attached by a sender that has no files."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"The file {sha256[:12]} is not among the practice's files. Add it to the pack again.")


def _no_file(sha256: str) -> bytes:
    raise FilesMissing(sha256)


class XpmJobs:
    """XPM as creating a job needs it. `read_file` gives the bytes of a file by its sha256."""

    def __init__(self, client: XpmClient, read_file: Callable[[str], bytes] = _no_file) -> None:
        self.read_skew = client.read_skew
        self._client = client
        self._read_file = read_file

    def add_job(self, draft: jobs.JobDraft, description: str, refuse: jobs.Refuse) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.add_job`."""
        assert draft.start is not None, "a draft is checked before it is created"  # noqa: S101  check_draft
        assert draft.due is not None, "a draft is checked before it is created"  # noqa: S101  check_draft
        asked = XpmJobDraft(
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
        outcome = self._client.add_job(asked, refuse)
        record = outcome.record
        return _sent(outcome, record.number, record.state) if isinstance(record, JobRecord) else _sent(outcome)

    def get_job(self, number: str) -> jobs.FoundJob | None:
        """See `core.jobs.ports.JobSender.get_job`."""
        record = self._client.get_job(number)
        return None if record is None else _find_job(record)

    def list_client_jobs(self, client_id: str) -> Sequence[jobs.FoundJob]:
        """See `core.jobs.ports.JobSender.list_client_jobs`."""
        return [_find_job(job) for job in self._client.list_client_jobs(client_id)]

    def list_new_jobs(self, start: date, end: date) -> Sequence[jobs.FoundJob]:
        """See `core.jobs.ports.JobSender.list_new_jobs`."""
        return [_find_job(job) for job in self._client.list_jobs(start, end)]

    def list_costs(self, job: str) -> Sequence[jobs.HeldCost]:
        """See `core.jobs.ports.JobSender.list_costs`."""
        names = ("date", "description", "code", "note", "quantity", "unit_cost", "unit_price", "billable")
        return [
            jobs.HeldCost(xpm_id=cost.uuid, **{name: getattr(cost, name) for name in names})
            for cost in _ask_of_job(job, self._client.list_job_costs)
        ]

    def add_cost(self, job: str, line: jobs.CostLine, note: str, refuse: jobs.Refuse) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.add_cost`."""
        outcome = self._client.add_job_cost(job, _cost(line, note), refuse)
        return _sent(outcome, outcome.record if isinstance(outcome.record, str) else "")

    def update_cost(self, xpm_id: str, line: jobs.CostLine, refuse: jobs.Refuse) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.update_cost`."""
        return _sent(self._client.update_job_cost(xpm_id, _cost(line, line.note), refuse), xpm_id)

    def assign(self, job: str, people: jobs.People, refuse: jobs.Refuse) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.assign`."""
        staff = [(one, "") for one in people.staff_ids]
        assignment = Assignment(staff, manager=people.manager_id, partner=people.partner_id)
        return _sent(self._client.assign_job(job, assignment, refuse))

    def set_state(self, job: str, code: str, refuse: jobs.Refuse) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.set_state`."""
        return _sent(self._client.set_job_state(job, code, refuse))

    def add_document(self, job: str, attachment: jobs.Attachment, text: str, refuse: jobs.Refuse) -> jobs.Sent:
        """See `core.jobs.ports.JobSender.add_document`. A file that is gone is refused before anything is sent."""
        try:
            content = self._read_file(attachment.sha256)
        except TieoutError as gone:
            return jobs.Sent(jobs.Became.REFUSED, words=str(gone))
        draft = DocumentDraft(job, attachment.title, text, attachment.file_name, content)
        return _sent(self._client.add_job_document(draft, refuse))

    def list_documents(self, job: str) -> Sequence[jobs.HeldDocument]:
        """See `core.jobs.ports.JobSender.list_documents`."""
        documents = _ask_of_job(job, self._client.list_job_documents)
        return [jobs.HeldDocument(one.title, one.text, one.file_name) for one in documents]


def _ask_of_job(job: str, read: Callable[[str], list[T]]) -> list[T]:
    """What XPM lists of a job. Raises NotThere when it says that there is none."""
    try:
        return read(job)
    except CallRefused as refusal:
        if refusal.http_status in (200, 404):
            raise jobs.NotThere(job, refusal.words) from refusal
        raise


def _find_job(job: JobRecord) -> jobs.FoundJob:
    staff = tuple(one.uuid for one in job.assigned)
    named = (job.number, job.description, job.name, job.client_id, job.state)
    return jobs.FoundJob(*named, staff, job.manager_id, job.partner_id)


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
        return [_read_step(row) for row in self._drafts.read_steps(self._draft_id)]

    def add(self, steps: Sequence[jobs.Step], *, done: int | None = None, words: str = "") -> None:
        """See `core.jobs.ports.Steps.add`."""
        self._drafts.add_steps(self.write(steps), None if done is None else (self._draft_id, done), words)

    def write(self, steps: Sequence[jobs.Step]) -> Sequence[dict[str, Any]]:
        """The steps as rows of the store."""
        return [
            {
                "draft": self._draft_id,
                "n": step.n,
                "op": str(step.op),
                "practice": self._practice,
                "payload": _write_payload(step),
                "marker": step.marker,
                "state": str(step.state),
                "xpm_words": step.words,
            }
            for step in steps
        ]

    def move(self, step: jobs.Step, to: jobs.StepState, change: jobs.Change = NO_CHANGE) -> jobs.Step:
        """See `core.jobs.ports.Steps.move`."""

        def write(row: Mapping[str, Any]) -> dict[str, Any]:
            is_sending = to is jobs.StepState.SENDING
            values: dict[str, Any] = {"state": str(to), "xpm_words": change.words}
            values["remote_id"] = change.remote_id or row["remote_id"]
            values["attempts"] = max(row["attempts"] + change.counts, 0)
            values["absences"] = 0 if is_sending else row["absences"] + change.absent
            return values if change.at is None else values | {"changed_at": utc_text(change.at)}

        moved = self._drafts.move_step(self._draft_id, step.n, str(step.state), write)
        if moved is None:
            raise jobs.StepMoved(step.n)
        return _read_step(moved)


def _write_payload(step: jobs.Step) -> str:
    """What a step is about, as a draft holds it: its line, what XPM held of it or of all costs, its document."""
    held = (step.before,) if step.before else step.held
    documents = (step.document,) if step.document else ()
    return jobs.JobDraft(costs=(step.payload,) if step.payload else (), held=held, documents=documents).to_json()


def _read_step(row: Mapping[str, Any]) -> jobs.Step:
    payload = jobs.JobDraft.from_json(row["payload"])
    op = jobs.StepOp(row["op"])
    is_update = op is jobs.StepOp.COST_UPDATE
    return jobs.Step(
        n=int(row["n"]),
        op=op,
        state=jobs.StepState(row["state"]),
        payload=next(iter(payload.costs), None),
        before=next(iter(payload.held), None) if is_update else None,
        held=() if is_update else payload.held,
        document=next(iter(payload.documents), None),
        marker=row["marker"],
        remote_id=row["remote_id"],
        words=row["xpm_words"],
        attempts=int(row["attempts"]),
        absences=int(row["absences"]),
        changed_at=datetime.fromisoformat(row["changed_at"]),
    )


#: How a line of the journal about job creation is marked; the push's own are of other kinds.
JOB_INTENT = "job intent"


class DraftJournal:
    """The journal as the creation of one draft's job sees it."""

    def __init__(self, journal: JournalFile, practice: str, draft_id: str) -> None:
        self._journal = journal
        self._practice = practice
        self._draft_id = draft_id

    def note(self, marker: str, attempt: int) -> None:
        """See `core.jobs.ports.Journal.note`."""
        facts = {"draft": self._draft_id, "marker": marker, "attempt": attempt}
        self._journal.add(self._practice, JOB_INTENT, facts)

    def attempts(self) -> dict[str, int]:
        """See `core.jobs.ports.Journal.attempts`."""
        ours = (line for line in self._journal.lines(self._practice) if line.get("kind") == JOB_INTENT)
        return {str(line["marker"]): int(line["attempt"]) for line in ours if line.get("draft") == self._draft_id}
