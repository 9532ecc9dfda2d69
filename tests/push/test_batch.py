"""A batch over lanes: a probe alone, then all lanes; and what each fate means for the run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from core.model import OutsideFailed
from core.push.batch import Carrier, Tally
from core.push.job import End, Ending, PushJob
from core.push.lanes import InlineLanes, Lanes, ThreadLanes
from core.push.ports import LEASE_LOST
from core.push.send import After, Sent
from core.push.watch import Watch
from tests.push.desk import Desk

STORED = Sent(After.GO_ON, attempt="a", stored=True)
REFUSED = Sent(After.GO_ON, attempt="a")
LIMIT = Sent(After.WAIT, 5.0, "XPM asked us to wait", attempt="a")
DOUBT = Sent(After.DOUBT, attempt="a")
UNSENT = Sent(After.RETRY, why="no route")


class Batch:
    """A carrier on a desk; `ending` says how its run ended."""

    def __init__(self, desk: Desk, lanes: Lanes | None = None) -> None:
        self.ending = Ending("r1", desk.clock)
        job = PushJob("demo", "T1", "r1", "Kim", "w1", settings=desk.settings)
        self.watch = Watch(job, desk.seams(), desk.book, self.ending)
        assert self.watch.take_turn()
        self.doubts: list[str] = []
        self.carrier = Carrier(lanes or InlineLanes(), desk.settings, self.watch, self.ending, self.doubts.append)

    def carry(self, works: Sequence[Callable[[], Sent]]) -> tuple[list[float], Tally]:
        steps, waits = self.carrier.carry(works), []
        while True:
            try:
                waits.append(next(steps))
            except StopIteration as stop:
                return waits, stop.value

    def come_to(self, *fates: Sent) -> int:
        """Carry pieces of work with these fates; how many were started."""
        started: list[Sent] = []

        def work(fate: Sent) -> Sent:
            started.append(fate)
            return fate

        self.waits, self.tally = self.carry([lambda fate=fate: work(fate) for fate in fates])  # type: ignore[misc]
        return len(started)


@pytest.fixture
def batch(desk: Desk) -> Batch:
    return Batch(desk)


class Crowd:
    """Counts who is at work at the same time; a piece of work ends when `room` others have come, or alone."""

    def __init__(self) -> None:
        self.present = 0
        self.seen: list[int] = []
        self._lock = threading.Lock()
        self._full = threading.Barrier(4, timeout=10)

    def probe(self) -> Sent:
        self.seen.append(self.present)
        return STORED

    def work(self) -> Sent:
        with self._lock:
            self.present += 1
            self.seen.append(self.present)
        self._full.wait()
        with self._lock:
            self.present -= 1
        return STORED


def test_a_probe_goes_alone_and_then_four_at_once(desk: Desk) -> None:
    crowd = Crowd()
    Batch(desk, ThreadLanes()).carry([crowd.probe, *[crowd.work] * 8])
    assert crowd.seen[0] == 0
    assert max(crowd.seen) == 4


def test_what_comes_after_an_unproved_way_goes_alone(desk: Desk) -> None:
    lanes, most = ThreadLanes(), []

    def work() -> Sent:
        most.append(lanes.busy)
        return REFUSED

    Batch(desk, lanes).carry([work] * 5)
    assert max(most) <= 1


def test_a_limit_pauses_everything_once_and_the_batch_goes_on(batch: Batch) -> None:
    assert batch.come_to(STORED, LIMIT, STORED, STORED) == 4
    assert [wait for wait in batch.waits if wait] == [5.0]
    assert batch.ending.result is None


def test_a_limit_at_the_end_of_a_batch_is_waited_for_too(batch: Batch) -> None:
    batch.come_to(STORED, LIMIT)
    assert batch.waits[-1] == 5.0


def test_a_long_limit_ends_the_run_until_it_is_over(batch: Batch) -> None:
    assert batch.come_to(STORED, Sent(After.WAIT, 7200.0, "day limit"), STORED) == 2
    assert batch.ending.result is not None
    assert (batch.ending.result.end, batch.ending.result.message) == (End.PAUSED, "day limit")


def test_a_stop_starts_nothing_more_and_what_is_under_way_is_awaited(desk: Desk) -> None:
    finished, gate = [], threading.Event()

    def slow() -> Sent:
        gate.wait(10)
        finished.append(1)
        return STORED

    def stopping() -> Sent:
        gate.set()
        return Sent(After.STOP, why="halted")

    batch = Batch(desk, ThreadLanes())
    batch.carry([lambda: STORED, slow, slow, stopping, *[slow] * 9])
    assert batch.ending.result is not None
    assert batch.ending.result.end is End.STOPPED
    assert len(finished) <= 5


def test_a_lost_lease_rests_instead_of_stopping(batch: Batch) -> None:
    assert batch.come_to(STORED, Sent(After.STOP, why=LEASE_LOST), STORED) == 2
    assert batch.ending.result is not None
    assert batch.ending.result.end is End.PAUSED


def test_three_lost_answers_in_a_row_open_the_breaker(batch: Batch, desk: Desk) -> None:
    assert batch.come_to(STORED, DOUBT, DOUBT, DOUBT, STORED) == 4
    assert (batch.tally.sent, batch.tally.doubts, len(batch.doubts)) == (4, 3, 3)
    assert desk.ledger.read_breaker("demo")[0] == 1


def test_an_answer_in_between_keeps_the_breaker_closed(batch: Batch, desk: Desk) -> None:
    assert batch.come_to(DOUBT, DOUBT, STORED, DOUBT, DOUBT, REFUSED) == 6
    assert desk.ledger.read_breaker("demo") == (0, "")


def test_five_requests_in_a_row_that_never_left_open_the_breaker(batch: Batch, desk: Desk) -> None:
    assert batch.come_to(*[UNSENT] * 9) == 5
    assert [wait for wait in batch.waits if wait] == [2.0] * 4
    assert desk.ledger.read_breaker("demo")[0] == 1


def test_many_doubts_of_one_batch_halt(batch: Batch, desk: Desk) -> None:
    batch.come_to(*[DOUBT, STORED] * 5)
    assert desk.ledger.halt_reason("demo") == "5 of 10 requests of one batch are in doubt"


def test_a_lane_that_fails_is_raised_after_the_others_have_ended(desk: Desk) -> None:
    finished, lanes = [], ThreadLanes()

    def broken() -> Sent:
        raise OutsideFailed("The disk is full.")

    def good() -> Sent:
        finished.append(1)
        return STORED

    with pytest.raises(OutsideFailed, match="disk"):
        Batch(desk, lanes).carry([good, good, broken, good, good, good])
    assert lanes.busy == 0
    assert len(finished) >= 2
