"""What is signed of a tie-out, and whether a period still is what was signed.

Signed are both equations with their items, and a digest of every entry and timesheet behind them. A signature is
broken as soon as any of it is another one: not because somebody did wrong, but because the paper no longer tells what
the practice holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import pandas as pd

from core.reports.bridge import LINE_TITLES
from core.reports.tieout import TieOut, show_hours

#: What of the content is compared; the rest says under which circumstances it was signed.
COMPARED = ("tie_out", "xpm", "bridge", "items", "entries", "timesheets")
_TITLES = {"local": "Recorded here", "synced": "In XPM as recorded"}
_XPM_TITLES = {"ours": "Ours in XPM", "by_hand": "Typed by hand in XPM", "total": "XPM's own total"}


class Trust(StrEnum):
    """How far a signature can be relied on."""

    INTACT = "intact"  # the period is still what was signed
    BROKEN = "broken"  # the period's tie-out is another one by now
    ALTERED = "altered"  # the signature itself, or one before it, is not what was written


def describe_signed(tie: TieOut, standings: pd.DataFrame) -> dict[str, Any]:
    """The content to sign. standings: those of the period, index entry id, with date, minutes, standing, reason."""
    items = sorted(
        [str(row.standing), str(row.reason), int(row.entries), int(row.minutes)] for row in tie.items.itertuples()
    )
    parts = tie.bridge.parts
    return {
        "tie_out": tie.minutes,
        "xpm": tie.xpm,
        "bridge": tie.bridge.minutes,
        "items": items,
        "entries": _digest(
            standings.reset_index(), [standings.index.name or "index", "date", "minutes", "standing", "reason"]
        ),
        "timesheets": _digest(parts, ["line", "entry_id", "xpm_time_id", "minutes"]),
    }


def hash_content(content: Mapping[str, Any]) -> str:
    """The sha256 of what is compared, as it is written down."""
    compared = {name: content.get(name) for name in COMPARED}
    return hashlib.sha256(json.dumps(compared, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def tell_changes(signed: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is another one since the signature, one sentence each; empty when everything is as it was signed."""
    if hash_content(signed) == hash_content(now):
        return []
    told = [*_tell(signed, now, "tie_out", _TITLES), *_tell(signed, now, "xpm", _XPM_TITLES)]
    told += _tell(signed, now, "bridge", LINE_TITLES)
    return told or ["The sums are as they were signed, but single entries or timesheets behind them are others."]


def _tell(signed: Mapping[str, Any], now: Mapping[str, Any], part: str, titles: Mapping[str, str]) -> Iterable[str]:
    before, after = signed.get(part, {}), now.get(part, {})
    for name in {**before, **after}:
        was, is_now = int(before.get(name, 0)), int(after.get(name, 0))
        if was != is_now:
            title = titles.get(name, name.replace("_", " ").capitalize())
            yield f"{title}: {show_hours(was)} h signed, {show_hours(is_now)} h now."


def _digest(rows: pd.DataFrame, columns: list[str]) -> str:
    """One hash over rows in whatever order they come."""
    lines = sorted("\x1f".join(map(str, row)) for row in rows[columns].itertuples(index=False))
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()
