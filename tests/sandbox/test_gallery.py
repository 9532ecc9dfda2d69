"""The documented examples, character by character."""

from __future__ import annotations

import pytest

from tests.sandbox.kowhai import (
    AROHA,
    BEN,
    CATALOGUE_COST,
    CATEGORY,
    GROUP,
    JOB,
    JOB_UUID,
    KIND_PREPARE,
    KIND_REVIEW,
    MERE,
    PREPARE,
    TEMPLATE,
    TIME,
    TUI,
    call,
    make_sandbox,
    read,
    write,
)

STAFF_AROHA = (
    f"<Staff><UUID>{AROHA}</UUID><Name>Aroha Ngata</Name><Email>aroha@kowhai.example</Email><Phone></Phone>"
    "<Mobile></Mobile><Address></Address><PayrollCode>P07</PayrollCode></Staff>"
)
STAFF_BEN = (
    f"<Staff><UUID>{BEN}</UUID><Name>Ben Okafor</Name><Email>ben@kowhai.example</Email><Phone></Phone>"
    "<Mobile></Mobile><Address></Address><PayrollCode></PayrollCode></Staff>"
)
CLIENT_TUI = (
    f"<UUID>{TUI}</UUID><Name>Tui &amp; Tawa Bakery Ltd</Name><Email>office@tuitawa.example</Email>"
    "<Address></Address><City></City><Region></Region><PostCode></PostCode><Country></Country>"
    "<PostalAddress>PO Box 9\nLevel 2</PostalAddress><PostalCity>Napier</PostalCity><PostalRegion></PostalRegion>"
    "<PostalPostCode>4110</PostalPostCode><PostalCountry></PostalCountry><Phone></Phone><Fax></Fax><Website></Website>"
    "<ReferralSource></ReferralSource><ExportCode>TUI01</ExportCode><IsProspect>No</IsProspect>"
    "<IsArchived>No</IsArchived><IsDeleted>No</IsDeleted>"
    f"<AccountManager><UUID>{BEN}</UUID><Name>Ben Okafor</Name></AccountManager><TaxNumber>*****123</TaxNumber>"
    "<CompanyNumber>8123456</CompanyNumber><BusinessNumber></BusinessNumber>"
    "<BusinessStructure>Company</BusinessStructure>"
)
CONTACTS = (
    f"<Contacts><Contact><UUID>{MERE}</UUID><Name>Mere Tawa</Name><Salutation></Salutation><Addressee></Addressee>"
    "<Mobile></Mobile><Email></Email><Phone></Phone><Position></Position><IsDeleted>No</IsDeleted>"
    "<IsPrimary>Yes</IsPrimary></Contact></Contacts>"
)
CLIENT_REF = f"<Client><UUID>{TUI}</UUID><Name>Tui &amp; Tawa Bakery Ltd</Name></Client>"
ASSIGNED = f"<Assigned><Staff><UUID>{AROHA}</UUID><Name>Aroha Ngata</Name></Staff></Assigned>"
JOB_HEAD = (
    f"<ID>{JOB}</ID><UUID>{JOB_UUID}</UUID><Name>Annual accounts 2026</Name><Description></Description>{CLIENT_REF}"
    "<ClientOrderNumber></ClientOrderNumber><State>In Progress</State><StartDate>2026-07-01T00:00:00</StartDate>"
    f"<DueDate>2026-12-15T00:00:00</DueDate>{ASSIGNED}"
)
TASKS = (
    f"<Tasks><Task><UUID>{PREPARE}</UUID><TaskUUID>{KIND_PREPARE}</TaskUUID><Name>Preparation</Name><Description>"
    "</Description><EstimatedMinutes>600</EstimatedMinutes><ActualMinutes>75</ActualMinutes><Completed>false</Completed>"
    "<Billable>true</Billable><Folder></Folder></Task></Tasks>"
)
TIME_ROW = (
    f"<Time><UUID>{TIME}</UUID><Job><ID>{JOB}</ID><Name>Annual accounts 2026</Name></Job><Task><UUID>{PREPARE}</UUID>"
    f"<Name>Preparation</Name></Task><Staff><UUID>{AROHA}</UUID><Name>Aroha Ngata</Name></Staff>"
    "<Date>2026-11-20T00:00:00</Date><Minutes>75</Minutes><Note>Bank reconciliation</Note>"
    "<Billable>true</Billable></Time>"
)
FEE = (
    f"<Cost><UUID>{CATALOGUE_COST}</UUID><Description>Companies Office fee</Description><Code>FEE</Code><Note></Note>"
    "<UnitCost>45.00</UnitCost><UnitPrice>52.50</UnitPrice><IncomeAccount></IncomeAccount>"
    "<CostOfSaleAccount></CostOfSaleAccount></Cost>"
)
URL = "<WebUrl>https://practice.example"
STATES = "".join(
    f"<JobState><UUID>95000000-0000-4000-8000-00000000000{number}</UUID><Name>{name}</Name></JobState>"
    for number, name in enumerate(("Planned", "In Progress", "Completed", "Cancelled"), start=1)
)

