"""`python -m tests.simulation --seeds 500 --start 1`: play seeds, count what is wrong, say it as one line of JSON.

`--replay SEED` prints the whole history of one seed, the same each time. Exit code 0 only when nothing is wrong.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from os import cpu_count

from tests.simulation.jobs.play import play_jobs
from tests.simulation.jobs.truth import JobTally
from tests.simulation.play import Tally, play_seed
from tests.simulation.weather import Mode


def main(arguments: list[str]) -> int:
    """Play what was asked for."""
    asked = _read(arguments)
    mode = Mode(asked.swarm, asked.very_late, not asked.no_sweep, asked.mutant, asked.faultless)
    if asked.jobs:
        return _play_jobs(asked, mode)
    if asked.replay is not None:
        tally, log = play_seed(asked.replay, mode, keep_log=True)
        sys.stdout.write("\n".join(log) + "\n")
        return _conclude(tally)
    total = Tally()
    for tally, told in play_all(range(asked.start, asked.start + asked.seeds), mode, asked.processes):
        total.add(tally)
        if told:
            sys.stdout.write(told)
            sys.stdout.flush()
    return _conclude(total)


def _play_jobs(asked: argparse.Namespace, mode: Mode) -> int:
    """The same for job creation."""
    if asked.replay is not None:
        tally, log = play_jobs(asked.replay, mode, keep_log=True)
        sys.stdout.write("\n".join(log) + "\n")
    else:
        tally = JobTally()
        seeds = range(asked.start, asked.start + asked.seeds)
        with ProcessPoolExecutor(asked.processes, initializer=spare_garbage) as pool:
            for one, told in pool.map(partial(play_one_of_jobs, mode=mode), seeds):
                tally.add(one)
                sys.stdout.write(told)
                sys.stdout.flush()
    sys.stdout.write(json.dumps(asdict(tally)) + "\n")
    return 0 if tally.is_right else 1


def play_one_of_jobs(seed: int, mode: Mode) -> tuple[JobTally, str]:
    """One seed of job creation; a crash of the core is as wrong as a double."""
    try:
        tally, log = play_jobs(seed, mode)
    except Exception:
        return JobTally(seeds=1, violations=1, wrong_seeds=[seed]), f"seed {seed}:\n{traceback.format_exc()}"
    wrong = [line for line in log if " judgement: " in line or " broken: " in line]
    return tally, "".join(f"seed {seed}: {line.strip()}\n" for line in wrong)


def play_all(seeds: range, mode: Mode, processes: int) -> Iterator[tuple[Tally, str]]:
    """Each seed's count, and what is to be told of it."""
    play = partial(play_one, mode=mode)
    if processes == 1:
        spare_garbage()
        yield from map(play, seeds)
        return
    with ProcessPoolExecutor(processes, initializer=spare_garbage) as pool:
        yield from pool.map(play, seeds, chunksize=5)


def spare_garbage() -> None:
    """A seed's objects live for a moment only: looking for cycles among them so often costs a tenth of the time."""
    # What the core logs of failures on purpose is in the seed's own history.
    logging.disable()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def play_one(seed: int, mode: Mode) -> tuple[Tally, str]:
    """One seed; a crash of the core is as wrong as a double."""
    try:
        tally, log = play_seed(seed, mode)
    except Exception:
        return Tally(seeds=1, violations=1, wrong_seeds=[seed]), f"seed {seed}:\n{traceback.format_exc()}"
    wrong = [line for line in log if " judgement: " in line or " broken: " in line]
    return tally, "".join(f"seed {seed}: {line.strip()}\n" for line in wrong)


def _conclude(tally: Tally) -> int:
    counts = asdict(tally)
    counts["seconds"] = round(tally.seconds, 1)
    counts["per_1000"] = {
        name: round(1000 * getattr(tally, name) / max(tally.bundles, 1), 2)
        for name in ("to_person", "doubles_for_a_while")
    }
    sys.stdout.write(json.dumps(counts) + "\n")
    return 0 if tally.is_right else 1


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--jobs", action="store_true", help="the creation of jobs in the place of the push")
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--start", type=int, default=1, help="the first one")
    parser.add_argument("--swarm", action="store_true", help="some faults never, some ten times as often")
    parser.add_argument("--very-late", action="store_true", help="1 %% of the writes land up to two hours late")
    parser.add_argument("--no-sweep", action="store_true", help="doubles are not looked for")
    parser.add_argument("--faultless", action="store_true", help="no faults and no people: what a push costs")
    parser.add_argument("--mutant", default="", help="the name of a protection to switch off")
    parser.add_argument("--replay", type=int, help="print the history of this seed")
    parser.add_argument("--processes", type=int, default=cpu_count() or 1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
