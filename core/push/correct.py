"""Corrections: invoiced time is never changed, so what changed here goes as a timesheet of its own.

XPM takes negative minutes. An entry that got longer or shorter sends the difference; one that belongs elsewhere now
takes its time out of the old place and puts it into the new one; one that is gone takes all of it out. Each correction
has its own marker and is sent after a person said so of this very content.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.model import Reason
from core.push.book import Book
from core.push.choices import Saying, say
from core.push.marker import correction_key
from core.push.ports import Member, Wanted
from core.push.recorded import Recorded
from core.push.rounding import Rounding

#: The content of an entry that is no longer there.
GONE = "gone"
#: A correcting timesheet of this content was refused; it goes again only when a person says so.
CORRECTION_REFUSED = "correction_refused"

#: Taking time out makes no day too full.
_ANY_DAY = 24 * 60
_OUT, _IN = "-out", "-in"
_PLACE = ("job", "task_id", "staff_id", "date")


def say_correct(entry_ids: Sequence[str], contents: Mapping[str, str], book: Book, *, why: str) -> None:
    """Record that the difference of these invoiced entries may be sent, as they are now.

    contents: the content hash of each entry; GONE where it is missing. Raises NotNow, ReasonMissing.
    """
    for entry_id in entry_ids:
        say([entry_id], Saying.CORRECT, book, why=why, about=contents.get(entry_id, GONE))


def shape_corrections(standings: pd.DataFrame, recorded: Recorded, rounding: Rounding) -> list[Wanted]:
    """The correcting timesheets a push would create, by entry id; standings of assign_standings under a choice.

    Only for what a person asked to correct, and only as long as the entry is as it was then.
    """
    asked = recorded.choices.index[recorded.choices["choice"].isin((Saying.CORRECT, Saying.SEND_AGAIN))]
    reasons = (Reason.CHANGE_INVOICED.value, Reason.WITHDRAWN_INVOICED.value)
    rows = standings[standings.index.isin(asked) & standings["reason"].isin(reasons)]
    found: list[Wanted] = []
    for entry_id in sorted(rows.index.intersection(recorded.entries.index)):
        row, sent = rows.loc[entry_id], recorded.entries.loc[entry_id]
        gone = row["reason"] == Reason.WITHDRAWN_INVOICED.value
        content = GONE if gone else str(row["content_hash"])
        if _is_asked(recorded.choices.loc[entry_id], content, str(sent["reason"])):
            found += _correct(str(entry_id), None if gone else row, sent, content, rounding)
    return found


def _is_asked(said: pd.Series, content: str, reason: str) -> bool:
    """Whether a person wants this correction: said of this content, and again after XPM refused it."""
    if reason == CORRECTION_REFUSED:
        return bool(said["choice"] == Saying.SEND_AGAIN)
    return bool(said["choice"] == Saying.CORRECT and said["xpm_time_id"] == content)


def _correct(entry_id: str, row: pd.Series | None, sent: pd.Series, content: str, rounding: Rounding) -> list[Wanted]:
    old = tuple(sent[name] for name in _PLACE)
    recorded, share = int(sent["sealed_minutes"]), int(sent["minutes"])
    if row is None:
        return _some(entry_id, old, Member(-recorded, -share, content), "", _ANY_DAY)
    new = (row["job"], row["job_task_id"], row["xpm_staff_id"], row["date"])
    minutes, rounded, note = int(row["minutes"]), int(rounding.round(int(row["minutes"]))), str(row["note"])
    total = int(row["day_minutes"])
    if new == old or not all(new[:3]):
        change = Member(minutes - recorded, rounded - share, content)
        return _some(entry_id, old, change, note, total)
    taken = _some(entry_id, old, Member(-recorded, -share, content), note, total, _OUT)
    return taken + _some(entry_id, new, Member(minutes, rounded, content), note, total, _IN)


def _some(entry_id: str, place: tuple[Any, ...], member: Member, note: str, total: int, part: str = "") -> list[Wanted]:
    """The timesheet; none where nothing of it is left after rounding."""
    if not member.sent_minutes:
        return []
    key = correction_key(entry_id, member.content_hash, part)
    job, task_id, staff_id, day = place
    text = f"Correction: {note}" if note else "Correction"
    where = (str(job), str(task_id), str(staff_id), day.date())
    return [Wanted(key, {entry_id: member}, *where, member.sent_minutes, text, "", "", member.content_hash, total)]
