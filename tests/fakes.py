"""Small real stand-ins for the outside: a clock that moves only when told, ids that count."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class FakeClock:
    """Starts at a fixed instant; `sleep` and `advance` move it."""

    def __init__(self, now: datetime = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)

    def jump(self, seconds: float) -> None:
        """Somebody sets the wall clock; no time goes by."""
        self._now += timedelta(seconds=seconds)

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._seconds += seconds


def counting_ids(prefix: str = "id") -> Callable[[], str]:
    """Ids prefix-1, prefix-2... so that tests can name them."""
    numbers = itertools.count(1)
    return lambda: f"{prefix}-{next(numbers)}"
