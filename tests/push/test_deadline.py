"""Deadlines by two clocks, and as computers with another clock read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.push.deadline import TOO_LATE, Deadline
from core.push.ports import LEASE_LOST
from tests.push.desk import Desk


def test_a_request_may_leave_before_its_deadline_and_not_after(desk: Desk) -> None:
    epoch = desk.ledger.take_lease("demo", "w1", 600) or 0
    deadline = Deadline.start(desk.seams(), 60)
    desk.clock.advance(59)
    assert deadline.judge_send("demo", "w1", epoch) == ""
    desk.clock.advance(1)
    assert deadline.judge_send("demo", "w1", epoch) == TOO_LATE


@pytest.mark.parametrize("jump", [-30, 61])
def test_a_clock_that_jumps_never_lengthens_a_deadline(desk: Desk, jump: float) -> None:
    epoch = desk.ledger.take_lease("demo", "w1", 600) or 0
    deadline = Deadline.start(desk.seams(), 60)
    desk.clock.jump(jump)
    desk.clock.advance(60 if jump < 0 else 0)
    assert deadline.judge_send("demo", "w1", epoch) == TOO_LATE


def test_the_lease_is_looked_at_too(desk: Desk) -> None:
    assert Deadline.start(desk.seams(), 60).judge_send("demo", "w1", 1) == LEASE_LOST


@pytest.mark.parametrize(("skew", "later"), [(None, 0), (40.0, 0), (-900.0, 900), (-90_000.0, 3600)])
def test_a_clock_behind_xpms_tells_a_later_deadline(desk: Desk, skew: float | None, later: float) -> None:
    seams = replace(desk.seams(), read_skew=lambda: skew)
    told = Deadline.start(seams, 60).told
    assert (told - desk.clock.now()).total_seconds() == 60 + later
