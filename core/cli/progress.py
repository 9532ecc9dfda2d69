"""A line on a terminal that says how far long work is and how long it may still take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from core.matching.progress import say_nothing

#: Below this many seconds no guess is made of what is left.
_SETTLED = 3.0


def make_progress(stream: TextIO, clock: Callable[[], float] = time.monotonic) -> Callable[[float], None]:
    """What hears the share done, 0 to 1, and shows it in place; silent where nobody watches the stream."""
    if not stream.isatty():
        return say_nothing
    start = clock()
    shown = ""

    def show(share: float) -> None:
        nonlocal shown
        text = f"{share:4.0%}{_say_rest(share, clock() - start)}"
        if text != shown:
            shown = text
            # What stood there before may have been longer.
            stream.write(f"\r{text:<40}" if share < 1 else f"\r{'':<40}\r")
            stream.flush()

    return show


def _say_rest(share: float, spent: float) -> str:
    """How long the rest may take, by the time spent so far."""
    if spent < _SETTLED or not 0 < share < 1:
        return ""
    rest = spent / share * (1 - share)
    return f", about {rest:.0f} s left" if rest < 90 else f", about {rest / 60:.0f} min left"
