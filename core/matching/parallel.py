"""Long work over the positions of a list, shared among forked processes when that is safe and pays.

A forked process sees the records as they are in memory, so that nothing but the results has to travel. The pieces come
back in order: the result is the same whatever the number of workers.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

from core.model import TieoutError

from .progress import Progress

#: With fewer positions than this, starting processes takes longer than they save.
WORTH_FORKING = 5_000
#: More processes hardly help, because finding candidates and settling the list are not shared, and each takes memory.
MOST_PROCESSES = 4
Piece = TypeVar("Piece")


class WorkerDied(TieoutError):
    """A process that did part of the matching ended before it was done."""

    def __init__(self) -> None:
        super().__init__(
            "A process that did part of the matching was ended from outside, most likely because memory ran out. "
            "Match again with one worker, or on a computer with more memory."
        )


def count_cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_pieces(
    work: Callable[[int, int], Piece],
    size: int,
    *,
    piece: int,
    workers: int = 1,
    on_progress: Progress,
) -> Iterator[Piece]:
    """`work(start, stop)` of consecutive pieces of `size` positions, in order.

    workers: how many processes may work at once; 1 works in this one, and so do short lists and systems where a
    running process cannot be copied safely. Raises WorkerDied, and whatever `work` raises.
    """
    ranges = [(start, min(start + piece, size)) for start in range(0, size, piece)]
    forks = workers > 1 and size >= WORTH_FORKING and len(ranges) > 1 and _may_fork()
    found = _map_forked(work, ranges, workers) if forks else (work(start, stop) for start, stop in ranges)
    for (_, stop), result in zip(ranges, found, strict=True):
        yield result
        on_progress(stop / size)


def _may_fork() -> bool:
    """Forking copies only the running thread: a lock that another one holds would stay locked for ever."""
    return sys.platform == "linux" and threading.active_count() == 1 and not multiprocessing.current_process().daemon


def _map_forked(work: Callable[[int, int], Piece], ranges: list[tuple[int, int]], workers: int) -> Iterator[Piece]:
    with (
        _frozen_memory(),
        ProcessPoolExecutor(
            min(workers, len(ranges), MOST_PROCESSES),
            multiprocessing.get_context("fork"),
            initializer=_remember,
            initargs=(work,),
        ) as pool,
    ):
        futures = _submit_all(pool, ranges)
        try:
            for future in futures:
                yield future.result()
        except BrokenProcessPool as died:
            raise WorkerDied from died
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _submit_all(pool: ProcessPoolExecutor, ranges: list[tuple[int, int]]) -> list[Future[Any]]:
    with warnings.catch_warnings():
        # The only other threads are those of numeric libraries, which stand idle and which the children do not use.
        warnings.simplefilter("ignore", DeprecationWarning)
        return [pool.submit(_do_piece, start, stop) for start, stop in ranges]


@contextmanager
def _frozen_memory() -> Iterator[None]:
    """Keep the garbage collector from touching, and by that copying, what the processes share."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def collect_later() -> Iterator[None]:
    """Keep the garbage collector from walking over and over through a growing mass of records, which form no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


_work: list[Callable[[int, int], Any]] = []


def _remember(work: Callable[[int, int], Any]) -> None:
    """Runs in a new process: what it is there for. Not sent, but inherited, so it may hold anything."""
    _work[:] = [work]


def _do_piece(start: int, stop: int) -> Any:
    return _work[0](start, stop)
