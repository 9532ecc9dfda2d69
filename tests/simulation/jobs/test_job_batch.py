"""What a batch costs in calls, on a virtual clock with XPM's limits on; 300 jobs by the benchmark's own command."""

from __future__ import annotations

from tests.benchmarks.job_batch import measure


def test_a_job_of_a_batch_costs_itself_its_lines_and_two_calls_and_hits_no_limit() -> None:
    figures = measure(jobs=30, costs=5)
    assert (figures.whole, figures.own_limits) == (30, 0)
    assert figures.calls_per_job <= 1 + 5 + 2
