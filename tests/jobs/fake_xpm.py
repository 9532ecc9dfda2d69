"""A small XPM for creating jobs: it keeps jobs and costs, and can lose a request or an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.jobs import Became, CostLine, FoundJob, HeldCost, JobDraft, Sent, Step, StepMoved, StepState
from core.model import Clock


class Killed(Exception):
    """The process died here."""


@dataclass
class FakeXpm:
    """`script` says what happens to the next writes: ok, lost_before, lost_after, refused, limit, killed_after."""

    brought: tuple[HeldCost, ...] = ()
    script: list[str] = field(default_factory=list)
    jobs: dict[str, JobDraft] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    costs: dict[str, HeldCost] = field(default_factory=dict)
    assigned: list[tuple[str, ...]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    writes: int = 0

    def add_job(self, draft: JobDraft, description: str) -> Sent:
        def apply() -> str:
            number = f"J{len(self.jobs) + 1:06d}"
            self.jobs[number], self.descriptions[number] = draft, description
            self.costs |= {cost.xpm_id: cost for cost in self.brought}
            return number

        return self._write(apply)

    def add_cost(self, job: str, line: CostLine, note: str) -> Sent:
        def apply() -> str:
            uuid = f"cost-{len(self.costs) + 1}"
            self.costs[uuid] = _hold(uuid, line, note)
            return uuid

        return self._write(apply)

    def update_cost(self, xpm_id: str, line: CostLine) -> Sent:
        def apply() -> str:
            self.costs[xpm_id] = _hold(xpm_id, line, line.note)
            return xpm_id

        return self._write(apply)

    def assign(self, job: str, staff_ids: Sequence[str], manager_id: str, partner_id: str) -> Sent:
        def apply() -> str:
            self.assigned.append((job, *staff_ids, manager_id, partner_id))
            return ""

        return self._write(apply)

    def set_state(self, job: str, code: str) -> Sent:
        def apply() -> str:
            self.states.append(code)
            return ""

        return self._write(apply)

    def list_client_jobs(self, client_id: str) -> list[FoundJob]:
        return [FoundJob(n, self.descriptions[n]) for n, draft in self.jobs.items() if draft.client_id == client_id]

    def list_costs(self, job: str) -> list[HeldCost]:
        return list(self.costs.values())

    def _write(self, apply) -> Sent:  # type: ignore[no-untyped-def]  # a closure of the caller
        self.writes += 1
        what = self.script.pop(0) if self.script else "ok"
        if what == "killed_before":
            raise Killed
        if what == "refused":
            return Sent(Became.REFUSED, words="Invalid client identifier")
        if what == "limit":
            return Sent(Became.MUST_WAIT, wait_seconds=22)
        if what == "lost_before":
            return Sent(Became.IN_DOUBT, words="no answer")
        remote_id = apply()
        if what == "killed_after":
            raise Killed
        return Sent(Became.IN_DOUBT, words="no answer") if what == "lost_after" else Sent(Became.APPLIED, remote_id)


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

    def add(self, steps: Sequence[Step], *, done: int | None = None) -> None:
        self.rows += steps
        self.rows = [replace(s, state=StepState.DONE) if s.n == done else s for s in self.rows]

    def move(self, step: Step, to: StepState, *, remote_id: str = "", words: str = "", absent: bool = False) -> Step:
        place = next(i for i, row in enumerate(self.rows) if row.n == step.n)
        if self.rows[place].state is not step.state:
            raise StepMoved(step.n)
        self.rows[place] = move_row(self.rows[place], to, remote_id, words, absent, self.clock.now())
        return self.rows[place]


def move_row(row: Step, to: StepState, remote_id: str, words: str, absent: bool, now: datetime) -> Step:
    """What every keeper of steps does: sending counts an attempt and forgets earlier absences."""
    return replace(
        row,
        state=to,
        remote_id=remote_id or row.remote_id,
        words=words,
        attempts=row.attempts + (to is StepState.SENDING),
        absences=0 if to is StepState.SENDING else row.absences + absent,
        changed_at=now,
    )
