"""Opening and migrating a database, on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from core.store import tables
from core.store.engine import DatabaseFailed, DatabaseIsNewer, migrate, open_engine, reading, writing
from core.store.migrations.scope import is_ours
from core.store.migrations.versions import r0001_first_tables


def differs_in_default(_context: Any, _column: Any, _model: Any, found: str | None, _asked: Any, wanted: Any) -> bool:
    def bare(default: str | None) -> str | None:
        return None if default is None else default.removesuffix("::text").strip("()'")

    return bare(found) != bare(wanted)


def compare(connection: Connection) -> list[tuple[Any, ...]]:
    """What Alembic would still change, without the comments that only programmers read."""
    options = {"include_name": is_ours, "compare_type": True, "compare_server_default": differs_in_default}
    found = compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata)
    flat = [change for entry in found for change in (entry if isinstance(entry, list) else [entry])]
    return [change for change in flat if "comment" not in change[0]]


def test_a_migrated_database_has_exactly_the_tables_of_the_code(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    migrate(engine)
    with reading(engine) as connection:
        assert compare(connection) == []
    engine.dispose()


def test_a_column_missing_in_the_database_is_noticed(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE run DROP COLUMN message"))
        assert [change[0] for change in compare(connection)] == ["add_column"]


def test_another_programs_tables_are_left_alone(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE workflow_status (id TEXT)"))
        assert compare(connection) == []
    migrate(engine)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM workflow_status")).scalar_one() == 0


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    with reading(engine) as connection:
        assert compare(connection) == []


def test_processes_that_migrate_at_once_make_the_tables_once(empty_database_url: str) -> None:
    engines = [open_engine(empty_database_url) for _ in range(4)]
    at_once = threading.Barrier(len(engines))

    def start(engine: Engine) -> None:
        at_once.wait()
        migrate(engine)

    with ThreadPoolExecutor(len(engines)) as pool:
        list(pool.map(start, engines))
    with reading(engines[0]) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["0006"]
    for engine in engines:
        engine.dispose()


def test_tables_of_a_newer_version_are_refused(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseIsNewer, match="newer Tieout"):
        migrate(engine)


def test_the_migration_guards_every_append_only_table() -> None:
    assert (*r0001_first_tables.APPEND_ONLY, "signature", "pack_event") == tables.APPEND_ONLY


@pytest.fixture
def hold_choice(engine: Engine) -> Engine:
    row = {"id": 1, "practice": "p", "entry_id": "e", "choice": "exclude", "by": "Ann", "at": "2026-11-20"}
    with writing(engine) as connection:
        connection.execute(insert(tables.hold_choice), row)
    return engine


@pytest.mark.parametrize("sql", ["UPDATE hold_choice SET choice = 'include'", "DELETE FROM hold_choice"])
def test_an_append_only_row_cannot_be_changed(hold_choice: Engine, sql: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), writing(hold_choice) as connection:
        connection.execute(text(sql))


def test_an_append_only_row_cannot_be_replaced(hold_choice: Engine) -> None:
    if hold_choice.dialect.name == "sqlite":
        sql = "INSERT OR REPLACE INTO hold_choice (id, practice, entry_id, choice, by, at) VALUES (1,'p','e','x','','')"
    else:
        sql = "TRUNCATE hold_choice"
    with pytest.raises(IntegrityError, match="append-only"), writing(hold_choice) as connection:
        connection.execute(text(sql))


@pytest.mark.parametrize("name", tables.APPEND_ONLY)
def test_each_append_only_table_refuses_to_be_emptied(engine: Engine, name: str) -> None:
    triggers = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name",
        "postgresql": "SELECT count(*) FROM information_schema.triggers WHERE event_object_table = :name",
    }
    with reading(engine) as connection:
        assert connection.execute(text(triggers[engine.dialect.name]), {"name": name}).scalar_one() == 2


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    row = {"practice": "p"}
    with pytest.raises(IntegrityError), writing(engine) as connection:
        [connection.execute(insert(tables.pusher), row) for _ in range(2)]
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(tables.pusher)).scalar_one() == 0


def test_a_reader_sees_the_state_before_an_open_write(engine: Engine) -> None:
    with writing(engine) as writer, reading(engine) as reader:
        writer.execute(insert(tables.pusher), {"practice": "p"})
        assert reader.execute(select(func.count()).select_from(tables.pusher)).scalar_one() == 0


def test_sqlite_is_opened_for_durability(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    with reading(engine) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}


def test_a_new_sqlite_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    open_engine(f"sqlite:///{path}").dispose()
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_database_is_named_in_the_sentence(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("id,name\n" * 200)
    with pytest.raises(DatabaseFailed, match=r"list\.csv.*not a database"):
        open_engine(f"sqlite:///{path}")


def test_an_unreachable_server_is_named_without_the_password() -> None:
    with pytest.raises(DatabaseFailed, match=r"on 127\.0\.0\.1 cannot be used") as caught:
        open_engine("postgresql://ann:geheim@127.0.0.1:1/tieout")
    assert "geheim" not in str(caught.value)
    assert caught.value.can_retry


def test_a_failed_statement_does_not_show_client_data(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(DatabaseFailed) as caught, writing(engine) as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Jane Citizen"})
    engine.dispose()
    assert "Jane Citizen" not in f"{caught.value} {caught.value.__cause__}"


def test_a_write_waits_for_the_writer_before_it(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    engine = open_engine(f"sqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    threading.Timer(0.1, holder.execute, ["COMMIT"]).start()
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE later (id TEXT)"))
    holder.close()
    engine.dispose()
