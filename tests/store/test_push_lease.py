"""What guards a push: the breaker's memory, the one tenant of a ledger, and how often something was told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.model import utc_text
from core.push.ports import Move
from core.store import Store
from tests.fakes import FakeClock


@pytest.fixture
def ledger(store: Store) -> Any:
    return store.ledger


def add(ledger: Any, name: str, *, state: str = "ready", tenant: str = "T1") -> str:
    row = {"tenant": tenant, "group_key": f"entry:{name}", "seq": 1, "marker": name, "state": state, "epoch": 0}
    row |= {"job": "J1", "task_id": "JT1", "staff_id": "S1", "date": FakeClock().now().date(), "minutes": 5}
    row |= {"note_sent": "n", "content_hash": "h", "entries": {}}
    return str(ledger.add_bundles("demo", [row], actor="Kim", why="queued")[0])


def test_a_breaker_is_closed_until_something_fails(ledger: Any, clock: FakeClock) -> None:
    assert ledger.read_breaker("demo") == (0, "")
    ledger.write_breaker("demo", 2, clock.now())
    assert ledger.read_breaker("demo") == (2, utc_text(clock.now()))
    ledger.write_breaker("demo", 0, None)
    assert ledger.read_breaker("demo") == (0, "")


def test_the_breaker_leaves_the_lease_alone(ledger: Any, clock: FakeClock) -> None:
    epoch = ledger.take_lease("demo", "w1", 60)
    ledger.write_breaker("demo", 1, clock.now())
    assert ledger.judge_send("demo", "w1", epoch) == ""


def test_a_ledger_of_one_tenant_has_no_other(ledger: Any) -> None:
    add(ledger, "a")
    assert ledger.find_other_tenant("demo", "T1") == ""
    assert ledger.find_other_tenant("demo", "T2") == "T1"


def test_time_confirmed_for_another_tenant_is_found_too(ledger: Any) -> None:
    add(ledger, "a", state="confirmed")
    assert ledger.find_other_tenant("demo", "T2") == "T1"
    assert ledger.find_other_tenant("elsewhere", "T2") == ""


def test_bundles_are_counted_once_by_what_was_told_of_them(ledger: Any, clock: FakeClock) -> None:
    one = add(ledger, "a")
    for before, after in (("ready", "held"), ("held", "ready")):
        ledger.move_all("demo", [Move(one, before, after, "also in XPM as u2")], actor="Kim")
    since = utc_text(clock.now() - timedelta(hours=1))
    assert ledger.count_told("demo", "in XPM as", since) == 1
    assert ledger.count_told("demo", "in XPM as", utc_text(clock.now() + timedelta(hours=1))) == 0
