"""How the cost of matching grows: `python -m tests.benchmarks.matching_speed --rows 5000 50000`.

Matches made-up practice lists of each size, each in a process of its own on all cores, and prints seconds, processor
seconds of all processes, the most memory they held together, and from the second size on the slope: 1 when ten times
the rows take ten times the processor time, 2 when they take a hundred times. Where the peers are installed,
string_grouper looks for candidates in the same names right after, and the columns behind it say how many times its
seconds and its processor seconds ours took. On a busy machine only processor time tells.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from pathlib import Path

import pandas as pd

from tests.benchmarks.matching import PEERS_PYTHON, SETTINGS, Run, Task, perform
from tests.benchmarks.practice_lists import COLUMNS, make_practice, write_practice

_HEADER = ("rows", "columns", "seconds", "cpu", "MB", "slope", "peer s", "peer MB", "ratio", "cpu ratio")
_TIMEOUT = 7200.0


def make_lists(rows: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both client lists of a made-up practice as `core.matching` takes them: index id, all text."""
    lists = make_practice(rows, seed)
    left, right = (pd.DataFrame(side, columns=list(COLUMNS)).set_index("id") for side in (lists.left, lists.right))
    return left, right


def measure(rows: int, names_only: bool, peers_python: Path) -> tuple[Run, Run | None]:
    """Our run on lists of a size, and that of string_grouper on their names if it is there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_practice(make_practice(rows, seed=rows), folder)
        ours = perform(Task(folder, names_only, "ours", "clients"), Path(sys.executable), _TIMEOUT)
        if not peers_python.exists():
            return ours, None
        peer = Task(folder, True, "string_grouper", SETTINGS["string_grouper"][0])
        return ours, perform(peer, peers_python, _TIMEOUT)


def write_line(rows: int, names_only: bool, ours: Run, peer: Run | None, before: tuple[int, Run] | None) -> str:
    """One row of the table, or why there is none."""
    if ours.why:
        return f"{rows:>9}  {ours.why}\n"
    columns = "name" if names_only else "all"
    slope = f"{find_slope(before, (rows, ours)):.2f}" if before else "-"
    line = f"{rows:>9} {columns:>9} {ours.seconds:>9.1f} {ours.cpu:>9.1f} {ours.peak:>9.0f} {slope:>9}"
    if peer is None or peer.why:
        return f"{line} {peer.why if peer else ''}\n"
    ratios = f"{ours.seconds / peer.seconds:>9.2f} {ours.cpu / peer.cpu:>9.2f}"
    return f"{line} {peer.seconds:>9.1f} {peer.peak:>9.0f} {ratios}\n"


def find_slope(small: tuple[int, Run], large: tuple[int, Run]) -> float:
    """By which power of the rows the processor time grew."""
    return math.log(large[1].cpu / small[1].cpu) / math.log(large[0] / small[0])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure how the cost of matching grows with the lists.")
    parser.add_argument("--rows", type=int, nargs="+", default=[5000, 50000])
    parser.add_argument("--names-only", action="store_true")
    parser.add_argument("--peers-python", type=Path, default=PEERS_PYTHON, help="interpreter that has the peers")
    chosen = parser.parse_args()
    sys.stdout.write(" ".join(f"{title:>9}" for title in _HEADER) + "\n")
    before: tuple[int, Run] | None = None
    for rows in sorted(chosen.rows):
        ours, peer = measure(rows, chosen.names_only, chosen.peers_python)
        sys.stdout.write(write_line(rows, chosen.names_only, ours, peer, before))
        sys.stdout.flush()
        before = (rows, ours) if not ours.why else before


if __name__ == "__main__":
    main()
