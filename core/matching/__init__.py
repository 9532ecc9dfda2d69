"""Matching: which records of two lists are the same client, person, kind of work or task.

Two frames go in, frames of scored pairs and of records come out; nothing else is read or written. Inside this room the
two lists are called left and right, because the algorithm knows no sides. The way of a list, and the modules of each
step in the order in which to read them:

1. Rows become typed records: `records`, then for names `parse`, which stands on `normalise`, `asides` (trustees and
   remarks behind a name), `cuts` (names a system cut off), `forms` (legal forms), `persons` and `knowledge` (tables in
   data/); `identifiers` reads numbers, `periods` and `trade` the names of work.
2. Candidates, without comparing everything: `traits` and `vocabulary`, `candidates`, and `glance`, which drops the
   hopeless ones.
3. Each candidate is compared (`features`, `doubts`, `alignment`, `people`, `keys`; `staff`; `work`) and the evidence
   weighed by fitted weights (`weigh`, `client_bins`; `fit` and `fit_glance` make them).
4. The whole list is settled one-to-one (`assign`, `decided`, `rivals`), ranked and put into bands (`rank`).
5. Every pair says why: `explain`, `parts`, `client_lines`, `apart`, `alone`, `whatif`.
6. Decisions come back: `learn` (`lessons`, `shifts`, `threshold`, `learned`, `describe`) moves a practice's weights,
   `again` (`kept`, `surroundings`) renews what one decision touched.

`engine` runs 1 to 3, `method` and `kinds` say how clients, staff, processes and tasks differ, `parallel` shares
long work among processes, and `files` (`grids`, `headings`) is `tieout match`.

Bands: certain (score 0.99 and more, no rival), likely (0.8), possible (0.3), tie (another partner fits about as well,
whatever the score). A record without a row has no partner.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from .again import Renewed, propose_again
from .alone import explain_pair
from .decided import drop_rejected, pin_links
from .engine import compare_lists, score_pairs
from .explain import Part
from .files import match_files, read_list, write_matches
from .kept import Kept, keep_pairs
from .kinds import KINDS, UnknownKind, choose_method
from .learned import SHIPPED_CERTAIN, Learned
from .parallel import collect_later
from .progress import Progress, say_nothing
from .rank import MATCH_COLUMNS, RECORD_COLUMNS, list_records, rank_pairs
from .records import KNOWN_COLUMNS
from .surroundings import Decisions, Surroundings
from .weigh import read_model

__all__ = [
    "KINDS",
    "KNOWN_COLUMNS",
    "MATCH_COLUMNS",
    "RECORD_COLUMNS",
    "Decisions",
    "Kept",
    "Learned",
    "Matched",
    "Renewed",
    "Surroundings",
    "UnknownKind",
    "compare_pair",
    "match",
    "match_files",
    "match_lists",
    "propose_again",
    "read_list",
    "write_matches",
]


@dataclass(frozen=True)
class Matched:
    """What matching two lists found.

    pairs: one row per pair, columns MATCH_COLUMNS, see `match`. records: one row per left record in the order of the
    list, index left id, columns RECORD_COLUMNS, see `rank.list_records`. kept: from which `propose_again` proposes anew
    after a decision.
    """

    pairs: pd.DataFrame
    records: pd.DataFrame
    kept: Kept


@collect_later()
def match_lists(
    kind: str,
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    rejected: Set[tuple[str, str]] = frozenset(),
    linked: Mapping[str, str] = MappingProxyType({}),
    learned: Learned | None = None,
    per_left: int = 5,
    year_end_month: int = 6,
    with_parts: bool = True,
    workers: int = 1,
    on_progress: Progress = say_nothing,
) -> Matched:
    """Propose partners in `right` for the records of `left`, and say what became of each of them.

    kind: clients, staff, processes or tasks. left, right: one row per record, index the unique id, column name and
    any of KNOWN_COLUMNS; other columns are ignored. rejected: pairs (left id, right id) that never come back.
    learned: what the practice's own decisions changed, None for the weights as shipped.
    year_end_month: last month of the practice's financial year, by which the periods of tasks are read.
    linked: left id -> right id of the links that stand. A linked left record has no rows and is nobody's rival, its
    partner is held against all others, and records that repeat it are still found.
    with_parts: False leaves the column `parts` empty, which takes a fraction of the time.
    workers: processes that long lists are shared among; the result is the same.
    `on_progress` hears the share done, 0 to 1. Raises UnknownKind.
    """
    method = choose_method(kind, year_end_month)
    pairs = compare_lists(method, left, right, on_progress, workers)
    name = method.model(pairs.left_records, pairs.right_records)
    evidence = read_model(name) if learned is None else learned.adapt(name, read_model(name))[0]
    certain = SHIPPED_CERTAIN if learned is None else learned.certain
    pairs, kept = keep_pairs(kind, name, pairs, evidence)
    pairs = drop_rejected(pairs, left.index, right.index, rejected)
    pairs = pin_links(pairs, left.index, right.index, linked)
    scored = score_pairs(method, pairs, evidence, read_model(f"{name}_outcome"))
    found = rank_pairs(method, left, right, pairs, scored, evidence, per_left, certain, with_parts, workers)
    on_progress(1.0)
    return Matched(found, list_records(left, pairs, scored), kept)


def match(
    kind: str,
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    rejected: Set[tuple[str, str]] = frozenset(),
    linked: Mapping[str, str] = MappingProxyType({}),
    learned: Learned | None = None,
    per_left: int = 5,
    year_end_month: int = 6,
    with_parts: bool = True,
    workers: int = 1,
    on_progress: Progress = say_nothing,
) -> pd.DataFrame:
    """The pairs of `match_lists`.

    One row per pair, sorted by the order of left and by rank (1 is best), at most `per_left` per left record; `score`
    is the chance, 0 to 1, that the pair is the same; `explanation` is a sentence and `parts` its lines, whose weights
    (log-odds) add up to the score. A left record without partner has no row; no row at all when a list is empty.
    """
    return match_lists(
        kind,
        left,
        right,
        rejected=rejected,
        linked=linked,
        learned=learned,
        per_left=per_left,
        year_end_month=year_end_month,
        with_parts=with_parts,
        workers=workers,
        on_progress=on_progress,
    ).pairs


def compare_pair(kind: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> list[Part]:
    """The lines of one pair for a side-by-side view: dicts of part, left, right, verdict and weight.

    left, right: rows of the lists as mappings or Series. The weights add up to the score of the pair seen alone,
    without the rarity of words and the rivals that only whole lists can show.
    """
    return explain_pair(choose_method(kind), _texts(left), _texts(right))


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(column): "" if value is None or value != value else str(value)
        for column, value in row.items()
        if column in ("name", *KNOWN_COLUMNS)
    }
