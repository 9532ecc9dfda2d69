"""The exact bytes of every write, and what each gives back."""

from datetime import date
from decimal import Decimal

import httpx
import pytest

from core.xpm.client import XpmClient
from core.xpm.drafts import Assignment, CostDraft, DocumentDraft, JobDraft, JobTaskDraft, NoteDraft, TimeDraft
from core.xpm.outcome import Outcome, OutcomeKind
from core.xpm.records import JobRecord
from tests.xpm.conftest import ClientOver
from tests.xpm.fakes import ok
from tests.xpm.test_wire_xml import TIME_XML

JOB_XML = (
    "<Job><ID>J000413</ID><UUID>B2</UUID><Name>GST return Oct 2026</Name><Description></Description>"
    "<Client><UUID>C1</UUID><Name>Tui</Name></Client><ClientOrderNumber>RD-9B21</ClientOrderNumber>"
    "<State>Planned</State><StartDate>2026-11-01T00:00:00</StartDate><DueDate>2026-11-28T00:00:00</DueDate>"
    "<Assigned /><Tasks /><Milestones /><Notes /></Job>"
)
JOB = JobDraft("GST return Oct 2026", "C1", date(2026, 11, 1), date(2026, 11, 28), client_order_number="RD-9B21")
COST = CostDraft(date(2026, 11, 21), "Courier", Decimal(2), Decimal("6.00"), Decimal("9.00"), billable=False)
TIME = TimeDraft("J000412", "D1", "A1", date(2026, 11, 20), 75, "Bank reconciliation")


def wrote(client_over: ClientOver, answer: httpx.Response, write: object) -> tuple[str, str, str, Outcome]:
    client, script = client_over(answer)
    outcome = write(client)  # type: ignore[operator]
    request = script.requests[0]
    body = request.content.decode().removeprefix("<?xml version='1.0' encoding='utf-8'?>\n")
    return request.method, request.url.path.removeprefix("/practicemanager/3.1/"), body, outcome


