"""A SQL database as local side: one SELECT per table, read-only, bounded in rows and time, all in one transaction.

The URL decides what this process may reach, so only known databases are opened: SQLite files inside the installation's
folder, and servers on allowed hosts with harmless driver options. The password never appears in a sentence.
"""

from __future__ import annotations

import hashlib
import ipaddress
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pandas as pd
from sqlalchemy import Connection, CursorResult, create_engine, event, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from core.local.config import ConfigWrong, SourceConfig
from core.local.rows import TooManyRows
from core.local.select import check_select
from core.local.table import FileRefused, NoRows, Progress, TextTable, show_text
from core.local.typed import write_typed
from core.model import OutsideFailed

DIALECTS = ("sqlite", "postgresql", "mssql", "mysql")
#: Driver options that change nothing but how the connection is secured or named.
OPTIONS = ("sslmode", "sslrootcert", "application_name", "connect_timeout", "charset", "driver", "encrypt",
           "trustservercertificate")  # fmt: skip
_FETCH = 10_000
_METADATA_HOSTS = ("metadata", "metadata.google.internal", "instance-data")


class QueryFailed(OutsideFailed):
    """The database did not answer the query; nothing was taken."""

    def __init__(self, table: str, why: str) -> None:
        super().__init__(
            f"The query for {table} failed: {why}. The last good load stays. "
            "Try the SELECT in the database's own program, then load again."
        )


def read_database(
    config: SourceConfig, on_progress: Progress | None = None, *, monotonic: Callable[[], float] = time.monotonic
) -> dict[str, list[TextTable]]:
    """Table name -> its query's rows as text; all queries see the same state of the database.

    Raises ConfigWrong for a URL or statement that is not allowed, QueryFailed when the database fails or takes longer
    than the declared time, FileRefused for too many rows, a changing type or a missing key.
    """
    for table, declared in config.tables.items():
        check_select(declared.query, table)
    return read_tables(open_read_only(config), config, on_progress, monotonic)


def read_tables(
    engine: Engine, config: SourceConfig, on_progress: Progress | None, monotonic: Callable[[], float]
) -> dict[str, list[TextTable]]:
    """The same, on an engine that is open already; closes it."""
    deadline = monotonic() + config.timeout_seconds
    texts: dict[str, list[TextTable]] = {}
    try:
        with engine.connect() as connection:
            _begin_bounded(connection, config.timeout_seconds, lambda: monotonic() > deadline)
            for table in config.tables:
                found = _read_query(connection, table, config, on_progress, lambda: monotonic() > deadline)
                if found is not None:
                    texts[table] = [found]
            connection.rollback()
    except SQLAlchemyError as error:
        raise QueryFailed(next(iter(config.tables), "nothing"), f"no connection ({_say(error)})") from error
    finally:
        engine.dispose()
    return texts


def open_read_only(config: SourceConfig) -> Engine:
    """An engine that cannot write, for an allowed URL; connects lazily."""
    try:
        url = make_url(config.url)
    except ArgumentError as error:
        raise ConfigWrong("url", "it is no database URL") from error
    dialect = url.get_backend_name()
    if dialect == "postgres":
        url, dialect = url.set(drivername="postgresql"), "postgresql"
    if dialect not in DIALECTS:
        raise ConfigWrong("url", f"{dialect!r} is not read", DIALECTS)
    if dialect == "sqlite":
        return _open_sqlite(url, config)
    _check_host(url, config.hosts)
    unknown = [name for name in url.query if name.casefold() not in OPTIONS]
    if unknown:
        raise ConfigWrong("url", f"the option {unknown[0]!r} is not allowed", OPTIONS)
    return create_read_only(url)


