"""What the push needs from outside: a sender, a ledger, a journal, a meter. Each is the shape of a class elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

import pandas as pd

from core.model import Clock
from core.push.lanes import InlineLanes, Lanes


class OutcomeKind(StrEnum):
    """What became of a write; the words the ledger keeps."""

    NOT_SENT = "not_sent"
    NOT_APPLIED = "not_applied"
    APPLIED = "applied"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True)
class TimeDraft:
    """A timesheet to add, with XPM's ids. With `start` and `end` (HH:MM) the span is sent, else the minutes."""

    job: str
    task_id: str
    staff_id: str
    date: date
    minutes: int
    note: str
    start: str = ""
    end: str = ""


class Timesheet(Protocol):
    """A timesheet as XPM shows it; `task_id` is the job task's UUID."""

    @property
    def uuid(self) -> str: ...
    @property
    def job(self) -> str: ...
    @property
    def task_id(self) -> str: ...
    @property
    def staff_id(self) -> str: ...
    @property
    def date(self) -> date: ...
    @property
    def minutes(self) -> int: ...
    @property
    def note(self) -> str: ...
    @property
    def invoiced(self) -> bool: ...


class Outcome(Protocol):
    """What became of one write. `record` is a Timesheet when it was applied; `words` are XPM's own.

    `cause` is limit, token, forbidden, business, redirect, network, withheld or another word; `retry_after` seconds.
    """

    @property
    def kind(self) -> str: ...
    @property
    def record(self) -> Any: ...
    @property
    def words(self) -> str: ...
    @property
    def http_status(self) -> int | None: ...
    @property
    def correlation_id(self) -> str: ...
    @property
    def cause(self) -> str: ...
    @property
    def retry_after(self) -> float | None: ...


class Sender(Protocol):
    """XPM. Reads give whole answers or raise OutsideFailed; a write never raises for what XPM or the network did."""

    def list_times(self, start: date, end: date) -> Sequence[Timesheet]:
        """All timesheets of the practice in the window, both ends included."""
        ...

    def list_staff_times(self, staff_id: str, start: date, end: date) -> Sequence[Timesheet]:
        """The same for one staff member."""
        ...

    def get_time(self, uuid: str) -> Timesheet | None:
        """One timesheet; None when XPM says there is none of that id."""
        ...

    def add_time(self, draft: TimeDraft, refuse: Callable[[], str]) -> Outcome:
        """Add a timesheet, once. `refuse` is asked after every wait, right before the request leaves; when it gives a
        sentence, nothing is sent and the outcome is not_sent with cause withheld."""
        ...

    def update_time(self, uuid: str, draft: TimeDraft, refuse: Callable[[], str]) -> Outcome:
        """Replace one timesheet whole, once; `refuse` as in add_time."""
        ...

    def delete_time(self, uuid: str, refuse: Callable[[], str]) -> Outcome:
        """Remove one timesheet, once. A refusal may mean that it is gone already; only get_time tells."""
        ...


