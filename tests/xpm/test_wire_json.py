import json
from datetime import date
from decimal import Decimal

import pytest

from core.xpm.drafts import Assignment, CostDraft, TimeDraft, write_assignment, write_cost, write_time
from core.xpm.reading import COSTS, JOB, STAFF, TIME, TIMES
from core.xpm.wire import AnswerNotWhole, AnswerUnreadable
from core.xpm.wire_json import JsonWire, camel
from tests.xpm.test_wire_xml import TIME_RECORD

WIRE = JsonWire()
TIME_JSON = (
    '{"uuid":"f1000000-0000-4000-8000-000000000001","job":{"id":"J000412","name":"Annual accounts 2026"},'
    '"task":{"uuid":"d1000000-0000-4000-8000-000000000001","name":"Preparation"},'
    '"staff":{"uuid":"a1000000-0000-4000-8000-000000000001","name":"Aroha Ngata"},"date":"2026-11-20T00:00:00",'
    '"minutes":75,"note":"Bank reconciliation","billable":true,"webUrl":null}'
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UUID", "uuid"),
        ("ID", "id"),
        ("TaskUUID", "taskUuid"),
        ("InvoiceTaskUUID", "invoiceTaskUuid"),
        ("WebUrl", "webUrl"),
        ("StaffList", "staffList"),
        ("IsArchived", "isArchived"),
        ("ClientOrderNumber", "clientOrderNumber"),
    ],
)
def test_names_are_the_xml_names_in_camel_case(name: str, expected: str) -> None:
    assert camel(name) == expected


def test_json_gives_the_same_record_as_xml() -> None:
    body = f'{{"status":"OK","times":[{TIME_JSON}]}}'.encode()
    assert WIRE.parse(body, TIMES).records == (TIME_RECORD,)
    assert WIRE.parse(f'{{"status":"OK","time":{TIME_JSON}}}'.encode(), TIME).records == (TIME_RECORD,)


def test_a_list_collapsed_to_its_one_element_is_still_a_list() -> None:
    assert len(WIRE.parse(f'{{"status":"OK","times":{TIME_JSON}}}'.encode(), TIMES).records) == 1


def test_nested_lists_and_people_are_read() -> None:
    body = (
        '{"status":"OK","job":{"id":"J1","client":{"uuid":"C1","name":"Tui"},"manager":null,'
        '"assigned":[{"uuid":"A1","name":"Aroha","allocatedMinutes":0}],'
        '"tasks":[{"uuid":"D1","taskUuid":"E1","estimatedMinutes":600,"completed":false,"billable":true}]}}'
    )
    job = WIRE.parse(body.encode(), JOB).records[0]
    assert (job.client_name, job.manager, job.assigned[0].name) == ("Tui", "", "Aroha")
    assert (job.tasks[0].task_type_id, job.tasks[0].estimated_minutes) == ("E1", 600)


def test_money_never_becomes_a_binary_float() -> None:
    body = b'{"status":"OK","costs":[{"uuid":"P1","unitCost":45.10,"unitPrice":0.1}]}'
    cost = WIRE.parse(body, COSTS).records[0]
    assert (cost.unit_cost, cost.unit_price) == (Decimal("45.10"), Decimal("0.1"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<Response><Status>OK</Status></Response>",
        b"<html></html>",
        b'{"status":"OK","times":[',
        b"[]",
        b'{"times":[]}',
        b'{"status":"OK","times":NaN}',
        b"[" * 200_000,
        b'{"status":"OK","times":[],"x":"\xff"}',
    ],
)
def test_what_is_no_whole_answer_is_never_used(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        WIRE.parse(body, TIMES)


@pytest.mark.parametrize("instead", ['"minutes":null', '"minutes":7.5', '"minutes":true', '"minutes":"x"'])
def test_a_row_without_what_it_needs_makes_the_list_not_whole(instead: str) -> None:
    row = TIME_JSON.replace('"minutes":75', instead)
    with pytest.raises(AnswerNotWhole):
        WIRE.parse(f'{{"status":"OK","times":[{row}]}}'.encode(), TIMES)


@pytest.mark.parametrize("held", ["null", '["x"]'])
def test_a_list_that_is_none_is_not_an_empty_one(held: str) -> None:
    with pytest.raises(AnswerNotWhole):
        WIRE.parse(f'{{"status":"OK","staffList":{held}}}'.encode(), STAFF)


def test_a_business_error_keeps_xpms_words() -> None:
    parsed = WIRE.parse(b'{"status":"ERROR","errorDescription":"Invalid job identifier"}', JOB)
    assert (parsed.is_ok, parsed.words) == (False, "Invalid job identifier")


def test_minutes_are_sent_as_text_and_dates_compact() -> None:
    body = WIRE.write(write_time(TimeDraft("J1", "d1", "a1", date(2026, 11, 20), 75, "caf\u00e9")))
    assert json.loads(body) == {
        "job": "J1",
        "taskUuid": "d1",
        "staffUuid": "a1",
        "date": "20261120",
        "minutes": "75",
        "note": "caf\u00e9",
    }


def test_costs_are_sent_as_numbers_with_their_digits() -> None:
    draft = CostDraft(date(2026, 11, 20), "Fee", Decimal("1.50"), Decimal("45.10"), Decimal(0), billable=False)
    assert b'"quantity":1.50,"unitCost":45.10,"unitPrice":0,"billable":false' in WIRE.write(write_cost(draft, job="J1"))


def test_assignments_are_lists_and_objects() -> None:
    assignment = Assignment(add=[("A1", "D1"), ("A1", "")], manager="A2", remove_partner=True)
    assert json.loads(WIRE.write(write_assignment("J1", assignment))) == {
        "id": "J1",
        "add": [{"uuid": "A1", "task-uuid": "D1"}, {"uuid": "A1"}],
        "add-manager": {"uuid": "A2"},
        "remove-partner": {},
    }
