"""The pairs that matching proposed last and what it made of each local record, kept until it runs again.

Both are written together, for all records of a kind or for those that a decision touched.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Select, Table, delete, func, insert, select, update

from core.model import Kind
from core.store.engine import fetch_columns, hold_lock, reading, writing
from core.store.tables import proposal, proposal_record

COLUMNS = ["local_id", "rank", "xpm_id", "score", "band", "explanation", "parts"]
RECORD_COLUMNS = ["no_partner", "twin_of"]

_SCORE_UNITS = 10_000
_ENOUGH_FOR_ALL = 500  # beyond so many local ids all of the kind are read
#: The record of no local id counts the writes of its kind, so that readers know that something changed.
_COUNTER = ""


class Proposals:
    """Proposals by practice and kind."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def replace(self, practice: str, kind: Kind, frame: pd.DataFrame, records: pd.DataFrame | None = None) -> None:
        """Put these proposals and records in the place of all former ones of the kind, in one transaction.

        frame: one row per local record and rank (1 is best); columns local_id, rank, xpm_id, score (0 to 1), band,
        explanation, parts (list of dictionaries). Any index. records: index local id, columns no_partner (0 to 1, the
        chance that XPM holds no partner) and twin_of (local id of the record it repeats, or ""); none when left out.
        """
        with writing(self._engine) as connection:
            hold_lock(connection, "proposals", practice, kind)
            connection.execute(delete(proposal).where(proposal.c.practice == practice, proposal.c.kind == str(kind)))
            mine = (proposal_record.c.practice == practice) & (proposal_record.c.kind == str(kind))
            connection.execute(delete(proposal_record).where(mine & (proposal_record.c.local_id != _COUNTER)))
            _insert(connection, practice, kind, frame, records)

    def replace_some(
        self, practice: str, kind: Kind, local_ids: Collection[str], frame: pd.DataFrame, records: pd.DataFrame
    ) -> None:
        """Put these proposals and records in the place of those of `local_ids`; all others stay. One transaction.

        frame, records: as in `replace`, for those local ids only; one without a row has no proposal afterwards.
        """
        with writing(self._engine) as connection:
            hold_lock(connection, "proposals", practice, kind)
            for table in (proposal, proposal_record):
                for ids in _portions(sorted(local_ids)):
                    mine = (table.c.practice == practice) & (table.c.kind == str(kind))
                    connection.execute(delete(table).where(mine & table.c.local_id.in_(ids)))
            _insert(connection, practice, kind, frame, records)

    def read(self, practice: str, kind: Kind, local_id: str | None = None) -> pd.DataFrame:
        """The proposals in the columns of `replace`, best first within each local record; a plain 0..n index.

        local_id: only those of this record.
        """
        frame = self._read(practice, kind, COLUMNS, None if local_id is None else [local_id])
        frame["parts"] = [json.loads(parts) for parts in frame["parts"]]
        return frame.astype({"parts": "object"})

    def read_pairs(self, practice: str, kind: Kind, local_ids: Sequence[str] | None = None) -> pd.DataFrame:
        """The same without `parts`, which weigh the most by far; at least those of these records, when given."""
        return self._read(practice, kind, COLUMNS[:-1], local_ids)

    def records(self, practice: str, kind: Kind, local_ids: Sequence[str] | None = None) -> pd.DataFrame:
        """What matching made of the local records, in the columns of `replace`, index local id in its order.

        A record that matching never saw has no row. local_ids: at least those of these records, when given.
        """
        mine = _select(proposal_record, ["local_id", *RECORD_COLUMNS], practice, kind, local_ids)
        with reading(self._engine) as connection:
            ids, chances, twins = fetch_columns(connection, mine.where(proposal_record.c.local_id != _COUNTER))
        frame = pd.DataFrame({"no_partner": chances, "twin_of": twins}, index=pd.Index(ids, dtype="str"))
        frame = frame.astype({"no_partner": "float64", "twin_of": "str"}).rename_axis("local_id")
        frame["no_partner"] /= _SCORE_UNITS
        return frame

    def _read(self, practice: str, kind: Kind, names: Sequence[str], local_ids: Sequence[str] | None) -> pd.DataFrame:
        query = _select(proposal, names, practice, kind, local_ids)
        with reading(self._engine) as connection:
            cells = fetch_columns(connection, query.order_by(proposal.c.rank))
        frame = pd.DataFrame(dict(zip(names, cells, strict=True)), dtype="object")
        frame = frame.astype({"local_id": "str", "rank": "int64", "xpm_id": "str", "score": "float64"})
        frame = frame.astype({"band": "str", "explanation": "str"})
        frame["score"] /= _SCORE_UNITS
        return frame


