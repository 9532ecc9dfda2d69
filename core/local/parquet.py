"""Parquet: typed columns become the text of their type."""

from __future__ import annotations

import hashlib
import io

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.local.rows import TooManyRows
from core.local.table import FileRefused, NoRows, TextTable
from core.local.typed import write_typed

LARGEST_UNPACKED = 500 * 1024 * 1024


def read_parquet_table(data: bytes, file: str, *, limit: int) -> TextTable:
    """The file's rows as text, index line = row number from 1; nested and binary columns are left out."""
    if not (data.startswith(b"PAR1") and data.endswith(b"PAR1")):
        raise FileRefused(file, "it is no whole Parquet file", "Export it again.")
    try:
        table = _read_bounded(data, file, limit)
    except (pa.ArrowException, OSError) as error:
        words = str(error).splitlines()[0][:200]
        raise FileRefused(file, f"the Parquet file is damaged ({words})", "Export it again.") from error
    if table.num_rows == 0:
        raise NoRows(file)
    kept = [i for i, field in enumerate(table.schema) if _is_plain(field.type)]
    index = pd.RangeIndex(1, table.num_rows + 1, name="line")
    cells = pd.DataFrame(
        {n: pd.Series(_write_column(table.column(i)), index=index, dtype="str") for n, i in enumerate(kept)}
    )
    left_out = [field.name for field in table.schema if not _is_plain(field.type)]
    notes = [f"{file}: column {name!r} is nested or binary and was not read." for name in left_out]
    headers = tuple(table.schema.names[i] for i in kept)
    return TextTable(file, headers, cells, hashlib.sha256(data).hexdigest(), notes=notes)


def _read_bounded(data: bytes, file: str, limit: int) -> pa.Table:
    source = pq.ParquetFile(io.BytesIO(data))
    meta = source.metadata
    if meta.num_rows > limit:
        raise TooManyRows(file, limit)
    unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    if unpacked > LARGEST_UNPACKED:
        raise FileRefused(file, f"it unpacks to {unpacked // 1024 // 1024} MB", "Split it, for example by year.")
    return source.read()


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _write_column(column: pa.ChunkedArray) -> list[str]:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        # nanoseconds say nothing here, and Python's datetime cannot hold them
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    return [write_typed(value) or "" for value in column.to_pylist()]
