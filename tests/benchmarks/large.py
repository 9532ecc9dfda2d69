"""A large practice, built once and kept: 150 staff, 8,000 clients, 12,000 open jobs and 260,000 entries of a year.

XPM's side is the sandbox's, read by a real sync; the local side mirrors it, so that every entry has a partner. Most
clients, all staff and half of the tasks are linked. What the ledger holds is the history:

- `pushed`: all older time came through us; of the last two weeks a third is pushed, a third was typed by hand, and a
  third is still to go. A practice after a year of work.
- `typed`: the ledger is empty, and every timesheet was typed by hand. A practice on its first day.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import SecretStr

from core.clock import SystemClock
from core.model import LOCAL_FRAMES, Kind, Verdict, shape_frame
from core.push.marker import entry_key, make_marker
from core.sandbox.serve import ServeOptions, start_in_thread
from core.settings import Settings
from core.store import NewDecision
from core.workspace import Workspace, open_store
from tests.benchmarks.calls import open_workspace

PRACTICE = "p"
HISTORIES = ("pushed", "typed")
LINKED_CLIENTS = 7_000
RECENT_DAYS = 14
SOURCE = "benchmark"
_AT_ONCE = 20_000


def keep_large(keep: Path, history: str = "pushed") -> Path:
    """The data folder of the large practice with this history, built below `keep` when it is not there yet."""
    folder = keep / f"large-{history}"
    if folder.exists():
        return folder
    base = _keep_base(keep)
    making = keep / f"large-{history}.making"
    shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(base, making)
    if history == "pushed":
        with open_large(making) as workspace, timed("writing the ledger"):
            write_history(workspace)
    making.rename(folder)
    return folder


def _keep_base(keep: Path) -> Path:
    folder = keep / "large-typed"
    if folder.exists():
        return folder
    making = keep / "large.making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    with timed("starting the sandbox"):
        sandbox = start_in_thread(ServeOptions(size="large", limits=False))
    with sandbox:
        workspace = open_workspace(making, sandbox)
        read_xpm(workspace)
        with timed("writing the local side"):
            write_mirror(workspace)
        with timed("deciding"):
            decide(workspace)
        with timed("proposing"):
            workspace.proposing.propose()
        workspace.close()
        workspace.store.close()
        access = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
        (making / "access.json").write_text(json.dumps(access), encoding="utf-8")
    making.rename(folder)
    return folder


def describe_settings(folder: Path) -> dict[str, Any]:
    """The settings of the kept practice, by the names of Settings. Nothing answers at its XPM any more."""
    nowhere = "http://127.0.0.1:9"
    access = json.loads((folder / "access.json").read_text(encoding="utf-8"))
    return {"data_dir": folder, "xpm_url": f"{nowhere}/practicemanager/3.1", "practice": PRACTICE, **access}


@contextmanager
def open_large(folder: Path) -> Iterator[Workspace]:
    """The kept practice, opened in this process."""
    values = describe_settings(folder)
    settings = Settings(**{**values, "client_secret": SecretStr(values["client_secret"])})
    store = open_store(settings)
    workspace = Workspace(PRACTICE, settings, store, SystemClock())
    yield workspace
    workspace.close()
    store.close()


def read_xpm(workspace: Workspace) -> None:
    """A first sync over a year."""
    window: tuple[date, date] = (workspace.today - timedelta(days=365), workspace.today)
    workspace.sides.window = lambda: window  # type: ignore[method-assign]  # no local time tells the year yet
    with timed("first sync"):
        report = workspace.sides.sync()
    print_line("calls of the first sync", f"{report.calls} (whole: {report.is_complete})")


def write_mirror(workspace: Workspace) -> None:
    """A local side that is XPM's own under other ids for its time."""
    times, jobs, tasks = workspace.xpm("times"), workspace.xpm("jobs"), workspace.xpm("job_tasks")
    entries = times[["task_id", "staff_id", "date", "minutes", "note"]].copy()
    entries.index = pd.Index([f"E{number:06d}" for number in range(len(times))])
    entries["client_id"] = jobs["client_id"].reindex(times["job"].to_numpy()).fillna("").to_numpy()
    entries["process_id"] = tasks["task_type_id"].reindex(times["task_id"].to_numpy()).fillna("").to_numpy()
    entries["status"], entries["billable"] = "committed", True
    entries["content_hash"] = [hashlib.sha256(one.encode()).hexdigest() for one in entries.index]
    local_tasks = tasks[["name"]].assign(process_id=tasks["task_type_id"], status="open")
    local_tasks["client_id"] = jobs["client_id"].reindex(tasks["job"].to_numpy()).fillna("").to_numpy()
    frames = {
        "clients": workspace.xpm("clients")[["name", "client_group"]],
        "staff": workspace.xpm("staff")[["name"]],
        "processes": workspace.xpm("task_types")[["name"]],
        "tasks": local_tasks,
        "actual_times": entries,
    }
    for name, frame in frames.items():
        workspace.store.frames.write("local", name, PRACTICE, shape_frame(frame, LOCAL_FRAMES[name]))
        workspace.store.frames.mark_part(PRACTICE, "local", name, True, len(frame), SOURCE)


