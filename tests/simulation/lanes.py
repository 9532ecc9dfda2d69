"""Several sends at once in one thread: each is a greenlet of its own on the hub's time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

from tests.simulation.hub import Hub
from tests.simulation.process import Process


class GreenletLanes:
    """The `Lanes` of a worker's process."""

    def __init__(self, hub: Hub, process: Process, width: int = 4) -> None:
        self.width = width
        self.busy = 0
        self._hub = hub
        self._process = process
        self._ended: deque[tuple[Any, BaseException | None]] = deque()
        self._waiting: greenlet | None = None

    def start(self, work: Callable[[], Any]) -> None:
        """See `Lanes.start`."""
        self.busy += 1
        self._hub.spawn(lambda: self._carry(work))

    def _carry(self, work: Callable[[], Any]) -> None:
        try:
            ended: tuple[Any, BaseException | None] = (work(), None)
        except BaseException as error:  # raised again by `take`, where the run is
            ended = (None, error)
        self._ended.append(ended)
        if self._waiting is not None:
            self._hub.wake(self._waiting)
            self._waiting = None

    def take(self) -> Any:
        """See `Lanes.take`."""
        while not self._ended:
            self._waiting = getcurrent()
            self._hub.park()
            self._process.check()
        self.busy -= 1
        value, error = self._ended.popleft()
        if error is not None:
            raise error
        return value
