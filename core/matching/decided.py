"""What people decided already: pairs that are ruled out, and links that hold their records against everybody else."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

import numpy as np
import pandas as pd

from .engine import Pairs


def take_pairs(pairs: Pairs, which: np.ndarray) -> Pairs:
    """Some of the pairs, by mask or by positions in ascending order."""
    return replace(
        pairs,
        left=pairs.left[which],
        right=pairs.right[which],
        values=pairs.values[which],
        ceiling=pairs.ceiling[which],
        pinned=pairs.pinned[which],
    )


def drop_rejected(pairs: Pairs, left: pd.Index, right: pd.Index, rejected: Set[tuple[str, str]]) -> Pairs:
    """The pairs without those that were refused, (left id, right id)."""
    if not rejected:
        return pairs
    mine, theirs = (np.array(column) for column in zip(*rejected, strict=True))
    row, column = left.get_indexer(mine), right.get_indexer(theirs)
    known = (row >= 0) & (column >= 0)
    refused = row[known] * len(right) + column[known]
    return take_pairs(pairs, ~np.isin(pairs.left * len(right) + pairs.right, refused))


def pin_links(pairs: Pairs, left: pd.Index, right: pd.Index, linked: Mapping[str, str]) -> Pairs:
    """The pairs with every linked left record (left id -> right id) down to the pair of its link.

    A link that was no candidate is added, with nothing to say about it; one whose right record is not in the list
    takes all pairs of its left record away. Links of left records that are not in the list are ignored.
    """
    if not linked:
        return pairs
    mine, theirs = left.get_indexer(list(linked)), right.get_indexer(list(linked.values()))
    mine, theirs = mine[mine >= 0], theirs[mine >= 0]
    partner = np.full(len(left), -2)
    partner[mine] = theirs
    pinned = partner[pairs.left] == pairs.right
    keep = (partner[pairs.left] == -2) | pinned
    met = np.zeros(len(left), dtype=bool)
    met[pairs.left[pinned]] = True
    new = np.sort(mine[(theirs >= 0) & ~met[mine]])
    return _add_pairs(take_pairs(replace(pairs, pinned=pinned), keep), new, partner[new])


def _add_pairs(pairs: Pairs, left: np.ndarray, right: np.ndarray) -> Pairs:
    """The pairs and these pinned ones, in order."""
    count = len(left)
    left, right = np.concatenate([pairs.left, left]), np.concatenate([pairs.right, right])
    silent = np.full((count, pairs.values.shape[1]), np.nan, dtype=pairs.values.dtype)
    grown = replace(
        pairs,
        left=left,
        right=right,
        values=np.concatenate([pairs.values, silent]),
        ceiling=np.append(pairs.ceiling, np.ones(count)),
        pinned=np.append(pairs.pinned, np.ones(count, dtype=bool)),
    )
    return take_pairs(grown, np.lexsort((right, left))) if count else pairs
