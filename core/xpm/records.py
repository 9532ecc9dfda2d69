"""XPM's records as typed values. Each field names the element path it comes from (Xero's documentation of Practice
Manager 3.1); both wires, XML and JSON, fill the same records from the same paths.

Missing, empty and self-closed elements are the same to XPM; here they are the field's default. A field without a
default is one we cannot do without.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_REQUIRED = object()
#: One timesheet is never longer; the sum on a job task is: leave and idle time of a large firm gather on one task.
_BIGGEST_MINUTES = 1_000_000
_BIGGEST_SUM = 1_000_000_000
_UUID = re.compile(r"\{?([0-9a-fA-F]{8})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{12})\}?")


def at(path: str, default: Any = _REQUIRED) -> Any:
    """A field that comes from this element path, with its value when the element says nothing."""
    if default is _REQUIRED:
        return Field(validation_alias=path)
    return Field(default, validation_alias=path)


def normalise_uuid(value: str) -> str:
    """The UUID in lower case with hyphens and without braces; any other text only trimmed, as ids are opaque."""
    found = _UUID.fullmatch(value.strip())
    return "-".join(found.groups()).lower() if found else value.strip()


def _read_uuid(value: object) -> str:
    return normalise_uuid(str(value))


def _read_text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _read_date(value: object) -> date | None:
    """The date part; XPM sends midnight without zone, and a zone after it changes nothing about the day."""
    if value is None or isinstance(value, date):
        return value
    day = str(value).strip()
    compact = re.fullmatch(r"\d{8}", day)
    return date.fromisoformat(day if compact else day[:10])


def _read_minutes(value: object) -> int:
    return _read_whole(value, _BIGGEST_MINUTES)


def _read_summed_minutes(value: object) -> int:
    return _read_whole(value, _BIGGEST_SUM)


def _read_whole(value: object, biggest: int) -> int:
    if isinstance(value, bool) or (isinstance(value, str) and not re.fullmatch(r"\s*-?\d+\s*", value)):
        raise ValueError("it is no whole number")
    number = Decimal(str(value).strip())
    if number != number.to_integral_value() or abs(number) > biggest:
        raise ValueError("it is no plausible whole number")
    return int(number)


def _read_money(value: object) -> Decimal | None:
    """Decimals may come with thousands commas."""
    if value is None:
        return None
    try:
        return Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        raise ValueError("it is no number") from None


def _read_flag(value: object) -> bool:
    """XPM has two kinds of flags: true/false and Yes/No."""
    word = str(value).strip().lower()
    if word in ("true", "yes", "1"):
        return True
    if word in ("false", "no", "0"):
        return False
    raise ValueError("it is neither yes nor no")


def _read_clock(value: object) -> str:
    """Clock times as HH:MM, whatever follows."""
    return str(value).strip()[:5]


Text = Annotated[str, BeforeValidator(_read_text)]
Uuid = Annotated[str, BeforeValidator(_read_uuid)]
Day = Annotated[date, BeforeValidator(_read_date)]
MaybeDay = Annotated[date | None, BeforeValidator(_read_date)]
Minutes = Annotated[int, BeforeValidator(_read_minutes)]
SummedMinutes = Annotated[int, BeforeValidator(_read_summed_minutes)]
Money = Annotated[Decimal, BeforeValidator(_read_money)]
MaybeMoney = Annotated[Decimal | None, BeforeValidator(_read_money)]
Flag = Annotated[bool, BeforeValidator(_read_flag)]
ClockTime = Annotated[str, BeforeValidator(_read_clock)]


class Record(BaseModel):
    """What all records share: frozen, filled by path or by field name, deaf to elements we do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    @property
    def key(self) -> str:
        """What makes the record one of a kind within its list; empty when nothing does."""
        return getattr(self, "uuid", "")


class Staff(Record):
    """A staff member as XPM lists them; there is no flag for those who left."""

    uuid: Uuid = at("UUID")
    name: Text = at("Name", "")
    email: Text = at("Email", "")
    phone: Text = at("Phone", "")
    mobile: Text = at("Mobile", "")
    payroll_code: Text = at("PayrollCode", "")


class Named(Record):
    """A template, category, client group or job state: XPM tells a UUID and a name."""

    uuid: Uuid = at("UUID", "")
    name: Text = at("Name", "")

    @property
    def key(self) -> str:
        return self.uuid or self.name


class Client(Record):
    """A client; lists hold archived and deleted ones too, and groups only when asked for detail."""

    uuid: Uuid = at("UUID")
    name: Text = at("Name", "")
    first_name: Text = at("FirstName", "")
    last_name: Text = at("LastName", "")
    email: Text = at("Email", "")
    phone: Text = at("Phone", "")
    tax_number: Text = at("TaxNumber", "")
    company_number: Text = at("CompanyNumber", "")
    business_number: Text = at("BusinessNumber", "")
    code: Text = at("ClientCode", "")
    export_code: Text = at("ExportCode", "")
    structure: Text = at("BusinessStructure", "")
    archived: Flag = at("IsArchived", False)
    deleted: Flag = at("IsDeleted", False)
    partner: Text = at("AccountManager/Name", "")
    manager: Text = at("JobManager/Name", "")
    groups: tuple[Named, ...] = at("Groups/Group", ())


