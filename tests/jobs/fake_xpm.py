"""A small XPM for creating jobs: it keeps jobs and costs, and can lose a request or an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from core.jobs import (
    Attachment,
    Became,
    Change,
    CostLine,
    FoundJob,
    HeldCost,
    HeldDocument,
    JobDraft,
    People,
    Refuse,
    Sent,
    Step,
    StepMoved,
    StepState,
)
from core.jobs.ports import NO_CHANGE
from core.model import Clock


class Killed(Exception):
    """The process died here."""


@dataclass
class FakeXpm:
    """`script` says what happens to the next writes: ok, lost_before, lost_after, late, refused, limit, forbidden,
    killed_before, killed_after. `hidden`: ids that the next list leaves out. What is late lands with `land`.
    """

    brought: tuple[HeldCost, ...] = ()
    script: list[str] = field(default_factory=list)
    jobs: dict[str, JobDraft] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    costs: dict[str, HeldCost] = field(default_factory=dict)
    assigned: list[tuple[str, ...]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    documents: list[HeldDocument] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    under_way: list[Callable[[], str]] = field(default_factory=list)
    skew: float | None = 0.0
    new_jobs_hidden: bool = False
    before_send: Callable[[], None] = lambda: None
    #: How many requests `before_send` is called for, and what kept requests from leaving.
    holds: int = 0
    withheld: list[str] = field(default_factory=list)
    writes: int = 0
    reads: int = 0

    def add_job(self, draft: JobDraft, description: str, refuse: Refuse) -> Sent:
        def apply() -> str:
            number = f"J{len(self.jobs) + 1:06d}"
            self.jobs[number], self.descriptions[number] = draft, description
            self.costs |= {cost.xpm_id: cost for cost in self.brought}
            return number

        return self._write(apply, refuse)

    def add_cost(self, job: str, line: CostLine, note: str, refuse: Refuse) -> Sent:
        def apply() -> str:
            uuid = f"cost-{len(self.costs) + 1}"
            self.costs[uuid] = _hold(uuid, line, note)
            return uuid

        return self._write(apply, refuse)

    def update_cost(self, xpm_id: str, line: CostLine, refuse: Refuse) -> Sent:
        def apply() -> str:
            self.costs[xpm_id] = _hold(xpm_id, line, line.note)
            return xpm_id

        return self._write(apply, refuse)

    def assign(self, job: str, people: People, refuse: Refuse) -> Sent:
        def apply() -> str:
            self.assigned.append((job, *people.staff_ids, people.manager_id, people.partner_id))
            return ""

        return self._write(apply, refuse)

    def set_state(self, job: str, code: str, refuse: Refuse) -> Sent:
        def apply() -> str:
            self.states.append(code)
            return ""

        return self._write(apply, refuse)

    def add_document(self, job: str, attachment: Attachment, text: str, refuse: Refuse) -> Sent:
        def apply() -> str:
            self.documents.append(HeldDocument(attachment.title, text, attachment.file_name))
            return ""

        return self._write(apply, refuse)

    def get_job(self, number: str) -> FoundJob | None:
        self.reads += 1
        return self._show(number) if number in self.jobs else None

    def list_client_jobs(self, client_id: str) -> list[FoundJob]:
        self.reads += 1
        hidden, self.hidden = self.hidden, set()
        return [self._show(n) for n, draft in self.jobs.items() if draft.client_id == client_id and n not in hidden]

    def list_new_jobs(self, start: date, end: date) -> list[FoundJob]:
        return [self._show(number) for number in self.jobs]

    def list_costs(self, job: str) -> list[HeldCost]:
        self.reads += 1
        hidden, self.hidden = self.hidden, set()
        return [cost for cost in self.costs.values() if cost.xpm_id not in hidden]

    def list_documents(self, job: str) -> list[HeldDocument]:
        self.reads += 1
        return list(self.documents)

    def read_skew(self) -> float | None:
        return self.skew

    def land(self) -> None:
        """What was under way arrives now."""
        for apply in self.under_way:
            apply()
        self.under_way.clear()

    def _show(self, number: str) -> FoundJob:
        draft, state = self.jobs[number], self.states[-1] if self.states else "Planned"
        staff = tuple(self.assigned[-1][1:-2]) if self.assigned else ()
        roles = self.assigned[-1][-2:] if self.assigned else ("", "")
        return FoundJob(number, self.descriptions[number], draft.name, draft.client_id, state, staff, *roles)

    def _write(self, apply: Callable[[], str], refuse: Refuse) -> Sent:
        if self.holds:
            self.holds -= 1
            self.before_send()
        if why := refuse():
            self.withheld.append(why)
            return Sent(Became.NOT_SENT, words=why)
        self.writes += 1
        what = self.script.pop(0) if self.script else "ok"
        if what == "killed_before":
            raise Killed
        if what in ANSWERS:
            return ANSWERS[what]
        if what == "late":
            self.under_way.append(apply)
            return Sent(Became.IN_DOUBT, words="no answer")
        remote_id = apply()
        if what == "killed_after":
            raise Killed
        if what == "lost_after":
            return Sent(Became.IN_DOUBT, words="no answer")
        return Sent(Became.APPLIED, remote_id, state="Planned" if remote_id.startswith("J") else "")


ANSWERS = {
    "refused": Sent(Became.REFUSED, words="Invalid client identifier"),
    "limit": Sent(Became.MUST_WAIT, wait_seconds=22),
    "lost_before": Sent(Became.IN_DOUBT, words="no answer"),
    "forbidden": Sent(Became.NEEDS_PERSON, words="XPM refused access", halts="XPM refused access to the practice"),
}


def _hold(uuid: str, line: CostLine, note: str) -> HeldCost:
    money = (line.quantity, line.unit_cost, line.unit_price)
    return HeldCost(uuid, line.date, line.description, line.code, note, *money, line.billable)


@dataclass
class FakeSteps:
    """Steps in memory that outlive a killed worker."""

    clock: Clock
    rows: list[Step] = field(default_factory=list)

    def list(self) -> list[Step]:
        return list(self.rows)

    def add(self, steps: Sequence[Step], *, done: int | None = None, words: str = "") -> None:
        self.rows += steps
        self.rows = [replace(s, state=StepState.DONE, words=words) if s.n == done else s for s in self.rows]

    def move(self, step: Step, to: StepState, change: Change = NO_CHANGE) -> Step:
        place = next(i for i, row in enumerate(self.rows) if row.n == step.n)
        if self.rows[place].state is not step.state:
            raise StepMoved(step.n)
        self.rows[place] = move_row(self.rows[place], to, change, self.clock.now())
        return self.rows[place]


def move_row(row: Step, to: StepState, change: Change, now: datetime) -> Step:
    """What every keeper of steps does: sending forgets earlier absences."""
    return replace(
        row,
        state=to,
        remote_id=change.remote_id or row.remote_id,
        words=change.words,
        attempts=max(row.attempts + change.counts, 0),
        absences=0 if to is StepState.SENDING else row.absences + change.absent,
        changed_at=change.at or now,
    )


@dataclass
class FakeJournal:
    """The journal's last word on each marker."""

    noted: dict[str, int] = field(default_factory=dict)

    def note(self, marker: str, attempt: int) -> None:
        self.noted[marker] = attempt

    def attempts(self) -> dict[str, int]:
        return dict(self.noted)
