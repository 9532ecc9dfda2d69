import logging
import traceback
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from core.xpm.calls import AccessLost, CallRefused, MustWait, QuotaSpent, Redirected, XpmFailed
from core.xpm.gate import Limits, Remaining
from core.xpm.outcome import Cause, OutcomeKind
from core.xpm.tokens import ConnectionState, ConsentNeeded
from core.xpm.transport import AnswerLost, NotSent
from core.xpm.wire import AnswerUnreadable
from tests.fakes import FakeClock
from tests.xpm.conftest import TENANT, ClientOver
from tests.xpm.fakes import MemoryGate, MemoryTokens, Reply, error, ok, xml
from tests.xpm.test_outcome import DRAFT
from tests.xpm.test_wire_xml import TIME_XML

STAFF = ok("<StaffList><Staff><UUID>A1</UUID><Name>Aroha</Name></Staff></StaffList>")


@pytest.mark.parametrize(
    "fault",
    [
        httpx.Response(500),
        httpx.Response(502, text="<html/>"),
        httpx.Response(503),
        httpx.Response(504),
        httpx.ConnectError("x"),
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        xml("<Response><Status>OK</Status><StaffList>"),
    ],
    ids=str,
)
def test_a_read_is_repeated_with_growing_pauses(client_over: ClientOver, clock: FakeClock, fault: Reply) -> None:
    client, script = client_over(fault, fault, fault, STAFF)
    assert [one.name for one in client.list_staff()] == ["Aroha"]
    assert clock.slept == [1.0, 2.0, 4.0]
    assert len(script.requests) == 4


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (httpx.Response(500), XpmFailed),
        (httpx.ConnectError("x"), NotSent),
        (httpx.ReadTimeout("x"), AnswerLost),
        (xml("<html></html>"), AnswerUnreadable),
    ],
    ids=lambda part: str(part)[:30],
)
def test_a_read_that_keeps_failing_raises_and_never_looks_empty(
    client_over: ClientOver, fault: Reply, raised: type[Exception]
) -> None:
    client, script = client_over(fault)
    with pytest.raises(raised):
        client.list_staff()
    assert len(script.requests) == 4


@pytest.mark.parametrize("status", [501, 418])
def test_other_statuses_are_not_repeated(client_over: ClientOver, status: int) -> None:
    client, script = client_over(httpx.Response(status))
    with pytest.raises((XpmFailed, CallRefused)):
        client.list_staff()
    assert len(script.requests) == 1


def test_a_redirected_read_says_that_something_else_answers(client_over: ClientOver) -> None:
    client, script = client_over(httpx.Response(302, headers={"Location": "https://example.test/login"}))
    with pytest.raises(Redirected, match="sign-in page"):
        client.list_staff()
    assert len(script.requests) == 1


def test_an_answer_tells_how_far_our_clock_is_ahead(client_over: ClientOver) -> None:
    client, _ = client_over(httpx.Response(400, headers={"Date": "Fri, 20 Nov 2026 00:58:30 GMT"}))
    assert client.read_skew() is None
    with pytest.raises(CallRefused):
        client.list_staff()
    assert client.read_skew() == 90.0


@pytest.mark.parametrize("reply", [error("Not allowed"), httpx.Response(400), httpx.Response(409)], ids=str)
def test_a_refused_read_is_not_repeated(client_over: ClientOver, reply: Reply) -> None:
    client, script = client_over(reply)
    with pytest.raises(CallRefused):
        client.list_staff()
    assert len(script.requests) == 1


def test_a_refusal_names_what_was_asked_and_the_correlation_id(client_over: ClientOver) -> None:
    with pytest.raises(CallRefused, match=r"would not tell staff: Nein\..*corr-1"):
        client_over(error("Nein"))[0].list_staff()


def test_a_write_is_never_repeated(client_over: ClientOver) -> None:
    client, script = client_over(httpx.Response(503), ok(TIME_XML))
    assert client.add_time(DRAFT).kind is OutcomeKind.IN_DOUBT
    assert len(script.requests) == 1


def test_a_lost_right_names_the_right_and_marks_the_connection(client_over: ClientOver, tokens: MemoryTokens) -> None:
    with pytest.raises(AccessLost, match="Connect third-party add-ons"):
        client_over(httpx.Response(403))[0].list_staff()
    assert tokens.connections["p1"].state is ConnectionState.LOST_RIGHT


def test_a_second_401_on_a_read_needs_consent(client_over: ClientOver, tokens: MemoryTokens) -> None:
    pair = httpx.Response(200, json={"access_token": "a2", "refresh_token": "r2", "expires_in": 1800})
    client, script = client_over(httpx.Response(401), pair, httpx.Response(401))
    with pytest.raises(ConsentNeeded):
        client.list_staff()
    assert len(script.requests) == 3
    assert tokens.connections["p1"].state is ConnectionState.NEEDS_CONSENT


def test_a_write_without_a_sign_in_is_not_sent(client_over: ClientOver, tokens: MemoryTokens) -> None:
    client, script = client_over(ok(TIME_XML))
    tokens.connections.clear()
    outcome = client.add_time(DRAFT)
    assert (outcome.kind, outcome.cause, script.requests) == (OutcomeKind.NOT_SENT, Cause.TOKEN, [])


