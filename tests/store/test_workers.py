"""Signs of life: the newest counts, and who ended is forgotten."""

from __future__ import annotations

from core.store import Store
from tests.fakes import FakeClock


def test_the_last_sign_of_life_is_kept_beside_the_first(store: Store, clock: FakeClock) -> None:
    store.workers.beat("w1", "desk", 7)
    clock.advance(5)
    store.workers.beat("w1", "desk", 7)
    (beat,) = store.workers.list()
    assert (beat.started_at[17:19], beat.beat_at[17:19], beat.host, beat.pid) == ("00", "05", "desk", 7)


def test_a_forgotten_worker_may_come_back(store: Store) -> None:
    store.workers.beat("w1", "desk", 7)
    store.workers.forget("w1")
    assert list(store.workers.list()) == []
    store.workers.beat("w1", "desk", 7)
    assert [beat.name for beat in store.workers.list()] == ["w1"]
