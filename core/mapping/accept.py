"""Which proposals may be accepted without a person looking at each: those of one band that stand in nobody's way."""

from __future__ import annotations

import pandas as pd

from core.model import Band, Kind

#: Kinds in which one XPM record may be the partner of several local ones: work of many tasks lands on one job task.
SHARED = frozenset({Kind.PROCESS, Kind.TASK})
#: Bands whose proposals claim their XPM record against others.
_CLAIMING = (Band.CERTAIN, Band.LIKELY)


def choose_certain(kind: Kind, proposals: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The best proposals in the band certain for local records nobody has decided about.

    proposals: columns local_id, rank, xpm_id, score, band, explanation. decisions: index local id, xpm_id.
    For clients and staff an XPM record that is taken already, or that two of these proposals claim, is left for a
    person. Same columns, no rows when nothing qualifies.
    """
    return _choose(kind, Band.CERTAIN, (Band.CERTAIN,), proposals, decisions)


def choose_band(kind: Kind, band: Band, proposals: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The same for any band: an XPM record that a certain or a likely proposal of another record claims is left too."""
    return _choose(kind, band, (band, *_CLAIMING), proposals, decisions)


def _choose(
    kind: Kind, band: Band, claiming: tuple[Band, ...], proposals: pd.DataFrame, decisions: pd.DataFrame
) -> pd.DataFrame:
    best = proposals[proposals["rank"].eq(1) & proposals["band"].isin(claiming)]
    best = best[~best["local_id"].isin(decisions.index)]
    chosen = best["band"].eq(band)
    if kind not in SHARED:
        chosen &= ~best["xpm_id"].isin(decisions["xpm_id"]) & ~best["xpm_id"].duplicated(keep=False)
    return best[chosen]
