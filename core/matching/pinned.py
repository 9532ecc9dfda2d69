"""Links that stand already: their left records are settled, their right records are held against everybody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from .engine import Pairs
from .method import Method


def pin_links(method: Method, pairs: Pairs, left: pd.Index, right: pd.Index, linked: Mapping[str, str]) -> Pairs:
    """The pairs with every linked left record (left id -> right id) down to the pair of its link.

    A link that was no candidate is compared and added; one whose right record is not in the list takes all pairs of
    its left record away. Links of left records that are not in the list are ignored.
    """
    mine = left.get_indexer(list(linked)) if linked else np.empty(0, dtype=np.int64)
    mine, theirs = mine[mine >= 0], right.get_indexer(list(linked.values()))[mine >= 0] if linked else mine
    if not len(mine):
        return pairs
    partner = np.full(len(left), -2)
    partner[mine] = theirs
    settled = partner[pairs.left] != -2
    pinned = partner[pairs.left] == pairs.right
    keep = ~settled | pinned
    met = np.zeros(len(left), dtype=bool)
    met[pairs.left[pinned]] = True
    new = np.sort(mine[(theirs >= 0) & ~met[mine]])
    return _merge(pairs, keep, pinned, _compare_new(method, pairs, new, partner[new]))


def _compare_new(method: Method, pairs: Pairs, left: np.ndarray, right: np.ndarray) -> Pairs:
    """Pairs of these positions, all of them pinned."""
    values = np.empty((len(left), len(method.features)), dtype=pairs.values.dtype)
    for place, (one, other) in enumerate(zip(left, right, strict=True)):
        values[place] = method.compare(pairs.left_records[one], pairs.right_records[other], pairs.context)
    ones = np.ones(len(left))
    return replace(pairs, left=left, right=right, values=values, ceiling=ones, pinned=ones.astype(bool))


def _merge(pairs: Pairs, keep: np.ndarray, pinned: np.ndarray, new: Pairs) -> Pairs:
    left = np.concatenate([pairs.left[keep], new.left])
    right = np.concatenate([pairs.right[keep], new.right])
    order = np.lexsort((right, left))
    return replace(
        pairs,
        left=left[order],
        right=right[order],
        values=np.concatenate([pairs.values[keep], new.values])[order],
        ceiling=np.concatenate([pairs.ceiling[keep], new.ceiling])[order],
        pinned=np.concatenate([pinned[keep], new.pinned])[order],
    )
