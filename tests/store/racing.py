"""Let several threads do the same thing at the same moment, as several processes would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

ResultT = TypeVar("ResultT")


def race(*works: Callable[[], ResultT]) -> list[ResultT | Exception]:
    """What each work returned or raised, in the order given."""
    at_once = threading.Barrier(len(works))

    def start(work: Callable[[], ResultT]) -> ResultT | Exception:
        at_once.wait()
        try:
            return work()
        except Exception as error:  # the race's result is what was raised
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(start, works))