class TaskType(Record):
    """A task of the practice-wide catalogue."""

    uuid: Uuid = at("UUID")
    name: Text = at("Name", "")
    description: Text = at("Description", "")


class JobTask(Record):
    """A task on a job. `uuid` is the job task's own, which time entries use; `task_type_id` is the catalogue's."""

    uuid: Uuid = at("UUID")
    task_type_id: Uuid = at("TaskUUID", "")
    name: Text = at("Name", "")
    description: Text = at("Description", "")
    estimated_minutes: SummedMinutes = at("EstimatedMinutes", 0)
    actual_minutes: SummedMinutes = at("ActualMinutes", 0)
    completed: Flag = at("Completed", False)
    billable: Flag = at("Billable", False)


class JobRecord(Record):
    """A job; `number` is the visible number, its key in all calls. `tasks` is empty in lists without detail."""

    number: Text = at("ID")
    uuid: Uuid = at("UUID", "")
    name: Text = at("Name", "")
    description: Text = at("Description", "")
    client_id: Uuid = at("Client/UUID", "")
    client_name: Text = at("Client/Name", "")
    client_order_number: Text = at("ClientOrderNumber", "")
    budget: MaybeMoney = at("Budget", None)
    state: Text = at("State", "")
    category: Text = at("Type", "")
    start: MaybeDay = at("StartDate", None)
    due: MaybeDay = at("DueDate", None)
    completed: MaybeDay = at("CompletedDate", None)
    manager_id: Uuid = at("Manager/UUID", "")
    manager: Text = at("Manager/Name", "")
    partner_id: Uuid = at("Partner/UUID", "")
    partner: Text = at("Partner/Name", "")
    assigned: tuple[Named, ...] = at("Assigned/Staff", ())
    tasks: tuple[JobTask, ...] = at("Tasks/Task", ())

    @property
    def key(self) -> str:
        return self.number


class TimeRecord(Record):
    """A timesheet; `task_id` is the job task's UUID. XPM names the job by its number only."""

    uuid: Uuid = at("UUID")
    job: Text = at("Job/ID", "")
    job_name: Text = at("Job/Name", "")
    task_id: Uuid = at("Task/UUID", "")
    task_name: Text = at("Task/Name", "")
    staff_id: Uuid = at("Staff/UUID")
    staff_name: Text = at("Staff/Name", "")
    date: Day = at("Date")
    minutes: Minutes = at("Minutes")
    note: Text = at("Note", "")
    billable: Flag = at("Billable", False)
    start: ClockTime = at("Start", "")
    end: ClockTime = at("End", "")
    invoice_task_id: Uuid = at("InvoiceTaskUUID", "")

    @property
    def invoiced(self) -> bool:
        """On an invoice, so XPM may refuse changes."""
        return bool(self.invoice_task_id)


class JobCost(Record):
    """A cost line of one job; money as XPM holds it."""

    uuid: Uuid = at("UUID")
    date: MaybeDay = at("Date", None)
    description: Text = at("Description", "")
    code: Text = at("Code", "")
    note: Text = at("Note", "")
    quantity: Money = at("Quantity", Decimal(0))
    unit_cost: Money = at("UnitCost", Decimal(0))
    unit_price: Money = at("UnitPrice", Decimal(0))
    billable: Flag = at("Billable", False)


class Document(Record):
    """A file attached to a job; XPM tells no id of it, and its content only under an address for people."""

    title: Text = at("Title", "")
    text: Text = at("Text", "")
    folder: Text = at("Folder", "")
    file_name: Text = at("FileName", "")
    date: MaybeDay = at("Date", None)
    created_by: Text = at("CreatedBy", "")


class CatalogueCost(Record):
    """A cost of the practice-wide catalogue."""

    uuid: Uuid = at("UUID")
    description: Text = at("Description", "")
    code: Text = at("Code", "")
    note: Text = at("Note", "")
    unit_cost: MaybeMoney = at("UnitCost", None)
    unit_price: MaybeMoney = at("UnitPrice", None)


class NewId(Record):
    """The answer to adding a job task or a job cost: the new record's UUID and nothing else."""

    uuid: Uuid = at("UUID")


class Nothing(Record):
    """The answer of a call that says no more than that it was done."""


def model_paths(model: type[Record]) -> Mapping[str, type[Record] | None]:
    """Each element path of the model, with the record type of its items where the path is a list."""
    paths: dict[str, type[Record] | None] = {}
    for field in model.model_fields.values():
        items = [part for part in getattr(field.annotation, "__args__", ()) if isinstance(part, type)]
        nested = next((part for part in items if issubclass(part, Record)), None)
        paths[str(field.validation_alias)] = nested
    return paths
