"""One test row for every row of the table: what the client saw, and whether XPM carried the write out."""

from dataclasses import replace
from datetime import date

import httpx
import pytest

from core.xpm.client import XpmClient
from core.xpm.drafts import JobDraft, TimeDraft
from core.xpm.outcome import Cause, Outcome, OutcomeKind, echo_differs, job_echo_differs, normalise_note
from core.xpm.records import JobRecord, TimeRecord
from tests.xpm.conftest import ClientOver
from tests.xpm.fakes import MemoryGate, Reply, error, ok, xml
from tests.xpm.test_wire_json import TIME_JSON
from tests.xpm.test_wire_xml import TIME_RECORD, TIME_XML

DRAFT = TimeDraft(
    job="J000412",
    task_id="d1000000-0000-4000-8000-000000000001",
    staff_id="a1000000-0000-4000-8000-000000000001",
    date=date(2026, 11, 20),
    minutes=75,
    note="Bank reconciliation",
)
NOT_SENT, NOT_APPLIED, APPLIED, IN_DOUBT = (
    OutcomeKind.NOT_SENT,
    OutcomeKind.NOT_APPLIED,
    OutcomeKind.APPLIED,
    OutcomeKind.IN_DOUBT,
)
PROBLEM = '{"Type":null,"Title":"Forbidden","Status":403,"Detail":"AuthenticationUnsuccessful","Extensions":{}}'

