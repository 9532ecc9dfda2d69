"""Ours beside other tools on labelled lists: `python -m tests.benchmarks.matching FOLDER...`.

Every tool runs alone, one after the other, each in a process of its own, and one table comes out. Each folder holds
left.csv, right.csv and truth.csv. Of what a tool proposes, each left record keeps its best partner; where it does
better, also only those that are the best for their right record ("mutual"). Precision and recall are those at the
threshold with the best F1, chosen for each tool on the truth itself. Of several sensible settings of a tool the best
is shown. Ratios compare with our own run on the same columns; those of processor time hold on a busy machine too.
A "~" marks figures of a sample of the left list, extrapolated.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.matching_figures import Figures, Proposal, measure_best, read_proposals, read_truth
from tests.benchmarks.peers.memory import watch_peak

ROOT = Path(__file__).resolve().parents[2]
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
#: Sensible settings of each tool; on large lists only the first is run.
SETTINGS = {
    "loop": ("WRatio",),
    "cdist": ("token_sort_ratio", "WRatio"),
    "string_grouper": ("3", "2"),
    "splink": ("words", "plain"),
    "recordlinkage": ("two levels", "one level"),
}
#: Tools that see nothing but names.
NAME_TOOLS = ("loop", "cdist", "string_grouper")
#: Tools that compare everything with everything: on large lists they run on about so many left records.
SAMPLED = {"loop": 500, "cdist": 2000}
LARGE = 20_000
HEADER = ("list", "columns", "tool", "setting", "pairs", "precision", "recall", "best F1")
HEADER_COST = ("certain", "wrong", "ECE", "seconds", "ratio", "cpu ratio", "MB")


@dataclass(frozen=True)
class Task:
    """One tool on one pair of lists; every: only each n-th left record."""

    folder: Path
    names_only: bool
    tool: str
    setting: str
    every: int = 1


@dataclass(frozen=True)
class Run:
    """What a task found and cost; `why` is set instead when it failed."""

    task: Task
    figures: Figures | None
    seconds: float = 0.0
    cpu: float = 0.0
    peak: float = 0.0
    why: str = ""


def perform(task: Task, python: Path, timeout: float) -> Run:
    """Run a task in a process of its own and measure what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        out, said = Path(folder) / "pairs.csv", Path(folder) / "said.txt"
        # To a file, not a pipe: nobody reads along, and a full pipe would stop the tool.
        with said.open("w", encoding="utf-8") as file:
            process = subprocess.Popen(
                _write_command(task, python, out),
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                text=True,
                start_new_session=True,
            )
            try:
                watched = watch_peak(process, timeout)
            except subprocess.TimeoutExpired:
                return Run(task, None, why=f"over {timeout:.0f} s")
        last = (said.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["died"])[-1]
        if process.returncode:
            return Run(task, None, why=last)
        cost = json.loads(last)
        found = _measure(task, read_proposals(out))
        return Run(task, found, cost["seconds"], cost["cpu"], max(watched, cost["peak"]))


def _write_command(task: Task, python: Path, out: Path) -> list[str]:
    words = [str(python), "-m", "tests.benchmarks.peers", task.tool, str(task.folder.resolve())]
    words += ["--variant", task.setting, "--out", str(out), "--every", str(task.every)]
    return [*words, "--names-only"] if task.names_only else words


def _measure(task: Task, found: list[Proposal]) -> Figures:
    ids, truth = read_truth(task.folder)
    sample = set(ids[:: task.every])
    return measure_best(found, {pair for pair in truth if pair[0] in sample})