READS = [
    ("staff.api/list", "List", f"<StaffList>{STAFF_AROHA}{STAFF_BEN}</StaffList>"),
    (f"staff.api/get/{AROHA}", "Get", f"{URL}/staff/{AROHA}</WebUrl>{STAFF_AROHA}"),
    (
        "client.api/search?query=TUI&detailed=true",
        "Search",
        f"<Clients><Client>{CLIENT_TUI}{CONTACTS}<Notes /><Groups><Group><UUID>{GROUP}</UUID><Name>Tawa family</Name>"
        "</Group></Groups><Relationships /></Client></Clients>",
    ),
    ("client.api/search?query=tui", "Search", f"<Clients><Client>{CLIENT_TUI}{CONTACTS}</Client></Clients>"),
    (
        "clientgroup.api/list",
        "List",
        f"<Groups><Group><UUID>{GROUP}</UUID><Name>Tawa family</Name><Taxable>No</Taxable></Group></Groups>",
    ),
    (
        f"clientgroup.api/get/{GROUP}",
        "Get",
        f"<Group><UUID>{GROUP}</UUID><Name>Tawa family</Name><Taxable>No</Taxable><Clients>{CLIENT_REF}</Clients>"
        "</Group>",
    ),
    ("job.api/current", "Current", f"<Jobs><Job>{JOB_HEAD}</Job></Jobs>"),
    (
        "job.api/current?detailed=true",
        "Current",
        f"<Jobs><Job>{JOB_HEAD}{TASKS}<Milestones /><Notes /></Job></Jobs>",
    ),
    (
        f"job.api/get/{JOB}",
        "Get",
        f"{URL}/job/{JOB}</WebUrl><Job>{JOB_HEAD}{TASKS}<Milestones /><Notes /></Job>",
    ),
    (f"job.api/staff/{AROHA}", "Staff", f"<Jobs><Job>{JOB_HEAD}{TASKS}</Job></Jobs>"),
    (f"job.api/client/{TUI}", "Client", f"<Jobs><Job>{JOB_HEAD}</Job></Jobs>"),
    ("job.api/tasks?complete=false", "Tasks", f"<Jobs><Job>{JOB_HEAD}{TASKS}</Job></Jobs>"),
    ("job.api/list?from=20251201&to=20261130", "List", f"<Jobs><Job>{JOB_HEAD}</Job></Jobs>"),
    (f"job.api/costs/{JOB}", "Costs", "<Costs />"),
    (f"job.api/documents/{JOB}", "Documents", "<Documents />"),
    ("jobstate.api/list", "List", f"<JobStates>{STATES}</JobStates>"),
    (
        f"task.api/get/{KIND_PREPARE}",
        "Get",
        f"<Task><UUID>{KIND_PREPARE}</UUID><Name>Preparation</Name><Description></Description></Task>",
    ),
    (
        "task.api/list",
        "List",
        f"<TaskList><Task><UUID>{KIND_PREPARE}</UUID><Name>Preparation</Name><Description></Description></Task>"
        f"<Task><UUID>{KIND_REVIEW}</UUID><Name>Review</Name><Description></Description></Task></TaskList>",
    ),
    ("time.api/list?from=20261101&to=20261130", "List", f"<Times>{TIME_ROW}</Times>"),
    ("time.api/list?from=20261001&to=20261031", "List", "<Times />"),
    (f"time.api/staff/{AROHA}?from=20261101&to=20261130", "Staff", f"<Times>{TIME_ROW}</Times>"),
    (f"time.api/job/{JOB}", "Job", f"<Times>{TIME_ROW}</Times>"),
    (f"time.api/get/{TIME}", "Get", TIME_ROW),
    ("cost.api/list?page=1", "List", f"<Records>1</Records><Costs>{FEE}</Costs>"),
    ("cost.api/list?page=2", "List", "<Records>0</Records><Costs />"),
    (f"cost.api/get/{CATALOGUE_COST}", "Get", FEE),
    (
        "template.api/list",
        "List",
        f"<Templates><Template><UUID>{TEMPLATE}</UUID><Name>Annual accounts</Name></Template></Templates>",
    ),
    (
        "category.api/list",
        "List",
        f"<Categories><Category><UUID>{CATEGORY}</UUID><Name>Compliance</Name></Category></Categories>",
    ),
]


@pytest.mark.parametrize(("path", "word", "payload"), READS, ids=[row[0] for row in READS])
def test_a_read_answers_exactly_the_documented_line(path: str, word: str, payload: str) -> None:
    assert read(make_sandbox(), path) == f'<Response api-method="{word}"><Status>OK</Status>{payload}</Response>'


