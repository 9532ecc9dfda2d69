"""What the list right before a batch lets through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.push.clearing import Clearing
from core.push.job import Ending, PushJob
from core.push.listing import Listing, Scope
from core.push.ports import Bundle
from core.push.queue import Wishes, queue_bundles, read_wanted
from core.push.watch import Watch
from tests.push.desk import Desk, entry_rows

SCOPE = Scope(date(2026, 11, 17), date(2026, 11, 21))


class Desktop:
    """Three queued entries, and a clearing that reads what XPM shows now."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.wishes = desk, Wishes(None)
        self.ending = Ending("r1", desk.clock)
        book = replace(desk.book, run="r1", actor="Kim")
        watch = Watch(PushJob("demo", "T1", "r1", "Kim", "w1"), desk.seams(), book, self.ending)
        wanted = read_wanted(entry_rows())
        self.wishes.note(wanted)
        queue_bundles(wanted, book, "local", desk.settings)
        self.clearing = Clearing(desk.seams(), book, watch, self.wishes, desk.settings)

    def clear(self) -> list[int]:
        """Minutes of the bundles that may go."""
        batch: list[Bundle] = list(self.desk.ledger.find("demo", states=("ready",)))
        listing = Listing(SCOPE, list(self.desk.xpm.sheets.values()), complete=True)
        return sorted(bundle.minutes for bundle in self.clearing.clear(batch, listing))


@pytest.fixture
def desktop(desk: Desk) -> Desktop:
    return Desktop(desk)


def test_a_batch_that_xpm_does_not_have_goes_whole(desktop: Desktop) -> None:
    assert desktop.clear() == [10, 20, 30]


def test_what_looks_typed_by_hand_is_held_and_the_others_go(desktop: Desktop) -> None:
    desktop.desk.xpm.type_by_hand("x1", minutes=20)
    assert desktop.clear() == [10, 30]


def test_what_arrived_meanwhile_is_taken_over_and_not_sent(desktop: Desktop) -> None:
    marker = desktop.desk.ledger.frame("demo").loc["e2", "marker"]
    desktop.desk.xpm.type_by_hand("u9", minutes=20, note=f"Work 2 ~{marker}")
    assert desktop.clear() == [10, 30]
    assert desktop.desk.states()["e2"] == "confirmed"


@pytest.mark.parametrize("choice", ["separate_work", "send_again"])
def test_what_a_person_released_goes_in_spite_of_a_lookalike(desktop: Desktop, choice: str) -> None:
    desktop.desk.xpm.type_by_hand("x1", minutes=20)
    desktop.desk.ledger.choose("demo", ["e2"], choice, [], by="Kim")
    assert desktop.clear() == [10, 20, 30]


def test_a_marker_nobody_knows_lets_nothing_through_and_halts(desktop: Desktop) -> None:
    desktop.desk.xpm.type_by_hand("o1", minutes=7, note="from elsewhere ~7K3M9QXA42")
    assert desktop.clear() == []
    assert "does not know" in desktop.desk.ledger.halt_reason("demo")
