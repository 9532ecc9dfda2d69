"""A small XPM with state and faults, in the shape of core.push.ports.Sender; and a way to die at any call."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from core.model import OutsideFailed
from core.push.ports import OutcomeKind, TimeDraft

#: What a fault makes of an add: whether XPM applies it, and the outcome's kind, status and cause.
FAULTS: dict[str, tuple[bool, OutcomeKind, int | None, str]] = {
    "lost_before": (False, OutcomeKind.IN_DOUBT, None, "network"),
    "lost_after": (True, OutcomeKind.IN_DOUBT, None, "network"),
    "500_before": (False, OutcomeKind.IN_DOUBT, 500, "server"),
    "500_after": (True, OutcomeKind.IN_DOUBT, 500, "server"),
    "not_sent": (False, OutcomeKind.NOT_SENT, None, "network"),
    "429": (False, OutcomeKind.NOT_APPLIED, 429, "limit"),
    "401": (False, OutcomeKind.NOT_APPLIED, 401, "token"),
    "403": (False, OutcomeKind.NOT_APPLIED, 403, "forbidden"),
    "302": (False, OutcomeKind.IN_DOUBT, 302, "redirect"),
    "error": (False, OutcomeKind.NOT_APPLIED, 200, "business"),
    "late": (False, OutcomeKind.IN_DOUBT, None, "network"),
}


@dataclass(frozen=True)
class Sheet:
    uuid: str
    job: str
    task_id: str
    staff_id: str
    date: date
    minutes: int
    note: str
    invoiced: bool = False


@dataclass(frozen=True)
class Answer:
    kind: OutcomeKind
    record: Any = None
    words: str = ""
    http_status: int | None = 200
    correlation_id: str = "c-1"
    cause: str = ""
    retry_after: float | None = None


@dataclass
class FakeXpm:
    """`faults` names what happens to the n-th add (from 1), `change_faults` to the n-th update or delete; `spoil`
    changes what is stored; lists may fail.
    """

    faults: dict[int, str] = field(default_factory=dict)
    spoil: Callable[[Sheet], Sheet] = lambda sheet: sheet
    sheets: dict[str, Sheet] = field(default_factory=dict)
    late: list[Sheet] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    failing_lists: int = 0
    adds: int = 0
    lists: int = 0
    retry_after: float = 5.0
    before_add: Callable[[], object] = lambda: None
    change_faults: dict[int, str] = field(default_factory=dict)
    late_changes: list[Callable[[], object]] = field(default_factory=list)
    changes: int = 0
    gets: int = 0
    failing_gets: int = 0
    before_change: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def list_times(self, start: date, end: date) -> Sequence[Sheet]:
        self.lists += 1
        if self.failing_lists > 0:
            self.failing_lists -= 1
            raise OutsideFailed("XPM's list did not come.")
        shown = [sheet for sheet in self.sheets.values() if sheet.uuid not in self.hidden]
        return [sheet for sheet in shown if start <= sheet.date <= end]

    def list_staff_times(self, staff_id: str, start: date, end: date) -> Sequence[Sheet]:
        return [sheet for sheet in self.list_times(start, end) if sheet.staff_id == staff_id]

    def get_time(self, uuid: str) -> Sheet | None:
        self.gets += 1
        if self.failing_gets > 0:
            self.failing_gets -= 1
            raise OutsideFailed("XPM's answer did not come.")
        return self.sheets.get(uuid)

    def add_time(self, draft: TimeDraft, refuse: Callable[[], str]) -> Answer:
        self.before_add()
        if why := refuse():
            return Answer(OutcomeKind.NOT_SENT, words=why, cause="withheld")
        self.adds += 1
        fault = self.faults.get(self.adds, "")
        sheet = self.spoil(self._make(draft))
        if not fault:
            self.sheets[sheet.uuid] = sheet
            return Answer(OutcomeKind.APPLIED, sheet)
        applied, kind, status, cause = FAULTS[fault]
        if applied:
            self.sheets[sheet.uuid] = sheet
        if fault == "late":
            self.late.append(sheet)
        wait = self.retry_after if cause == "limit" else None
        return Answer(kind, None, f"fault {fault}", status, "c-2", cause, wait)

    def update_time(self, uuid: str, draft: TimeDraft, refuse: Callable[[], str]) -> Answer:
        def apply() -> Sheet:
            kept = self.sheets[uuid].invoiced
            self.sheets[uuid] = self.spoil(replace(self._make(draft), uuid=uuid, invoiced=kept))
            return self.sheets[uuid]

        return self._change(uuid, apply, refuse)

    def delete_time(self, uuid: str, refuse: Callable[[], str]) -> Answer:
        return self._change(uuid, lambda: self.sheets.pop(uuid) and None, refuse)

    def _change(self, uuid: str, apply: Callable[[], Sheet | None], refuse: Callable[[], str]) -> Answer:
        self.before_change()
        if why := refuse():
            return Answer(OutcomeKind.NOT_SENT, words=why, cause="withheld")
        self.changes += 1
        fault = self.change_faults.get(self.changes, "")
        applied, kind, status, cause = FAULTS[fault] if fault else (True, OutcomeKind.APPLIED, 200, "")
        if fault == "late":
            self.late_changes.append(lambda: uuid in self.sheets and apply())
        if applied and uuid not in self.sheets:
            return Answer(OutcomeKind.NOT_APPLIED, words="Invalid identifier", cause="business")
        record = apply() if applied else None
        if not fault:
            return Answer(kind, record)
        wait = self.retry_after if cause == "limit" else None
        return Answer(kind, None, f"fault {fault}", status, "c-3", cause, wait)

    def land_late(self) -> None:
        """What was under way all the time arrives."""
        self.sheets |= {sheet.uuid: sheet for sheet in self.late}
        self.late.clear()
        for apply in self.late_changes:
            apply()
        self.late_changes.clear()

    def type_by_hand(self, uuid: str, **parts: Any) -> None:
        """A person enters time in XPM."""
        plain = {"job": "J1", "task_id": "JT1", "staff_id": "S1", "date": date(2026, 11, 18), "minutes": 60}
        self.sheets[uuid] = Sheet(**{"uuid": uuid, "note": "typed", **plain, **parts})

    def edit(self, uuid: str, **parts: Any) -> None:
        """A person changes time in XPM."""
        self.sheets[uuid] = replace(self.sheets[uuid], **parts)

    def _make(self, draft: TimeDraft) -> Sheet:
        uuid = f"u{next(self._numbers)}"
        return Sheet(uuid, draft.job, draft.task_id, draft.staff_id, draft.date, draft.minutes, draft.note)


class Killed(BaseException):
    """The process died here."""


class Life:
    """Counts the calls of all seams it wraps, and ends at the n-th: before it has an effect, or right after."""

    def __init__(self, dies_at: int = 0, *, after: bool = False) -> None:
        self.calls = 0
        self._dies_at = dies_at
        self._after = after
        self._dead = False

    def wrap(self, seam: Any) -> Any:
        return _Mortal(self, seam)

    def run(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        last = self.calls == self._dies_at
        self._dead = self._dead or last
        if self._dead and not (last and self._after):
            raise Killed
        result = call(*args, **kwargs)
        if last:
            raise Killed
        return result


class _Mortal:
    def __init__(self, life: Life, seam: Any) -> None:
        self._life = life
        self._seam = seam

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._seam, name)
        return lambda *args, **kwargs: self._life.run(call, *args, **kwargs)
