"""One seed from its first entry to the last look: who acts when, and what is counted at the end."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from core.push.states import State
from tests.simulation.invariants import judge_end
from tests.simulation.people import Judge, Typists
from tests.simulation.process import Process
from tests.simulation.scene import PRACTICE, Scene
from tests.simulation.weather import HOURS_OF_CALM, HOURS_OF_FAULTS, Mode
from tests.simulation.worker import Board, Worker

_HOUR = 3600.0
#: When the schedule asks for sweeps: once in bad weather, twice after the last request landed.
_SWEEPS = (4.0, 8.5, 11.5)
_OPEN = (State.READY, State.SENDING, State.UNKNOWN, State.CHANGING, State.POSTED)


@dataclass
class Tally:
    """What a seed, or many, came to."""

    seeds: int = 0
    bundles: int = 0
    faults: int = 0
    doubles: int = 0
    lost: int = 0
    stuck: int = 0
    to_person: int = 0
    drifted: int = 0
    doubles_for_a_while: int = 0
    second_run_writes: int = 0
    violations: int = 0
    calls: int = 0
    seconds: float = 0.0
    wrong_seeds: list[int] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        """Whether nothing was wrong."""
        return not (self.doubles or self.lost or self.stuck or self.violations or self.second_run_writes)

    def add(self, other: Tally) -> None:
        """Both together."""
        for name, value in asdict(other).items():
            if name == "reasons":
                for reason, count in value.items():
                    self.reasons[reason] = self.reasons.get(reason, 0) + count
            else:
                setattr(self, name, getattr(self, name) + value)


class Play:
    """One seed. `log` is its whole history, line by line."""

    def __init__(self, seed: int, mode: Mode, folder: Path) -> None:
        self.scene = Scene(seed, mode, folder)
        self.board = Board(self.scene)
        self.typists = Typists(self.scene)
        self.judge = Judge(self.scene, self.typists)
        self._processes: dict[str, Process] = {}
        self._chance = Random(f"{seed}|play")
        self._lives = 0
        self._backup = b""
        self._was_shut = False

    @property
    def log(self) -> list[str]:
        """What happened."""
        return self.scene.log

    def run(self) -> Tally:
        """The bad hours, the calm, the last look; gives the count."""
        scene = self.scene
        scene.begin()
        self._set_stage()
        scene.hub.run_until(HOURS_OF_FAULTS * _HOUR)
        scene.calm_down()
        for process in self._processes.values():
            process.kill_rate = process.pause_rate = 0.0
            process.clock.offset = 0.0
        scene.hub.run_until((HOURS_OF_FAULTS + HOURS_OF_CALM) * _HOUR)
        tally = judge_end(scene)
        tally.second_run_writes = self._run_again()
        scene.is_over = True
        scene.hub.run_until(scene.hub.seconds + 2 * _HOUR)
        return tally

    def _set_stage(self) -> None:
        scene, hub = self.scene, self.scene.hub
        for name in ("w1", "w2"):
            self._start(name)
        for number in range(scene.weather.waves):
            hub.call(self._chance.uniform(0, 4.5 * _HOUR) if number else 0.0, lambda n=number: self._record(n))  # type: ignore[misc]
        hub.spawn(self._operate, 60.0)
        hub.spawn(self.judge.live, 600.0)
        for hour in _SWEEPS if scene.mode.sweep else ():
            hub.spawn(self._sweep, hour * _HOUR)
        if scene.weather.restore:
            hub.call(scene.weather.backup, self._back_up)
            hub.spawn(self._restore, scene.weather.restore)
        for at, name, by in scene.weather.jumps:
            hub.call(at, lambda name=name, by=by: self._jump(name, by))  # type: ignore[misc]
            hub.call(at + 1800, lambda name=name: self._jump(name, 0.0))  # type: ignore[misc]

    def _start(self, name: str) -> None:
        """A worker's process starts, and starts again some time after each death."""
        scene = self.scene
        self._lives += 1
        process = Process(name, scene.hub, Random(f"{scene.seed}|life {self._lives}"), scene.note)
        if not scene.is_calm:
            process.kill_rate, process.pause_rate = scene.weather.steps["kill"], scene.weather.steps["pause"]
        former = self._processes.get(name)
        if former is not None:
            process.clock.offset = former.clock.offset
        self._processes[name] = process
        worker = Worker(scene, self.board, process)
        scene.hub.spawn(lambda: self._live(worker, name))

    def _live(self, worker: Worker, name: str) -> None:
        worker.live()
        if not self.scene.is_over and not self._was_shut:
            self.scene.hub.call(self._chance.choice((5.0, 60.0, 900.0)), lambda: self._start(name))

    # -- what happens -------------------------------------------------------------------------------------------------

    def _record(self, wave: int) -> None:
        scene = self.scene
        share = scene.weather.entries // scene.weather.waves
        count = share if wave else scene.weather.entries - share * (scene.weather.waves - 1)
        for entry in scene.office.record(count):
            self.typists.meet(entry)
            for name, act in (("edit", scene.office.edit), ("remove", scene.office.delete)):
                drawn, delay = self._chance.random(), self._chance.uniform(60, 9000)
                if drawn < scene.weather.local[name]:
                    scene.hub.call(delay, lambda act=act, entry=entry: act(entry.id))  # type: ignore[misc]
        scene.note("office", f"records {count} entries")

    def _operate(self) -> None:
        """Somebody, or a schedule, presses Push when there is something to push or to settle."""
        while not self.scene.is_over:
            self.ask()
            self.scene.hub.sleep(self._chance.uniform(600, 1800))

    def ask(self) -> None:
        """Ask for a push of everything that is ready."""
        scene = self.scene
        if scene.ledger.halt_reason(PRACTICE) or any(run.is_open for run in self.board.runs):
            return
        current = scene.read_current()
        states = {state for (state,) in scene.ask_ledger("select distinct state from bundle")}
        if current.wanted or current.changes or states.intersection(_OPEN):
            self.board.ask(list(current.wanted.values()), list(current.changes.values()))

    def _sweep(self) -> None:
        """The schedule asks for a sweep, as soon as nothing else is under way."""
        for _ in range(12):
            if not self.scene.ledger.halt_reason(PRACTICE) and self.board.ask_sweep():
                return
            self.scene.hub.sleep(600.0)

    def _jump(self, name: str, offset: float) -> None:
        self._processes[name].clock.offset = offset
        self.scene.note(name, f"its clock is off by {offset:.0f} s")

    def _back_up(self) -> None:
        self._backup = self.scene.database.back_up()
        self._tokens = dict(self.scene.tokens.connections)
        self.scene.note("admin", "makes a backup")

    def _restore(self) -> None:
        """Stop everything, put the backup in place, start again."""
        scene = self.scene
        self._was_shut = True
        for process in self._processes.values():
            process.alive = False
        scene.hub.sleep(200.0)
        scene.database.restore(self._backup)
        scene.tokens.connections.update(self._tokens)
        for run in self.board.runs:
            run.state = "stopped" if run.is_open else run.state
        scene.note("admin", "restores the backup")
        self._was_shut = False
        for name in ("w1", "w2"):
            self._start(name)

    def _run_again(self) -> int:
        """I18: everything asked for once more; how many requests changed something in XPM."""
        scene = self.scene
        before = scene.network.traffic.writes
        self.board.ask(list(scene.read_current().wanted.values()), list(scene.read_current().changes.values()))
        scene.hub.run_until(scene.hub.seconds + _HOUR)
        return scene.network.traffic.writes - before


def play_seed(seed: int, mode: Mode, *, keep_log: bool = False) -> tuple[Tally, list[str]]:
    """Play one seed; the log is empty unless asked for."""
    began = time.process_time()
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (a folder of our own in it)
    folder = Path(tempfile.mkdtemp(prefix="tieout-simulation-", dir=base))
    play = Play(seed, mode, folder)
    try:
        tally = play.run()
        tally.seconds = round(time.process_time() - began, 3)
        if keep_log:
            play.log.extend(_write_events(play.scene))
        return tally, play.log if keep_log or not tally.is_right else []
    finally:
        play.scene.close()
        shutil.rmtree(folder, ignore_errors=True)


def _write_events(scene: Scene) -> list[str]:
    """The ledger's own history and what really happened in XPM, as the end of the log."""
    sql = "select at, bundle, actor, from_state, to_state, why, run from bundle_event order by id"
    events = [" ".join(("event", *map(str, row))) for row in scene.ask_ledger(sql)]
    truth = scene.sandbox.truth
    return events + [f"truth {one.at} {one.by} {one.op} {one.uuid} {one.fields.get('note', '')}" for one in truth]
