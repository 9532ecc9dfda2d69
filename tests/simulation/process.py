"""A worker's process: it may die or freeze at every step and at every call of a seam, before or after its effect."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.simulation.hub import Hub, ProcessClock

#: Seam calls, each counted before and after its effect, in about one step of a push.
_POINTS = 18


class Killed(BaseException):
    """The process died here."""


class Process:
    """One life of a worker on its machine. Whoever is dead touches nothing any more, not even in `finally`."""

    def __init__(self, name: str, hub: Hub, chance: Random, note: Callable[[str, str], None]) -> None:
        self.name = name
        #: Under which name this life takes runs; a worker's next life has another one.
        self.owner = name
        self.alive = True
        self.beat = hub.seconds
        self.clock = ProcessClock(hub, self.check)
        self.kill_rate = 0.0
        self.pause_rate = 0.0
        self.longest_pause = 67 * 60.0
        self.countdown = 0
        self.frozen_until = 0.0
        self.trip: Callable[[], None] = self.die
        self._hub = hub
        self._chance = chance
        self._note = note

    def step(self) -> None:
        """A safe place of a run: chance decides whether something happens on the way to the next one."""
        self.check()
        self.beat = self._hub.seconds
        if self.countdown:
            return
        drawn = self._chance.random()
        if drawn < self.kill_rate:
            self.countdown, self.trip = self._chance.randrange(1, _POINTS), self.die
        elif drawn < self.kill_rate + self.pause_rate:
            self.countdown, self.trip = self._chance.randrange(1, _POINTS), self.freeze

    def touch(self) -> None:
        """Right before or right after the effect of a seam's call."""
        self.check()
        if self.countdown:
            self.countdown -= 1
            if not self.countdown:
                self.trip()

    def check(self) -> None:
        """Raises Killed in whatever a dead process still does; nothing of a frozen one goes on."""
        while self.frozen_until > self._hub.seconds and self.alive:
            self._hub.sleep(self.frozen_until - self._hub.seconds)
        if not self.alive:
            raise Killed

    def die(self) -> None:
        """kill -9."""
        self._note(self.name, "killed")
        self.alive = False
        raise Killed

    def freeze(self) -> None:
        """Stand still for up to `longest_pause`: swapped out, or asleep with the whole machine."""
        seconds = self._chance.random() ** 2 * self.longest_pause
        self.freeze_for(seconds, asleep=self._chance.random() < 0.5)

    def freeze_for(self, seconds: float, *, asleep: bool = False) -> None:
        """Stand still for so long."""
        self._note(self.name, f"frozen for {seconds:.0f} s{' asleep' if asleep else ''}")
        if asleep:
            self.clock.asleep += seconds
        self.frozen_until = self._hub.seconds + seconds
        self.check()

    def guard(self, seam: Any, trouble: Callable[[str], None] | None = None) -> Any:
        """The seam as this process uses it; `trouble` may raise what a disk raises, before the named call."""
        return _Guarded(self, seam, trouble)


class _Guarded:
    def __init__(self, process: Process, seam: Any, trouble: Callable[[str], None] | None) -> None:
        self._process = process
        self._seam = seam
        self._trouble = trouble

    def __getattr__(self, name: str) -> Any:
        call, touch, trouble = getattr(self._seam, name), self._process.touch, self._trouble

        def run(*args: Any, **kwargs: Any) -> Any:
            touch()
            if trouble is not None:
                trouble(name)
            result = call(*args, **kwargs)
            touch()
            return result

        # Looked up once: the next use finds the function as a plain attribute.
        self.__dict__[name] = run
        return run
