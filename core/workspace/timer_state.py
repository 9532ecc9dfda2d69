"""What one person's Timer does, as people see it, and why it may refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.local.timer import Stretch
from core.model import PersonNeeded, TieoutError
from core.reports.tieout import show_hours
from core.workspace.time_targets import Work

#: A Timer that has counted more was probably forgotten, and asks before its time is kept.
LONG = timedelta(hours=10)


class TimerState(StrEnum):
    """What a Timer does."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"


class TimerIdle(PersonNeeded):
    """Something was asked of a Timer that times nothing."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"The Timer is not {wanted}, so nothing was done. Choose a task and start it.")


class TimerForgotten(PersonNeeded):
    """A Timer ran for so long that nobody can have worked all that time."""

    def __init__(self, seconds: int, since: datetime) -> None:
        super().__init__(
            f"The Timer has counted {show_hours(seconds // 60)} hours, since {since:%A %H:%M}. Say when the work "
            "really ended, or that it took all this time; nothing is kept before that."
        )


class EndWrong(TieoutError):
    """The end said of a run lies before its start or in the future."""

    def __init__(self, at: datetime, since: datetime, now: datetime) -> None:
        super().__init__(
            f"The work cannot have ended at {at:%d %b %H:%M}: the Timer was started at {since:%d %b %H:%M}, and now it "
            f"is {now:%d %b %H:%M}. Give a time between them."
        )


class NobodyThere(TieoutError):
    """A Timer was asked for that belongs to nobody who may record time."""

    def __init__(self, staff_id: str) -> None:
        who = f"The staff member {staff_id!r} is not active locally" if staff_id else "Nobody was chosen"
        super().__init__(f"{who}, so no time can be kept. Choose who you are on Timer.")


@dataclass(frozen=True)
class TimerView:
    """One person's Timer as it stands. `begun`: when its first stretch began, on the practice's clocks; None when idle.

    `seconds` have passed without the pauses; `is_forgotten`: they are so many that stopping asks first.
    """

    staff_id: str
    state: TimerState
    work: Work
    note: str
    billable: bool
    seconds: int
    begun: datetime | None
    pauses: int
    is_forgotten: bool
    by: str
    revision: int


@dataclass(frozen=True)
class Stopped:
    """What a run that ended left: ids of its drafts, oldest first, their minutes, and the seconds that had passed."""

    entries: tuple[str, ...] = ()
    minutes: int = 0
    seconds: int = 0


def state_of(stretches: Sequence[Stretch]) -> TimerState:
    """What a Timer of these stretches does."""
    if not stretches:
        return TimerState.IDLE
    return TimerState.RUNNING if stretches[-1].end is None else TimerState.PAUSED
