"""How many calls to XPM things take: a first and a second sync, and a push of fifty entries without faults.

Run it with `python -m tests.benchmarks.calls`. The practice is the sandbox's medium one; its limits are off, as calls
are counted and not timed.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

import pandas as pd
from pydantic import SecretStr

from core.clock import SystemClock
from core.demo import sign_in
from core.model import LOCAL_FRAMES, Kind, RunKind, Verdict, shape_frame
from core.push.rules import Choice
from core.sandbox.journal import CallJournal
from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread
from core.settings import Settings
from core.store import NewDecision, Practice
from core.work import perform_run
from core.workspace import Workspace, open_store

ENTRIES = 50


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, start_in_thread(ServeOptions(size="medium", limits=False)) as sandbox:
        workspace = open_workspace(Path(folder), sandbox)
        for name in ("first", "second"):
            report = workspace.sides.sync()
            print_line(f"{name} sync", f"{report.calls} calls, {len(report.parts)} parts, whole: {report.is_complete}")
        plan_entries(workspace)
        before = count_calls(sandbox)
        counts = push(workspace)
        calls = count_calls(sandbox) - before
        print_line("push", f"{counts}")
        print_line("calls per bundle", f"{calls / ENTRIES:.3f} ({calls} calls for {ENTRIES} bundles)")
        workspace.close()


def print_line(name: str, value: str) -> None:
    sys.stdout.write(f"{name:<18} {value}\n")


def count_calls(sandbox: RunningSandbox) -> int:
    journal = sandbox.sandbox.journal
    assert isinstance(journal, CallJournal)
    return sum("/practicemanager/" in entry["path"] for entry in journal.select())


def open_workspace(folder: Path, sandbox: RunningSandbox) -> Workspace:
    settings = Settings(
        data_dir=folder,
        xpm_url=sandbox.base_url,
        identity_url=sandbox.identity_url,
        connections_url=sandbox.connections_url,
        client_id=sandbox.client_id,
        client_secret=SecretStr(sandbox.client_secret),
    )
    store = open_store(settings)
    store.practices.create(Practice("p", "P", "Australia/Sydney"))
    workspace = Workspace("p", settings, store, SystemClock())
    largest = next(t["id"] for t in sandbox.tenants if t["type"] == "PRACTICEMANAGER")
    sign_in(workspace, largest)
    return workspace


def plan_entries(workspace: Workspace) -> None:
    """A local side that is XPM's own, with fifty new entries of two people over two days."""
    tasks, jobs, staff = workspace.xpm("job_tasks"), workspace.xpm("jobs"), workspace.xpm("staff")
    live = jobs.index[jobs["current"] & ~jobs["state"].str.contains("omplete|ancel")]
    places = tasks[tasks["job"].isin(live) & ~tasks["completed"]].head(ENTRIES)
    people = list(staff.index[staff["listed"]][:2])
    times = pd.DataFrame({"task_id": places.index, "minutes": range(7, 7 + ENTRIES)})
    times.index = pd.Index([f"E{n}" for n in range(ENTRIES)], name="id")
    times["staff_id"] = [people[n % 2] for n in range(ENTRIES)]
    times["client_id"] = jobs["client_id"].reindex(places["job"].to_numpy()).to_numpy()
    times["process_id"] = places["task_type_id"].to_numpy()
    times["date"] = [pd.Timestamp(workspace.today) - pd.Timedelta(days=n % 2) for n in range(ENTRIES)]
    times["status"] = "committed"
    times["content_hash"] = [hashlib.sha256(one.encode()).hexdigest() for one in times.index]
    write_local(workspace, times)
    pairs = {Kind.CLIENT: times["client_id"], Kind.STAFF: times["staff_id"], Kind.PROCESS: times["process_id"]}
    for kind, ids in (pairs | {Kind.TASK: times["task_id"]}).items():
        rows = [NewDecision("p", kind, one, Verdict.LINKED, "benchmark", one) for one in ids.unique()]
        workspace.store.decisions.add(rows)


def write_local(workspace: Workspace, times: pd.DataFrame) -> None:
    frames = {"actual_times": times}
    for name, column in (
        ("clients", "client_id"),
        ("staff", "staff_id"),
        ("processes", "process_id"),
        ("tasks", "task_id"),
    ):
        ids = times[column].unique()
        frames[name] = pd.DataFrame({"name": ids}, index=ids)
    for name, frame in frames.items():
        workspace.store.frames.write("local", name, "p", shape_frame(frame, LOCAL_FRAMES[name]))
        workspace.store.frames.mark_part("p", "local", name, True, len(frame), "benchmark")


def push(workspace: Workspace) -> dict[str, int]:
    plan = workspace.time.plan(Choice())
    run = workspace.time.request_push(plan, Choice())
    assert run.kind is RunKind.PUSH
    ended = perform_run(workspace, run.id, "benchmark")
    return {**ended.counts, "planned": plan.create}


if __name__ == "__main__":
    main()
