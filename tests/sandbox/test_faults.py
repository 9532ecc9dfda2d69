"""Every fault as a client on a real socket sees it, and what it left behind in the practice."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from lxml import etree

from core.sandbox.calls import ApiRequest, Delivery
from core.sandbox.serve import RunningSandbox
from core.sandbox.sockets import LostConnectionError, lose_answer
from tests.sandbox.caller import Caller, make_caller


@pytest.fixture
def timesheet(served: RunningSandbox) -> str:
    return Caller(served.sandbox, {}).write_timesheet()


def disturb(control: httpx.Client, *rules: dict[str, Any]) -> None:
    control.post("/faults", json={"rules": list(rules)}).raise_for_status()


def count_times(served: RunningSandbox) -> int:
    return len(Caller(served.sandbox, {}).practice.times)


LOSSES = [
    ("close", httpx.RemoteProtocolError),
    ("reset", httpx.ReadError),
    ("half_header", httpx.RemoteProtocolError),
    ("hang", httpx.ReadTimeout),
]


@pytest.mark.parametrize(("wire", "error"), LOSSES)
@pytest.mark.parametrize(("fault", "written"), [("drop_before", 0), ("drop_after", 1), ("late", 0)])
def test_an_answer_lost_on_the_socket_says_nothing_of_what_was_written(
    served: RunningSandbox,
    api: httpx.Client,
    control: httpx.Client,
    timesheet: str,
    wire: str,
    error: type[Exception],
    fault: str,
    written: int,
) -> None:
    disturb(control, {"fault": fault, "wire": wire, "path": "time.api/add", "seconds": 60})
    before = count_times(served)
    with pytest.raises(error):
        api.post("/time.api/add", content=timesheet, timeout=0.2 if wire == "hang" else 5)
    assert count_times(served) - before == written


def test_a_late_landing_is_written_when_the_clock_reaches_it(
    served: RunningSandbox, api: httpx.Client, control: httpx.Client, timesheet: str
) -> None:
    disturb(control, {"fault": "late", "path": "time.api/add", "seconds": 600, "times": 1})
    before = count_times(served)
    with pytest.raises(httpx.RemoteProtocolError):
        api.post("/time.api/add", content=timesheet)
    control.post("/clock", json={"advance": 599})
    assert count_times(served) == before
    control.post("/clock", json={"advance": 1})
    assert count_times(served) == before + 1


def test_a_body_shorter_than_announced_is_an_error_of_the_protocol(api: httpx.Client, control: httpx.Client) -> None:
    disturb(control, {"fault": "short_body"})
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        api.get("/staff.api/list")


@pytest.mark.parametrize("fault", ["no_length", "truncate"])
def test_a_cut_body_without_a_lie_arrives_as_a_clean_200(api: httpx.Client, control: httpx.Client, fault: str) -> None:
    disturb(control, {"fault": fault})
    answer = api.get("/staff.api/list")
    assert answer.status_code == 200
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.content)


def test_a_slow_body_arrives_whole(api: httpx.Client, control: httpx.Client) -> None:
    expected = api.get("/staff.api/list").content
    disturb(control, {"fault": "slow_body"})
    assert api.get("/staff.api/list").content == expected


@pytest.mark.parametrize(
    ("fault", "status", "kind", "part"),
    [
        ("error", 500, "application/json", b'{"Type":null,"Title":"Internal Server Er'),
        ("unavailable", 503, "application/json", b"ServiceNotAvailable"),
        ("bad_gateway", 502, "text/html", b"<!DOCTYPE html>"),
        ("html", 200, "text/html", b"Scheduled maintenance"),
        ("empty", 200, "text/xml", b""),
        ("garbage", 200, "text/xml", b"<Response><Result>"),
        ("refused", 200, "text/xml", b"<Status>ERROR</Status>"),
        ("bad_request", 400, "text/xml", b"<Status>ERROR</Status>"),
        ("not_found", 404, "text/xml", b"<Status>ERROR</Status>"),
        ("conflict", 409, "text/xml", b"<Status>ERROR</Status>"),
        ("unauthorised", 401, "application/json", b"Unauthorized"),
        ("forbidden", 403, "application/json", b"Forbidden"),
    ],
)
def test_an_answer_instead_of_the_real_one_leaves_the_practice_alone(
    served: RunningSandbox,
    api: httpx.Client,
    control: httpx.Client,
    timesheet: str,
    fault: str,
    status: int,
    kind: str,
    part: bytes,
) -> None:
    disturb(control, {"fault": fault})
    before = count_times(served)
    answer = api.post("/time.api/add", content=timesheet)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, kind)
    assert part in answer.content
    assert count_times(served) == before


@pytest.mark.parametrize(
    "fault", ["error", "unavailable", "bad_gateway", "html", "redirect", "empty", "garbage", "refused"]
)
def test_the_same_answer_can_come_after_the_write(
    served: RunningSandbox, api: httpx.Client, control: httpx.Client, timesheet: str, fault: str
) -> None:
    disturb(control, {"fault": fault, "commit": True})
    before = count_times(served)
    answer = api.post("/time.api/add", content=timesheet)
    assert b"<Status>OK</Status>" not in answer.content
    assert count_times(served) == before + 1


def test_a_redirect_leads_to_a_sign_in_page(api: httpx.Client, control: httpx.Client) -> None:
    disturb(control, {"fault": "redirect"})
    answer = api.get("/staff.api/list")
    assert (answer.status_code, answer.headers["location"]) == (302, "/login")


@pytest.mark.parametrize(
    ("fault", "problem", "wait"),
    [
        ("limit_minute", "minute", "22"),
        ("limit_day", "day", "66975"),
        ("limit_app", "appminute", "22"),
        ("limit_concurrent", "concurrent", None),
    ],
)
def test_each_kind_of_429_is_empty_and_names_its_limit(
    api: httpx.Client, control: httpx.Client, fault: str, problem: str, wait: str | None
) -> None:
    disturb(control, {"fault": fault})
    answer = api.get("/staff.api/list")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (429, b"", "0")
    assert answer.headers["x-rate-limit-problem"] == problem
    assert answer.headers.get("retry-after") == wait


@pytest.mark.parametrize("wait", ["", "Sun, 22 Nov 2026 12:00:22 GMT", "soon", "-1"])
def test_retry_after_can_be_missing_or_odd(api: httpx.Client, control: httpx.Client, wait: str) -> None:
    disturb(control, {"fault": "limit_minute", "retry_after": wait})
    assert api.get("/staff.api/list").headers.get("retry-after", "") == wait


def test_a_401_can_come_once_and_then_no_more(api: httpx.Client, control: httpx.Client) -> None:
    disturb(control, {"fault": "unauthorised", "times": 1})
    assert [api.get("/staff.api/list").status_code for _ in range(3)] == [401, 200, 200]


def test_the_third_of_five_entries_is_refused_with_the_given_words(
    api: httpx.Client, control: httpx.Client, timesheet: str
) -> None:
    disturb(control, {"fault": "refused", "path": "time.api/add", "nth": [3], "text": "Week <locked> & closed"})
    answers = [api.post("/time.api/add", content=timesheet).content for _ in range(5)]
    words = [etree.fromstring(answer).findtext("ErrorDescription") for answer in answers]
    assert words == [None, None, "Week <locked> & closed", None, None]


def test_a_refusal_in_strict_mode_is_json(api: httpx.Client, control: httpx.Client) -> None:
    disturb(control, {"fault": "refused"})
    strict = {"xero-features": "practice-strict-content-type", "accept": "application/json"}
    assert api.get("/staff.api/list", headers=strict).json()["status"] == "ERROR"


def test_a_byte_order_mark_comes_before_the_xml(api: httpx.Client, control: httpx.Client) -> None:
    disturb(control, {"fault": "bom"})
    assert api.get("/staff.api/list").content.startswith(b"\xef\xbb\xbf<Response")


def test_the_header_can_lie_about_the_charset(api: httpx.Client, control: httpx.Client) -> None:
    disturb(control, {"fault": "wrong_charset"})
    answer = api.get("/staff.api/list")
    assert answer.headers["content-type"] == "text/xml; charset=iso-8859-1"
    assert answer.content.decode("utf-8")


def test_the_body_can_be_in_another_charset_than_announced(
    served: RunningSandbox, api: httpx.Client, control: httpx.Client
) -> None:
    next(iter(Caller(served.sandbox, {}).practice.staff.values())).name = "Zoë Müller"
    disturb(control, {"fault": "latin1_body"})
    answer = api.get("/staff.api/list")
    assert "Zoë Müller" in answer.content.decode("latin-1")
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")


def test_unknown_elements_and_attributes_leave_the_xml_well_formed(api: httpx.Client, control: httpx.Client) -> None:
    disturb(control, {"fault": "extra"})
    root = etree.fromstring(api.get("/staff.api/list").content)
    assert root.find("StaffList/Staff/FutureField") is not None
    assert root.find("StaffList/Staff/UUID").get("future") == "1"


def test_the_counters_can_be_left_out(api: httpx.Client, control: httpx.Client) -> None:
    disturb(control, {"fault": "no_headers"})
    answer = api.get("/staff.api/list")
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("x-")]


@pytest.mark.parametrize("fault", ["slow", "slow_answer"])
def test_a_slow_answer_outlasts_the_client(api: httpx.Client, control: httpx.Client, fault: str) -> None:
    disturb(control, {"fault": fault, "seconds": 0.3})
    with pytest.raises(httpx.ReadTimeout):
        api.get("/staff.api/list", timeout=0.05)


WINDOW = "/time.api/list?from=20261022&to=20261122"


def list_uuids(api: httpx.Client) -> list[str]:
    return [str(one.text) for one in etree.fromstring(api.get(WINDOW).content).iterfind("Times/Time/UUID")]


def test_a_lagging_list_does_not_show_what_was_just_written(
    api: httpx.Client, control: httpx.Client, timesheet: str
) -> None:
    written = etree.fromstring(api.post("/time.api/add", content=timesheet).content).findtext("Time/UUID")
    disturb(control, {"fault": "lag", "seconds": 60})
    assert written not in list_uuids(api)
    control.post("/clock", json={"advance": 61})
    assert written in list_uuids(api)


def test_a_partial_list_has_lost_rows_without_a_sign(api: httpx.Client, control: httpx.Client) -> None:
    whole = list_uuids(api)
    disturb(control, {"fault": "list_partial"})
    assert 0 < len(list_uuids(api)) < len(whole)


def test_a_list_can_show_a_row_twice(api: httpx.Client, control: httpx.Client) -> None:
    disturb(control, {"fault": "list_duplicate"})
    shown = list_uuids(api)
    assert len(shown) == len(set(shown)) + 1


def test_a_list_can_come_in_any_order(api: httpx.Client, control: httpx.Client) -> None:
    whole = list_uuids(api)
    disturb(control, {"fault": "list_shuffle"})
    shuffled = list_uuids(api)
    assert shuffled != whole
    assert sorted(shuffled) == sorted(whole)


def test_the_answer_to_a_refresh_can_be_lost_after_the_rotation(served: RunningSandbox, control: httpx.Client) -> None:
    disturb(control, {"fault": "drop_after", "path": "connect/token", "times": 1})
    sign_in = Caller(served.sandbox, {}).sign_in
    app = sign_in.tokens.apps[served.client_id]
    now = served.sandbox.clock.now()
    first = sign_in.tokens.issue_tokens(sign_in.tokens.grant(app, ("offline_access",), [], now), False, now)
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], "client_id": app.client_id}
    form["client_secret"] = app.client_secret
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{served.identity_url}/connect/token", data=form)
    assert sign_in.tokens.refresh[first["refresh_token"]].replaced_at == now
    assert httpx.post(f"{served.identity_url}/connect/token", data=form).status_code == 200


def test_a_refresh_can_be_refused_for_good(served: RunningSandbox, control: httpx.Client) -> None:
    disturb(control, {"fault": "invalid_grant", "path": "connect/token"})
    answer = httpx.post(f"{served.identity_url}/connect/token", data={})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_connections_can_fail_too(served: RunningSandbox, control: httpx.Client) -> None:
    disturb(control, {"fault": "unavailable", "path": "connections"})
    assert httpx.get(served.connections_url).status_code == 503


def test_without_a_socket_the_loss_is_an_exception() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(LostConnectionError, match="reset"):
        asyncio.run(lose_answer(Delivery(None, "reset"), {}, receive))


def test_latency_is_added_to_every_call(caller: Caller) -> None:
    injector = caller.disturb({"fault": "slow", "seconds": 0.5})
    injector.latency = 0.1
    plan = injector.before(caller.sandbox, ApiRequest("GET", "/practicemanager/3.1/staff.api/list"), "")
    assert plan.wait == pytest.approx(0.6)


def test_faults_tell_what_they_did(api: httpx.Client, control: httpx.Client) -> None:
    disturb(control, {"fault": "bom", "nth": [2]})
    for _ in range(3):
        api.get("/staff.api/list")
    told = control.get("/faults").json()
    assert told["rules"] == [{"fault": "bom", "nth": [2], "seen": 3, "struck": 1}]
    assert told["history"][-1] == {
        "fault": "bom",
        "method": "GET",
        "path": "/practicemanager/3.1/staff.api/list",
    }


def test_a_fault_file_is_read_at_the_start(tmp_path: Any) -> None:
    path = tmp_path / "faults.json"
    path.write_text(json.dumps({"seed": 3, "rules": [{"fault": "unavailable"}]}))
    assert make_caller(faults=path).status() == 503
