"""Backups: whole, never written over, refused when they are none; a restored ledger looks before it sends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from core.store import Practice, Store
from core.store.backup import CannotCopy, NoBackup, NotHere, StillRunning, restore_backup, write_backup
from core.store.engine import migrate, open_engine, reading
from core.store.tables import pusher
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'tieout.db'}")
    migrate(engine)
    Store(engine, FakeClock(NOW)).practices.create(Practice("first", "First", "Australia/Sydney"))
    yield engine
    engine.dispose()


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'tieout.db'}"


def practices(folder: Path) -> list[str]:
    engine = open_engine(url(folder))
    found = [one.id for one in Store(engine, FakeClock(NOW)).practices.list()]
    engine.dispose()
    return found


def test_a_restored_database_is_as_it_was_and_the_former_one_is_kept(database: Engine, tmp_path: Path) -> None:
    write_backup(database, tmp_path / "safe.db")
    Store(database, FakeClock(NOW)).practices.create(Practice("later", "Later", "Australia/Sydney"))
    database.dispose()
    kept = restore_backup(url(tmp_path), tmp_path / "safe.db", FakeClock(NOW))
    assert practices(tmp_path) == ["first"]
    with closing(sqlite3.connect(kept)) as former:
        assert former.execute("SELECT count(*) FROM practice").fetchone() == (2,)


def test_every_practice_of_a_restored_database_recovers_before_it_sends(database: Engine, tmp_path: Path) -> None:
    write_backup(database, tmp_path / "safe.db")
    database.dispose()
    restore_backup(url(tmp_path), tmp_path / "safe.db", FakeClock(NOW))
    engine = open_engine(url(tmp_path))
    with reading(engine) as connection:
        assert dict(connection.execute(select(pusher.c.practice, pusher.c.recovery)).all()) == {
            "first": "the database was restored from safe.db"
        }
    engine.dispose()


def test_a_backup_is_never_written_over_another(database: Engine, tmp_path: Path) -> None:
    (tmp_path / "safe.db").write_text("precious")
    with pytest.raises(CannotCopy, match="exists already"):
        write_backup(database, tmp_path / "safe.db")
    assert (tmp_path / "safe.db").read_text() == "precious"


def test_a_backup_is_one_private_file_without_a_log_beside_it(database: Engine, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_backup(database, tmp_path / "out" / "safe.db")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["safe.db"]
    assert (tmp_path / "out" / "safe.db").stat().st_mode & 0o077 == 0


def test_nothing_is_restored_while_a_worker_lives(database: Engine, tmp_path: Path) -> None:
    write_backup(database, tmp_path / "safe.db")
    Store(database, FakeClock(NOW)).workers.beat("worker-1", "laptop", 1)
    with pytest.raises(StillRunning, match="worker-1"):
        restore_backup(url(tmp_path), tmp_path / "safe.db", FakeClock(NOW))
    later = FakeClock(NOW)
    later.advance(61)
    restore_backup(url(tmp_path), tmp_path / "safe.db", later)


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be read as one" * 40, None])
def test_what_is_no_backup_is_refused_and_changes_nothing(
    database: Engine, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "other.db").write_bytes(content)
    with pytest.raises(NoBackup, match="Nothing was changed"):
        restore_backup(url(tmp_path), tmp_path / "other.db", FakeClock(NOW))
    assert practices(tmp_path) == ["first"]


def test_postgres_is_left_to_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(NotHere, match="pg_restore"):
        restore_backup("postgresql://somebody@nowhere/tieout", tmp_path / "safe.db", FakeClock(NOW))
