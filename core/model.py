"""The words of Tieout: kinds, verdicts, standings, and the shape of every frame that passes between rooms.

This module imports nothing of ours. A frame contract names the columns of one table on one side; the same
contract makes the database table, checks a loaded frame, and tells a reader what a column means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

import pandas as pd


class TieoutError(Exception):
    """Root of everything Tieout stops for. The text names the record and the next step.

    `exit_code` is what the command line returns: 2 for wrong usage or configuration, 3 when the outside failed,
    1 when a person has to decide. `can_retry` says whether the same call may succeed later without a change.
    """

    exit_code = 2
    can_retry = False


class OutsideFailed(TieoutError):
    """XPM, a database or a file system did not do what was asked."""

    exit_code = 3
    can_retry = True


class PersonNeeded(TieoutError):
    """Nothing is broken, but the next step is somebody's decision."""

    exit_code = 1


class FrameBroken(TieoutError):
    """A frame does not keep its contract; always a fault of ours, never of a user's file."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"The table {name!r} cannot be used: {what}. Report this with the activity log.")


class Kind(StrEnum):
    """What a link joins: a local record of this kind and its XPM partner."""

    CLIENT = "client"  # local client -> XPM client
    STAFF = "staff"  # local staff member -> XPM staff member
    PROCESS = "process"  # local process -> XPM task type
    TASK = "task"  # local task -> XPM job task


class Verdict(StrEnum):
    """What a decision says of a local record, or of one pair."""

    LINKED = "linked"  # the local record is this XPM record
    EXCLUDED = "excluded"  # the local record never goes to XPM
    REJECTED = "rejected"  # this pair is wrong and is never proposed again
    REOPENED = "reopened"  # the decision before this one is undone; the record is open again


class Band(StrEnum):
    """How far a score may be trusted: the words shown instead of a bare number."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"
    TIE = "tie"  # two partners are too close to choose between


class Standing(StrEnum):
    """The one state of an actual time. Derived from links, rules and the ledger; never stored."""

    SYNCED = "synced"  # in XPM, equal to what we hold
    READY = "ready"  # would go with the next push
    WAITING = "waiting"  # a person has to do something first; the reason says what
    IN_DOUBT = "in doubt"  # sent, and whether XPM took it is not known yet
    EXCLUDED = "excluded"  # a person or a rule says this never goes to XPM
    FILTERED = "filtered"  # left out by the chosen Which Actual Times rule
    DRAFT = "draft"  # not committed by its author
    UNREADABLE = "unreadable"  # the row could not be read
    CHANGED = "changed"  # pushed, and now different here or there
    WITHDRAWN = "withdrawn"  # pushed, and gone from the local side since


