"""What we ask XPM to write: drafts in our words, and the ordered message each becomes.

Element names and their order follow Xero's documentation of Practice Manager 3.1. Nothing says whether the order
matters, so it is kept.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = "str | int | bool | date | Decimal | Attributes"


@dataclass(frozen=True)
class Attributes:
    """An element without text whose content is in attributes, as job assignments are written."""

    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Message:
    """One request body: a root name and ordered parts. Names may repeat only with `Attributes`."""

    root: str
    parts: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class TimeDraft:
    """A timesheet to write. With `start` and `end` (HH:MM) the span is sent, else the minutes; never both."""

    job: str
    task_id: str
    staff_id: str
    date: date
    minutes: int
    note: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class JobDraft:
    """A job to add or change. Empty text leaves an optional element out; `number` asks for an own job number."""

    name: str
    client_id: str
    start: date
    due: date
    description: str = ""
    client_order_number: str = ""
    number: str = ""
    contact_id: str = ""
    template_id: str = ""
    category_id: str = ""
    budget: Decimal | None = None


@dataclass(frozen=True)
class Assignment:
    """Who is put on or taken off a job: pairs of staff UUID and job task UUID, the latter empty for the whole job."""

    add: Sequence[tuple[str, str]] = ()
    remove: Sequence[tuple[str, str]] = ()
    manager: str = ""
    partner: str = ""
    remove_manager: bool = False
    remove_partner: bool = False


@dataclass(frozen=True)
class JobTaskDraft:
    """A task to put on a job; `task_type_id` is the catalogue's UUID, not a job task's."""

    job: str
    task_type_id: str
    estimated_minutes: int
    label: str = ""
    description: str = ""
    start: date | None = None
    due: date | None = None


@dataclass(frozen=True)
class CostDraft:
    """A cost line of a job. `billable` is always sent: leaving it out may set it."""

    date: date
    description: str
    quantity: Decimal
    unit_cost: Decimal
    unit_price: Decimal
    code: str = ""
    note: str = ""
    billable: bool = True


@dataclass(frozen=True)
class NoteDraft:
    """A note to put on a job."""

    job: str
    title: str
    text: str
    folder: str = ""
    public: bool = field(default=False)


@dataclass(frozen=True)
class DocumentDraft:
    """A file to attach to a job; XPM tells no id of it, so `text` is the place for a mark of ours."""

    job: str
    title: str
    text: str
    file_name: str
    content: bytes = field(repr=False)
    folder: str = ""


def write_time(draft: TimeDraft, uuid: str = "") -> Message:
    """A timesheet to add, or with its UUID to replace whole: left-out elements may be cleared by XPM."""
    span = bool(draft.start and draft.end)
    # The JSON form of minutes is a text, as Xero describes it; in XML there is no difference.
    length: list[tuple[str, Value]] = (
        [("Start", draft.start), ("End", draft.end)] if span else [("Minutes", str(draft.minutes))]
    )
    return Message(
        "Timesheet",
        (
            *_unless_empty("UUID", uuid),
            ("Job", draft.job),
            ("TaskUUID", draft.task_id),
            ("StaffUUID", draft.staff_id),
            ("Date", draft.date),
            *length,
            ("Note", draft.note),
        ),
    )


def write_job(draft: JobDraft) -> Message:
    """A job to add."""
    return Message(
        "Job",
        (
            ("Name", draft.name),
            ("Description", draft.description),
            ("ClientUUID", draft.client_id),
            *_unless_empty("ContactUUID", draft.contact_id),
            ("StartDate", draft.start),
            ("DueDate", draft.due),
            *_unless_empty("ClientNumber", draft.client_order_number),
            *_unless_empty("ID", draft.number),
            *_unless_empty("TemplateUUID", draft.template_id),
            *_unless_empty("CategoryUUID", draft.category_id),
            *_unless_empty("Budget", draft.budget),
        ),
    )


def write_job_update(number: str, draft: JobDraft) -> Message:
    """The header fields of a job; a job cannot be moved to another client."""
    return Message(
        "Job",
        (
            ("ID", number),
            ("Name", draft.name),
            ("Description", draft.description),
            ("StartDate", draft.start),
            ("DueDate", draft.due),
            ("ClientNumber", draft.client_order_number),
            *_unless_empty("CategoryUUID", draft.category_id),
            *_unless_empty("Budget", draft.budget),
        ),
    )


def write_job_state(number: str, code: str) -> Message:
    """`code` is the interface code the practice gave the state, not its display name."""
    return Message("Job", (("ID", number), ("State", code)))


def write_assignment(number: str, assignment: Assignment) -> Message:
    """Staff, manager and partner of a job."""
    parts: list[tuple[str, Value]] = [("ID", number)]
    parts += [("add", _link(staff, task)) for staff, task in assignment.add]
    parts += [("remove", _link(staff, task)) for staff, task in assignment.remove]
    for role, person, without in (
        ("manager", assignment.manager, assignment.remove_manager),
        ("partner", assignment.partner, assignment.remove_partner),
    ):
        parts += [(f"add-{role}", _link(person))] if person else []
        parts += [(f"remove-{role}", Attributes())] if without else []
    return Message("Job", tuple(parts))


def write_job_task(draft: JobTaskDraft) -> Message:
    """A job task to add."""
    return Message(
        "Task",
        (
            ("Job", draft.job),
            ("TaskUUID", draft.task_type_id),
            ("EstimatedMinutes", draft.estimated_minutes),
            *_unless_empty("Label", draft.label),
            *_unless_empty("Description", draft.description),
            *_unless_empty("StartDate", draft.start),
            *_unless_empty("DueDate", draft.due),
        ),
    )


def write_cost(draft: CostDraft, *, job: str = "", uuid: str = "") -> Message:
    """A cost line to add to a job, or with its UUID to replace whole."""
    return Message(
        "Cost",
        (
            *_unless_empty("Job", job),
            *_unless_empty("UUID", uuid),
            ("Date", draft.date),
            ("Description", draft.description),
            ("Code", draft.code),
            ("Note", draft.note),
            ("Quantity", draft.quantity),
            ("UnitCost", draft.unit_cost),
            ("UnitPrice", draft.unit_price),
            ("Billable", draft.billable),
        ),
    )


def write_note(draft: NoteDraft) -> Message:
    """A note on a job."""
    return Message(
        "Note",
        (
            ("Job", draft.job),
            ("Title", draft.title),
            ("Text", draft.text),
            *_unless_empty("Folder", draft.folder),
            ("Public", draft.public),
        ),
    )


def write_document(draft: DocumentDraft) -> Message:
    """A file for a job, not shown to the client."""
    return Message(
        "Document",
        (
            ("Job", draft.job),
            ("Title", draft.title),
            ("Text", draft.text),
            *_unless_empty("Folder", draft.folder),
            ("Public", False),
            ("FileName", draft.file_name),
            ("Content", b64encode(draft.content).decode("ascii")),
        ),
    )


def _link(staff: str, task: str = "") -> Attributes:
    return Attributes((("uuid", staff), *([("task-uuid", task)] if task else [])))


def _unless_empty(name: str, value: Value | None) -> tuple[tuple[str, Value], ...]:
    return () if value is None or value == "" else ((name, value),)
