"""What forked workers do, tried in a process of its own: `python -m tests.matching.forking` prints it as JSON.

A process that runs tests in parallel has threads and never forks, so the tests ask this one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable

import pandas as pd

from core.matching import match_lists
from core.matching.parallel import WORTH_FORKING, WorkerDied, map_pieces
from core.matching.progress import say_nothing
from tests.benchmarks.practice_lists import COLUMNS, Row, make_practice

LONG = 4 * WORTH_FORKING


def run_all(work: Callable[[int, int], object]) -> list[object]:
    """All pieces of long work by two workers."""
    return list(map_pieces(work, LONG, piece=1000, workers=2, on_progress=say_nothing))


def die(start: int, stop: int) -> None:
    """A worker that is ended from outside, as by a system short of memory."""
    if start == 3000:
        os.kill(os.getpid(), signal.SIGKILL)


def ask_killed() -> str:
    """What is said when a worker is killed."""
    try:
        run_all(die)
    except WorkerDied as error:
        return str(error)
    return ""


def ask_failed() -> str:
    """The error that comes out when one piece fails."""
    try:
        run_all(lambda start, _: 1 / (start - 3000))
    except ZeroDivisionError as error:
        return type(error).__name__
    return ""


def make_frame(rows: list[Row]) -> pd.DataFrame:
    """A list as matching takes it."""
    return pd.DataFrame(rows, columns=list(COLUMNS)).set_index("id")


def match_twice() -> bool:
    """Whether matching finds the same with one worker and with two."""
    lists = make_practice(2500, seed=11)
    left, right = make_frame(lists.left), make_frame(lists.right)
    one, two = (match_lists("clients", left, right, workers=workers) for workers in (1, 2))
    return bool(one.pairs.equals(two.pairs) and one.records.equals(two.records))


def main() -> None:
    """Try everything once."""
    held = object()
    found = {
        "elsewhere": os.getpid() not in run_all(lambda *_: os.getpid()),
        "inherited": run_all(lambda *_: id(held)) == [id(held)] * (LONG // 1000),
        "killed": ask_killed(),
        "failed": ask_failed(),
        "same": match_twice(),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
