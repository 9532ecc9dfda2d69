"""Some seeds of job creation in the suite; hundreds by `python -m tests.simulation --jobs`."""

from __future__ import annotations

import pytest

from tests.simulation.jobs.mutants import MUTANTS, catch
from tests.simulation.jobs.play import play_jobs
from tests.simulation.jobs.truth import JobTally
from tests.simulation.weather import Mode


def play(seed: int, mode: Mode) -> JobTally:
    tally, log = play_jobs(seed, mode)
    wrong = [line for line in log if " judgement: " in line or " broken: " in line]
    assert tally.is_right, f"seed {seed}: {wrong}"
    return tally


@pytest.mark.parametrize("seed", [1, 2, 3, 7, 16, 20, 24, 32])
def test_after_bad_hours_each_job_is_whole_once_or_visibly_incomplete(seed: int) -> None:
    assert play(seed, Mode()).jobs == 12


@pytest.mark.parametrize("seed", [501, 502, 503, 504])
def test_no_mixture_of_faults_loses_or_doubles_a_job(seed: int) -> None:
    play(seed, Mode(swarm=True))


def test_without_faults_every_job_is_whole_and_calls_are_few() -> None:
    tally = play(301, Mode(faultless=True))
    assert (tally.whole, tally.visible, tally.own_limits) == (tally.jobs, 0, 0)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_protection_that_is_switched_off_is_missed(name: str) -> None:
    assert catch(name), f"nothing was noticed without {MUTANTS[name].removes}"
