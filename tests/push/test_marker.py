"""The marker: computable again, found after retyping, never drowned by the note."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.push.marker import (
    ALPHABET,
    CANDIDATES,
    MarkersExhausted,
    compose_note,
    entry_marker,
    find_markers,
    make_marker,
    notes_equal,
)


def test_a_marker_can_be_computed_again() -> None:
    assert make_marker("T1", "local", "entry:42", 1) == "J6X2TVZWBT"
    assert entry_marker("T1", "42") == make_marker("T1", "local", "entry:42", 1)


def test_tenant_source_key_and_seq_each_change_the_marker() -> None:
    asked = [("T1", "local", "a", 1), ("T2", "local", "a", 1), ("T1", "other", "a", 1), ("T1", "local", "b", 1)]
    markers = {make_marker(*case) for case in [*asked, ("T1", "local", "a", 2)]}
    assert len(markers) == 5


def test_each_collision_takes_other_bits_until_none_is_left() -> None:
    markers = {make_marker("T1", "local", "entry:42", 1, nth) for nth in range(CANDIDATES)}
    assert len(markers) == CANDIDATES
    with pytest.raises(MarkersExhausted, match="entry:42"):
        make_marker("T1", "local", "entry:42", 1, CANDIDATES)


@pytest.mark.parametrize(
    "note",
    [
        "Bank reconciliation ~7K3M9QXA40",
        "~7K3M9QXA40",
        "checked ~7k3m9qxa4o by Aroha",
        "ledger &amp; bank &#126;7K3M9QXA40",
        "full width ～７Ｋ３Ｍ９ＱＸＡ４０",
        "(~7K3M9QXA40)",
    ],
)
def test_a_marker_is_found_however_the_note_was_retyped(note: str) -> None:
    assert find_markers(note) == ["7K3M9QXA40"]


@pytest.mark.parametrize(
    "note",
    [
        "",
        "about ~1500 words",
        "~7K3M9QXA4",
        "~7K3M9QXA421",
        "7K3M9QXA42",
        "x~7K3M9QXA42",
        "~7K3M9QXAU2",
        "~~~~~~~~~~~~",
    ],
)
def test_text_of_another_shape_is_no_marker(note: str) -> None:
    assert find_markers(note) == []


def test_a_long_note_is_cut_so_that_the_marker_fits() -> None:
    composed = compose_note("word " * 100, "7K3M9QXA42", limit=80)
    assert composed.cut
    assert len(composed.text) <= 80
    assert composed.text.endswith("… ~7K3M9QXA42")


@pytest.mark.parametrize("note", ["see ~ABCDEFGHJK", "see &#126;ABCDEFGHJK", "see ～ＡＢＣＤＥＦＧＨＪＫ"])
def test_text_that_looks_like_a_marker_gets_a_dot(note: str) -> None:
    composed = compose_note(note, "7K3M9QXA42")
    assert composed.dotted
    assert find_markers(composed.text) == ["7K3M9QXA42"]


def test_an_empty_note_becomes_the_bare_marker() -> None:
    assert compose_note("", "7K3M9QXA42").text == "~7K3M9QXA42"


def test_with_the_marker_off_the_note_stays_as_it_was() -> None:
    assert compose_note("Payroll\x00run\n2", "").text == "Payroll run 2"


@given(st.text(max_size=120), st.text(alphabet=ALPHABET, min_size=10, max_size=10))
def test_every_note_carries_exactly_its_own_marker(text: str, marker: str) -> None:
    composed = compose_note(text, marker, limit=60)
    assert find_markers(composed.text) == [marker]
    assert len(composed.text) <= 60


def test_escaping_and_blanks_do_not_make_a_note_different() -> None:
    assert notes_equal("Smith &amp; Co  call ~7K3M9QXA42", "Smith & Co call ~7K3M9QXA42")
    assert not notes_equal("Smith & Co call", "Smith & Co call ~7K3M9QXA42")
