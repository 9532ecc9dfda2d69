"""Virtual time. Everything that waits is a greenlet; the hub wakes the one whose moment comes next."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

#: 18:00 UTC: midnight, when our own count of a day's calls begins anew, comes when the bad weather ends.
START = datetime(2026, 11, 17, 18, 0, tzinfo=UTC)


class Hub:
    """Seconds since the start, and who goes on when. Of two with the same moment the one asked for first goes first."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._main = getcurrent()
        self._order = itertools.count()
        self._queue: list[tuple[float, int, greenlet | Callable[[], None]]] = []

    def moment(self) -> datetime:
        """The true time."""
        return START + timedelta(seconds=self.seconds)

    def spawn(self, run: Callable[[], None], delay: float = 0.0) -> None:
        """Let `run` begin after `delay`; it may sleep."""
        self._push(delay, greenlet(run, parent=self._main))

    def call(self, delay: float, run: Callable[[], None]) -> None:
        """Do something short after `delay`; it must not sleep."""
        self._push(delay, run)

    def sleep(self, seconds: float) -> None:
        """Give way to everybody whose moment comes before ours."""
        self._push(seconds, getcurrent())
        self._main.switch()

    def park(self) -> None:
        """Give way until somebody wakes us."""
        self._main.switch()

    def wake(self, parked: greenlet) -> None:
        """Let a parked greenlet go on, now but after us."""
        self._push(0.0, parked)

    def run_until(self, seconds: float) -> None:
        """Let everything happen that is due by then. What anybody raises comes out here."""
        queue = self._queue
        while queue and queue[0][0] <= seconds:
            at, _, one = heapq.heappop(queue)
            self.seconds = max(self.seconds, at)
            if isinstance(one, greenlet):
                one.switch()
            else:
                one()
        self.seconds = max(self.seconds, seconds)

    def _push(self, delay: float, one: greenlet | Callable[[], None]) -> None:
        heapq.heappush(self._queue, (self.seconds + max(delay, 0.0), next(self._order), one))


class ProcessClock:
    """The clock of one machine: its wall clock may be set wrong, its monotonic one stands still while it is asleep."""

    def __init__(self, hub: Hub, check: Callable[[], None]) -> None:
        self.offset = 0.0
        self.asleep = 0.0
        self._hub = hub
        self._check = check

    def now(self) -> datetime:
        """See `Clock.now`."""
        return START + timedelta(seconds=self._hub.seconds + self.offset)

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return self._hub.seconds - self.asleep

    def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`; whoever was killed meanwhile never wakes."""
        self._hub.sleep(seconds)
        self._check()
