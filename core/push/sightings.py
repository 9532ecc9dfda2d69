"""What XPM shows of the days of a plan: work that may be there already holds a timesheet, other work is a warning."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.model import Reason
from core.push.lookalikes import find_lookalikes, find_over_days
from core.push.recorded import Recorded
from core.push.settings import PushSettings

_SHEET = {"xpm_staff_id": "staff_id", "job_task_id": "task_id", "sent_minutes": "minutes"}
_DRAFT = ["group_key", "xpm_staff_id", "date", "job", "job_task_id", "sent_minutes", "day_minutes"]
_JOB_DAY = ["staff_id", "date", "job"]


def hold_lookalikes(
    rows: pd.DataFrame, fresh: np.ndarray, times: pd.DataFrame, recorded: Recorded, settings: PushSettings
) -> None:
    """Give entries whose timesheet looks like time already in XPM their reason; fill looks_like and warning.

    fresh: which rows would go to XPM for the first time. times: XPM_FRAMES times of at least the days of these rows.
    What a person judged as separate work goes on.
    """
    rows["looks_like"], rows["warning"] = "", ""
    unjudged = fresh & ~rows["choice"].isin(("separate_work", "send_again")).to_numpy(dtype=bool)
    drafts = _draft_sheets(rows.loc[fresh, _DRAFT])
    place = drafts.index.get_indexer(rows.loc[unjudged, "group_key"])
    drafts = drafts.iloc[np.unique(place)]
    if drafts.empty or times.empty:
        return
    times = times[times["date"].isin(drafts["date"].unique())]
    foreign = times[_are_strange(times.index, recorded)]
    alike = find_lookalikes(drafts, foreign)
    over = find_over_days(drafts, times, drafts["day_minutes"], settings.over_day_tolerance)
    reasons = np.select([alike.ne(""), over], [Reason.LOOKS_EQUAL.value, Reason.OVER_DAY_TOTAL.value], default="")
    # Each entry finds its timesheet by its place among those that are left.
    of = np.searchsorted(np.unique(place), place)
    for column, values in (("looks_like", alike.to_numpy()), ("reason", reasons), ("warning", _warn(drafts, foreign))):
        filled = rows[column].to_numpy(dtype="object", copy=True)
        filled[unjudged] = values[of]
        rows[column] = filled


def _draft_sheets(rows: pd.DataFrame) -> pd.DataFrame:
    """The timesheets these entries (columns _DRAFT) would make, index group key."""
    drafts = rows.rename(columns=_SHEET)
    if drafts["group_key"].is_unique:
        return drafts.set_index("group_key")
    sums = drafts.groupby("group_key", sort=False)["minutes"].sum()
    return drafts.drop_duplicates("group_key").set_index("group_key").assign(minutes=sums)


def _are_strange(uuids: pd.Index, recorded: Recorded) -> np.ndarray:
    """Which of these timesheets are not ours."""
    known = recorded.elsewhere.union(recorded.entries["remote_uuid"].tolist())
    return np.array([uuid not in known for uuid in uuids.tolist()], dtype=bool)


def _warn(drafts: pd.DataFrame, foreign: pd.DataFrame) -> np.ndarray:
    """What else XPM holds of each draft's person, day and job, in words; empty text for nothing."""
    typed = foreign.groupby(_JOB_DAY)["minutes"].sum()
    found = np.full(len(drafts), "", dtype="object")
    if typed.empty:
        return found
    minutes = typed.reindex(pd.MultiIndex.from_frame(drafts[_JOB_DAY])).to_numpy()
    there = ~np.isnan(minutes)
    found[there] = [f"XPM holds {int(one)} other minutes of that day on this job." for one in minutes[there]]
    return found
