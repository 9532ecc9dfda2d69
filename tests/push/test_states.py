"""The table of legal moves, move by move."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest

from core.push.book import Book
from core.push.states import LEGAL, IllegalMove, State, is_legal
from tests.push.desk import Desk

#: The moves of the ledger, written out once more by hand: state -> where it may go.
EXPECTED = {
    "draft": "ready held confirmed needs_person excluded",
    "ready": "sending held posted confirmed excluded",
    "sending": "ready rejected posted unknown needs_person",
    "unknown": "posted ready needs_person held",
    "posted": "confirmed drifted needs_person changing",
    "confirmed": "drifted needs_person changing",
    "drifted": "confirmed needs_person changing excluded",
    "held": "ready excluded posted confirmed needs_person changing",
    "rejected": "ready excluded posted confirmed held",
    "needs_person": "ready excluded posted confirmed drifted held changing retracted",
    "excluded": "ready posted held",
    "changing": "posted retracted drifted needs_person",
    "retracted": "needs_person",
}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(State, State)))
def test_only_the_moves_of_the_table_are_legal(before: State, after: State) -> None:
    assert is_legal(before, after) == (after in EXPECTED[before].split())


def test_the_table_knows_every_state() -> None:
    assert set(LEGAL) == set(State)


def test_a_state_of_another_version_never_moves() -> None:
    assert not is_legal("teleported", "ready")
    assert not is_legal("ready", "teleported")


@dataclass(frozen=True)
class Stated:
    id: str
    state: str


def test_an_illegal_move_raises_and_halts(desk: Desk) -> None:
    book = Book(desk.ledger, "demo", "T1", actor="Kim")
    with pytest.raises(IllegalMove, match="b1"):
        book.plan(Stated("b1", "sending"), State.CONFIRMED, "no")
    assert "illegal move" in desk.ledger.halt_reason("demo")
