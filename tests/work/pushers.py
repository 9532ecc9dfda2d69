"""Processes that only push, killed again and again: one plan, its own tables in a fresh database."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from core.clock import SystemClock, new_id
from core.demo import Demo
from core.sandbox.state import Tenant
from core.store.engine import open_engine
from core.store.ledger import LedgerTable
from tests.work.site import set_latency

ROOT = Path(__file__).parents[2]
ENTRIES = 45
LATENCY = 0.03
PATIENCE = 600.0
PRACTICE = "pushed"


class PushRound:
    """`workers` owners push the same entries at once; afterwards `copies` in XPM by entry and `states` by count."""

    def __init__(self, demo: Demo, workers: int, kills: int, random: Random) -> None:
        self._demo = demo
        self._kills = kills
        self._random = random
        self._owners = [f"w{number}" for number in range(workers)]
        self._alive: dict[str, subprocess.Popen[str]] = {}
        self.kills = 0
        self.codes: list[int] = []
        self.copies: dict[str, int] = {}
        self.states: dict[str, int] = {}

    def play(self) -> None:
        """Push, kill, start anew, finish, and count."""
        set_latency(self._demo, LATENCY)
        plans = {owner: self._write_plan(owner) for owner in self._owners}
        while self.kills < self._kills and self._count_added() < ENTRIES - 3:
            for owner, plan in plans.items():
                if owner not in self._alive:
                    self._alive[owner] = start_pushing(plan)
            self._kill_one()
        for owner, plan in plans.items():
            self._finish(self._alive.pop(owner) if owner in self._alive else start_pushing(plan))
        # Whoever ended first may have left the rest to the other one.
        self._finish(start_pushing(plans[self._owners[0]]))
        self._count()

    def _kill_one(self) -> None:
        wanted, limit = self._count_added() + self._random.randint(1, 8), time.monotonic() + 30
        victim = self._random.choice(sorted(self._alive))
        while self._count_added() < wanted and time.monotonic() < limit and self._alive[victim].poll() is None:
            time.sleep(0.002)
        time.sleep(self._random.uniform(0, 0.05))
        process = self._alive.pop(victim)
        if process.poll() is None:
            self.kills += 1
        process.kill()
        process.communicate(timeout=PATIENCE)

    def _finish(self, process: subprocess.Popen[str]) -> None:
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        self.codes.append(process.returncode)

    def _write_plan(self, owner: str) -> Path:
        running, folder, tenant = self._demo.sandbox, self._demo.settings.data_dir, self._tenant()
        facts = {name: getattr(running, name) for name in ("base_url", "identity_url", "connections_url")}
        facts |= {"token": running.access_token, "tenant": tenant.id, "database": self._demo.settings.database}
        today = running.sandbox.clock.today(tenant.zone).isoformat()
        facts |= {"owner": owner, "practice": PRACTICE, "journal": str(folder / "only.journal")}
        plan = folder / f"{owner}.json"
        plan.write_text(json.dumps({**facts, "rows": make_rows(tenant, today)}))
        return plan

    def _tenant(self) -> Tenant:
        return next(t for t in self._demo.sandbox.sandbox.tenants.values() if t.name.startswith("Banksia"))

    def _count_added(self) -> int:
        return sum("Kill test" in time.note for time in list(self._tenant().times.values()))

    def _count(self) -> None:
        notes = Counter(time.note.split(" ~")[0] for time in self._tenant().times.values())
        self.copies = {f"Kill test {n}": notes[f"Kill test {n}"] for n in range(1, ENTRIES + 1)}
        engine = open_engine(self._demo.settings.database)
        self.states = dict(LedgerTable(engine, SystemClock(), new_id).count_states(PRACTICE))
        engine.dispose()


def make_rows(tenant: Tenant, today: str) -> dict[str, dict[str, Any]]:
    """Entries of one person and day, each of its own length, so that none looks like another; 17 hours in all."""
    closed = {state.name for state in tenant.states if state.kind != "open"}
    job = next(job for job in tenant.jobs.values() if job.tasks and job.state not in closed)
    staff = next(one for one in tenant.staff.values() if not one.disabled and not one.deleted and not one.locked_weeks)
    plain = {"job": job.number, "job_task_id": job.tasks[0].uuid, "xpm_staff_id": staff.uuid, "date": today}
    more = {"start": "", "end": "", "day_minutes": 24 * 60}
    return {
        f"e{n}": plain | more | {"minutes": n, "note": f"Kill test {n}", "content_hash": f"h{n}"}
        for n in range(1, ENTRIES + 1)
    }


def start_pushing(plan: Path) -> subprocess.Popen[str]:
    """A process that carries the plan out; its exit code is 0 when everything is settled."""
    command = [sys.executable, "-m", "tests.push.pushing", str(plan)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