CASES = [
    (
        "add time",
        lambda c: c.add_time(TIME),
        ok(TIME_XML),
        "POST",
        "time.api/add",
        "<Timesheet><Job>J000412</Job><TaskUUID>D1</TaskUUID><StaffUUID>A1</StaffUUID><Date>20261120</Date>"
        "<Minutes>75</Minutes><Note>Bank reconciliation</Note></Timesheet>",
    ),
    (
        "add a span",
        lambda c: c.add_time(TimeDraft("J1", "D1", "A1", date(2026, 11, 20), 75, "", "13:00", "14:15")),
        ok(TIME_XML),
        "POST",
        "time.api/add",
        "<Timesheet><Job>J1</Job><TaskUUID>D1</TaskUUID><StaffUUID>A1</StaffUUID><Date>20261120</Date>"
        "<Start>13:00</Start><End>14:15</End><Note></Note></Timesheet>",
    ),
    (
        "update time",
        lambda c: c.update_time("F1", TIME),
        ok(TIME_XML),
        "PUT",
        "time.api/update",
        "<Timesheet><UUID>F1</UUID><Job>J000412</Job><TaskUUID>D1</TaskUUID><StaffUUID>A1</StaffUUID>"
        "<Date>20261120</Date><Minutes>75</Minutes><Note>Bank reconciliation</Note></Timesheet>",
    ),
    ("delete time", lambda c: c.delete_time("F1"), ok(""), "DELETE", "time.api/delete/F1", ""),
    (
        "add job",
        lambda c: c.add_job(JOB),
        ok(JOB_XML),
        "POST",
        "job.api/add",
        "<Job><Name>GST return Oct 2026</Name><Description></Description><ClientUUID>C1</ClientUUID>"
        "<StartDate>20261101</StartDate><DueDate>20261128</DueDate><ClientNumber>RD-9B21</ClientNumber></Job>",
    ),
    (
        "add job from a template",
        lambda c: c.add_job(JobDraft("N", "C1", date(2026, 7, 1), date(2026, 7, 2), number="X 1", template_id="M1")),
        ok(JOB_XML),
        "POST",
        "job.api/add",
        "<Job><Name>N</Name><Description></Description><ClientUUID>C1</ClientUUID><StartDate>20260701</StartDate>"
        "<DueDate>20260702</DueDate><ID>X 1</ID><TemplateUUID>M1</TemplateUUID></Job>",
    ),
    (
        "update job",
        lambda c: c.update_job("J000413", JOB),
        ok(JOB_XML),
        "PUT",
        "job.api/update",
        "<Job><ID>J000413</ID><Name>GST return Oct 2026</Name><Description></Description>"
        "<StartDate>20261101</StartDate><DueDate>20261128</DueDate><ClientNumber>RD-9B21</ClientNumber></Job>",
    ),
    (
        "job state",
        lambda c: c.set_job_state("J000413", "COMPLETED"),
        ok(""),
        "PUT",
        "job.api/state",
        "<Job><ID>J000413</ID><State>COMPLETED</State></Job>",
    ),
    (
        "assign",
        lambda c: c.assign_job("J000412", Assignment([("A1", "D1")], [("A2", "")], manager="A3", remove_partner=True)),
        ok(JOB_XML),
        "PUT",
        "job.api/assign",
        '<Job><ID>J000412</ID><add uuid="A1" task-uuid="D1"/><remove uuid="A2"/><add-manager uuid="A3"/>'
        "<remove-partner/></Job>",
    ),
    (
        "add job task",
        lambda c: c.add_job_task(JobTaskDraft("J000412", "E2", 30, label="GST review")),
        ok("<UUID>D2</UUID>"),
        "POST",
        "job.api/task",
        "<Task><Job>J000412</Job><TaskUUID>E2</TaskUUID><EstimatedMinutes>30</EstimatedMinutes>"
        "<Label>GST review</Label></Task>",
    ),
    ("complete task", lambda c: c.complete_job_task("D2"), ok(""), "PUT", "job.api/task/D2/complete", ""),
    ("reopen task", lambda c: c.reopen_job_task("D2"), ok(JOB_XML), "PUT", "job.api/task/D2/reopen", ""),
    (
        "add cost",
        lambda c: c.add_job_cost("J000412", COST),
        ok("<UUID>H2</UUID>"),
        "POST",
        "job.api/cost",
        "<Cost><Job>J000412</Job><Date>20261121</Date><Description>Courier</Description><Code></Code><Note></Note>"
        "<Quantity>2</Quantity><UnitCost>6.00</UnitCost><UnitPrice>9.00</UnitPrice><Billable>false</Billable></Cost>",
    ),
    (
        "update cost",
        lambda c: c.update_job_cost("H2", COST),
        ok("<UUID>H2</UUID>"),
        "PUT",
        "job.api/cost",
        "<Cost><UUID>H2</UUID><Date>20261121</Date><Description>Courier</Description><Code></Code><Note></Note>"
        "<Quantity>2</Quantity><UnitCost>6.00</UnitCost><UnitPrice>9.00</UnitPrice><Billable>false</Billable></Cost>",
    ),
    (
        "note",
        lambda c: c.add_job_note(NoteDraft("J000412", "From Tieout", "Time of October checked.")),
        ok(""),
        "POST",
        "job.api/note",
        "<Note><Job>J000412</Job><Title>From Tieout</Title><Text>Time of October checked.</Text>"
        "<Public>false</Public></Note>",
    ),
    (
        "document",
        lambda c: c.add_job_document(DocumentDraft("J000412", "Accounts", "Sent ~7K3M", "accounts.pdf", b"%PDF-1.4")),
        ok(""),
        "POST",
        "job.api/document",
        "<Document><Job>J000412</Job><Title>Accounts</Title><Text>Sent ~7K3M</Text><Public>false</Public>"
        "<FileName>accounts.pdf</FileName><Content>JVBERi0xLjQ=</Content></Document>",
    ),
]


@pytest.mark.parametrize(
    ("write", "answer", "method", "path", "body"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_each_write_sends_what_xpm_documents(
    client_over: ClientOver, write: object, answer: httpx.Response, method: str, path: str, body: str
) -> None:
    sent_method, sent_path, sent_body, outcome = wrote(client_over, answer, write)
    assert (sent_method, sent_path) == (method, path)
    assert sent_body == body
    assert outcome.kind is OutcomeKind.APPLIED


def test_new_job_tasks_and_costs_give_their_uuid(client_over: ClientOver) -> None:
    client: XpmClient = client_over(ok("<UUID>{D2000000-0000-4000-8000-000000000002}</UUID>"))[0]
    assert client.add_job_cost("J1", COST).record == "d2000000-0000-4000-8000-000000000002"


def test_a_new_job_gives_its_record_and_what_differs(client_over: ClientOver) -> None:
    outcome = client_over(ok(JOB_XML.replace("RD-9B21", "RD-9B2")))[0].add_job(JOB)
    assert isinstance(outcome.record, JobRecord)
    assert (outcome.record.number, outcome.differs) == ("J000413", ("order number",))


def test_a_confirmation_gives_no_record(client_over: ClientOver) -> None:
    assert client_over(ok(""))[0].delete_time("F1").record is None


def test_a_new_task_without_uuid_is_in_doubt(client_over: ClientOver) -> None:
    outcome = client_over(ok(""))[0].add_job_task(JobTaskDraft("J1", "E1", 10))
    assert outcome.kind is OutcomeKind.IN_DOUBT
