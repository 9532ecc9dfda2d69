"""What was learned: the newest counts, a reset empties it, and the log tells of both."""

from __future__ import annotations

from core.model import Kind, utc_text
from core.store import Store
from tests.fakes import FakeClock

SHIFTS = {"shifts": [{"feature": "email", "by": 0.8}], "certain": 0.995}


def test_what_was_learned_last_counts(store: Store) -> None:
    store.learned.add("demo", Kind.CLIENT, {"certain": 0.99}, "Ann")
    store.learned.add("demo", Kind.CLIENT, SHIFTS, "worker")
    kept = store.learned.newest("demo", Kind.CLIENT)
    assert kept is not None
    assert (kept.content, kept.by) == (SHIFTS, "worker")


def test_nothing_is_there_before_anything_was_learned(store: Store) -> None:
    store.learned.add("demo", Kind.STAFF, SHIFTS, "Ann")
    store.learned.add("other", Kind.CLIENT, SHIFTS, "Ann")
    assert store.learned.newest("demo", Kind.CLIENT) is None
    assert store.learned.reset_at("demo", Kind.CLIENT) == ""


def test_a_reset_leaves_nothing_but_when_it_was(store: Store, clock: FakeClock) -> None:
    store.learned.add("demo", Kind.CLIENT, SHIFTS, "Ann")
    clock.advance(300)
    store.learned.reset("demo", Kind.CLIENT, "Margaret")
    kept = store.learned.newest("demo", Kind.CLIENT)
    assert kept is not None
    assert (kept.content, kept.by) == ({}, "Margaret")
    assert store.learned.reset_at("demo", Kind.CLIENT) == kept.at == utc_text(clock.now())


def test_history_keeps_what_was_forgotten(store: Store) -> None:
    store.learned.add("demo", Kind.CLIENT, SHIFTS, "Ann")
    store.learned.reset("demo", Kind.CLIENT, "Margaret")
    history = store.learned.history("demo", Kind.CLIENT)
    assert history["by"].tolist() == ["Margaret", "Ann"]
    assert history["content"].ne("").tolist() == [False, True]


def test_the_log_tells_of_learning_and_forgetting(store: Store) -> None:
    store.learned.add("demo", Kind.CLIENT, SHIFTS, "Ann", told="2 weights moved", why="Learned from 90 decisions.")
    store.learned.reset("demo", Kind.CLIENT, "Margaret")
    events = store.events.list("demo")
    assert events[["actor", "verb", "after", "why"]].to_numpy().tolist() == [
        ["Margaret", "forgot", "matching as shipped", ""],
        ["Ann", "learned", "2 weights moved", "Learned from 90 decisions."],
    ]


def test_a_check_that_changed_nothing_is_kept_but_not_logged(store: Store) -> None:
    store.learned.add("demo", Kind.CLIENT, {"certain": 0.99}, "Ann")
    assert store.events.list("demo").empty
    assert store.learned.newest("demo", Kind.CLIENT) is not None


def test_learning_and_forgetting_change_the_version(store: Store) -> None:
    versions = [store.versions.read("demo")]
    store.learned.add("demo", Kind.CLIENT, {"certain": 0.99}, "Ann")
    versions.append(store.versions.read("demo"))
    store.learned.reset("demo", Kind.CLIENT, "Margaret")
    versions.append(store.versions.read("demo"))
    assert len(set(versions)) == 3
