from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from core.local import ConfigWrong, FileRefused, LocalLoad, NoRows, SourceConfig, load_source
from core.local.sql import QueryFailed, create_read_only, open_read_only, read_database, read_tables
from tests.local.builders import TODAY, ZONE

SCHEMA = """
create table c (id text, name text, archived integer);
insert into c values ('00123', 'Abel', 0), ('NA', 'Beth', 1);
create table t (id integer, who text, what text, day text, mins real);
insert into t values (1, 'S1', 'T1', '2026-11-13', 60), (2, 'S1', 'T1', '2026-11-13', 30.0);
create view nokey as select name from c;
create table mixed (id text, name);
insert into mixed values ('C1', 'Abel'), ('C2', 5);
"""
CLIENTS = "select id, name, archived from c"
TIMES = "select id, who as staff_id, what as task_id, day as date, mins as minutes from t"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.executescript(SCHEMA)
    database.close()
    return tmp_path


def configure(folder: Path, url: str = "sqlite:///a.db", **raw: Any) -> SourceConfig:
    return SourceConfig.from_dict({"type": "sql", "url": url, **raw}, base=folder)


def load(folder: Path, **raw: Any) -> LocalLoad:
    return load_source(configure(folder, **raw), zone=ZONE, today=TODAY)


def test_each_table_comes_from_its_select(folder: Path) -> None:
    loaded = load(folder, queries={"clients": CLIENTS, "actual_times": TIMES})
    assert loaded.frames["clients"]["archived"].to_dict() == {"00123": False, "NA": True}
    assert loaded.frames["actual_times"]["minutes"].to_dict() == {"1": 60, "2": 30}
    assert set(loaded.hashes) == {"query clients", "query actual_times"}


def test_the_database_itself_refuses_to_be_written(folder: Path) -> None:
    with (
        open_read_only(configure(folder, queries={"clients": "select 1"})).connect() as connection,
        pytest.raises(Exception, match="readonly"),
    ):
        connection.exec_driver_sql("delete from c")


def test_a_query_that_writes_is_refused_before_connecting(folder: Path) -> None:
    with pytest.raises(ConfigWrong, match=r"queries\.clients is wrong: it is no SELECT"):
        load(folder, queries={"clients": "delete from c"})


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////etc/passwd", "inside the data folder"),
        ("sqlite:///../a.db", "inside the data folder"),
        ("sqlite://", "inside the data folder"),
        ("sqlite:///a.db?mode=rwc", "takes no options"),
        ("sqlite:///missing.db", "no SQLite file 'missing.db'"),
        ("oracle://u:p@h/d", "'oracle' is not read. Valid: sqlite, postgresql"),
        ("mysql+pymysql://u:p@h/d?local_infile=1", "option 'local_infile' is not allowed"),
        ("postgresql://u:p@169.254.169.254/d", "own metadata"),
        ("postgresql://u:p@metadata.google.internal/d", "own metadata"),
        ("postgresql:///d", "names no host"),
        ("postgresql://u:p@h/d?host=/tmp", "option 'host' is not allowed"),
        ("nonsense", "no database URL"),
    ],
)
def test_a_url_that_reaches_elsewhere_is_refused(folder: Path, url: str, words: str) -> None:
    with pytest.raises(ConfigWrong, match=words) as refused:
        load(folder, url=url, queries={"clients": CLIENTS})
    assert "u:p@" not in str(refused.value)


def test_only_hosts_on_the_installations_list_are_opened(folder: Path) -> None:
    raw = {"type": "sql", "url": "postgresql://u:p@db.elsewhere/d", "queries": {"clients": CLIENTS}}
    config = SourceConfig.from_dict(raw, base=folder, hosts=frozenset({"db.office"}))
    with pytest.raises(ConfigWrong, match=r"'db.elsewhere' is not on the installation's list. Valid: db.office"):
        open_read_only(config)


def test_more_rows_than_the_limit_take_nothing(folder: Path) -> None:
    with pytest.raises(FileRefused, match="more than 1 rows"):
        load(folder, queries={"clients": CLIENTS}, row_limit=1)


def test_a_column_that_changes_its_type_takes_nothing(folder: Path) -> None:
    with pytest.raises(FileRefused, match=r"'name' holds text and number values|'name' holds number and text values"):
        load(folder, queries={"clients": "select id, name from mixed"})


def test_a_view_without_key_takes_nothing(folder: Path) -> None:
    with pytest.raises(FileRefused, match="a row has no id"):
        load(folder, queries={"clients": "select name from nokey"})


def test_a_row_without_key_takes_nothing(folder: Path) -> None:
    with pytest.raises(FileRefused, match="a row has no id"):
        load(folder, queries={"clients": "select nullif(id, 'NA') as id, name from c"})


def test_a_query_without_rows_is_refused(folder: Path) -> None:
    with pytest.raises(NoRows):
        load(folder, queries={"clients": CLIENTS + " where 0"})


def test_a_broken_query_names_its_table_and_the_databases_words(folder: Path) -> None:
    with pytest.raises(QueryFailed, match="query for clients failed: no such table: nowhere"):
        load(folder, queries={"clients": "select id, name from nowhere"})


def test_a_query_that_takes_too_long_is_stopped(folder: Path) -> None:
    seconds = itertools.count(0, 30)
    endless = "with recursive n(id) as (select 1 union all select id + 1 from n) select id, 'x' as name from n"
    with pytest.raises(QueryFailed, match="longer than 60 s"):
        read_database(
            configure(folder, queries={"clients": endless}, timeout_seconds=60), monotonic=lambda: float(next(seconds))
        )


def test_an_unreachable_server_is_told_without_the_password(folder: Path) -> None:
    url = "postgresql://someone:geheim@127.0.0.1:1/d?connect_timeout=2"
    with pytest.raises(QueryFailed, match="no connection") as failed:
        load(folder, url=url, queries={"clients": CLIENTS})
    assert "geheim" not in str(failed.value)


def test_a_query_that_is_empty_on_purpose_is_allowed(folder: Path) -> None:
    tables = {"clients": {"query": CLIENTS + " where 0", "may_be_empty": True}}
    assert load(folder, tables=tables).frames["clients"].empty


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Engine]:
    for url in request.getfixturevalue("postgres").copies("template0"):
        yield create_read_only(make_url(url))


def test_a_postgresql_server_is_read_and_cannot_be_written(server: Engine, folder: Path) -> None:
    query = "select '007' as id, 'Abel 100%' as name, false as archived"
    with server.connect() as connection, pytest.raises(DBAPIError, match="read-only transaction"):
        connection.exec_driver_sql("create table x (a int)")
    texts = read_tables(server, configure(folder, queries={"clients": query}), None, time.monotonic)
    assert texts["clients"][0].cells.iloc[0].tolist() == ["007", "Abel 100%", "false"]


def test_a_slow_query_is_stopped_by_the_server(server: Engine, folder: Path) -> None:
    slow = "select g as id, 'x' as name from generate_series(1, 1000000000) g order by random()"
    config = configure(folder, queries={"clients": slow}, timeout_seconds=1)
    with pytest.raises(QueryFailed, match=r"statement timeout|longer than 1 s"):
        read_tables(server, config, None, time.monotonic)
