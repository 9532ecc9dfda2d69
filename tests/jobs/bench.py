"""One draft, one XPM, one clock: a bench on which a job is created, through waits and deaths, until it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.jobs import CostLine, Creation, HeldCost, JobDraft, JobWaits, Seams, create_job
from tests.fakes import FakeClock
from tests.jobs.fake_xpm import FakeJournal, FakeSteps, FakeXpm, Killed

DAY = date(2026, 11, 20)
REFERENCE = "7K3M9QXA42"


def line(key: str, description: str, price: str = "50", **more: object) -> CostLine:
    return replace(CostLine(key, DAY, description, Decimal(1), Decimal(0), Decimal(price)), **more)  # type: ignore[arg-type]  # test data


def held(xpm_id: str, description: str, price: str = "40", quantity: str = "1") -> HeldCost:
    return HeldCost(xpm_id, DAY, description, "", "", Decimal(quantity), Decimal(0), Decimal(price), True)


DRAFT = JobDraft("c1", "Accounts", "t1", start=DAY, due=DAY, costs=(line("a", "Fee"), line("b", "Courier")))
BROUGHT = held("h1", "Fee")


class Bench:
    """`run` goes on through waits until the creation ends; `once` is one call of it."""

    def __init__(
        self, draft: JobDraft = DRAFT, *, known: Sequence[str] = (), checked: Sequence[str] = (), **xpm: object
    ) -> None:
        self.draft, self.clock = draft, FakeClock()
        self.xpm, self.steps = FakeXpm(**xpm), FakeSteps(self.clock)  # type: ignore[arg-type]  # test data
        self.journal = FakeJournal()
        self.known, self.checked = list(known), checked
        self.refusal = ""
        self.rests: list[Exception | None] = []
        self.halts: list[str] = []
        self.tried: list[tuple[str, str]] = []

    def once(self) -> Creation:
        seams = Seams(
            self.steps,
            self.xpm,
            self.clock,
            journal=self.journal,
            refuse=lambda: self.refusal,
            halt=self.halts.append,
            rest=self._rest,
            new_jobs=lambda: [] if self.xpm.new_jobs_hidden else self.xpm.list_new_jobs(DAY, DAY),
            known=self.known,
            states={"PROGRESS": "PROGRESS"},
            checked=self.checked,
            note_state=self._try_code,
        )
        return create_job(self.draft, REFERENCE, seams)

    def _try_code(self, code: str, state: str) -> str:
        self.tried.append((code, state))
        return ""

    def run(self) -> Creation:
        for _ in range(50):
            try:
                return self.once()
            except JobWaits as wait:
                self.clock.advance((wait.resume_at - self.clock.now()).total_seconds())
                self.xpm.land()
            except Killed:
                self.clock.advance(1)
        raise AssertionError("the creation never ended")

    def _rest(self) -> None:
        stop = self.rests.pop(0) if self.rests else None
        if stop is not None:
            raise stop
