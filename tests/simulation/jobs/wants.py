"""What the practice wants: jobs asked for one by one, in batches and from files that are run again, twice at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from core.jobs import CostLine, JobDraft
from core.model import PersonNeeded, TieoutError
from core.workspace import Workspace
from tests.simulation.jobs.site import JobScene, first_day


@dataclass
class Want:
    """One job that somebody wants. `twins`: drafts asked for beside it that must not become jobs of their own."""

    name: str
    draft: JobDraft
    drafts: list[str] = field(default_factory=list)
    batch: str = ""
    is_asked: bool = False


class Wants:
    """Everything wanted in a seed, and the asking for it: at first, and again when something was left undone."""

    def __init__(self, scene: JobScene, jobs: int) -> None:
        self._scene = scene
        self._chance = Random(f"{scene.seed}|wants")
        self.wants = [self._draw(number) for number in range(jobs)]
        self._batch_size = self._chance.randrange(2, max(3, jobs // 2))

    def _draw(self, number: int) -> Want:
        chance, tenant = self._chance, self._scene.tenant
        client = chance.choice(list(tenant.clients))
        template = chance.choice(["", *tenant.templates])
        lines = [self._line(n, f"Cost {number} {n}") for n in range(chance.randrange(0, 4))]
        if template and chance.random() < 0.5:
            lines.append(self._line(8, f"Brought {chance.randrange(3)}"))
        draft = JobDraft(
            client_id=client,
            name=f"Engagement {number}",
            template_id=template,
            period=f"P{number}",
            start=first_day(),
            due=first_day(),
            staff_ids=(self._scene.people[0],) if chance.random() < 0.4 else (),
            manager_id=chance.choice(["", *self._scene.people]),
            state_code=chance.choice(["", "INPROGRESS", "WAITING"]),
            costs=tuple(lines),
            review=bool(template) and chance.random() < 0.2,
        )
        return Want(draft.name, draft)

    def _line(self, n: int, words: str) -> CostLine:
        price = Decimal(self._chance.randrange(11, 90))
        return CostLine(f"k{n}", first_day(), words, Decimal(self._chance.randrange(1, 4)), Decimal(4), price)

    # -- asking -------------------------------------------------------------------------------------------------------

    def ask(self, desk: Workspace) -> None:
        """Ask for everything that is not there: singles one by one, some twice; the others as one batch."""
        batch, singles = self.wants[: self._batch_size], self.wants[self._batch_size :]
        self._ask_batch(desk, batch)
        for want in singles:
            self._ask_single(desk, want)

    def _ask_batch(self, desk: Workspace, wants: list[Want]) -> None:
        from core.jobs.batch import BatchRow, make_key

        rows = [
            BatchRow(make_key("file", want.name), replace(want.draft, review=False), line)
            for line, want in enumerate(wants, 2)
        ]
        plan = desk.batches.plan(rows)
        for row, want in zip(rows, wants, strict=True):
            want.drafts, want.is_asked = [row.key], True
        if plan.to_create:
            self._try(lambda: desk.batches.request("file", plan))

    def _ask_single(self, desk: Workspace, want: Want) -> None:
        known = [one for one in want.drafts if self._find(desk, one)]
        if not known:
            want.drafts = known = [desk.jobs.new_draft(want.draft).id]
            if self._chance.random() < 0.3:
                # Somebody else drafts the same job, from the same template perhaps under another name.
                name = f"{want.name} again" if want.draft.template_id else want.name.upper()
                want.drafts.append(desk.jobs.new_draft(replace(want.draft, name=name)).id)
        want.is_asked = True
        for draft in want.drafts:
            if desk.jobs.get(draft).state in ("draft", "incomplete", "queued", "creating"):
                for _ in range(self._chance.choice((1, 1, 2))):
                    self._try(lambda draft=draft: desk.jobs.request(draft))

    def ask_again(self, desk: Workspace, want: Want) -> None:
        """A second click on what is done, and the file run once more."""
        for draft in want.drafts:
            if desk.jobs.get(draft).state == "created":
                self._try(lambda draft=draft: desk.jobs.request(draft))
        if want in self.wants[: self._batch_size]:
            self._ask_batch(desk, [want])

    def review(self, desk: Workspace) -> None:
        """Somebody confirms the costs of jobs that wait for it: one line is changed, one taken out, the table added."""
        for want in self.wants:
            for draft in want.drafts:
                stored = self._find(desk, draft)
                if stored and desk.jobs.get(draft).state == "review":
                    self._confirm(desk, want, draft)

    def _confirm(self, desk: Workspace, want: Want, draft: str) -> None:
        held = desk.jobs.review_lines(draft)
        changed = [replace(line, unit_price=line.unit_price + 1) for line in held[:1]]
        costs = (*changed, *held[2:], *want.draft.costs)
        self._try(lambda: desk.jobs.confirm(draft, costs, desk.jobs.get(draft).revision))

    def _find(self, desk: Workspace, draft: str) -> bool:
        return bool(self._scene.ask_ledger("select 1 from job_draft where id = ?", draft))

    def _try(self, ask: object) -> None:
        """Ask; what cannot be done now is said to the person, who tries again later."""
        try:
            ask()  # type: ignore[operator]  # a function of the callers above
        except (PersonNeeded, TieoutError) as refusal:
            self._scene.note("Kim", f"is told: {refusal}")
