"""A sandbox practice as one JSON document: for `--data FILE`, `/_sandbox/snapshot` and `/_sandbox/restore`.

The document is

    {"clock": "2026-11-22T09:00:00+00:00",
     "tenants": [{"id": "...", "name": "Kowhai & Rimu Accounting", "type": "PRACTICEMANAGER",
                  "staff": [...], "clients": [...], "groups": [...], "catalogue_tasks": [...],
                  "catalogue_costs": [...], "categories": [...], "states": [...], "templates": [...],
                  "jobs": [...], "times": [...], "job_prefix": "J", "next_job": 413}]}

with the record and field names of `state.py`. Its rules:

- What the sandbox keeps as a dictionary is a list of records here; the key is a field of the record (`number` for
  jobs, `uuid` for everything else), and a key that comes twice is refused.
- Dates are "2026-11-22", money and quantities are text ("45.00"; a whole number is accepted), flags are true or false.
- References are by key: a job names its client, manager, partner, category and assigned staff by UUID; a time names
  its job by *number*, its staff member by UUID, and as `task` the UUID of a *job task* of that job.
- A field left out has the default of `state.py`; fields without a default there (uuid, name, date, minutes ...) are
  needed. Unknown fields are refused by name, so that a misspelt one is not lost.
- `type` is PRACTICEMANAGER, PRACTICE or ORGANISATION; only the first has records.
- `states` left out of a PRACTICEMANAGER tenant: Planned, In Progress, On Hold, Completed, Cancelled.
- `next_job` left out: one more than the highest number with the prefix.
- `actual_minutes` of a job task left out: the sum of its times.
- `clock` left out: the sandbox keeps the time it has. A time without a zone is UTC.
"""

from __future__ import annotations

import functools
import hashlib
import types
import typing
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core.sandbox.state import PRACTICE_MANAGER, Job, JobState, Tenant

Reader = Callable[[Any, str], Any]

_STATES = (
    ("Planned", "PLANNED", "open"),
    ("In Progress", "INPROGRESS", "open"),
    ("On Hold", "ONHOLD", "open"),
    ("Completed", "COMPLETED", "completed"),
    ("Cancelled", "CANCELLED", "cancelled"),
)


class SnapshotError(ValueError):
    """A document that is no sandbox practice; the sentence names the place in it."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place or 'The document'} {problem}.")


def dump_state(tenants: Iterable[Tenant], now: datetime) -> dict[str, Any]:
    """The document of these tenants; `load_state` of it gives equal records."""
    return {"clock": now.isoformat(), "tenants": [_write_record(tenant) for tenant in tenants]}


def load_state(document: Any) -> tuple[datetime | None, dict[str, Tenant]]:
    """The clock's time (aware, None when left out) and the tenants by id, in the document's order.

    Raises SnapshotError on anything the form does not know; nothing is half loaded.
    """
    if not isinstance(document, Mapping):
        raise SnapshotError("", "is not an object with `clock` and `tenants`")
    unknown = set(document) - {"clock", "tenants"}
    if unknown:
        raise SnapshotError("", f"has the unknown fields {', '.join(sorted(unknown))}")
    tenants = _reader_of(list[Tenant])(document.get("tenants", []), "tenants")
    for tenant, raw in zip(tenants, document.get("tenants", []), strict=True):
        _fill_in(tenant, raw)
    return _read_clock(document.get("clock")), _by_key(tenants, "id", "tenants")


def list_default_states(tenant_id: str) -> list[JobState]:
    """The five states a new practice has, in order; their UUIDs follow from the tenant's id."""
    return [
        JobState(uuid=derive_uuid(tenant_id, "state", code), name=name, code=code, kind=kind)
        for name, code, kind in _STATES
    ]


