"""Ids that meant other work at the last load: held until a person has looked.

A hold of this kind is kept at the next load too, though the row then equals the one stored: only releasing the id, or
changing the row again, ends it.
"""

from __future__ import annotations

import pandas as pd

from core.local.ids import DERIVED
from core.local.table import show_text
from core.model import Reason

_REUSED = "The id was used for other work before: "
_EDITED = "The row has no id of its own and looks like an edit of "


def hold_reused(times: pd.DataFrame, former: pd.DataFrame, accepted: frozenset[str]) -> pd.DataFrame:
    """The entries with those held that reuse an id for other staff or another date, or look like an edited row.

    times, former: actual times by the contract, of this load and of the last good one. accepted: ids released by a
    person. Rows that are held already keep their first problem.
    """
    held = times.copy()
    sentences = {**_kept(times, former), **_find_reused(times, former), **_find_edited(times, former)}
    for row, sentence in sentences.items():
        if row in accepted:
            continue
        reason = Reason.DOUBLED_ID if sentence.startswith(_REUSED) else Reason.ODD_ENTRY
        if held.at[row, "problem"] == "":
            held.at[row, "problem"] = reason.value
        held.at[row, "problem_sentence"] = f"{held.at[row, 'problem_sentence']} {sentence}".strip()
    return held


def _kept(times: pd.DataFrame, former: pd.DataFrame) -> dict[str, str]:
    """Holds of this kind from the last load whose row has not changed since."""
    marked = former[former["problem_sentence"].str.contains(f"{_REUSED}|{_EDITED}", regex=True)]
    same = marked.index.intersection(times.index)
    same = same[(times.loc[same, "content_hash"] == marked.loc[same, "content_hash"]).to_numpy()]
    return {row: _own_part(marked.at[row, "problem_sentence"]) for row in same}


def _own_part(sentence: str) -> str:
    starts = [at for at in (sentence.find(_REUSED), sentence.find(_EDITED)) if at >= 0]
    return sentence[min(starts) :]


def _find_reused(times: pd.DataFrame, former: pd.DataFrame) -> dict[str, str]:
    both = times.index.intersection(former.index)
    now, then = times.loc[both], former.loc[both]
    other = both[((now["staff_id"] != then["staff_id"]) | (now["date"] != then["date"])).to_numpy()]
    return {
        row: f"{_REUSED}staff {show_text(then.at[row, 'staff_id'])} on {then.at[row, 'date']:%Y-%m-%d}. "
        "Release it if the entry was corrected, or give the new entry its own id."
        for row in other
    }


def _find_edited(times: pd.DataFrame, former: pd.DataFrame) -> dict[str, str]:
    """New derived ids on a staff member's day from which another derived id vanished."""
    new, gone = times[times.index.str.startswith(DERIVED)], former[former.index.str.startswith(DERIVED)]
    new, gone = new[~new.index.isin(gone.index)], gone[~gone.index.isin(new.index)]
    if new.empty or gone.empty:
        return {}
    vanished = {
        (staff, day): minutes for staff, day, minutes in gone[["staff_id", "date", "minutes"]].itertuples(index=False)
    }
    days = list(zip(new["staff_id"], new["date"], strict=True))
    return {
        row: f"{_EDITED}a row of that day with {vanished[day]} minutes that is gone. Release it, or export ids."
        for row, day in zip(new.index, days, strict=True)
        if day in vanished
    }
