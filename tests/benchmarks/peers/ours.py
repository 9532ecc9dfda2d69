"""Our own matching, run and measured as a peer."""

from __future__ import annotations

from collections.abc import Iterator

from core.matching import match_lists

from .lists import Lists, Pair


def run_ours(lists: Lists, variant: str) -> Iterator[Pair]:
    """What `tieout match` does between reading and writing; the variant is the kind."""
    left, right = (side.set_index("id") for side in (lists.left, lists.right))
    found = match_lists(variant, left, right).pairs
    parts = (found[name] for name in ("left_id", "right_id", "score", "band"))
    for left_id, right_id, score, band in zip(*parts, strict=True):
        yield Pair(left_id, right_id, score, score, band)
