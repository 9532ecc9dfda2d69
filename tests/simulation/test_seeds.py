"""Some dozens of seeds in the suite; hundreds by the command. A seed that fails here is repeated with `--replay`."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.simulation.play import Tally, play_seed
from tests.simulation.weather import Mode

#: A batch of fifty without faults: one list before, one after, and the entries themselves.
CALLS_PER_BUNDLE = 1.1


def play(seed: int, mode: Mode) -> Tally:
    tally, log = play_seed(seed, mode)
    wrong = [line for line in log if " judgement: " in line or " broken: " in line]
    assert tally.is_right, f"seed {seed}: {wrong}"
    return tally


@pytest.mark.parametrize("seed", range(1, 25))
def test_after_bad_hours_each_entry_is_in_xpm_once_or_visibly_not(seed: int) -> None:
    assert play(seed, Mode()).bundles >= 20


@pytest.mark.parametrize("seed", range(101, 113))
def test_no_mixture_of_faults_loses_or_doubles_an_entry(seed: int) -> None:
    play(seed, Mode(swarm=True))


@pytest.mark.parametrize("seed", range(201, 207))
def test_what_lands_hours_late_is_found(seed: int) -> None:
    play(seed, Mode(very_late=True))


@pytest.mark.parametrize("seed", range(301, 304))
def test_without_faults_nothing_is_in_doubt_and_few_calls_are_made(seed: int) -> None:
    tally = play(seed, Mode(faultless=True))
    assert (tally.to_person, tally.drifted, tally.doubles_for_a_while, tally.second_run_writes) == (0, 0, 0, 0)


def test_a_seed_has_one_history() -> None:
    first, again = (play_seed(7, Mode(swarm=True), keep_log=True)[1] for _ in range(2))
    assert first == again


def test_a_seed_has_the_same_history_in_every_process() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--swarm", "--replay", "9"]
    told = [
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=False).stdout
        for seed in ("1", "2")
    ]
    without_times = [text.rpartition(b"\n{")[0] for text in told]
    assert without_times[0] == without_times[1] != b""
