"""Kills workers that create jobs: `python -m tests.work.job_kills --kills 60 --seed 1`.

A batch of jobs on the demo practice over a socket; the worker is killed with SIGKILL again and again, mostly while a
request is under way, and started anew. In the end every job must be in XPM once, with each of its costs once. The last
line is one JSON object; the exit code is 0 only when doubles, lost and stuck are 0.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

from core.demo import Demo
from core.jobs import CostLine, JobDraft
from core.jobs.batch import BatchRow, make_key
from core.jobs.steps import carries
from core.model import RunState
from core.sandbox.state import Tenant
from core.store import Run
from tests.work.kills import wait_until
from tests.work.site import Site, set_latency, start_worker

JOBS, COSTS, KILLS_A_ROUND = 8, 4, 12
LATENCY, PATIENCE = 0.05, 400.0
DAY = date(2026, 11, 23)


@dataclass
class JobKills:
    """What rounds came to. `lost`: jobs or costs that are said to be there and are not; `stuck`: left open."""

    kills: int = 0
    jobs: int = 0
    doubles: int = 0
    lost: int = 0
    stuck: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing was wrong."""
        return not (self.doubles or self.lost or self.stuck)


class Round:
    """One batch and its killed workers."""

    def __init__(self, demo: Demo, number: int, random: Random) -> None:
        self._demo = demo
        self._random = random
        self._name = f"Kill round {number}"
        tenants = demo.sandbox.sandbox.tenants.values()
        self._tenant: Tenant = next(one for one in tenants if one.name.startswith("Banksia"))

    def play(self, kills: int) -> JobKills:
        """Ask, kill so often, let it finish, and count."""
        demo, found = self._demo, JobKills(jobs=JOBS)
        set_latency(demo, LATENCY)
        batches = demo.workspace.batches
        _, run = batches.request(self._name, batches.plan(self._make_rows()))
        while found.kills < kills and not self._is_over(run):
            worker = start_worker(demo)
            self._wait_for_work(run)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            found.kills += not self._is_over(run)
        set_latency(demo, 0.0)
        worker = start_worker(demo)
        wait_until(lambda: self._is_over(run), PATIENCE)
        found.stuck += stop(worker) != 0
        self._count(run, found)
        return found

    def _make_rows(self) -> list[BatchRow]:
        template = next(one.uuid for one in self._tenant.templates.values() if one.costs)
        clients = list(self._demo.workspace.bulk.clients().index[:JOBS])
        lines = tuple(CostLine(f"k{n}", DAY, f"Line {n}", Decimal(1), Decimal(2), Decimal(7)) for n in range(COSTS))
        drafts = [JobDraft(one, self._name, template, start=DAY, due=DAY, costs=lines) for one in clients]
        return [BatchRow(make_key("demo", self._name, one.client_id), one, n) for n, one in enumerate(drafts, 2)]

    def _wait_for_work(self, run: Run) -> None:
        """Until a few more things are in XPM, and a moment at random."""
        wanted = self._count_made() + self._random.randint(1, 5)
        over = time.monotonic() + 60
        wait_until(lambda: self._count_made() >= wanted or self._is_over(run) or time.monotonic() > over)
        time.sleep(self._random.uniform(0, 2 * LATENCY))

    def _count_made(self) -> int:
        made = [job for job in list(self._tenant.jobs.values()) if job.name == self._name]
        return len(made) + sum(len(job.costs) for job in made)

    def _is_over(self, run: Run) -> bool:
        state = self._demo.workspace.store.runs.get(run.id).state
        return state not in (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)

    def _count(self, run: Run, found: JobKills) -> None:
        ended = self._demo.workspace.store.runs.get(run.id)
        found.stuck += ended.state is not RunState.DONE
        made = [job for job in self._tenant.jobs.values() if job.name == self._name]
        found.doubles += len(made) - len({job.client for job in made})
        found.lost += JOBS - len({job.client for job in made})
        for job in made:
            for n in range(COSTS):
                copies = sum(carries(cost.note, f"{job.description.rpartition('~')[2]}/k{n}") for cost in job.costs)
                found.doubles += max(copies - 1, 0)
                found.lost += copies == 0


def stop(worker: subprocess.Popen[bytes]) -> int:
    """End the worker as a service manager does; its exit code."""
    worker.send_signal(signal.SIGTERM)
    try:
        return worker.wait(timeout=60)
    except subprocess.TimeoutExpired:
        worker.kill()
        return worker.wait()


def play_rounds(kills: int, seed: int, folder: Path) -> JobKills:
    """Rounds until there were so many kills."""
    random, total, site = Random(seed), JobKills(), Site(folder / "site")
    number = 0
    with site.copy() as demo:
        while total.kills < kills and number < kills:
            number += 1
            came = Round(demo, number, random).play(min(KILLS_A_ROUND, kills - total.kills))
            for name, value in vars(came).items():
                setattr(total, name, getattr(total, name) + value)
    return total


def main(arguments: list[str]) -> int:
    """Play, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.work.job_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tieout-job-kills-") as folder:
        total = play_rounds(asked.kills, asked.seed, Path(folder))
    counts = vars(total) | {"seed": asked.seed, "seconds": round(time.monotonic() - began)}
    sys.stdout.write(json.dumps(counts) + "\n")
    return 0 if total.is_clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
