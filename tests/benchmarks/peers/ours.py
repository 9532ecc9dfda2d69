"""Our own matching, run and measured as a peer."""

from __future__ import annotations

import pandas as pd

from core.matching import match_lists
from core.matching.parallel import count_cores

from .lists import PAIR_COLUMNS, Lists


def run_ours(lists: Lists, variant: str) -> pd.DataFrame:
    """What `tieout match` does between reading and writing; the variant is the kind."""
    left, right = (side.set_index("id") for side in (lists.left, lists.right))
    pairs = match_lists(variant, left, right, with_parts=False, workers=count_cores()).pairs
    found: pd.DataFrame = pairs.assign(probability=pairs["score"])[PAIR_COLUMNS]
    return found
