"""The circuit breaker: in an outage of XPM a push asks less and less often, and by itself goes on when it is over.

It opens when XPM cannot be read, cannot be reached, or leaves several answers in a row out; each failure after a break
doubles the next one. When a break is over, the first read of the run tries whether XPM is back. Only a write whose
outcome is known, or a run that had none to make, closes it: reads may work while writes do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_FIRST_BREAK = timedelta(minutes=1)
_LONGEST_BREAK = timedelta(minutes=30)


@dataclass(frozen=True)
class Breaker:
    """How often XPM failed since it last worked, and until when it is left alone; None when it may be asked."""

    failures: int = 0
    until: datetime | None = None

    def fail(self, now: datetime) -> Breaker:
        """XPM failed again."""
        doubled = _FIRST_BREAK * 2 ** min(self.failures, 10)
        return Breaker(self.failures + 1, now + min(doubled, _LONGEST_BREAK))

    def seconds_left(self, now: datetime) -> float:
        """How long XPM is left alone from now on; 0 when it may be asked."""
        if self.until is None or self.until > now + _LONGEST_BREAK:
            return 0.0  # a break never lasts longer: the clock was set back
        return max(0.0, (self.until - now).total_seconds())
