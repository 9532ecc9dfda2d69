"""The database door: SQLite or PostgreSQL behind the same two verbs, `reading` and `writing`.

A writing transaction owns the write lock from its first moment (BEGIN IMMEDIATE on SQLite), so what it reads cannot
change before it writes. On PostgreSQL rows are read committed, and whoever needs the same promise takes a named
lock with `hold_lock`; on SQLite that is already given.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import ColumnElement, Connection, Engine, Select, Text, create_engine, event, func, select, type_coerce
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

from core.model import OutsideFailed, TieoutError
from core.store.urls import describe_url, parse_url

#: Seconds a writer waits for another one before it gives up.
BUSY_SECONDS = 15

_READ_AT_ONCE = 300
_READS_ONLY = "tieout_reads_only"
_MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseFailed(OutsideFailed):
    """The database could not be reached, is locked for too long, or is no database at all."""

    def __init__(self, url: URL, cause: str) -> None:
        super().__init__(
            f"{describe_url(url)[0].upper()}{describe_url(url)[1:]} cannot be used: {cause}. Nothing was changed by "
            "this step. Check that it is there, that this user may write to it and that its disk is not full."
        )


class DatabaseIsNewer(TieoutError):
    """The tables were made by a later version than this one."""

    def __init__(self, url: URL) -> None:
        super().__init__(
            f"{describe_url(url)[0].upper()}{describe_url(url)[1:]} was made by a newer Tieout. Install that version, "
            "or restore a backup made with this one."
        )


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///` or `postgresql://` (also `postgres://`), reached once to prove that it works.

    A SQLite file is made when it is missing, readable by its owner only; its folder must exist. Raises BadDatabaseUrl
    or DatabaseFailed, whose sentences never hold the password.
    """
    parsed = parse_url(url)
    engine = _open_sqlite(parsed) if parsed.drivername.startswith("sqlite") else _open_postgres(parsed)
    with reading(engine) as connection:
        connection.execute(select(1))
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reads; on SQLite one unchanging picture of the data, without the write lock."""
    with _named_failures(engine), engine.connect() as connection:
        yield connection.execution_options(**{_READS_ONLY: True})


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back when anything is raised."""
    with _named_failures(engine), engine.begin() as connection:
        yield connection


def fetch_rows(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries by column name."""
    return [{str(name): value for name, value in row.items()} for row in connection.execute(query).mappings()]


def fetch_columns(connection: Connection, query: Select[Any]) -> list[list[Any]]:
    """The columns of a query, each as a list: several times faster than rows when there are hundreds of thousands."""
    columns: list[list[Any]] = [[] for _ in query.selected_columns]
    # Small handfuls are turned into columns at once: hundreds of thousands of live rows slow the interpreter down.
    for rows in connection.execute(query).partitions(_READ_AT_ONCE):
        for cells, more in zip(columns, zip(*rows, strict=True), strict=True):
            cells.extend(more)
    return columns


def read_day(engine: Engine, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """A date column as ISO text, which becomes an array of dates in a moment; objects of dates take much longer."""
    return func.to_char(day, "YYYY-MM-DD") if engine.dialect.name == "postgresql" else type_coerce(day, Text)


def hold_lock(connection: Connection, *names: str) -> None:
    """Let only one transaction at a time go on with these names, until it ends.

    SQLite has one writer anyway. On PostgreSQL these are advisory locks; a transaction that needs several takes
    them in one fixed order.
    """
    if connection.dialect.name == "postgresql":
        key = "/".join(("tieout", *names))
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def migrate(engine: Engine) -> None:
    """Bring the tables to this version, in one transaction. Safe when two processes start at once.

    Raises DatabaseIsNewer when the tables come from a later version.
    """
    with writing(engine) as connection:
        hold_lock(connection, "migrate")
        try:
            command.upgrade(migration_config(connection), "head")
        except CommandError as error:
            raise DatabaseIsNewer(engine.url) from error


def migration_config(connection: Connection) -> Config:
    """Alembic's configuration, made in code: the shipped scripts, run on this connection."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _open_postgres(url: URL) -> Engine:
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": BUSY_SECONDS})


def _open_sqlite(url: URL) -> Engine:
    path = Path(str(url.database))
    if not path.exists():
        _make_private_file(url, path)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private_file(url: URL, path: Path) -> None:
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise DatabaseFailed(url, error.strerror or "the file cannot be made") from error


def _prepare_sqlite(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # the driver's own BEGIN comes too late; `_begin_sqlite` says it
    if raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        raw.execute("PRAGMA journal_mode = WAL")
    # FULL: after a power cut no committed ledger row is missing. Recursive triggers: without them INSERT OR REPLACE
    # would remove append-only rows unseen.
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON"):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get(_READS_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


@contextmanager
def _named_failures(engine: Engine) -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise DatabaseFailed(engine.url, _first_line(error)) from error
    except DatabaseError as error:
        # "file is not a database" comes as the bare class; its children (integrity, data) are faults of ours.
        if type(error) is not DatabaseError:
            raise
        raise DatabaseFailed(engine.url, _first_line(error)) from error


def _first_line(error: DatabaseError | InterfaceError | OperationalError) -> str:
    return (str(error.orig).strip().splitlines() or ["no reason given"])[0].rstrip(".")
