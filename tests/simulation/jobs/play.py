"""One seed of job creation from the first draft to the last look."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from random import Random

from core.model import RunState, TieoutError
from core.work import perform_run
from core.workspace import Workspace
from core.xpm.tokens import ConnectionState
from tests.simulation.jobs.hands import Hands
from tests.simulation.jobs.site import JobScene
from tests.simulation.jobs.truth import JobTally, judge
from tests.simulation.jobs.wants import Wants
from tests.simulation.process import Killed, Process
from tests.simulation.scene import PRACTICE
from tests.simulation.weather import Mode

_HOUR = 3600.0
_HOURS_OF_FAULTS, _HOURS_OF_CALM = 4.0, 7.0
_SILENT = 150.0
_IDLE = 45.0


class Worker:
    """One life of a worker process: it takes runs and carries them out as the real one does."""

    def __init__(self, play: JobPlay, process: Process) -> None:
        self._play = play
        self._process = process
        self._workspace: Workspace = play.scene.open(process)

    def live(self) -> None:
        """Until the end, or until death."""
        try:
            while not self._play.scene.is_over:
                self._process.beat = self._play.scene.hub.seconds
                if not self._work():
                    self._process.clock.sleep(_IDLE)
        except Killed:
            self._play.scene.note(self._process.name, "is dead")

    def _work(self) -> bool:
        runs = self._workspace.store.runs
        try:
            for run in runs.running(PRACTICE):
                if run.owner == self._process.owner:
                    perform_run(self._workspace, run.id, self._process.owner)
                    return True
                if self._play.is_dead(run.owner):
                    runs.give_back(run.id, run.owner)
            for run in runs.queued(PRACTICE)[:1]:
                ended = perform_run(self._workspace, run.id, self._process.owner)
                self._play.scene.note(self._process.name, f"{run.id} {ended.state}: {ended.message}")
                return ended.state is not RunState.RUNNING
        except TieoutError as trouble:
            self._play.scene.note(self._process.name, f"cannot work: {trouble}")
        return False


class JobPlay:
    """One seed."""

    def __init__(self, seed: int, mode: Mode, folder: Path, jobs: int) -> None:
        self.scene = JobScene(seed, mode, folder)
        self.wants = Wants(self.scene, jobs)
        self.hands = Hands(self.scene)
        self._chance = Random(f"{seed}|job play")
        self._processes: dict[str, Process] = {}
        self._lives = 0
        self._was_shut = False
        self._backup: bytes = b""

    def run(self) -> JobTally:
        """The bad hours, the calm, the last look."""
        scene = self.scene
        scene.sync()
        scene.begin()
        self._set_stage()
        scene.hub.run_until(_HOURS_OF_FAULTS * _HOUR)
        scene.calm_down()
        for process in self._processes.values():
            process.kill_rate = process.pause_rate = 0.0
            process.clock.offset = 0.0
        scene.hub.run_until((_HOURS_OF_FAULTS + _HOURS_OF_CALM) * _HOUR)
        tally = judge(scene, self.wants, self.hands)
        tally.second_run_writes = self._run_again()
        if tally.second_run_writes and scene.seed not in tally.wrong_seeds:
            tally.wrong_seeds.append(scene.seed)
        scene.is_over = True
        scene.hub.run_until(scene.hub.seconds + 2 * _HOUR)
        return tally

    def _set_stage(self) -> None:
        scene, hub = self.scene, self.scene.hub
        for name in ("w1", "w2"):
            self._start(name)
        hub.spawn(self._operate, 1.0)
        hub.spawn(self.hands.live, 300.0)
        if scene.weather.restore:
            at = min(scene.weather.backup, 0.5 * _HOUR)
            hub.call(at, self._back_up)
            hub.spawn(self._restore, at + self._chance.uniform(120, 3 * _HOUR))
        for at, name, by in scene.weather.jumps:
            hub.call(at, lambda name=name, by=by: self._jump(name, by))  # type: ignore[misc]
            hub.call(at + 1800, lambda name=name: self._jump(name, 0.0))  # type: ignore[misc]

    def _operate(self) -> None:
        """Somebody asks, comes back later to what was left undone, and reviews what waits for it."""
        scene = self.scene
        while not scene.is_over:
            if not self._was_shut:
                self.wants.ask(scene.office_desk)
                self.wants.review(scene.office_desk)
                self._mend()
            scene.hub.sleep(self._chance.uniform(1200, 3600))
            if scene.hub.seconds > (_HOURS_OF_FAULTS + 0.6 * _HOURS_OF_CALM) * _HOUR:
                return

    def _mend(self) -> None:
        """Somebody signs in again where that is asked for, and lets writing go on after a look."""
        row = self.scene.tokens.read_connection(PRACTICE)
        if row is not None and row.state is ConnectionState.NEEDS_CONSENT:
            self.scene.connect()
        ledger = self.scene.store.ledger
        if ledger.halt_reason(PRACTICE):
            ledger.lift_halt(PRACTICE, actor="Kim", why="looked at XPM")

    # -- processes ----------------------------------------------------------------------------------------------------

    def _start(self, name: str) -> None:
        scene = self.scene
        self._lives += 1
        process = Process(name, scene.hub, Random(f"{scene.seed}|job life {self._lives}"), scene.note)
        process.owner = f"{name}:{self._lives}"
        if not scene.is_calm:
            process.kill_rate, process.pause_rate = scene.weather.steps["kill"], scene.weather.steps["pause"]
        former = self._processes.get(name)
        process.clock.offset = former.clock.offset if former else 0.0
        self._processes[name] = process
        worker = Worker(self, process)
        scene.hub.spawn(lambda: self._live(worker, name))

    def _live(self, worker: Worker, name: str) -> None:
        worker.live()
        if not self.scene.is_over and not self._was_shut:
            self.scene.hub.call(self._chance.choice((5.0, 60.0, 900.0)), lambda: self._start(name))

    def is_dead(self, owner: str) -> bool:
        """Whether nobody of this name lives, or gave a sign of life for a while."""
        for process in self._processes.values():
            if process.owner == owner and process.alive:
                return self.scene.hub.seconds - process.beat > _SILENT
        return True

    def _jump(self, name: str, offset: float) -> None:
        self._processes[name].clock.offset = offset
        self.scene.note(name, f"its clock is off by {offset:.0f} s")

    def _back_up(self) -> None:
        self._backup = self.scene.database.back_up()
        self._tokens = dict(self.scene.tokens.connections)
        self.scene.note("admin", "makes a backup")

    def _restore(self) -> None:
        scene = self.scene
        self._was_shut = True
        for process in self._processes.values():
            process.alive = False
        scene.hub.sleep(200.0)
        scene.database.restore(self._backup)
        scene.tokens.connections.update(self._tokens)
        scene.note("admin", "restores the backup")
        self._was_shut = False
        for name in ("w1", "w2"):
            self._start(name)

    def _run_again(self) -> int:
        """Everything asked for once more; how many requests changed something in XPM."""
        scene = self.scene
        before = scene.network.traffic.writes
        for want in self.wants.wants:
            if any(
                scene.ask_ledger("select 1 from job_draft where id = ? and state = 'created'", d) for d in want.drafts
            ):
                self.wants.ask_again(scene.office_desk, want)
        scene.hub.run_until(scene.hub.seconds + _HOUR)
        return scene.network.traffic.writes - before


def play_jobs(seed: int, mode: Mode, *, jobs: int = 12, keep_log: bool = False) -> tuple[JobTally, list[str]]:
    """Play one seed; the log is empty unless it is asked for or something was wrong."""
    began = time.process_time()
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (a folder of our own in it)
    folder = Path(tempfile.mkdtemp(prefix="tieout-jobs-", dir=base))
    play = JobPlay(seed, mode, folder, jobs)
    try:
        tally = play.run()
        tally.seconds = round(time.process_time() - began, 3)
        return tally, play.scene.log if keep_log or not tally.is_right else []
    finally:
        play.scene.close()
        shutil.rmtree(folder, ignore_errors=True)