STATUS_ONLY = [
    ("PUT", "job.api/state", f"<Job><ID>{JOB}</ID><State>COMPLETED</State></Job>", "State"),
    ("POST", "job.api/note", f"<Note><Job>{JOB}</Job><Title>T</Title><Text>x</Text></Note>", "Note"),
    ("POST", "staff.api/disable", f"<Staff><UUID>{BEN}</UUID></Staff>", "Disable"),
    ("POST", "staff.api/enable", f"<Staff><UUID>{BEN}</UUID><Security /></Staff>", "Enable"),
    ("POST", "staff.api/delete", f"<Staff><UUID>{BEN}</UUID></Staff>", "Delete"),
    ("POST", "staff.api/forgottenpassword", f"<Staff><UUID>{BEN}</UUID></Staff>", "ForgottenPassword"),
    ("POST", "client.api/delete", f"<Client><UUID>{TUI}</UUID></Client>", "Delete"),
    ("POST", "clientgroup.api/delete", f"<Group><UUID>{GROUP}</UUID></Group>", "Delete"),
    ("POST", "cost.api/delete", f"<Cost><UUID>{CATALOGUE_COST}</UUID></Cost>", "Delete"),
    ("POST", "cost.api/deleteall", "<DeleteAll />", "DeleteAll"),
    ("DELETE", f"time.api/delete/{TIME}", "", "Delete"),
]


@pytest.mark.parametrize(("verb", "path", "body", "word"), STATUS_ONLY, ids=[row[1] for row in STATUS_ONLY])
def test_a_write_that_changes_nothing_else_answers_its_status_alone(verb: str, path: str, body: str, word: str) -> None:
    assert write(make_sandbox(), verb, path, body) == f'<Response api-method="{word}"><Status>OK</Status></Response>'


def test_a_span_of_time_answers_minutes_and_both_ends() -> None:
    body = (
        f"<Timesheet><Job>{JOB}</Job><TaskUUID>{PREPARE}</TaskUUID><StaffUUID>{AROHA}</StaffUUID><Date>20261120</Date>"
        "<Start>13:00</Start><End>14:15</End><Note>Bank reconciliation</Note></Timesheet>"
    )
    answer = write(make_sandbox(), "POST", "time.api/add", body)
    assert answer.startswith('<Response api-method="Add"><Status>OK</Status><Time><UUID>')
    assert answer.endswith(
        "<Date>2026-11-20T00:00:00</Date><Minutes>75</Minutes><Note>Bank reconciliation</Note><Billable>true</Billable>"
        "<Start>13:00</Start><End>14:15</End></Time></Response>"
    )


def test_a_new_job_shows_its_empty_collections_and_the_first_state() -> None:
    body = (
        f"<Job><Name>GST return Oct 2026</Name><Description></Description><ClientUUID>{TUI}</ClientUUID>"
        "<StartDate>20261101</StartDate><DueDate>20261128</DueDate><ClientNumber>RD-9B21</ClientNumber></Job>"
    )
    answer = write(make_sandbox(), "POST", "job.api/add", body)
    assert answer.startswith('<Response api-method="Add"><Status>OK</Status><Job><ID>J000413</ID><UUID>')
    assert answer.endswith(
        f"<Name>GST return Oct 2026</Name><Description></Description>{CLIENT_REF}"
        "<ClientOrderNumber>RD-9B21</ClientOrderNumber><State>Planned</State><StartDate>2026-11-01T00:00:00</StartDate>"
        "<DueDate>2026-11-28T00:00:00</DueDate><Assigned /><Tasks /><Milestones /><Notes /></Job></Response>"
    )


def test_a_new_staff_member_is_answered_with_the_word_get() -> None:
    answer = write(
        make_sandbox(), "POST", "staff.api/add", "<Staff><Name>Cy</Name><Email>cy@kowhai.example</Email></Staff>"
    )
    assert answer.startswith('<Response api-method="Get"><Status>OK</Status><Staff><UUID>')
    assert answer.endswith(
        "<Name>Cy</Name><Email>cy@kowhai.example</Email><Phone></Phone><Mobile></Mobile><Address></Address>"
        "<PayrollCode></PayrollCode></Staff></Response>"
    )


def test_the_paged_list_ends_with_links_to_the_production_host() -> None:
    answer = read(make_sandbox(), "client.api/paged-list?pageSize=1")
    root = "https://api.xero.com/practicemanager/3.1/client.api/paged-list?"
    assert answer == (
        f'<Response api-method="PagedList"><Status>OK</Status><Clients><Client>{CLIENT_TUI}</Client></Clients>'
        f"<Pagination><Links><First>{root}pageSize=1</First><Next>{root}pageToken=cDI%3D&amp;pageSize=1</Next></Links>"
        "</Pagination></Response>"
    )


def test_an_answer_carries_its_correlation_id_and_forbids_caching() -> None:
    answer = call(make_sandbox(), "GET", "staff.api/list")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.headers["cache-control"] == "max-age=0, no-cache, no-store"
    assert len(answer.headers["xero-correlation-id"]) == 36
