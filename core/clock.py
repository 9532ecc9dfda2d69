"""The real clock and the real source of ids; everything else is handed them."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime


class SystemClock:
    """Wall clock in UTC, monotonic seconds, and real waiting."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`; a wait that is over already is none."""
        time.sleep(max(seconds, 0.0))


def new_id() -> str:
    """A fresh id for a run, a bundle or an attempt."""
    return uuid.uuid4().hex
