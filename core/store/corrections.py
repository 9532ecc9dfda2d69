"""Corrections laid into the rows of the entries they correct.

A correcting timesheet is a bundle of its own beside the invoiced one. Who asks how an entry stands wants one answer:
the invoiced timesheet with all corrections that arrived, or the correction that is still under way.
"""

from __future__ import annotations

import pandas as pd

#: How the group keys of corrections begin, and the content of an entry that is gone.
KEY = "correct:"
_GONE = "gone"
#: The state under which a folded correction stays in the frame, so that its timesheet is known as ours.
FOLDED = "folded"
_REFUSED = "correction_refused"
#: How the keys end of what was put into a new place.
_INTO = "-in"
_PLACE = ["job", "task_id", "staff_id", "date"]

_ARRIVED = ("posted", "confirmed")
_UNSETTLED = ("sending", "unknown", "changing", "drifted", "needs_person")


def fold_corrections(frame: pd.DataFrame) -> pd.DataFrame:
    """LedgerTable.frame with corrections folded into their entries; those are indexed by group key before and after.

    Arrived corrections add their minutes and bring their content; when all of one content arrived, the entry counts
    as sent with it. One in doubt or changed in XPM speaks for its entry until it is settled.
    """
    keys = [key for key in frame.index[frame["group_key"].str.startswith(KEY).to_numpy(dtype=bool)] if key != ""]
    if not keys:
        return frame
    frame = frame.copy()
    of = {key: key.removeprefix(KEY).rpartition("|")[0] for key in keys}
    for entry_id in dict.fromkeys(of.values()):
        if entry_id in frame.index:
            _fold(frame, entry_id, [key for key in keys if of[key] == entry_id])
    frame.loc[keys, "state"] = FOLDED
    return frame


def _fold(frame: pd.DataFrame, entry_id: str, keys: list[str]) -> None:
    parts = frame.loc[keys]
    arrived = parts[parts["state"].isin(_ARRIVED)]
    for name in ("minutes", "sealed_minutes"):
        frame.loc[entry_id, name] += int(arrived[name].sum())
    for content, same in parts.groupby("content_hash", sort=False):
        if same["state"].isin(_ARRIVED).all():
            frame.loc[entry_id, "content_hash"] = content
            if content == _GONE:
                frame.loc[entry_id, "state"] = "retracted"
    moved = arrived[arrived.index.str.endswith(_INTO)]
    if len(moved):
        frame.loc[entry_id, _PLACE] = moved[_PLACE].iloc[-1].tolist()
    refused = parts[parts["state"].eq("rejected")]
    if len(refused):
        frame.loc[entry_id, ["reason", "xpm_words"]] = [_REFUSED, refused["xpm_words"].iloc[-1]]
    open_ones = parts[parts["state"].isin(_UNSETTLED)]
    if len(open_ones):
        names = ["bundle_id", "state", "reason", "remote_uuid", "marker", "xpm_words", "group_key"]
        frame.loc[entry_id, names] = open_ones[names].iloc[-1].tolist()
