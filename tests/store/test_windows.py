"""Windows of days: what lies in them, what was moved out or in, and nothing else; on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from core.model import LOCAL_FRAMES, XPM_FRAMES, shape_frame
from core.store import Store, Window
from core.store.ledger_rows import HeldMember
from core.store.windows import Days

WEEK = Window(date(2026, 11, 16), date(2026, 11, 20))


def frame(name: str, side: str, rows: dict[str, str]) -> pd.DataFrame:
    contract = (LOCAL_FRAMES if side == "local" else XPM_FRAMES)[name]
    dates = pd.DataFrame({"date": pd.to_datetime(pd.Series(rows))}).rename_axis("id")
    return shape_frame(dates.assign(minutes=60), contract)


def bundle(number: str, day: date, **changes: Any) -> dict[str, Any]:
    row = {"tenant": "T1", "group_key": f"entry:{number}", "seq": 1, "marker": f"M{number}", "state": "confirmed"}
    row |= {"job": "J1", "task_id": "JT1", "staff_id": "S1", "date": day, "minutes": 60, "note_sent": "", "epoch": 0}
    row |= {"content_hash": "h", "remote_uuid": f"u{number}", "entries": {number: HeldMember(60, 60, "h")}}
    return row | changes


@pytest.fixture
def practice(store: Store) -> Store:
    """in: dated and sent in the week. out: sent in it, moved out. into: sent before, moved in. old: before. new: ready.
    gone: sent in it, without entry. far: its timesheet was moved into the week in XPM."""
    entries = {"in": "2026-11-18", "out": "2026-12-01", "into": "2026-11-19", "old": "2026-10-01", "new": "2026-11-17"}
    store.frames.write("local", "actual_times", "p", frame("actual_times", "local", entries | {"far": "2026-10-02"}))
    times = {"uin": "2026-11-18", "uout": "2026-11-18", "uold": "2026-10-01", "ufar": "2026-11-20", "x1": "2026-11-16"}
    store.frames.write("xpm", "times", "p", frame("times", "xpm", times))
    days = {"in": (11, 18), "out": (11, 18), "into": (10, 1), "old": (10, 1), "gone": (11, 17), "far": (10, 2)}
    rows = [bundle(name, date(2026, *day)) for name, day in days.items()]
    store.ledger.add_bundles("p", rows, actor="Kim", why="sent")
    for name in ("in", "out", "old"):
        store.ledger.choose("p", [name], "late_ok", [], by="Kim", why=name)
    return store


def read(practice: Store, window: Window = WEEK) -> Days:
    return practice.windows.read("p", window)


def test_a_window_holds_its_entries_and_those_whose_timesheet_lies_in_it(practice: Store) -> None:
    assert sorted(read(practice).entries.index) == ["in", "into", "new", "out"]


def test_an_entry_moved_into_a_window_finds_its_bundle(practice: Store) -> None:
    assert sorted(read(practice).ledger.index) == ["gone", "in", "into", "out"]


def test_time_of_ours_that_was_moved_in_xpm_is_known_as_ours(practice: Store) -> None:
    found = read(practice)
    assert sorted(found.times.index) == ["ufar", "uin", "uout", "x1"]
    assert found.elsewhere == {"ufar"}


def test_sayings_are_those_of_the_windows_entries(practice: Store) -> None:
    assert sorted(read(practice).choices.index) == ["in", "out"]


def test_single_days_are_read_beside_the_window(practice: Store) -> None:
    days = tuple(practice.windows.days_of("p", ["old", "nobody"]))
    both = read(practice, Window(WEEK.start, WEEK.end, days)).entries
    assert sorted(both.index) == ["in", "into", "new", "old", "out"]
    assert sorted(read(practice, Window(days=days, is_open=False)).entries.index) == ["into", "old"]


def test_a_window_without_end_goes_on_into_the_future(practice: Store) -> None:
    assert "out" in read(practice, Window(date(2026, 11, 30))).entries.index
    assert not Window(date(2026, 11, 30)).is_whole
    assert Window(end=date(2026, 11, 30)).is_whole


def test_the_ends_of_local_time_and_the_pace_are_counted_by_the_database(practice: Store) -> None:
    assert practice.windows.ends("p") == (date(2026, 10, 1), date(2026, 12, 1))
    assert practice.windows.ends("nobody") is None
    assert practice.windows.count_times("p", date(2026, 11, 1), date(2026, 11, 30)) == (4, 3)


def test_what_a_person_said_last_holds_and_lateness_stands_beside_it(store: Store) -> None:
    for choice in ("late_ok", "exclude"):
        store.ledger.choose("p", ["e1", "e2"], choice, [], by="Kim")
    store.ledger.choose("p", ["e2"], "include", [], by="Kim")
    store.ledger.choose("p", ["e3"], "late_ok", [], by="Kim")
    said = store.ledger.choices("p")
    assert said["choice"].to_dict() == {"e1": "exclude", "e3": ""}
    assert said["late_ok"].to_dict() == {"e1": True, "e3": True}


def test_the_bundles_of_entries_are_found_by_entry(practice: Store) -> None:
    found = practice.ledger.bundles_of("p", ["in", "nobody"])
    assert [(name, one.remote_uuid) for name, [one] in found.items()] == [("in", "uin")]
