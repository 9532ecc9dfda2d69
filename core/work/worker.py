"""The worker: has queued runs carried out, keeps the schedules, and takes over what dead workers left.

Several may work on one database, on one machine or on many; each has a name of its own. Of one practice one push runs
at a time, and one reading; practices do not wait for each other.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from core.clock import SystemClock
from core.model import Clock, RunKind, TieoutError
from core.settings import Settings
from core.store import Practice, Store
from core.work.automatic import queue_chore
from core.work.beats import BEAT_SECONDS, Beating, Dead, Watch, name_owner, take_back_runs
from core.work.engine import DurableEngine
from core.work.perform import perform_run
from core.work.schedules import TIDY, list_schedules
from core.workspace import Workspace, open_store
from core.workspace.automating import Chore

log = logging.getLogger("tieout.work")

LOOK_EVERY_SECONDS = 0.5
#: A stopping worker waits so long for its runs to come to rest; those that cannot rest between two requests get less.
REST_SECONDS, OTHERS_SECONDS = 40.0, 5.0
#: The engine's records of finished workflows are kept so long.
KEPT = timedelta(days=14)

#: Kinds that write time to XPM share one queue per practice, and so do those that read both sides.
_QUEUES = {
    RunKind.PUSH: "push",
    RunKind.UNDO: "push",
    RunKind.SWEEP: "push",
    RunKind.LOAD: "read",
    RunKind.SYNC: "read",
    RunKind.PROPOSE: "read",
}
_RESTING = frozenset(kind for kind, queue in _QUEUES.items() if queue == "push")


class Worker:
    """Runs in a thread of the dashboard, or alone as `tieout worker`. Start and stop once.

    `on_idle` is called at each look that finds nothing to do, `after_run` after each run, however it ended.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        store: Store | None = None,
        clock: Clock | None = None,
        on_idle: Callable[[], None] = lambda: None,
        after_run: Callable[[Workspace], None] = lambda _: None,
    ) -> None:
        self.name = name_owner("worker")
        self._settings = settings
        self._clock = clock or SystemClock()
        self._store = store or open_store(settings, self._clock)
        self._engine = DurableEngine(settings.database, self.name, self._perform, self._obey)
        self._beating = Beating(self._store, self.name)
        self._watch = Watch(self._store, self._clock)
        self._watched = float("-inf")
        self._practices: list[Practice] | None = None
        self._busy: dict[str, RunKind] = {}
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look_again, name="tieout-worker", daemon=True)
        self._on_idle = on_idle
        self._after_run = after_run

    def start(self) -> None:
        """Give the first sign of life, then look for runs until stopped. Raises EngineFailed, DatabaseFailed."""
        self._beating.start()
        try:
            self._engine.start()
        except TieoutError:
            self._beating.stop()
            raise
        self._thread.start()

    def stop(self) -> None:
        """Take nothing new; a push comes to rest between two requests, and goes on with any worker at once."""
        self._stopping.set()
        self._thread.join(timeout=5)
        begin = self._clock.monotonic()
        while (busy := set(self._busy.values())) and self._clock.monotonic() - begin < REST_SECONDS:
            if not busy & _RESTING and self._clock.monotonic() - begin > OTHERS_SECONDS:
                break
            self._clock.sleep(0.05)
        self._engine.stop(0 if not self._busy else 1)
        # With something left in hand the last sign of life stays, by which others know whose it was.
        self._beating.stop(forget=not self._busy)

    # -- looking ------------------------------------------------------------------------------------------------------

    def _look_again(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_SECONDS):
            try:
                self._look()
            except Exception:
                # A database that is away for a moment must not end the worker; the next look tries again.
                log.exception("looking for queued runs failed")

    def _look(self) -> None:
        if self._clock.monotonic() - self._watched >= BEAT_SECONDS:
            self._watched = self._clock.monotonic()
            self._take_over_from_dead()
            self._keep_schedules()
        due = self._store.runs.queued()
        for run in due:
            self._engine.submit(run.id, f"{run.practice}:{_QUEUES.get(run.kind, str(run.kind))}")
        if not due:
            self._on_idle()

    def _take_over_from_dead(self) -> None:
        owners = {run.owner for run in self._store.runs.running()} | self._engine.list_executors()
        for dead in self._watch.find_dead(owners - {self.name}):
            # Our own name is among them after a long sleep, or when the database was away: then it is no news.
            if dead.name != self.name:
                self._take_over(dead)
        self._give_back_lost()

    def _take_over(self, dead: Dead) -> None:
        log.warning("%s is dead; what it had goes on here", dead.name)
        take_back_runs(self._store, dead)
        self._engine.take_over(dead.name)
        self._store.workers.forget(dead.name)

    def _give_back_lost(self) -> None:
        """A run that is ours but in nobody's hands, because a failure of the database cut us off from it."""
        with self._guard:
            lost = [run for run in self._store.runs.running() if run.owner == self.name and run.id not in self._busy]
        for run in lost:
            self._store.runs.give_back(run.id, self.name)

    def _keep_schedules(self) -> None:
        practices = list(self._store.practices.list())
        if practices != self._practices:
            self._engine.keep_schedules(list_schedules(practices))
            self._practices = practices

    # -- what the engine asks for -------------------------------------------------------------------------------------

    def _perform(self, run_id: str) -> None:
        run = self._store.runs.get(run_id)
        with self._guard:
            # The same run twice at once: we were taken for dead, lost it, and were handed it again.
            if run_id in self._busy or self._stopping.is_set():
                return
            self._busy[run_id] = run.kind
        workspace = Workspace(run.practice, self._settings, self._store, self._clock)
        try:
            perform_run(workspace, run_id, self.name, self._stopping.is_set)
            self._after_run(workspace)
        except Exception:
            # The run itself has ended, and said how; what follows it must not look like a part of it.
            log.exception("what follows the run %s failed", run_id)
        finally:
            workspace.close()
            with self._guard:
                self._busy.pop(run_id, None)

    def _obey(self, order: dict[str, str], due: datetime) -> None:
        if order["what"] == TIDY:
            self._engine.forget_finished(self._clock.now() - KEPT)
            return
        if order["practice"] not in {practice.id for practice in self._store.practices.list()}:
            return
        workspace = Workspace(order["practice"], self._settings, self._store, self._clock)
        try:
            queue_chore(workspace, Chore(order["what"]), due)
        except TieoutError:
            log.exception("the chore %s of %s could not be queued", order["what"], order["practice"])
            raise
        finally:
            workspace.close()
