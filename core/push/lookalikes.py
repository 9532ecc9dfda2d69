"""Time that people typed into XPM themselves: is it the work we are about to send?

Two questions, asked of the last sync when standings are derived and of a fresh list right before a push. Neither
looks at markers of rows it is given, so they also catch copies whose marker somebody removed.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np
import pandas as pd

GROUP = ["staff_id", "date", "job", "task_id"]
DAY = ["staff_id", "date"]

#: No calendar day takes more, whatever was recorded.
DAY_MINUTES = 24 * 60
#: Above this many hand-typed rows in one group only single rows and the whole sum are compared.
_SUBSET_ROWS = 8


def find_lookalikes(drafts: pd.DataFrame, foreign: pd.DataFrame) -> pd.Series:
    """Ids of foreign timesheets that may be the same work, joined by comma; empty text when there are none.

    drafts:  what would be sent: staff_id, date, job, task_id, minutes; any unique index, kept.
    foreign: XPM timesheets that are not ours, index their id, the same columns.

    Same work may be one row of equal minutes, or several rows of the same person, day, job and task whose sum is
    equal.
    """
    wanted, there = _number_groups(drafts, foreign)
    near = np.isin(there, wanted)
    groups: dict[int, list[tuple[str, int]]] = defaultdict(list)
    typed = zip(there[near].tolist(), foreign.index[near], foreign["minutes"][near].tolist(), strict=True)
    for group, uuid, minutes in typed:
        groups[group].append((uuid, minutes))
    sent = zip(wanted.tolist(), drafts["minutes"].tolist(), strict=True)
    found = [",".join(_same_work(groups[group], minutes)) if group in groups else "" for group, minutes in sent]
    return pd.Series(found, index=drafts.index, dtype="object")


def _number_groups(drafts: pd.DataFrame, foreign: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """A number per row of either frame, equal for the same person, day, job and task."""
    both = pd.concat([drafts[GROUP], foreign[GROUP]])
    numbers = both.groupby(GROUP, sort=False, dropna=False).ngroup().to_numpy()
    return numbers[: len(drafts)], numbers[len(drafts) :]


def _same_work(rows: list[tuple[str, int]], minutes: int) -> list[str]:
    equal = [uuid for uuid, typed in rows if typed == minutes]
    if equal:
        return equal
    sizes = range(2, len(rows) + 1) if len(rows) <= _SUBSET_ROWS else [len(rows)]
    for size in sizes:
        for some in combinations(rows, size):
            if sum(typed for _, typed in some) == minutes:
                return [uuid for uuid, _ in some]
    return []


def find_over_days(drafts: pd.DataFrame, in_xpm: pd.DataFrame, local_day: pd.Series, tolerance: int) -> np.ndarray:
    """Whether XPM's total of each draft's person and day would exceed what was recorded, or the day itself.

    drafts:    staff_id (XPM's), date, minutes. in_xpm: XPM timesheets already there, ours and foreign, same columns.
    local_day: minutes recorded locally that day for that person, one value per draft (all entries, also excluded).
    """
    planned = drafts.groupby(DAY)["minutes"].transform("sum").to_numpy()
    there = in_xpm.groupby(DAY)["minutes"].sum()
    already = there.reindex(pd.MultiIndex.from_frame(drafts[DAY])).fillna(0).to_numpy(dtype="int64")
    total = planned + already
    return np.asarray((total > local_day.to_numpy() + tolerance) | (total > DAY_MINUTES), dtype=bool)
