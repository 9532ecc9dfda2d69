"""The cost table between a draft and an editable grid: rows of text by line key, and a grid's edits read back.

A grid tells its edits by row position within the rows it was given. They are turned into line keys here, at once, so
that nothing else ever meets a position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd

from core.jobs.draft import CostLine, JobDraft

#: The columns of the grid. Numbers are text there: what was typed is judged here, not bent by a browser.
GRID_COLUMNS = ["date", "description", "code", "billable", "quantity", "unit_cost", "unit_price", "note"]
_KEPT = ("xpm_id", "brought")


@dataclass(frozen=True)
class EditedTable:
    """A grid after its edits: `rows` by line key as `read_costs` takes them, and the keys of the rows taken out."""

    rows: dict[str, dict[str, Any]]
    removed: tuple[str, ...]


def make_grid(lines: Sequence[CostLine]) -> pd.DataFrame:
    """The lines as rows of a grid: index line key, GRID_COLUMNS, xpm_id and brought; numbers as text."""
    rows = {line.key: _make_row(line) for line in lines}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=[*GRID_COLUMNS, "xpm_id", "brought"])
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    frame["billable"] = frame["billable"].astype("bool")
    for name in set(frame.columns) - {"date", "billable", "brought"}:
        frame[name] = frame[name].astype("str")
    return frame.rename_axis("key")


def _make_row(line: CostLine) -> list[Any]:
    written = {"quantity": write_number(line.quantity)}
    written |= {name: write_money(getattr(line, name)) for name in ("unit_cost", "unit_price")}
    return [written.get(name, getattr(line, name)) for name in (*GRID_COLUMNS, *_KEPT)]


def write_number(number: Decimal) -> str:
    """A number as a person would type it, without trailing zeros."""
    return f"{number.normalize():f}"


def write_money(amount: Decimal) -> str:
    """An amount as a person would type it, with its cents; finer ones keep all their decimals."""
    text = write_number(amount)
    return text if len(text.partition(".")[2]) > 2 else f"{amount:.2f}"


def apply_edits(grid: pd.DataFrame, edits: Mapping[str, Any], new_key: str) -> EditedTable:
    """The grid's rows with a grid widget's edits: edited_rows by position, added_rows, deleted_rows by position.

    new_key: what the keys of added rows begin with; they are numbered behind it. Positions beyond the grid are ignored.
    """
    keys = [str(key) for key in grid.index]
    rows: dict[str, dict[str, Any]] = dict(zip(keys, grid.to_dict("records"), strict=True))
    for position, changes in (edits.get("edited_rows") or {}).items():
        if int(position) < len(keys):
            rows[keys[int(position)]] |= changes
    removed = [keys[int(position)] for position in edits.get("deleted_rows") or () if int(position) < len(keys)]
    kept = {key: row for key, row in rows.items() if key not in removed}
    added = {f"{new_key}-{n}": dict(row) for n, row in enumerate(edits.get("added_rows") or (), 1)}
    return EditedTable(kept | added, tuple(removed))


def take_lines(draft: JobDraft, lines: Sequence[CostLine], removed: Sequence[str], marked: Sequence[str]) -> JobDraft:
    """The draft with the table's present lines.

    removed: keys taken out; what a template brings is remembered as removed, since XPM cannot leave it out. marked:
    keys of lines with a cell that cannot be read; those keep what the draft had, until they are corrected.
    """
    had = {line.key: line for line in draft.costs}
    held = {line.key: line for line in lines} | {key: had[key] for key in marked if key in had}
    order = [*[key for key in had if key in held], *[key for key in held if key not in had]]
    gone = {line.key: line for line in draft.removed}
    gone |= {key: had[key] for key in removed if key in had and had[key].brought}
    back = tuple(line for key, line in gone.items() if key not in held)
    return replace(draft, costs=tuple(held[key] for key in order), removed=back)