class Stated(Protocol):
    """Anything with a state that may change."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> str: ...


class Bundle(Stated, Protocol):
    """One row of the ledger; see the table for the columns."""

    @property
    def tenant(self) -> str: ...
    @property
    def group_key(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def marker(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def job(self) -> str: ...
    @property
    def task_id(self) -> str: ...
    @property
    def staff_id(self) -> str: ...
    @property
    def date(self) -> date: ...
    @property
    def minutes(self) -> int: ...
    @property
    def start(self) -> str: ...
    @property
    def end(self) -> str: ...
    @property
    def note_sent(self) -> str: ...
    @property
    def content_hash(self) -> str: ...
    @property
    def remote_uuid(self) -> str: ...
    @property
    def attempts(self) -> int: ...
    @property
    def absences(self) -> int: ...
    @property
    def by_hand(self) -> bool: ...
    @property
    def run(self) -> str: ...
    @property
    def last_seen(self) -> str: ...
    @property
    def desired(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def created_run(self) -> str: ...
    @property
    def invoiced(self) -> bool: ...


class Attempt(Protocol):
    """One request of a bundle. Instants are UTC text; `ended_at` is empty while no outcome is recorded."""

    @property
    def id(self) -> str: ...
    @property
    def op(self) -> str: ...
    @property
    def created_at(self) -> str: ...
    @property
    def deadline(self) -> str: ...
    @property
    def request_hash(self) -> str: ...
    @property
    def ended_at(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def seen_before(self) -> frozenset[str]: ...
    @property
    def run(self) -> str: ...


@dataclass(frozen=True)
class Member:
    """One entry of a timesheet: its own minutes, its share of the minutes sent, and its content when it was sealed."""

    minutes: int
    sent_minutes: int
    content_hash: str


@dataclass(frozen=True)
class Wanted:
    """One timesheet as it should be in XPM, made of one entry or several.

    `entries` by entry id; their shares make `minutes`. `content_hash` is the entry's own, or one over all members.
    `day_minutes`: all local minutes of that XPM staff member and day.
    """

    group_key: str
    entries: Mapping[str, Member]
    job: str
    task_id: str
    staff_id: str
    date: date
    minutes: int
    note: str
    start: str
    end: str
    content_hash: str
    day_minutes: int

    @property
    def entry_ids(self) -> tuple[str, ...]:
        """The entries it is made of."""
        return tuple(self.entries)


@dataclass(frozen=True)
class Change:
    """What should become of a timesheet of ours that is in XPM: `update` to `want`, or `delete` without one."""

    bundle: str
    op: str
    want: Wanted | None = None


@dataclass(frozen=True)
class Current:
    """What the local side wants now: timesheets to create by group key, changes by bundle id."""

    wanted: Mapping[str, Wanted] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """One change of state. `values` are further columns of the bundle that change with it.

    `epoch`: that of the bundle when it was read; the move is not made when a request was begun since. None: any.
    """

    bundle: str
    from_state: str
    to_state: str
    why: str
    values: Mapping[str, Any] = field(default_factory=dict)
    epoch: int | None = None


class Ledger(Protocol):
    """The ledger's SQL; each method is one transaction. Refusals come back as text, empty when done."""

    def frame(self, practice: str) -> pd.DataFrame: ...
    def find(
        self,
        practice: str,
        *,
        states: Sequence[str] = (),
        run: str = "",
        start: date | None = None,
        end: date | None = None,
    ) -> Sequence[Bundle]: ...
    def find_by(self, practice: str, column: str, values: Iterable[str]) -> Sequence[Bundle]: ...
    def last_attempts(self, bundle_ids: Iterable[str]) -> Mapping[str, Attempt]: ...
    def attempts_of(self, bundle_ids: Iterable[str]) -> Mapping[str, Sequence[Attempt]]: ...
    def bundles_of(self, practice: str, entry_ids: Iterable[str]) -> Mapping[str, Sequence[Bundle]]: ...
    def known_attempts(self, practice: str, ids: Iterable[str]) -> set[str]: ...
    def count_attempts(self, practice: str) -> int: ...
    def entries_of(self, bundle_ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]: ...
    def members_of(self, bundle_ids: Iterable[str]) -> Mapping[str, Mapping[str, Any]]: ...
    def count_states(self, practice: str, run: str = "") -> Mapping[str, int]: ...
    def last_moment(self, practice: str) -> str: ...
    def choices(self, practice: str) -> pd.DataFrame: ...
    def choose(
        self,
        practice: str,
        entry_ids: Sequence[str],
        choice: str,
        moves: Sequence[Move],
        *,
        by: str,
        why: str = "",
        xpm_time_id: str = "",
    ) -> list[str]: ...
    def add_bundles(self, practice: str, rows: Sequence[Mapping[str, Any]], *, actor: str, why: str) -> list[str]: ...
    def claim(self, practice: str, move: Move, entries: Mapping[str, Member], *, actor: str, run: str) -> bool: ...
    def want_changes(self, practice: str, desired: Mapping[str, str], *, run: str) -> list[str]: ...
    def queue(
        self,
        practice: str,
        rows: Sequence[Mapping[str, Any]],
        moves: Sequence[Move],
        reseals: Mapping[str, Mapping[str, Any]],
        *,
        actor: str,
        run: str,
    ) -> None: ...
    def move_all(self, practice: str, moves: Sequence[Move], *, actor: str, run: str = "") -> list[str]: ...
    def start_attempt(
        self,
        practice: str,
        bundle_id: str,
        *,
        owner: str,
        epoch: int,
        deadline: datetime,
        request_hash: str,
        seen_before: Sequence[str],
        run: str,
        actor: str,
        op: str = "add",
        from_state: str = "ready",
        why: str = "intent recorded",
    ) -> tuple[str, str]: ...
    def finish_attempt(
        self,
        practice: str,
        attempt_id: str,
        outcome: Mapping[str, Any],
        move: Move,
        *,
        actor: str,
        run: str,
        entries: Mapping[str, Member] | None = None,
    ) -> str: ...
    def take_lease(self, practice: str, owner: str, seconds: float) -> int | None: ...
    def renew_lease(self, practice: str, owner: str, epoch: int, seconds: float) -> bool: ...
    def release_lease(self, practice: str, owner: str, epoch: int) -> None: ...
    def judge_send(self, practice: str, owner: str, epoch: int) -> str: ...
    def read_breaker(self, practice: str) -> tuple[int, str]: ...
    def write_breaker(self, practice: str, failures: int, until: datetime | None) -> None: ...
    def find_other_tenant(self, practice: str, tenant: str) -> str: ...
    def count_told(self, practice: str, words: str, since: str) -> int: ...
    def halt(self, practice: str, reason: str, *, actor: str) -> None: ...
    def lift_halt(self, practice: str, *, actor: str, why: str) -> None: ...
    def halt_reason(self, practice: str) -> str: ...
    def enter_recovery(self, practice: str, reason: str, *, actor: str) -> None: ...
    def leave_recovery(self, practice: str, owner: str, epoch: int, *, above: int, actor: str) -> int | None: ...
    def recovery_reason(self, practice: str) -> str: ...


