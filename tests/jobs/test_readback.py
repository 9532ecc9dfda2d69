"""A step whose answer was lost is found, proved absent, or put before a person; a list with gaps decides nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.jobs import JobWaits, Step, StepState
from tests.jobs.bench import BROUGHT, DAY, DRAFT, REFERENCE, Bench, held

STAFFED = replace(DRAFT, costs=(), manager_id="m", state_code="PROGRESS")


def find(bench: Bench, op: str) -> Step:
    return next(step for step in bench.steps.rows if step.op == op)


def advance(bench: Bench, seconds: float) -> None:
    """Go on when the run waits, and let time go by."""
    try:
        bench.once()
    except JobWaits:
        bench.clock.advance(seconds)


def test_a_job_found_twice_is_put_before_a_person() -> None:
    bench = Bench(script=["lost_after"])
    bench.xpm.jobs["J9"], bench.xpm.descriptions["J9"] = DRAFT, f"x ~{REFERENCE}"
    bench.xpm.new_jobs_hidden = True
    job = bench.run().steps[0]
    assert (job.state, job.words) == (StepState.NEEDS_PERSON, "XPM has it more than once: J9, J000002")


def test_absent_means_twice_a_minute_apart_and_after_the_quiet_time() -> None:
    bench = Bench(script=["lost_before"])
    waited = []
    for _ in range(3):
        begin = bench.clock.now()
        try:
            bench.once()
        except JobWaits as wait:
            waited.append((wait.resume_at - begin).total_seconds())
            bench.clock.advance(waited[-1])
    assert waited == [900.0, 60.0]
    assert find(bench, "job").attempts == 2


def test_a_marker_is_found_wherever_somebody_moved_it() -> None:
    bench = Bench(script=["lost_after"])
    advance(bench, 0)
    bench.xpm.descriptions["J000001"] = f"Please call first.\n~{REFERENCE.lower()} (kept)\nThanks"
    assert bench.run().is_whole
    assert len(bench.xpm.jobs) == 1


def test_a_job_of_our_name_that_lost_its_mark_is_put_before_a_person() -> None:
    bench = Bench(script=["lost_after"])
    bench.xpm.new_jobs_hidden, bench.xpm.hidden = True, {"J000001"}
    advance(bench, 900)
    bench.xpm.descriptions["J000001"] = "somebody wrote over it"
    job = bench.run().steps[0]
    assert (job.state, len(bench.xpm.jobs)) == (StepState.NEEDS_PERSON, 1)
    assert "J000001" in job.words


def test_a_list_without_a_job_that_is_surely_there_decides_nothing() -> None:
    bench = Bench(script=["lost_after"], known=["J5"])
    bench.xpm.jobs["J5"], bench.xpm.descriptions["J5"] = replace(DRAFT, name="Old"), ""
    bench.xpm.new_jobs_hidden, bench.xpm.hidden = True, {"J000002"}
    with pytest.raises(JobWaits, match="read back first"):
        bench.once()
    bench.clock.advance(1000)
    bench.xpm.hidden = {"J5", "J000002"}
    with pytest.raises(JobWaits, match="not whole"):
        bench.once()
    assert bench.run().is_whole
    assert len(bench.xpm.jobs) == 2


def test_a_known_job_that_a_person_deleted_blocks_nothing() -> None:
    bench = Bench(script=["lost_before"], known=["J5"])
    assert bench.run().is_whole


def test_a_cost_like_ours_without_our_mark_is_put_before_a_person() -> None:
    bench = Bench(script=["ok", "lost_before"])
    advance(bench, 900)
    bench.xpm.costs["typed"] = held("typed", "fee ", "50")
    bench.run()
    assert "without our mark: 1 × 50.00 fee" in find(bench, "cost_add").words


def test_an_update_in_doubt_is_done_when_xpm_shows_it_and_sent_again_when_it_shows_what_was_before() -> None:
    for script, writes in ((["ok", "lost_after"], 3), (["ok", "lost_before"], 4)):
        bench = Bench(brought=(BROUGHT,), script=script)
        assert bench.run().is_whole
        assert bench.xpm.writes == writes


def test_an_update_in_doubt_never_overwrites_what_somebody_typed_meanwhile() -> None:
    bench = Bench(brought=(BROUGHT,), script=["ok", "lost_after"])
    bench.rests = [None, None, None]
    advance_to_doubt(bench)
    bench.xpm.costs["h1"] = held("h1", "Fee", "99")
    bench.run()
    assert (str(bench.xpm.costs["h1"].unit_price), find(bench, "cost_update").state) == ("99", "needs_person")


def advance_to_doubt(bench: Bench) -> None:
    class Stop(Exception):
        pass

    bench.rests.append(Stop())
    with pytest.raises(Stop):
        bench.once()


def test_a_state_somebody_set_meanwhile_stays() -> None:
    bench = Bench(STAFFED, script=["ok", "ok", "lost_before"], checked=("PROGRESS",))
    bench.rests = [None] * 4
    advance_to_doubt(bench)
    bench.xpm.states.append("Completed")
    bench.run()
    assert (bench.xpm.states, find(bench, "state").state) == (["Completed"], "needs_person")


def test_a_manager_somebody_chose_meanwhile_stays() -> None:
    bench = Bench(STAFFED, script=["ok", "lost_before"])
    bench.rests = [None] * 3
    advance_to_doubt(bench)
    bench.xpm.assigned.append(("J000001", "other", ""))
    bench.run()
    assert (find(bench, "assign").state, bench.xpm.writes) == ("needs_person", 2)


def test_waits_are_counted_by_xpms_clock_where_this_computers_is_wrong() -> None:
    bench = Bench(script=["lost_before"])
    bench.xpm.skew = -600.0
    with pytest.raises(JobWaits):
        bench.once()
    stamped = bench.steps.rows[0].changed_at
    assert stamped == bench.clock.now() + timedelta(seconds=600)
    assert DAY.year == 2026