def list_tasks(folder: Path, names_only: bool, tool: str) -> list[Task]:
    """The settings of a tool worth running on a list of that size."""
    rows = len(read_truth(folder)[0])
    every = max(1, rows // SAMPLED[tool]) if rows > LARGE and tool in SAMPLED else 1
    settings = SETTINGS[tool] if rows <= LARGE else SETTINGS[tool][:1]
    return [Task(folder, names_only, tool, setting, every) for setting in settings]


def run_list(folder: Path, names_only: bool, chosen: argparse.Namespace) -> Iterator[tuple[Run, Run]]:
    """The runs of all tools on one list, each with our own beside it; of several settings the best."""
    ours = perform(Task(folder, names_only, "ours", chosen.kind), Path(sys.executable), chosen.timeout)
    yield ours, ours
    for tool in chosen.tools:
        if names_only or tool not in NAME_TOOLS:
            tasks = list_tasks(folder, names_only, tool)
            runs = [perform(task, chosen.peers_python, chosen.timeout) for task in tasks]
            yield max(runs, key=lambda run: run.figures.best_f1 if run.figures else -1.0), ours


def write_line(run: Run, ours: Run) -> str:
    """One row of the table."""
    task = run.task
    columns = "names" if task.names_only else "all"
    start = f"{task.folder.name:22} {columns:7} {task.tool:14} {task.setting:16}"
    if run.figures is None:
        return f"{start} {run.why[:120]}\n"
    figures, mark = run.figures, "~" if task.every > 1 else " "
    quality = f"{figures.reduced:6} {figures.precision:9.4f} {figures.recall:7.4f} {figures.best_f1:7.4f}{mark}"
    certain = (
        f"{figures.certain_share:7.3f} {figures.certain_error:7.4f}" if task.tool == "ours" else f"{'-':>7} {'-':>7}"
    )
    error = "-" if figures.calibration_error is None else f"{figures.calibration_error:.4f}"
    seconds, cpu = run.seconds * task.every, run.cpu * task.every
    ratios = [
        f"{mine / theirs:.2f}{mark}" if theirs else "-" for mine, theirs in ((seconds, ours.seconds), (cpu, ours.cpu))
    ]
    return (
        f"{start} {quality} {certain} {error:>7} {seconds:8.1f}{mark} {ratios[0]:>8} {ratios[1]:>9} {run.peak:6.0f}\n"
    )


def write_header() -> str:
    """The names of the columns."""
    form = "{:22} {:7} {:14} {:16} {:6} {:>9} {:>7} {:>7}  {:>7} {:>7} {:>7} {:>8}  {:>8} {:>9} {:>6}\n"
    return form.format(*HEADER, *HEADER_COST)


def read_arguments() -> argparse.Namespace:
    """What to run on what."""
    parser = argparse.ArgumentParser(description="Measure ours and other tools on labelled lists.")
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--kind", default="clients", help="the kind of record for our own matching")
    parser.add_argument("--columns", choices=("names", "all", "both"), default="both", help="what the tools may see")
    parser.add_argument("--names-only", dest="columns", action="store_const", const="names", help="--columns names")
    parser.add_argument(
        "--tools", nargs="*", choices=SETTINGS, default=list(SETTINGS), help="which peers; none: ours only"
    )
    parser.add_argument("--peers-python", type=Path, default=PEERS_PYTHON, help="interpreter that has the peers")
    parser.add_argument("--timeout", type=float, default=900.0, help="seconds that one run may take")
    chosen = parser.parse_args()
    if chosen.tools and not chosen.peers_python.exists():
        parser.error(f"no interpreter at {chosen.peers_python}: CONTRIBUTING.md says how to set one up.")
    return chosen


def has_columns(folder: Path) -> bool:
    """Whether the lists of a folder hold more than id and name."""
    with (folder / "left.csv").open(encoding="utf-8") as file:
        return len(file.readline().split(",")) > 2


def main() -> None:
    """Print the table, line by line as it comes."""
    chosen = read_arguments()
    sys.stdout.write(write_header())
    for folder in chosen.folders:
        for names_only in (True, False):
            wanted = chosen.columns in ("both", "names" if names_only else "all")
            if wanted and (names_only or has_columns(folder)):
                for run, ours in run_list(folder, names_only, chosen):
                    sys.stdout.write(write_line(run, ours))
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
