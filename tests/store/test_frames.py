"""Stored frames: what goes in comes out, and a write changes only what differs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from core.model import LOCAL_FRAMES, XPM_FRAMES, FrameBroken, empty_frame, shape_frame
from core.store import Changes, Store
from tests.fakes import FakeClock
from tests.store.racing import race


def times(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """XPM timesheets from (id, date, minutes)."""
    frame = pd.DataFrame(rows, columns=["id", "date", "minutes"]).set_index("id")
    frame["date"] = pd.to_datetime(frame["date"])
    return shape_frame(frame, XPM_FRAMES["times"])


def write(store: Store, frame: pd.DataFrame, **window: Any) -> Changes:
    return store.frames.write("xpm", "times", "demo", frame, **window)


def read(store: Store, **window: Any) -> dict[str, int]:
    return dict(store.frames.read("xpm", "times", "demo", **window)["minutes"])


OCTOBER = {"since": date(2026, 10, 1), "until": date(2026, 10, 31)}


@pytest.mark.parametrize(("side", "name"), [("local", n) for n in LOCAL_FRAMES] + [("xpm", n) for n in XPM_FRAMES])
def test_every_frame_keeps_its_contract(store: Store, side: str, name: str) -> None:
    contract = (LOCAL_FRAMES if side == "local" else XPM_FRAMES)[name]
    assert_frame_equal(store.frames.read(side, name, "demo"), empty_frame(contract))
    values: dict[str, Any] = {"text": "Ōtāhuhu & Söhne\n\t\\N", "time": "09:15", "int": -90, "bool": True}
    values |= {"date": pd.Timestamp("2026-02-28"), "money": Decimal("1234567.80")}
    row = {column.name: [values[column.kind], None] for column in contract.columns}
    frame = shape_frame(pd.DataFrame(row, index=["a", "b"]), contract)
    assert store.frames.write(side, name, "demo", frame) == Changes(2, 0, 0, 0)
    assert_frame_equal(store.frames.read(side, name, "demo"), frame)


def test_writing_the_same_frame_again_changes_nothing(store: Store) -> None:
    frame = times(("a", "2026-10-05", 30), ("b", "2026-10-06", 45))
    write(store, frame)
    assert write(store, frame.iloc[::-1]) == Changes(new=0, changed=0, vanished=0, same=2)


def test_missing_dates_and_money_count_as_equal(store: Store) -> None:
    frame = shape_frame(pd.DataFrame({"unit_cost": [None]}, index=["a"]), XPM_FRAMES["costs"])
    for expected in (Changes(1, 0, 0, 0), Changes(0, 0, 0, 1)):
        assert store.frames.write("xpm", "costs", "demo", frame) == expected
    assert store.frames.read("xpm", "costs", "demo")["unit_cost"].isna().all()


def test_new_changed_and_vanished_rows_are_told_apart(store: Store) -> None:
    write(store, times(("a", "2026-10-05", 30), ("b", "2026-10-06", 45), ("c", "2026-10-07", 60)))
    changes = write(store, times(("a", "2026-10-05", 30), ("b", "2026-10-06", 50), ("d", "2026-10-08", 15)))
    assert changes == Changes(new=1, changed=1, vanished=1, same=1)
    assert read(store) == {"a": 30, "b": 50, "d": 15}


def test_a_window_leaves_the_rows_around_it(store: Store) -> None:
    write(
        store, times(("sep", "2026-09-30", 1), ("a", "2026-10-01", 2), ("b", "2026-10-31", 3), ("nov", "2026-11-01", 4))
    )
    assert write(store, times(("a", "2026-10-01", 2)), **OCTOBER) == Changes(new=0, changed=0, vanished=1, same=1)
    assert read(store) == {"sep": 1, "a": 2, "nov": 4}


def test_a_row_that_moved_into_the_window_is_found_again(store: Store) -> None:
    write(store, times(("a", "2026-09-30", 30)))
    assert write(store, times(("a", "2026-10-01", 30)), **OCTOBER) == Changes(new=0, changed=1, vanished=0, same=0)
    assert read(store) == {"a": 30}


def test_an_empty_window_empties_only_that_window(store: Store) -> None:
    write(store, times(("a", "2026-10-05", 30), ("b", "2026-11-05", 45)))
    assert write(store, empty_frame(XPM_FRAMES["times"]), **OCTOBER).vanished == 1
    assert read(store) == {"b": 45}


def test_a_window_open_at_one_end_reaches_to_the_other(store: Store) -> None:
    write(store, times(("a", "2026-10-05", 30), ("b", "2027-11-05", 45)))
    write(store, times(("c", "2026-12-01", 5)), since=date(2026, 11, 1))
    assert read(store) == {"a": 30, "c": 5}


def test_reading_can_be_narrowed_by_date(store: Store) -> None:
    write(store, times(("a", "2026-10-05", 30), ("b", "2026-10-06", 45), ("c", "2026-10-07", 60)))
    assert read(store, start=date(2026, 10, 6)) == {"b": 45, "c": 60}
    assert read(store, start=date(2026, 10, 6), end=date(2026, 10, 6)) == {"b": 45}


def test_a_frame_without_dates_takes_no_window(store: Store) -> None:
    with pytest.raises(FrameBroken, match="no dates"):
        store.frames.read("xpm", "clients", "demo", start=date(2026, 1, 1))


def test_a_table_that_is_no_contract_is_refused(store: Store) -> None:
    with pytest.raises(FrameBroken, match="no such table"):
        store.frames.read("local", "times", "demo")


def test_practices_do_not_see_each_other(store: Store) -> None:
    write(store, times(("a", "2026-10-05", 30)))
    store.frames.write("xpm", "times", "other", times(("a", "2026-10-05", 99)))
    assert read(store) == {"a": 30}
    store.frames.write("xpm", "times", "other", empty_frame(XPM_FRAMES["times"]))
    assert read(store) == {"a": 30}


def test_a_refused_frame_leaves_the_stored_rows(store: Store) -> None:
    write(store, times(("a", "2026-10-05", 30)))
    doubled = pd.DataFrame({"minutes": [1, 2]}, index=["b", "b"])
    with pytest.raises(FrameBroken, match="occurs twice"):
        write(store, doubled)
    assert read(store) == {"a": 30}


def test_a_nul_in_a_text_is_kept_as_its_sign(store: Store) -> None:
    frame = shape_frame(pd.DataFrame({"name": ["Jane\0Citizen"]}, index=["C\x001"]), LOCAL_FRAMES["clients"])
    for expected in (Changes(1, 0, 0, 0), Changes(0, 0, 0, 1)):
        assert store.frames.write("local", "clients", "demo", frame) == expected
    assert dict(store.frames.read("local", "clients", "demo")["name"]) == {"C␀1": "Jane␀Citizen"}


def test_two_syncs_at_once_leave_one_whole_frame(store: Store) -> None:
    frames = [times(*((f"{n}", "2026-10-05", minutes) for n in range(50))) for minutes in (10, 20, 30)]
    results = race(*[lambda frame=frame: write(store, frame) for frame in frames])
    assert all(isinstance(result, Changes) for result in results)
    assert set(read(store).values()) in ({10}, {20}, {30})


def test_more_rows_than_one_statement_takes_are_written(store: Store) -> None:
    many = times(*((f"{n:05}", "2026-10-05", 1) for n in range(21_000)))
    assert write(store, many).new == 21_000
    assert write(store, many.assign(minutes=2)).changed == 21_000
    assert write(store, many.head(0)).vanished == 21_000


def test_a_part_read_whole_is_marked_with_its_instant(store: Store) -> None:
    store.frames.mark_part("demo", "xpm", "clients", True, 7, "2026-11-20T00:00:00", "")
    part = store.frames.parts("demo", "xpm").loc["clients"]
    assert part.to_dict() == {
        "complete": True,
        "rows": 7,
        "read_at": "2026-11-20T01:00:00.000+00:00",
        "cursor": "2026-11-20T00:00:00",
        "error": "",
    }


def test_a_failed_part_keeps_what_the_last_whole_read_said(store: Store, clock: FakeClock) -> None:
    store.frames.mark_part("demo", "xpm", "clients", True, 7, "cursor-1")
    clock.advance(3600)
    store.frames.mark_part("demo", "xpm", "clients", False, error="XPM did not answer.")
    part = store.frames.parts("demo", "xpm").loc["clients"]
    assert (part["complete"], part["rows"], part["cursor"]) == (False, 7, "cursor-1")
    assert (part["read_at"], part["error"]) == ("2026-11-20T01:00:00.000+00:00", "XPM did not answer.")


def test_no_parts_give_an_empty_frame(store: Store) -> None:
    store.frames.mark_part("demo", "local", "clients", True, 1)
    assert store.frames.parts("demo", "xpm").empty
    assert list(store.frames.parts("demo", "local").index) == ["clients"]


def test_a_forgotten_side_was_never_read_and_the_other_one_stays(store: Store) -> None:
    write(store, times(("a", "2026-10-05", 30)))
    store.frames.mark_part("demo", "xpm", "times", True, 1)
    store.frames.write("xpm", "times", "other", times(("b", "2026-10-05", 30)))
    local = shape_frame(pd.DataFrame({"name": ["Acme"]}, index=["C1"]), LOCAL_FRAMES["clients"])
    store.frames.write("local", "clients", "demo", local)
    store.frames.mark_part("demo", "local", "clients", True, 1)
    store.frames.forget_side("xpm", "demo")
    assert (read(store), len(store.frames.parts("demo", "xpm"))) == ({}, 0)
    assert len(store.frames.read("xpm", "times", "other")) == 1
    assert store.frames.parts("demo", "local").index.tolist() == ["clients"]
    assert store.frames.read("local", "clients", "demo").index.tolist() == ["C1"]
