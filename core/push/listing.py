"""Lists of XPM's time, and when one may be called complete.

What is in any well-formed list is there. What is missing in a list is missing only when the list is complete: every
row readable, none twice, and every timesheet the ledger is sure of either in it or, asked by its id, truly elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from core.model import OutsideFailed
from core.push.marker import find_markers
from core.push.ports import Bundle, Ledger, Sender, Timesheet
from core.push.states import State

#: XPM documents the window by creation date, other clients use it by entry date. Windows therefore always reach from
#: the earliest entry date to tomorrow, which covers both meanings, and a day more for time zones.
MARGIN = timedelta(days=1)


class IncompleteList(OutsideFailed):
    """A list of XPM's time that cannot be whole; it is thrown away and asked again later."""

    def __init__(self, start: date, end: date, why: str) -> None:
        super().__init__(
            f"XPM's list of time from {start} to {end} is not whole: {why}. Nothing was decided from it; "
            "it is asked again."
        )


@dataclass(frozen=True)
class Scope:
    """What a list covers: the dates, both included, and the staff members it is asked for; None means all."""

    start: date
    end: date
    staff: tuple[str, ...] | None = None

    @property
    def calls(self) -> int:
        """API calls it takes; a list covers at most a year."""
        years = -(-((self.end - self.start).days + 1) // 366)
        return years * (1 if self.staff is None else len(self.staff))

    def covers(self, day: date, staff_id: str) -> bool:
        """Whether a timesheet of that day and person belongs into the list."""
        return self.start <= day <= self.end and (self.staff is None or staff_id in self.staff)


@dataclass(frozen=True)
class Listing:
    """One well-formed list. `gone` and `moved`: timesheets we were sure of that XPM no longer has, or has elsewhere."""

    scope: Scope
    sheets: Sequence[Timesheet]
    complete: bool = False
    gone: tuple[Bundle, ...] = ()
    moved: tuple[tuple[Bundle, Timesheet], ...] = field(default=())

    @cached_property
    def by_uuid(self) -> dict[str, Timesheet]:
        """The timesheets by id."""
        return {sheet.uuid: sheet for sheet in self.sheets}

    @cached_property
    def by_day(self) -> dict[tuple[str, date], list[str]]:
        """The ids of the timesheets of each person and day."""
        found: dict[tuple[str, date], list[str]] = defaultdict(list)
        for sheet in self.sheets:
            found[sheet.staff_id, sheet.date].append(sheet.uuid)
        return dict(found)

    @cached_property
    def by_marker(self) -> dict[str, list[Timesheet]]:
        """The timesheets by each marker in their notes."""
        found: dict[str, list[Timesheet]] = defaultdict(list)
        for sheet in self.sheets:
            for marker in find_markers(sheet.note):
                found[marker].append(sheet)
        return dict(found)


def choose_scope(
    days: Iterable[date], staff: Iterable[str], today: date, rows_per_day: float, rows_per_list: int
) -> Scope:
    """The list that shows timesheets of these days and people, whichever way XPM reads its window.

    `rows_per_day` is how much time the practice writes a day: while the whole practice's list stays below
    `rows_per_list` rows it is one call, else one per person.
    """
    wanted = list(days)
    start, end = min([*wanted, today]) - MARGIN, max([*wanted, today]) + MARGIN
    rows = ((end - start).days + 1) * rows_per_day
    return Scope(start, end, None if rows <= rows_per_list else tuple(sorted(set(staff))))


def read_list(sender: Sender, scope: Scope) -> Listing:
    """A well-formed list, not yet complete. Raises IncompleteList when a row is unreadable or comes twice."""
    if scope.staff is None:
        sheets = list(sender.list_times(scope.start, scope.end))
    else:
        sheets = [sheet for who in scope.staff for sheet in sender.list_staff_times(who, scope.start, scope.end)]
    seen: set[str] = set()
    for sheet in sheets:
        if not (sheet.uuid and sheet.staff_id and sheet.job):
            raise IncompleteList(scope.start, scope.end, f"a row lacks its id, person or job ({sheet.uuid or 'no id'})")
        if sheet.uuid in seen:
            raise IncompleteList(scope.start, scope.end, f"timesheet {sheet.uuid} comes twice")
        seen.add(sheet.uuid)
    return Listing(scope, sheets)


def read_complete(sender: Sender, ledger: Ledger, practice: str, scope: Scope) -> Listing:
    """A complete list. Raises IncompleteList when XPM itself knows of a timesheet that the list lacks."""
    listing = read_list(sender, scope)
    witnesses = ledger.find(practice, states=(State.CONFIRMED,), start=scope.start, end=scope.end)
    gone: list[Bundle] = []
    moved: list[tuple[Bundle, Timesheet]] = []
    for witness in witnesses:
        if not scope.covers(witness.date, witness.staff_id) or witness.remote_uuid in listing.by_uuid:
            continue
        sheet = sender.get_time(witness.remote_uuid)
        if sheet is None:
            gone.append(witness)
        elif scope.covers(sheet.date, sheet.staff_id):
            raise IncompleteList(scope.start, scope.end, f"timesheet {sheet.uuid} is in XPM but not in the list")
        else:
            moved.append((witness, sheet))
    return Listing(scope, listing.sheets, True, tuple(gone), tuple(moved))
