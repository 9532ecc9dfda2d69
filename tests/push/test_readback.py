"""Doubts are settled only when a request can no longer be under way, whatever the clocks say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.push.ports import Seams
from core.push.readback import ReadBack
from core.push.recover import recover
from tests.push.changing import open_book
from tests.push.desk import Desk


@pytest.fixture
def doubtful(desk: Desk) -> Desk:
    """The first of three entries in doubt; another process sent it."""
    desk.xpm.faults = {1: "lost_before"}
    desk.push()
    assert desk.states()["e1"] == "unknown"
    return desk


def read(desk: Desk, seams: Seams | None = None) -> ReadBack:
    """Read back what is due, once."""
    reader = ReadBack(seams or desk.seams(), open_book(desk), desk.settings, 100.0)
    due, _ = reader.find_due()
    for seconds in reader.steps(due):
        desk.clock.advance(seconds)
    return reader


def wait(desk: Desk, seconds: float = 0.0) -> None:
    desk.clock.advance(desk.settings.deadline_seconds + desk.settings.quiet_seconds + seconds)


def test_after_the_quiet_period_absence_counts(doubtful: Desk) -> None:
    wait(doubtful, 1)
    assert (len(read(doubtful).absent), doubtful.states()["e1"]) == (1, "ready")


def test_another_process_waits_from_the_deadline_on(doubtful: Desk) -> None:
    doubtful.clock.advance(doubtful.settings.quiet_seconds + 10)
    assert (read(doubtful).absent, doubtful.states()["e1"]) == ([], "unknown")


def test_a_clock_set_forward_does_not_make_the_time_pass(doubtful: Desk) -> None:
    doubtful.clock.advance(1800)
    ahead = replace(doubtful.seams(), read_skew=lambda: 1790.0)
    assert (read(doubtful, ahead).absent, doubtful.states()["e1"]) == ([], "unknown")


def test_a_clock_of_another_world_says_nothing(doubtful: Desk) -> None:
    wait(doubtful, 1)
    sandbox = replace(doubtful.seams(), read_skew=lambda: 2 * 86_400.0)
    assert len(read(doubtful, sandbox).absent) == 1


def test_this_very_process_measures_by_the_clock_that_never_jumps(doubtful: Desk) -> None:
    wait(doubtful, 1)
    attempt = doubtful.ledger.last_attempts(doubtful.ledger.frame("demo")["bundle_id"])
    own = {one.id: doubtful.clock.monotonic() - 10 for one in attempt.values()}
    assert read(doubtful, replace(doubtful.seams(), ended=own)).absent == []


def test_the_first_list_decides_again_when_it_tells_that_our_clock_is_wrong(doubtful: Desk) -> None:
    wait(doubtful, 1)
    told: list[float] = []
    plain = doubtful.xpm.list_times

    def list_times(*window: object) -> object:
        told.append(900.0)
        return plain(*window)  # type: ignore[arg-type]

    doubtful.xpm.list_times = list_times  # type: ignore[method-assign, assignment]
    skewed = replace(doubtful.seams(), read_skew=lambda: told[-1] if told else None)
    assert (read(doubtful, skewed).absent, doubtful.states()["e1"]) == ([], "unknown")


def test_a_worker_that_stopped_leaves_doubt_that_counts_from_its_deadline(desk: Desk) -> None:
    desk.xpm.before_add = lambda: (_ for _ in ()).throw(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        desk.push()
    desk.xpm.before_add = lambda: None
    epoch = desk.ledger.take_lease("demo", "w1", 60)
    assert epoch is not None
    recover(open_book(desk), desk.seams(), epoch)
    desk.clock.advance(desk.settings.quiet_seconds + 10)
    assert read(desk).absent == []
    desk.clock.advance(60)
    assert len(read(desk).absent) == 1
