"""Who lives: the names of those who carry out runs, their signs of life, and who of them is dead.

A name says which process it is, so that a process that is gone from this machine is known to be dead at once. Anybody
else is dead when it has given no sign of life for a while, measured by the watcher's own clock: clocks of different
machines need not agree. A dead one that was only asleep does no harm when it wakes: its runs are another's by then.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import socket
import threading
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from core.model import Clock, TieoutError
from core.store import Store

log = logging.getLogger("tieout.work")

BEAT_SECONDS = 3.0
SILENT_SECONDS = 30.0

_NAME = re.compile(r"\w+:(?P<pid>\d+)@(?P<place>.+)#(?P<start>\d+)\.\w+")
_PROCESSES = Path("/proc")


def name_owner(kind: str) -> str:
    """A new name for a `worker` or a `command` of this process; no other one, now or later, has the same."""
    pid = os.getpid()
    return f"{kind}:{pid}@{name_place()}#{_read_process(pid)[1]}.{uuid4().hex[:6]}"


@cache
def name_place() -> str:
    """This machine, since it was started, and the set of processes that see each other (a container has its own)."""
    facts = [_read_line(_PROCESSES / "sys/kernel/random/boot_id"), _read_link(_PROCESSES / "self/ns/pid")]
    return f"{socket.gethostname()}/{hashlib.sha256('|'.join(facts).encode()).hexdigest()[:8]}"


def is_gone(owner: str) -> bool:
    """Whether the owner was a process of this machine that surely no longer runs."""
    found = _NAME.fullmatch(owner)
    if found is None or found["place"] != name_place():
        return False
    return not _lives(int(found["pid"]), int(found["start"]))


def _lives(pid: int, start: int) -> bool:
    state, started = _read_process(pid)
    if state:
        # A process that ended but was not waited for still has its number; a later one may have got it.
        return state not in "ZX" and started == start
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read_process(pid: int) -> tuple[str, int]:
    """State letter and start time of a process, as Linux tells them; empty and 0 where nothing is told."""
    fields = _read_line(_PROCESSES / str(pid) / "stat").rpartition(")")[2].split()
    return (fields[0], int(fields[19])) if len(fields) > 19 else ("", 0)


def _read_line(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _read_link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


class Beating:
    """Says that `name` lives, regularly and in a thread of its own, from `start` to `stop`; or inside a `with`."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="tieout-beat", daemon=True)

    def start(self) -> None:
        """The first sign of life is written when this returns."""
        self._beat()
        self._thread.start()

    def stop(self, *, forget: bool = True) -> None:
        """No more signs; `forget` when nothing is left in this name's hands."""
        self._stopping.set()
        self._thread.join(timeout=5)
        if forget:
            self._store.workers.forget(self._name)

    def __enter__(self) -> Beating:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _go_on(self) -> None:
        while not self._stopping.wait(BEAT_SECONDS):
            try:
                self._beat()
            except TieoutError:
                # A database that is away for a moment: the next beat tries again, long before anybody worries.
                log.warning("no sign of life could be written", exc_info=True)

    def _beat(self) -> None:
        self._store.workers.beat(self._name, name_place(), os.getpid())


@dataclass(frozen=True)
class Dead:
    """Somebody who carries out nothing any more; `gone`: surely, because the process no longer exists."""

    name: str
    gone: bool


class Watch:
    """Finds the dead. Whoever watches must look again and again: silence is counted only while it does."""

    def __init__(self, store: Store, clock: Clock, silent_seconds: float = SILENT_SECONDS) -> None:
        self._store = store
        self._clock = clock
        self._silent_seconds = silent_seconds
        self._signs: dict[str, str] = {}
        self._silence: dict[str, float] = {}
        self._looked: float | None = None

    def find_dead(self, owners: Collection[str]) -> list[Dead]:
        """The dead among those who gave a sign once and among `owners`, who need not have."""
        signs = dict.fromkeys(owners, "") | {beat.name: beat.beat_at for beat in self._store.workers.list()}
        passed = self._measure()
        silence = {
            name: self._silence.get(name, 0.0) + passed for name in signs if self._signs.get(name) == signs[name]
        }
        self._signs, self._silence = signs, silence
        dead = [Dead(name, is_gone(name)) for name in signs]
        return [one for one in dead if one.gone or silence.get(one.name, 0.0) >= self._silent_seconds]

    def _measure(self) -> float:
        """Seconds since the last look, but no more than a few beats: this process may have been asleep itself."""
        now = self._clock.monotonic()
        passed = 0.0 if self._looked is None else now - self._looked
        self._looked = now
        return min(passed, 2 * BEAT_SECONDS)


def take_back_runs(store: Store, dead: Dead) -> int:
    """Queue the runs of a dead owner again; gives how many.

    The push lease of one that is only silent runs out by itself: it may be alive after all, and two must not push.
    """
    if dead.gone:
        store.ledger.end_lease(dead.name)
    mine = [run for run in store.runs.running() if run.owner == dead.name]
    return sum(store.runs.give_back(run.id, dead.name) for run in mine)
