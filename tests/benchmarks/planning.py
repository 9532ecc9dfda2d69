"""What planning costs: a large firm's month against pandas.read_sql of the same rows, and a week after long history.

Run it with `python -m tests.benchmarks.planning`; `--history N` (two million) and `--keep FOLDER` name how much lies
behind the long practice and where both are kept once they are made. It prints one JSON object.

Everything is CPU time of this process, in turns, so that what else the computer does hits all sides alike; a garbage
collection comes before each. `cold` plans know nothing yet; `warm` ones have the lists of clients, staff, jobs and
links from a plan before, as a worker or a dashboard has, but read all time and the ledger anew.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
from sqlalchemy import select

from core.push.plan import Plan
from core.push.rules import Choice
from core.store.settings import Settings
from core.store.tables import LOCAL
from core.workspace import Workspace
from core.workspace.kept import FRAMES, STANDINGS
from tests.benchmarks.history import MONTH_DAYS, PRACTICE, TODAY, keep_practice

ENTRIES, SHORT, LONG = 24_000, 20_000, 2_000_000
ROUNDS = 7
GOALS = {"month_to_read_sql": 5.0, "long_to_short_history": 1.3}
#: Everything that makes a plan dearer.
SHAPING = {"rounding": "up", "rounding_minutes": 6, "rounding_scope": "day", "merging": "day"}
SHAPING |= {"note_template": "{client}: {note}"}


@dataclass(frozen=True)
class _Meter:
    day_left: int = 5000
    reserve: int = 500
    day_used: int = 0
    paused_until: datetime | None = None


def main() -> int:
    """Measure and print; 0 when both goals hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.planning", description=__doc__)
    parser.add_argument("--history", type=int, default=LONG)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        keep = asked.keep or Path(folder)
        found = measure(keep_practice(keep, ENTRIES, SHORT), keep_practice(keep, ENTRIES, asked.history))
    sys.stdout.write(json.dumps({"history": asked.history, **found, "goals": GOALS}) + "\n")
    return 0 if all(found[name] <= goal for name, goal in GOALS.items()) else 1


def measure(short: Workspace, long: Workspace) -> dict[str, float]:
    """The ratios, and the milliseconds behind them."""
    month, week = _window(MONTH_DAYS), _window(7)
    plain = {"read_sql": lambda: read_month(short), "cold": lambda: plan_cold(short, month)}
    times = _take_turns(plain | {"warm": lambda: plan_warm(short, month)})
    times |= _take_turns({"short": lambda: plan_cold(short, week), "long": lambda: plan_cold(long, week)})
    times |= _take_turns({"short_warm": lambda: plan_warm(short, week), "long_warm": lambda: plan_warm(long, week)})
    set_shaping(short)
    times |= _take_turns({"shaped_read_sql": lambda: read_month(short), "shaped": lambda: plan_warm(short, month)})
    ratios = {
        "month_to_read_sql": times["warm"] / times["read_sql"],
        "month_to_read_sql_cold": times["cold"] / times["read_sql"],
        "month_to_read_sql_rounded_and_merged": times["shaped"] / times["shaped_read_sql"],
        "long_to_short_history": times["long"] / times["short"],
        "long_to_short_history_warm": times["long_warm"] / times["short_warm"],
    }
    return {name: round(value, 2) for name, value in ratios.items()} | {
        f"{name}_ms": round(1000 * seconds) for name, seconds in times.items()
    }


def read_month(workspace: Workspace) -> pd.DataFrame:
    """The rows of the month as pandas reads them."""
    times = LOCAL["actual_times"]
    query = select(times).where(times.c.practice == PRACTICE, times.c.date.between(*_window(MONTH_DAYS)))
    with workspace.store.engine.connect() as connection:
        return pd.read_sql(query, connection)


def plan_cold(workspace: Workspace, window: tuple[date, date]) -> Plan:
    """A plan in a process that knows nothing yet."""
    FRAMES.forget()
    return plan_warm(workspace, window)


def plan_warm(workspace: Workspace, window: tuple[date, date]) -> Plan:
    """A plan after something has changed."""
    STANDINGS.forget()
    workspace.connection.meter = _Meter  # type: ignore[method-assign, assignment]  # nothing is connected
    return workspace.time.plan(Choice(start=window[0], end=window[1]))


def set_shaping(workspace: Workspace) -> None:
    """Round, merge and write notes from a template from now on."""
    workspace.store.practices.save_settings(PRACTICE, Settings().with_values(**SHAPING))


def _window(days: int) -> tuple[date, date]:
    return TODAY - timedelta(days=days - 1), TODAY


def _take_turns(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The median CPU seconds of each."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(ROUNDS + 1):
        for name, work in works.items():
            gc.collect()
            begin = time.process_time()
            work()
            # The first turn only warms the database's pages.
            taken[name] += [time.process_time() - begin] if turn else []
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


if __name__ == "__main__":
    sys.exit(main())
