"""Keeping the database safe: one file out while everything goes on, and the way back.

A backup holds the ledger of its own moment. What was sent since is in XPM and in the push journal, which is not part
of a backup; so after a restore every practice is in recovery and nothing is sent before XPM was read back.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, select, update

from core.model import Clock, OutsideFailed, PersonNeeded, TieoutError, utc_text
from core.store.engine import migrate, open_engine, reading, writing
from core.store.tables import practice, pusher, worker_beat
from core.store.urls import parse_url

#: A worker that said within this time that it lives is taken as alive.
_ALIVE = timedelta(seconds=60)


class NotHere(TieoutError):
    """PostgreSQL has tools of its own, which know its roles and its other databases."""

    def __init__(self, verb: str, tool: str) -> None:
        super().__init__(
            f"Tieout can {verb} SQLite only. Use PostgreSQL's own {tool}; after a restore start Tieout as usual: the "
            "push journal shows that the ledger went back in time, and XPM is read back before anything is sent."
        )


class CannotCopy(OutsideFailed):
    """A backup cannot be written or read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be used: {why}. Nothing was changed. Name a file in a folder that exists.")


class NoBackup(TieoutError):
    """The file is no whole backup of Tieout."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} is no backup of Tieout that can be restored: {why}. Nothing was changed.")


class StillRunning(PersonNeeded):
    """Somebody works on the database that is to be replaced."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"Tieout is running ({', '.join(names)}). Stop the dashboard and every worker first, then restore again. "
            "Nothing was changed."
        )


def write_backup(engine: Engine, path: Path) -> int:
    """Copy the database as it is at one moment into a new file; gives its size in bytes. Others go on meanwhile.

    The key that opens the sign-in to XPM is not in it. Raises NotHere on PostgreSQL, CannotCopy when the file exists or
    cannot be written.
    """
    source = _sqlite_file(str(engine.url.render_as_string(hide_password=False)), "back up", "pg_dump")
    if path.exists():
        raise CannotCopy(path, "it exists already, and a backup is never written over another")
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(source)) as held, closing(sqlite3.connect(path)) as copy:
            held.backup(copy)
            # One plain file: the copy must not need a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
    except (OSError, sqlite3.Error) as error:
        raise CannotCopy(path, str(error)) from error
    return path.stat().st_size


def restore_backup(url: str, path: Path, clock: Clock) -> Path:
    """Put a backup in the place of the database; gives the file that now holds what was there before.

    Every practice is put into recovery. Raises NoBackup, StillRunning, NotHere, CannotCopy; nothing is changed then.
    """
    target = Path(_sqlite_file(url, "restore", "pg_restore"))
    _check_backup(path)
    engine = open_engine(url)
    try:
        _refuse_while_running(engine, clock)
        kept = _keep_former(target, clock.now())
        _copy_over(path, target)
    finally:
        engine.dispose()
    _start_recovery(url, path)
    return kept


def _sqlite_file(url: str, verb: str, tool: str) -> str:
    parsed = parse_url(url)
    if not parsed.drivername.startswith("sqlite"):
        raise NotHere(verb, tool)
    return str(parsed.database)


def _check_backup(path: Path) -> None:
    """Whole, and of tables this version knows; a later version's are refused by the migration anyway."""
    if not path.is_file():
        raise NoBackup(path, "there is no such file")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as backup:
            found = backup.execute("PRAGMA integrity_check").fetchone()[0]
            tables = {name for (name,) in backup.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise NoBackup(path, str(error)) from error
    if found != "ok":
        raise NoBackup(path, f"it is damaged ({found})")
    if not {"alembic_version", "bundle", "practice"} <= tables:
        raise NoBackup(path, "it holds other tables")


def _refuse_while_running(engine: Engine, clock: Clock) -> None:
    migrate(engine)
    since = utc_text(clock.now() - _ALIVE)
    query = select(worker_beat.c.name).where(worker_beat.c.beat_at > since).order_by(worker_beat.c.name)
    with reading(engine) as connection:
        names = list(connection.execute(query).scalars())
    if names:
        raise StillRunning(names)


def _keep_former(target: Path, now: datetime) -> Path:
    kept = target.with_name(f"{target.stem}-before-restore-{now.astimezone(UTC):%Y%m%d-%H%M%S}{target.suffix}")
    _copy(target, kept)
    kept.chmod(0o600)
    return kept


def _copy_over(path: Path, target: Path) -> None:
    """Page by page into the file that is there, so that nobody ever sees half of one database and half of another."""
    _copy(path, target)


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as held, closing(sqlite3.connect(target)) as copy:
            held.backup(copy)
    except (OSError, sqlite3.Error) as error:
        raise CannotCopy(target, str(error)) from error


def _start_recovery(url: str, path: Path) -> None:
    engine = open_engine(url)
    try:
        migrate(engine)
        why = f"the database was restored from {path.name}"
        with writing(engine) as connection:
            known = set(connection.execute(select(pusher.c.practice)).scalars())
            missing = [one for one in connection.execute(select(practice.c.id)).scalars() if one not in known]
            if missing:
                connection.execute(insert(pusher), [{"practice": one} for one in missing])
            connection.execute(update(pusher).values(recovery=why, owner="", until=""))
            connection.execute(worker_beat.delete())
    finally:
        engine.dispose()
