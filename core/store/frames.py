"""The frames of both sides, as they were read last: written by comparing with what is there, read in one sweep."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, Integer, Select, Table, Text, delete, insert, select
from sqlalchemy import type_coerce as coerce

from core.model import LOCAL_FRAMES, XPM_FRAMES, Clock, Column, FrameBroken, FrameContract, shape_frame, utc_text
from core.store.engine import fetch_columns, fetch_rows, hold_lock, read_day, reading, writing
from core.store.tables import LOCAL, XPM, source_part

_SIDES = {"local": (LOCAL, LOCAL_FRAMES), "xpm": (XPM, XPM_FRAMES)}
_DELETE_AT_ONCE = 5_000
_READ_AT_ONCE = 500
_INSERT_AT_ONCE = 20_000

_RAW: dict[str, Any] = {"text": Text, "time": Text, "money": Text, "int": Integer, "bool": Integer}


@dataclass(frozen=True)
class Changes:
    """What a write did, in rows: new ids, ids with other values, ids that are gone, and untouched ones."""

    new: int
    changed: int
    vanished: int
    same: int


class Frames:
    """The stored frames of all practices; `side` is local or xpm, `name` one of its contracts."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def write(
        self,
        side: str,
        name: str,
        practice: str,
        frame: pd.DataFrame,
        *,
        since: date | None = None,
        until: date | None = None,
        keep_file: str = "",
    ) -> Changes:
        """Make the stored rows those of `frame`, in one transaction; rows that are equal are not touched.

        With `since` or `until` (both inclusive; frames with a column `date` only) rows of that window that are not in
        the frame vanish and rows elsewhere stay; an id that moved into the window is found again and changed.
        keep_file: rows of this `file` are somebody else's and stay as they are; the frame must hold none of their ids.
        """
        table, contract = _find(side, name)
        new = _without_nul(shape_frame(frame, contract))
        with writing(self._engine) as connection:
            hold_lock(connection, "frames", side, name, practice)
            stored = _query(self._engine, table, contract, practice, since, until)
            old = _read(connection, stored.where(table.c.file != keep_file) if keep_file else stored, contract)
            known, changed, vanished = _compare(old, new)
            added = new.index[~known]
            moved = _stored_ids(connection, table, practice, added) if since or until else []
            _delete(connection, table, practice, [*new.index[changed], *vanished, *moved])
            _insert(connection, table, practice, new[changed | ~known], contract)
        moves = len(moved)
        return Changes(len(added) - moves, int(changed.sum()) + moves, len(vanished), int((known & ~changed).sum()))

    def read(
        self,
        side: str,
        name: str,
        practice: str,
        *,
        start: date | None = None,
        end: date | None = None,
        within: ColumnElement[bool] | None = None,
        columns: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """The stored frame in the shape of its contract, ordered by id; no rows when nothing was ever written.

        `start` and `end` (both inclusive) narrow frames with a column `date`; `within`: another condition, whose rows
        come in no order; `columns`: the only ones to read, in the contract's order.
        """
        table, contract = _find(side, name)
        if columns is not None:
            contract = replace(contract, columns=tuple(one for one in contract.columns if one.name in columns))
        query = _query(self._engine, table, contract, practice, start, end)
        if within is not None:
            query = query.where(within).order_by(None)
        with reading(self._engine) as connection:
            return _read(connection, query, contract)

    def parts(self, practice: str, side: str) -> pd.DataFrame:
        """How complete each part of a side is. Index `part`; columns complete, rows, read_at (UTC text of the last
        whole read, empty when there was none), cursor, error.
        """
        names = ["complete", "rows", "read_at", "cursor", "error"]
        columns = [source_part.c.part, *(source_part.c[name] for name in names)]
        query = select(*columns).where(source_part.c.practice == practice, source_part.c.side == side)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(source_part.c.part)).all()
        kinds = {"part": "str", "complete": "bool", "rows": "int64", "read_at": "str", "cursor": "str", "error": "str"}
        return pd.DataFrame(rows, columns=["part", *names]).astype(kinds).set_index("part")

    def forget_side(self, side: str, practice: str) -> None:
        """Remove everything that was read of a side, as if it had never been read; one transaction."""
        with writing(self._engine) as connection:
            for name in _SIDES[side][1]:
                hold_lock(connection, "frames", side, name, practice)
                table, _contract = _find(side, name)
                connection.execute(delete(table).where(table.c.practice == practice))
            mine = (source_part.c.practice == practice) & (source_part.c.side == side)
            connection.execute(delete(source_part).where(mine))

    def mark_part(
        self,
        practice: str,
        side: str,
        part: str,
        complete: bool,
        rows: int | None = None,
        cursor: str | None = None,
        error: str = "",
    ) -> None:
        """Note that a part was read whole, or that it was not and why.

        None keeps the former `rows` and `cursor`; an incomplete read also keeps the instant of the last whole one.
        """
        key = {"practice": practice, "side": side, "part": part}
        mine = [source_part.c[name] == value for name, value in key.items()]
        with writing(self._engine) as connection:
            hold_lock(connection, "part", practice, side, part)
            found = fetch_rows(connection, select(source_part).where(*mine))
            former = found[0] if found else {"rows": 0, "cursor": "", "read_at": ""}
            values = {
                "complete": complete,
                "rows": former["rows"] if rows is None else rows,
                "cursor": former["cursor"] if cursor is None else cursor,
                "read_at": utc_text(self._clock.now()) if complete else former["read_at"],
                "error": error,
            }
            connection.execute(delete(source_part).where(*mine))
            connection.execute(insert(source_part).values(key | values))


