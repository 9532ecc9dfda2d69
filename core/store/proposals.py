"""The pairs that matching proposed last, kept until it runs again."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Engine, delete, insert, select

from core.model import Kind
from core.store.engine import fetch_columns, hold_lock, reading, writing
from core.store.tables import proposal

COLUMNS = ["local_id", "rank", "xpm_id", "score", "band", "explanation", "parts"]

_SCORE_UNITS = 10_000
_ENOUGH_FOR_ALL = 500  # beyond so many local ids all of the kind are read


class Proposals:
    """Proposals by practice and kind."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def replace(self, practice: str, kind: Kind, frame: pd.DataFrame) -> None:
        """Put these proposals in the place of all former ones of the kind.

        frame: one row per local record and rank (1 is best); columns local_id, rank, xpm_id, score (0 to 1), band,
        explanation, parts (list of dictionaries). Any index.
        """
        rows = [_row(practice, kind, values) for values in frame[COLUMNS].itertuples(index=False, name=None)]
        with writing(self._engine) as connection:
            hold_lock(connection, "proposals", practice, kind)
            connection.execute(delete(proposal).where(proposal.c.practice == practice, proposal.c.kind == str(kind)))
            if rows:
                connection.execute(insert(proposal), rows)

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

    def _read(self, practice: str, kind: Kind, names: Sequence[str], local_ids: Sequence[str] | None) -> pd.DataFrame:
        query = select(*(proposal.c[name] for name in names)).where(
            proposal.c.practice == practice, proposal.c.kind == str(kind)
        )
        if local_ids is not None and len(local_ids) <= _ENOUGH_FOR_ALL:
            query = query.where(proposal.c.local_id.in_(local_ids))
        with reading(self._engine) as connection:
            cells = fetch_columns(connection, query.order_by(proposal.c.local_id, proposal.c.rank))
        frame = pd.DataFrame(dict(zip(names, cells, strict=True)), dtype="object")
        frame = frame.astype({"local_id": "str", "rank": "int64", "xpm_id": "str", "score": "float64"})
        frame = frame.astype({"band": "str", "explanation": "str"})
        frame["score"] /= _SCORE_UNITS
        return frame


def _row(practice: str, kind: Kind, values: tuple[object, ...]) -> dict[str, object]:
    row = dict(zip(COLUMNS, values, strict=True))
    row["rank"] = int(str(row["rank"]))
    row["score"] = round(float(str(row["score"])) * _SCORE_UNITS)
    row["band"] = str(row["band"])
    row["parts"] = json.dumps(row["parts"], ensure_ascii=False, default=str)
    return {"practice": practice, "kind": str(kind), **row}