def derive_uuid(*parts: object) -> str:
    """A lower-case UUID that depends on nothing but the parts."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _write_record(record: Any) -> dict[str, Any]:
    kind: Any = type(record)
    tables = _tables_of(kind)
    values = ((item.name, getattr(record, item.name)) for item in fields(record))
    return {name: _write_value(list(value.values()) if name in tables else value) for name, value in values}


@functools.cache
def _tables_of(kind: Any) -> frozenset[str]:
    """The fields that are dictionaries of records."""
    hints = typing.get_type_hints(kind)
    return frozenset(
        name for name, hint in hints.items() if typing.get_origin(hint) is dict and _is_record(typing.get_args(hint)[1])
    )


def _write_value(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if is_dataclass(value):
        return _write_record(value)
    if isinstance(value, list | tuple):
        return [_write_value(item) for item in value]
    if isinstance(value, dict):
        return {key: _write_value(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else str(value)


@functools.cache
def _reader_of(kind: Any) -> Reader:
    """The function that turns JSON into a value of this type, given the value and the place it stands."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _optional(_reader_of(next(one for one in inner if one is not types.NoneType)))
    if origin is list:
        return functools.partial(_read_list, _reader_of(inner[0]))
    if origin is dict and _is_record(inner[1]):
        return functools.partial(_read_table, functools.partial(_read_list, _reader_of(inner[1])), _key_of(inner[1]))
    if origin is dict:
        return functools.partial(_read_mapping, _reader_of(inner[1]))
    if _is_record(kind):
        return _record_reader(kind)
    return _SCALARS.get(kind, lambda value, _place: value)


def _is_record(kind: Any) -> bool:
    return is_dataclass(kind)


def _optional(read: Reader) -> Reader:
    return lambda value, place: None if value is None else read(value, place)


def _key_of(kind: Any) -> str:
    return "number" if kind is Job else "uuid"


def _read_list(read: Reader, value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise SnapshotError(place, "is not a list")
    return [read(item, f"{place}[{index}]") for index, item in enumerate(value)]


def _read_table(read: Reader, key: str, value: Any, place: str) -> dict[str, Any]:
    return _by_key(read(value, place), key, place)


def _read_mapping(read: Reader, value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SnapshotError(place, "is not an object")
    return {key: read(item, f"{place}.{key}") for key, item in value.items()}


def _by_key(records: list[Any], key: str, place: str) -> dict[str, Any]:
    table = {getattr(record, key): record for record in records}
    if len(table) < len(records):
        twice = Counter(getattr(record, key) for record in records).most_common(1)[0][0]
        raise SnapshotError(place, f"has two records with the {key} {twice}")
    return table


def _record_reader(kind: Any) -> Reader:
    hints = typing.get_type_hints(kind)
    readers = {item.name: _reader_of(hints[item.name]) for item in fields(kind)}
    needed = [item.name for item in fields(kind) if _is_needed(item)]

    def read(value: Any, place: str) -> Any:
        if not isinstance(value, dict):
            raise SnapshotError(place, "is not an object")
        for name in needed:
            if name not in value:
                raise SnapshotError(place, f"has no {name}")
        given = {}
        for name, item in value.items():
            if name not in readers:
                raise SnapshotError(place, f"has the unknown field {name}; known are {', '.join(readers)}")
            given[name] = readers[name](item, f"{place}.{name}")
        return kind(**given)

    return read


def _is_needed(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _read_text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise SnapshotError(place, f"is {value!r}, not text")
    return value


def _read_int(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise SnapshotError(place, f"is {value!r}, not a whole number")
    return value


def _read_flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise SnapshotError(place, f"is {value!r}, not true or false")
    return value


def _read_date(value: Any, place: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise SnapshotError(place, f"is {value!r}, not a date such as 2026-11-22") from error


def _read_money(value: Any, place: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise SnapshotError(place, f'is {value!r}, not money as text such as "45.00"')
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise SnapshotError(place, f"is {value!r}, not money") from error


_SCALARS: dict[Any, Reader] = {
    str: _read_text,
    int: _read_int,
    bool: _read_flag,
    date: _read_date,
    Decimal: _read_money,
}


def _read_clock(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise SnapshotError("clock", f"is {value!r}, not a time such as 2026-11-22T09:00:00+00:00") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _fill_in(tenant: Tenant, raw: Mapping[str, Any]) -> None:
    if tenant.type != PRACTICE_MANAGER:
        return
    if "states" not in raw:
        tenant.states = list_default_states(tenant.id)
    if "next_job" not in raw:
        tenant.next_job = 1 + max(map(functools.partial(_sequence, tenant.job_prefix), tenant.jobs), default=0)
    spent: Counter[str] = Counter()
    for time in tenant.times.values():
        spent[time.task] += time.minutes
    for job, job_raw in zip(tenant.jobs.values(), raw.get("jobs", []), strict=True):
        for task, task_raw in zip(job.tasks, job_raw.get("tasks", []), strict=True):
            if "actual_minutes" not in task_raw:
                task.actual_minutes = spent[task.uuid]


def _sequence(prefix: str, number: str) -> int:
    tail = number.removeprefix(prefix)
    return int(tail) if number.startswith(prefix) and tail.isascii() and tail.isdigit() else 0
