"""What people, and the end of the worker, ask of a run that is under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.store import Run
from core.store.runs import Runs


@dataclass(frozen=True)
class Wishes:
    """Asked by a run's steps wherever it may safely stop."""

    runs: Runs
    run: Run
    is_ending: Callable[[], bool]

    def cancel(self) -> bool:
        """Somebody wants the run to end."""
        return self.runs.get(self.run.id).cancel_asked

    def pause(self) -> bool:
        """Somebody wants the run to rest, or this process is about to stop."""
        return self.is_ending() or self.runs.get(self.run.id).pause_asked
