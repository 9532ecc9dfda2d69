"""Kills real pushing processes at random: `python -m tests.work.kills --kills 200 --seed 1`.

Rounds of `tieout worker` (one or two of them, on SQLite or PostgreSQL) that push the demo practice over a socket, and
rounds of processes that only push. Each process is killed with SIGKILL again and again, mostly while requests are under
way, and started anew. In the end every entry must be in XPM once (or visibly not), and the ledger must say the same.
The last line is one JSON object: kills, rounds, entries, doubles, lost, stuck, seconds; the exit code is 0 only when
doubles, lost and stuck are 0.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from core.demo import Demo
from core.model import RunState
from core.push.rules import Choice
from core.store import Run
from core.work.beats import SILENT_SECONDS
from tests.work.pushers import PushRound
from tests.work.site import Site, count_markers, open_postgres, read_leases, set_latency, start_worker

#: A run of a handful of entries takes seconds; on a busy machine, and with the waits after a death, far longer.
PATIENCE = 600.0
KILLS_A_ROUND = 8
LATENCY = 0.12
#: Longer than a worker may be silent, and than its lease lasts here.
SLEEP_SECONDS = SILENT_SECONDS + 12
_SETTLED = ("confirmed", "rejected", "held", "needs_person", "excluded", "drifted")
_OPEN = ("ready", "sending", "unknown", "posted", "changing")


@dataclass
class Found:
    """What rounds came to. `lost`: entries neither in XPM nor visibly waiting; `stuck`: runs and entries left open."""

    kills: int = 0
    rounds: int = 0
    entries: int = 0
    doubles: int = 0
    lost: int = 0
    stuck: int = 0
    told: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        for name in ("kills", "rounds", "entries", "doubles", "lost", "stuck"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.told += other.told

    @property
    def is_clean(self) -> bool:
        return not (self.doubles or self.lost or self.stuck)


class WorkerRound:
    """One push of the demo practice by so many workers, killed `kills` times."""

    def __init__(self, demo: Demo, workers: int, kills: int, random: Random, sleeps: int = 0) -> None:
        self._demo = demo
        self._workers = workers
        self._kills = kills
        self._sleeps = sleeps
        self._random = random
        self._alive: list[subprocess.Popen[bytes]] = []
        self._before = count_markers(demo)

    def play(self) -> Found:
        """Push, kill, let the survivors finish, and count."""
        set_latency(self._demo, LATENCY)
        workspace = self._demo.workspace
        plan = workspace.time.plan(Choice())
        run = workspace.time.request_push(plan, Choice())
        killed = 0
        try:
            while killed < self._kills and not self._is_over(run):
                self._fill_up()
                killed += self._kill_one(run)
            for _ in range(self._sleeps):
                self._send_to_sleep(run)
            set_latency(self._demo, 0.0)
            self._fill_up()
            wait_until(lambda: self._is_over(run))
        finally:
            codes = self._stop()
        return self._count(self._read(run), plan.create, killed, codes)

    def _read(self, run: Run) -> Run:
        return self._demo.workspace.store.runs.get(run.id)

    def _is_over(self, run: Run) -> bool:
        return self._read(run).state not in (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)

    def _fill_up(self) -> None:
        """As many workers as there shall be; of two, the dead one is missing for a while now and then."""
        while len(self._alive) < self._workers:
            self._alive.append(start_worker(self._demo))
            if self._workers > 1 and self._random.random() < 0.4:
                return

    def _kill_one(self, run: Run) -> int:
        """Kill at a random moment, mostly a little after XPM has stored some more entries."""
        if self._random.random() < 0.75:
            wanted = sum(count_markers(self._demo).values()) + self._random.randint(1, 9)
            over = time.monotonic() + 30
            wait_until(
                lambda: (
                    sum(count_markers(self._demo).values()) >= wanted or self._is_over(run) or time.monotonic() > over
                )
            )
            time.sleep(self._random.uniform(0, 0.15))
        else:
            time.sleep(self._random.uniform(0.2, 5.0))
        if self._is_over(run):
            return 0
        victim = self._alive.pop(self._random.randrange(len(self._alive)))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        return 1

    def _send_to_sleep(self, run: Run) -> None:
        """Stop whoever has the run, as a closed laptop does, until the others must take it for dead; then wake it."""
        while len(self._alive) < self._workers:
            self._alive.append(start_worker(self._demo))
        begin = sum(count_markers(self._demo).values())
        wait_until(lambda: sum(count_markers(self._demo).values()) > begin or self._is_over(run), 60)
        owner = self._read(run).owner.partition(":")[2].partition("@")[0]
        for worker in self._alive:
            if str(worker.pid) == owner:
                worker.send_signal(signal.SIGSTOP)
                time.sleep(SLEEP_SECONDS)
                worker.send_signal(signal.SIGCONT)

    def _stop(self) -> list[int]:
        for worker in self._alive:
            worker.send_signal(signal.SIGTERM)
        codes = []
        for worker in self._alive:
            try:
                codes.append(worker.wait(timeout=60))
            except subprocess.TimeoutExpired:
                worker.kill()
                codes.append(worker.wait())
        return codes

    def _count(self, run: Run, entries: int, killed: int, codes: list[int]) -> Found:
        store = self._demo.workspace.store
        states = dict(store.ledger.count_states("demo", run.id))
        new = count_markers(self._demo) - self._before
        doubles = sum(number - 1 for number in count_markers(self._demo).values() if number > 1)
        in_xpm = states.get("confirmed", 0) + states.get("posted", 0)
        lost = entries - sum(states.get(name, 0) for name in (*_SETTLED, *_OPEN)) + max(0, in_xpm - len(new))
        stuck = sum(states.get(name, 0) for name in _OPEN) + (run.state is not RunState.DONE)
        stuck += len(read_leases(self._demo)) + sum(code != 0 for code in codes)
        again = self._demo.workspace.time.plan(Choice()).create
        told = f"{run.state} {states} new {len(new)} of {entries}, to push again {again}, ended {codes}: {run.message}"
        return Found(killed, 1, entries, doubles, lost + again, stuck, [told])


def wait_until(what: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Look until it has happened; False when it did not in time, which the counts then show."""
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        if what():
            return True
        time.sleep(0.02)
    return False


