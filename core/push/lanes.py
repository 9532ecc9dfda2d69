"""How many requests of one push are under way at once, and who carries them.

A lane takes one bundle from its durable intent to its recorded outcome; it decides nothing about the run. The run
starts lanes and takes what they came to, one after the other, in its own thread. Inline lanes carry the work out where
it is started: one at a time, in a fixed order, for tests and simulations. Thread lanes are for real use, where each
request waits for XPM.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol

#: XPM takes five requests of a practice at once; one is left to people who look at pages meanwhile.
WIDTH = 4


class Lanes(Protocol):
    """Room for some pieces of work at once; used by one thread."""

    @property
    def width(self) -> int:
        """How many may be under way."""
        ...

    @property
    def busy(self) -> int:
        """How many were started and not taken yet."""
        ...

    def start(self, work: Callable[[], Any]) -> None:
        """Begin a piece of work; only while fewer than `width` are busy."""
        ...

    def take(self) -> Any:
        """What the next finished piece came to, waiting for it; raises what the work raised. Only while any is busy."""
        ...


class InlineLanes:
    """Work done where it is started, one piece after the other."""

    width = 1

    def __init__(self) -> None:
        self._ended: list[Any] = []

    @property
    def busy(self) -> int:
        """See `Lanes.busy`."""
        return len(self._ended)

    def start(self, work: Callable[[], Any]) -> None:
        """See `Lanes.start`; what the work raises comes out here."""
        self._ended.append(work())

    def take(self) -> Any:
        """See `Lanes.take`."""
        return self._ended.pop(0)


@dataclass(frozen=True)
class _Ended:
    value: Any = None
    error: BaseException | None = None


class ThreadLanes:
    """A thread per piece of work. Not daemons: a process that ends lets them write down what XPM answered."""

    def __init__(self, width: int = WIDTH) -> None:
        self.width = width
        self.busy = 0
        self._ended: SimpleQueue[_Ended] = SimpleQueue()

    def start(self, work: Callable[[], Any]) -> None:
        """See `Lanes.start`."""
        threading.Thread(target=self._carry, args=(work,), name="tieout-lane").start()
        self.busy += 1

    def _carry(self, work: Callable[[], Any]) -> None:
        try:
            ended = _Ended(work())
        except BaseException as error:  # raised again by `take`, in the thread of the run
            ended = _Ended(error=error)
        self._ended.put(ended)

    def take(self) -> Any:
        """See `Lanes.take`."""
        ended = self._ended.get()
        self.busy -= 1
        if ended.error is not None:
            raise ended.error
        return ended.value
