"""Which proposals may be accepted without a person looking at each: those of one band that stand in nobody's way."""

from __future__ import annotations

import pandas as pd

from core.mapping.belonging import narrow_to
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
    best = proposals[proposals["rank"].eq(1) & proposals["band"].eq(Band.CERTAIN)]
    best = best[~best["local_id"].isin(decisions.index)]
    if kind in SHARED:
        return best
    taken = best["xpm_id"].isin(decisions["xpm_id"]) | best["xpm_id"].duplicated(keep=False)
    return best[~taken]


def choose_band(kind: Kind, band: Band, rows: pd.DataFrame) -> pd.DataFrame:
    """The review rows whose proposal is of this band and may be accepted together with the others of the band.

    rows: from `review_rows`, all of the kind. For clients and staff an XPM record that is linked already, or that
    another certain or likely proposal claims too, is left for a person.
    """
    claims = rows[rows["state"].eq("proposed") & rows["band"].isin((band, *_CLAIMING))]
    chosen = claims["band"].eq(band)
    if kind not in SHARED:
        chosen &= ~claims["proposed_xpm_id"].isin(rows["link_xpm_id"])
        chosen &= ~claims["proposed_xpm_id"].duplicated(keep=False)
    return claims[chosen]


def narrow_rows(rows: pd.DataFrame, group: str, words: str) -> pd.DataFrame:
    """The review rows that hold every one of the words, as plain text, and bear the names of `group`.

    group: as `core.mapping.belonging.write_narrowing` writes it; empty for all rows.
    """
    rows = narrow_to(rows, group)
    texts = rows["name"] + " " + rows["detail"] + " " + rows["xpm_name"]
    held = pd.Series(True, index=rows.index)
    for word in words.split():
        held &= texts.str.contains(word, case=False, regex=False)
    return rows[held]
