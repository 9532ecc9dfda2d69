"""Writes the demo practice as text: the exports of its own system, its settings, and XPM's seed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from core.sandbox.state import Tenant
from data.demo.builder.catalogue import INTERNAL, PROCESSES
from data.demo.builder.diary import Entry
from data.demo.builder.pairs import Pair
from data.demo.builder.papers import Paper
from data.demo.builder.register import LocalTask
from data.demo.builder.team import BY_ID, MEMBERS
from data.demo.builder.timesheets import TENANT
from data.demo.builder.xpm_side import CLOCK, slim_record

#: Our column -> header of the practice's own system, per table. The other headers are there for people.
COLUMNS = {
    "clients": {
        "id": "Client ID",
        "name": "Client name",
        "entity_type": "Entity",
        "email": "E-mail",
        "phone": "Phone",
        "tax_number": "ABN / NZBN",
        "company_number": "ACN / NZCN",
        "code": "Client code",
        "archived": "Archived",
        "client_group": "Client group",
        "partner": "Partner",
        "manager": "Manager",
    },
    "staff": {"id": "User ID", "name": "Full name", "email": "E-mail", "active": "Active"},
    "processes": {"id": "Process ID", "name": "Process", "description": "What it covers"},
    "tasks": {
        "id": "Task ID",
        "client_id": "Client ID",
        "process_id": "Process ID",
        "name": "Task",
        "assignee_id": "Assigned to",
        "start": "Start date",
        "due": "Due date",
        "status": "Status",
        "period": "Period",
    },
    "actual_times": {
        "id": "Entry ID",
        "date": "Date",
        "staff_id": "User ID",
        "client_id": "Client ID",
        "process_id": "Process ID",
        "task_id": "Task ID",
        "minutes": "Minutes",
        "billable": "Billable",
        "status": "Status",
        "approved": "Approved",
        "note": "Note",
    },
    "documents": {
        "id": "Document ID",
        "client_id": "Client ID",
        "task_id": "Task ID",
        "name": "Document",
        "path": "File",
        "kind": "Kind",
        "date": "Date",
    },
}


def write_clients(pairs: list[Pair]) -> str:
    rows = []
    for pair in pairs:
        one = pair.local
        archived = "Yes" if one.archived else "No"
        identity = (one.id, one.name, one.entity, one.email, one.phone, one.abn, one.acn, one.code)
        rows.append((*identity, archived, one.group, one.partner, one.manager))
    return _write_csv(COLUMNS["clients"].values(), rows)


def write_staff() -> str:
    rows = [(one.id, one.name, one.email, "Yes" if one.active else "No") for one in MEMBERS]
    return _write_csv(COLUMNS["staff"].values(), rows)


def write_processes() -> str:
    return _write_csv(COLUMNS["processes"].values(), [(one.id, one.name, one.description) for one in PROCESSES])


def write_tasks(tasks: list[LocalTask]) -> str:
    headers = ("Task ID", "Client ID", "Client", "Process ID", "Process", "Task", "Assigned to", "Start date")
    rows = [
        (
            *(task.id, task.pair.local.id, task.pair.local.name, task.process.id, task.process.name, task.name),
            *(task.assignee, _write_day(task.start), _write_day(task.due), task.status, task.period),
        )
        for task in tasks
    ]
    return _write_csv((*headers, "Due date", "Status", "Period"), rows)


def write_documents(papers: list[Paper]) -> str:
    rows = [(one.id, one.client, one.task, one.name, one.path, one.kind, _write_day(one.day)) for one in papers]
    return _write_csv(COLUMNS["documents"].values(), rows)


def write_times(entries: list[Entry]) -> str:
    """The export as it would have been made on Friday: the line deleted since the push is gone."""
    headers = ("Entry ID", "Date", "User ID", "User", "Client ID", "Client", "Process ID", "Task ID", "Task", "Minutes")
    rows = [
        (
            *(entry.id, entry.date_text or _write_day(entry.day), entry.staff, BY_ID[entry.staff].name),
            *(entry.pair.local.id, entry.pair.local.name, entry.process.id),
            *((entry.task.id, entry.task.name) if entry.task else ("", "")),
            *(entry.minutes_text or entry.minutes, "Yes" if entry.billable else "No", entry.status),
            *("Yes" if entry.approved else "No", entry.note),
        )
        for entry in entries
        if entry.fate != "delete_here"
    ]
    return _write_csv((*headers, "Billable", "Status", "Approved", "Note"), rows)


def write_practice(pairs: list[Pair], entries: list[Entry]) -> str:
    """Who the practice is, how its files are read, and what people decided before the demo's day."""
    tables: dict[str, Any] = {table: {"file": f"{table}.csv", "columns": columns} for table, columns in COLUMNS.items()}
    tables["tasks"] |= {"date_order": "dmy"}
    tables["documents"] |= {"date_order": "dmy"}
    tables["actual_times"] |= {
        "date_order": "dmy",
        "unit": "minutes",
        "statuses": {"Committed": "committed", "Draft": "draft"},
    }
    document = {
        "id": "demo",
        "name": "Banksia & Wren Accountants",
        "zone": "Australia/Sydney",
        "as_of": "2026-11-20",
        "xpm_tenant": TENANT,
        "settings": {
            "local": {"type": "folder", "path": "local", "tables": tables},
            "period_closed_until": "2026-08-31",
            "year_end_month": 6,
            "quarter_convention": "last",
            "over_day_tolerance_minutes": 0,
            "marker": True,
        },
        "rules": [
            {"name": "Everything", "choice": {}, "automatic": False},
            {"name": "This week's client work", "choice": {"look_back_days": 5, "billable": True}, "automatic": False},
        ],
        "decisions": list_decisions(pairs, entries),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def list_decisions(pairs: list[Pair], entries: list[Entry]) -> list[dict[str, str]]:
    """What a practice would already have said: the internal work is excluded, some clients only people can know."""
    decided = [_decide("process", process, "excluded", "", "internal work stays here") for process in INTERNAL]
    decided += [
        _decide("staff", "U10", "linked", BY_ID["U10"].xpm_id, "left in September"),
        _decide("staff", "U12", "excluded", "", "shared account of the front desk"),
    ]
    for pair in pairs:
        if pair.grade in ("linked", "broken") and pair.xpm:
            decided.append(_decide("client", pair.local.id, "linked", pair.xpm.uuid, "known to Margaret"))
        elif pair.grade == "excluded":
            decided.append(_decide("client", pair.local.id, "excluded", "", "pro bono, never invoiced"))
    valuation = next(entry.task for entry in entries if entry.fate == "valuation" and entry.task)
    decided.append(_decide("task", valuation.id, "excluded", "", "invoiced outside XPM"))
    by_name = {pair.local.name: pair for pair in pairs}
    rejected = by_name["Gareth Williams"].xpm
    if rejected:
        local = by_name["Gary Williamson"].local.id
        decided.append(_decide("client", local, "rejected", rejected.uuid, "two different people"))
    return decided


def _decide(kind: str, local_id: str, verdict: str, xpm_id: str, why: str) -> dict[str, str]:
    at = "2026-11-02T22:15:00.000+00:00"
    decision = {"kind": kind, "local_id": local_id, "verdict": verdict, "xpm_id": xpm_id}
    return {**decision, "by": "Margaret Wren", "at": at, "why": why}


def write_seed(tenants: list[Tenant]) -> str:
    """Compact JSON, one record a line, so that a change shows as the records it touches."""
    texts = [_write_tenant(slim_record(tenant)) for tenant in tenants]
    return f'{{"clock": "{CLOCK}",\n"tenants": [\n' + ",\n".join(texts) + "\n]}\n"


def _write_tenant(fields: dict[str, Any]) -> str:
    parts = []
    for name, value in fields.items():
        if isinstance(value, list):
            lines = ",\n".join(_dump(record) for record in value)
            parts.append(f'"{name}": [\n{lines}\n]')
        else:
            parts.append(f'"{name}": {_dump(value)}')
    return "{" + ",\n".join(parts) + "}"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _write_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _write_csv(headers: Iterable[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue()
