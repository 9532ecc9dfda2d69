"""Which proposals may be accepted without a person: the certain ones, and nothing that stands in each other's way."""

from __future__ import annotations

import pandas as pd

from core.model import Band, Kind

#: Kinds in which one XPM record may be the partner of several local ones: work of many tasks lands on one job task.
SHARED = frozenset({Kind.PROCESS, Kind.TASK})


def choose_certain(kind: Kind, proposals: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The best proposals in the band certain for local records nobody has decided about.

    proposals: columns local_id, rank, xpm_id, score, band, explanation. decisions: index local id, xpm_id.
    For clients and staff an XPM record that is taken already, or that two of these proposals claim, is left for a
    person. Same columns, no rows when nothing qualifies.
    """
    best = proposals[proposals["rank"].eq(1) & proposals["band"].eq(Band.CERTAIN)]
    best = best[~best["local_id"].isin(decisions.index)]
    if kind in SHARED:
        return best
    taken = best["xpm_id"].isin(decisions["xpm_id"]) | best["xpm_id"].duplicated(keep=False)
    return best[~taken]
