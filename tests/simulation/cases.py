"""Scripted cases: what chance brings too rarely to be relied on. Each raises AssertionError when a protection fails."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from core.push.ports import Bundle
from core.sandbox import person, times
from core.sandbox.fault_rules import read_rules
from core.sandbox.practice import BY_API
from core.sandbox.practice import Practice as XpmPractice
from core.sandbox.switches import set_switch
from core.xpm.tokens import ConnectionState
from tests.simulation.office import Entry
from tests.simulation.people import find_live
from tests.simulation.practice import TENANT, TODAY, Place
from tests.simulation.process import Process
from tests.simulation.scene import PRACTICE, Scene
from tests.simulation.weather import Mode
from tests.simulation.worker import Board, Worker, make_signin

_HOUR = 3600.0


class Stage:
    """A practice without faults and people, with one worker; a case brings its own."""

    def __init__(self, **switches: str) -> None:
        base = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (a folder of our own in it)
        self.folder = Path(tempfile.mkdtemp(prefix="tieout-case-", dir=base))
        self.scene = Scene(1, Mode(faultless=True), self.folder)
        self.scene.sandbox.switches = type(self.scene.sandbox.switches)()
        for name, value in switches.items():
            self.scene.sandbox.switches = set_switch(self.scene.sandbox.switches, name, value)
        self.scene.settings = replace(self.scene.settings, rows_per_list=20_000)
        self.board = Board(self.scene)
        self.process = self.start("w1")

    def start(self, name: str) -> Process:
        """A worker's process begins to live."""
        process = Process(name, self.scene.hub, Random(name), self.scene.note)
        worker = Worker(self.scene, self.board, process)
        self.scene.hub.spawn(worker.live)
        return process

    def close(self) -> None:
        """The case is over."""
        self.scene.is_over = True
        self.scene.hub.run_until(self.scene.hub.seconds + 2 * _HOUR)
        self.scene.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def record(self, name: str, minutes: int = 30, *, day: date = TODAY, task: int = 0) -> Entry:
        """One local entry, all of one person."""
        tenant = self.scene.sandbox.tenants[TENANT]
        job = next(iter(tenant.jobs.values()))
        place = Place(next(iter(tenant.staff)), job.number, job.tasks[task].uuid)
        entry = Entry(name, place, day, minutes, "").seal()
        self.scene.office.entries[name] = entry
        return entry

    def push(self, hours: float = 3.0) -> None:
        """Ask for a push and let it take its time, pauses included."""
        scene = self.scene
        current = scene.read_current()
        self.board.ask(list(current.wanted.values()), list(current.changes.values()))
        until = scene.hub.seconds + hours * _HOUR
        while scene.hub.seconds < until and any(run.is_open for run in self.board.runs):
            scene.hub.run_until(scene.hub.seconds + 60)

    def strike(self, *rules: dict[str, Any]) -> None:
        """Faults from now on."""
        self.scene.faults.book = read_rules({"seed": 1, "rules": list(rules)})

    def bundle(self, name: str) -> Bundle:
        """The newest bundle of an entry."""
        found = self.scene.ledger.find_by(PRACTICE, "group_key", [f"entry:{name}"])
        return max(found, key=lambda one: one.seq)

    def expect(self, name: str, state: str, reason: str = "") -> None:
        """Where an entry must be by now, and why."""
        bundle = self.bundle(name)
        found = f"{bundle.state} {bundle.reason}".strip()
        assert found == f"{state} {reason}".strip(), f"{name} is {found}, not {state} {reason}".strip()

    def edit(self, name: str, **parts: Any) -> None:
        """A person edits what XPM holds of an entry."""
        person.edit_time(self.scene.sandbox, TENANT, self.live(name)[0].uuid, **parts)

    def live(self, name: str) -> list[Any]:
        """What XPM holds of an entry, sent by us."""
        return find_live(self.scene, name)

    def land(self, entry: Entry, note: str) -> None:
        """A request of ours comes through at last, and nobody hears of it."""
        tenant = self.scene.sandbox.tenants[TENANT]
        job = tenant.jobs[entry.place.job]
        task, staff = times.find_task(job, entry.place.task), tenant.staff[entry.place.staff]
        made = times.Entry(job, task, staff, entry.day, entry.minutes, note)
        times.enter_time(XpmPractice(self.scene.sandbox, tenant, by=BY_API), made)


def typed_before_the_push(stage: Stage) -> None:
    """Somebody typed the same work into XPM before: it is held, and the person is told what it looks like."""
    entry = stage.record("e1")
    place = {"job": entry.place.job, "task": entry.place.task, "staff": entry.place.staff}
    person.type_time(stage.scene.sandbox, TENANT, **place, day=entry.day, minutes=entry.minutes, note="the same")
    stage.push()
    assert not stage.live("e1"), "sent although somebody typed it"
    stage.expect("e1", "held", "looks_equal")