def _open_sqlite(url: URL, config: SourceConfig) -> Engine:
    if url.query:
        raise ConfigWrong("url", "a SQLite URL takes no options")
    base = config.base.resolve()
    path = (base / (url.database or "")).resolve()
    if not url.database or url.database == ":memory:" or not path.is_relative_to(base):
        raise ConfigWrong("url", "the SQLite file must lie inside the data folder")
    if not path.is_file():
        raise ConfigWrong("url", f"there is no SQLite file {path.name!r} in the data folder")

    def connect() -> sqlite3.Connection:
        opened = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=15)
        opened.execute("PRAGMA query_only=ON")
        opened.execute("PRAGMA trusted_schema=OFF")
        return opened

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def create_read_only(url: URL) -> Engine:
    """An engine on a server whose transactions cannot write, for a URL that was checked."""
    dialect = url.get_backend_name()
    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if dialect in ("postgresql", "mysql"):
        options["isolation_level"] = "REPEATABLE READ"
    if dialect == "postgresql":
        options["execution_options"] = {"postgresql_readonly": True}
    try:
        engine = create_engine(url, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise ConfigWrong("url", f"the driver for {url.drivername!r} is not installed") from error
    if dialect == "mysql":
        event.listen(engine, "connect", _make_mysql_read_only)
    return engine


def _make_mysql_read_only(opened: Any, _record: object) -> None:
    cursor = opened.cursor()
    cursor.execute("SET SESSION TRANSACTION READ ONLY")
    cursor.close()


def _check_host(url: URL, allowed: frozenset[str] | None) -> None:
    host = (url.host or "").casefold().rstrip(".")
    if not host or host.startswith("/"):
        raise ConfigWrong("url", "it names no host")
    if allowed is not None and host not in allowed:
        raise ConfigWrong("url", f"the host {host!r} is not on the installation's list", tuple(sorted(allowed)))
    if host in _METADATA_HOSTS or _is_link_local(host):
        raise ConfigWrong("url", f"the host {host!r} is a machine's own metadata, not a database")


def _is_link_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_link_local or address.is_multicast or address.is_unspecified or str(address) == "fd00:ec2::254"


def _begin_bounded(connection: Connection, seconds: int, is_over: Callable[[], bool]) -> None:
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(text(f"SET LOCAL statement_timeout = {int(seconds) * 1000}"))
    elif dialect == "mysql":
        connection.execute(text(f"SET SESSION MAX_EXECUTION_TIME = {int(seconds) * 1000}"))
    elif dialect == "sqlite":
        raw = connection.connection.driver_connection
        if isinstance(raw, sqlite3.Connection):
            raw.set_progress_handler(lambda: 1 if is_over() else 0, 10_000)
            # the driver begins only before writes; without this each SELECT would see its own state
            connection.exec_driver_sql("BEGIN")


def _read_query(
    connection: Connection, table: str, config: SourceConfig, on_progress: Progress | None, is_over: Callable[[], bool]
) -> TextTable | None:
    declared = config.tables[table]
    name = f"query {table}"
    with _naming(table, is_over, config.timeout_seconds):
        result = connection.execution_options(stream_results=True).exec_driver_sql(_escape(connection, declared.query))
        headers = tuple(result.keys())
        columns = _fetch_columns(result, name, headers, config.row_limit, on_progress, is_over)
    if not columns or not columns[0]:
        if declared.may_be_empty:
            return None
        raise NoRows(name)
    index = pd.RangeIndex(1, len(columns[0]) + 1, name="line")
    cells = pd.DataFrame({i: pd.Series(column, index=index, dtype="str") for i, column in enumerate(columns)})
    return TextTable(name, headers, cells, _hash_cells(headers, cells))


def _escape(connection: Connection, query: str) -> str:
    # drivers of the format style take % as the start of a parameter
    return query.replace("%", "%%") if connection.dialect.paramstyle in ("format", "pyformat") else query


@contextmanager
def _naming(table: str, is_over: Callable[[], bool], seconds: int) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        why = f"it took longer than {seconds} s" if is_over() else _say(error)
        raise QueryFailed(table, why) from error


def _say(error: SQLAlchemyError) -> str:
    """The driver's own words, first line only: SQLAlchemy's text would add the statement."""
    words = str(getattr(error, "orig", None) or error).strip().splitlines()
    return words[0][:200] if words else type(error).__name__


def _fetch_columns(
    result: CursorResult[Any],
    name: str,
    headers: tuple[str, ...],
    limit: int,
    on_progress: Progress | None,
    is_over: Callable[[], bool],
) -> list[list[str]]:
    columns: list[list[str]] = [[] for _ in headers]
    kinds: list[str] = [""] * len(headers)
    while rows := result.fetchmany(_FETCH):
        if len(columns[0]) + len(rows) > limit:
            raise TooManyRows(name, limit)
        if is_over():
            raise QueryFailed(name.removeprefix("query "), "it took longer than allowed")
        for position, values in enumerate(zip(*rows, strict=True)):
            kinds[position] = _check_kind(values, kinds[position], name, headers[position])
            columns[position] += [write_typed(value) or "" for value in values]
        if on_progress:
            on_progress(name, len(columns[0]))
    return columns


def _check_kind(values: tuple[Any, ...], kind: str, name: str, header: str) -> str:
    """The column's kind of value; a column that changes from numbers to text is refused whole."""
    for found in {type(value) for value in values} - {type(None)}:
        word = _KINDS.get(found.__name__, found.__name__)
        if word in ("bytes", "memoryview"):
            raise FileRefused(name, f"column {header!r} is binary", "Leave it out of the SELECT or cast it to text.")
        if kind and word != kind:
            raise FileRefused(
                name, f"column {header!r} holds {kind} and {word} values", "Cast the column to one type in the SELECT."
            )
        kind = word
    return kind


_KINDS = {"int": "number", "float": "number", "Decimal": "number", "bool": "number", "str": "text", "UUID": "text"}


def _hash_cells(headers: tuple[str, ...], cells: pd.DataFrame) -> str:
    hashed = hashlib.sha256(show_text("\x1f".join(headers), 10_000).encode())
    for position in cells.columns:
        hashed.update("\x1f".join(cells[position]).encode("utf-8", "surrogatepass") + b"\x1e")
    return hashed.hexdigest()
