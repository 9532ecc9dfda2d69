"""Commands that run something: the whole job on the demo practice, the sandbox, the worker."""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from core.cli.push import describe_plan
from core.cli.running import follow_run
from core.cli.terminal import JsonOption, leave, print_json, say, warn
from core.demo import Demo, start_demo
from core.model import RunKind, RunState
from core.push.rules import Choice
from core.reports import TieOut
from core.sandbox.serve import ServeOptions, serve
from core.settings import read_settings
from core.store import Run
from core.work import Worker

PANEL = "Run"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (demo, sandbox, worker):
        app.command(rich_help_panel=PANEL)(command)


def demo(
    keep: Annotated[Path | None, typer.Option(help="Folder to leave the demo's data in.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Do the main job once on the demo practice: connect, sync, match, push, verify, tie out."""
    with tempfile.TemporaryDirectory() as folder:
        running = start_demo(keep or Path(folder), fresh=True, redirect_uri="http://127.0.0.1:8501/oauth/callback")
        try:
            begin = time.monotonic()
            tie, pushed = _do_main_job(running)
        finally:
            running.stop()
    if as_json:
        print_json(tie.to_json() | {"push": pushed.counts, "seconds": round(time.monotonic() - begin, 1)})
    else:
        say(tie.describe())
    leave(0 if tie.ties and pushed.state is RunState.DONE else 1)


def _do_main_job(running: Demo) -> tuple[TieOut, Run]:
    """Each step as a run of its own; what it counted is said on standard error."""
    workspace = running.workspace
    _do(running, RunKind.SYNC, {"propose": True, "accept": True}, "Connected, both sides read and matched")
    plan = workspace.time.plan(Choice())
    warn(describe_plan(plan))
    pushed = follow_run(workspace, workspace.time.request_push(plan, Choice()), wait=True)
    warn(f"Pushed: {_words(pushed)}")
    first, last = workspace.time.period(None, None)
    _do(running, RunKind.VERIFY, {"from": first.isoformat(), "to": last.isoformat()}, "Read back from XPM")
    return workspace.time.tie_out(first, last), pushed


def _do(running: Demo, kind: RunKind, parameters: dict[str, object], what: str) -> None:
    workspace = running.workspace
    run = workspace.store.runs.queue(workspace.practice_id, kind, workspace.actor, parameters)
    ended = follow_run(workspace, run, wait=True)
    warn(f"{what}: {_words(ended)}")
    if ended.state in (RunState.FAILED, RunState.STOPPED):
        leave(3, ended.message)


def _words(run: Run) -> str:
    return ", ".join(f"{name} {count}" for name, count in run.counts.items() if count) or str(run.state)


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 0,
    size: Annotated[str, typer.Option(help="small, medium or large.")] = "small",
    seed: Annotated[int, typer.Option(help="The same seed makes the same practice.")] = 1,
    faults: Annotated[Path | None, typer.Option(help="A file of faults to inject.")] = None,
    limits: Annotated[str, typer.Option(help="on or off.")] = "on",
    data: Annotated[Path | None, typer.Option(help="A practice to load instead of a made-up one.")] = None,
    latency_ms: Annotated[int, typer.Option(help="Delay of every answer.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Serve a local stand-in for XPM until stopped; says its addresses and demo credentials first."""
    try:
        serve(
            ServeOptions(
                port=port,
                size=size,
                seed=seed,
                faults=faults,
                limits=limits != "off",
                data=data,
                latency_ms=latency_ms,
                as_json=as_json,
            )
        )
    except ValueError as error:
        leave(2, str(error))
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        leave(3, f"The sandbox cannot use port {port}: {why}. Name another one, or 0 for a free one.")


def worker() -> None:
    """Carry out queued runs until stopped, without a dashboard."""
    running = Worker(read_settings())
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    running.start()
    say("The worker is running. Stop it with Ctrl+C; what is under way goes on at the next start.")
    sys.stdout.flush()
    stopped.wait()
    running.stop()
