"""Reading a whole practice: over a socket into a real store, with XPM misbehaving in between."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread
from core.store.engine import open_engine
from core.store.frames import Frames
from core.xpm.calls import AccessLost, MustWait
from core.xpm.snapshot import Snapshot, SuspiciousAnswer, join_frames
from core.xpm.sync import PartReport, SyncReport, refresh_client, refresh_job, sync_practice
from core.xpm.sync_times import list_months
from tests.fakes import FakeClock
from tests.xpm.conftest import client_to, sign_in_to, transport_to
from tests.xpm.fakes import MemoryTokens

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WINDOW = (date(2026, 10, 5), date(2026, 11, 20))


class World:
    """A sandbox, a store and a clock; `sync` reads the one into the other."""

    def __init__(self, running: RunningSandbox, store: Frames, clock: FakeClock) -> None:
        self.running = running
        self.store = store
        self.clock = clock
        self.transport = transport_to(running)
        self.sign_in = sign_in_to(running, MemoryTokens(), self.transport)

    def sync(self, **options: Any) -> SyncReport:
        client = client_to(self.running, self.sign_in, self.transport, clock=self.clock)
        return sync_practice(client, self.store, "p1", **{"window": WINDOW, **options})

    def read(self, name: str) -> pd.DataFrame:
        return self.store.read("xpm", name, "p1")

    def control(self, path: str, **content: Any) -> Any:
        url = f"{self.running.control_url}/{path}"
        return httpx.post(url, json=content, trust_env=False).raise_for_status().json()

    def fault(self, name: str, path: str, **parts: Any) -> None:
        self.control("faults", rules=[{"fault": name, "path": path, **parts}])

    @property
    def tenant(self) -> Any:
        row = self.sign_in.connection()
        assert row is not None
        return self.running.sandbox.tenants[row.tenant_id]


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with start_in_thread(ServeOptions(limits=False, clock=NOW)) as running:
        yield running


@pytest.fixture
def world(running: RunningSandbox, sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    clock = FakeClock(NOW)
    shutil.copyfile(sqlite_template, tmp_path / "tieout.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'tieout.db'}")
    world = World(running, Frames(engine, clock), clock)
    world.control("reset")
    yield world
    world.control("reset")
    world.transport.close()
    engine.dispose()


def part(report: SyncReport, name: str) -> PartReport:
    return next(one for one in report.parts if one.part == name)


def test_a_first_sync_takes_nine_calls_and_one_per_month(world: World) -> None:
    report = world.sync()
    assert report.is_complete
    assert report.calls == 9 + 2


def test_everything_read_is_in_the_store(world: World) -> None:
    world.sync()
    assert len(world.read("clients")) == len(world.tenant.clients)
    assert set(world.read("job_tasks")["job"]) <= set(world.read("jobs").index)
    assert set(world.read("times")["job"]) <= set(world.read("jobs").index)
    assert set(world.read("times")["staff_id"]) <= set(world.read("staff").index)


def test_a_second_sync_asks_for_changed_clients_only_and_not_for_costs(world: World) -> None:
    world.sync()
    before = world.read("clients")
    world.clock.advance(3600)
    report = world.sync()
    assert report.calls == 9 - 2 + 2
    pd.testing.assert_frame_equal(world.read("clients"), before)


def test_after_a_day_all_clients_are_read_again(world: World) -> None:
    world.sync()
    world.tenant.clients.pop(next(iter(world.tenant.clients)))
    world.clock.advance(3600)
    world.sync()
    assert len(world.read("clients")) == len(world.tenant.clients) + 1
    world.clock.advance(24 * 3600)
    world.sync()
    assert len(world.read("clients")) == len(world.tenant.clients)


def test_a_part_that_fails_keeps_its_rows_and_says_so(world: World) -> None:
    world.sync()
    before = world.read("staff")
    world.fault("no_length", "staff.api/list")
    report = world.sync()
    assert not report.is_complete
    assert not part(report, "staff").complete
    assert part(report, "jobs").complete
    pd.testing.assert_frame_equal(world.read("staff"), before)
    assert not world.store.parts("p1", "xpm").at["staff", "complete"]


def test_an_empty_list_is_questioned_and_not_obeyed(world: World) -> None:
    world.sync()
    kept = dict(world.tenant.catalogue_tasks)
    world.tenant.catalogue_tasks.clear()
    report = world.sync()
    assert "accept the shorter list" in part(report, "task_types").error
    assert len(world.read("task_types")) == len(kept)
    report = world.sync(accept_shrink=["task_types"])
    assert part(report, "task_types").complete
    assert world.read("task_types").empty


def test_limits_stop_the_sync_and_the_next_one_goes_on_from_there(world: World) -> None:
    world.fault("limit_minute", "time.api/list", nth=[2], retry_after="40")
    started = world.clock.now()
    with pytest.raises(MustWait):
        world.sync()
    assert world.store.parts("p1", "xpm").at["times:2026-11", "complete"]
    world.clock.advance(45)
    report = world.sync(fresh_since=started)
    assert (report.is_complete, report.calls) == (True, 1)


def test_a_lost_right_stops_the_sync(world: World) -> None:
    world.fault("forbidden", "client.api/list")
    with pytest.raises(AccessLost):
        world.sync()
    assert not world.store.parts("p1", "xpm").at["clients", "complete"]


def test_missing_job_states_are_taken_from_the_jobs(world: World) -> None:
    world.control("switches", jobstate_endpoint="404")
    report = world.sync()
    assert report.is_complete
    assert set(world.read("job_states")["name"]) == set(world.read("jobs")["state"])


def test_a_job_that_was_closed_is_read_once_more_and_kept(world: World) -> None:
    world.sync()
    number = world.read("jobs").index[0]
    completed = next(state for state in world.tenant.states if state.kind == "completed")
    next(job for job in world.tenant.jobs.values() if job.number == number).state = completed.name
    world.sync()
    assert world.read("jobs").loc[number, "state"] == completed.name
    assert not world.read("jobs").loc[number, "current"]


def test_a_job_deleted_in_xpm_goes_with_its_tasks(world: World) -> None:
    world.sync()
    gone = next(job for job in world.tenant.jobs.values() if job.number == world.read("jobs").index[0])
    world.tenant.jobs = {key: job for key, job in world.tenant.jobs.items() if job is not gone}
    world.sync()
    assert gone.number not in world.read("jobs").index
    assert gone.number not in set(world.read("job_tasks")["job"])


def test_closed_jobs_and_former_staff_named_by_time_are_known(world: World) -> None:
    times = [time for time in world.tenant.times.values() if time.date >= WINDOW[0]]
    person = world.tenant.staff[times[0].staff]
    person.deleted = True
    completed = next(state for state in world.tenant.states if state.kind == "completed")
    job = next(job for job in world.tenant.jobs.values() if job.number in {time.job for time in times})
    job.state = completed.name
    report = world.sync()
    assert report.is_complete
    assert not world.read("jobs").loc[job.number, "current"]
    assert job.number in set(world.read("job_tasks")["job"])
    assert world.read("staff").loc[person.uuid, ["name", "listed"]].to_list() == [person.name, False]


@pytest.mark.parametrize("meaning", ["entry", "created"])
def test_time_is_sorted_into_months_by_its_own_day(world: World, meaning: str) -> None:
    world.control("switches", window_filter=meaning)
    world.sync()
    times = world.read("times")
    assert times["date"].min() >= pd.Timestamp(2026, 10, 1)
    held = [time for time in world.tenant.times.values() if date(2026, 10, 1) <= time.date <= date(2026, 11, 30)]
    assert len(times) == len(held)


def test_a_timesheet_that_moved_to_another_month_is_in_one_month_only(world: World) -> None:
    world.sync()
    moved = next(time for time in world.tenant.times.values() if time.date.month == 11)
    moved.date -= timedelta(days=31)
    world.sync()
    assert world.read("times").index.is_unique
    assert world.read("times").loc[moved.uuid, "date"] == pd.Timestamp(moved.date)


def test_progress_names_each_part_and_ends_full(world: World) -> None:
    told: list[tuple[str, int, int]] = []
    world.sync(on_progress=lambda *step: told.append(step))
    assert told[0] == ("staff", 0, 11)
    assert told[-1] == ("", 11, 11)


def test_one_client_and_one_job_can_be_read_anew(world: World) -> None:
    world.sync()
    client = client_to(world.running, world.sign_in, world.transport)
    one = next(iter(world.tenant.clients.values()))
    one.name = "Renamed Ltd"
    assert refresh_client(client, world.store, "p1", one.uuid)
    assert world.read("clients").loc[one.uuid, "name"] == "Renamed Ltd"
    number = world.read("jobs").index[0]
    next(job for job in world.tenant.jobs.values() if job.number == number).name = "Renamed job"
    assert refresh_job(client, world.store, "p1", number)
    assert world.read("jobs").loc[number, "name"] == "Renamed job"
    assert not refresh_job(client, world.store, "p1", "No such job")


@pytest.mark.parametrize(
    ("former", "now", "suspicious"),
    [
        (100, 100, False),
        (100, 120, False),
        (100, 80, False),
        (100, 79, True),
        (4, 0, True),
        (0, 0, False),
        (8, 3, False),
    ],
)
def test_a_list_may_shrink_a_little(world: World, former: int, now: int, suspicious: bool) -> None:
    snapshot = Snapshot(world.store, "p1")
    if suspicious:
        with pytest.raises(SuspiciousAnswer):
            snapshot.question_shrink("staff", former, now)
    else:
        snapshot.question_shrink("staff", former, now)


def test_months_cover_the_window_whole() -> None:
    assert list_months(date(2026, 11, 20), date(2027, 1, 1)) == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert list_months(date(2026, 11, 20), date(2026, 10, 1)) == []


def test_joined_rows_are_those_of_the_newer_frame() -> None:
    old = pd.DataFrame({"name": ["a", "b"]}, index=["1", "2"])
    new = pd.DataFrame({"name": ["B", "c"]}, index=["2", "3"])
    assert join_frames(old, new)["name"].to_dict() == {"1": "a", "2": "B", "3": "c"}
