"""Time entries into the snapshot, month by month.

Whether XPM's window means the entry's own day or the day it was written is not documented, so each month is asked for
with a margin and entries are sorted into months by their own day.
"""

from __future__ import annotations

from datetime import date, timedelta

from core.xpm import frames
from core.xpm.client import XpmClient
from core.xpm.records import TimeRecord
from core.xpm.snapshot import Snapshot
from core.xpm.transport import AnswerLost, AnswerTooBig

MARGIN = timedelta(days=7)


def list_months(start: date, end: date) -> list[date]:
    """The first days of all months that touch the window, in order; none when it ends before it starts."""
    months, month = [], start.replace(day=1)
    while month <= end:
        months.append(month)
        month = next_month(month)
    return months


def month_part(month: date) -> str:
    """The name of the part that holds this month's time."""
    return f"times:{month:%Y-%m}"


def next_month(month: date) -> date:
    """The first day of the following month."""
    return (month + timedelta(days=32)).replace(day=1)


def read_month(client: XpmClient, snapshot: Snapshot, month: date, seen: dict[str, TimeRecord]) -> int:
    """Read one month and write the entries whose own day is in it; gives their number.

    `seen` collects all entries of this sync by UUID, so that one met in a later month's window is not missed here.
    """
    last = next_month(month) - timedelta(days=1)
    seen |= {time.uuid: time for time in _list_times(client, month - MARGIN, last + MARGIN)}
    mine = [time for time in seen.values() if month <= time.date <= last]
    part = month_part(month)
    snapshot.question_shrink(part, len(snapshot.read("times", start=month, end=last)), len(mine))
    snapshot.write("times", frames.make_times_frame(mine), since=month, until=last)
    snapshot.mark_whole(part, len(mine))
    return len(mine)


def _list_times(client: XpmClient, first: date, last: date) -> list[TimeRecord]:
    """The window's entries, in halves when XPM's answer is too big or too slow for one piece."""
    try:
        return client.list_times(first, last)
    except (AnswerTooBig, AnswerLost):
        if last - first < MARGIN:
            raise
    middle = first + (last - first) // 2
    return [*_list_times(client, first, middle), *_list_times(client, middle + timedelta(days=1), last)]
