"""The period guard: until which day the practice's time is closed for pushing.

A practice closes time by a cut-off date it sets, by itself at the end of each week or month, or both. Grace days keep
a period open for a while after its end. A person may let single entries through, with a reason.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class Close(StrEnum):
    """What closes by itself."""

    NONE = "none"
    WEEK = "week"  # Monday to Sunday
    MONTH = "month"


def find_closed_until(cut_off: date | None, close: Close, grace_days: int, today: date) -> date | None:
    """The last closed day, None when nothing is closed: the later of the cut-off and of the last period that is over.

    A period is closed from the day after its grace: a month with 3 grace days still takes time on the 3rd of the next.
    """
    over = _find_period_end(close, today - timedelta(days=grace_days + 1))
    return max((day for day in (cut_off, over) if day is not None), default=None)


def _find_period_end(close: Close, day: date) -> date | None:
    """The last day of a period that is not after `day`."""
    if close is Close.WEEK:
        return day - timedelta(days=(day.weekday() + 1) % 7)
    if close is Close.MONTH:
        is_last = (day + timedelta(days=1)).day == 1
        return day if is_last else day.replace(day=1) - timedelta(days=1)
    return None
