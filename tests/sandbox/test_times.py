"""Writing time, and reading it back."""

from __future__ import annotations

import pytest

from core.sandbox.state import JobTask
from tests.sandbox.kowhai import (
    AROHA,
    BEN,
    JOB,
    KIND_PREPARE,
    KOWHAI,
    NOBODY,
    PREPARE,
    RATA,
    TIME,
    add_time,
    call,
    make_job,
    make_sandbox,
    read,
    refusal,
    texts,
    timesheet,
    write,
)

OTHER_TASK = "d1000000-0000-4000-8000-000000000009"
WRONG = [
    ({"TaskUUID": KIND_PREPARE}, "Invalid task identifier"),
    ({"TaskUUID": OTHER_TASK}, "Invalid task identifier"),
    ({"TaskUUID": NOBODY}, "Invalid task identifier"),
    ({"TaskUUID": "12"}, "Invalid task identifier"),
    ({"TaskUUID": ""}, "TaskUUID is required"),
    ({"Job": "J999999"}, "Invalid job identifier"),
    ({"Job": "j000412"}, "Invalid job identifier"),
    ({"StaffUUID": NOBODY}, "Invalid staff identifier"),
    ({"Date": "2026-11-21"}, "Date is not valid"),
    ({"Date": "20260230"}, "Date is not valid"),
    ({"Date": ""}, "Date is required"),
    ({"Minutes": "0"}, "Minutes must be a whole number other than zero"),
    ({"Minutes": "7.5"}, "Minutes must be a whole number other than zero"),
    ({"Minutes": "one"}, "Minutes must be a whole number other than zero"),
    ({"Minutes": ""}, "Minutes is required"),
    ({"Start": "09:00", "End": "10:00"}, "Minutes cannot be combined with Start and End"),
    ({"Minutes": "", "Start": "09:00"}, "End is required"),
    ({"Minutes": "", "Start": "23:00", "End": "01:00"}, "End must be after Start"),
    ({"Minutes": "", "Start": "9:00", "End": "10:00"}, "Start is not valid"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG, ids=[f"{row[0]}" for row in WRONG])
def test_an_entry_that_cannot_be_right_is_refused_with_200(changes: dict[str, str], said: str) -> None:
    sandbox = make_sandbox()
    other = make_job("J000500")
    other.tasks = [JobTask(OTHER_TASK, KIND_PREPARE, "Preparation")]
    sandbox.tenants[KOWHAI].jobs["J000500"] = other
    answer = call(sandbox, "POST", "time.api/add", timesheet(**changes))
    assert (answer.status, refusal(answer.body.decode())) == (200, said)
    assert len(sandbox.tenants[KOWHAI].times) == 1


def test_the_same_entry_sent_twice_makes_two_entries() -> None:
    sandbox = make_sandbox()
    assert texts(add_time(sandbox), "Time/UUID") != texts(add_time(sandbox), "Time/UUID")
    assert len(texts(read(sandbox, f"time.api/job/{JOB}"), "Times/Time")) == 3


def test_the_billable_flag_comes_from_the_task_and_cannot_be_sent() -> None:
    sandbox = make_sandbox()
    sandbox.tenants[KOWHAI].jobs[JOB].tasks[0].billable = False
    assert texts(add_time(sandbox, Billable="true"), "Time/Billable") == ["false"]


def test_negative_minutes_are_a_correction() -> None:
    sandbox = make_sandbox()
    assert texts(add_time(sandbox, Minutes="-75"), "Time/Minutes") == ["-75"]
    assert sandbox.tenants[KOWHAI].jobs[JOB].tasks[0].actual_minutes == 0


def test_actual_minutes_follow_adding_changing_and_deleting() -> None:
    sandbox = make_sandbox()
    task = sandbox.tenants[KOWHAI].jobs[JOB].tasks[0]
    (added,) = texts(add_time(sandbox, Minutes="30"), "Time/UUID")
    assert task.actual_minutes == 105
    write(sandbox, "PUT", "time.api/update", timesheet(UUID=added, Minutes="45"))
    assert task.actual_minutes == 120
    write(sandbox, "DELETE", f"time.api/delete/{added}")
    assert task.actual_minutes == 75


def test_an_entry_moved_to_another_day_is_found_there_and_only_there() -> None:
    sandbox = make_sandbox()
    write(sandbox, "PUT", "time.api/update", timesheet(UUID=TIME, Date="20261005"))
    assert texts(read(sandbox, "time.api/list?from=20261005&to=20261005"), "Times/Time/UUID") == [TIME]
    assert read(sandbox, "time.api/list?from=20261120&to=20261120").endswith("<Times /></Response>")


def test_uuids_are_understood_in_upper_case_and_answered_in_lower_case() -> None:
    sandbox = make_sandbox()
    answer = add_time(sandbox, TaskUUID=PREPARE.upper(), StaffUUID=AROHA.upper())
    assert texts(answer, "Time/Task/UUID") == [PREPARE]
    assert texts(read(sandbox, f"time.api/get/{TIME.upper()}"), "Time/UUID") == [TIME]


def test_a_note_comes_back_as_it_was_sent() -> None:
    note = "  R&amp;D &lt;b&gt; \u0101\u0113 \U0001f600 \u200f line\nbreak, \u200b  "
    answer = add_time(make_sandbox(), Note=note)
    assert texts(answer, "Time/Note") == ["  R&D <b> \u0101\u0113 \U0001f600 \u200f line\nbreak, \u200b  "]


WINDOWS = [
    ("", "The parameter from is required"),
    ("?to=20261130", "The parameter from is required"),
    ("?from=20261101", "The parameter to is required"),
    ("?from=2026-11-01&to=20261130", "The parameter from must be a date in the format yyyymmdd"),
    ("?from=20241101&to=20261130", "The range from from to to must be less than one year"),
    ("?from=20261130&to=20261101", "The parameter to must not be before from"),
]


@pytest.mark.parametrize(("query", "said"), WINDOWS)
def test_a_bad_window_is_a_400_with_one_complaint(query: str, said: str) -> None:
    answer = call(make_sandbox(), "GET", f"time.api/list{query}")
    assert (answer.status, refusal(answer.body.decode())) == (400, said)


def test_a_window_holds_both_its_ends() -> None:
    sandbox = make_sandbox()
    assert len(texts(read(sandbox, "time.api/list?from=20261120&to=20261120"), "Times/Time")) == 1
    assert len(texts(read(sandbox, "time.api/list?from=20261110&to=20261120"), "Times/Time")) == 1
    assert len(texts(read(sandbox, "time.api/list?from=20261121&to=20261130"), "Times/Time")) == 0


def test_time_of_another_person_is_not_listed_for_one() -> None:
    sandbox = make_sandbox()
    add_time(sandbox, StaffUUID=BEN)
    found = texts(read(sandbox, f"time.api/staff/{BEN}?from=20261101&to=20261130"), "Times/Time/Staff/Name")
    assert found == ["Ben Okafor"]


def test_an_invoiced_entry_shows_the_invoice_task() -> None:
    sandbox = make_sandbox()
    sandbox.tenants[KOWHAI].times[TIME].invoice_task = NOBODY
    assert texts(read(sandbox, f"time.api/get/{TIME}"), "Time/InvoiceTaskUUID") == [NOBODY]


def test_a_write_in_one_practice_leaves_the_other_alone() -> None:
    sandbox = make_sandbox()
    add_time(sandbox)
    assert sandbox.tenants[RATA].times == {}
    assert b"Invalid job identifier" in call(sandbox, "POST", "time.api/add", timesheet(), tenant=RATA).body


def test_the_truth_tells_what_was_entered_and_by_whom() -> None:
    sandbox = make_sandbox()
    (added,) = texts(add_time(sandbox), "Time/UUID")
    (event,) = sandbox.truth
    assert (event.op, event.uuid, event.by, event.tenant) == ("time.add", added, "api", KOWHAI)
    assert (event.fields["minutes"], event.fields["date"]) == (30, "2026-11-21")


def test_a_refused_entry_leaves_no_truth() -> None:
    sandbox = make_sandbox()
    add_time(sandbox, Minutes="0")
    assert sandbox.truth == []


def test_a_kept_update_keeps_a_span() -> None:
    sandbox = make_sandbox(partial_update="keeps")
    (added,) = texts(add_time(sandbox, Minutes="", Start="09:00", End="10:30"), "Time/UUID")
    answer = write(sandbox, "PUT", "time.api/update", f"<Timesheet><UUID>{added}</UUID><Note>Later</Note></Timesheet>")
    assert [texts(answer, f"Time/{name}") for name in ("Start", "End", "Minutes", "Note")] == [
        ["09:00"],
        ["10:30"],
        ["90"],
        ["Later"],
    ]


def test_a_body_with_a_document_type_is_not_read() -> None:
    body = '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + timesheet(Note="&x;")
    answer = call(make_sandbox(), "POST", "time.api/add", body)
    assert answer.status == 500
    assert b"could not be read" in answer.body


def test_any_content_type_and_a_declaration_are_accepted() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    body = '<?xml version="1.0" encoding="utf-8"?>' + timesheet()
    answer = call(make_sandbox(), "POST", "time.api/add", body, headers=headers)
    assert answer.body.startswith(b'<Response api-method="Add"><Status>OK</Status>')


def test_a_body_of_another_root_is_not_read() -> None:
    body = timesheet().replace("Timesheet>", "Time>")
    assert call(make_sandbox(), "POST", "time.api/add", body).status == 500
