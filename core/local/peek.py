"""A look at the files before their columns are settled: headers, first rows as text, and what each column might be."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.local.columns import ColumnProposal, ColumnsRefused, find_columns, name_apart, propose_columns, sign_headers
from core.local.config import SourceConfig
from core.local.folder import find_tables, read_folder
from core.local.joined import join_pieces
from core.local.sql import read_database
from core.local.table import TextTable


@dataclass(frozen=True)
class Peek:
    """One file or query of one table.

    rows: the first rows as text, index line, columns the headers (a doubled header gets its position behind it).
    found: our column -> header as a load would take it; empty, with the reason in `refused`, when it would refuse.
    proposals: what to offer for confirming, surest first; confirmed ones are remembered under `signature`.
    """

    table: str
    file: str
    signature: str
    rows: pd.DataFrame
    found: dict[str, str]
    refused: str
    proposals: list[ColumnProposal]
    notes: list[str]


def peek_source(config: SourceConfig, *, rows: int = 20) -> list[Peek]:
    """Look at every file of the configuration, one Peek each, in the order of the tables.

    Raises what reading the files raises (FileRefused, FileAsks, OutsideFailed), but nothing about columns.
    """
    if config.type == "sql":
        texts = read_database(config)
    else:
        config = find_tables(config)
        texts = read_folder(config)
    return [
        _peek(join_pieces(text, config.tables[table].columns), table, config, rows)
        for table, parts in texts.items()
        for text in parts
    ]


def _peek(text: TextTable, table: str, config: SourceConfig, rows: int) -> Peek:
    first = text.cells.head(rows).copy()
    first.columns = pd.Index(name_apart(text.headers), dtype="str")
    found, refused = _find(text, table, config)
    signature, proposals = sign_headers(text.headers), propose_columns(text.headers, table)
    return Peek(table, text.file, signature, first, found, refused, proposals, list(text.notes))


def _find(text: TextTable, table: str, config: SourceConfig) -> tuple[dict[str, str], str]:
    try:
        found = find_columns(text.headers, table, config.tables[table], text.file, config.remembered)
    except ColumnsRefused as refused:
        return {}, str(refused)
    return {column: text.headers[position] for column, position in found.items()}, ""
