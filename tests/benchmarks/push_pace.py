"""How much of XPM's minute a push uses: the real client over a socket against the sandbox with its limits on.

Run it with `python -m tests.benchmarks.push_pace`; it takes about two and a half minutes and prints one JSON object:
calls started per minute after the first one, as a share of the 60 that XPM takes; answers 429 to our own calls; most
calls in progress at once; calls per bundle in batches of fifty.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from core.push.run import PushResult, run_push
from core.sandbox.journal import CallJournal
from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread
from core.xpm.gate import Limits
from tests.push.wired import make_wanted, wire

CEILING = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundles", type=int, default=150)
    parser.add_argument("--latency", type=int, default=400, help="milliseconds each answer takes")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        start_in_thread(ServeOptions(limits=True, latency_ms=asked.latency)) as running,
    ):
        figures = measure(running, Path(folder), asked.bundles)
    figures |= {"latency_ms": asked.latency, "bundles": asked.bundles}
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0 if figures["share"] >= 0.95 and not figures["own_429"] and figures["calls_per_bundle"] <= 1.1 else 1


def measure(running: RunningSandbox, folder: Path, bundles: int) -> dict[str, Any]:
    began, used = time.monotonic(), time.process_time()
    with wire(running, folder, limits=Limits()) as wired:
        today = running.sandbox.clock.today(wired.tenant.zone)
        result = run_push(wired.job, make_wanted(wired.tenant, today, bundles), wired.seams)
    figures = {"seconds": round(time.monotonic() - began, 1), "cpu_seconds": round(time.process_time() - used, 1)}
    return figures | read_journal(running, bundles) | _tell(result)


def read_journal(running: RunningSandbox, bundles: int) -> dict[str, Any]:
    """By the sandbox's own record. Whole minutes from the first call on; the last, begun one does not count."""
    journal = running.sandbox.journal
    assert isinstance(journal, CallJournal)
    calls = [entry for entry in journal.select() if "/practicemanager/" in entry["path"]]
    starts = [datetime.fromisoformat(entry["at"]) for entry in calls]
    seconds = [(at - starts[0]).total_seconds() for at in starts]
    minutes = int(seconds[-1] // 60)
    per_minute = [sum(60 * n <= at < 60 * n + 60 for at in seconds) for n in range(minutes)]
    return {
        "calls": len(calls),
        "per_minute": per_minute,
        "share": round(sum(per_minute) / max(minutes, 1) / CEILING, 4),
        "own_429": sum(entry["status"] == 429 for entry in calls),
        "most_at_once": max(entry["concurrency"] for entry in calls),
        "calls_per_bundle": round(len(calls) / bundles, 3),
    }


def _tell(result: PushResult) -> dict[str, Any]:
    return {"end": str(result.end), "confirmed": result.states.get("confirmed", 0), "message": result.message}


if __name__ == "__main__":
    sys.exit(main())
