"""A worker as the engine runs it: it takes runs from the board and carries them out with the real push.

A run whose worker no longer beats is taken over by another; the one that wakes up later finds its lease gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.model import PersonNeeded, TieoutError
from core.push.job import End, PushJob, PushResult
from core.push.journal import JournalFile
from core.push.ports import Change, Seams, Wanted
from core.push.run import Push
from core.push.sweep import Sweep
from core.xpm.client import XpmClient
from core.xpm.counted_gate import CountedGate
from core.xpm.endpoints import XERO
from core.xpm.gate import Limits
from core.xpm.identity import App
from core.xpm.secrets import Secret
from core.xpm.signin import SignIn
from tests.simulation.lanes import GreenletLanes
from tests.simulation.network import Line
from tests.simulation.practice import CLIENT_APP, TENANT, TODAY
from tests.simulation.process import Killed, Process
from tests.simulation.scene import PRACTICE, Scene
from tests.simulation.watch import WatchedLedger, WatchedSender

_BEAT_LASTS = 150.0
_IDLE = 60.0


@dataclass
class Run:
    """One push that was asked for. `resume_at` is by the clock of the worker that paused it."""

    id: str
    wanted: Sequence[Wanted]
    changes: Sequence[Change] = ()
    actor: str = "Kim"
    sweeps: bool = False
    state: str = "queued"
    resume_at: datetime | None = None
    process: Process | None = None
    begun: bool = False
    messages: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it goes on by itself."""
        return self.state in ("queued", "running", "paused")


class Board:
    """The runs of the practice, oldest first."""

    def __init__(self, scene: Scene) -> None:
        self.runs: list[Run] = []
        self._scene = scene

    def ask(self, wanted: Sequence[Wanted], changes: Sequence[Change] = (), actor: str = "Kim") -> Run | None:
        """A new run, unless one is under way."""
        if any(run.is_open for run in self.runs):
            return None
        run = Run(f"r{len(self.runs) + 1}", wanted, changes, actor)
        self.runs.append(run)
        self._scene.note(actor, f"asks for {run.id}: {len(wanted)} to create, {len(changes)} to change")
        return run

    def ask_sweep(self) -> bool:
        """A look over the last days; False while something else is under way."""
        if any(run.is_open for run in self.runs):
            return False
        self.runs.append(Run(f"r{len(self.runs) + 1}", (), actor="schedule", sweeps=True))
        self._scene.note("schedule", f"asks for {self.runs[-1].id}: a sweep")
        return True

    def take(self, process: Process) -> Run | None:
        """The next run for this worker: new, due again, or left by somebody who no longer beats."""
        for run in self.runs:
            if run.is_open and self._may_take(run, process):
                run.state, run.process = "running", process
                return run
        return None

    def _may_take(self, run: Run, process: Process) -> bool:
        if run.state == "queued":
            return True
        if run.state == "paused":
            return run.resume_at is None or process.clock.now() >= run.resume_at
        former = run.process
        return former is None or former.name == process.name or self._scene.hub.seconds - former.beat > _BEAT_LASTS


class Worker:
    """One life of one worker process."""

    def __init__(self, scene: Scene, board: Board, process: Process) -> None:
        self._scene = scene
        self._board = board
        self._process = process
        self._seams = make_seams(scene, process)

    def live(self) -> None:
        """Carry runs out until the end, or until death."""
        try:
            while not self._scene.is_over:
                run = self._board.take(self._process)
                if run is None:
                    self._process.beat = self._scene.hub.seconds
                    self._process.clock.sleep(_IDLE)
                else:
                    self._carry_out(run)
        except Killed:
            self._scene.note(self._process.name, "is dead")

    def _carry_out(self, run: Run) -> None:
        scene = self._scene
        job = PushJob(PRACTICE, TENANT, run.id, run.actor, self._process.name, settings=scene.settings)
        sweep = make_sweep(scene) if run.sweeps else None
        push = Push(job, self._seams, read_current=scene.read_current, sweep=sweep)
        # What a run took on is in the ledger from its first step on; a run that goes on asks for nothing new.
        wanted, changes = ([], ()) if run.begun else (run.wanted, run.changes)
        try:
            for seconds in push.steps(wanted, changes):
                run.begun = run.begun or bool(scene.ask_ledger("select 1 from bundle where run = ? limit 1", run.id))
                self._process.step()
                if seconds:
                    self._process.clock.sleep(seconds)
        except TieoutError as error:
            self._end(run, "stopped" if isinstance(error, PersonNeeded) else "failed", str(error))
            return
        self._conclude(run, push.result)

    def _conclude(self, run: Run, result: PushResult) -> None:
        if run.process is self._process and result.end is End.PAUSED:
            run.resume_at = result.resume_at
        self._end(run, str(result.end), result.message)

    def _end(self, run: Run, state: str, message: str) -> None:
        self._scene.note(self._process.name, f"{run.id} {state}: {message}")
        if run.process is self._process:
            run.state = state
            run.messages.append(message)


def make_sweep(scene: Scene) -> Sweep:
    """A sweep over the days of the practice, judging each person's day by what was recorded."""
    days = scene.office.sum_days()
    return Sweep(TODAY - timedelta(days=8), TODAY, days, remove_doubles=scene.weather.remove_doubles)


def make_seams(scene: Scene, process: Process) -> Seams:
    """The real ledger, journal, gate, sign-in and client, each as this process reaches it."""
    clock, line = process.clock, scene.network.connect(process)
    gate = CountedGate(scene.counter.use(clock), Limits(per_day=scene.per_day))
    client = XpmClient(line, gate, make_signin(scene, process, line), TENANT, clock=clock, patience=90.0)
    ledger = process.guard(WatchedLedger(scene, scene.database.engine, clock, scene.new_id), scene.trouble_disk)
    journal = process.guard(JournalFile(scene.journal_path, clock), scene.trouble_disk)
    sender = process.guard(WatchedSender(client, scene, process))
    lanes = GreenletLanes(scene.hub, process)
    return Seams(sender, ledger, journal, clock, lambda: gate.meter(TENANT), lanes, read_skew=client.read_skew)


def make_signin(scene: Scene, process: Process, line: Line) -> SignIn:
    """The practice's sign-in as this process keeps it."""
    app = App(CLIENT_APP.client_id, Secret(CLIENT_APP.client_secret))
    tokens: Any = process.guard(scene.tokens)
    return SignIn(PRACTICE, app, XERO, line, tokens, scene.vault, process.clock)
