"""Jobs, their tasks, costs, notes, documents, templates and assignments."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.sandbox.world import Sandbox
from tests.sandbox.kowhai import (
    AROHA,
    BEN,
    CATEGORY,
    JOB,
    KIND_PREPARE,
    KIND_REVIEW,
    KOWHAI,
    MERE,
    NOBODY,
    PREPARE,
    TEMPLATE,
    TUI,
    WEKA,
    call,
    make_job,
    make_sandbox,
    read,
    refusal,
    texts,
    write,
)

HEAD = f"<Name>N</Name><ClientUUID>{TUI}</ClientUUID><StartDate>20261101</StartDate><DueDate>20261130</DueDate>"
RECORDED = [
    ("POST", "job.api/delete", "<Job><ID>J9</ID></Job>", "Invalid job identifier"),
    ("PUT", "job.api/assign", "<Job><ID>J9</ID></Job>", "Invalid job identifier"),
    ("POST", "job.api/applytemplate", "<Job><ID>J9</ID></Job>", "Invalid job identifier"),
    (
        "POST",
        "job.api/applytemplate",
        f"<Job><ID>{JOB}</ID><TemplateUUID>{NOBODY}</TemplateUUID></Job>",
        "Invalid job template identifier",
    ),
    (
        "PUT",
        "job.api/assign",
        f'<Job><ID>{JOB}</ID><add uuid="{NOBODY}"/></Job>',
        "Invalid staff identifier for add request",
    ),
    ("PUT", "job.api/state", f"<Job><ID>{JOB}</ID><State>NONEXISTENT</State></Job>", "Invalid state code"),
    ("PUT", "job.api/state", f"<Job><ID>{JOB}</ID><State>In Progress</State></Job>", "Invalid state code"),
]


@pytest.mark.parametrize("unknown_id_status", ["200", "404"])
@pytest.mark.parametrize(("verb", "path", "body", "said"), RECORDED)
def test_the_recorded_refusals_keep_their_text_and_status(
    verb: str, path: str, body: str, said: str, unknown_id_status: str
) -> None:
    answer = call(make_sandbox(unknown_id_status=unknown_id_status), verb, path, body)
    assert (answer.status, refusal(answer.body.decode())) == (200, said)


def add_job(sandbox: Sandbox, more: str = "") -> str:
    return write(sandbox, "POST", "job.api/add", f"<Job>{HEAD}{more}</Job>")


def test_a_template_brings_tasks_with_new_uuids_milestones_and_costs() -> None:
    sandbox = make_sandbox()
    answer = add_job(sandbox, f"<TemplateUUID>{TEMPLATE}</TemplateUUID>")
    assert texts(answer, "Job/Tasks/Task/Name") == ["Prepare accounts", "Review"]
    assert texts(answer, "Job/Tasks/Task/TaskUUID") == [KIND_PREPARE, KIND_REVIEW]
    assert texts(answer, "Job/Tasks/Task/Billable") == ["true", "false"]
    assert PREPARE not in texts(answer, "Job/Tasks/Task/UUID")
    assert texts(answer, "Job/Milestones/Milestone/Description") == ["Draft ready"]
    assert texts(answer, "Job/Costs/Cost") == []
    assert texts(read(sandbox, "job.api/costs/J000413"), "Costs/Cost/UnitPrice") == ["52.50"]


def test_a_job_may_bring_its_own_number_and_the_sequence_goes_on() -> None:
    sandbox = make_sandbox()
    assert texts(add_job(sandbox, "<ID>J000413</ID>"), "Job/ID") == ["J000413"]
    assert texts(add_job(sandbox), "Job/ID") == ["J000414"]


@pytest.mark.parametrize(("number", "encoded"), [("A/B 1", "A%2FB%201"), ("O'Neil-7", "O'Neil-7"), ("00012", "00012")])
def test_a_job_number_of_any_shape_is_found_by_its_encoded_path(number: str, encoded: str) -> None:
    sandbox = make_sandbox()
    add_job(sandbox, f"<ID>{number}</ID>")
    assert texts(read(sandbox, f"job.api/get/{encoded}"), "Job/ID") == [number]


INCOMPLETE = [
    ("<Name>N</Name>", "Name is required"),
    (f"<ClientUUID>{TUI}</ClientUUID>", "ClientUUID is required"),
    ("<StartDate>20261101</StartDate>", "StartDate is required"),
    ("<DueDate>20261130</DueDate>", "DueDate is required"),
]


@pytest.mark.parametrize(("element", "said"), INCOMPLETE)
def test_a_job_without_a_required_element_is_not_made(element: str, said: str) -> None:
    sandbox = make_sandbox()
    assert refusal(write(sandbox, "POST", "job.api/add", f"<Job>{HEAD.replace(element, '')}</Job>")) == said
    assert list(sandbox.tenants[KOWHAI].jobs) == [JOB]


def test_a_job_shows_budget_category_contact_and_order_number() -> None:
    more = f"<Budget>2500</Budget><CategoryUUID>{CATEGORY}</CategoryUUID><ContactUUID>{MERE}</ContactUUID>"
    answer = add_job(make_sandbox(), f"{more}<ClientNumber>RD-1</ClientNumber>")
    names = ("Budget", "Type", "Contact/Name", "ClientOrderNumber")
    assert [texts(answer, f"Job/{name}") for name in names] == [["2500.00"], ["Compliance"], ["Mere Tawa"], ["RD-1"]]


def test_a_completed_job_leaves_the_current_ones_with_its_completion_day() -> None:
    sandbox = make_sandbox()
    # Noon in UTC on the 21st is the 22nd in the practice's zone.
    sandbox.clock.set(datetime(2026, 11, 21, 12, tzinfo=UTC))
    write(sandbox, "PUT", "job.api/state", f"<Job><ID>{JOB}</ID><State>COMPLETED</State></Job>")
    assert read(sandbox, "job.api/current").endswith("<Jobs /></Response>")
    assert read(sandbox, f"job.api/staff/{AROHA}").endswith("<Jobs /></Response>")
    shown = read(sandbox, f"job.api/client/{TUI}")
    assert (texts(shown, "Jobs/Job/State"), texts(shown, "Jobs/Job/CompletedDate")) == (
        ["Completed"],
        ["2026-11-22T00:00:00"],
    )


def test_a_reopened_job_has_no_completion_day() -> None:
    sandbox = make_sandbox()
    for code in ("COMPLETED", "PLANNED"):
        write(sandbox, "PUT", "job.api/state", f"<Job><ID>{JOB}</ID><State>{code}</State></Job>")
    assert texts(read(sandbox, "job.api/current"), "Jobs/Job/CompletedDate") == []


def test_current_jobs_come_by_client_start_and_number() -> None:
    sandbox = make_sandbox()
    jobs = sandbox.tenants[KOWHAI].jobs
    for number, client, start in (("J3", WEKA, 1), ("J2", TUI, 2), ("J1", TUI, 2), ("J9", TUI, 1)):
        jobs[number] = make_job(number, client=client)
        jobs[number].start_date = date(2026, 1, start)
    assert texts(read(sandbox, "job.api/current"), "Jobs/Job/ID") == ["J9", "J1", "J2", JOB, "J3"]


def test_jobs_are_listed_by_the_day_they_were_made() -> None:
    sandbox = make_sandbox()
    add_job(sandbox)
    assert texts(read(sandbox, "job.api/list?from=20261122&to=20261122&status=x"), "Jobs/Job/ID") == ["J000413"]
    assert texts(read(sandbox, "job.api/list?from=20260620&to=20260620"), "Jobs/Job/ID") == [JOB]


def test_the_list_of_tasks_shows_only_the_tasks_that_match() -> None:
    sandbox = make_sandbox()
    add_job(sandbox, f"<TemplateUUID>{TEMPLATE}</TemplateUUID>")
    first, second = sandbox.tenants[KOWHAI].jobs["J000413"].tasks
    first.due_date, second.completed = date(2026, 11, 25), True
    assert texts(read(sandbox, "job.api/tasks?due=20261130"), "Jobs/Job/Tasks/Task/UUID") == [first.uuid]
    assert texts(read(sandbox, "job.api/tasks?complete=true"), "Jobs/Job/Tasks/Task/UUID") == [second.uuid]
    assert read(sandbox, "job.api/tasks?start=20261101").endswith("<Jobs /></Response>")


def test_all_seven_instructions_of_assign_do_their_work() -> None:
    sandbox = make_sandbox()
    body = (
        f'<Job><ID>{JOB}</ID><add uuid="{BEN}"/><add uuid="{BEN}" task-uuid="{PREPARE}"/><remove uuid="{AROHA}"/>'
        f'<add-manager uuid="{AROHA}"/><add-partner uuid="{BEN}"/></Job>'
    )
    answer = write(sandbox, "PUT", "job.api/assign", body)
    assert texts(answer, "Job/Assigned/Staff/Name") == ["Ben Okafor"]
    assert texts(answer, "Job/Tasks/Task/Assigned/Staff/Name") == ["Ben Okafor"]
    assert (texts(answer, "Job/Manager/Name"), texts(answer, "Job/Partner/Name")) == (["Aroha Ngata"], ["Ben Okafor"])
    answer = write(sandbox, "PUT", "job.api/assign", f"<Job><ID>{JOB}</ID><remove-manager/><remove-partner/></Job>")
    assert (texts(answer, "Job/Manager"), texts(answer, "Job/Partner")) == ([], [])


def test_assigning_again_is_no_error_and_changes_nothing() -> None:
    body = f'<Job><ID>{JOB}</ID><add uuid="{AROHA.upper()}"/></Job>'
    assert texts(write(make_sandbox(), "PUT", "job.api/assign", body), "Job/Assigned/Staff/UUID") == [AROHA]


def test_a_refused_instruction_undoes_none_of_the_others_because_none_was_done() -> None:
    sandbox = make_sandbox()
    write(
        sandbox, "PUT", "job.api/assign", f'<Job><ID>{JOB}</ID><add-manager uuid="{BEN}"/><add uuid="{NOBODY}"/></Job>'
    )
    assert sandbox.tenants[KOWHAI].jobs[JOB].manager is None


def test_a_job_task_is_made_from_a_catalogue_task_and_answers_its_uuid() -> None:
    sandbox = make_sandbox()
    label = "<Label>GST review Oct 2026</Label><EstimatedMinutes>90</EstimatedMinutes>"
    body = f"<Task><Job>{JOB}</Job><TaskUUID>{KIND_REVIEW}</TaskUUID>{label}</Task>"
    answer = write(sandbox, "POST", "job.api/task", body)
    task = sandbox.tenants[KOWHAI].jobs[JOB].tasks[-1]
    assert answer == f'<Response api-method="Task"><Status>OK</Status><UUID>{task.uuid}</UUID></Response>'
    assert (task.name, task.estimated_minutes, task.billable) == ("GST review Oct 2026", 90, False)


@pytest.mark.parametrize("task_uuid", [PREPARE, NOBODY])
def test_a_job_task_is_not_made_from_a_job_task(task_uuid: str) -> None:
    body = f"<Task><Job>{JOB}</Job><TaskUUID>{task_uuid}</TaskUUID><EstimatedMinutes>9</EstimatedMinutes></Task>"
    assert refusal(write(make_sandbox(), "POST", "job.api/task", body)) == "Invalid task identifier"


@pytest.mark.parametrize("element", ["UUID", "TaskUUID"])
def test_a_job_task_is_changed_under_either_name_of_its_uuid(element: str) -> None:
    sandbox = make_sandbox()
    changed = "<Label>Partner review</Label><EstimatedMinutes>45</EstimatedMinutes>"
    body = f"<Task><{element}>{PREPARE}</{element}>{changed}</Task>"
    assert texts(write(sandbox, "PUT", "job.api/task", body), "UUID") == [PREPARE]
    task = sandbox.tenants[KOWHAI].jobs[JOB].tasks[0]
    assert (task.name, task.estimated_minutes) == ("Partner review", 45)


def test_a_task_is_ticked_off_and_reopened_without_a_body() -> None:
    sandbox = make_sandbox()
    for word, shown in (("complete", ["true"]), ("reopen", ["false"])):
        answer = write(sandbox, "PUT", f"job.api/task/{PREPARE}/{word}")
        assert texts(answer, "Job/Tasks/Task/Completed") == shown


def test_tasks_named_in_a_reorder_come_first() -> None:
    sandbox = make_sandbox()
    add_job(sandbox, f"<TemplateUUID>{TEMPLATE}</TemplateUUID>")
    first, second = sandbox.tenants[KOWHAI].jobs["J000413"].tasks
    body = f"<Job><ID>J000413</ID><Tasks><Task><UUID>{second.uuid}</UUID></Task></Tasks></Job>"
    answer = write(sandbox, "PUT", "job.api/reordertasks", body)
    assert texts(answer, "Job/Tasks/Task/UUID") == [second.uuid, first.uuid]


def test_applying_a_template_again_adds_its_tasks_again() -> None:
    sandbox = make_sandbox()
    body = f"<Job><ID>{JOB}</ID><TemplateUUID>{TEMPLATE}</TemplateUUID></Job>"
    write(sandbox, "POST", "job.api/applytemplate", body)
    names = texts(write(sandbox, "POST", "job.api/applytemplate", body), "Job/Tasks/Task/Name")
    assert names == ["Preparation", "Prepare accounts", "Review", "Prepare accounts", "Review"]


COST = "<Description>Courier</Description><Quantity>2.5</Quantity><UnitCost>6</UnitCost><UnitPrice>9.125</UnitPrice>"


def test_a_cost_is_added_and_changed_with_its_digits() -> None:
    sandbox = make_sandbox()
    body = f"<Cost><Job>{JOB}</Job><Date>20261121</Date>{COST}<Billable>false</Billable></Cost>"
    (added,) = texts(write(sandbox, "POST", "job.api/cost", body), "UUID")
    changed = COST.replace("2.5", "0")
    write(sandbox, "PUT", "job.api/cost", f"<Cost><UUID>{added}</UUID><Date>20261122</Date>{changed}</Cost>")
    (cost,) = sandbox.tenants[KOWHAI].jobs[JOB].costs
    assert (cost.quantity, cost.unit_price, cost.date) == (Decimal(0), Decimal("9.125"), date(2026, 11, 22))
    shown = read(sandbox, f"job.api/costs/{JOB}")
    assert (texts(shown, "Costs/Cost/UnitCost"), texts(shown, "Costs/Cost/UnitPrice")) == (["6.00"], ["9.125"])


@pytest.mark.parametrize("amount", ["1,000.00", "1e3", "NaN", "six"])
def test_an_amount_that_is_no_plain_decimal_is_refused(amount: str) -> None:
    body = f"<Cost><Job>{JOB}</Job><Date>20261121</Date>{COST.replace('2.5', amount)}</Cost>"
    assert refusal(write(make_sandbox(), "POST", "job.api/cost", body)) == "Quantity is not valid"


@pytest.mark.parametrize(
    ("verb", "path"), [("DELETE", f"job.api/cost/{NOBODY}"), ("DELETE", f"job.api/task/{PREPARE}")]
)
def test_nothing_deletes_a_cost_or_a_task(verb: str, path: str) -> None:
    assert call(make_sandbox(), verb, path).status == 404


def test_a_note_shows_in_the_full_job_with_its_moment() -> None:
    sandbox = make_sandbox()
    write(sandbox, "POST", "job.api/note", f"<Note><Job>{JOB}</Job><Title>Checked</Title><Text>R&amp;D</Text></Note>")
    shown = read(sandbox, f"job.api/get/{JOB}")
    assert texts(shown, "Job/Notes/Note/Text") == ["R&D"]
    assert texts(shown, "Job/Notes/Note/Date") == ["2026-11-22T00:00:00"]


def test_a_document_is_listed_with_its_day() -> None:
    sandbox = make_sandbox()
    body = (
        f"<Document><Job>{JOB}</Job><Title>Accounts</Title><FileName>a.pdf</FileName><Content>UERG</Content></Document>"
    )
    assert write(sandbox, "POST", "job.api/document", body).endswith("<Status>OK</Status></Response>")
    shown = read(sandbox, f"job.api/documents/{JOB}")
    assert (texts(shown, "Documents/Document/FileName"), texts(shown, "Documents/Document/Date")) == (
        ["a.pdf"],
        ["20261122"],
    )


def test_quotes_and_estimates_get_numbers_of_one_sequence() -> None:
    sandbox = make_sandbox()
    assert texts(write(sandbox, "POST", f"job.api/createquote/{JOB}"), "ID") == ["Q000001"]
    assert texts(write(sandbox, "POST", f"job.api/createestimate/{JOB}"), "ID") == ["Q000002"]


def test_an_update_empties_what_it_leaves_out_but_keeps_name_and_dates() -> None:
    sandbox = make_sandbox()
    sandbox.tenants[KOWHAI].jobs[JOB].budget = Decimal(9)
    answer = write(sandbox, "PUT", "job.api/update", f"<Job><ID>{JOB}</ID><CategoryID>{CATEGORY}</CategoryID></Job>")
    assert (texts(answer, "Job/Name"), texts(answer, "Job/Budget")) == (["Annual accounts 2026"], [])
    assert (texts(answer, "Job/Type"), texts(answer, "Job/DueDate")) == (["Compliance"], ["2026-12-15T00:00:00"])


def test_a_deleted_job_is_unknown() -> None:
    sandbox = make_sandbox()
    add_job(sandbox)
    write(sandbox, "POST", "job.api/delete", "<Job><ID>J000413</ID></Job>")
    assert refusal(read(sandbox, "job.api/get/J000413")) == "Invalid job identifier"