def test_a_short_limit_is_waited_for_and_the_read_goes_on(client_over: ClientOver, clock: FakeClock) -> None:
    client, _ = client_over(httpx.Response(429, headers={"Retry-After": "3"}), STAFF)
    assert len(client.list_staff()) == 1
    assert clock.monotonic() >= 3


def test_a_longer_limit_is_told_and_not_slept_for(client_over: ClientOver, clock: FakeClock) -> None:
    client, _ = client_over(httpx.Response(429, headers={"Retry-After": "22"}), STAFF)
    with pytest.raises(MustWait) as caught:
        client.list_staff()
    assert caught.value.seconds == 21
    assert sum(clock.slept) < 5


def test_a_limit_of_hours_is_waiting_until(client_over: ClientOver, clock: FakeClock) -> None:
    client, _ = client_over(httpx.Response(429, headers={"Retry-After": "66975", "X-Rate-Limit-Problem": "day"}))
    asked_at = clock.now()
    with pytest.raises(QuotaSpent, match="stays queued") as caught:
        client.list_staff()
    assert caught.value.until == asked_at + timedelta(seconds=66975)


def test_endless_limits_end_in_must_wait(client_over: ClientOver) -> None:
    client, script = client_over(httpx.Response(429, headers={"Retry-After": "1"}))
    with pytest.raises(MustWait):
        client.list_staff()
    assert len(script.requests) == 4


def test_writes_keep_the_reserve_for_reads(client_over: ClientOver, gate: MemoryGate) -> None:
    gate.limits = Limits(per_day=200)
    client, script = client_over(STAFF)
    outcome = client.add_time(DRAFT)
    assert (outcome.kind, outcome.cause) == (OutcomeKind.NOT_SENT, Cause.LIMIT)
    assert outcome.retry_after == (datetime(2026, 11, 21, tzinfo=UTC) - datetime(2026, 11, 20, 1, tzinfo=UTC)).seconds
    assert client.list_staff()
    assert len(script.requests) == 1


def test_every_answer_tells_the_gate_what_is_left(client_over: ClientOver, gate: MemoryGate) -> None:
    left = {"X-MinLimit-Remaining": "41", "X-DayLimit-Remaining": "4321"}
    client_over(httpx.Response(409, headers=left))[0].add_time(DRAFT)
    assert gate.remaining == Remaining(41, 4321)


@pytest.mark.parametrize("reply", [STAFF, httpx.ReadTimeout("x"), httpx.Response(500), error("x")], ids=str)
def test_every_ticket_is_given_back(client_over: ClientOver, gate: MemoryGate, reply: Reply) -> None:
    client_over(reply)[0].add_time(DRAFT)
    assert gate.open == set()
    assert len(gate.starts) == 1


def test_a_call_names_tenant_and_form(client_over: ClientOver) -> None:
    client, script = client_over(STAFF)
    client.list_staff()
    headers = script.requests[0].headers
    assert (headers["xero-tenant-id"], headers["accept"]) == (TENANT, "application/xml")
    assert "xero-features" not in headers


def test_the_strict_form_is_asked_for_by_its_header(client_over: ClientOver) -> None:
    client, script = client_over(httpx.Response(200, json={"status": "OK", "staffList": []}), mode="json")
    assert client.list_staff() == []
    headers = script.requests[0].headers
    assert (headers["xero-features"], headers["accept"]) == ("practice-strict-content-type", "application/json")


@pytest.mark.parametrize(
    ("number", "path"), [("A/B 1", "A%2FB%201"), ("O'Neil-7", "O%27Neil-7"), ("00012", "00012"), ("../x", "..%2Fx")]
)
def test_job_numbers_of_any_text_are_escaped(client_over: ClientOver, number: str, path: str) -> None:
    client, script = client_over(error("Invalid job identifier"))
    assert client.get_job(number) is None
    assert script.requests[0].url.raw_path.decode().endswith(f"/job.api/get/{path}")


@pytest.mark.parametrize("reply", [error("Invalid"), httpx.Response(404)], ids=str)
def test_a_record_that_is_not_there_is_none(client_over: ClientOver, reply: Reply) -> None:
    assert client_over(reply)[0].get_time("F1") is None


def test_a_record_that_could_not_be_read_is_not_none(client_over: ClientOver) -> None:
    with pytest.raises(XpmFailed):
        client_over(httpx.Response(500))[0].get_time("F1")


CANARIES = ("CANARY-ACCESS", "CANARY-REFRESH", "CANARY-CLIENT-SECRET")


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(400, json={"error": "invalid_grant"}),
        httpx.Response(400, json={"error": "invalid_client"}),
        httpx.Response(401),
        httpx.Response(403),
        httpx.Response(500),
        httpx.ReadTimeout("x"),
        httpx.ConnectError("x"),
        xml("<html></html>"),
    ],
    ids=str,
)
def test_no_error_repr_or_log_shows_a_token(
    client_over: ClientOver, clock: FakeClock, tokens: MemoryTokens, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    client, script = client_over(reply)
    clock.advance(1800)
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception) as caught:  # noqa: PT011
        client.list_times(date(2026, 11, 1), date(2026, 11, 30))
    told = "".join(traceback.format_exception(caught.value)) + caplog.text + repr((client.__dict__, tokens))
    told += repr(client.add_time(DRAFT)) + str(caught.value)
    assert script.requests
    assert not any(canary in told for canary in CANARIES)
