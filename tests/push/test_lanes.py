"""Lanes: several pieces of work at once, what they came to one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest

from core.push.lanes import InlineLanes, Lanes, ThreadLanes


@pytest.mark.parametrize(("make", "width"), [(InlineLanes, 1), (ThreadLanes, 4)])
def test_every_piece_is_taken_once(make: Callable[[], Lanes], width: int) -> None:
    lanes = make()
    for number in range(lanes.width):
        lanes.start(partial(abs, number))
    assert lanes.busy == lanes.width == width
    assert sorted(lanes.take() for _ in range(width)) == list(range(width))
    assert lanes.busy == 0


def test_threads_work_at_the_same_time() -> None:
    lanes, meeting = ThreadLanes(), threading.Barrier(4, timeout=10)
    for _ in range(4):
        lanes.start(meeting.wait)
    assert sorted(lanes.take() for _ in range(4)) == [0, 1, 2, 3]


def test_a_thread_that_fails_raises_where_its_work_is_taken() -> None:
    lanes = ThreadLanes()
    lanes.start(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        lanes.take()
    assert lanes.busy == 0


def test_inline_work_fails_where_it_is_started() -> None:
    lanes = InlineLanes()
    with pytest.raises(ZeroDivisionError):
        lanes.start(lambda: 1 // 0)
    assert lanes.busy == 0
