"""Changes in doubt: what one read by id says of them.

An update states the whole timesheet and a delete names it, so either may be sent again without harm once the former
request can no longer be under way. What decides is the timesheet itself: as wanted, as before, or something else.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.push.book import Book
from core.push.change import Changing, finish_change, go_home
from core.push.compare import describe, expect, find_differences, is_as_seen
from core.push.desired import Desired, Op
from core.push.ports import Attempt, Bundle, Move, OutcomeKind, Timesheet
from core.push.settle import DELETED_REMOTELY
from core.push.states import State

TOO_MANY_ATTEMPTS = "too_many_attempts"


def judge_reread(
    bundle: Bundle, desired: Desired, sheet: Timesheet | None, book: Book, at: str, *, is_quiet: bool
) -> Move | None:
    """What a bundle in `changing` becomes, given its timesheet by id; None while it must wait.

    `is_quiet`: the last request can no longer be under way, so that it may be made again.
    """
    begun = Changing(bundle.id, bundle.epoch)
    if desired.op is not Op.UPDATE:
        if sheet is None:
            return finish_change(begun, desired, None, book, at)
        untouched = is_as_seen(bundle, sheet) if desired.op is Op.DELETE else True
    elif sheet is None:
        return book.plan(bundle, State.NEEDS_PERSON, "XPM no longer has it", reason=DELETED_REMOTELY, desired="")
    elif not find_differences(expect(bundle, desired.content), sheet):
        return finish_change(begun, desired, sheet, book, at)
    else:
        untouched = is_as_seen(bundle, sheet)
    if not untouched:
        what = ", ".join(find_differences(bundle, sheet)) or "content"
        seen = {"last_seen": describe(sheet), "last_seen_at": at, "invoiced": bool(sheet.invoiced), "desired": ""}
        return book.plan(bundle, State.DRIFTED, f"XPM shows other {what}", reason=what, **seen)
    return go_home(begun, desired, book, "XPM shows it as before") if is_quiet else None


def count_doubts(attempts: Sequence[Attempt]) -> int:
    """Requests in a row, up to the newest, by which a change was tried and whose answer was lost."""
    count = 0
    for attempt in reversed(attempts):
        if attempt.op == "add" or attempt.outcome != OutcomeKind.IN_DOUBT:
            break
        count += 1
    return count
