"""What is dear to make is made once per process: whoever asks first makes it, everybody else waits for it.

Pages and the worker open the same practice through workspaces of their own; what they read is the same. A value is
kept under a family (whose it is, and what) in its newest version only, so that frames of the past use no memory.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class _Slot:
    """One value in the making, or made."""

    def __init__(self, version: Hashable) -> None:
        self.version = version
        self.is_over = threading.Event()
        self.is_made = False
        self.value: Any = None


class Kept:
    """The newest version of the last `most` families asked for. Nobody may change what comes from it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def fetch(self, family: Hashable, version: Hashable, make: Callable[[], T]) -> T:
        """The value of this version, made by `make` when there is none yet; raises what `make` raises.

        Ask for the version before calling: a value made after a change but kept under the version before it is made
        anew, the other way round it would be stale for good.
        """
        while True:
            slot, is_mine = self._claim(family, version)
            if is_mine:
                return self._fill(family, slot, make)
            slot.is_over.wait()
            if slot.is_made:
                value: T = slot.value
                return value
            # Whoever made it failed, for reasons that may be only theirs: try again, perhaps as the maker.

    def forget(self) -> None:
        """Keep nothing any more, as a process that has just started."""
        with self._lock:
            self._slots.clear()

    def _claim(self, family: Hashable, version: Hashable) -> tuple[_Slot, bool]:
        with self._lock:
            slot = self._slots.get(family)
            is_mine = slot is None or slot.version != version
            if slot is None or is_mine:
                slot = self._slots[family] = _Slot(version)
            self._slots.move_to_end(family)
            while len(self._slots) > self._most:
                self._slots.popitem(last=False)
            return slot, is_mine

    def _fill(self, family: Hashable, slot: _Slot, make: Callable[[], T]) -> T:
        try:
            slot.value = value = make()
            slot.is_made = True
            return value
        finally:
            if not slot.is_made:
                with self._lock:
                    if self._slots.get(family) is slot:
                        del self._slots[family]
            slot.is_over.set()


#: Both sides' frames, the ledger and what reviews make of them: about thirty of a practice.
FRAMES = Kept(128)
#: Standings are large; each Which Actual Times choice has its own.
STANDINGS = Kept(6)
