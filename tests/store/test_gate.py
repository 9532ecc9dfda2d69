"""The shared gate under the real policy: no process ever starts a call too many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.store import Store
from core.store.engine import reading
from core.store.tables import gate_call
from core.xpm.counted_gate import CountedGate
from core.xpm.gate import Limits, Remaining, Ticket, Wait, WaitReason
from tests.fakes import FakeClock
from tests.store.racing import race

TENANT = "tenant-1"
NOTHING_SAID = Remaining()


@pytest.fixture
def gate(store: Store) -> CountedGate:
    return CountedGate(store.gate, Limits(per_day=1000))


def admit(gate: CountedGate, clock: FakeClock, *, write: bool = False, tenant: str = TENANT) -> Ticket | Wait:
    return gate.admit(tenant, write=write, deadline=clock.now() + timedelta(seconds=60))


def call(gate: CountedGate, clock: FakeClock, remaining: Remaining = NOTHING_SAID) -> Ticket:
    ticket = admit(gate, clock)
    assert isinstance(ticket, Ticket)
    gate.finish(ticket, remaining)
    return ticket


def reason(answer: Ticket | Wait) -> WaitReason | None:
    return answer.reason if isinstance(answer, Wait) else None


def test_the_fifth_call_in_flight_waits(gate: CountedGate, clock: FakeClock) -> None:
    tickets = [admit(gate, clock) for _ in range(4)]
    assert reason(admit(gate, clock)) is WaitReason.IN_FLIGHT
    assert isinstance(tickets[0], Ticket)
    gate.finish(tickets[0], NOTHING_SAID)
    assert isinstance(admit(gate, clock), Ticket)


def test_processes_that_start_at_once_share_the_places(gate: CountedGate, clock: FakeClock) -> None:
    answers = race(*[lambda: admit(gate, clock)] * 8)
    assert sum(isinstance(answer, Ticket) for answer in answers) == 4
    assert sum(isinstance(answer, Wait) for answer in answers) == 4


def test_a_call_whose_process_died_is_forgotten_at_its_deadline(gate: CountedGate, clock: FakeClock) -> None:
    for _ in range(4):
        admit(gate, clock)
    clock.advance(60)
    assert isinstance(admit(gate, clock), Ticket)
    assert gate.meter(TENANT).in_flight == 1


def test_the_fifty_ninth_start_of_a_minute_waits(gate: CountedGate, clock: FakeClock) -> None:
    for _ in range(58):
        call(gate, clock)
        clock.advance(0.9)
    answer = admit(gate, clock)
    assert reason(answer) is WaitReason.MINUTE
    assert isinstance(answer, Wait)
    clock.advance(answer.seconds)
    assert isinstance(admit(gate, clock), Ticket)


def test_writes_leave_the_reserve_to_reads(store: Store, clock: FakeClock) -> None:
    gate = CountedGate(store.gate, Limits(per_day=210, per_minute=1000))
    for _ in range(10):
        call(gate, clock)
    assert reason(admit(gate, clock, write=True)) is WaitReason.RESERVE
    assert isinstance(admit(gate, clock, write=False), Ticket)


def test_a_used_up_day_waits_for_the_next_one(store: Store, clock: FakeClock) -> None:
    gate = CountedGate(store.gate, Limits(per_day=3, per_minute=1000))
    for _ in range(3):
        call(gate, clock)
    answer = admit(gate, clock)
    assert answer == Wait(23 * 3600.0, WaitReason.DAY)
    clock.advance(23 * 3600)
    assert isinstance(admit(gate, clock), Ticket)


def test_what_xpm_says_is_left_corrects_our_count_downwards(gate: CountedGate, clock: FakeClock) -> None:
    call(gate, clock, Remaining(minute=40, day=700))
    assert (gate.meter(TENANT).minute_left, gate.meter(TENANT).day_left) == (40, 700)
    call(gate, clock)
    assert (gate.meter(TENANT).minute_left, gate.meter(TENANT).day_left) == (39, 699)


def test_an_answer_that_comes_late_does_not_raise_the_count(gate: CountedGate, clock: FakeClock) -> None:
    call(gate, clock, Remaining(minute=40, day=700))
    call(gate, clock, Remaining(minute=42, day=702))
    assert (gate.meter(TENANT).minute_left, gate.meter(TENANT).day_left) == (39, 699)


def test_a_day_that_begins_anew_at_xpm_begins_anew_here(store: Store, clock: FakeClock) -> None:
    gate = CountedGate(store.gate, Limits(per_day=1000, per_minute=1000))
    for left in (500, 499, 1000):
        call(gate, clock, Remaining(day=left))
    assert (gate.meter(TENANT).day_used, gate.meter(TENANT).day_left) == (0, 1000)


def test_what_xpm_said_of_a_minute_holds_for_a_minute(gate: CountedGate, clock: FakeClock) -> None:
    call(gate, clock, Remaining(minute=0))
    assert reason(admit(gate, clock)) is WaitReason.MINUTE
    clock.advance(60)
    assert isinstance(admit(gate, clock), Ticket)


def test_nothing_starts_during_a_pause(gate: CountedGate, clock: FakeClock) -> None:
    gate.pause(TENANT, clock.now() + timedelta(seconds=22), "minute")
    assert admit(gate, clock) == Wait(22.0, WaitReason.PAUSED)
    assert gate.meter(TENANT).pause_reason == "minute"
    clock.advance(22)
    assert isinstance(admit(gate, clock), Ticket)


def test_a_shorter_pause_does_not_end_a_longer_one(gate: CountedGate, clock: FakeClock) -> None:
    gate.pause(TENANT, clock.now() + timedelta(hours=2), "day")
    gate.pause(TENANT, clock.now() + timedelta(seconds=5), "minute")
    assert gate.meter(TENANT).paused_until == clock.now() + timedelta(hours=2)
    assert gate.meter(TENANT).pause_reason == "day"


def test_what_xpm_said_before_a_pause_is_forgotten_after_it(gate: CountedGate, clock: FakeClock) -> None:
    call(gate, clock, Remaining(minute=30, day=0))
    gate.pause(TENANT, clock.now() + timedelta(hours=2), "day")
    clock.advance(2 * 3600)
    assert isinstance(admit(gate, clock), Ticket)


def test_tenants_have_gates_of_their_own(gate: CountedGate, clock: FakeClock) -> None:
    for _ in range(4):
        admit(gate, clock)
    assert isinstance(admit(gate, clock, tenant="tenant-2"), Ticket)
    assert gate.meter("tenant-3").day_used == 0


def test_a_call_that_may_not_start_is_not_counted(gate: CountedGate, clock: FakeClock) -> None:
    gate.pause(TENANT, clock.now() + timedelta(seconds=22), "minute")
    admit(gate, clock)
    assert (gate.meter(TENANT).day_used, gate.meter(TENANT).minute_used) == (0, 0)


def test_old_calls_are_forgotten_but_never_their_numbers(store: Store, gate: CountedGate, clock: FakeClock) -> None:
    numbers = []
    for _ in range(5):
        numbers.append(call(gate, clock).number)
        clock.advance(120)
    with reading(store.engine) as connection:
        assert connection.execute(select(func.count()).select_from(gate_call)).scalar_one() == 1
    assert sorted(set(numbers)) == numbers


def test_a_clock_set_back_does_not_block_for_as_long(gate: CountedGate, clock: FakeClock) -> None:
    clock.advance(24 * 3600)
    for _ in range(4):
        admit(gate, clock)
    clock.advance(-24 * 3600)
    assert isinstance(admit(gate, clock), Ticket)
