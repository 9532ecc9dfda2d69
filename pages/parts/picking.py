"""Picking rows of a table by their ids, never by their places.

A grid's selection is kept by row position under its key. A key that contains a fingerprint of the ids shown makes any
other list of rows another grid, so that nothing ticked in one list can be taken for a row of the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
import streamlit as st

PAGE_ROWS = 100


def fingerprint(ids: pd.Index) -> str:
    """A short name of these ids in this order."""
    return hashlib.sha256("\x1f".join(map(str, ids)).encode()).hexdigest()[:12]


def show_page(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows of the page chosen below the table; all rows when one page holds them. Call it before the table."""
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    if pages == 1:
        return rows
    chosen = st.pagination(pages, key=f"{key} page {fingerprint(rows.index)}")
    return rows.iloc[(chosen - 1) * PAGE_ROWS : chosen * PAGE_ROWS]


def pick_rows(
    shown: pd.DataFrame,
    key: str,
    columns: Mapping[str, Any],
    *,
    height: int | Literal["auto", "content"] = "auto",
    alt: str,
) -> list[str]:
    """Show a table whose rows can be ticked; the ids of the ticked ones, all of them among `shown`.

    shown: index the stable ids, its columns as they are to be seen, in the order of `columns` (column configuration).
    """
    event = st.dataframe(
        shown,
        key=grid_key(key, shown),
        hide_index=True,
        column_order=list(columns),
        column_config=dict(columns),
        on_select="rerun",
        selection_mode="multi-row",
        height=height,
        placeholder="",
        alt=alt,
    )
    places = [place for place in event["selection"]["rows"] if place < len(shown)]
    return [str(one) for one in shown.index[places]]


def grid_key(key: str, shown: pd.DataFrame) -> str:
    """The key of the grid that shows these rows."""
    return f"{key} {fingerprint(shown.index)}"
