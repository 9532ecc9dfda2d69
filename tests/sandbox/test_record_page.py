"""The page at the address of a record."""

from __future__ import annotations

from datetime import date

from core.sandbox.record_page import write_record
from core.sandbox.state import Client, ClientGroup, Job, JobTask, Staff, Tenant

UUID = "c1000000-0000-4000-8000-000000000001"
DAY = date(2026, 11, 20)


def make_tenant() -> Tenant:
    tenant = Tenant("t1", "Kowhai")
    tenant.staff = {"a1": Staff("a1", "Aroha Ngata")}
    tenant.clients = {UUID: Client(UUID, "Tui <b>& Tawa</b>", account_manager="a1")}
    tenant.groups = {"g1": ClientGroup("g1", "Tawa Group", clients=[UUID])}
    job = Job("J000412", "j1", "BAS", UUID, "In progress", DAY, DAY, DAY)
    job.tasks = [JobTask("k1", "t1", "BAS September", completed=True)]
    tenant.jobs = {job.number: job}
    return tenant


def test_a_clients_page_tells_group_partner_and_jobs() -> None:
    page = write_record([make_tenant()], "client", UUID.upper())
    assert "Tui &lt;b&gt;&amp; Tawa&lt;/b&gt;" in page
    assert "<b>" not in page
    assert all(words in page for words in ("Tawa Group", "Aroha Ngata", "J000412 BAS (In progress)"))


def test_a_jobs_page_tells_its_tasks() -> None:
    page = write_record([make_tenant()], "job", "J000412")
    assert "BAS September, 0 min, completed" in page


def test_what_no_practice_has_has_no_page() -> None:
    assert write_record([make_tenant()], "job", "J9") == ""
    assert write_record([make_tenant()], "staff", "a1") == ""
