"""Until when a request may leave this computer, and when others may be sure that it no longer does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.push.ports import Seams

TOO_LATE = "its deadline has passed"
#: A clock that is more wrong than this is a clock of another world (a sandbox with a day of its own).
_MOST_SKEW = 3600.0


@dataclass(frozen=True)
class Deadline:
    """A deadline by both clocks of this computer: the wall clock may be set back while a request waits for its turn.

    `told` is what ledger and journal keep. Where this computer's clock is behind XPM's, it is later by that much:
    another computer whose clock is right then waits long enough.
    """

    told: datetime
    _seams: Seams
    _until: datetime
    _until_monotonic: float

    @classmethod
    def start(cls, seams: Seams, seconds: float) -> Deadline:
        """A deadline so many seconds from now."""
        until = seams.clock.now() + timedelta(seconds=seconds)
        behind = min(max(-(seams.read_skew() or 0.0), 0.0), _MOST_SKEW)
        return cls(until + timedelta(seconds=behind), seams, until, seams.clock.monotonic() + seconds)

    def judge_send(self, practice: str, owner: str, epoch: int) -> str:
        """Whether the request may leave right now: empty, TOO_LATE, LEASE_LOST, or the reason of a halt."""
        clock = self._seams.clock
        if clock.monotonic() >= self._until_monotonic or clock.now() >= self._until:
            return TOO_LATE
        return self._seams.ledger.judge_send(practice, owner, epoch)