def restored_backup(stage: Stage) -> None:
    """A backup from before a push comes back: what the push sent is taken over, what no entry explains is noticed."""
    stage.record("e1")
    backup = stage.scene.database.back_up()
    stage.record("e2", day=TODAY - timedelta(days=4))
    stage.push()
    sent = stage.live("e1")[0].uuid
    stage.scene.office.delete("e2")
    stage.process.alive = False
    stage.scene.hub.run_until(stage.scene.hub.seconds + 300)
    stage.scene.database.restore(backup)
    stage.board.runs.clear()
    stage.start("w1")
    stage.push(6)
    assert [held.uuid for held in stage.live("e1")] == [sent], "sent again after the restore"
    stage.expect("e1", "confirmed")
    orphan = stage.scene.ledger.find_by(PRACTICE, "remote_uuid", [stage.live("e2")[0].uuid])
    assert [one.state for one in orphan] == ["needs_person"], "nobody notices what only XPM knows"


def stripped_double(stage: Stage) -> None:
    """A second copy lands after a person took the marker off the first: it is still told as a double."""
    entry = stage.record("e1")
    stage.push()
    note = stage.live("e1")[0].note
    stage.edit("e1", note="tidied up")
    stage.land(entry, note)
    stage.record("e2", task=1)
    stage.push()
    stage.expect("e1", "needs_person", "double")


def several_deleted(stage: Stage) -> None:
    """A person deletes half of what we sent: each is noticed, and the next entry goes all the same."""
    for number in range(1, 7):
        stage.record(f"e{number}", number * 10)
    stage.push()
    for name in ("e2", "e4", "e6"):
        person.delete_time(stage.scene.sandbox, TENANT, stage.live(name)[0].uuid)
    stage.record("e7", task=1)
    stage.push()
    for name in ("e2", "e4", "e6"):
        stage.expect(name, "needs_person", "deleted_remotely")
    stage.expect("e7", "confirmed")


def partial_lists(stage: Stage) -> None:
    """Our entry landed and its answer was lost; every list of the next hour lacks its last rows."""
    for number in range(1, 7):
        stage.record(f"e{number}", number * 10)
    stage.push()
    lost = {"fault": "drop_after", "method": "POST", "path": "time.api/add", "nth": [1]}
    stage.strike(lost, {"fault": "list_partial", "path": "time.api/list"})
    stage.record("e7", task=1)
    stage.push(2)
    stage.strike()
    stage.push()
    assert len(stage.live("e7")) == 1, f"in XPM {len(stage.live('e7'))} times"
    stage.expect("e7", "confirmed")


def stripped_and_changed(stage: Stage) -> None:
    """Our entry landed, its answer was lost, and a person took its marker off and changed it: a person decides."""
    stage.record("e1")
    lost = {"fault": "drop_after", "method": "POST", "path": "time.api/add", "nth": [1]}
    stage.strike(lost, {"fault": "unavailable", "path": "time.api/list", "nth": list(range(2, 30))})
    stage.push(0.1)
    stage.strike()
    stage.edit("e1", note="Somebody's own words e1", minutes=45)
    stage.push()
    stage.expect("e1", "needs_person", "newcomer")
    assert len(stage.live("e1")) == 1, "sent again beside what landed"


def two_refresh_at_once(stage: Stage) -> None:
    """Two processes need new tokens at once, XPM takes each refresh token once, and one answer is slow."""
    scene = stage.scene
    scene.sandbox.switches = set_switch(scene.sandbox.switches, "former_refresh_token", "refused")
    scene.hub.run_until(2 * _HOUR)
    got: list[bool] = []
    for name, delay in (("a", 10.0), ("b", 0.0)):
        process = Process(name, scene.hub, Random(name), scene.note)
        line = scene.network.connect(process)
        line.answer_delay = delay
        signin = make_signin(scene, process, line)
        scene.hub.spawn(lambda signin=signin: got.append(bool(signin.access_token())))  # type: ignore[misc]
    scene.hub.run_until(3 * _HOUR)
    row = scene.tokens.read_connection(PRACTICE)
    assert got == [True, True], "one of them got no token"
    assert row is not None
    assert row.state is ConnectionState.CONNECTED, "the connection is lost"


def frozen_worker(stage: Stage) -> None:
    """A worker is frozen in the midst of a long batch and wakes up while another one, who took over, is sending."""
    stage.start("w2")
    for turn, frozen in enumerate((190.0, 215.0, 240.0)):
        for number in range(1, 61):
            day, task = TODAY - timedelta(days=number % 5), number % 2
            stage.record(f"e{100 * turn + number}", 5 + number % 7, day=day, task=task)
        current = stage.scene.read_current()
        stage.board.ask(list(current.wanted.values()))
        stage.process.countdown, stage.process.trip = 60, partial(stage.process.freeze_for, frozen)
        stage.scene.hub.run_until(stage.scene.hub.seconds + 2 * _HOUR)
        stage.process.countdown = 0
        wrong = [str(one) for one in stage.scene.watch.violations]
        assert not wrong, wrong[0]
        assert not any(run.is_open for run in stage.board.runs), "it never ends"


CASES: dict[str, Callable[[Stage], None]] = {
    case.__name__: case
    for case in (
        typed_before_the_push,
        restored_backup,
        stripped_double,
        several_deleted,
        partial_lists,
        stripped_and_changed,
        two_refresh_at_once,
        frozen_worker,
    )
}


def play_case(name: str) -> None:
    """Play one case; raises AssertionError, or whatever the core raises, when it goes wrong."""
    stage = Stage()
    try:
        CASES[name](stage)
    finally:
        stage.close()
