"""Columns that a file keeps in pieces: a declared header `First Name + Last Name` is both, with a blank between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from core.local.table import TextTable

_PLUS = " + "


def join_pieces(text: TextTable, columns: Mapping[str, str]) -> TextTable:
    """The table with one more column per declared header that is made of headers of the file.

    columns: our column -> declared header. A header that stands in the file as written is left alone, and so is one
    whose pieces are missing: looking for it then names it.
    """
    for header in columns.values():
        pieces = header.split(_PLUS)
        if len(pieces) > 1 and header not in text.headers and all(piece in text.headers for piece in pieces):
            text = _add_column(text, header, [text.headers.index(piece) for piece in pieces])
    return text


def _add_column(text: TextTable, header: str, positions: list[int]) -> TextTable:
    joined = text.cells[positions[0]]
    for position in positions[1:]:
        joined = joined.str.strip() + " " + text.cells[position].str.strip()
    cells = text.cells.assign(joined=joined.str.strip())
    cells.columns = pd.RangeIndex(len(cells.columns))
    kinds = None if text.kinds is None else text.kinds + "s"
    return replace(text, headers=(*text.headers, header), cells=cells, kinds=kinds)