def _select(
    table: Table, names: Sequence[str], practice: str, kind: Kind, local_ids: Sequence[str] | None
) -> Select[Any]:
    query = select(*(table.c[name] for name in names)).where(table.c.practice == practice, table.c.kind == str(kind))
    if local_ids is not None and len(local_ids) <= _ENOUGH_FOR_ALL:
        query = query.where(table.c.local_id.in_(local_ids))
    return query.order_by(table.c.local_id)


def count_writes(practice: str) -> Select[Any]:
    """A query for how often the proposals of the practice, of any kind, were written."""
    counters = proposal_record.c.kind.in_([str(kind) for kind in Kind]) & (proposal_record.c.local_id == _COUNTER)
    return select(func.sum(proposal_record.c.no_partner)).where(proposal_record.c.practice == practice, counters)


def _portions(ids: list[str]) -> Iterator[list[str]]:
    """Handfuls of ids: a statement takes so many values only."""
    for start in range(0, len(ids), _ENOUGH_FOR_ALL):
        yield ids[start : start + _ENOUGH_FOR_ALL]


def _insert(
    connection: Connection, practice: str, kind: Kind, frame: pd.DataFrame, records: pd.DataFrame | None
) -> None:
    rows = [_row(practice, kind, values) for values in frame[COLUMNS].itertuples(index=False, name=None)]
    if rows:
        connection.execute(insert(proposal), rows)
    seen = [] if records is None else [_record_row(practice, kind, *one) for one in _record_values(records)]
    if seen:
        connection.execute(insert(proposal_record), seen)
    _count_write(connection, practice, kind)


def _record_values(records: pd.DataFrame) -> Iterator[tuple[str, float, str]]:
    return zip(records.index.astype(str), records["no_partner"], records["twin_of"], strict=True)


def _record_row(practice: str, kind: Kind, local_id: str, no_partner: float, twin_of: str) -> dict[str, object]:
    chance = round(float(no_partner) * _SCORE_UNITS)
    return {
        "practice": practice,
        "kind": str(kind),
        "local_id": local_id,
        "no_partner": chance,
        "twin_of": str(twin_of),
    }


def _count_write(connection: Connection, practice: str, kind: Kind) -> None:
    table = proposal_record
    mine = (table.c.practice == practice) & (table.c.kind == str(kind)) & (table.c.local_id == _COUNTER)
    counted = connection.execute(update(table).where(mine).values(no_partner=table.c.no_partner + 1))
    if not counted.rowcount:
        connection.execute(
            insert(table).values(practice=practice, kind=str(kind), local_id=_COUNTER, no_partner=1, twin_of="")
        )


def _row(practice: str, kind: Kind, values: tuple[object, ...]) -> dict[str, object]:
    row = dict(zip(COLUMNS, values, strict=True))
    row["rank"] = int(str(row["rank"]))
    row["score"] = round(float(str(row["score"])) * _SCORE_UNITS)
    row["band"] = str(row["band"])
    row["parts"] = json.dumps(row["parts"], ensure_ascii=False, default=str)
    return {"practice": practice, "kind": str(kind), **row}
