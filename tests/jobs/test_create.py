"""A job and its costs are created once, whatever gets lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.jobs import CostLine, Creation, HeldCost, JobDraft, JobWaits, Seams, StepState, create_job
from tests.fakes import FakeClock
from tests.jobs.fake_xpm import FakeSteps, FakeXpm, Killed

DAY = date(2026, 11, 20)


def line(key: str, description: str, price: str = "50", **more: object) -> CostLine:
    return replace(CostLine(key, DAY, description, Decimal(1), Decimal(0), Decimal(price)), **more)  # type: ignore[arg-type]  # test data


DRAFT = JobDraft("c1", "Accounts", "t1", start=DAY, due=DAY, costs=(line("a", "Fee"), line("b", "Courier")))
BROUGHT = HeldCost("h1", DAY, "Fee", "", "", Decimal(1), Decimal(0), Decimal(40), True)


class Bench:
    """One draft, one XPM, one clock; `run` goes on through waits until the creation ends."""

    def __init__(self, draft: JobDraft = DRAFT, **xpm: object) -> None:
        self.draft, self.clock = draft, FakeClock()
        self.xpm, self.steps = FakeXpm(**xpm), FakeSteps(self.clock)  # type: ignore[arg-type]  # test data

    def once(self) -> Creation:
        return create_job(self.draft, "7K3M9QXA42", Seams(self.steps, self.xpm, self.clock))

    def run(self) -> Creation:
        for _ in range(50):
            try:
                return self.once()
            except JobWaits as wait:
                self.clock.advance((wait.resume_at - self.clock.now()).total_seconds())
            except Killed:
                self.clock.advance(1)
        raise AssertionError("the creation never ended")


def test_a_job_is_created_with_its_costs_and_carries_our_reference() -> None:
    bench = Bench()
    assert bench.run().is_whole
    assert bench.xpm.descriptions == {"J000001": "~7K3M9QXA42"}
    assert [cost.note for cost in bench.xpm.costs.values()] == ["~7K3M9QXA42/a", "~7K3M9QXA42/b"]


def test_a_line_the_template_brought_is_changed_and_not_added_again() -> None:
    bench = Bench(brought=(BROUGHT,))
    assert bench.run().is_whole
    assert sorted((c.description, c.unit_price) for c in bench.xpm.costs.values()) == [
        ("Courier", Decimal(50)),
        ("Fee", Decimal(50)),
    ]


def test_a_removed_template_line_counts_for_nothing() -> None:
    bench = Bench(replace(DRAFT, costs=(), removed=(line("a", "Fee"),)), brought=(BROUGHT,))
    assert bench.run().is_whole
    assert (bench.xpm.costs["h1"].quantity, bench.xpm.costs["h1"].billable) == (Decimal(0), False)


def test_a_template_line_nobody_saw_stays_as_it_is() -> None:
    bench = Bench(replace(DRAFT, costs=()), brought=(BROUGHT,))
    assert bench.run().is_whole
    assert bench.xpm.costs == {"h1": BROUGHT}


def test_staff_and_state_follow_the_costs() -> None:
    bench = Bench(replace(DRAFT, costs=(), staff_ids=("s1",), partner_id="p", state_code="PROGRESS"))
    assert bench.run().is_whole
    assert (bench.xpm.assigned, bench.xpm.states) == ([("J000001", "s1", "", "p")], ["PROGRESS"])


@pytest.mark.parametrize("fault", ["lost_before", "lost_after", "killed_before", "killed_after", "limit"])
@pytest.mark.parametrize("place", [0, 1, 2, 3, 4])
def test_no_fault_at_any_step_makes_a_second_job_or_cost(fault: str, place: int) -> None:
    draft = replace(DRAFT, staff_ids=("s1",), state_code="PROGRESS")
    bench = Bench(draft, brought=(BROUGHT,), script=["ok"] * place + [fault])
    assert bench.run().is_whole
    assert len(bench.xpm.jobs) == 1
    assert sorted(cost.description for cost in bench.xpm.costs.values()) == ["Courier", "Fee"]


def test_a_lost_answer_waits_before_anything_is_sent_again() -> None:
    bench = Bench(script=["lost_before"])
    with pytest.raises(JobWaits, match="read back first"):
        bench.once()
    assert (bench.xpm.writes, bench.steps.rows[0].state) == (1, StepState.UNKNOWN)


def test_a_refused_job_stops_with_xpms_words_and_no_costs() -> None:
    bench = Bench(script=["refused"])
    creation = bench.run()
    assert not creation.is_whole
    assert (creation.steps[0].words, bench.xpm.writes) == ("Invalid client identifier", 1)


def test_a_refused_cost_leaves_the_others_alone() -> None:
    bench = Bench(script=["ok", "refused"])
    creation = bench.run()
    assert [step.state for step in creation.steps] == ["done", "done", "rejected", "done"]


def test_running_a_finished_creation_again_writes_nothing() -> None:
    bench = Bench()
    bench.run()
    before = bench.xpm.writes
    assert bench.once().is_whole
    assert bench.xpm.writes == before


def test_a_job_found_twice_is_put_before_a_person() -> None:
    bench = Bench(script=["lost_after"])
    bench.xpm.jobs["J9"], bench.xpm.descriptions["J9"] = DRAFT, "~7K3M9QXA42"
    assert bench.run().steps[0].state is StepState.NEEDS_PERSON
