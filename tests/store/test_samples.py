"""One open sample per kind; of two who go on with it the first wins."""

from __future__ import annotations

import pytest

from core.model import Kind
from core.store import SampleMovedOn, Store


def test_a_sample_is_kept_until_it_is_taken_away(store: Store) -> None:
    store.samples.write("demo", Kind.CLIENT, '{"size": 59}', "")
    assert store.samples.read("demo", Kind.CLIENT) == '{"size": 59}'
    assert store.samples.read("demo", Kind.STAFF) == ""
    store.samples.write("demo", Kind.CLIENT, "", '{"size": 59}')
    assert store.samples.read("demo", Kind.CLIENT) == ""


def test_who_saw_another_state_is_told_to_look_again(store: Store) -> None:
    store.samples.write("demo", Kind.CLIENT, "first", "")
    for seen in ("", "other"):
        with pytest.raises(SampleMovedOn):
            store.samples.write("demo", Kind.CLIENT, "second", seen)
    assert store.samples.read("demo", Kind.CLIENT) == "first"


def test_a_sample_is_no_candidate_set(store: Store) -> None:
    store.samples.write("demo", Kind.CLIENT, "sample", "")
    store.candidate_sets.write("demo", Kind.CLIENT, "lists", b"kept")
    assert store.samples.read("demo", Kind.CLIENT) == "sample"
    assert store.candidate_sets.read("demo", Kind.CLIENT, "lists") == b"kept"
