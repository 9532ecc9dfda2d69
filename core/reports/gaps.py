"""Missing timesheets: by staff member and day, what was recorded here, what of it XPM holds, and what it lacks.

A working day on which somebody recorded nothing is a gap too, the one kind that no list of entries can show.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from core.model import Reason, Standing

#: Standings in which recorded time should be in XPM and is not; what is excluded stays here on purpose.
MISSING = (Standing.READY, Standing.WAITING, Standing.IN_DOUBT, Standing.DRAFT, Standing.UNREADABLE)
NOTHING = "nothing recorded"
#: XPM holds it, perhaps with other content: that is drift, and no gap.
_THERE = (Standing.SYNCED, Standing.CHANGED)
_COLUMNS = ["date", "staff_id", "recorded", "in_xpm", "missing", "entries", "why"]


def list_missing(standings: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    """The entries dated from `start` to `end`, both included, that should be in XPM and are not; index entry id."""
    rows = standings[standings["standing"].isin(MISSING)]
    return rows[rows["date"].between(pd.Timestamp(start), pd.Timestamp(end))]


def list_gaps(standings: pd.DataFrame, staff: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    """One row per local staff member and day with a gap, oldest first; both ends of the period included.

    standings: of all local time. staff: LOCAL_FRAMES staff. Columns date, staff_id, recorded, in_xpm and missing (local
    minutes), entries (those missing), why (their reasons with counts, or NOTHING). A working day counts from Monday to
    Friday, for people who are active, not excluded, and recorded something before and after it; leave that was
    recorded is no gap.
    """
    rows = standings[standings["date"].between(pd.Timestamp(start), pd.Timestamp(end)) & standings["staff_id"].ne("")]
    missing = rows["standing"].isin(MISSING)
    there = rows["standing"].isin(_THERE)
    marked = rows.assign(
        in_xpm=rows["minutes"].where(there, 0), missing=rows["minutes"].where(missing, 0), lacks=missing.astype("int64")
    )
    days = marked.groupby(["date", "staff_id"], as_index=False).agg(
        recorded=("minutes", "sum"), in_xpm=("in_xpm", "sum"), missing=("missing", "sum"), entries=("lacks", "sum")
    )
    gaps = days[days["entries"].gt(0)].merge(_tell_reasons(rows[missing]), on=["date", "staff_id"], how="left")
    empty = _find_empty_days(rows, staff)
    return pd.concat([gaps, empty])[_COLUMNS].sort_values(["date", "staff_id"], ignore_index=True)


def _tell_reasons(rows: pd.DataFrame) -> pd.DataFrame:
    reasons = rows["reason"].where(rows["reason"].ne(""), rows["standing"])
    counts = rows.assign(reason=reasons).groupby(["date", "staff_id", "reason"], as_index=False)["minutes"].size()
    counts["why"] = counts["reason"] + " (" + counts["size"].astype("str") + ")"
    return counts.groupby(["date", "staff_id"], as_index=False)["why"].agg(", ".join)


def _find_empty_days(rows: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """Working days without any entry, between the first and the last day each active person recorded."""
    active = rows[rows["staff_id"].isin(staff.index[staff["active"]]) & rows["reason"].ne(Reason.EXCLUDED_STAFF)]
    found = []
    for person, days in active.groupby("staff_id")["date"]:
        working = pd.bdate_range(days.min(), days.max(), unit="s")
        empty = working[~working.isin(days)]
        found.append(pd.DataFrame({"date": empty, "staff_id": str(person)}))
    gaps = pd.concat(found) if found else pd.DataFrame({"date": pd.DatetimeIndex([]), "staff_id": []})
    return gaps.assign(recorded=0, in_xpm=0, missing=0, entries=0, why=NOTHING)
