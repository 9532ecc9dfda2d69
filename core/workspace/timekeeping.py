"""The Timer of each person: what it times, for how long, and the drafts that stopping it makes.

One Timer per staff member, held by the database: it runs on while every browser is closed. Whoever acts says which
revision they saw; what happened in another tab since is never undone. Nothing here reaches XPM: a stopped Timer makes
drafts, and only what its author commits is ever pushed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from core.local.timer import (
    PREFIX,
    Capture,
    Piece,
    Stretch,
    count_seconds,
    cut_stretches,
    make_actual_times,
    measure,
    read_stretches,
)
from core.reports.entries import label_records
from core.reports.tieout import show_hours
from core.store import Edits, StoredTimer, TimerMovedOn
from core.store.events import NewEvent
from core.workspace.actual_time import end_now, keep_stretches, require_actual_time
from core.workspace.time_targets import Target, Work, find_clients, find_target, find_work
from core.workspace.timer_entries import TimerEntries
from core.workspace.timer_state import (
    LONG,
    EndWrong,
    NobodyThere,
    Stopped,
    TimerForgotten,
    TimerIdle,
    TimerState,
    TimerView,
    state_of,
)

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["Capture", "Stopped", "Target", "Timekeeping", "TimerState", "TimerView", "Work"]

_IDLE: dict[str, Any] = {"task_id": "", "client_id": "", "process_id": "", "note": "", "billable": True}
_IDLE |= {"stretches": ()}


class Timekeeping:
    """The Timers of one practice; `entries` are what they made."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    @cached_property
    def entries(self) -> TimerEntries:
        """The entries captured here: by hand or by stopping a Timer."""
        return TimerEntries(self._ws, self)

    # -- who, and what -------------------------------------------------------------------------------------------------

    def people(self) -> dict[str, str]:
        """Who may record time: local staff id -> name, by name."""
        staff = self._ws.local("staff")
        names = label_records(staff[staff["active"]])
        return {str(one): str(name) for one, name in names.sort_values(key=lambda told: told.str.casefold()).items()}

    def who(self) -> str:
        """The staff member this actor is: whose Timer was used last, else who carries the name; empty when unknown."""
        known, actor = self.people(), self._ws.actor
        used = self._ws.store.timers.used_by(self._ws.practice_id, actor)
        if used in known:
            return used
        staff = self._ws.local("staff").loc[list(known)]
        same = staff["name"].str.casefold().eq(actor.casefold()) | staff["email"].str.casefold().eq(actor.casefold())
        return str(staff.index[same][0]) if same.sum() == 1 else ""

    def choose_who(self, staff_id: str) -> None:
        """From now on this actor is this staff member. Raises NobodyThere."""
        self._require_staff(staff_id)
        self._ws.store.timers.take(self._ws.practice_id, staff_id, self._ws.actor)

    def find_work(self, staff_id: str, words: str = "", limit: int = 12) -> pd.DataFrame:
        """Tasks to time; see core.workspace.time_targets.find_work."""
        return find_work(self._ws, staff_id, words, limit)

    def find_clients(self, words: str, limit: int = 30) -> dict[str, str]:
        """Clients to time without a task: id -> name, at most `limit` whose name or code holds all the words."""
        return find_clients(self._ws, words, limit)

    def processes(self) -> dict[str, str]:
        """The kinds of work there are: id -> name, by name."""
        names = label_records(self._ws.local("processes")).sort_values(key=lambda told: told.str.casefold())
        return {str(one): str(name) for one, name in names.items()}

    def offer_work(self, staff_id: str, work: Work) -> dict[str, str]:
        """Tasks that an entry of this work may be meant for, itself first: of its client, and the person's own.

        Task id -> client and task.
        """
        same = self.find_work(staff_id, work.client(self._ws), limit=40)
        rows = pd.concat([same, self.find_work(staff_id, limit=40)])
        rows = rows[~rows.index.duplicated()]
        names = (rows["client"] + " · " + rows["task"]).to_dict()
        own = {work.task_id: f"{work.client(self._ws)} · {work.name(self._ws)}"} if work.task_id else {}
        return own | {str(one): str(name) for one, name in names.items() if one not in own}

    def target(self, staff_id: str, work: Work) -> Target:
        """Where time of this person on this work would go, or what is in the way."""
        return find_target(self._ws, staff_id, work, self.today())

    # -- the Timer -----------------------------------------------------------------------------------------------------

    def view(self, staff_id: str) -> TimerView:
        """This person's Timer now."""
        kept = self._ws.store.timers.get(self._ws.practice_id, staff_id)
        stretches = read_stretches(kept.stretches)
        state = state_of(stretches)
        seconds = count_seconds(stretches, self._ws.clock.now())
        return TimerView(
            staff_id,
            state,
            Work(kept.task_id, kept.client_id, kept.process_id),
            kept.note,
            kept.billable,
            seconds,
            self.tell_clock(stretches[0].start) if stretches else None,
            max(len(stretches) - 1, 0),
            seconds > LONG.total_seconds(),
            kept.by,
            kept.revision,
        )

    def start(
        self,
        staff_id: str,
        work: Work,
        revision: int,
        *,
        note: str = "",
        billable: bool = True,
        is_sure: bool = False,
    ) -> Stopped:
        """Time this work from now on. What was timed before is stopped first, and is given back.

        Raises TimerMovedOn, TimerForgotten, NobodyThere, WorkUnknown, ActualTimeOff.
        """
        self._require_staff(staff_id)
        whole = work.complete(self._ws)
        former = self._take(staff_id, revision)
        values = asdict(whole) | {"note": note.strip(), "billable": billable}
        values["stretches"] = keep_stretches([Stretch(self._ws.clock.now())])
        return self._finish(former, values, is_sure=is_sure)

    def pause(self, staff_id: str, revision: int, *, ended_at: datetime | None = None, is_sure: bool = False) -> None:
        """Stop the clock; what was timed stays in the Timer. Raises TimerMovedOn, TimerIdle, TimerForgotten."""
        timer = self._take(staff_id, revision, TimerState.RUNNING)
        stretches = self._close(timer, ended_at, is_sure=is_sure)
        self._save(timer, {"stretches": keep_stretches(stretches)})

    def go_on(self, staff_id: str, revision: int) -> None:
        """Let a paused Timer run on. Raises TimerMovedOn, TimerIdle."""
        timer = self._take(staff_id, revision, TimerState.PAUSED)
        added = keep_stretches([Stretch(self._ws.clock.now())])
        self._save(timer, {"stretches": (*timer.stretches, *added)})

    def stop(self, staff_id: str, revision: int, *, ended_at: datetime | None = None, is_sure: bool = False) -> Stopped:
        """End the run and keep its time as drafts, one per day, or per stretch where starts and ends are kept.

        ended_at: when the work really ended, on the practice's clocks. is_sure: a long run did take all its time.
        Raises TimerMovedOn, TimerIdle, TimerForgotten, EndWrong.
        """
        timer = self._take(staff_id, revision, TimerState.RUNNING, TimerState.PAUSED)
        return self._finish(timer, dict(_IDLE), ended_at, is_sure=is_sure)

    def discard(self, staff_id: str, revision: int) -> int:
        """Throw away what was timed since the start; returns its seconds. Raises TimerMovedOn, TimerIdle."""
        timer = self._take(staff_id, revision, TimerState.RUNNING, TimerState.PAUSED)
        seconds = count_seconds(read_stretches(timer.stretches), self._ws.clock.now())
        event = self._event("discarded", "the Timer", after=f"{show_hours(seconds // 60)} h of {self._name(timer)}")
        self._ws.store.timers.finish(self._ws.practice_id, timer, self._ws.actor, _IDLE, self.edits(events=[event]))
        return seconds

    def describe(self, staff_id: str, revision: int, *, note: str, billable: bool) -> None:
        """Change note and billable of what is being timed. Raises TimerMovedOn."""
        timer = self._take(staff_id, revision, TimerState.RUNNING, TimerState.PAUSED)
        self._save(timer, {"note": note.strip(), "billable": billable})

    def move(self, staff_id: str, work: Work, revision: int) -> None:
        """Let all that was timed since the start count for other work. Raises TimerMovedOn, TimerIdle, WorkUnknown."""
        whole = work.complete(self._ws)
        timer = self._take(staff_id, revision, TimerState.RUNNING, TimerState.PAUSED)
        self._save(timer, asdict(whole))

    def begin_at(self, staff_id: str, revision: int, at: datetime) -> None:
        """Correct when the run began, on the practice's clocks. Raises TimerMovedOn, TimerIdle, EndWrong."""
        timer = self._take(staff_id, revision, TimerState.RUNNING, TimerState.PAUSED)
        first, *rest = read_stretches(timer.stretches)
        now, began = self._ws.clock.now(), self.read_clock(at)
        if began >= (first.end or now) or began < now - timedelta(days=2):
            raise EndWrong(at, self.tell_clock(first.start), self.tell_clock(now))
        self._save(timer, {"stretches": keep_stretches([Stretch(began, first.end), *rest])})

    # -- the practice's clocks -----------------------------------------------------------------------------------------

    def today(self) -> date:
        """The work date of now."""
        return self._ws.today

    def tell_clock(self, at: datetime) -> datetime:
        """An instant on the practice's clocks, without zone; on its pinned date, where it has one."""
        return at.astimezone(self._zone).replace(tzinfo=None) + self._shift

    def read_clock(self, told: datetime) -> datetime:
        """The instant of a time on the practice's clocks."""
        return (told - self._shift).replace(tzinfo=self._zone).astimezone(UTC)

    @property
    def capture(self) -> Capture:
        """What the practice keeps of a run."""
        return Capture(self._ws.practice.settings.timer_mode)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._ws.practice.zone)

    @property
    def _shift(self) -> timedelta:
        # A practice whose date is pinned, as the demo's, lives that day whatever the calendar says.
        pinned = self._ws.practice.as_of
        return pinned - self._ws.clock.now().astimezone(self._zone).date() if pinned else timedelta()

    # -- in one step ---------------------------------------------------------------------------------------------------

    def _finish(
        self, timer: StoredTimer, values: dict[str, Any], ended_at: datetime | None = None, *, is_sure: bool
    ) -> Stopped:
        """Give the Timer these values, and keep as drafts what it timed before."""
        stretches = self._close(timer, ended_at, is_sure=is_sure)
        pieces = measure(stretches, self._ws.practice.zone, self.capture)
        rows = [self._make_row(timer, piece) for piece in pieces]
        events = [
            self._event("recorded", str(row["id"]), after=f"{row['date']}, {show_hours(row['minutes'])} h")
            for row in rows
        ]
        edits = self.edits(added=rows, events=events)
        self._ws.store.timers.finish(self._ws.practice_id, timer, self._ws.actor, values, edits)
        seconds = count_seconds(stretches, self._ws.clock.now())
        return Stopped(tuple(str(row["id"]) for row in rows), sum(piece.minutes for piece in pieces), seconds)

    def _close(self, timer: StoredTimer, ended_at: datetime | None, *, is_sure: bool) -> Sequence[Stretch]:
        """The stretches of a run with its end. Raises TimerForgotten, EndWrong."""
        now = self._ws.clock.now()
        stretches = read_stretches(timer.stretches)
        closed = read_stretches(end_now(self._ws, timer))
        if ended_at is not None and stretches:
            at = self.read_clock(ended_at)
            if not stretches[0].start < at <= now:
                raise EndWrong(ended_at, self.tell_clock(stretches[0].start), self.tell_clock(now))
            return cut_stretches(closed, at)
        seconds = count_seconds(closed, now)
        if seconds > LONG.total_seconds() and not is_sure:
            raise TimerForgotten(seconds, self.tell_clock(stretches[0].start))
        return closed

    def _make_row(self, timer: StoredTimer, piece: Piece) -> dict[str, Any]:
        work = {name: getattr(timer, name) for name in ("staff_id", "task_id", "client_id", "process_id")}
        kept = {"note": timer.note, "billable": timer.billable, "status": "draft", "made_by": self._ws.actor}
        return work | kept | asdict(piece) | {"id": self.new_id(), "date": piece.date + self._shift}

    def _take(self, staff_id: str, revision: int, *states: TimerState) -> StoredTimer:
        """The Timer as the person saw it, in one of these states (none: any)."""
        require_actual_time(self._ws, "Nothing was timed")
        timer = self._ws.store.timers.get(self._ws.practice_id, staff_id)
        if timer.revision != revision:
            raise TimerMovedOn(timer.by)
        if states and state_of(read_stretches(timer.stretches)) not in states:
            raise TimerIdle(" or ".join(states))
        return timer

    def _save(self, timer: StoredTimer, values: dict[str, Any]) -> None:
        self._ws.store.timers.save(self._ws.practice_id, timer.staff_id, timer.revision, self._ws.actor, values)

    def _require_staff(self, staff_id: str) -> None:
        if staff_id not in self.people():
            raise NobodyThere(staff_id)

    def _name(self, timer: StoredTimer) -> str:
        return Work(timer.task_id, timer.client_id, timer.process_id).name(self._ws)

    def _event(self, verb: str, subject: str, *, before: str = "", after: str = "") -> NewEvent:
        return NewEvent(self._ws.practice_id, self._ws.actor, verb, "time entry", subject, before, after)

    def new_id(self) -> str:
        """An id for an entry captured here."""
        return f"{PREFIX}{self._ws.make_id()}"

    def edits(self, **what: Any) -> Edits:
        """Edits of captured entries whose local rows follow the tasks as they are."""
        return Edits(partial(make_actual_times, tasks=self._ws.local("tasks")), **what)
