"""Which entries make one timesheet, and how many minutes each brings to it.

One timesheet per entry, or one per person, day, job task and billable flag. A timesheet that was once on its way keeps
its entries: what is recorded later for the same place makes another one, or joins it by an update where the practice
wants one line a day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.model import Reason
from core.push.edited import read_wish
from core.push.marker import entry_key
from core.push.rounding import share_minutes
from core.push.settings import PushSettings

#: States of a bundle that surely is not in XPM and may be sent.
WAITING = ("ready", "held", "rejected", "excluded")


#: What entries of one timesheet share, and how its key begins.
_SHARED = "day:"
_PLACE = ["xpm_staff_id", "date", "job", "job_task_id", "billable"]


def gather_entries(rows: pd.DataFrame, in_xpm: np.ndarray, settings: PushSettings) -> None:
    """Fill `group_key` and `sent_minutes`, and the reason of entries that round to nothing.

    rows: as assign_standings has them, with reason and change; in_xpm: which of them XPM has or may have. group_key is
    empty for what does not go now; sent_minutes are the minutes an entry has in XPM, or would have, else 0.
    """
    fresh = rows["reason"].eq("").to_numpy(dtype=bool) & ~in_xpm
    anchored = _is_anchored(rows, fresh)
    keys = np.where(in_xpm | anchored, rows["ledger_key"].to_numpy(dtype="object"), "")
    rest = fresh & ~anchored
    keys[rest] = _make_keys(rows.loc[rest, _PLACE], settings)
    if settings.merging != "none" and anchored.any():
        # A timesheet on its way is not changed any more; what comes later for its place waits for the next plan.
        keys[rest & np.isin(keys, np.unique(keys[anchored]))] = ""
    rows["group_key"] = keys
    rows["sent_minutes"] = _share(rows, fresh, in_xpm, anchored, settings)
    lost = fresh & rows["sent_minutes"].eq(0).to_numpy()
    if lost.any():
        rows.loc[lost, ["reason", "group_key"]] = Reason.ROUNDS_TO_NOTHING.value, ""
    # An update to no minutes at all is none; the difference stays for a person.
    rows.loc[rows["change"].eq("update") & rows["sent_minutes"].eq(0), "change"] = ""


def _is_anchored(rows: pd.DataFrame, fresh: np.ndarray) -> np.ndarray:
    """Which fresh entries belong to a bundle that was tried before, or that a run has queued, and still fit into it."""
    known = rows["state"].isin(WAITING) & rows["ledger_key"].ne("")
    queued = rows["state"].eq("ready") & rows["run"].ne("")
    anchored = np.asarray(known & (rows["attempts"].gt(0) | queued), dtype=bool) & fresh
    shared = anchored & rows["ledger_key"].str.startswith(_SHARED).to_numpy(dtype=bool)
    if shared.any():
        here = rows.loc[shared, ["ledger_key", "bundle_id", "run"]]
        fits = here["ledger_key"].to_numpy() == make_day_keys(rows.loc[shared, _PLACE])
        # Of several that wait for one place, one goes at a time.
        first = here[fits].sort_values(["run", "bundle_id"], ascending=[False, True]).drop_duplicates("ledger_key")
        anchored[shared] = fits & here["bundle_id"].isin(first["bundle_id"]).to_numpy()
    return np.asarray(anchored, dtype=bool)


def _make_keys(rows: pd.DataFrame, settings: PushSettings) -> np.ndarray:
    if settings.merging == "none":
        return np.asarray((entry_key("") + rows.index).to_numpy(dtype="object"))
    return make_day_keys(rows)


def make_day_keys(rows: pd.DataFrame) -> np.ndarray:
    """The key of the timesheet that all entries of a person, day, job, task and billable flag share."""
    days = np.datetime_as_string(rows["date"].to_numpy().astype("datetime64[D]"))
    facts = (rows["xpm_staff_id"], days, rows["job"], rows["job_task_id"], rows["billable"].astype("int64"))
    keys = [f"{_SHARED}{who}|{day}|{job}|{task}|{flag}" for who, day, job, task, flag in zip(*facts, strict=True)]
    return np.array(keys, dtype="object")


def _share(
    rows: pd.DataFrame, fresh: np.ndarray, in_xpm: np.ndarray, anchored: np.ndarray, settings: PushSettings
) -> np.ndarray:
    minutes, held = rows["minutes"].to_numpy(), rows["xpm_minutes"].to_numpy()
    same = rows["sealed_minutes"].to_numpy() == minutes
    # Updated entries keep their share unless their own minutes changed; queued ones were rounded when they were queued.
    again = rows["change"].eq("update").to_numpy(dtype=bool) & ~same
    queued = _find_queued_shares(rows, again)
    held, again = np.where(queued >= 0, queued, held), again & (queued < 0)
    kept = (in_xpm & ~again) | (anchored & same & rows["sent_hash"].eq(rows["content_hash"]).to_numpy(dtype=bool))
    taken = fresh | in_xpm
    shares = np.where(kept, held, np.where(taken, minutes, 0))
    if settings.rounds.is_off:
        return np.asarray(shares)
    # What stays as it was sent counts where XPM has it; everything else where it would go.
    stays = in_xpm & rows["change"].ne("update").to_numpy(dtype=bool)
    some = rows.loc[taken, ["start", "minutes"]]
    some["date"] = rows["sent_date"].where(stays, rows["date"])[taken]
    some["staff_id"] = rows["sent_staff"].where(stays, rows["xpm_staff_id"])[taken]
    some["sent"] = np.where(kept, held, np.nan)[taken]
    shares[taken] = share_minutes(some, settings.rounds).to_numpy()
    return np.asarray(shares)


def _find_queued_shares(rows: pd.DataFrame, again: np.ndarray) -> np.ndarray:
    """The share each entry has in the change a run has queued for its timesheet; -1 where there is none for it."""
    asked = again & rows["desired"].ne("").to_numpy(dtype=bool)
    shares = np.full(len(rows), -1)
    columns = ["desired", "content_hash", "minutes"]
    facts = zip(rows.index[asked], *(rows.loc[asked, name] for name in columns), strict=True)
    shares[asked] = [_find_queued_share(str(entry_id), *values) for entry_id, *values in facts]
    return shares


def _find_queued_share(entry_id: str, desired: str, content: str, minutes: int) -> int:
    wish = read_wish(desired, entry_id)
    same = (wish.get("content_hash"), wish.get("minutes")) == (content, minutes)
    return int(wish["sent_minutes"]) if same else -1
