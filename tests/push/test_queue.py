"""From wanted timesheets to waiting bundles: which bundle takes them, and what is never queued twice."""

from __future__ import annotations

from datetime import date

import pytest

from core.push.adopt import adopt_wanted, record_orphans
from core.push.marker import make_marker
from core.push.ports import Member, Wanted
from core.push.queue import queue_bundles
from core.push.settings import PushSettings
from core.push.states import State
from tests.push.desk import Desk
from tests.push.fake_xpm import Sheet

DAY = date(2026, 11, 18)
KEY = f"day:S1|{DAY}|J1|JT1|1"


def want(*entries: str, key: str = KEY) -> Wanted:
    members = {entry: Member(10, 10, f"h-{entry}") for entry in entries}
    place = ("J1", "JT1", "S1", DAY)
    return Wanted(key, members, *place, 10 * len(entries), "Work", "", "", "-".join(entries), 600)


def queue(desk: Desk, *wanted: Wanted) -> None:
    queue_bundles(wanted, desk.book, "local", PushSettings())


def set_state(desk: Desk, seq: int, *states: State, uuid: str = "") -> None:
    """Take the seq-th timesheet of the place through these states."""
    for state in states:
        bundle = {one.seq: one for one in desk.ledger.find_by("demo", "group_key", [KEY])}[seq]
        values = {"remote_uuid": uuid} if uuid else {}
        desk.book.make([desk.book.plan(bundle, state, "test", **values)])


def members(desk: Desk) -> dict[tuple[str, int], list[str]]:
    """The entries of every bundle that has any, by group key and number."""
    bundles = {one.id: one for one in desk.ledger.find("demo")}
    held = desk.ledger.members_of(bundles)
    return {(bundles[one].group_key, bundles[one].seq): sorted(entries) for one, entries in held.items()}


def test_later_entries_of_a_sent_place_become_its_next_timesheet(desk: Desk) -> None:
    queue(desk, want("e1", "e2"))
    set_state(desk, 1, State.POSTED, uuid="u1")
    queue(desk, want("e3"))
    assert members(desk) == {(KEY, 1): ["e1", "e2"], (KEY, 2): ["e3"]}


@pytest.mark.parametrize("entries", [("e1", "e2"), ("e2", "e3")])
def test_an_entry_that_is_in_xpm_is_not_queued_again(desk: Desk, entries: tuple[str, ...]) -> None:
    queue(desk, want("e1", "e2"))
    set_state(desk, 1, State.POSTED, uuid="u1")
    queue(desk, want(*entries))
    assert members(desk) == {(KEY, 1): ["e1", "e2"]}


def test_a_waiting_timesheet_goes_though_a_later_one_was_sent_before_it(desk: Desk) -> None:
    queue(desk, want("e1", "e2"))
    set_state(desk, 1, State.SENDING, State.UNKNOWN)
    queue(desk, want("e3"))
    set_state(desk, 2, State.POSTED, uuid="u2")
    set_state(desk, 1, State.READY)
    queue(desk, want("e1", "e2"))
    assert members(desk) == {(KEY, 1): ["e1", "e2"], (KEY, 2): ["e3"]}
    assert [one.seq for one in desk.ledger.find("demo", states=(State.READY,))] == [1]


def test_entries_that_a_person_excluded_keep_their_bundle(desk: Desk) -> None:
    queue(desk, want("e1"))
    set_state(desk, 1, State.EXCLUDED)
    queue(desk, want("e2"))
    assert members(desk) == {(KEY, 1): ["e1"], (KEY, 2): ["e2"]}


def test_an_entry_that_waited_alone_leaves_its_bundle_when_the_practice_merges(desk: Desk) -> None:
    queue(desk, want("e1", key="entry:e1"))
    queue(desk, want("e1", "e2"))
    assert members(desk) == {(KEY, 1): ["e1", "e2"]}
    left = desk.ledger.find_by("demo", "group_key", ["entry:e1"])
    assert [(one.state, one.run) for one in left] == [("ready", "")]


def test_a_timesheet_that_was_taken_back_makes_room_for_the_next(desk: Desk) -> None:
    queue(desk, want("e1"))
    set_state(desk, 1, State.POSTED, uuid="u1")
    set_state(desk, 1, State.CHANGING, State.RETRACTED)
    queue(desk, want("e1"))
    assert members(desk) == {(KEY, 1): ["e1"], (KEY, 2): ["e1"]}


def test_a_correction_stands_beside_the_timesheet_it_corrects(desk: Desk) -> None:
    queue(desk, want("e1", key="entry:e1"))
    [bundle] = desk.ledger.find("demo")
    desk.book.make([desk.book.plan(bundle, State.POSTED, "test", remote_uuid="u1")])
    queue(desk, want("e1", key="correct:e1|h2"))
    assert members(desk) == {("entry:e1", 1): ["e1"], ("correct:e1|h2", 1): ["e1"]}


def test_a_place_whose_timesheet_nobody_can_explain_is_held_for_a_person(desk: Desk) -> None:
    note = f"Work ~{make_marker('T1', 'local', KEY, 1)}"
    record_orphans([Sheet("u1", "J1", "JT1", "S1", DAY, 30, note)], desk.book, "2026-11-20T01:00:00+00:00")
    queue(desk, want("e1", "e2"))
    held = desk.ledger.find_by("demo", "group_key", [KEY])
    assert [(one.state, one.reason, one.marker in note) for one in held] == [("held", "orphan", False)]


def test_an_entry_that_was_found_is_not_given_to_a_second_timesheet(desk: Desk) -> None:
    queue(desk, want("e1"))
    set_state(desk, 1, State.POSTED, uuid="u1")
    other = Sheet("u2", "J1", "JT1", "S1", DAY, 30, f"Work ~{make_marker('T1', 'local', KEY, 2)}")
    left = adopt_wanted([other], [want("e1", "e2")], desk.book, "local", PushSettings(), "2026-11-20T01:00:00+00:00")
    assert (left, members(desk)) == ([other], {(KEY, 1): ["e1"]})