def put_rows(connection: Connection, side: str, name: str, practice: str, ids: list[str], frame: pd.DataFrame) -> int:
    """Make the rows of these ids those of `frame` in the caller's transaction; how many were written or removed.

    An id that the frame lacks vanishes, all other rows stay. The caller holds the lock of `Frames.write`.
    """
    table, contract = _find(side, name)
    new = _without_nul(shape_frame(frame, contract))
    query = _query(connection.engine, table, contract, practice, None, None)
    parts = [_read(connection, query.where(table.c.id.in_(some)), contract) for some in _chunks(ids, _READ_AT_ONCE)]
    known, changed, vanished = _compare(pd.concat(parts), new)
    _delete(connection, table, practice, [*new.index[changed], *vanished])
    _insert(connection, table, practice, new[changed | ~known], contract)
    return int((changed | ~known).sum()) + len(vanished)


def _find(side: str, name: str) -> tuple[Table, FrameContract]:
    tables, contracts = _SIDES[side]
    if name not in tables:
        raise FrameBroken(name, f"the {side} side has no such table; it has {', '.join(tables)}")
    return tables[name], contracts[name]


def _without_nul(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the sign ␀ for the character NUL, which PostgreSQL's text cannot hold."""
    for name in frame.columns[frame.dtypes.eq("str")]:
        if frame[name].str.contains("\0", regex=False).any():
            frame[name] = frame[name].str.replace("\0", "␀", regex=False)
    if frame.index.str.contains("\0", regex=False).any():
        frame.index = frame.index.str.replace("\0", "␀", regex=False)
    return frame


def _query(
    engine: Engine, table: Table, contract: FrameContract, practice: str, start: date | None, end: date | None
) -> Select[Any]:
    within: list[ColumnElement[bool]] = [table.c.practice == practice]
    if (start or end) and "date" not in contract.names:
        raise FrameBroken(contract.name, "it has no dates to narrow it by")
    if start:
        within.append(table.c.date >= start)
    if end:
        within.append(table.c.date <= end)
    columns = [_raw(engine, table, column) for column in contract.columns]
    return select(table.c.id, *columns).where(*within).order_by(table.c.id)


def _raw(engine: Engine, table: Table, column: Column) -> ColumnElement[Any]:
    # The driver's own values are taken as they are and converted a whole column at a time, several times faster than
    # cell by cell.
    if column.kind == "date":
        return read_day(engine, table.c[column.name])
    return coerce(table.c[column.name], _RAW[column.kind])


def _read(connection: Connection, query: Select[Any], contract: FrameContract) -> pd.DataFrame:
    ids, *values = fetch_columns(connection, query)
    columns = zip(contract.columns, values, strict=True)
    index = pd.Index(ids, dtype="str", name="id")
    return pd.DataFrame({column.name: _to_array(column, cells) for column, cells in columns}, index=index)


def _to_array(column: Column, cells: list[Any]) -> Any:
    if column.kind == "money":
        return np.array([None if cell is None else Decimal(cell) for cell in cells], dtype="object")
    if column.kind == "date":
        return np.array(cells, dtype="datetime64[s]")
    if column.kind in ("int", "bool"):
        return np.array(cells, dtype={"int": "int64", "bool": "bool"}[column.kind])
    return pd.array(cells, dtype="str")


def _compare(old: pd.DataFrame, new: pd.DataFrame) -> tuple[Any, Any, list[str]]:
    """Which rows of `new` are stored, which of these differ (both as masks), and the stored ids it lacks."""
    place = old.index.get_indexer(new.index)
    known = place >= 0
    before, after = old.iloc[place[known]], new[known]
    differs = np.zeros(len(after), dtype=bool)
    for name in new.columns:
        equal = before[name].eq(after[name]) | (before[name].isna() & after[name].isna())
        differs |= ~equal.to_numpy(dtype=bool)
    changed = known.copy()
    changed[known] = differs
    gone = np.ones(len(old), dtype=bool)
    gone[place[known]] = False
    return known, changed, old.index[gone].tolist()


def _stored_ids(connection: Connection, table: Table, practice: str, ids: pd.Index) -> list[str]:
    """Those of the ids that are stored, outside the window then."""
    if ids.empty:
        return []
    stored = connection.execute(select(table.c.id).where(table.c.practice == practice)).scalars()
    return sorted(set(ids).intersection(stored))


def _delete(connection: Connection, table: Table, practice: str, ids: Iterable[str]) -> None:
    for chunk in _chunks(ids, _DELETE_AT_ONCE):
        connection.execute(delete(table).where(table.c.practice == practice, table.c.id.in_(chunk)))


def _insert(connection: Connection, table: Table, practice: str, frame: pd.DataFrame, contract: FrameContract) -> None:
    columns = [_to_cells(frame[column.name], column.kind) for column in contract.columns]
    rows = zip([practice] * len(frame), frame.index.tolist(), *columns, strict=True)
    prepare = connection.dialect.identifier_preparer
    names = ", ".join(prepare.quote(name) for name in ("practice", "id", *contract.names))
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * (len(contract.columns) + 2))
    for chunk in _chunks(rows, _INSERT_AT_ONCE):
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", chunk)  # noqa: S608


def _to_cells(values: pd.Series, kind: str) -> list[Any]:
    if kind == "date":
        days = np.datetime_as_string(values.to_numpy().astype("datetime64[D]")).tolist()
        return [None if day == "NaT" else day for day in days]
    if kind == "money":
        return [None if missing else str(value) for value, missing in zip(values, values.isna(), strict=True)]
    return values.tolist()  # type: ignore[no-any-return]


def _chunks(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, size)):
        yield chunk
