"""The side door: practices, clock, policies and people, moved from outside."""

from typing import Any

import httpx
import pytest

from core.sandbox.control import HANDLERS
from core.sandbox.control_state import ACTIONS
from core.sandbox.serve import RunningSandbox
from core.sandbox.state import Tenant
from tests.sandbox.caller import Caller


@pytest.fixture
def practice(served: RunningSandbox) -> Tenant:
    return Caller(served.sandbox, {}).practice


def ask(control: httpx.Client, path: str, **body: Any) -> Any:
    return control.post(path, json=body).raise_for_status().json()


def complain(control: httpx.Client, path: str, **body: Any) -> str:
    answer = control.post(path, json=body)
    assert answer.status_code == 400
    sentence: str = answer.json()["error"]
    assert sentence.endswith(".")
    return sentence


def read_time_body(practice: Tenant) -> dict[str, Any]:
    job = next(iter(practice.jobs.values()))
    return {"job": job.number, "task": job.tasks[0].uuid, "staff": job.assigned[0], "day": "2026-11-20", "minutes": 90}


def test_the_list_names_every_path_and_action(control: httpx.Client) -> None:
    told = control.get("/").json()
    assert len(told["paths"]) == len(HANDLERS)
    assert told["actions"] == list(ACTIONS)


def test_an_unknown_path_or_method_is_a_sentence(control: httpx.Client) -> None:
    assert "There is no POST /_sandbox/nothing" in complain(control, "/nothing")
    assert control.delete("/journal").status_code == 400


def test_a_body_that_is_no_json_is_a_sentence(control: httpx.Client) -> None:
    answer = control.post("/clock", content=b"{now}")
    assert (answer.status_code, "not JSON" in answer.json()["error"]) == (400, True)


def test_a_snapshot_restored_is_the_same_practice(control: httpx.Client, practice: Tenant) -> None:
    before = control.get("/snapshot").json()
    ask(control, "/person/type", **read_time_body(practice))
    assert control.get("/snapshot").json() != before
    ask(control, "/restore", **before)
    assert control.get("/snapshot").json() == before


def test_a_restored_practice_is_served_to_the_ready_token(api: httpx.Client, control: httpx.Client) -> None:
    ask(control, "/restore", tenants=[{"id": "t9", "name": "Tiny", "staff": [{"uuid": "a1", "name": "Mere"}]}])
    answer = api.get("/staff.api/list", headers={"xero-tenant-id": "t9"})
    assert "<Name>Mere</Name>" in answer.text


def test_a_broken_snapshot_changes_nothing(control: httpx.Client) -> None:
    before = control.get("/snapshot").json()
    assert "tenants[0] has no name" in complain(control, "/restore", tenants=[{"id": "t9"}])
    assert control.get("/snapshot").json() == before


def test_a_reset_brings_back_practices_truth_and_policies(control: httpx.Client, practice: Tenant) -> None:
    before = control.get("/snapshot").json()
    ask(control, "/person/type", **read_time_body(practice))
    ask(control, "/switches", locked_week="accept")
    ask(control, "/faults", rules=[{"fault": "bom"}])
    ask(control, "/reset")
    assert control.get("/snapshot").json() == before
    assert control.get("/truth").json() == {"events": []}
    assert control.get("/switches").json()["locked_week"]["value"] == "reject"
    assert control.get("/faults").json()["rules"] == []


def test_the_clock_can_be_set_and_advanced(control: httpx.Client) -> None:
    assert ask(control, "/clock", set="2026-12-01T08:00:00")["now"] == "2026-12-01T08:00:00+00:00"
    assert ask(control, "/clock", advance=90)["now"] == "2026-12-01T08:01:30+00:00"
    assert control.get("/clock").json() == {"now": "2026-12-01T08:01:30+00:00", "frozen": True}


def test_the_clock_can_run_and_stand(control: httpx.Client) -> None:
    assert ask(control, "/clock", freeze=False)["frozen"] is False
    assert control.get("/clock").json()["now"] != control.get("/clock").json()["now"]
    assert ask(control, "/clock", freeze=True)["frozen"] is True


def test_the_date_header_follows_the_clock(api: httpx.Client, control: httpx.Client) -> None:
    ask(control, "/clock", set="2026-12-01T08:00:00")
    assert api.get("/staff.api/list").headers["date"] == "Tue, 01 Dec 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/clock", {"set": "noon"}, "'noon' is no time"),
        ("/clock", {"advance": "1h"}, "cannot advance by '1h'"),
        ("/clock", {"forward": 1}, "set, advance, freeze"),
        ("/switches", {"gravity": "off"}, "The body does not fit"),
        ("/switches", {"locked_week": "maybe"}, "reject, accept"),
        ("/faults", {"rules": [{"fault": "fire"}]}, "unknown fault 'fire'"),
        ("/limits", {"minute": "sixty"}, "cannot be set to 'sixty'"),
        ("/latency", {"ms": -1}, "is no latency"),
        ("/consent", {"approval": "maybe"}, "ask, auto, deny, no_account"),
        ("/tokens/disconnect", {"tenant": "t9"}, "No app is connected"),
        ("/person/fly", {}, "Actions are type, edit"),
        ("/person/type", {"job": "J000001"}, "It takes job, task, staff, day, minutes, note"),
        ("/person/type", {"tenant": "t9"}, "There is no tenant 't9'"),
        ("/person/rename-client", {"client_uuid": "none", "name": "X"}, "Invalid client identifier"),
        ("/person/lock-week", {"staff_uuid": "a1", "day": "Friday"}, "'Friday' is no date"),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_says_what_could(
    control: httpx.Client, path: str, body: dict[str, Any], words: str
) -> None:
    assert words in complain(control, path, **body)


