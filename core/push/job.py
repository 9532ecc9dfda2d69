"""A push as it is asked for, as it goes on, and as it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from core.model import Clock
from core.push.settings import PushSettings


class End(StrEnum):
    """How a run ended: `paused` goes on at `resume_at` or, without one, rests; `stopped` waits for a person."""

    DONE = "done"
    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PushJob:
    """One run. `tenant` is XPM's id of the practice; `owner` names the worker and is the same after its restart.

    `rows_per_day`: timesheets the practice writes a day, from the last sync; it decides how lists are asked.
    """

    practice: str
    tenant: str
    run: str
    actor: str
    owner: str
    source: str = "local"
    rows_per_day: float = 100.0
    settings: PushSettings = field(default_factory=PushSettings)


@dataclass(frozen=True)
class PushResult:
    """What a run came to. `states`: its bundles by state. `message` is one sentence for the page."""

    run: str
    end: End
    message: str = ""
    resume_at: datetime | None = None
    states: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """The published counts."""
        doubtful = ("unknown", "sending", "changing", "needs_person")
        return {
            "run": self.run,
            "sent": sum(self.states.get(state, 0) for state in ("posted", "confirmed", "drifted")),
            "confirmed": self.states.get("confirmed", 0),
            "rejected": self.states.get("rejected", 0),
            "in_doubt": sum(self.states.get(state, 0) for state in doubtful),
            "held": self.states.get("held", 0),
            "retracted": self.states.get("retracted", 0),
        }


class Ending:
    """Why a run sends nothing more; the first reason stays, but nothing outranks a stop."""

    def __init__(self, run: str, clock: Clock) -> None:
        self.result: PushResult | None = None
        self._run = run
        self._clock = clock

    def note(self, end: End, message: str, seconds: float | None = None) -> None:
        """A reason to end; paused runs go on by themselves after `seconds`, or rest when there are none."""
        if self.result is None or (end is End.STOPPED and self.result.end is not End.STOPPED):
            self.result = self.conclude(end, message, seconds)

    def conclude(self, end: End, message: str, seconds: float | None = None) -> PushResult:
        """The result of a run that ends now."""
        resume_at = self._clock.now() + timedelta(seconds=seconds) if seconds is not None else None
        return PushResult(self._run, end, message, resume_at)


@dataclass(frozen=True)
class Progress:
    """How far a run is: bundles settled of all, and its bundles by state."""

    done: int
    total: int
    states: Mapping[str, int]