TABLE: list[tuple[str, Reply, OutcomeKind, Cause]] = [
    ("connect refused", httpx.ConnectError("x"), NOT_SENT, Cause.NETWORK),
    ("connect time-out", httpx.ConnectTimeout("x"), NOT_SENT, Cause.NETWORK),
    ("pool time-out", httpx.PoolTimeout("x"), NOT_SENT, Cause.NETWORK),
    ("429", httpx.Response(429, headers={"Retry-After": "22"}), NOT_APPLIED, Cause.LIMIT),
    ("403", httpx.Response(403, text=PROBLEM), NOT_APPLIED, Cause.FORBIDDEN),
    ("200 ERROR", error("Invalid job identifier"), NOT_APPLIED, Cause.BUSINESS),
    ("400", xml("<Response><Status>ERROR</Status></Response>", 400), NOT_APPLIED, Cause.BUSINESS),
    ("404", httpx.Response(404), NOT_APPLIED, Cause.BUSINESS),
    ("405", httpx.Response(405), NOT_APPLIED, Cause.BUSINESS),
    ("409", httpx.Response(409), NOT_APPLIED, Cause.BUSINESS),
    ("413", httpx.Response(413), NOT_APPLIED, Cause.BUSINESS),
    ("415", httpx.Response(415), NOT_APPLIED, Cause.BUSINESS),
    ("422", httpx.Response(422), NOT_APPLIED, Cause.BUSINESS),
    ("200 OK", ok(TIME_XML), APPLIED, Cause.NONE),
    ("301", httpx.Response(301, headers={"Location": "/x"}), IN_DOUBT, Cause.REDIRECT),
    ("302", httpx.Response(302, headers={"Location": "https://login.example/"}), IN_DOUBT, Cause.REDIRECT),
    ("304", httpx.Response(304), IN_DOUBT, Cause.REDIRECT),
    ("500", httpx.Response(500, text="boom"), IN_DOUBT, Cause.SERVER),
    ("502 page", httpx.Response(502, text="<html></html>"), IN_DOUBT, Cause.SERVER),
    ("503 gateway", httpx.Response(503, text=PROBLEM), IN_DOUBT, Cause.SERVER),
    ("504", httpx.Response(504), IN_DOUBT, Cause.SERVER),
    ("599", httpx.Response(599), IN_DOUBT, Cause.SERVER),
    ("read time-out", httpx.ReadTimeout("x"), IN_DOUBT, Cause.NETWORK),
    ("write time-out", httpx.WriteTimeout("x"), IN_DOUBT, Cause.NETWORK),
    ("write error", httpx.WriteError("x"), IN_DOUBT, Cause.NETWORK),
    ("reset", httpx.ReadError("x"), IN_DOUBT, Cause.NETWORK),
    ("server disconnected", httpx.RemoteProtocolError("x"), IN_DOUBT, Cause.NETWORK),
    ("cut XML", xml("<Response><Status>OK</Status><Time>"), IN_DOUBT, Cause.UNREADABLE),
    ("empty body", xml(""), IN_DOUBT, Cause.UNREADABLE),
    ("page with 200", xml("<html><body>Maintenance</body></html>"), IN_DOUBT, Cause.UNREADABLE),
    ("no Status", xml(f"<Response>{TIME_XML}</Response>"), IN_DOUBT, Cause.UNREADABLE),
    ("OK without UUID", ok(TIME_XML.replace("<UUID>f1", "<UUIX>f1", 1).replace("</UUID>", "</UUIX>", 1)), IN_DOUBT,
     Cause.UNREADABLE),
    ("OK without record", ok(""), IN_DOUBT, Cause.UNREADABLE),
    ("JSON in XML mode", httpx.Response(200, text='{"status":"OK"}'), IN_DOUBT, Cause.UNREADABLE),
    ("201", xml(f"<Response><Status>OK</Status>{TIME_XML}</Response>", 201), IN_DOUBT, Cause.UNLISTED),
    ("204", httpx.Response(204), IN_DOUBT, Cause.UNLISTED),
    ("402", httpx.Response(402), IN_DOUBT, Cause.UNLISTED),
    ("408", httpx.Response(408), IN_DOUBT, Cause.UNLISTED),
    ("418", httpx.Response(418), IN_DOUBT, Cause.UNLISTED),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "kind", "cause"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_answer_to_a_write_has_one_meaning(
    client_over: ClientOver, reply: Reply, kind: OutcomeKind, cause: Cause
) -> None:
    client, script = client_over(reply)
    outcome = client.add_time(DRAFT)
    assert (outcome.kind, outcome.cause) == (kind, cause)
    assert len(script.requests) == 1


JSON_TABLE: list[tuple[str, str, OutcomeKind]] = [
    ("OK", f'{{"status":"OK","time":{TIME_JSON}}}', APPLIED),
    ("ERROR", '{"status":"ERROR","errorDescription":"Invalid job identifier"}', NOT_APPLIED),
    ("cut", f'{{"status":"OK","time":{TIME_JSON}', IN_DOUBT),
    ("XML in JSON mode", f"<Response><Status>OK</Status>{TIME_XML}</Response>", IN_DOUBT),
    ("no status", f'{{"time":{TIME_JSON}}}', IN_DOUBT),
    ("null record", '{"status":"OK","time":null}', IN_DOUBT),
]


@pytest.mark.parametrize(("body", "kind"), [row[1:] for row in JSON_TABLE], ids=[row[0] for row in JSON_TABLE])
def test_json_answers_have_the_same_meanings(client_over: ClientOver, body: str, kind: OutcomeKind) -> None:
    client, _ = client_over(httpx.Response(200, text=body), mode="json")
    assert client.add_time(DRAFT).kind is kind


def test_a_401_is_renewed_and_sent_again_once(client_over: ClientOver) -> None:
    tokens = httpx.Response(200, json={"access_token": "a2", "refresh_token": "r2", "expires_in": 1800})
    client, script = client_over(httpx.Response(401), tokens, ok(TIME_XML))
    assert client.add_time(DRAFT).kind is APPLIED
    sent = [request.headers["authorization"] for request in script.requests if request.url.path.endswith("/add")]
    assert sent == ["Bearer CANARY-ACCESS", "Bearer a2"]


def test_a_second_401_is_not_applied_and_needs_consent(client_over: ClientOver) -> None:
    tokens = httpx.Response(200, json={"access_token": "a2", "refresh_token": "r2", "expires_in": 1800})
    client, script = client_over(httpx.Response(401), tokens, httpx.Response(401))
    outcome = client.add_time(DRAFT)
    assert (outcome.kind, outcome.cause, outcome.http_status) == (NOT_APPLIED, Cause.TOKEN, 401)
    assert len(script.requests) == 3
    assert client.add_time(DRAFT).kind is NOT_SENT


def test_an_applied_write_brings_the_record_and_the_correlation_id(client_over: ClientOver) -> None:
    outcome = client_over(ok(TIME_XML))[0].add_time(DRAFT)
    assert outcome == Outcome(APPLIED, TIME_RECORD, "", 200, "corr-1")


def test_a_refusal_keeps_xpms_words_letter_by_letter(client_over: ClientOver) -> None:
    words = "Zeitraum gesperrt: &lt;Woche 47&gt;"
    assert client_over(error(words))[0].add_time(DRAFT).words == "Zeitraum gesperrt: <Woche 47>"


def test_a_gateways_refusal_keeps_its_words(client_over: ClientOver) -> None:
    outcome = client_over(httpx.Response(403, text=PROBLEM))[0].add_time(DRAFT)
    assert outcome.words == "Forbidden: AuthenticationUnsuccessful"


def test_a_limit_pauses_the_whole_practice(client_over: ClientOver, gate: MemoryGate) -> None:
    client, script = client_over(httpx.Response(429, headers={"Retry-After": "22", "X-Rate-Limit-Problem": "minute"}))
    assert client.add_time(DRAFT).retry_after == 22
    outcome = client.add_time(DRAFT)
    assert (outcome.kind, outcome.cause, outcome.retry_after) == (NOT_SENT, Cause.LIMIT, 22)
    assert (gate.pause_reason, len(script.requests)) == ("XPM's minute limit", 1)


def test_a_last_check_that_says_no_keeps_the_write_here(client_over: ClientOver, gate: MemoryGate) -> None:
    client, script = client_over(ok(TIME_XML))
    outcome = client.add_time(DRAFT, refuse=lambda: "the lease is over")
    assert (outcome.kind, outcome.cause, outcome.words) == (NOT_SENT, Cause.WITHHELD, "the lease is over")
    assert (script.requests, gate.open) == ([], set())


ECHOES = [
    ("minutes", {"minutes": 80}),
    ("date", {"date": date(2026, 11, 21)}),
    ("job", {"job": "J000413"}),
    ("task", {"task_id": "d2"}),
    ("staff", {"staff_id": "a2"}),
    ("note", {"note": "Bank reconc"}),
    ("note", {"note": "Bank&nbsp;reconciliation"}),
]


@pytest.mark.parametrize(("name", "change"), ECHOES)
def test_an_echo_that_differs_is_named(name: str, change: dict[str, object]) -> None:
    assert echo_differs(DRAFT, TIME_RECORD.model_copy(update=change)) == [name]


def test_billable_is_xpms_to_decide() -> None:
    assert echo_differs(DRAFT, TIME_RECORD.model_copy(update={"billable": False})) == []


@pytest.mark.parametrize(
    ("sent", "held"),
    [("a\r\nb", "a\nb"), ("a\rb", "a\nb"), (" a ", "a"), ("a\x00b", "ab"), ("", "")],
)
def test_a_trip_through_xml_is_no_difference(sent: str, held: str) -> None:
    record = TIME_RECORD.model_copy(update={"note": held})
    assert echo_differs(replace(DRAFT, note=sent), record) == []
    assert normalise_note(sent) == held


def test_ids_in_capitals_are_the_same_ids() -> None:
    draft = replace(DRAFT, task_id=DRAFT.task_id.upper(), staff_id="{" + DRAFT.staff_id + "}")
    assert echo_differs(draft, TIME_RECORD) == []


def test_a_differing_echo_is_applied_and_says_so(client_over: ClientOver) -> None:
    outcome = client_over(ok(TIME_XML.replace(">75<", ">80<")))[0].add_time(DRAFT)
    assert (outcome.kind, outcome.differs) == (APPLIED, ("minutes",))


def test_an_update_that_answers_with_another_timesheet_differs(client_over: ClientOver) -> None:
    client: XpmClient = client_over(ok(TIME_XML))[0]
    assert client.update_time("f9000000-0000-4000-8000-000000000009", DRAFT).differs == ("uuid",)


def test_characters_that_cannot_be_sent_are_named(client_over: ClientOver) -> None:
    outcome = client_over(ok(TIME_XML))[0].add_time(replace(DRAFT, note="Bank\x07 reconciliation"))
    assert (outcome.cleaned, outcome.differs) == (("Note",), ())


def test_a_job_echo_is_compared_by_its_header() -> None:
    draft = JobDraft("Accounts", "C1", date(2026, 7, 1), date(2026, 12, 15), "x\r\ny", "RD-1")
    record = JobRecord(number="J1", name="Accounts", client_id="C1", start=draft.start, due=draft.due,
                       description="x\ny", client_order_number="RD-1")  # fmt: skip
    assert job_echo_differs(draft, record) == []
    assert job_echo_differs(draft, record.model_copy(update={"due": None, "name": "Acc"})) == ["name", "due"]


def test_a_time_record_knows_whether_it_is_invoiced() -> None:
    assert not TIME_RECORD.invoiced
    assert TimeRecord(**{**TIME_RECORD.model_dump(), "invoice_task_id": "x"}).invoiced
