"""What is remembered of entries that are not in XPM: since when, and what held them last."""

from __future__ import annotations

import pytest

from core.store import Store
from core.store.waiting import Waiting
from tests.fakes import FakeClock

DAY = 86_400
FIRST, SECOND = "2026-11-20T01:00:00+00:00", "2026-11-21T01:00:00+00:00"


@pytest.fixture
def waiting(store: Store, clock: FakeClock) -> Waiting:
    return Waiting(store.engine, clock)


def read(waiting: Waiting) -> dict[str, tuple[str, str, str]]:
    rows = waiting.read("p")
    return {str(entry): (row["reason"], row["since"][:10], row["seen_at"][:10]) for entry, row in rows.iterrows()}


def test_an_entry_keeps_the_instant_it_was_first_seen_at(waiting: Waiting, clock: FakeClock) -> None:
    waiting.note("p", {"e1": "client unlinked"})
    clock.advance(DAY)
    assert waiting.note("p", {"e1": "client unlinked"}) == 0
    assert read(waiting) == {"e1": ("client unlinked", FIRST[:10], FIRST[:10])}


def test_another_reason_has_its_own_instant(waiting: Waiting, clock: FakeClock) -> None:
    waiting.note("p", {"e1": "client unlinked"})
    clock.advance(DAY)
    waiting.note("p", {"e1": "task unlinked"})
    assert read(waiting) == {"e1": ("task unlinked", FIRST[:10], SECOND[:10])}


def test_what_is_ready_now_keeps_what_held_it(waiting: Waiting, clock: FakeClock) -> None:
    waiting.note("p", {"e1": "client unlinked", "e2": ""})
    clock.advance(DAY)
    assert waiting.note("p", {"e1": "", "e2": ""}) == 0
    assert [row[0] for row in read(waiting).values()] == ["client unlinked", ""]


def test_what_reached_xpm_or_is_gone_is_forgotten(waiting: Waiting) -> None:
    waiting.note("p", {"e1": "", "e2": "tie", "e3": ""})
    waiting.note("p", {"e2": "tie"})
    assert list(read(waiting)) == ["e2"]


def test_practices_do_not_share_what_waits(waiting: Waiting) -> None:
    waiting.note("p", {"e1": ""})
    waiting.note("q", {"e1": "tie"})
    waiting.note("q", {})
    assert (len(waiting.read("p")), len(waiting.read("q"))) == (1, 0)


def test_many_entries_are_forgotten_at_once(waiting: Waiting) -> None:
    waiting.note("p", {f"e{n}": "" for n in range(1_200)})
    assert waiting.note("p", {"e1": ""}) == 1_199
    assert list(read(waiting)) == ["e1"]
