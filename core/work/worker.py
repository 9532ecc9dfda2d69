"""The worker: looks for queued runs and has the engine carry them out, one at a time per practice and kind."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable

from core.clock import SystemClock
from core.model import Clock
from core.settings import Settings
from core.store import Run, Store
from core.work.engine import DurableEngine
from core.work.perform import perform_run
from core.workspace import Workspace, open_store

log = logging.getLogger("tieout.work")

LOOK_EVERY_SECONDS = 0.5
#: One worker of this name per installation; a restart takes its unfinished runs up again.
DEFAULT_NAME = "worker"


class Worker:
    """Runs in a thread of the dashboard, or alone as `tieout worker`. Start and stop once.

    `on_idle` is called at each look that finds nothing to do, `after_run` after each run, however it ended.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        name: str = DEFAULT_NAME,
        store: Store | None = None,
        clock: Clock | None = None,
        on_idle: Callable[[], None] = lambda: None,
        after_run: Callable[[Workspace], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._name = name
        self._clock = clock or SystemClock()
        self._store = store or open_store(settings, self._clock)
        self._engine = DurableEngine(settings.database, name, self._perform)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look_again, name="tieout-worker", daemon=True)
        self._on_idle = on_idle
        self._after_run = after_run

    def start(self) -> None:
        """Take up what an earlier process left, then look for new runs until stopped."""
        self._take_back_from_dead_commands()
        self._engine.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; what is under way gets a few seconds and goes on at the next start."""
        self._stopping.set()
        self._thread.join(timeout=5)
        self._engine.stop()

    def _take_back_from_dead_commands(self) -> None:
        for run in self._store.runs.running():
            if is_dead_command(run.owner):
                self._store.runs.give_back(run.id, run.owner)

    def _look_again(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_SECONDS):
            try:
                self._submit_due()
            except Exception:
                # A database that is away for a moment must not end the worker; the next look tries again.
                log.exception("looking for queued runs failed")

    def _submit_due(self) -> None:
        due = self._store.runs.queued()
        for run in due:
            self._engine.submit(_workflow_id(run), run.id, f"{run.practice}:{run.kind}")
        if not due:
            self._on_idle()

    def _perform(self, run_id: str) -> None:
        practice = self._store.runs.get(run_id).practice
        workspace = Workspace(practice, self._settings, self._store, self._clock)
        try:
            perform_run(workspace, run_id, self._name)
            self._after_run(workspace)
        except Exception:
            # The run itself has ended, and said how; what follows it must not look like a part of it.
            log.exception("what follows the run %s failed", run_id)
        finally:
            workspace.close()


def name_command() -> str:
    """The owner's name of a run that a command carries out: its process and machine."""
    return f"command:{os.getpid()}@{socket.gethostname()}"


def is_dead_command(owner: str) -> bool:
    """Whether the owner was a command on this machine whose process is gone."""
    kind, _, place = owner.partition(":")
    number, _, host = place.partition("@")
    if kind != "command" or host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _workflow_id(run: Run) -> str:
    """One workflow per time a run is taken up: a paused run comes back under its resume time."""
    return f"{run.id}:{run.resume_at or run.started_at or 'first'}"
