"""A job and its costs are created once, whatever gets lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.jobs import Attachment, HeldCost, JobStopped, JobWaits, StepOp, StepState
from tests.jobs.bench import BROUGHT, DRAFT, Bench, line

STAFFED = replace(DRAFT, staff_ids=("s1",), partner_id="p", state_code="PROGRESS")
PAPER = Attachment("d1", "Return.pdf", "Tax return", "a" * 64, 1200)


def test_a_job_is_created_with_its_costs_and_carries_our_reference() -> None:
    bench = Bench()
    assert bench.run().is_whole
    assert bench.xpm.descriptions == {"J000001": "~7K3M9QXA42"}
    assert [cost.note for cost in bench.xpm.costs.values()] == ["~7K3M9QXA42/a", "~7K3M9QXA42/b"]


def test_a_line_the_template_brought_is_changed_and_not_added_again() -> None:
    bench = Bench(brought=(BROUGHT,))
    assert bench.run().is_whole
    prices = sorted((c.description, str(c.unit_price)) for c in bench.xpm.costs.values())
    assert prices == [("Courier", "50"), ("Fee", "50")]


def test_a_removed_template_line_counts_for_nothing() -> None:
    bench = Bench(replace(DRAFT, costs=(), removed=(line("a", "Fee"),)), brought=(BROUGHT,))
    assert bench.run().is_whole
    assert (int(bench.xpm.costs["h1"].quantity), bench.xpm.costs["h1"].billable) == (0, False)


def test_a_template_line_nobody_saw_stays_and_is_named() -> None:
    bench = Bench(replace(DRAFT, costs=()), brought=(BROUGHT,))
    reading = bench.run().steps[1]
    assert (bench.xpm.costs, reading.op) == ({"h1": BROUGHT}, StepOp.READ_COSTS)
    assert "left as they are: Fee" in reading.words


def test_people_and_state_follow_the_costs_and_the_documents() -> None:
    bench = Bench(replace(STAFFED, documents=(PAPER,)))
    ops = [step.op for step in bench.run().steps[3:]]
    assert ops == [StepOp.COST_ADD, StepOp.DOCUMENT, StepOp.ASSIGN, StepOp.STATE]
    assert (bench.xpm.assigned, bench.xpm.states) == ([("J000001", "s1", "", "p")], ["PROGRESS"])
    assert [held.text for held in bench.xpm.documents] == ["Tax return ~7K3M9QXA42/d1"]


def test_a_job_without_a_template_costs_one_call_for_itself_and_one_for_each_line() -> None:
    bench = Bench(replace(DRAFT, template_id=""))
    assert bench.run().is_whole
    assert (bench.xpm.writes, bench.xpm.reads) == (3, 0)


@pytest.mark.parametrize("fault", ["lost_before", "lost_after", "killed_before", "killed_after", "limit", "late"])
@pytest.mark.parametrize("place", range(6))
def test_no_fault_at_any_step_makes_anything_twice(fault: str, place: int) -> None:
    bench = Bench(replace(STAFFED, documents=(PAPER,)), brought=(BROUGHT,), script=["ok"] * place + [fault])
    assert bench.run().is_whole
    assert len(bench.xpm.jobs) == len(bench.xpm.documents) == 1
    assert sorted(cost.description for cost in bench.xpm.costs.values()) == ["Courier", "Fee"]


def test_a_lost_answer_waits_before_anything_is_sent_again() -> None:
    bench = Bench(script=["lost_before"])
    with pytest.raises(JobWaits, match="read back first"):
        bench.once()
    assert (bench.xpm.writes, bench.steps.rows[0].state) == (1, StepState.UNKNOWN)


def test_limits_count_as_no_attempt_however_often_they_come() -> None:
    bench = Bench(script=["limit"] * 9)
    assert bench.run().is_whole
    assert bench.steps.rows[0].attempts == 1


def test_a_lost_right_halts_the_practice_and_nothing_goes_on_by_itself() -> None:
    bench = Bench(script=["forbidden"])
    with pytest.raises(JobStopped, match="refused access"):
        bench.once()
    assert (bench.halts, bench.steps.rows[0].state) == (["XPM refused access to the practice"], StepState.READY)


def test_nothing_leaves_once_another_worker_has_the_run() -> None:
    bench = Bench()
    bench.refusal = "another worker has this run now"
    with pytest.raises(JobStopped, match="another worker"):
        bench.once()
    assert (bench.xpm.writes, bench.steps.rows[0].state) == (0, StepState.READY)


def test_a_request_that_waited_past_its_deadline_never_leaves() -> None:
    bench = Bench()
    bench.xpm.before_send = lambda: bench.clock.advance(61)
    bench.xpm.holds = 1
    assert bench.run().is_whole
    assert len(bench.xpm.jobs) == 1
    assert bench.xpm.withheld == ["its deadline has passed"]


def test_a_refused_job_stops_with_xpms_words_and_no_costs() -> None:
    bench = Bench(script=["refused"])
    creation = bench.run()
    assert not creation.is_whole
    assert (creation.steps[0].words, bench.xpm.writes) == ("Invalid client identifier", 1)


def test_a_refused_cost_leaves_the_others_alone_but_holds_the_state_back() -> None:
    bench = Bench(STAFFED, script=["ok", "refused"])
    states = [str(step.state) for step in bench.run().steps]
    assert states == ["done", "done", "rejected", "done", "done", "ready"]
    assert bench.xpm.states == []


def test_running_a_finished_creation_again_writes_nothing() -> None:
    bench = Bench(STAFFED)
    bench.run()
    before = bench.xpm.writes
    assert bench.once().is_whole
    assert bench.xpm.writes == before


def test_a_job_of_the_same_name_made_since_stands_in_the_way() -> None:
    bench = Bench()
    bench.xpm.jobs["J9"], bench.xpm.descriptions["J9"] = DRAFT, "typed by hand"
    refused = bench.run().steps[0]
    assert (refused.state, bench.xpm.writes) == (StepState.REJECTED, 0)
    assert "J9" in refused.words
    bench = Bench(replace(DRAFT, twin_allowed=True))
    bench.xpm.jobs["J9"], bench.xpm.descriptions["J9"] = DRAFT, "typed by hand"
    assert bench.run().is_whole


def test_a_state_code_is_tried_out_on_the_first_job_only() -> None:
    bench = Bench(replace(DRAFT, costs=(), state_code="PROGRESS"))
    assert bench.run().steps[-1].words == "XPM shows PROGRESS"
    assert bench.tried == [("PROGRESS", "PROGRESS")]
    bench = Bench(replace(DRAFT, costs=(), state_code="PROGRESS"), checked=("PROGRESS",))
    assert (bench.run().steps[-1].words, bench.tried) == ("", [])


def test_an_older_database_reads_xpm_before_it_sends_what_the_journal_knows() -> None:
    bench = Bench()
    bench.run()
    bench.steps.rows.clear()
    assert bench.run().is_whole
    assert len(bench.xpm.jobs) == 1
    bench.steps.rows.clear()
    bench.xpm.new_jobs_hidden = True
    assert bench.run().is_whole
    assert (len(bench.xpm.jobs), len(bench.xpm.costs)) == (1, 2)


def test_rest_is_asked_between_steps_and_may_stop_there() -> None:
    class Enough(Exception):
        pass

    bench = Bench()
    bench.rests = [None, None, Enough()]
    with pytest.raises(Enough):
        bench.once()
    assert [str(step.state) for step in bench.steps.rows] == ["done", "done", "ready", "ready"]
    assert isinstance(BROUGHT, HeldCost)
