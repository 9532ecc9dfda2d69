"""What a person sees at the address of a record: a client or a job as the sandbox holds it, to look at only."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from core.sandbox.consent_page import write_page
from core.sandbox.state import Client, Job, Tenant

if TYPE_CHECKING:
    from core.sandbox.world import Sandbox


class RecordPage:
    """One address for all records that have a page."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts = Request(scope, receive).path_params
        with self._sandbox.lock:
            page = write_record(self._sandbox.tenants.values(), parts["kind"], parts["key"])
        answer = HTMLResponse(page or write_page("No such record", "<p>It is not in this sandbox.</p>"))
        answer.status_code = 200 if page else 404
        await answer(scope, receive, send)


def write_record(tenants: Iterable[Tenant], kind: str, key: str) -> str:
    """The page of the record; empty when no practice has it."""
    for tenant in tenants:
        if kind == "client" and key.lower() in tenant.clients:
            return _write_client(tenant, tenant.clients[key.lower()])
        if kind == "job" and key in tenant.jobs:
            return _write_job(tenant, tenant.jobs[key])
    return ""


def _write_client(tenant: Tenant, client: Client) -> str:
    groups = ", ".join(sorted(group.name for group in tenant.groups.values() if client.uuid in group.clients))
    fate = "deleted" if client.is_deleted else "archived" if client.is_archived else ""
    facts = {
        "Practice": tenant.name,
        "State": fate,
        "Business structure": client.business_structure,
        "Client code": client.client_code,
        "E-mail": client.email,
        "Client group": groups,
        "Partner": _name_staff(tenant, client.account_manager),
        "Manager": _name_staff(tenant, client.job_manager),
    }
    jobs = [f"{job.number} {job.name} ({job.state})" for job in tenant.jobs.values() if job.client == client.uuid]
    return _write(client.name, facts, "Jobs", sorted(jobs))


def _write_job(tenant: Tenant, job: Job) -> str:
    client = tenant.clients.get(job.client)
    facts = {
        "Practice": tenant.name,
        "Client": client.name if client else "",
        "State": job.state,
        "Start": job.start_date.isoformat(),
        "Due": job.due_date.isoformat(),
        "Partner": _name_staff(tenant, job.partner),
        "Manager": _name_staff(tenant, job.manager),
    }
    tasks = [f"{task.name}, {task.actual_minutes} min{', completed' * task.completed}" for task in job.tasks]
    return _write(f"{job.number} {job.name}", facts, "Tasks", tasks)


def _name_staff(tenant: Tenant, uuid: str | None) -> str:
    staff = tenant.staff.get(uuid or "")
    return staff.name if staff else ""


def _write(title: str, facts: dict[str, str], heading: str, lines: list[str]) -> str:
    told = "".join(
        f"<label><small>{escape(name)}</small><span>{escape(value)}</span></label>"
        for name, value in facts.items()
        if value
    )
    rows = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return write_page(escape(title), f"{told}<h2>{escape(heading)}</h2><ul>{rows or '<li>none</li>'}</ul>")
