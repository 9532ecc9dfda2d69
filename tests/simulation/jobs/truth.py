"""What a seed of job creation came to, judged by XPM's own truth: doubles, lost parts, and what never ended."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from core.jobs import JobDraft
from core.jobs.steps import carries
from core.sandbox.state import Job
from tests.simulation.jobs.hands import Hands
from tests.simulation.jobs.site import STATES, JobScene
from tests.simulation.jobs.wants import Want, Wants

_SETTLED = ("created", "incomplete", "discarded", "draft", "review")


@dataclass
class JobTally:
    """What a seed, or many, came to. `visible`: jobs that are incomplete and say which steps are missing and why."""

    seeds: int = 0
    jobs: int = 0
    whole: int = 0
    visible: int = 0
    doubles: int = 0
    reported_doubles: int = 0
    lost: int = 0
    stuck: int = 0
    overwritten: int = 0
    second_run_writes: int = 0
    violations: int = 0
    calls: int = 0
    own_limits: int = 0
    seconds: float = 0.0
    wrong_seeds: list[int] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether nothing was wrong."""
        wrong = self.doubles + self.lost + self.stuck + self.overwritten + self.violations + self.second_run_writes
        return not wrong

    def add(self, other: JobTally) -> None:
        """Both together."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


def judge(scene: JobScene, wants: Wants, hands: Hands) -> JobTally:
    """Look at every want once everything is calm; what is wrong is a line of the log."""
    tally = JobTally(seeds=1, calls=scene.network.traffic.calls, own_limits=scene.network.traffic.own_refusals)
    judgement = _Judgement(scene, hands, tally)
    for want in wants.wants:
        judgement.judge_want(want)
    judgement.judge_runs()
    judgement.judge_hands()
    tally.violations = len(scene.watch.violations)
    if not tally.is_right:
        tally.wrong_seeds.append(scene.seed)
    return tally


class _Judgement:
    def __init__(self, scene: JobScene, hands: Hands, tally: JobTally) -> None:
        self._scene = scene
        self._hands = hands
        self._tally = tally

    def judge_want(self, want: Want) -> None:
        """One job in XPM at most; whole, or visibly incomplete; none is there only where somebody is told why."""
        self._tally.jobs += 1
        drafts = [draft for draft in map(self._read, want.drafts) if draft is not None]
        names = (want.name.casefold(), f"{want.name} again".casefold())
        made = [job for job in self._scene.tenant.jobs.values() if job.name.casefold() in names]
        told = [words for draft in drafts for words in self._told(draft)]
        if len(made) > 1:
            reported = any(job.number in words for job in made for words in told)
            self._wrong("reported_doubles" if reported else "doubles", f"{want.name}: {[one.number for one in made]}")
            return
        created = [draft for draft in drafts if draft["state"] == "created"]
        if created and not made:
            self._wrong("lost", f"{want.name} is said to be created and is not in XPM")
        elif created:
            self._judge_parts(want, created[0], made[0])
        elif told:
            self._tally.visible += 1
        else:
            self._wrong("lost", f"{want.name}: {[draft['state'] for draft in drafts]}, nothing is told")

    def _judge_parts(self, want: Want, draft: dict[str, Any], job: Job) -> None:
        content = JobDraft.from_json(draft["content"])
        missing = [line.description for line in content.costs if not self._has_line(job, draft, line)]
        doubled = [line.description for line in content.costs if self._count_line(job, draft, line) > 1]
        wanted = next((name for name, code in STATES.items() if code == content.state_code), "")
        if wanted and job.state != wanted and job.number not in self._hands.stated:
            missing.append(f"state {wanted}")
        if content.manager_id and job.manager != content.manager_id:
            missing.append("manager")
        missing += [staff for staff in content.staff_ids if staff not in job.assigned]
        for what in doubled:
            self._wrong("doubles", f"{want.name} {job.number} has {what} twice")
        for what in missing:
            self._wrong("lost", f"{want.name} {job.number} is said to be whole and lacks {what}")
        self._tally.whole += not missing and not doubled

    def _count_line(self, job: Job, draft: dict[str, Any], line: Any) -> int:
        marker = f"{draft['reference']}/{line.key}"
        return sum(carries(cost.note, marker) for cost in job.costs)

    def _has_line(self, job: Job, draft: dict[str, Any], line: Any) -> bool:
        for cost in job.costs:
            same = cost.uuid == line.xpm_id or carries(cost.note, f"{draft['reference']}/{line.key}")
            same = same or (not line.xpm_id and cost.description == line.description)
            priced = cost.uuid in self._hands.priced
            if same and (priced or (cost.quantity, cost.unit_price) == (line.quantity, line.unit_price)):
                return True
        return False

    def judge_runs(self) -> None:
        """Nothing is left that goes on, or waits to."""
        for run, state, message in self._scene.ask_ledger("select id, state, message from run"):
            if state in ("queued", "running", "paused"):
                self._wrong("stuck", f"run {run} is {state}: {message}")
        for draft, state in self._scene.ask_ledger("select id, state from job_draft"):
            if state not in _SETTLED:
                self._wrong("stuck", f"draft {draft} is {state}")

    def judge_hands(self) -> None:
        """Nothing that people did on our jobs was changed by us."""
        costs = {cost.uuid: cost for job in self._scene.tenant.jobs.values() for cost in job.costs}
        for uuid, price in self._hands.priced.items():
            if costs[uuid].unit_price != price:
                self._wrong("overwritten", f"the price of {costs[uuid].description}")
        for number, state in self._hands.stated.items():
            if self._scene.tenant.jobs[number].state != state:
                self._wrong("overwritten", f"the state of {number}")

    def _read(self, draft: str) -> dict[str, Any] | None:
        names = ("id", "state", "job", "reference", "content", "run")
        rows = self._scene.ask_ledger(f"select {', '.join(names)} from job_draft where id = ?", draft)  # noqa: S608  (our own words)
        return dict(zip(names, rows[0], strict=True)) if rows else None

    def _told(self, draft: dict[str, Any]) -> list[str]:
        """What a person can read of why the draft is not done: words of its steps, of its run, of the batch's row."""
        steps = self._scene.ask_ledger(
            "select xpm_words from job_step where draft = ? and state in ('rejected', 'needs_person', 'waiting')",
            draft["id"],
        )
        items = self._scene.ask_ledger("select words from run_item where key = ?", draft["id"])
        waits = [("waits for a review",)] if draft["state"] == "review" else []
        return [str(words) for (words,) in (*steps, *items, *waits) if words]

    def _wrong(self, which: str, what: str) -> None:
        setattr(self._tally, which, getattr(self._tally, which) + 1)
        self._scene.note("judge", f"judgement: {which}: {what}")
