"""JSON, both ways."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.sandbox.wire import json_name
from core.sandbox.world import Sandbox
from tests.sandbox.kowhai import (
    AROHA,
    BEN,
    JOB,
    KIND_REVIEW,
    KOWHAI,
    PREPARE,
    STRICT,
    TEMPLATE,
    TIME,
    TUI,
    WEKA,
    call,
    make_sandbox,
)

NAMES = [
    ("UUID", "uuid"),
    ("ID", "id"),
    ("TaskUUID", "taskUuid"),
    ("InvoiceTaskUUID", "invoiceTaskUuid"),
    ("WebUrl", "webUrl"),
    ("PrepareGST", "prepareGst"),
    ("GSTRegistered", "gstRegistered"),
    ("WebSite", "webSite"),
    ("StaffList", "staffList"),
    ("IsArchived", "isArchived"),
    ("add-manager", "add-manager"),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_a_json_name_is_the_xml_name_in_camel_case(name: str, expected: str) -> None:
    assert json_name(name) == expected


def ask(sandbox: Sandbox, path: str) -> Any:
    return json.loads(call(sandbox, "GET", path, headers=STRICT).body)


def send(sandbox: Sandbox, verb: str, path: str, **body: Any) -> Any:
    return json.loads(call(sandbox, verb, path, json.dumps(body), headers=STRICT).body)


def test_a_list_of_times_is_exactly_the_documented_object() -> None:
    body = call(make_sandbox(), "GET", "time.api/list?from=20261101&to=20261130", headers=STRICT).body.decode()
    assert body == (
        f'{{"status":"OK","times":[{{"uuid":"{TIME}","job":{{"id":"{JOB}","name":"Annual accounts 2026"}},'
        f'"task":{{"uuid":"{PREPARE}","name":"Preparation"}},"staff":{{"uuid":"{AROHA}","name":"Aroha Ngata"}},'
        '"date":"2026-11-20T00:00:00","minutes":75,"note":"Bank reconciliation","billable":true,"webUrl":null}]}'
    )


def test_an_entry_is_sent_with_its_minutes_as_text() -> None:
    sandbox = make_sandbox()
    entry = {"job": JOB, "taskUuid": PREPARE, "staffUuid": AROHA, "date": "20261120", "minutes": "75", "note": None}
    answer = send(sandbox, "POST", "time.api/add", **entry)
    assert (answer["status"], answer["time"]["minutes"], answer["time"]["note"]) == ("OK", 75, "")
    changed = send(sandbox, "PUT", "time.api/update", **{**entry, "uuid": answer["time"]["uuid"], "minutes": 90})
    assert changed["time"]["minutes"] == 90


def test_a_refusal_is_the_documented_object() -> None:
    answer = call(make_sandbox(), "POST", "job.api/delete", '{"id":"J9"}', headers=STRICT)
    assert (answer.status, answer.body) == (200, b'{"status":"ERROR","errorDescription":"Invalid job identifier"}')


def test_flags_stay_words_and_amounts_become_numbers() -> None:
    sandbox = make_sandbox()
    (client, _) = ask(sandbox, "client.api/list")["clients"]
    assert (client["isArchived"], client["taxNumber"], client["contacts"][0]["isPrimary"]) == ("No", "*****123", "Yes")
    (cost,) = ask(sandbox, "cost.api/list?page=1")["costs"]
    assert (cost["unitCost"], cost["unitPrice"]) == (45, 52.5)


def test_one_record_has_its_address_inside() -> None:
    answer = ask(make_sandbox(), f"staff.api/get/{AROHA}")
    assert list(answer) == ["status", "staff"]
    assert answer["staff"]["webUrl"] == f"https://practice.example/staff/{AROHA}"


def test_only_the_wanted_fields_are_given() -> None:
    sandbox = make_sandbox()
    assert ask(sandbox, "staff.api/list?fields=uuid,NAME")["staffList"][0] == {"uuid": AROHA, "name": "Aroha Ngata"}
    assert list(ask(sandbox, f"job.api/get/{JOB}?fields=id,tasks")["job"]) == ["id", "tasks"]


def test_wanted_fields_leave_the_pagination_alone() -> None:
    answer = ask(make_sandbox(), "client.api/paged-list?pageSize=1&fields=name")
    assert answer["clients"] == [{"name": "Tui & Tawa Bakery Ltd"}]
    assert sorted(answer["pagination"]["links"]) == ["first", "next"]


def test_empty_lists_are_arrays() -> None:
    assert ask(make_sandbox(), f"job.api/costs/{JOB}") == {"status": "OK", "costs": []}


def test_state_and_note_show_the_job_that_xml_leaves_out() -> None:
    sandbox = make_sandbox()
    assert send(sandbox, "PUT", "job.api/state", id=JOB, state="COMPLETED")["job"]["state"] == "Completed"
    note = {"job": JOB, "title": "T", "text": "x", "public": False}
    assert send(sandbox, "POST", "job.api/note", **note)["job"]["notes"][0]["title"] == "T"


def test_assign_understands_arrays_and_objects() -> None:
    instructions = {"add": [{"uuid": BEN, "task-uuid": PREPARE}], "add-manager": {"uuid": BEN}, "remove-partner": {}}
    job = send(make_sandbox(), "PUT", "job.api/assign", id=JOB, **instructions)["job"]
    assert [one["name"] for one in job["assigned"]] == ["Aroha Ngata", "Ben Okafor"]
    assert (job["tasks"][0]["assigned"][0]["uuid"], job["manager"]["name"]) == (BEN, "Ben Okafor")


def test_a_job_is_made_from_a_template_and_its_tasks_reordered() -> None:
    sandbox = make_sandbox()
    head = {"name": "N", "clientUuid": TUI, "startDate": "20261101", "dueDate": "20261130", "templateUuid": TEMPLATE}
    job = send(sandbox, "POST", "job.api/add", **head, budget=12.5)["job"]
    assert (job["id"], job["budget"], job["milestones"][0]["completed"]) == ("J000413", 12.5, False)
    wanted = [{"uuid": job["tasks"][1]["uuid"]}]
    assert (
        send(sandbox, "PUT", "job.api/reordertasks", id=job["id"], tasks=wanted)["job"]["tasks"][0]["name"] == "Review"
    )


def test_a_task_and_a_cost_answer_their_uuid_alone() -> None:
    sandbox = make_sandbox()
    task = send(sandbox, "POST", "job.api/task", job=JOB, taskUuid=KIND_REVIEW, estimatedMinutes=30)
    cost = {"description": "Fee", "date": "20261120", "quantity": 1, "unitCost": 45.0, "unitPrice": 52.5}
    assert list(task) == list(send(sandbox, "POST", "job.api/cost", job=JOB, **cost)) == ["status", "uuid"]
    assert str(sandbox.tenants[KOWHAI].jobs[JOB].costs[0].unit_price) == "52.5"


def test_group_members_and_attached_contacts_are_arrays() -> None:
    sandbox = make_sandbox()
    (group,) = ask(sandbox, "clientgroup.api/list")["groups"]
    changed = send(sandbox, "PUT", "clientgroup.api/members", uuid=group["uuid"], add=[{"uuid": WEKA}])
    assert [one["uuid"] for one in changed["group"]["clients"]] == [TUI, WEKA]


@pytest.mark.parametrize("body", ["", "[]", "<Timesheet/>", '{"job":', '{"job":"\\u0001"}'])
def test_a_body_that_is_no_object_is_a_stumble(body: str) -> None:
    assert call(make_sandbox(), "POST", "time.api/add", body, headers=STRICT).status == 500


@pytest.mark.parametrize("dropped", ["xero-features", "accept"])
def test_one_of_the_two_headers_alone_changes_nothing(dropped: str) -> None:
    headers = {name: value for name, value in STRICT.items() if name != dropped}
    assert call(make_sandbox(), "GET", "staff.api/list", headers=headers).body.startswith(b"<Response")
