"""Long work in pieces and processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import Any

import pytest

from core.matching import match_lists
from core.matching.parallel import WORTH_FORKING, map_pieces
from core.matching.progress import say_nothing

from .lists import CROWD, make_list

LONG = 4 * WORTH_FORKING


def square(start: int, stop: int) -> list[int]:
    return [place * place for place in range(start, stop)]


def run(size: int, piece: int, workers: int) -> list[int]:
    pieces = map_pieces(square, size, piece=piece, workers=workers, on_progress=say_nothing)
    return [number for found in pieces for number in found]


@pytest.mark.parametrize("size", [0, 1, LONG])
@pytest.mark.parametrize("piece", [777, LONG])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_pieces_and_processes_do_not_change_the_result(size: int, piece: int, workers: int) -> None:
    assert run(size, piece, workers) == square(0, size)


def test_short_work_stays_in_this_process() -> None:
    found = map_pieces(lambda *_: os.getpid(), WORTH_FORKING - 1, piece=10, workers=2, on_progress=say_nothing)
    assert set(found) == {os.getpid()}


def test_nothing_is_forked_while_another_thread_runs() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    found = map_pieces(lambda *_: os.getpid(), LONG, piece=1000, workers=2, on_progress=say_nothing)
    processes = set(found)
    done.set()
    other.join()
    assert processes == {os.getpid()}


def test_the_share_done_only_grows_and_ends_at_one() -> None:
    heard: list[float] = []
    list(map_pieces(square, LONG, piece=1000, workers=2, on_progress=heard.append))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_the_share_of_a_match_only_grows() -> None:
    heard: list[float] = []
    match_lists("clients", make_list(*CROWD), make_list(*CROWD), on_progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


@pytest.fixture(scope="module")
def forked() -> dict[str, Any]:
    command = [sys.executable, "-W", "error", "-m", "tests.matching.forking"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    return dict(json.loads(done.stdout))


def test_long_work_is_done_by_other_processes_that_see_what_this_one_holds(forked: dict[str, Any]) -> None:
    assert forked["elsewhere"]
    assert forked["inherited"]


def test_a_process_that_is_killed_is_an_error_that_names_the_next_step(forked: dict[str, Any]) -> None:
    assert "Match again with one worker" in forked["killed"]


def test_an_error_of_the_work_comes_back_from_another_process(forked: dict[str, Any]) -> None:
    assert forked["failed"] == "ZeroDivisionError"


def test_matching_with_two_workers_finds_the_same(forked: dict[str, Any]) -> None:
    assert forked["same"]