class Reason(StrEnum):
    """Why an actual time has its standing; `REASONS` holds the sentence and the page that fixes it."""

    NONE = ""
    CLIENT_UNLINKED = "client unlinked"
    STAFF_UNLINKED = "staff unlinked"
    PROCESS_OPEN = "process open"
    TASK_UNLINKED = "task unlinked"
    TASK_MISSING = "task missing"
    TIE = "tie"
    RULED_TASK_MISSING = "job lacks the task of the rule"
    RULED_TIE = "several tasks of the rule"
    LINK_BROKEN = "link broken"
    JOB_CLOSED = "job closed"
    STAFF_INACTIVE = "staff inactive"
    PERIOD_CLOSED = "period closed"
    LOOKS_EQUAL = "looks equal"
    OVER_DAY_TOTAL = "over day total"
    DOUBLED_ID = "doubled id"
    ODD_MINUTES = "odd minutes"
    ODD_ENTRY = "odd entry"
    SENDING = "sending"
    UNKNOWN_OUTCOME = "unknown outcome"
    NEEDS_PERSON = "needs a person"
    REJECTED = "rejected by XPM"
    ECHO_DIFFERS = "echo differs"
    DRIFTED = "drifted"
    DELETED_REMOTELY = "deleted in XPM"
    EDITED_LOCALLY = "edited locally"
    DELETED_LOCALLY = "deleted locally"
    REMAPPED = "linked elsewhere"
    CHANGE_INVOICED = "changed after invoicing"
    CHANGE_REFUSED = "change refused by XPM"
    WITHDRAWN_INVOICED = "deleted after invoicing"
    UNDONE = "undone"
    ROUNDS_TO_NOTHING = "rounds to nothing"
    EXCLUDED_CLIENT = "client excluded"
    EXCLUDED_STAFF = "staff excluded"
    EXCLUDED_PROCESS = "process excluded"
    EXCLUDED_BY_RULE = "excluded by a process rule"
    EXCLUDED_TASK = "task excluded"
    EXCLUDED_ENTRY = "entry excluded"
    RULE_DATES = "outside the dates"
    RULE_STAFF = "staff not chosen"
    RULE_CLIENTS = "client not chosen"
    RULE_PROCESSES = "process not chosen"
    RULE_BILLABLE = "billable not chosen"
    RULE_STATUS = "task status not chosen"
    RULE_GROUPS = "client group not chosen"
    RULE_COMMITTED = "entry status not chosen"
    RULE_APPROVED = "not approved"
    RULE_MINUTES = "too short"
    RULE_NOTE = "note not chosen"
    RULE_ENTRIES = "entry not chosen"
    DRAFT = "not committed"
    UNREADABLE = "row unreadable"


class RunKind(StrEnum):
    """What a run executes."""

    LOAD = "load"
    SYNC = "sync"
    PROPOSE = "propose"
    PUSH = "push"
    VERIFY = "verify"
    UNDO = "undo"
    SWEEP = "sweep"
    JOB = "job"
    FOLLOW = "follow"  # carries what was completed or reopened locally over to XPM's job tasks
    CHECK = "check"  # tries each right of the connection; reads only
    PACK = "pack"  # hands a pack of documents over, and creates its job


class RunState(StrEnum):
    """How far a run is. `paused` goes on by itself at `resume_at`; `stopped` waits for a person."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Column:
    """One column: `kind` is text, int, bool, date, money or time (HH:MM text)."""

    name: str
    kind: str
    means: str


@dataclass(frozen=True)
class FrameContract:
    """The shape of one table: index `id` (text, unique), then the columns, in this order.

    Text is never missing: empty text stands for absent. Dates are `datetime64[s]` at midnight, NaT when absent.
    `int` columns are whole numbers without gaps; money is `decimal.Decimal` in an object column.
    """

    name: str
    means: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names in order, without the index."""
        return [column.name for column in self.columns]


def _contract(name: str, means: str, *lines: str) -> FrameContract:
    columns = []
    for line in lines:
        column, kind, meaning = (part.strip() for part in line.split("|"))
        columns.append(Column(column, kind, meaning))
    return FrameContract(name, means, tuple(columns))


