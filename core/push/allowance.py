"""How much of XPM's day a push may still use: it stops before the reserve kept for reading, and looks again later."""

from __future__ import annotations

from core.push.job import End, Ending
from core.push.ports import Seams
from core.push.settings import LOOK_AGAIN


class Allowance:
    """The day's calls as one run sees them. `has_read`: XPM has answered this run, so its own count is known."""

    def __init__(self, seams: Seams, ending: Ending) -> None:
        self.has_read = False
        self._seams = seams
        self._ending = ending

    def count_affordable(self, checks: int, each: int, wanted: int) -> int:
        """How many bundles of `each` calls are paid for besides `checks`; at none the run ends, to go on by itself."""
        affordable = self._count_left(checks) // each
        if affordable < 1 and not self.has_read:
            # XPM's day may have begun anew since it told us last; only an answer says so, and reads have a reserve.
            today = self._seams.clock.now().date()
            self._seams.sender.list_times(today, today)
            self.has_read = True
            affordable = self._count_left(checks) // each
        if affordable < 1:
            message = f"{wanted} entries wait for tomorrow's allowance: XPM's calls of the day are used."
            self._ending.note(End.PAUSED, message, LOOK_AGAIN)
        return max(affordable, 0)

    def _count_left(self, checks: int) -> int:
        meter = self._seams.read_meter()
        return meter.day_left - meter.reserve - checks