class Journal(Protocol):
    """A file outside the database that outlives its restore: one line per intent and per outcome."""

    def add(self, practice: str, kind: str, facts: Mapping[str, Any]) -> None:
        """Write one line and wait until it is on the disk. Raises OutsideFailed when it cannot be written."""
        ...

    def read_since_accepted(self, practice: str) -> Former:
        """What the practice did since XPM was last read again after a restore, or ever."""
        ...


@dataclass(frozen=True)
class Intent:
    """One intent of the journal: whose timesheet, of which day (None in lines of former versions), and until when its
    request could have left, as UTC text."""

    staff_id: str
    date: date | None
    deadline: str


@dataclass(frozen=True)
class Former:
    """What the journal remembers: intents by attempt id, oldest first, the highest epoch, whether it has any line."""

    intents: Mapping[str, Intent] = field(default_factory=dict)
    epoch: int = 0
    has_lines: bool = False


class Meter(Protocol):
    """The limits of XPM as the gate sees them."""

    @property
    def day_used(self) -> int: ...
    @property
    def day_left(self) -> int: ...
    @property
    def reserve(self) -> int: ...
    @property
    def paused_until(self) -> datetime | None: ...


@dataclass(frozen=True)
class Seams:
    """Everything outside, in one hand, so that a simulation can put its own in place.

    `ended` is one dictionary per process, for all its runs: when requests whose answers were lost ended, by attempt
    id, on the clock that never jumps. `read_skew` tells by how many seconds this computer's clock was ahead of XPM's
    at the last answer, None while no answer told.
    """

    sender: Sender
    ledger: Ledger
    journal: Journal
    clock: Clock
    read_meter: Callable[[], Meter]
    lanes: Lanes = field(default_factory=InlineLanes)
    ended: dict[str, float] = field(default_factory=dict)
    read_skew: Callable[[], float | None] = lambda: None


#: Refusals of the ledger that the push tells apart; any other text is the reason of a halt.
LEASE_LOST = "lease lost"
MOVED_ON = "moved on"
UUID_TAKEN = "uuid taken"