def decide(workspace: Workspace) -> None:
    """Link most clients, all staff, all processes and every other task, each to itself."""
    ids = {
        Kind.CLIENT: workspace.local("clients").index[:LINKED_CLIENTS],
        Kind.STAFF: workspace.local("staff").index,
        Kind.PROCESS: workspace.local("processes").index,
        Kind.TASK: workspace.local("tasks").index[::2],
    }
    for kind, some in ids.items():
        rows = [NewDecision(PRACTICE, kind, one, Verdict.LINKED, SOURCE, one) for one in some]
        workspace.store.decisions.add(rows)


def write_history(workspace: Workspace) -> None:
    """Give all older entries, and a third of the last two weeks, a confirmed bundle; take another third out of XPM."""
    entries, times = workspace.local("actual_times"), workspace.xpm("times")
    turn = np.arange(len(entries)) % 3
    recent = entries["date"].gt(pd.Timestamp(workspace.today) - pd.Timedelta(days=RECENT_DAYS)).to_numpy()
    pushed = ~recent | (turn == 0)
    tenant = workspace.connection.view().tenant_id
    facts = zip(entries.index[pushed], entries["content_hash"][pushed], times[pushed].itertuples(), strict=True)
    rows = [_describe_bundle(str(entry), content, sheet, tenant) for entry, content, sheet in facts]
    for start in range(0, len(rows), _AT_ONCE):
        workspace.store.ledger.add_bundles(PRACTICE, rows[start : start + _AT_ONCE], actor=SOURCE, why="pushed before")
    workspace.store.frames.write("xpm", "times", PRACTICE, times[~recent | (turn < 2)])


def _describe_bundle(entry: str, content_hash: str, sheet: Any, tenant: str) -> dict[str, Any]:
    held = {name: getattr(sheet, name) for name in ("job", "task_id", "staff_id", "minutes")}
    key = entry_key(entry)
    return held | {
        "tenant": tenant,
        "group_key": key,
        "seq": 1,
        "epoch": 0,
        "state": "confirmed",
        "date": sheet.date.date(),
        "marker": make_marker(tenant, "local", key, 1),
        "note_sent": sheet.note,
        "content_hash": content_hash,
        "remote_uuid": sheet.Index,
        "entries": {entry: sheet.minutes},
    }


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Print how long the block took."""
    begin = time.perf_counter()
    yield
    print_line(name, f"{time.perf_counter() - begin:8.2f} s")


def print_line(name: str, value: str) -> None:
    """One line of a report, at once."""
    sys.stdout.write(f"{name:<34} {value}\n")
    sys.stdout.flush()