LOCAL_FRAMES: dict[str, FrameContract] = {
    contract.name: contract
    for contract in (
        _contract(
            "clients",
            "one row per client of the local system",
            "name|text|as the local system spells it",
            "entity_type|text|company, trust, super fund, partnership, person... as written locally",
            "email|text|",
            "phone|text|",
            "tax_number|text|ABN, NZBN, IRD or the like, in any style",
            "company_number|text|ACN, NZ company number or the like",
            "code|text|client code",
            "archived|bool|no longer a client",
            "client_group|text|name of the client group",
            "partner|text|name of the partner in charge",
            "manager|text|name of the manager in charge",
        ),
        _contract(
            "staff",
            "one row per staff member of the local system",
            "name|text|",
            "email|text|",
            "active|bool|may still record time",
        ),
        _contract("processes", "one row per kind of work", "name|text|", "description|text|"),
        _contract(
            "tasks",
            "one row per piece of local work",
            "client_id|text|id in clients",
            "process_id|text|id in processes",
            "name|text|",
            "assignee_id|text|id in staff, empty when nobody",
            "start|date|",
            "due|date|",
            "status|text|open, completed or the local word",
            "period|text|as written locally, for example Sep Qtr 2026",
        ),
        _contract(
            "documents",
            "one row per file that the local system keeps of a client",
            "client_id|text|id in clients",
            "task_id|text|id in tasks, empty when it belongs to the client as a whole",
            "name|text|as people call it",
            "path|text|where the file lies, relative to the local folder",
            "kind|text|what it is, as written locally, for example tax return",
            "date|date|",
        ),
        _contract(
            "actual_times",
            "one row per readable local time entry",
            "staff_id|text|id in staff",
            "task_id|text|id in tasks, empty when the entry names client and process",
            "client_id|text|id in clients, from the task when it names one",
            "process_id|text|id in processes, from the task when it names one",
            "date|date|work date in the practice's zone",
            "minutes|int|whole minutes; negative only for a marked correction",
            "start|time|HH:MM when recorded as a span",
            "end|time|HH:MM when recorded as a span",
            "billable|bool|as recorded locally; XPM takes its own from the job task",
            "note|text|",
            "status|text|committed or draft",
            "approved|bool|somebody approved it locally",
            "problem|text|empty, or the Reason that holds this row, for example doubled id",
            "problem_sentence|text|what is wrong with the row and what to do",
            "content_hash|text|of the fields that reach XPM: staff, task, date, minutes, start, end, note",
            "file|text|file or query the row came from",
            "line|int|line or row number there, 0 when unknown",
        ),
        _contract(
            "problems",
            "one row per local row, of any table, that could not be read",
            "table|text|clients, staff, processes, tasks or actual_times",
            "file|text|",
            "line|int|",
            "column|text|",
            "value|text|the text as found",
            "sentence|text|what is wrong and what to do",
            "minutes|int|minutes of an unreadable actual time when they could be read, else 0",
            "date|date|its date when it could be read",
        ),
    )
}

XPM_FRAMES: dict[str, FrameContract] = {
    contract.name: contract
    for contract in (
        _contract(
            "clients",
            "one row per XPM client, archived and deleted ones included; id is the UUID in lower case",
            "name|text|",
            "first_name|text|",
            "last_name|text|",
            "email|text|",
            "phone|text|",
            "tax_number|text|masked by XPM but for the last three digits",
            "company_number|text|",
            "business_number|text|",
            "code|text|ClientCode",
            "export_code|text|",
            "structure|text|BusinessStructure",
            "archived|bool|",
            "deleted|bool|",
            "client_group|text|group names joined by comma",
            "partner|text|name of AccountManager",
            "manager|text|name of JobManager",
        ),
        _contract(
            "staff",
            "one row per XPM staff member; id is the UUID",
            "name|text|",
            "email|text|",
            "payroll_code|text|",
            "listed|bool|false for former staff known only from old time",
        ),
        _contract(
            "task_types", "XPM's practice-wide task catalogue; id is the UUID", "name|text|", "description|text|"
        ),
        _contract(
            "jobs",
            "one row per job; id is the visible job number, the key in all job and time calls",
            "uuid|text|",
            "name|text|",
            "description|text|",
            "client_id|text|UUID in clients",
            "client_name|text|",
            "client_order_number|text|",
            "state|text|display name",
            "category|text|",
            "start|date|",
            "due|date|",
            "completed|date|",
            "manager|text|name",
            "partner|text|name",
            "current|bool|in XPM's list of open jobs at the last sync",
        ),
        _contract(
            "job_tasks",
            "one row per task on a job; id is the job task's own UUID, the one time entries use",
            "job|text|job number",
            "task_type_id|text|UUID of the catalogue task it was made from",
            "name|text|",
            "description|text|",
            "estimated_minutes|int|",
            "actual_minutes|int|",
            "completed|bool|",
            "billable|bool|decides the billable flag of its time",
        ),
        _contract(
            "times",
            "one row per XPM timesheet; id is its UUID",
            "job|text|job number",
            "task_id|text|job task UUID",
            "staff_id|text|staff UUID",
            "staff_name|text|",
            "date|date|",
            "minutes|int|may be negative",
            "note|text|",
            "billable|bool|",
            "start|time|",
            "end|time|",
            "invoiced|bool|InvoiceTaskUUID is filled",
        ),
        _contract("templates", "job templates; XPM tells only their names", "name|text|"),
        _contract("categories", "job categories", "name|text|"),
        _contract("job_states", "states a job can have; XPM does not tell their interface codes", "name|text|"),
        _contract(
            "costs",
            "XPM's cost catalogue",
            "description|text|",
            "code|text|",
            "note|text|",
            "unit_cost|money|what the practice pays, as XPM holds it",
            "unit_price|money|what the client pays, as XPM holds it",
        ),
    )
}

