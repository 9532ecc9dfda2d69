"""What creating many jobs costs: `python -m tests.benchmarks.job_batch --jobs 300 --costs 5`.

A batch from one template, each job with so many costs and a manager, against the sandbox with its limits on, on a
virtual clock: the calls per job, how many times XPM's limits were hit by ourselves, and the hours it takes at our pace.
The last line is one JSON object; the exit code is 0 only when every figure holds.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from core.jobs import CostLine, JobDraft
from core.jobs.batch import BatchRow, make_key
from tests.simulation.jobs.play import JobPlay
from tests.simulation.jobs.site import first_day
from tests.simulation.scene import PRACTICE
from tests.simulation.weather import Mode


@dataclass(frozen=True)
class Figures:
    """What a batch came to. `calls` without those of the sign-in; one of them is the look before the whole batch."""

    jobs: int
    costs: int
    whole: int
    calls: int
    calls_per_job: float
    own_limits: int
    hours: float
    cpu_seconds: float

    @property
    def holds(self) -> bool:
        """Every job is whole, each costs itself, its lines and two calls at most, and no limit was hit."""
        is_cheap = self.calls_per_job <= 1 + self.costs + 2
        return self.whole == self.jobs and is_cheap and not self.own_limits


def measure(jobs: int, costs: int) -> Figures:
    """Create a batch by two workers and count."""
    logging.disable()
    folder, began = Path(tempfile.mkdtemp(prefix="tieout-batch-")), time.process_time()
    play = JobPlay(1, Mode(faultless=True), folder, 0)
    scene = play.scene
    try:
        scene.sync()
        desk = scene.office_desk
        _, run = desk.batches.request("batch", desk.batches.plan(make_rows(play, jobs, costs)))
        for name in ("w1", "w2"):
            play._start(name)
        while not desk.store.runs.get(run.id).ended_at:
            scene.hub.run_until(scene.hub.seconds + 60)
        calls = len(scene.network.traffic.starts)
        ended = desk.store.runs.get(run.id)
        limits, hours = scene.network.traffic.own_refusals, scene.hub.seconds / 3600
        whole = ended.counts.get("created", 0)
        cpu = time.process_time() - began
        return Figures(jobs, costs, whole, calls, round((calls - 1) / jobs, 3), limits, round(hours, 2), round(cpu, 1))
    finally:
        scene.is_over = True
        scene.hub.run_until(scene.hub.seconds + 600)
        scene.close()
        shutil.rmtree(folder, ignore_errors=True)


def make_rows(play: JobPlay, jobs: int, costs: int) -> list[BatchRow]:
    """One job per row, for the practice's clients in turn; none of the lines is one that the template brings."""
    tenant, day = play.scene.tenant, first_day()
    lines = [
        CostLine(f"k{n}", day, f"Line {n}", Decimal(1), Decimal(4), Decimal(9 + n), billable=True) for n in range(costs)
    ]
    template, clients = list(tenant.templates)[-1], list(tenant.clients)
    manager = play.scene.people[0]
    drafts = (
        JobDraft(
            client_id=clients[n % len(clients)],
            name=f"Batch {n}",
            template_id=template,
            period=f"P{n}",
            start=day,
            due=day,
            manager_id=manager,
            costs=tuple(lines),
        )
        for n in range(jobs)
    )
    return [BatchRow(make_key(PRACTICE, draft.name), draft, line) for line, draft in enumerate(drafts, 2)]


def main(arguments: list[str]) -> int:
    """Measure, and say it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.job_batch", description=__doc__)
    parser.add_argument("--jobs", type=int, default=300)
    parser.add_argument("--costs", type=int, default=5)
    asked = parser.parse_args(arguments)
    figures = measure(asked.jobs, asked.costs)
    sys.stdout.write(json.dumps(vars(figures)) + "\n")
    return 0 if figures.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
