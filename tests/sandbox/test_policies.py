"""Every switch under its default and under the opposite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date

import pytest

from core.sandbox.state import JobCost, Staff
from core.sandbox.switches import Switches
from core.sandbox.world import Sandbox
from tests.sandbox.kowhai import (
    AROHA,
    BEN,
    JOB,
    JOB_UUID,
    KOWHAI,
    NOBODY,
    STRICT,
    TEMPLATE,
    TIME,
    TUI,
    add_time,
    call,
    make_sandbox,
    read,
    refusal,
    texts,
    timesheet,
    write,
)

Act = Callable[[Sandbox], object]
COST = "d2000000-0000-4000-8000-000000000001"
NEW_JOB = f"<Job><Name>N</Name><ClientUUID>{TUI}</ClientUUID><StartDate>20261101</StartDate><DueDate>20261130</DueDate>"


def enter_on_state(state: str) -> Act:
    def act(sandbox: Sandbox) -> str:
        sandbox.tenants[KOWHAI].jobs[JOB].state = state
        return refusal(add_time(sandbox))

    return act


def enter_on_completed_task(sandbox: Sandbox) -> str:
    sandbox.tenants[KOWHAI].jobs[JOB].tasks[0].completed = True
    return refusal(add_time(sandbox))


def enter_unassigned(sandbox: Sandbox) -> tuple[str, bool]:
    said = refusal(add_time(sandbox, StaffUUID=BEN))
    return said, BEN in sandbox.tenants[KOWHAI].jobs[JOB].tasks[0].assigned


def enter_for_disabled(sandbox: Sandbox) -> str:
    sandbox.tenants[KOWHAI].staff[AROHA].disabled = True
    return refusal(add_time(sandbox))


def enter_in_locked_week(sandbox: Sandbox) -> list[str]:
    sandbox.tenants[KOWHAI].staff[AROHA].locked_weeks = [date(2026, 11, 16)]
    changed = write(sandbox, "PUT", "time.api/update", timesheet(UUID=TIME, Date="20261123"))
    return [refusal(add_time(sandbox)), refusal(changed), refusal(write(sandbox, "DELETE", f"time.api/delete/{TIME}"))]


def change_invoiced(sandbox: Sandbox) -> list[str]:
    sandbox.tenants[KOWHAI].times[TIME].invoice_task = NOBODY
    changed = write(sandbox, "PUT", "time.api/update", timesheet(UUID=TIME))
    return [refusal(changed), refusal(write(sandbox, "DELETE", f"time.api/delete/{TIME}"))]


def update_without_note(sandbox: Sandbox) -> object:
    answer = write(sandbox, "PUT", "time.api/update", timesheet(UUID=TIME, Note=""))
    return refusal(answer) or texts(answer, "Time/Note")


def enter_long_note(sandbox: Sandbox) -> object:
    answer = add_time(sandbox, Note="Payroll")
    return refusal(answer) or texts(answer, "Time/Note")


def name_job_longer(sandbox: Sandbox) -> object:
    answer = write(sandbox, "POST", "job.api/add", NEW_JOB.replace(">N<", ">Payroll<") + "</Job>")
    return refusal(answer) or texts(answer, "Job/Name")


def enter_control_character(sandbox: Sandbox) -> object:
    answer = call(sandbox, "POST", "time.api/add", timesheet(Note="a\x01b&#x2;"))
    return answer.status if answer.status != 200 else texts(answer.body.decode(), "Time/Note")


def count_entries_now_and_later(sandbox: Sandbox) -> list[int]:
    add_time(sandbox)
    window = "time.api/list?from=20261101&to=20261130"
    counts = [len(texts(read(sandbox, window), "Times/Time")) for _ in range(3)]
    sandbox.clock.advance(61)
    return [*counts, len(texts(read(sandbox, window), "Times/Time"))]


def get_unknown_client(sandbox: Sandbox) -> int:
    return call(sandbox, "GET", f"client.api/get/{NOBODY}").status


def get_malformed_uuid(sandbox: Sandbox) -> int:
    return call(sandbox, "GET", "client.api/get/12").status


def use_wrong_verb(sandbox: Sandbox) -> int:
    return call(sandbox, "POST", "staff.api/list").status


def list_day_of_creation(sandbox: Sandbox) -> list[str]:
    add_time(sandbox, Date="20260302")
    return texts(read(sandbox, "time.api/list?from=20261122&to=20261122"), "Times/Time/Date")


def list_one_year(sandbox: Sandbox) -> int:
    return call(sandbox, "GET", "time.api/list?from=20251122&to=20261122").status


def list_after_deleting_ben(sandbox: Sandbox) -> list[str]:
    sandbox.tenants[KOWHAI].staff[BEN].deleted = True
    return texts(read(sandbox, "staff.api/list"), "StaffList/Staff/Name")


def count_costs_of_applied_template(sandbox: Sandbox) -> int:
    write(sandbox, "POST", "job.api/applytemplate", f"<Job><ID>{JOB}</ID><TemplateUUID>{TEMPLATE}</TemplateUUID></Job>")
    return len(texts(read(sandbox, f"job.api/costs/{JOB}"), "Costs/Cost"))


def update_cost_without_billable(sandbox: Sandbox) -> list[str]:
    cost = JobCost(COST, date(2026, 11, 1), "Courier", billable=False)
    sandbox.tenants[KOWHAI].jobs[JOB].costs.append(cost)
    amounts = "<Quantity>1</Quantity><UnitCost>6</UnitCost><UnitPrice>9</UnitPrice>"
    body = f"<Cost><UUID>{COST}</UUID><Date>20261121</Date><Description>Courier</Description>{amounts}</Cost>"
    write(sandbox, "PUT", "job.api/cost", body)
    return texts(read(sandbox, f"job.api/costs/{JOB}"), "Costs/Cost/Billable")


def uuids_of_current(sandbox: Sandbox) -> list[str]:
    return texts(read(sandbox, "job.api/current"), "Jobs/Job/UUID")


def list_states(sandbox: Sandbox) -> int:
    return call(sandbox, "GET", "jobstate.api/list").status


def ask_for_json(sandbox: Sandbox) -> str:
    return call(sandbox, "GET", "staff.api/list", headers=STRICT).headers["content-type"].split(";")[0]


def add_job_twice(sandbox: Sandbox) -> tuple[int, str]:
    answer = call(sandbox, "POST", "job.api/add", f"{NEW_JOB}<ID>{JOB}</ID></Job>")
    return answer.status, refusal(answer.body.decode())


def get_job_by_uuid(sandbox: Sandbox) -> str:
    return refusal(read(sandbox, f"job.api/get/{JOB_UUID.upper()}"))


def enter_37_minutes(sandbox: Sandbox) -> list[str]:
    return texts(add_time(sandbox, Minutes="37") + "", "Time/Minutes")


def enter_ampersand(sandbox: Sandbox) -> list[str]:
    return texts(add_time(sandbox, Note="R&amp;D"), "Time/Note")


def send_half_a_body(sandbox: Sandbox) -> int:
    return call(sandbox, "POST", "time.api/add", "<Timesheet><Job>").status


def type_of_bad_parameter(sandbox: Sandbox) -> str:
    return call(sandbox, "GET", "time.api/list").headers["content-type"].split(";")[0]


def names_in_order(sandbox: Sandbox) -> list[str]:
    names = [f"Staff {number:02d}" for number in range(20)]
    sandbox.tenants[KOWHAI].staff = {name: Staff(name, name) for name in names}
    found = texts(read(sandbox, "staff.api/list"), "StaffList/Staff/Name")
    assert sorted(found) == names
    return found[:1] if found == names else ["shuffled"]


def minutes_after_appending(sandbox: Sandbox) -> list[str]:
    mode = "<TaskMode>AppendExisting</TaskMode>"
    body = f"<Job><ID>{JOB}</ID><TemplateUUID>{TEMPLATE}</TemplateUUID>{mode}</Job>"
    return texts(write(sandbox, "POST", "job.api/applytemplate", body), "Job/Tasks/Task/EstimatedMinutes")


def delete_job(sandbox: Sandbox) -> str:
    return refusal(write(sandbox, "POST", "job.api/delete", f"<Job><ID>{JOB}</ID></Job>"))


def shape_of_one_row(sandbox: Sandbox) -> bytes:
    return call(sandbox, "GET", f"time.api/job/{JOB}", headers=STRICT).body[:24]


CLOSED, CANCELLED = "Time cannot be recorded on a completed job", "Time cannot be recorded on a cancelled job"
SUBMITTED = "The timesheet for this week has been submitted"
INVOICED = "Time that has been invoiced cannot be changed"
XML, JSON = "text/xml", "application/json"

CASES: list[tuple[str, str | None, Act, object]] = [
    ("time_on_completed_job", None, enter_on_state("Completed"), CLOSED),
    ("time_on_completed_job", "accept", enter_on_state("Completed"), ""),
    ("time_on_cancelled_job", None, enter_on_state("Cancelled"), CANCELLED),
    ("time_on_cancelled_job", "accept", enter_on_state("Cancelled"), ""),
    ("time_on_completed_task", None, enter_on_completed_task, ""),
    ("time_on_completed_task", "reject", enter_on_completed_task, "Time cannot be recorded on a completed task"),
    ("time_requires_assignment", None, enter_unassigned, ("", False)),
    ("time_requires_assignment", "yes", enter_unassigned, ("Staff member is not assigned to this task", False)),
    ("time_requires_assignment", "auto-assign", enter_unassigned, ("", True)),
    ("time_for_disabled_staff", None, enter_for_disabled, "Staff member is disabled"),
    ("time_for_disabled_staff", "accept", enter_for_disabled, ""),
    ("locked_week", None, enter_in_locked_week, [SUBMITTED] * 3),
    ("locked_week", "accept", enter_in_locked_week, [""] * 3),
    ("invoiced_edit", None, change_invoiced, [INVOICED] * 2),
    ("invoiced_edit", "accept", change_invoiced, [""] * 2),
    ("partial_update", None, update_without_note, [""]),
    ("partial_update", "keeps", update_without_note, ["Bank reconciliation"]),
    ("partial_update", "refuses", update_without_note, "Note is required"),
    ("note_max", None, enter_long_note, ["Payroll"]),
    ("note_max", "3 cut", enter_long_note, ["Pay"]),
    ("note_max", "3 error", enter_long_note, "Note cannot be longer than 3 characters"),
    ("name_max", None, name_job_longer, ["Payroll"]),
    ("name_max", "3 cut", name_job_longer, ["Pay"]),
    ("name_max", "3 error", name_job_longer, "Name cannot be longer than 3 characters"),
    ("control_chars", None, enter_control_character, 500),
    ("control_chars", "strip", enter_control_character, ["ab"]),
    ("read_after_write_delay", None, count_entries_now_and_later, [2, 2, 2, 2]),
    ("read_after_write_delay", "2 reads", count_entries_now_and_later, [1, 1, 2, 2]),
    ("read_after_write_delay", "60 seconds", count_entries_now_and_later, [1, 1, 1, 2]),
    ("unknown_id_status", None, get_unknown_client, 200),
    ("unknown_id_status", "404", get_unknown_client, 404),
    ("malformed_uuid", None, get_malformed_uuid, 200),
    ("malformed_uuid", "400", get_malformed_uuid, 400),
    ("malformed_uuid", "500", get_malformed_uuid, 500),
    ("wrong_method", None, use_wrong_verb, 405),
    ("wrong_method", "404", use_wrong_verb, 404),
    ("window_filter", None, list_day_of_creation, []),
    ("window_filter", "created", list_day_of_creation, ["2026-03-02T00:00:00"]),
    ("range_exactly_one_year", None, list_one_year, 200),
    ("range_exactly_one_year", "400", list_one_year, 400),
    ("deleted_staff_in_list", None, list_after_deleting_ben, ["Aroha Ngata"]),
    ("deleted_staff_in_list", "yes", list_after_deleting_ben, ["Aroha Ngata", "Ben Okafor"]),
    ("template_costs_on_applytemplate", None, count_costs_of_applied_template, 1),
    ("template_costs_on_applytemplate", "no", count_costs_of_applied_template, 0),
    ("omitted_billable_on_cost_update", None, update_cost_without_billable, ["true"]),
    ("omitted_billable_on_cost_update", "keep", update_cost_without_billable, ["false"]),
    ("job_uuid_in_current", None, uuids_of_current, [JOB_UUID]),
    ("job_uuid_in_current", "no", uuids_of_current, []),
    ("jobstate_endpoint", None, list_states, 200),
    ("jobstate_endpoint", "404", list_states, 404),
    ("json_mode", None, ask_for_json, JSON),
    ("json_mode", "ignored", ask_for_json, XML),
    ("dup_custom_job_id", None, add_job_twice, (200, "Job identifier is already in use")),
    ("dup_custom_job_id", "409", add_job_twice, (409, "Job identifier is already in use")),
    ("get_job_by_uuid", None, get_job_by_uuid, "Invalid job identifier"),
    ("get_job_by_uuid", "accept", get_job_by_uuid, ""),
    ("minutes_round", None, enter_37_minutes, ["37"]),
    ("minutes_round", "15", enter_37_minutes, ["30"]),
    ("note_escape", None, enter_ampersand, ["R&D"]),
    ("note_escape", "html", enter_ampersand, ["R&amp;D"]),
    ("malformed_xml", None, send_half_a_body, 500),
    ("malformed_xml", "400", send_half_a_body, 400),
    ("bad_parameter_body", None, type_of_bad_parameter, XML),
    ("bad_parameter_body", "json", type_of_bad_parameter, JSON),
    ("list_order", None, names_in_order, ["Staff 00"]),
    ("list_order", "shuffled", names_in_order, ["shuffled"]),
    ("append_existing", None, minutes_after_appending, ["660", "30"]),
    ("append_existing", "leave", minutes_after_appending, ["600", "30"]),
    ("delete_job_with_time", None, delete_job, "A job with recorded time cannot be deleted"),
    ("delete_job_with_time", "accept", delete_job, ""),
    ("json_single_row", None, shape_of_one_row, b'{"status":"OK","times":['),
    ("json_single_row", "object", shape_of_one_row, b'{"status":"OK","times":{'),
]
#: Switches that sign-in, limits and the application obey; their tests are with those.
ELSEWHERE = {"scope_missing_status", "daily_limit", "limit_headers", "former_refresh_token", "old_version_status"}


@pytest.mark.parametrize(("switch", "value", "act", "outcome"), CASES, ids=[f"{row[0]}-{row[1]}" for row in CASES])
def test_a_switch_decides_what_the_practice_does(switch: str, value: str | None, act: Act, outcome: object) -> None:
    assert act(make_sandbox(**({switch: value} if value else {}))) == outcome


def test_every_switch_is_tested_under_its_default_and_under_another_value() -> None:
    tested = {switch for switch, value, *_ in CASES if value is None} & {row[0] for row in CASES if row[1]}
    assert tested | ELSEWHERE == {item.name for item in fields(Switches)}