_EMPTY: dict[str, Callable[[], pd.Series]] = {
    "text": lambda: pd.Series(dtype="str"),
    "time": lambda: pd.Series(dtype="str"),
    "int": lambda: pd.Series(dtype="int64"),
    "bool": lambda: pd.Series(dtype="bool"),
    "date": lambda: pd.Series(dtype="datetime64[s]"),
    "money": lambda: pd.Series(dtype="object"),
}

_DTYPES = {"text": "str", "time": "str", "int": "int64", "bool": "bool", "date": "datetime64[s]", "money": "object"}


def empty_frame(contract: FrameContract) -> pd.DataFrame:
    """A frame of the contract's columns and dtypes without rows."""
    frame = pd.DataFrame({column.name: _EMPTY[column.kind]() for column in contract.columns})
    frame.index = pd.Index([], dtype="str", name="id")
    return frame


def shape_frame(frame: pd.DataFrame, contract: FrameContract) -> pd.DataFrame:
    """The frame with exactly the contract's columns, order and dtypes; missing text becomes empty text.

    Columns the frame lacks come out empty (0, False, NaT). Raises FrameBroken when the index is not unique text or a
    column cannot take its dtype.
    """
    shaped = empty_frame(contract).reindex(frame.index.astype("str"))
    for column in contract.columns:
        shaped[column.name] = pd.Series(_shape_column(frame, column, contract.name), index=shaped.index)
    shaped.index.name = "id"
    if not shaped.index.is_unique:
        doubled = shaped.index[shaped.index.duplicated()][0]
        raise FrameBroken(contract.name, f"the id {doubled!r} occurs twice")
    return shaped


def _shape_column(frame: pd.DataFrame, column: Column, name: str) -> pd.api.extensions.ExtensionArray:
    blank = {"text": "", "time": "", "int": 0, "bool": False}.get(column.kind)
    if column.name not in frame.columns:
        return pd.Series(blank, index=frame.index, dtype=_DTYPES[column.kind]).array
    values = frame[column.name]
    if blank is not None:
        values = values.astype("object").where(values.notna(), blank)
    try:
        return values.astype(_DTYPES[column.kind]).array
    except (TypeError, ValueError) as error:
        raise FrameBroken(name, f"column {column.name!r} holds values that are no {column.kind}") from error


class Clock(Protocol):
    """The one door to time: what is now, and waiting. Tests and simulations pass their own."""

    def now(self) -> datetime:
        """The present instant, timezone-aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards, for measuring waits."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait that long."""
        ...


def practice_today(clock: Clock, zone: str, as_of: date | None = None) -> date:
    """Today's date where the practice is; `as_of` pins it, as the demo practice does."""
    return as_of or clock.now().astimezone(ZoneInfo(zone)).date()


def utc_text(moment: datetime) -> str:
    """The instant as sortable text in UTC, the form in which all tables keep instants."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
