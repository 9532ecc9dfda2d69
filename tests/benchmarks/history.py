"""A large firm with any number of years behind it, written straight into a database by SQL.

A month of actual time lies before the push: most of it ready, some of it pushed, typed by hand in XPM, in draft, or of
clients nobody has linked. Behind it lies a history that was pushed and confirmed long ago, on both sides and in the
ledger. The month is the same whatever the history is, so that two practices differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Boolean, Connection, Integer, Table, text

from core.clock import SystemClock
from core.settings import Settings
from core.store import Practice, Store, migrate, open_engine
from core.store.tables import LOCAL, XPM, bundle, bundle_entry, bundle_event, decision, source_part
from core.workspace import Workspace

PRACTICE = "p"
STAFF, CLIENTS, PROCESSES, JOBS, TASKS = 150, 4_000, 60, 6_000, 12_000
#: The last day of the month that is planned, and its length.
TODAY, MONTH_DAYS = date(2026, 11, 30), 30
HISTORY_DAYS = 8 * 365

#: One timesheet of a number, in terms of SQL (`#` is the number); who, for whom and what follow from the number alone.
_WORK = {
    "staff": f"# % {STAFF}",
    "task": f"(# * 7919) % {TASKS}",
}


def keep_practice(keep: Path, entries: int, history: int) -> Workspace:
    """The practice with so many entries in the month and so many behind it; made below `keep` when it is not there."""
    folder = keep / f"firm-{entries}-{history}"
    if folder.exists():
        return open_practice(folder)
    making = keep / f"firm-{entries}-{history}.making"
    making.mkdir(parents=True)
    workspace = open_practice(making)
    with workspace.store.engine.begin() as connection:
        write_masters(connection)
        write_month(connection, entries)
        write_history(connection, history)
    workspace.store.close()
    making.rename(folder)
    return open_practice(folder)


def open_practice(folder: Path) -> Workspace:
    """The practice in this folder, which has no record yet when it was not there."""
    engine = open_engine(f"sqlite:///{folder / 'tieout.db'}")
    migrate(engine)
    store = Store(engine, SystemClock())
    if not store.practices.list():
        store.practices.create(Practice(PRACTICE, "Large firm", "UTC", TODAY))
    where = Settings(data_dir=folder, practice=PRACTICE, client_id="none", client_secret=SecretStr("none"))
    return Workspace(PRACTICE, where, store, SystemClock())


def write_masters(connection: Connection) -> None:
    """Who works, for whom, and on what: all linked but one client and one task in a hundred."""
    _write(connection, LOCAL["staff"], STAFF, {"id": "'s' || i", "name": "'Person ' || i", "active": "1"})
    _write(connection, XPM["staff"], STAFF, {"id": "'S' || i", "name": "'Person ' || i", "listed": "1"})
    _write(connection, LOCAL["clients"], CLIENTS, {"id": "'c' || i", "name": "'Client ' || i"})
    _write(connection, XPM["clients"], CLIENTS, {"id": "'C' || i", "name": "'Client ' || i"})
    _write(connection, LOCAL["processes"], PROCESSES, {"id": "'p' || i", "name": "'Process ' || i"})
    _write(connection, XPM["task_types"], PROCESSES, {"id": "'P' || i", "name": "'Process ' || i"})
    _write(connection, XPM["jobs"], JOBS, {"id": "'J' || i", "client_id": f"'C' || (i % {CLIENTS})"} | _OPEN)
    named = {"name": "'Work ' || i", "status": "'open'"}
    of = {"client_id": f"'c' || (i % {JOBS} % {CLIENTS})", "process_id": f"'p' || (i % {PROCESSES})"}
    _write(connection, LOCAL["tasks"], TASKS, {"id": "'t' || i"} | named | of)
    typed = {"job": f"'J' || (i % {JOBS})", "task_type_id": f"'P' || (i % {PROCESSES})", "name": "'Work ' || i"}
    _write(connection, XPM["job_tasks"], TASKS, {"id": "'T' || i"} | typed)
    for kind, count in (("client", CLIENTS), ("staff", STAFF), ("process", PROCESSES), ("task", TASKS)):
        _link(connection, kind, count)
    for side, tables in (("local", LOCAL), ("xpm", XPM)):
        for name in tables:
            said = {"side": side, "part": name, "complete": True, "rows": 1, "read_at": "2026-11-30T00:00:00Z"}
            connection.execute(source_part.insert().values(practice=PRACTICE, **said))


_OPEN = {"uuid": "'ju' || i", "name": "'Job ' || i", "state": "'In Progress'", "current": "1"}


def _link(connection: Connection, kind: str, count: int) -> None:
    letter = kind[0]
    said = {"kind": f"'{kind}'", "verdict": "'linked'", "by": "'Kim'", "at": "'2026-01-01T00:00:00Z'"}
    some = count if kind in ("staff", "process") else count - count // 100
    _write(connection, decision, some, {"local_id": f"'{letter}' || i", "xpm_id": f"'{letter.upper()}' || i"} | said)


def write_month(connection: Connection, entries: int) -> None:
    """The month before the push: a tenth pushed already, a twentieth in draft, and some typed by hand in XPM."""
    first = f"'{TODAY - timedelta(days=MONTH_DAYS - 1)}'"
    day = _date(first, f"(i / {STAFF}) % {MONTH_DAYS}")
    status = {"status": "CASE WHEN i % 20 = 1 THEN 'draft' ELSE 'committed' END"}
    _write(connection, LOCAL["actual_times"], entries, _local("N", day) | status)
    _write_pushed(connection, entries // 10, "N", 10, _date(first, f"(i * 10 / {STAFF}) % {MONTH_DAYS}"))
    typed = _sheet("F", _date(first, "i % 2")) | {"note": "'typed by hand'", "minutes": "7"}
    _write(connection, XPM["times"], entries // 100, typed)


def write_history(connection: Connection, entries: int) -> None:
    """So many entries of former years, pushed and confirmed, spread evenly back from the month."""
    day = _date(f"'{TODAY - timedelta(days=MONTH_DAYS)}'", f"-((i * {HISTORY_DAYS}) / {entries})")
    _write(connection, LOCAL["actual_times"], entries, _local("H", day))
    _write_pushed(connection, entries, "H", 1, day)


def _write_pushed(connection: Connection, count: int, letter: str, step: int, day: str) -> None:
    """A confirmed bundle and its timesheet for every `step`th entry of this letter."""
    number = f"(i * {step})"
    sheet = {name: term.replace("#", number) for name, term in _SENT.items()}
    entry, uuid = f"printf('{letter}%08d', {number})", f"printf('u{letter}%030d', {number})"
    held = {"id": f"'b{letter}' || {number}", "tenant": "'T1'", "group_key": f"'entry:' || {entry}", "seq": "1"}
    held |= {"marker": f"printf('{letter}%09d', {number})", "state": "'confirmed'", "date": day, "remote_uuid": uuid}
    held |= {"note_sent": "'Bank reconciliation and review'", "content_hash": _hash(number), "attempts": "1"}
    _write(connection, bundle, count, sheet | held)
    shares = {"bundle": held["id"], "entry_id": entry, "sent_minutes": sheet["minutes"], "minutes": sheet["minutes"]}
    _write(connection, bundle_entry, count, shares | {"content_hash": _hash(number)})
    said = {"bundle": held["id"], "at": "'2026-01-01T00:00:00Z'", "to_state": "'confirmed'"}
    _write(connection, bundle_event, count, said)
    note = "'Bank reconciliation and review ~' || " + held["marker"]
    _write(connection, XPM["times"], count, sheet | {"id": uuid, "date": day, "note": note, "billable": "1"})


_SENT = {
    "job": f"'J' || ({_WORK['task']} % {JOBS})",
    "task_id": f"'T' || ({_WORK['task']})",
    "staff_id": f"'S' || ({_WORK['staff']})",
    "minutes": "5 + (# * 13) % 90",
}


def _local(letter: str, day: str) -> dict[str, str]:
    terms = {"id": f"printf('{letter}%08d', i)", "date": day, "minutes": _SENT["minutes"], "billable": "1"}
    terms |= {"staff_id": f"'s' || ({_WORK['staff']})", "task_id": f"'t' || ({_WORK['task']})"}
    terms |= {"client_id": f"'c' || ({_WORK['task']} % {JOBS} % {CLIENTS})", "content_hash": _hash("i")}
    terms |= {"process_id": f"'p' || ({_WORK['task']} % {PROCESSES})", "status": "'committed'", "line": "i"}
    terms |= {"note": "'Bank reconciliation and review'", "file": "'actual_times.csv'"}
    return {name: term.replace("#", "i") for name, term in terms.items()}


def _sheet(letter: str, day: str) -> dict[str, str]:
    sent = {name: term.replace("#", "i") for name, term in _SENT.items()}
    return sent | {"id": f"printf('u{letter}%030d', i)", "date": day, "billable": "1"}


def _hash(number: str) -> str:
    return f"printf('%064d', {number})"


def _date(start: str, days: str) -> str:
    return f"date({start}, ({days}) || ' days')"


def _write(connection: Connection, table: Table, count: int, terms: Mapping[str, str]) -> None:
    """Insert `count` rows numbered `i` from 0; columns without a term are empty."""
    columns = [column for column in table.columns if column.autoincrement is not True]
    values = [terms.get(column.name, "'p'" if column.name == "practice" else _blank(column)) for column in columns]
    names = ", ".join(f'"{column.name}"' for column in columns)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
    insert = f"INSERT INTO {table.name} ({names}) {numbers} SELECT {', '.join(values)} FROM n"  # noqa: S608
    connection.execute(text(insert), {"last": count - 1})


def _blank(column: object) -> str:
    if getattr(column, "nullable", False):
        return "NULL"
    return "0" if isinstance(getattr(column, "type", None), Boolean | Integer) else "''"
