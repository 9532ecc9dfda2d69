"""Run one tool on one pair of lists in this process, write its best pairs, print what it cost."""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from .lists import PAIR_COLUMNS, Lists, read_lists

Runner = Callable[[Lists, str], pd.DataFrame]
#: Tool -> module and function; a module is imported only for its own tool.
TOOLS = {
    "ours": ("ours", "run_ours"),
    "loop": ("strings", "run_loop"),
    "cdist": ("strings", "run_cdist"),
    "string_grouper": ("strings", "run_string_grouper"),
    "splink": ("linkage", "run_splink"),
    "recordlinkage": ("linkage", "run_recordlinkage"),
}
#: What a tool imports by itself: loaded before the clock starts.
PACKAGES = {
    "string_grouper": ("string_grouper",),
    "splink": ("splink", "splink.comparison_library"),
    "recordlinkage": ("recordlinkage",),
}


def find_runner(tool: str) -> Runner:
    """The function of a tool, with everything it needs imported."""
    for package in PACKAGES.get(tool, ()):
        importlib.import_module(package)
    module, name = TOOLS[tool]
    runner: Runner = getattr(importlib.import_module(f".{module}", __package__), name)
    return runner


def read_peak() -> float:
    """The most memory in MB that this process held at once; its children are watched from outside.

    The kernel's own high-water mark where it tells one: ru_maxrss also counts the parent a process was started from.
    """
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    marks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return (marks[0] if marks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def read_cpu() -> float:
    """Seconds of processor time that this process and its finished children took."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def keep_best(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pair with the highest score of each left record; of equal ones the first."""
    order = pairs.sort_values("score", ascending=False, kind="stable")
    return order.drop_duplicates("left_id")[PAIR_COLUMNS]


def main() -> None:
    """Read, match, write, and tell seconds, processor seconds and MB."""
    parser = argparse.ArgumentParser(description="Run one tool on one pair of lists.")
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--variant", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--names-only", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="match only every n-th row of the left list")
    chosen = parser.parse_args()
    runner = find_runner(chosen.tool)
    lists = read_lists(chosen.folder, chosen.names_only, chosen.every)
    start, before = time.perf_counter(), read_cpu()
    pairs = runner(lists, chosen.variant)
    cost = {"seconds": time.perf_counter() - start, "cpu": read_cpu() - before, "peak": read_peak()}
    keep_best(pairs).to_csv(chosen.out, index=False)
    sys.stdout.write(json.dumps(cost) + "\n")


if __name__ == "__main__":
    main()