def play_rounds(kills: int, seed: int, folder: Path, say: Callable[[str], None], a_round: int = KILLS_A_ROUND) -> Found:
    """Rounds of every sort in turn until there were so many kills."""
    random, found = Random(seed), Found()
    with ExitStack() as stack:
        postgres = stack.enter_context(open_postgres())
        sites = {"sqlite": Site(folder / "sqlite"), "postgresql": Site(folder / "postgresql", postgres)}
        sorts = [(name, workers) for workers in (1, 2) for name in sites]
        while found.kills < kills and found.rounds < 3 * kills:
            database, workers = sorts[found.rounds % len(sorts)]
            wanted = min(a_round, kills - found.kills)
            with sites[database].copy() as demo:
                if found.rounds % 8 < 4:
                    who, came = "worker", WorkerRound(demo, workers, wanted, random).play()
                else:
                    who, came = "push", read_push_round(demo, workers, wanted, random)
            found.add(came)
            say(f"{database}, {workers} x {who}: {came.kills} kills, {came.told[0]}")
    return found


def play_sleeps(rounds: int, seed: int, folder: Path, say: Callable[[str], None]) -> Found:
    """Rounds of two workers of which the one that pushes falls asleep and wakes up when the other has taken over."""
    random, found = Random(seed), Found()
    site = Site(folder / "sleeping")
    for _ in range(rounds):
        with site.copy() as demo:
            came = WorkerRound(demo, 2, 0, random, sleeps=1).play()
        found.add(came)
        say(f"sqlite, 2 x worker, one asleep for {SLEEP_SECONDS:.0f} s: {came.told[0]}")
    return found


def read_push_round(demo: Demo, workers: int, kills: int, random: Random) -> Found:
    """A round of processes that only push, in the same counts."""
    played = PushRound(demo, workers, kills, random)
    played.play()
    open_ = sum(number for state, number in played.states.items() if state != "confirmed")
    lost = sum(number == 0 for number in played.copies.values())
    doubles = sum(number - 1 for number in played.copies.values() if number > 1)
    told = f"{Counter(played.states)}, ended {played.codes}"
    stuck = open_ + sum(code != 0 for code in played.codes)
    return Found(played.kills, 1, len(played.copies), doubles, lost, stuck, [told])


def say(line: str) -> None:
    """At once, so that whoever waits sees each round."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.work.kills")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sleeps", type=int, default=0, help="rounds with a worker asleep for 40 seconds, besides")
    options = parser.parse_args(arguments)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tieout-kills-") as folder:
        found = play_rounds(options.kills, options.seed, Path(folder), say)
        found.add(play_sleeps(options.sleeps, options.seed, Path(folder), say) if options.sleeps else Found())
    counts = {name: getattr(found, name) for name in ("kills", "rounds", "entries", "doubles", "lost", "stuck")}
    say(json.dumps(counts | {"seed": options.seed, "seconds": round(time.monotonic() - begin)}))
    return 0 if found.is_clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