def test_a_person_types_edits_invoices_and_deletes(control: httpx.Client, practice: Tenant) -> None:
    made = ask(control, "/person/type", **read_time_body(practice), note="by hand")["result"]
    assert (made["minutes"], made["date"], made["by_person"]) == (90, "2026-11-20", True)
    assert ask(control, "/person/edit", time_uuid=made["uuid"], minutes=30)["result"]["minutes"] == 30
    assert ask(control, "/person/invoice", time_uuid=made["uuid"])["result"]["invoice_task"]
    ask(control, "/person/delete", time_uuid=made["uuid"])
    assert made["uuid"] not in practice.times


def test_a_person_changes_jobs_tasks_clients_and_weeks(control: httpx.Client, practice: Tenant) -> None:
    job, client = list(practice.jobs.values())[1], next(iter(practice.clients.values()))
    ask(control, "/person/set-job-state", number=job.number, state="Completed")
    ask(control, "/person/complete-task", task_uuid=job.tasks[0].uuid)
    ask(control, "/person/rename-client", client_uuid=client.uuid, name="Renamed Ltd")
    ask(control, "/person/archive-client", client_uuid=client.uuid)
    week = ask(control, "/person/lock-week", staff_uuid=next(iter(practice.staff)), day="2026-11-20")
    assert (job.state, job.tasks[0].completed) == ("Completed", True)
    assert (client.name, client.is_archived) == ("Renamed Ltd", True)
    assert week == {"result": "2026-11-16"}


def test_another_practice_is_reached_by_its_id(served: RunningSandbox, control: httpx.Client) -> None:
    tiny = list(served.sandbox.tenants.values())[3]
    made = ask(control, "/person/type", tenant=tiny.id, **read_time_body(tiny))["result"]
    assert made["uuid"] in tiny.times


def test_the_truth_tells_people_from_the_api(api: httpx.Client, control: httpx.Client, practice: Tenant) -> None:
    ask(control, "/person/type", **read_time_body(practice))
    api.post("/time.api/add", content=write_timesheet(practice))
    assert [event["by"] for event in control.get("/truth").json()["events"]] == ["person", "api"]
    assert len(control.get("/truth", params={"by": "api"}).json()["events"]) == 1


def write_timesheet(practice: Tenant) -> str:
    body = read_time_body(practice)
    return (
        f"<Timesheet><Job>{body['job']}</Job><TaskUUID>{body['task']}</TaskUUID><StaffUUID>{body['staff']}</StaffUUID>"
        "<Date>20261120</Date><Minutes>15</Minutes></Timesheet>"
    )


def test_limits_can_be_read_changed_and_reset(api: httpx.Client, control: httpx.Client, practice: Tenant) -> None:
    ask(control, "/limits", enabled=True, minute=1)
    assert [api.get("/staff.api/list").status_code for _ in range(2)] == [200, 429]
    assert control.get("/limits").json()["remaining"][practice.id]["minute"] == 0
    ask(control, "/limits/reset")
    assert api.get("/staff.api/list").status_code == 200
    ask(control, "/limits", enabled=False, minute=60)


def test_the_journal_is_filtered_and_cleared(api: httpx.Client, control: httpx.Client) -> None:
    api.get("/staff.api/list")
    api.get("/nothing.api/list")
    assert len(control.get("/journal", params={"path": "staff"}).json()["entries"]) == 1
    assert control.get("/journal", params={"verb": "GET"}).status_code == 400
    ask(control, "/journal/clear")
    assert control.get("/journal").json() == {"entries": []}


def sign_in(served: RunningSandbox) -> dict[str, Any]:
    caller = Caller(served.sandbox, {})
    store, now = caller.sign_in.tokens, served.sandbox.clock.now()
    scopes = ("offline_access", "practicemanager")
    consent = store.grant(store.apps[served.client_id], scopes, [caller.practice.id], now)
    return store.issue_tokens(consent, False, now)


def call_with(api: httpx.Client, tokens: dict[str, Any]) -> int:
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    return api.get("/staff.api/list", headers=headers).status_code


def test_a_disconnected_practice_is_a_403(served: RunningSandbox, api: httpx.Client, control: httpx.Client) -> None:
    tokens = sign_in(served)
    ask(control, "/tokens/disconnect", tenant=Caller(served.sandbox, {}).practice.id)
    assert call_with(api, tokens) == 403


def test_revoked_tokens_are_unknown_but_not_those_of_scripts(
    served: RunningSandbox, api: httpx.Client, control: httpx.Client
) -> None:
    tokens = sign_in(served)
    ask(control, "/tokens/revoke")
    assert call_with(api, tokens) == 401
    assert api.get("/staff.api/list").status_code == 200


def test_tokens_can_be_ended_in_the_middle_of_a_run(
    served: RunningSandbox, api: httpx.Client, control: httpx.Client
) -> None:
    tokens = sign_in(served)
    assert ask(control, "/tokens/expire", refresh=True)["refresh"] >= 1
    assert call_with(api, tokens) == 401
    assert api.get("/staff.api/list").status_code == 200
