"""Matching: which records of two lists are the same client, person, kind of work or task.

Two frames go in, a frame of scored pairs comes out; nothing else is read or written. The way of one list: rows become
records (`records`, `parse`), rare words and keys find candidates (`candidates`), each candidate is compared
(`features`, `people`, `work`, `staff`), the evidence is weighed (`weigh`), the whole list is settled one-to-one
(`assign`), and every pair says why (`explain`). Inside this room the two lists are called left and right, because the
algorithm knows no sides.

Bands: certain (score 0.99 and more, no rival), likely (0.8), possible (0.3), tie (another partner fits about as well,
whatever the score). A record without a row has no partner.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

import pandas as pd

from .engine import MATCH_COLUMNS, compare_lists, explain_pair, rank_pairs, score_pairs
from .explain import Part
from .files import match_files, read_list, write_matches
from .kinds import KINDS, UnknownKind, choose_method
from .progress import Progress, say_nothing
from .records import KNOWN_COLUMNS
from .weigh import read_model

__all__ = [
    "KINDS",
    "KNOWN_COLUMNS",
    "MATCH_COLUMNS",
    "UnknownKind",
    "compare_pair",
    "match",
    "match_files",
    "read_list",
    "write_matches",
]


def match(
    kind: str,
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    rejected: Set[tuple[str, str]] = frozenset(),
    per_left: int = 5,
    year_end_month: int = 6,
    on_progress: Progress = say_nothing,
) -> pd.DataFrame:
    """Propose partners in `right` for the records of `left`.

    kind: clients, staff, processes or tasks. left, right: one row per record, index the unique id, column name and
    any of KNOWN_COLUMNS; other columns are ignored. rejected: pairs (left id, right id) that never come back.
    year_end_month: last month of the practice's financial year, by which the periods of tasks are read.

    One row per pair, sorted by the order of left and by rank (1 is best), at most `per_left` per left record; `score`
    is the chance, 0 to 1, that the pair is the same; `explanation` is a sentence and `parts` its lines, whose weights
    (log-odds) add up to the score. A left record without partner has no row; no row at all when a list is empty.
    `on_progress` hears the share done, 0 to 1. Raises UnknownKind.
    """
    method = choose_method(kind, year_end_month)
    pairs = compare_lists(method, left, right, rejected, on_progress)
    name = method.model(pairs.left_records, pairs.right_records)
    evidence = read_model(name)
    scored = score_pairs(method, pairs, evidence, read_model(f"{name}_outcome"))
    found = rank_pairs(method, left, right, pairs, scored, evidence, per_left)
    on_progress(1.0)
    return found


def compare_pair(kind: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> list[Part]:
    """The lines of one pair for a side-by-side view: dicts of part, left, right, verdict and weight.

    left, right: rows of the lists as mappings or Series. The weights are those of the pair seen alone, without the
    rarity of words and the rivals that only whole lists can show.
    """
    return explain_pair(choose_method(kind), _texts(left), _texts(right))


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(column): "" if value is None or value != value else str(value)
        for column, value in row.items()
        if column in ("name", *KNOWN_COLUMNS)
    }
