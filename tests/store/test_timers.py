"""Timers and captured entries: compare-and-set, both-or-neither, and their rows among the local actual times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.local.timer import make_actual_times
from core.model import LOCAL_FRAMES, empty_frame, shape_frame
from core.store import Edits, EntryChange, EntryMovedOn, Store, StoredTimer, TimerMovedOn
from core.store.backup import write_backup
from core.store.engine import open_engine
from core.store.events import NewEvent
from tests.fakes import FakeClock
from tests.store.racing import race

RUNS = (("2026-11-20T01:00:00.000+00:00", ""),)
TASKS = empty_frame(LOCAL_FRAMES["tasks"])


def start(store: Store, revision: int = 0, staff: str = "S1", by: str = "Ann") -> StoredTimer:
    return store.timers.save("p", staff, revision, by, {"task_id": "T1", "stretches": RUNS})


def entry(one: str = "timer:1", **values: Any) -> dict[str, Any]:
    row = {"id": one, "staff_id": "S1", "task_id": "T1", "date": date(2026, 11, 19), "minutes": 45, "billable": True}
    return row | {"status": "draft", "made_by": "Ann"} | values


def edits(*added: Mapping[str, Any], changed: tuple[EntryChange, ...] = (), tasks: pd.DataFrame = TASKS) -> Edits:
    event = NewEvent("p", "Ann", "recorded", "time entry", "timer:1")
    return Edits(partial(make_actual_times, tasks=tasks), added, changed, [event])


def local_times(store: Store) -> dict[str, int]:
    rows = store.frames.read("local", "actual_times", "p")
    return {str(one): int(minutes) for one, minutes in rows["minutes"].items()}


def write_file(store: Store, **minutes: int) -> None:
    rows = pd.DataFrame({"minutes": minutes, "file": "times.csv", "staff_id": "S1"})
    shaped = shape_frame(rows, LOCAL_FRAMES["actual_times"])
    store.frames.write("local", "actual_times", "p", shaped, keep_file="Timer")


def test_a_timer_that_was_never_used_has_no_revision(store: Store) -> None:
    assert store.timers.get("p", "S1") == StoredTimer("S1")


def test_a_timer_comes_back_as_it_was_saved(store: Store) -> None:
    kept = start(store)
    assert (kept.task_id, kept.stretches, kept.by, kept.revision, kept.billable) == ("T1", RUNS, "Ann", 1, True)


def test_what_is_left_out_of_a_change_stays(store: Store) -> None:
    start(store)
    kept = store.timers.save("p", "S1", 1, "Ann", {"note": "Call"})
    assert (kept.task_id, kept.note, kept.revision) == ("T1", "Call", 2)


def test_a_tab_that_shows_an_older_timer_changes_nothing(store: Store) -> None:
    start(store)
    store.timers.save("p", "S1", 1, "Bob", {"note": "newer"})
    with pytest.raises(TimerMovedOn, match="by Bob"):
        store.timers.save("p", "S1", 1, "Ann", {"note": "older"})
    assert store.timers.get("p", "S1").note == "newer"


def test_two_tabs_that_start_at_once_start_one_timer(store: Store) -> None:
    start(store)
    with pytest.raises(TimerMovedOn):
        start(store)


def test_timers_of_two_people_and_practices_are_apart(store: Store) -> None:
    start(store)
    start(store, staff="S2")
    assert [one.staff_id for one in store.timers.running("p")] == ["S1", "S2"]
    assert store.timers.running("other") == []


def test_an_actor_is_remembered_by_the_timer_used_last(store: Store, clock: FakeClock) -> None:
    start(store)
    clock.advance(60)
    store.timers.take("p", "S2", "Ann")
    assert store.timers.used_by("p", "Ann") == "S2"
    assert store.timers.used_by("p", "Bob") == ""


def test_taking_a_timer_disturbs_nothing_that_runs(store: Store) -> None:
    before = start(store)
    store.timers.take("p", "S1", "Bob")
    after = store.timers.get("p", "S1")
    assert (after.by, after.revision, after.stretches) == ("Bob", before.revision, before.stretches)


def test_a_finished_run_is_an_entry_a_local_row_and_a_line_in_the_log(store: Store) -> None:
    running = start(store)
    store.timers.finish("p", running, "Ann", {"stretches": ()}, edits(entry()))
    assert store.timers.get("p", "S1").stretches == ()
    assert store.timers.entries("p")["minutes"].to_dict() == {"timer:1": 45}
    assert local_times(store) == {"timer:1": 45}
    assert store.events.list("p")["verb"].tolist() == ["recorded"]


def test_a_stale_stop_keeps_no_entry(store: Store) -> None:
    stale = start(store)
    store.timers.save("p", "S1", 1, "Bob", {"note": "newer"})
    with pytest.raises(TimerMovedOn):
        store.timers.finish("p", stale, "Ann", {"stretches": ()}, edits(entry()))
    assert (local_times(store), len(store.timers.entries("p"))) == ({}, 0)


def test_a_changed_entry_changes_its_row_at_once(store: Store) -> None:
    store.timers.change("p", edits(entry()))
    store.timers.change("p", edits(changed=(EntryChange("timer:1", 1, {"minutes": 60, "status": "committed"}),)))
    assert local_times(store) == {"timer:1": 60}
    assert store.timers.entries("p").loc["timer:1", "revision"] == 2


def test_a_deleted_entry_leaves_the_local_side_and_is_kept_in_the_table(store: Store) -> None:
    store.timers.change("p", edits(entry()))
    store.timers.change("p", edits(changed=(EntryChange("timer:1", 1, {"status": "deleted"}),)))
    assert (local_times(store), len(store.timers.entries("p"))) == ({}, 0)
    assert store.timers.find("p", ["timer:1"])["status"].tolist() == ["deleted"]


def test_one_stale_entry_refuses_the_whole_change(store: Store) -> None:
    store.timers.change("p", edits(entry(), entry("timer:2")))
    store.timers.change("p", edits(changed=(EntryChange("timer:2", 1, {"minutes": 5}),)))
    both = (EntryChange("timer:1", 1, {"minutes": 90}), EntryChange("timer:2", 1, {"minutes": 90}))
    with pytest.raises(EntryMovedOn, match="2026-11-19"):
        store.timers.change("p", edits(changed=both))
    assert local_times(store) == {"timer:1": 45, "timer:2": 5}


def test_a_load_of_the_source_leaves_captured_time_alone(store: Store) -> None:
    write_file(store, E1=10, E2=20)
    store.timers.change("p", edits(entry()))
    write_file(store, E1=11)
    assert local_times(store) == {"E1": 11, "timer:1": 45}


def test_after_a_load_an_entry_belongs_to_the_client_of_its_task(store: Store) -> None:
    store.timers.change("p", edits(entry(client_id="C1")))
    moved = shape_frame(pd.DataFrame({"client_id": {"T1": "C2"}}), LOCAL_FRAMES["tasks"])
    make = partial(make_actual_times, tasks=moved)
    assert (store.timers.rebuild("p", make), store.timers.rebuild("p", make)) == (1, 0)
    assert store.frames.read("local", "actual_times", "p").loc["timer:1", "client_id"] == "C2"


def test_captured_time_changes_the_version_of_time_and_not_that_of_records(store: Store) -> None:
    versions = store.versions
    before = (versions.read_side("p", "local"), versions.read_captured("p"), versions.read_time("p"))
    store.timers.change("p", edits(entry()))
    after = (versions.read_side("p", "local"), versions.read_captured("p"), versions.read_time("p"))
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, False]


def test_entries_are_read_by_person_and_dates(store: Store) -> None:
    store.timers.change("p", edits(entry(), entry("timer:2", staff_id="S2"), entry("timer:3", date=date(2026, 11, 1))))
    found = store.timers.entries("p", "S1", date(2026, 11, 16), date(2026, 11, 22))
    assert found.index.tolist() == ["timer:1"]


def test_of_many_tabs_that_start_at_the_same_moment_one_does(store: Store) -> None:
    results = race(*[partial(start, store)] * 6)
    assert sum(isinstance(one, StoredTimer) for one in results) == 1
    assert sum(isinstance(one, TimerMovedOn) for one in results) == 5
    assert store.timers.get("p", "S1").revision == 1


def test_of_two_stops_at_the_same_moment_one_keeps_the_time(store: Store) -> None:
    running = start(store)
    stops = [partial(stop, store, running, f"timer:{n}") for n in range(4)]
    race(*stops)
    assert len(store.timers.entries("p")) == len(local_times(store)) == 1


def stop(store: Store, running: StoredTimer, one: str) -> None:
    store.timers.finish("p", running, "Ann", {"stretches": ()}, edits(entry(one)))


def test_a_load_at_the_same_moment_loses_no_captured_entry(store: Store) -> None:
    loads = [partial(write_file, store, E1=n, E2=n) for n in range(1, 5)]
    captures = [partial(store.timers.change, "p", edits(entry(f"timer:{n}"))) for n in range(4)]
    assert [one for one in race(*loads, *captures) if one is not None] == []
    assert sorted(local_times(store)) == ["E1", "E2", "timer:0", "timer:1", "timer:2", "timer:3"]


def test_captured_time_is_in_the_backup(store: Store, tmp_path: Path) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has its own backups")
    start(store)
    store.timers.change("p", edits(entry()))
    write_backup(store.engine, tmp_path / "copy.db")
    copy = Store(open_engine(f"sqlite:///{tmp_path / 'copy.db'}"), FakeClock())
    assert (copy.timers.get("p", "S1").revision, len(copy.timers.entries("p"))) == (1, 1)
    copy.close()
