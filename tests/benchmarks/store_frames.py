"""How long 260,000 timesheets take to write and read, against pandas' own way of reading a query.

Run from the repository: `python -m tests.benchmarks.store_frames [database address]`; without an address it uses a
SQLite file of its own. Absolute seconds depend on the machine, so the last line is the ratio to `pandas.read_sql`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select

from core.clock import SystemClock
from core.model import XPM_FRAMES, shape_frame
from core.store import Store, migrate, open_engine
from core.store.engine import reading
from core.store.tables import XPM

ROWS = 260_000
PRACTICE = "benchmark"


def make_times(rows: int = ROWS) -> pd.DataFrame:
    """Timesheets of two years, the same each time."""
    chance = np.random.default_rng(1)
    numbers = np.arange(rows)
    frame = pd.DataFrame(index=pd.Index([f"{number:032x}" for number in numbers], name="id"))
    frame["job"] = [f"J{number:06d}" for number in chance.integers(0, 9000, rows)]
    frame["task_id"] = [f"{number:032x}" for number in chance.integers(0, 40_000, rows)]
    frame["staff_id"] = [f"{number:032x}" for number in chance.integers(0, 80, rows)]
    frame["staff_name"] = "Ann Example"
    frame["date"] = np.datetime64("2025-01-01", "s") + numbers // 400 * np.timedelta64(1, "D")
    frame["minutes"] = chance.integers(1, 480, rows)
    frame["note"] = [f"Worked on return {number}" for number in numbers]
    frame["billable"] = True
    return shape_frame(frame, XPM_FRAMES["times"])


def seconds(work: Callable[[], Any], repeats: int = 3) -> float:
    """The best of a few tries."""
    best = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def read_with_pandas(store: Store) -> pd.DataFrame:
    table = XPM["times"]
    query = select(table).where(table.c.practice == PRACTICE).order_by(table.c.id)
    with reading(store.engine) as connection:
        return pd.read_sql(query, connection, index_col="id")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        address = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'benchmark.db'}"
        store = Store(open_engine(address), SystemClock())
        migrate(store.engine)
        times = make_times()
        report = {
            "first write": seconds(lambda: store.frames.write("xpm", "times", PRACTICE, times), 1),
            "equal write": seconds(lambda: store.frames.write("xpm", "times", PRACTICE, times), 1),
            "read": seconds(lambda: store.frames.read("xpm", "times", PRACTICE)),
            "pandas.read_sql": seconds(lambda: read_with_pandas(store)),
        }
        store.close()
    for name, taken in report.items():
        sys.stdout.write(f"{name:16} {taken:6.2f} s\n")
    sys.stdout.write(f"read / pandas.read_sql = {report['read'] / report['pandas.read_sql']:.2f}\n")


if __name__ == "__main__":
    main()
