"""Which list is asked, and when it counts as complete."""

from __future__ import annotations

from datetime import date

import pytest

from core.push.listing import IncompleteList, Scope, choose_scope, read_complete, read_list
from tests.push.desk import Desk, entry_rows
from tests.push.fake_xpm import FakeXpm

TODAY = date(2026, 11, 20)
OLD, YOUNG = date(2026, 9, 1), date(2026, 11, 18)


def test_a_window_reaches_from_the_first_entry_to_tomorrow() -> None:
    """So that it holds the entry under both meanings of XPM's window: its own date and the day it was made."""
    scope = choose_scope([OLD, YOUNG], ["S1"], TODAY, 10, 20_000)
    assert (scope.start, scope.end, scope.staff, scope.calls) == (date(2026, 8, 31), date(2026, 11, 21), None, 1)


def test_an_entry_of_the_future_is_inside_its_window() -> None:
    assert choose_scope([date(2026, 12, 1)], ["S1"], TODAY, 10, 20_000).end == date(2026, 12, 2)


def test_a_list_that_would_be_too_long_is_asked_per_person() -> None:
    scope = choose_scope([OLD], ["S2", "S1", "S2"], TODAY, 1000, 20_000)
    assert (scope.staff, scope.calls) == (("S1", "S2"), 2)
    assert not scope.covers(YOUNG, "S3")


def test_a_window_over_a_year_counts_its_calls() -> None:
    assert Scope(date(2024, 1, 1), date(2026, 1, 1)).calls == 2


class Twice(FakeXpm):
    def list_times(self, start: date, end: date) -> list[object]:  # type: ignore[override]
        return [*super().list_times(start, end)] * 2


@pytest.mark.parametrize("spoil", ["twice", "no staff"])
def test_a_list_with_a_doubled_or_unreadable_row_decides_nothing(spoil: str) -> None:
    xpm = Twice() if spoil == "twice" else FakeXpm()
    xpm.type_by_hand("x1", staff_id="" if spoil == "no staff" else "S1")
    with pytest.raises(IncompleteList, match="x1"):
        read_list(xpm, Scope(OLD, TODAY))


def test_people_outside_the_list_are_no_witnesses(desk: Desk) -> None:
    desk.push(entry_rows(1))
    listing = read_complete(desk.xpm, desk.ledger, "demo", Scope(OLD, TODAY, ("S9",)))
    assert (listing.complete, listing.gone, list(listing.sheets)) == (True, (), [])


def test_a_deleted_witness_does_not_make_the_list_partial(desk: Desk) -> None:
    desk.push(entry_rows(2))
    del desk.xpm.sheets["u1"]
    listing = read_complete(desk.xpm, desk.ledger, "demo", Scope(OLD, TODAY))
    assert [bundle.remote_uuid for bundle in listing.gone] == ["u1"]
