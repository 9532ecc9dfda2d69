"""Lanes: several pieces of work at once, what they came to one after the other."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from core.push.lanes import InlineLanes, Lanes, ThreadLanes
from core.push.queue import read_wanted
from core.push.run import run_push
from tests.push.desk import Desk, entry_rows


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


def test_four_lanes_send_each_entry_once(desk: Desk) -> None:
    seams = replace(desk.seams(), lanes=ThreadLanes())
    result = run_push(desk.job(), read_wanted(entry_rows(60, minutes=3)), seams)
    assert result.to_json()["confirmed"] == 60
    assert Counter(sheet.note.split(" ~")[0] for sheet in desk.xpm.sheets.values()).most_common(1)[0][1] == 1
    assert len(desk.xpm.sheets) == 60


def test_lost_answers_over_four_lanes_end_with_each_entry_once(desk: Desk) -> None:
    desk.xpm.faults = {n: "lost_after" if n % 2 else "lost_before" for n in (5, 17, 28, 39)}
    for _ in range(8):
        seams = replace(desk.seams(), lanes=ThreadLanes())
        result = run_push(desk.job(), read_wanted(entry_rows(60, minutes=3)), seams)
        if result.resume_at is None:
            break
        desk.clock.advance((result.resume_at - desk.clock.now()).total_seconds())
    assert result.to_json()["confirmed"] == 60
    assert len({sheet.note for sheet in desk.xpm.sheets.values()}) == len(desk.xpm.sheets) == 60
