"""How much memory a process and its children hold together, watched from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
#: Seconds between two looks.
_PAUSE = 0.1


def watch_peak(process: subprocess.Popen[str], timeout: float) -> float:
    """The most memory in MB that a process and its children held when looked at, until it ends.

    Shared pages count once. 0 where the system does not tell. The process must lead a group of its own, which is ended
    when time is up (TimeoutExpired) or the watching is broken off.
    """
    peak, end = 0.0, time.monotonic() + timeout
    try:
        while process.poll() is None:
            peak = max(peak, sum(_read_share(pid) for pid in _list_tree(process.pid)))
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(process.args, timeout)
            time.sleep(_PAUSE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return peak / 1024


def _list_tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = (_PROC / str(pid) / "task" / str(pid) / "children").read_text(encoding="ascii").split()
    except OSError:
        # Another system, or it ended between two looks.
        return
    for child in children:
        yield from _list_tree(int(child))


def _read_share(pid: int) -> int:
    """Kilobytes of a process, what it shares with others divided among them."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
